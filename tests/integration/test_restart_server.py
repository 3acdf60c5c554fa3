"""`pilotlight restart-server`: a server runs again from its program's file, and workers and jobs go on."""

import re
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from harness import processes
from harness.server import BINARY, PYTHON

VERSION = subprocess.run([BINARY, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
HANDLER = """
import asyncio, runpod
async def handler(job):
    await asyncio.sleep(job["input"].get("sleep", 0))
    return "done"
runpod.serverless.start({"handler": handler})
"""


@pytest.fixture
def server(servers, tmp_path):
    """A server whose program is a file of the test's own."""
    program = tmp_path / "pilotlight"
    shutil.copy(BINARY, program)
    return servers(binary=program).start()


def replace_program(server, content):
    """As a package does: another file takes the name."""
    fresh = server.binary.with_name("fresh")
    fresh.write_bytes(content)
    fresh.chmod(0o755)
    fresh.rename(server.binary)


def newer_version():
    """The program as a build that calls itself 9.8.7."""
    other = "9.8.7".ljust(len(VERSION), "0").encode()
    return BINARY.read_bytes().replace(f"pilotlight {VERSION}".encode(), b"pilotlight " + other)


def version_of(pid):
    return subprocess.run([f"/proc/{pid}/exe", "--version"], capture_output=True, text=True, check=True).stdout.strip()


def restart(server):
    return server.command("restart-server", "--data", server.data, timeout=150)


def test_a_running_job_ends_on_its_worker_under_the_new_version(server, tmp_path):
    (tmp_path / "handler.py").write_text(HANDLER)
    endpoint = server.make_endpoint(f"{PYTHON} -u {tmp_path}/handler.py", workersMax=1)
    job = server.run(endpoint, {"sleep": 4})
    server.wait_status(endpoint, job, "IN_PROGRESS", 60)
    old = server.server_pid()
    replace_program(server, newer_version())
    done = restart(server)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(rf"{server.binary} serves as process \d+; workers and jobs went on\.\n", done.stdout)
    assert server.server_pid() != old and version_of(server.server_pid()) == "pilotlight 9.8.7"
    assert version_of(server.pid) == f"pilotlight {VERSION}", "the keeper is the one that was"
    view = server.wait_final(endpoint, job)
    assert view["status"] == "COMPLETED", view
    events = server.get(f"/v2/{endpoint}/jobs/{job}/events").json["events"]
    assert sum(event["event"] == "leased" for event in events) == 1, events
    worker = view["workerId"]
    again = server.wait_final(endpoint, server.run(endpoint, {}))
    assert again["workerId"] == worker


def test_a_version_that_cannot_serve_leaves_the_one_before(server):
    endpoint = server.make_idle_endpoint()
    job = server.run(endpoint, {})
    replace_program(server, Path("/bin/false").read_bytes())
    done = restart(server)
    assert done.returncode == 1
    assert "ended with status 1 before it was ready. The previous program serves again" in done.stderr
    assert version_of(server.server_pid()) == f"pilotlight {VERSION}"
    assert server.status(endpoint, job)["status"] == "IN_QUEUE"


def test_where_no_server_runs_it_says_so(servers):
    server = servers()
    done = restart(server)
    assert (done.returncode, done.stderr) == (3, f"pilotlight: no server runs on the data folder {server.data}\n")


def test_no_job_is_lost_and_no_client_refused_while_it_restarts(server):
    endpoint = server.make_idle_endpoint()
    stop, accepted, problems = threading.Event(), [], []

    def submit():
        while not stop.is_set():
            try:
                answer = server.post(f"/v2/{endpoint}/run", {"input": {}}, headers={"Connection": "close"})
                (accepted.append(answer.json["id"]) if answer.status == 200 else problems.append(answer.text))
            except OSError as error:
                problems.append(repr(error))

    clients = [threading.Thread(target=submit) for _ in range(3)]
    for client in clients:
        client.start()
    for _ in range(4):
        before = len(accepted)
        assert restart(server).returncode == 0
        processes.wait_until(lambda: len(accepted) > before + 20, 30, "jobs after the restart")  # noqa: B023
    stop.set()
    for client in clients:
        client.join()
    assert problems == []
    assert server.health(endpoint)["jobs"]["inQueue"] == len(accepted)


def test_who_waits_is_answered(server):
    endpoint = server.make_idle_endpoint()
    answers = []
    waiting = threading.Thread(
        target=lambda: answers.append(server.post(f"/v2/{endpoint}/runsync", {"input": {}}, timeout=100))
    )
    waiting.start()
    processes.wait_until(lambda: server.health(endpoint)["jobs"]["inQueue"] == 1, 30, "the job")
    assert restart(server).returncode == 0
    waiting.join()
    (answer,) = answers
    assert (answer.status, answer.json["status"]) == (200, "IN_QUEUE")
