"""Workers on the unmodified runpod package, started and stopped by the process runtime."""

import os
import signal
import subprocess
import time

import pytest
from harness import processes
from harness.server import PYTHON, ROOT

COMMAND = f"{PYTHON} -u {ROOT}/tests/workers/sdk_worker.py"


@pytest.fixture
def endpoint(server):
    return server.make_endpoint(COMMAND, idleTimeout=3, workersMax=2, scalerValue=60)


def live_workers(server, endpoint):
    query = "{ myself { endpoints { id pods { desiredStatus } } } }"
    listed = server.graphql(query)["myself"]["endpoints"]
    return next(entry["pods"] for entry in listed if entry["id"] == endpoint)


def test_from_zero_to_zero_and_back(server, endpoint):
    answer = server.post(f"/v2/{endpoint}/runsync", {"input": {"n": 1}}, timeout=100)
    assert answer.json["status"] == "COMPLETED", answer.text
    first = answer.json["output"]["worker"]
    assert answer.json["workerId"] == first
    assert live_workers(server, endpoint) == [{"desiredStatus": "RUNNING"}]

    job = server.run(endpoint, {"n": 2})
    view = server.wait_final(endpoint, job)
    assert view["output"]["echo"] == {"n": 2} and view["output"]["worker"] == first

    pid = view["output"]["pid"]
    idle_since = time.monotonic()
    processes.wait_until(lambda: not processes.is_alive(pid), 30, "the idle worker's end")
    assert time.monotonic() - idle_since > 2
    processes.wait_until(lambda: live_workers(server, endpoint) == [], 10, "an empty list")
    assert set(server.health(endpoint)["workers"].values()) == {0}

    again = server.post(f"/v2/{endpoint}/runsync", {"input": {"n": 3}}, timeout=100).json
    assert again["output"]["worker"] not in (None, first), "a worker id is never used twice"


def test_an_exception_is_the_jobs_error(server, endpoint):
    job = server.run(endpoint, {"raise": "no such model"})
    view = server.wait_final(endpoint, job)
    assert view["status"] == "FAILED" and "no such model" in view["error"]


def test_progress_is_seen(server, endpoint):
    job = server.run(endpoint, {"progress": "half"})
    server.wait_status(endpoint, job, "IN_PROGRESS", 60)
    processes.wait_until(lambda: server.status(endpoint, job).get("output") == "half", 20, "the progress")
    assert server.wait_final(endpoint, job)["status"] == "COMPLETED"


def test_a_worker_that_dies_in_a_job_costs_one_retry(server, endpoint):
    job = server.run(endpoint, {"exit": 3})
    view = server.wait_final(endpoint, job, 120)
    assert view["status"] == "FAILED" and view["retries"] == 1
    assert view["error"] == "job timed out after 1 retries"


def test_a_result_that_json_cannot_hold_ends_the_job(server, endpoint):
    """The package posts nothing then; that its next poll holds nothing is all there is to know."""
    view = server.wait_final(endpoint, server.run(endpoint, {"unwritable": True}), 120)
    assert view["status"] == "FAILED" and "output" not in view
    following = server.run(endpoint, {"n": 1})
    assert server.wait_final(endpoint, following)["output"]["worker"] == view["workerId"], "the worker goes on"


def test_a_result_that_json_cannot_hold_is_named_soon(server, endpoint):
    view = server.wait_final(endpoint, server.run(endpoint, {"unwritable": True}), 120)
    assert view["error"].startswith("worker finished without reporting a result")
    begun = sum(view["id"] in line and "Started." in line for text in server.worker_logs().values() for line in text.splitlines())
    assert begun <= 3, "as often as that of a lost job, and once more, as one answer may be lost on the way"


def test_the_server_is_killed_and_the_job_goes_on(server, endpoint):
    job = server.run(endpoint, {"sleep": 3})
    view = server.wait_status(endpoint, job, "IN_PROGRESS", 60)
    server.kill_server()
    done = server.wait_final(endpoint, job, 60)
    assert done["status"] == "COMPLETED" and done["workerId"] == view["workerId"] and "retries" not in done


def test_jobs_spread_over_two_workers_and_never_more(servers):
    server = servers().start()
    endpoint = server.make_endpoint(COMMAND, workersMax=2, scalerType="REQUEST_COUNT", scalerValue=1)
    jobs = [server.run(endpoint, {"sleep": 1}) for _ in range(6)]
    seen = set()
    while any(server.status(endpoint, job)["status"] in ("IN_QUEUE", "IN_PROGRESS") for job in jobs):
        assert len(live_workers(server, endpoint)) <= 2
        time.sleep(0.2)
    for job in jobs:
        view = server.status(endpoint, job)
        assert view["status"] == "COMPLETED", view
        seen.add(view["workerId"])
    assert len(seen) == 2


def test_a_worker_started_by_hand_is_a_worker_like_any_other(server, endpoint, tmp_path):
    """`pilotlight worker-env` is all that a debugger, a container or another machine needs."""
    at_zero = server.make_idle_endpoint()
    variables = server.worker_env(at_zero)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)} | variables
    with (tmp_path / "log").open("w") as log:
        worker = subprocess.Popen(
            COMMAND.split(), env=environment, cwd=tmp_path, stdout=log, stderr=log, start_new_session=True
        )
    try:
        answer = server.post(f"/v2/{at_zero}/runsync", {"input": {"by": "hand"}}, timeout=100)
        assert answer.json["status"] == "COMPLETED", answer.text + (tmp_path / "log").read_text()
        assert answer.json["workerId"] == variables["RUNPOD_POD_ID"]
    finally:
        os.killpg(worker.pid, signal.SIGKILL)  # its ping process would live on
        worker.wait()


def test_sigterm_lets_the_running_job_finish(servers):
    server = servers().start()
    endpoint = server.make_endpoint(COMMAND)
    job = server.run(endpoint, {"sleep": 2})
    server.wait_status(endpoint, job, "IN_PROGRESS", 60)
    assert server.terminate() == 0
    assert server.leftovers() == []
    server.start()
    assert server.status(endpoint, job)["status"] == "COMPLETED"


@pytest.fixture
def streaming(server):
    """The package's own client of an endpoint whose worker is a generator."""
    import runpod

    runpod.api_key = server.key
    runpod.endpoint_url_base = server.origin + "/v2"
    endpoint = server.make_endpoint(f"{PYTHON} -u {ROOT}/tests/workers/generator_worker.py", workersMax=1)
    return runpod.Endpoint(endpoint)


def test_a_generator_streams_to_the_packages_own_client(streaming):
    job = streaming.run({"count": 12})
    values = [{"number": number} for number in range(12)]
    assert list(job.stream()) == values
    assert job.status() == "COMPLETED" and job.output() == values


def test_a_generator_that_fails_has_streamed_what_it_yielded(streaming):
    job = streaming.run({"count": 3, "fail": True})
    assert list(job.stream()) == [{"number": number} for number in range(3)]
    assert job.status() == "FAILED"
