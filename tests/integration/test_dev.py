"""`pilotlight dev`: a handler's file, and everything else by itself."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time

import pytest
from harness import processes
from harness.dev import Dev, command_of, environment_of
from harness.server import BINARY, PYTHON

ORDINARY = 65534
ADA = '{"input": {"name": "Ada"}}'


def code(word="hello", before="", in_handler=""):
    """A handler that answers a word and the job's name."""
    return (
        f"import os, sys, time, runpod\n{before}\n"
        f"def handler(job):\n    {in_handler or 'pass'}\n    return {word!r} + ' ' + str(job['input'].get('name'))\n\n"
        "runpod.serverless.start({'handler': handler})\n"
    )


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "worker"
    place.mkdir()
    (place / "handler.py").write_text(code())
    return place


@pytest.fixture
def dev(folder):
    """start(*options, **settings): a running `pilotlight dev`."""
    made = []

    def start(*options, **settings):
        made.append(Dev(folder, *options, **settings))
        return made[-1]

    yield start
    for one in reversed(made):
        one.close()


def once(folder, *options, handler="handler.py", python=PYTHON, environment=None, prefix=()):
    command = command_of(handler, python, "--once", *options, prefix=prefix)
    return subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100, env=environment_of(environment)
    )


def run(running, name="Ada"):
    server, endpoint = running.client()
    return server.post(f"/v2/{endpoint}/runsync", {"input": {"name": name}}, timeout=100).json


# One job


def test_once_prints_the_output_alone_and_leaves_nothing(folder):
    done = once(folder, "--input", ADA)
    assert (done.returncode, done.stdout) == (0, '"hello Ada"\n'), done.stderr
    assert "COMPLETED" in done.stderr and os.listdir(folder) == ["handler.py"]


def test_once_takes_test_input_and_tells_a_failure_by_its_status(folder):
    (folder / "test_input.json").write_text('{"input": {"name": "Grace"}}')
    assert once(folder).stdout == '"hello Grace"\n'
    (folder / "handler.py").write_text(code(in_handler="raise ValueError('no such model')"))
    done = once(folder)
    assert (done.returncode, done.stdout) == (4, "") and "FAILED" in done.stderr and "no such model" in done.stderr


def test_once_of_a_handler_that_does_not_start(folder):
    (folder / "handler.py").write_text("def handler(:\n")
    done = once(folder, "--input", ADA)
    assert (done.returncode, done.stdout) == (1, "") and "SyntaxError" in done.stderr and "does not start" in done.stderr


@pytest.mark.parametrize(
    "options, message",
    [
        ((), "--once needs a job"),
        (("--input", "{input: {name: Ada}}"), "line 1, column 2:\n  {input: {name: Ada}}\n   ^"),
        (("--input", "nothing.json"), "no such file, and it is not JSON"),
        (("--input", '{"name": "Ada"}'), 'must be an object with an "input"'),
        (("--input", ADA, "--env", "A-B=1"), "not the name of a variable"),
        (("--input", ADA, "--env-file", "nowhere"), "cannot be read"),
        (("--input", ADA, "--workers", "0"), "--workers"),
        (("--input", ADA, "--port", "70000"), "--port"),
    ],
)
def test_wrong_use_is_told_before_anything_starts(folder, options, message):
    done = once(folder, *options)
    assert done.returncode == 2 and message in done.stderr and not done.stdout, done.stderr
    assert not (folder / ".pilotlight-dev").exists()


def test_handlers_that_are_not_there(folder):
    assert "No such file" in once(folder, "--input", ADA, handler="nothing.py").stderr
    (folder / "handler.py").unlink()
    assert "no handler in" in once(folder, "--input", ADA, handler=".").stderr


def test_an_odd_folder_its_variables_and_files(tmp_path):
    folder = tmp_path / "it's a \"wörker\" $HOME; 火"
    folder.mkdir()
    (folder / "handler.py").write_text(code(in_handler="return [open('data.txt').read(), os.environ['A'], os.environ['B'], os.environ.get('OWN')]"))
    (folder / "data.txt").write_text("beside")
    (folder / "some.env").write_text("# a comment\nA=1\nB=b c\n")
    done = once(folder, "--input", ADA, "--env-file", "some.env", "--env", "A=2=2", handler=".", environment={"OWN": "not for workers"})
    assert json.loads(done.stdout) == ["beside", "2=2", "b c", None], done.stderr


def test_a_worker_does_not_see_the_servers_folder(folder):
    look = "return [os.path.join(at, name) for at, _, names in os.walk('.') for name in names]"
    (folder / "handler.py").write_text(code(in_handler=look))
    seen = json.loads(once(folder, "--input", ADA).stdout)
    assert "./handler.py" in seen and not [path for path in seen if "data" in path or "server.log" in path], seen


@pytest.mark.skipif(not processes.runs_as(ORDINARY, BINARY, PYTHON), reason="needs root, and programs that others may run")
def test_an_ordinary_user_leaves_nothing_either(open_folder):
    """Whose overlays have folders that not even their owner may enter."""
    folder = open_folder / "worker"
    folder.mkdir()
    (folder / "handler.py").write_text(code())
    locked = folder / ".pilotlight-dev/like-an-overlays"
    (locked / "work").mkdir(parents=True)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, ORDINARY, ORDINARY)
    locked.chmod(0)
    done = once(folder, "--input", ADA, prefix=["setpriv", f"--reuid={ORDINARY}", f"--regid={ORDINARY}", "--clear-groups"], environment={"HOME": str(folder)})
    assert (done.returncode, done.stdout) == (0, '"hello Ada"\n'), done.stderr
    left = subprocess.run(["find", folder, "-ls"], capture_output=True, text=True, timeout=30).stdout
    assert os.listdir(folder) == ["handler.py"], left


# Interpreters


def test_an_interpreter_without_the_package(folder, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    done = once(folder, "--input", ADA, python=None)
    assert done.returncode == 2 and f"'{folder}/.venv/bin/python' -m pip install runpod" in done.stderr
    (folder / ".venv/bin/python").unlink()
    (folder / ".venv/bin/python").symlink_to(tmp_path / "moved/python3")
    done = once(folder, "--input", ADA, python=None)
    assert done.returncode == 2 and "make the virtual environment again" in done.stderr


def test_a_virtual_environment_of_another_python(folder):
    """As after an upgrade of the system: its link leads to the new version, its packages are in the old one's folder."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    (packages,) = (folder / ".venv/lib").iterdir()
    (packages / "site-packages/runpod").mkdir()
    packages.rename(packages.with_name("python3.5"))
    done = once(folder, "--input", ADA, python=None)
    assert done.returncode == 2 and "was made for another Python; make the virtual environment again" in done.stderr


def test_the_virtual_environment_beside_the_handler_is_used(folder):
    (folder / ".venv").symlink_to(PYTHON.parent.parent)
    assert once(folder, "--input", ADA, python=None).stdout == '"hello Ada"\n'


# Live


def test_what_is_printed_can_be_pasted(folder, dev):
    running = dev("--input", ADA)
    command = running.wait_for(r"^  (curl .*)$").group(1)
    shown = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=100)
    assert json.loads(shown.stdout)["output"] == "hello Ada"
    running.wait_for(r"^worker \w+ is ready after [\d.]+ s: its process started after [\d.]+ s and asked for a job [\d.]+ s later$")
    running.wait_for(r"^job \S+ COMPLETED, waited [\d.]+ s, ran [\d.]+ s$")
    running.wait_for(r'^output: "hello Ada"$')
    assert running.stop() == 0 and not running.left() and os.listdir(folder) == ["handler.py"]
    assert "\x1b" not in running.text, "no terminal, no escapes"


def test_the_next_job_runs_what_was_saved(folder, dev):
    running = dev()
    assert run(running)["output"] == "hello Ada"
    (folder / "handler.py").write_text(code("again"))
    running.wait_for(r"^saved: handler.py; restarting the workers$")
    assert run(running)["output"] == "again Ada"
    here = running.here()
    (folder / "new.py").write_text(code("renamed"))
    os.replace(folder / "new.py", folder / "handler.py")
    running.wait_for(r"^saved: .*handler.py", after=here)
    assert run(running)["output"] == "renamed Ada"


def test_a_storm_of_saves_is_one_restart(folder, dev):
    running = dev()
    running.wait_for(r"is ready after")
    for number in range(200):
        (folder / f"module{number}.py").write_text("x = 1\n")
        (folder / "__pycache__").mkdir(exist_ok=True)
        (folder / "__pycache__/x.pyc").write_text("")
    running.wait_for(r"^saved: .* and 197 more; restarting the workers$")
    run(running)
    assert running.plain().count("saved: ") == 1


def test_a_save_lets_a_running_job_end_first(folder, dev):
    (folder / "handler.py").write_text(code("old", in_handler="print('begun'); time.sleep(3)"))
    running = dev("--input", ADA)
    running.wait_for(r"\| begun$")
    (folder / "handler.py").write_text(code("new"))
    running.wait_for(r"ends its job and then stops$")
    running.wait_for(r'^output: "old Ada"$')
    assert run(running)["output"] == "new Ada"


def test_a_save_kills_a_running_job_on_demand(folder, dev):
    (folder / "handler.py").write_text(code("old", in_handler="print('begun'); time.sleep(600)"))
    running = dev("--kill", "--input", ADA)
    running.wait_for(r"\| begun$")
    (folder / "handler.py").write_text(code("new"))
    running.wait_for(r'^output: "new Ada"$')


@pytest.mark.parametrize(
    "broken, shown",
    [
        ("def handler(:\n", "SyntaxError"),
        ("import nothing_of_that_name\n", "ModuleNotFoundError"),
        ("print('no worker')\n", "does it call runpod.serverless.start"),
        ("import os\nos._exit(3)\n", "exit code 3"),
    ],
)
def test_a_handler_that_does_not_start_is_shown_once(folder, dev, broken, shown):
    (folder / "handler.py").write_text(broken)
    running = dev("--input", ADA)
    running.wait_for(r"^waiting for a saved file$")
    assert shown in running.plain()
    time.sleep(2.5)
    assert running.read().count("does not start") == 1 and running.plain().count("starts\n") <= 2
    (folder / "handler.py").write_text(code())
    running.wait_for(r'^output: "hello Ada"$')


def test_a_handler_that_dies_at_work_is_told(folder, dev):
    (folder / "handler.py").write_text(code(in_handler="os._exit(7)"))
    running = dev("--input", ADA)
    running.wait_for(r"^job \S+ FAILED.*: job timed out after 1 retries$")
    assert "waiting for a saved file" not in running.plain()


def test_a_handler_that_floods_its_output_can_be_stopped(folder, dev):
    (folder / "handler.py").write_text(code(in_handler="while True: sys.stdout.write('x' * 99 + '\\n')"))
    running = dev("--input", ADA)
    running.wait_for(r"bytes of worker \w+ not shown")
    assert running.stop() == 0 and not running.left()


@pytest.mark.parametrize("place, options", [("before", []), ("in_handler", ["--kill"])])
def test_a_handler_that_blocks_can_be_mended_and_stopped(folder, dev, place, options):
    blocks = code(**{place: "time.sleep(1000)"})
    (folder / "handler.py").write_text(blocks)
    running = dev("--input", ADA, *options)
    running.wait_for(r"^worker \w+ starts$" if place == "before" else r"\| Started\.")
    (folder / "handler.py").write_text(code())
    running.wait_for(r'^output: "hello Ada"$')
    here = running.here()
    (folder / "handler.py").write_text(blocks)
    running.wait_for(r"^worker \w+ starts$", after=here)
    assert running.stop() == 0 and not running.left()


def test_data_goes_unless_it_is_kept(folder, dev):
    running = dev("--keep", "--input", ADA)
    running.wait_for(r"^output: ")
    url, key = running.url, running.key
    assert running.stop() == 0
    kept = folder / ".pilotlight-dev"
    assert kept.stat().st_mode & 0o777 == 0o700 and (kept / ".gitignore").read_text() == "*\n"
    again = dev("--keep", "--port", url.split("/v2/")[0].rsplit(":", 1)[1])
    assert (again.url, again.key) == (url, key)
    server, endpoint = again.client()
    assert [job["status"] for job in server.get(f"/v2/{endpoint}/requests").json["requests"]] == ["COMPLETED"]


def test_a_second_one_says_who_holds_the_folder(folder, dev):
    running = dev()
    url = running.url
    second = Dev(folder)
    assert second.wait() == 1
    assert f"another pilotlight dev runs here: process {running.process.pid}, {url}" in second.plain()
    assert run(running)["status"] == "COMPLETED"


def test_a_port_that_is_taken(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = once(folder, "--input", ADA, "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1 and "Address already in use" in done.stderr


def can_mount():
    return os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode == 0


in_a_mount = pytest.mark.skipif(not can_mount(), reason="needs a mount")


@in_a_mount
def test_a_read_only_and_a_full_disk(folder, tmp_path):
    read_only = ["unshare", "--mount", "sh", "-c", f'mount --bind "{folder}" "{folder}" && mount -o remount,bind,ro "{folder}" && cd "{folder}" && exec "$@"', "sh"]
    done = once(folder, "--input", ADA, prefix=read_only)
    assert done.returncode == 1 and "Read-only file system" in done.stderr, done.stderr
    full = tmp_path / "full"
    full.mkdir()
    inside = f'mount -t tmpfs -o size=64k none "{full}" && cp "{folder}/handler.py" "{full}" && cd "{full}" && exec "$@"'
    done = once(folder, "--input", ADA, prefix=["unshare", "--mount", "sh", "-c", inside, "sh"])
    assert done.returncode == 1 and ("No space left" in done.stderr or "no space" in done.stderr or "full" in done.stderr), done.stderr


def test_without_inotify_it_looks_by_itself_and_says_so(folder, dev):
    script = 'echo 0 >/proc/sys/user/max_inotify_watches && exec "$@"'
    prefix = ["unshare", "--user", "--map-root-user", "sh", "-c", script, "sh"]
    if subprocess.run([*prefix, "true"], capture_output=True).returncode != 0:
        pytest.skip("no user namespaces here")
    running = dev(prefix=prefix, environment={"PILOTLIGHT_CGROUPS": "off"})
    running.wait_for(r"no inotify watches left .*: looking for saved files once a second$")
    (folder / "handler.py").write_text(code("polled"))
    running.wait_for(r"^saved: handler.py")
    assert run(running)["output"] == "polled Ada"


# Terminals


def test_on_a_terminal_enter_runs_the_last_input_again(folder, dev):
    (folder / "test_input.json").write_text(ADA)
    running = dev(columns=100)
    running.wait_for(r"Enter runs the last input again")
    running.wait_for(r'output: "hello Ada"')
    here = running.here()
    (folder / "test_input.json").write_text('{"input": {"name": "Grace"}}')
    running.wait_for(r"saved: test_input.json", after=here)
    running.press()
    running.wait_for(r'output: "hello Grace"', after=here)
    assert "\x1b[K" in running.text and "jobs: 0 waiting" in running.plain()
    running.press("\x03")
    assert running.wait() == 0 and not running.left()


def test_a_narrow_terminal_without_colours(folder, dev):
    running = dev("--input", ADA, columns=20, environment={"NO_COLOR": "1"})
    running.wait_for(r"COMPLETED")
    running.wait_for(r"workers: 1 idle; j…")
    assert "\x1b[3" not in running.text and "\x1b[7" not in running.text


def test_a_terminal_that_goes_away_ends_everything(folder, dev):
    running = dev(columns=80)
    running.wait_for(r"is ready after")
    running.hang_up()
    running.process.wait(30)
    assert not running.left() and not (folder / ".pilotlight-dev").exists()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_every_end_takes_everything_with_it(folder, dev, ending):
    (folder / "handler.py").write_text(code(before="import subprocess\nsubprocess.Popen(['sleep', '600'])"))
    running = dev()
    running.wait_for(r"is ready after")
    assert len(running.left()) >= 4, "dev, keeper, server, worker and its child"
    running.process.send_signal(ending)
    running.process.wait(30)
    processes.wait_until(lambda: not running.left(), 30 if ending == signal.SIGKILL else 1, "the end of all")


def test_a_signal_at_any_moment_leaves_nothing(folder):
    """At 10 random moments; PILOTLIGHT_INTERRUPTIONS is another number."""
    dice = random.Random(int(os.environ.get("PILOTLIGHT_SEED", "14")))
    for number in range(int(os.environ.get("PILOTLIGHT_INTERRUPTIONS", "10"))):
        running = Dev(folder, "--input", ADA)
        wait = dice.random() ** 2 * 4
        time.sleep(wait)
        running.process.send_signal(dice.choice([signal.SIGINT, signal.SIGTERM]))
        running.process.wait(30)
        try:
            processes.wait_until(lambda: not running.left(), 1, f"the end of all after {wait:.3f} s, in round {number},")
            assert os.listdir(folder) == ["handler.py"]
        finally:
            running.close()
