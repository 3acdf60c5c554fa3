"""Starting: what a start makes, what it refuses, and how it says so."""

import os
import re
import signal
import socket
import stat
import subprocess

import pytest
from harness import processes
from harness.server import AS_IN_A_TERMINAL, BINARY, Server


NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def refused(server, *options, timeout=20):
    """The message of a start that must fail."""
    process = server.spawn(*options)
    try:
        assert process.wait(timeout) not in (0, None)
    finally:
        process.kill()
    return server.log()


def test_the_first_start_needs_nothing_and_tells_what_is_needed(servers):
    server = servers().start()
    assert mode(server.data) == 0o700
    assert mode(server.data / "api-key") == 0o600
    assert server.key in server.log()
    assert server.get("/healthz", key=None).status == 200
    assert server.graphql("{ myself { endpoints { id } } }") == {"myself": {"endpoints": []}}


def test_the_key_is_printed_once_and_stays(servers):
    server = servers().start()
    key = server.key
    assert server.terminate() == 0
    server.log_path.unlink()
    server.start()
    assert server.key == key
    assert key not in server.log()
    assert server.get("/v2/nothing/health", key=key).status == 404


def test_the_key_stays_out_of_the_systems_journal(servers):
    server = servers()
    server.log_path.touch()
    log = server.log_path.stat()
    server.environment = {"JOURNAL_STREAM": f"{log.st_dev}:{log.st_ino}"}
    server.start()
    assert f"API key: in {server.data}/api-key\n" in server.log()
    assert server.key not in server.log()


def test_the_store_holds_only_a_hash_of_the_key(servers):
    server = servers().start()
    server.make_idle_endpoint()
    assert server.terminate() == 0
    holding = [path for path in server.data.rglob("*") if path.is_file() and server.key.encode() in path.read_bytes()]
    assert holding == [server.data / "api-key"]


def test_the_environment_sets_the_key(servers):
    server = servers(environment={"PILOTLIGHT_API_KEY": "a-key-of-my-own-0123456789"}).start()
    assert server.graphql("{ myself { endpoints { id } } }")
    assert server.get("/v2/nothing/health", key="another").status == 401


def test_the_last_key_that_was_set_is_the_only_one(servers):
    """Also after the variable is gone: a key that was replaced never comes back."""
    server = servers().start()
    made = server.key
    assert server.terminate() == 0

    def accepted(**environment):
        server.environment = environment
        server.start(wait=False)
        processes.wait_until(server.serves, 30, "a serving server")
        statuses = {key: server.get("/v2/nothing/health", key=key).status for key in (made, "first-key-of-mine", "second-key-of-mine")}
        assert server.terminate() == 0
        return [key for key, status in statuses.items() if status == 404]

    assert accepted(PILOTLIGHT_API_KEY="first-key-of-mine") == ["first-key-of-mine"]
    assert not (server.data / "api-key").exists(), "it would be tried in vain"
    assert accepted(PILOTLIGHT_API_KEY="second-key-of-mine") == ["second-key-of-mine"]
    assert accepted() == ["second-key-of-mine"]


@pytest.mark.parametrize("key", ["15-characters..", "a key with spaces", "a-key-with-a-line-end\n", "a-key-of-umläuts-0123", "k" * 2000])
def test_a_weak_or_unsendable_key_is_refused_at_the_start(servers, key):
    message = refused(servers(environment={"PILOTLIGHT_API_KEY": key}))
    assert "api-key" in message and "16 to" in message and key.strip() not in message, message


def test_a_weak_key_in_the_data_folder_is_refused_at_first_start(servers):
    server = servers()
    server.data.mkdir(mode=0o700)
    key = server.data / "api-key"
    key.write_text("weak\n")
    message = refused(server)
    assert str(key) in message and "16 to" in message, message
    key.write_text("strong-key-of-my-own\n")
    server.start()
    assert server.graphql("{ myself { endpoints { id } } }")


def test_the_address_is_that_of_the_running_server(servers):
    server = servers().start()
    server.kill_both()
    server.start()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", server.origin)
    assert server.get("/healthz", key=None).status == 200


def test_a_second_server_on_the_folder_refuses_and_says_why(servers):
    server = servers().start()
    second = Server(server.data)
    second.log_path = server.data.with_name("second.log")
    message = refused(second)
    assert str(server.data) in message, message
    assert re.search("another|already|in use", message), message
    assert server.get("/healthz", key=None).status == 200


def test_a_start_right_after_a_kill_waits_for_the_remains(servers):
    server = servers().start()
    for _ in range(5):
        server.kill_keeper()  # its server notices a moment later
        server.start()
    assert server.graphql("{ myself { endpoints { id } } }")


def test_a_taken_port_is_named(servers):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        message = refused(servers(), "--listen", f"127.0.0.1:{port}")
        assert str(port) in message and re.search("use|taken", message), message


@pytest.mark.parametrize(
    "options, named",
    [
        (["--no-such-option"], "no-such-option"),
        (["--listen", "nowhere"], "listen"),
        (["--listen", "127.0.0.1:99999"], "listen"),
        (["--runtime", "steam"], "runtime"),
        (["--grace", "soon"], "grace"),
        (["--grace", "-1"], "grace"),
        (["--public-url", "not a url"], "public-url"),
        (["--worker-user", "nobody-of-that-name"], "worker-user"),
    ],
)
def test_a_bad_option_is_named_at_once(servers, options, named):
    message = refused(servers(), *options, timeout=10)
    assert named in message, message


def test_a_data_folder_that_cannot_be_is_named(servers):
    server = servers()
    server.data.write_text("a file")
    assert str(server.data) in refused(server)


@as_root
def test_another_users_data_folder_is_refused_until_chowned(servers):
    """Its owner could exchange what root then runs."""
    server = servers()
    server.data.mkdir(mode=0o755)
    (server.data / "lock").touch()
    os.chown(server.data, NOBODY, -1)
    message = refused(server)
    way_out = re.search(rf"chown -R 0 {server.data}", message)
    assert way_out and f"user {NOBODY}" in message, message
    assert mode(server.data) == 0o755, "it is left as it was"
    subprocess.run(way_out.group().split(), check=True)
    server.start()


@as_root
@pytest.mark.parametrize("name", ["pilotlight.toml", "api-key", "pilotlight.db"])
def test_a_file_of_another_user_in_the_data_folder_is_refused(servers, name):
    server = servers()
    server.data.mkdir(mode=0o700)
    (server.data / name).write_text("# nothing yet")
    os.chown(server.data / name, NOBODY, -1)
    assert f"{server.data / name} belongs to user {NOBODY}" in refused(server)


@as_root
def test_a_config_file_of_another_user_is_refused(servers, tmp_path):
    """Also behind a link of our own. The folder that holds the file is not looked at."""
    given, link = tmp_path / "given.toml", tmp_path / "link.toml"
    given.write_text("trace = false\n")
    link.symlink_to(given)
    os.chown(given, NOBODY, -1)
    message = refused(servers(), "--config", link)
    assert f"{link} belongs to user {NOBODY}" in message, message
    os.chown(given, 0, -1)
    servers().start("--config", link)


def test_listening_to_everybody_needs_an_explicit_word(servers):
    """Whoever holds a key can run commands, so the process runtime does not go public by accident."""
    message = refused(servers(), "--listen", "0.0.0.0:0")
    assert re.search(r"--[a-z-]+", message), "the message names the flag that allows it"


@pytest.mark.parametrize("flags", [["--allow-remote-commands"], ["--runtime", "none"]])
def test_listening_to_everybody_is_possible(servers, flags):
    server = servers(*flags, listen="0.0.0.0:0").start()
    assert server.get("/healthz", key=None).status == 200
    assert server.worker_env(server.make_idle_endpoint())["RUNPOD_WEBHOOK_PING"].startswith("http://127.0.0.1:")


def test_help_and_version(servers):
    server = servers()
    help_text = server.command("serve", "--help").stdout
    for option in ("--data", "--listen", "--runtime", "--public-url", "--worker-user", "--grace"):
        assert option in help_text
    version = server.command("--version")
    assert version.returncode == 0 and re.search(r"\d+\.\d+\.\d+", version.stdout)
    assert server.command("--help").returncode == 0
    assert server.command("no-such-command").returncode != 0


def test_a_killed_server_is_replaced_and_connections_wait(servers):
    server = servers().start()
    endpoint = server.make_idle_endpoint()
    job = server.run(endpoint)
    before = server.kill_server()
    assert server.status(endpoint, job)["status"] == "IN_QUEUE"  # the very next request waits in the backlog
    assert server.server_pid() != before
    assert server.process.poll() is None


def test_the_server_does_not_outlive_its_keeper(servers):
    server = servers().start()
    pid = server.server_pid()
    server.kill_keeper()
    processes.wait_until(lambda: not processes.is_alive(pid), 10, "the server's end")


def test_nothing_is_needed_from_the_environment():
    """A service manager starts it with an empty one."""
    done = subprocess.run(["env", "-i", BINARY, "--version"], capture_output=True, text=True, timeout=10)
    assert done.returncode == 0, done.stderr


def test_a_hang_up_that_was_ignored_at_the_start_stays_ignored(servers):
    """`nohup pilotlight serve &` goes on when its terminal closes."""
    server = servers()
    server.prefix = ["nohup"]
    server.start()
    server.process.send_signal(signal.SIGHUP)
    server.run(server.make_idle_endpoint())
    assert "keeper.draining" not in server.log()
    assert server.terminate() == 0
    assert server.log().count("keeper.draining") == 1 and "keeper.ends_now" not in server.log()


def test_a_hang_up_ends_a_server_that_was_started_in_a_terminal(servers):
    server = servers()
    server.prefix = AS_IN_A_TERMINAL
    server.start()
    server.process.send_signal(signal.SIGHUP)
    assert server.process.wait(30) == 0
