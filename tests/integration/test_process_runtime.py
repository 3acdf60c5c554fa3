"""What the process runtime gives a worker, takes away, and says about it. The workers here are small programs that
never ask for a job, or end at once."""

import contextlib
import json
import os
import shutil
import signal
import time

import pytest
from harness import processes
from harness.server import BINARY, PYTHON, ROOT

SHELL = shutil.which("sh")
ORDINARY = 65534


def script(folder, text, name="worker.sh"):
    path = folder / name
    path.write_text(f"#!{SHELL}\n{text}\n")
    path.chmod(0o755)
    return str(path)


def waits(folder):
    return script(folder, f"echo $$ > {folder}/pid; echo ready; exec sleep 600")


def started_pid(folder, timeout=30):
    return int(processes.wait_until(lambda: (folder / "pid").exists() and (folder / "pid").read_text(), timeout, "a worker"))


def reasons(server, endpoint, job):
    return server.get(f"/v2/{endpoint}/status/{job}").text, server.get(f"/v2/{endpoint}/health").text


PLATFORM = {
    *("RUNPOD_WEBHOOK_GET_JOB", "RUNPOD_WEBHOOK_POST_OUTPUT", "RUNPOD_WEBHOOK_POST_STREAM", "RUNPOD_WEBHOOK_PING"),
    *("RUNPOD_PING_INTERVAL", "RUNPOD_AI_API_KEY", "RUNPOD_POD_ID", "RUNPOD_POD_HOSTNAME", "RUNPOD_ENDPOINT_ID"),
    *("RUNPOD_GPU_COUNT", "RUNPOD_SKIP_AUTO_SYSTEM_CHECKS", "RUNPOD_SKIP_GPU_CHECK"),
}
OF_THE_MACHINE = {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"}


def test_a_worker_sees_only_template_and_platform_variables(servers, tmp_path):
    of_the_server = {"PILOTLIGHT_API_KEY": "k" * 32, "AWS_SECRET_ACCESS_KEY": "not for workers", "LANG": "C.UTF-8"}
    server = servers(environment=of_the_server).start()
    command = script(tmp_path, f"cp /proc/$$/environ {tmp_path}/copy; mv {tmp_path}/copy {tmp_path}/seen; exec sleep 600")
    endpoint = server.make_endpoint(command, env={"MODEL": "tiny", "EMPTY": "", "RUNPOD_SKIP_GPU_CHECK": "false"})
    server.run(endpoint)
    processes.wait_until((tmp_path / "seen").exists, 30, "a worker")
    seen = dict(line.split("=", 1) for line in (tmp_path / "seen").read_text().split("\0") if line)
    marker = {name for name in seen if name.startswith("PILOTLIGHT_")}
    assert set(seen) - OF_THE_MACHINE - marker == PLATFORM | {"MODEL", "EMPTY"}
    assert len(marker) == 1 and server.key not in str(seen), "by which leftovers are found"
    assert (seen["MODEL"], seen["EMPTY"], seen["RUNPOD_SKIP_GPU_CHECK"]) == ("tiny", "", "false")
    assert seen["PATH"] and seen["HOME"] and seen["LANG"] == "C.UTF-8"
    worker, base = seen["RUNPOD_POD_ID"], f"{server.origin}/v2/{endpoint}"
    assert seen["RUNPOD_ENDPOINT_ID"] == endpoint and seen["RUNPOD_PING_INTERVAL"] == "10000"
    assert seen["RUNPOD_WEBHOOK_GET_JOB"].startswith(f"{base}/job-take/{worker}?")
    assert seen["RUNPOD_WEBHOOK_POST_OUTPUT"].startswith(f"{base}/job-done/{worker}/$ID?")
    assert seen["RUNPOD_WEBHOOK_POST_STREAM"].startswith(f"{base}/job-stream/{worker}/$ID?")
    assert seen["RUNPOD_WEBHOOK_PING"].startswith(f"{base}/ping/{worker}?")


# A worker that reports its folder, then overwrites a file, clears one folder and removes another, and reports again.
SPOILER = """
import json, os, pathlib, shutil
seen = {"where": os.getcwd(), "config": open("config.json").read(), "ghosts": [str(p) for p in pathlib.Path().rglob(".runpod_jobs.pkl")]}
seen["outputs"] = sorted(os.listdir("outputs"))
open("config.json", "w").write("spoilt")
shutil.rmtree("outputs")
os.mkdir("outputs")
seen["cleared"] = os.listdir("outputs")
os.chdir("src")
open(".runpod_jobs.pkl", "wb").write(b"a job of mine")
seen["absolute"] = pathlib.Path(%r, "config.json").read_text()
print(json.dumps(seen), flush=True)
"""


def given_folder(top):
    """A folder as a template gives it, with what an older worker left in it: its path and its files."""
    given = top / "project"
    (given / "outputs").mkdir(parents=True)
    (given / "src").mkdir()
    files = {"config.json": "{}", "outputs/mine.png": "picture", ".runpod_jobs.pkl": "ghost", "src/.runpod_jobs.pkl": "ghost"}
    files["spoil.py"] = SPOILER % str(given)
    for name, text in files.items():
        (given / name).write_text(text)
    return given, files


def files_of(folder, names):
    return {name: (folder / name).read_text() for name in names}


def spoil_twice(server, given):
    """What two workers, one after the other, have seen in the folder."""
    for n in range(2):
        server.run(server.make_endpoint(f"{PYTHON} -u {given}/spoil.py", image=f"process:{given}", workersMax=1))
    printed = lambda: [line for text in server.worker_logs().values() for line in text.splitlines() if line.startswith('{"where"')]
    return [json.loads(line) for line in processes.wait_until(lambda: len(printed()) >= 2 and printed(), 60, "two workers")]


def has_overlay(server):
    return "keeper.worker_folders are=overlay" in server.log()


@pytest.mark.parametrize("means", ["auto", "copy"])
def test_a_workers_writes_reach_no_other_folder(servers, tmp_path, means):
    server = servers("--worker-folder", means).start()
    given, files = given_folder(tmp_path)
    own = means == "auto" and has_overlay(server)
    for seen in spoil_twice(server, given):
        assert (seen["config"], seen["outputs"], seen["cleared"], seen["ghosts"]) == ("{}", ["mine.png"], [], [])
        assert (seen["where"] == str(given)) == own, seen
        assert seen["absolute"] == ("spoilt" if own else "{}"), "an overlay lies at the path of the folder"
    assert files_of(given, files) == files


@pytest.mark.skipif(not processes.runs_as(ORDINARY, BINARY, PYTHON), reason="needs root, and programs that others may run")
def test_an_ordinary_user_has_the_same(open_folder, servers):
    """With the data folder inside the given one, as docs/local/debugger.md starts it."""
    given, files = given_folder(open_folder)
    for path in (open_folder, *open_folder.rglob("*")):
        os.chown(path, ORDINARY, ORDINARY)
    server = servers(data=given / "pilotlight-data", user=ORDINARY, log=open_folder / "server.log").start()
    own = has_overlay(server)
    for seen in spoil_twice(server, given):
        assert (seen["config"], seen["outputs"], seen["cleared"], seen["ghosts"]) == ("{}", ["mine.png"], [], [])
        assert (seen["where"] == str(given)) == own, server.log()
    assert files_of(given, files) == files


def test_kept_folders_persist(server, tmp_path):
    given, files = given_folder(tmp_path)
    command = f"{SHELL} -c 'echo more >> outputs/log; echo more >> config.json; echo more >> cache/log; exec sleep 600'"
    for _ in range(2):
        server.run(server.make_endpoint(command, image=f"process:{given}", env={"PILOTLIGHT_KEEP": "outputs:cache"}))
    processes.wait_until(lambda: (given / "cache/log").exists() and (given / "cache/log").read_text() == "more\n" * 2, 30, "two workers")
    assert (given / "outputs/log").read_text() == "more\n" * 2 and files_of(given, files) == files
    endpoint = server.make_endpoint("true", image=f"process:{given}", env={"PILOTLIGHT_KEEP": "../outside"})
    job = server.run(endpoint)
    processes.wait_until(lambda: all("PILOTLIGHT_KEEP" in text and "../outside" in text for text in reasons(server, endpoint, job)), 20, "why")


def test_copying_many_files_delays_no_other_workers_start(servers, tmp_path):
    given = tmp_path / "project"
    for number in range(40_000):
        if number % 200 == 0:
            (folder := given / str(number)).mkdir(parents=True)
        (folder / str(number)).touch()
    server = servers("--worker-folder", "copy").start()
    slow = server.make_endpoint(f"{SHELL} -c 'echo > {tmp_path}/slow; exec sleep 600'", image=f"process:{given}", workersMax=1)
    quick = server.make_endpoint(waits(tmp_path), workersMax=1)
    server.run(slow)
    server.run(quick)
    started_pid(tmp_path)
    assert not (tmp_path / "slow").exists(), "the copy of its folder takes longer than the other one's start"
    processes.wait_until((tmp_path / "slow").exists, 60, "the worker with the large folder")


# Packages that keep jobs in their working folder across restarts.
KEEPS_JOBS = ROOT / "build/sdk/1.9.1/bin/python"


@pytest.mark.skipif(not KEEPS_JOBS.exists(), reason="needs tools/sdk-environments")
def test_a_crash_in_a_subfolder_stops_no_later_worker(server, tmp_path):
    """The package that keeps its jobs in the working folder, which a start script has changed."""
    given = tmp_path / "project"
    (given / "src").mkdir(parents=True)
    (given / "src/handler.py").write_text(
        "import os, runpod\nrunpod.serverless.start({'handler': lambda job: os._exit(1) if job['input'].get('die') else {'ran': True}})\n"
    )
    script(given, f"cd src; exec {KEEPS_JOBS} -u handler.py", "start.sh")
    endpoint = server.make_endpoint("./start.sh", image=f"process:{given}", workersMax=1)
    server.run(endpoint, {"die": True})
    job = server.run(endpoint, {"n": 2})
    assert server.wait_final(endpoint, job, 120)["output"] == {"ran": True}
    assert sorted(path.name for path in given.rglob("*") if path.is_file()) == ["handler.py", "start.sh"]


def test_an_empty_command_is_a_reason_that_can_be_read(server):
    endpoint = server.make_endpoint("", image="some/image:latest")
    job = server.run(endpoint)
    for text in processes.wait_until(
        lambda: (got := reasons(server, endpoint, job)) and "command" in got[0] and got, 20, "the reason"
    ):
        assert "dockerArgs" in text and "some/image:latest is not pulled" in text, text


def test_a_folder_that_is_not_there_is_a_reason_that_can_be_read(server):
    for image, named in (("process:/no/such/folder", "/no/such/folder"), ("process:relative", "process:/absolute/folder")):
        endpoint = server.make_endpoint("true", image=image)
        job = server.run(endpoint)
        processes.wait_until(lambda: all(named in text for text in reasons(server, endpoint, job)), 20, "the reason")


def test_a_command_that_does_not_exist_is_named_as_the_reason(server):
    endpoint = server.make_endpoint("/no/such/program --fast")
    job = server.run(endpoint)
    processes.wait_until(lambda: "/no/such/program" in reasons(server, endpoint, job)[0], 20, "the reason")


def test_an_image_is_recorded_and_reported_but_not_pulled(server, tmp_path):
    endpoint = server.make_endpoint(waits(tmp_path), image="registry.example.org/model:1")
    server.run(endpoint)
    started_pid(tmp_path)
    processes.wait_until(
        lambda: any("image registry.example.org/model:1 is not pulled" in text for text in server.worker_logs().values()), 10, "a note"
    )
    templates = server.graphql("{ myself { podTemplates { imageName } } }")["myself"]["podTemplates"]
    assert {"imageName": "registry.example.org/model:1"} in templates


def test_a_crash_loop_backs_off_and_shows_the_last_words(server, tmp_path):
    command = script(tmp_path, f"date +%s.%N >> {tmp_path}/starts; echo 'out of luck today' >&2; exit 7")
    endpoint = server.make_endpoint(command)
    job = server.run(endpoint)

    def looping():
        view, health = reasons(server, endpoint, job)
        return "crash_loop" in view and "crash_loop" in health and (view, health)

    for text in processes.wait_until(looping, 60, "the reason"):
        assert "7" in text and "out of luck today" in text, text
    time.sleep(6)
    starts = [float(line) for line in (tmp_path / "starts").read_text().split()]
    gaps = [later - earlier for earlier, later in zip(starts, starts[1:])]
    assert len(starts) < 12 and max(gaps) > 0.9, gaps
    assert server.status(endpoint, job)["status"] == "IN_QUEUE", "a worker that never took it charges it nothing"


def test_output_is_kept_by_line_and_bounded(server, tmp_path):
    line = "x" * 99
    command = script(tmp_path, f"yes {line} | head -n 400000; echo the end; touch {tmp_path}/done; exec sleep 600")
    endpoint = server.make_endpoint(command, workersMax=1)
    server.run(endpoint)
    processes.wait_until((tmp_path / "done").exists, 60, "40 MB of output")
    time.sleep(0.5)
    logs = [path for path in (server.data / "workers").glob("*.log*") if b"xxxxxxxx" in path.read_bytes()[:10000]]
    assert logs and sum(path.stat().st_size for path in logs) <= 2 << 20, "the newest MiB, and the one before"
    assert any("the end" in path.read_text(errors="replace") for path in logs)


def test_secrets_do_not_reach_the_log(server, tmp_path):
    command = script(tmp_path, "echo token=$RUNPOD_AI_API_KEY; echo url=$RUNPOD_WEBHOOK_PING; echo ready; exec sleep 600")
    endpoint = server.make_endpoint(script(tmp_path, f"echo $RUNPOD_AI_API_KEY > {tmp_path}/token; exec {command}", "outer.sh"))
    server.run(endpoint)
    token = processes.wait_until(lambda: (tmp_path / "token").exists() and (tmp_path / "token").read_text().strip(), 30, "a worker")

    def logged():
        return [text for text in server.worker_logs().values() if "ready" in text and "token=" in text]

    text = processes.wait_until(logged, 20, "the log")[0]
    assert token not in text, text
    assert token not in server.log()


# Ignores SIGTERM, has a child, and a daemon that left its group, its parent and its environment.
STUBBORN = """
trap '' TERM
sleep 601 & echo $! > {folder}/child
env -i {setsid} {shell} -c 'echo $$ > {folder}/daemon; exec sleep 602' &
while [ ! -s {folder}/daemon ]; do sleep 0.05; done
echo $$ > {folder}/pid
while :; do sleep 1; done"""


def cgroup_kinds():
    """What this machine has; `off` finds daemons only by the environment that they inherited."""
    v1 = any(os.access(f"/sys/fs/cgroup/{name}/cgroup.procs", os.W_OK) for name in ("freezer", "pids", "memory"))
    v2 = any(os.access(f"/sys/fs/cgroup/{name}cgroup.procs", os.W_OK) for name in ("", "unified/"))
    return ["off"] + ["v1"] * v1 + ["v2"] * v2


@pytest.mark.parametrize("kind", cgroup_kinds())
def test_stopping_ends_the_whole_group(servers, tmp_path, kind):
    server = servers("--grace", "2s", "--cgroups", kind).start()
    assert ("keeper.no_cgroups" in server.log()) == (kind == "off"), server.log()
    text = STUBBORN.format(folder=tmp_path, shell=SHELL, setsid=shutil.which("setsid"))
    endpoint = server.make_endpoint(script(tmp_path, text if kind != "off" else text.replace("env -i ", "")), workersMax=1)
    server.run(endpoint)
    pids = [started_pid(tmp_path), *(int((tmp_path / name).read_text()) for name in ("child", "daemon"))]
    assert all(map(processes.is_alive, pids))
    template = server.graphql("{ myself { endpoints { id templateId } } }")["myself"]["endpoints"][0]["templateId"]
    server.post(f"/v2/{endpoint}/purge-queue")
    asked = time.monotonic()
    server.save_endpoint(id=endpoint, templateId=template, workersMax=0)
    time.sleep(1)
    assert processes.is_alive(pids[0]), "SIGTERM alone does not end it"
    processes.wait_until(lambda: not any(map(processes.is_alive, pids)), 60, "the end of all three")
    assert time.monotonic() - asked > 1.9, "SIGKILL comes after the grace"


def test_a_cgroup_tree_that_cannot_be_used_is_no_obstacle(servers, tmp_path):
    """A v2 tree as a container without delegation shows it: the files are there, making cgroups is of no use."""
    tree = tmp_path / "cgroup"
    tree.mkdir()
    (tree / "cgroup.controllers").touch()
    (tree / "cgroup.procs").touch()
    server = servers("--cgroup-root", str(tree), "--cgroups", "v2").start()
    assert "keeper.no_cgroups" in server.log() and str(tree) in server.log()
    server.run(server.make_endpoint(waits(tmp_path)))
    started_pid(tmp_path)


def test_workers_min_is_kept_warm(server, tmp_path):
    endpoint = server.make_endpoint(waits(tmp_path), workersMin=1, workersMax=1)
    first = started_pid(tmp_path)
    (tmp_path / "pid").unlink()
    os.kill(first, signal.SIGKILL)
    assert started_pid(tmp_path, 60) != first
    assert server.health(endpoint)["workers"]["initializing"] == 1


def test_workers_live_through_the_servers_death(server, tmp_path):
    server.make_endpoint(waits(tmp_path), workersMin=1, workersMax=1)
    pid = started_pid(tmp_path)
    server.kill_server()
    server.wait_ready()
    time.sleep(1)
    assert processes.is_alive(pid)


def test_workers_die_with_the_keeper(servers, tmp_path):
    server = servers().start()
    server.make_endpoint(waits(tmp_path), workersMin=1, workersMax=1)
    pid = started_pid(tmp_path)
    server.kill_both()
    processes.wait_until(lambda: not processes.is_alive(pid), 10, "the worker's end")
    (tmp_path / "pid").unlink()
    server.start()
    assert started_pid(tmp_path) != pid, "and the next server starts a new one"


def test_another_folders_workers_are_never_touched(servers, tmp_path):
    one, other = servers().start(), servers().start()
    one.make_endpoint(waits(tmp_path), workersMin=1, workersMax=1)
    pid = started_pid(tmp_path)
    other.kill_both()
    other.start()
    assert other.terminate() == 0
    assert processes.is_alive(pid)


def test_workers_hold_none_of_the_servers_files(server, tmp_path):
    server.make_endpoint(waits(tmp_path), workersMin=1, workersMax=1)
    pid = started_pid(tmp_path)

    def held():
        # A file that the program itself opens as it begins, such as a locale's, may be closed between the two calls.
        for number in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(FileNotFoundError):
                yield os.readlink(f"/proc/{pid}/fd/{number}")

    def foreign():
        return [path for path in held() if path != "/dev/null" and not path.startswith("pipe:")]

    # A file of the server's would stay.
    processes.wait_until(lambda: not foreign(), 10, "a worker that holds only its pipes")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run workers as another user")
def test_worker_user(open_folder, servers):
    server = servers("--worker-user", "nobody", data=open_folder / "data").start()
    seen = open_folder / "seen"
    seen.mkdir()
    seen.chmod(0o777)
    look = f"cat {server.data}/api-key {server.data}/worker-secret > {seen}/secrets; touch here && ls here > {seen}/file"
    endpoint = server.make_endpoint(script(open_folder, f"{look}; id -un > {seen}/user; exec sleep 600"))
    server.run(endpoint)
    processes.wait_until(lambda: (seen / "user").exists() and (seen / "user").read_text(), 30, "a worker")
    assert (seen / "user").read_text().strip() == "nobody"
    assert (seen / "file").read_text() == "here\n", "its working folder is its own"
    assert (seen / "secrets").read_text() == "", "the server's secrets are not"


def test_quoted_words_and_json_commands(server, tmp_path):
    show = script(tmp_path, f'printf "%s\\n" "$@" > {tmp_path}/words; exec sleep 600')
    commands = [f"{show} 'two words' \"three \\\"of\\\" them\" plain", json.dumps({"cmd": [show, "two words", 'three "of" them', "plain"]})]
    for command in commands:
        server.run(server.make_endpoint(command))
        processes.wait_until(lambda: (tmp_path / "words").exists() and (tmp_path / "words").read_text().count("\n") == 3, 30, "it")
        assert (tmp_path / "words").read_text() == 'two words\nthree "of" them\nplain\n'
        (tmp_path / "words").unlink()
