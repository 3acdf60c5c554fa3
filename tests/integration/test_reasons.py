"""Whoever waits is told why: the same typed reason in /status and in /health, one test for each way to wait."""

import re
import time
from datetime import datetime, timezone

import pytest
from harness import processes
from harness.server import PYTHON, ROOT

REASON = re.compile(r"WaitReason::(\w+)")
SDK_WORKER = f"{PYTHON} -u {ROOT}/tests/workers/sdk_worker.py"
SILENT = "sleep 600"


def waiting(server, endpoint, job):
    """What /status says, if the job waits; and it is what /health says."""
    view = server.status(endpoint, job)
    if view["status"] != "IN_QUEUE":
        return None
    told = view["pilotlight"]["waiting"]
    health = server.health(endpoint)["pilotlight"]["waiting"]
    assert told and told["text"]
    return told if health["reason"] == told["reason"] else None


def wait_reason(server, endpoint, job, reason, timeout=60):
    return processes.wait_until(
        lambda: (got := waiting(server, endpoint, job)) and got["reason"] == reason and got, timeout, f"the reason {reason}"
    )


def seconds_until(told):
    return (datetime.fromisoformat(told["until"].replace("Z", "+00:00")) - datetime.now(timezone.utc)).total_seconds()


def test_every_reason_is_documented():
    given = set(REASON.findall((ROOT / "src/core/why.cpp").read_text())) - {"none"}
    table = (ROOT / "docs/api.md").read_text().partition("| `reason` |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == given


def test_no_worker_yet(server):
    endpoint = server.make_endpoint(SILENT)
    assert "starting" in wait_reason(server, endpoint, server.run(endpoint), "no_worker_yet")["text"]


def test_endpoint_at_zero(server):
    endpoint = server.make_idle_endpoint()
    assert "workersMax" in wait_reason(server, endpoint, server.run(endpoint), "endpoint_at_zero")["text"]


def test_low_priority(server):
    endpoint = server.make_endpoint(SILENT)
    wait_reason(server, endpoint, server.run(endpoint, {}, policy={"lowPriority": True}), "low_priority")


def test_workers_max_reached(server):
    endpoint = server.make_endpoint(SDK_WORKER, workersMax=1)
    server.wait_status(endpoint, server.run(endpoint, {"sleep": 5}), "IN_PROGRESS", 60)
    told = wait_reason(server, endpoint, server.run(endpoint), "workers_max_reached")
    assert "workersMax" in told["text"] and "until" not in told


def test_workers_busy_until_the_next_step(server):
    endpoint = server.make_endpoint(SDK_WORKER, workersMax=2, scalerValue=60)
    server.wait_status(endpoint, server.run(endpoint, {"sleep": 5}), "IN_PROGRESS", 60)
    told = wait_reason(server, endpoint, server.run(endpoint), "workers_busy")
    assert 30 < seconds_until(told) <= 61, told


def test_crash_loop_with_exit_code_last_words_and_next_attempt(server, tmp_path):
    script = tmp_path / "worker.sh"
    script.write_text("#!/bin/sh\necho 'no model here' >&2\nexit 9\n")
    script.chmod(0o755)
    endpoint = server.make_endpoint(str(script))
    job = server.run(endpoint)
    told = processes.wait_until(
        lambda: (got := waiting(server, endpoint, job)) and got["reason"] == "crash_loop" and "until" in got and got, 60, "it"
    )
    assert told["exitCode"] == 9 and "no model here" in told["detail"] and seconds_until(told) < 310
    processes.wait_until(lambda: server.health(endpoint)["workers"]["unhealthy"] == 1, 30, "an unhealthy worker")


def test_crash_loop_by_a_signal(server):
    endpoint = server.make_endpoint("sh -c 'echo farewell; kill -SEGV $$'")
    told = wait_reason(server, endpoint, server.run(endpoint), "crash_loop")
    assert told["exitCode"] == 128 + 11 and "farewell" in told["detail"]


@pytest.mark.parametrize("where", ["template", "endpoint"])
def test_a_worker_that_takes_too_long_to_start(server, where):
    variables = {"RUNPOD_INIT_TIMEOUT": "2"}
    endpoint = server.make_endpoint("sh -c 'echo still loading; sleep 600'", env=variables if where == "template" else {})
    if where == "endpoint":
        pairs = [{"key": key, "value": value} for key, value in variables.items()]
        server.save_endpoint(id=endpoint, env=pairs)
    job = server.run(endpoint)
    told = wait_reason(server, endpoint, job, "crash_loop")
    assert told["detail"].startswith("the worker did not ask for a job within 2 s of its start and was killed"), told
    # Its last words come with the end of its process, a moment later.
    processes.wait_until(lambda: "still loading" in waiting(server, endpoint, job)["detail"], 10, "its last words")


def test_a_failed_fitness_check_is_named(server, tmp_path):
    """The runpod package reports it in a last ping and exits."""
    worker = tmp_path / "unfit.py"
    worker.write_text(
        "import runpod\n"
        "@runpod.serverless.register_fitness_check\n"
        "def has_weights():\n"
        "    raise RuntimeError('the weights are not there')\n"
        "runpod.serverless.start({'handler': lambda job: job})\n"
    )
    endpoint = server.make_endpoint(f"{PYTHON} -u {worker}")
    told = wait_reason(server, endpoint, server.run(endpoint), "crash_loop")
    assert "check has_weights failed" in told["detail"] and "the weights are not there" in told["detail"], told
    assert told["exitCode"] == 1


def test_shutting_down(servers, make_worker):
    server = servers().start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    held = server.run(endpoint)
    assert worker.take()["id"] == held
    job = server.run(endpoint)
    server.process.terminate()
    wait_reason(server, endpoint, job, "shutting_down", 20)
    worker.finish(held, 1)
    assert server.process.wait(30) == 0


def test_a_loop_that_is_mended_is_forgotten(server, tmp_path):
    script = tmp_path / "worker.sh"
    script.write_text(f"#!/bin/sh\n[ -e {tmp_path}/mended ] || exit 9\nexec {SDK_WORKER}\n")
    script.chmod(0o755)
    endpoint = server.make_endpoint(str(script))
    job = server.run(endpoint)
    wait_reason(server, endpoint, job, "crash_loop")
    (tmp_path / "mended").touch()
    assert server.wait_final(endpoint, job, 120)["status"] == "COMPLETED"
    time.sleep(0.2)
    assert "pilotlight" not in server.health(endpoint)
