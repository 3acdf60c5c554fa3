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


def test_a_worker_that_dies_costs_one_retry_and_shows_its_crash(server, endpoint):
    server.wait_final(endpoint, server.run(endpoint, {"print": "an earlier job"}))
    job = server.run(endpoint, {"print": "the token is TOKEN", "exit": 3})
    view = server.wait_final(endpoint, job, 120)
    assert view["status"] == "FAILED" and view["retries"] == 1
    assert view["error"] == "job timed out after 1 retries"
    events = server.get(f"/v2/{endpoint}/jobs/{job}/events").json["events"]
    first, last = (event["crash"] for event in events if event["event"] in ("returned", "ended"))
    assert view["pilotlight"] == {"crash": last}
    for crash in (first, last):
        assert crash["exitCode"] == 3 and "signal" not in crash
        assert crash["output"].endswith("the token is ***") and "Started." in crash["output"], crash
    assert "an earlier job" not in first["output"]


def test_the_signal_that_ended_a_worker_is_told(server, endpoint):
    server.save_endpoint(id=endpoint, retriesMax=0)
    view = server.post(f"/v2/{endpoint}/runsync", {"input": {"signal": "SIGKILL"}}, timeout=100).json
    assert view["error"] == "job timed out after 0 retries"
    assert view["pilotlight"]["crash"]["signal"] == 9 and "Started." in view["pilotlight"]["crash"]["output"]


def test_a_worker_that_the_server_stops_has_not_crashed(server, endpoint):
    job = server.run(endpoint, {"sleep": 60}, policy={"executionTimeout": 5001})
    view = server.wait_final(endpoint, job, 120)
    assert view["error"] == "executionTimeout exceeded" and "pilotlight" not in view


CAUSES = {
    "datetime": "Object of type datetime is not JSON serializable",
    "bytes": "Object of type bytes is not JSON serializable",
    "surrogate": "'utf-8' codec can't encode character '\\ud83d' in position 24: surrogates not allowed",
}


@pytest.mark.parametrize(("kind", "cause"), CAUSES.items(), ids=CAUSES)
def test_a_result_that_the_package_cannot_send_ends_the_job(server, endpoint, kind, cause):
    """The package posts nothing then; that its next poll holds nothing is all there is to know."""
    job = server.run(endpoint, {"unwritable": kind})
    view = server.wait_final(endpoint, job, 120)
    assert view["status"] == "FAILED" and "output" not in view
    assert view["error"] == f"worker finished without reporting a result: {cause}"
    events = server.get(f"/v2/{endpoint}/jobs/{job}/events").json["events"]
    assert [event["error"] for event in events if event.get("reason") == "no_result"] == [cause]
    following = server.run(endpoint, {"n": 1})
    assert server.wait_final(endpoint, following)["output"]["worker"] == view["workerId"], "the worker goes on"


def test_a_result_that_json_cannot_hold_is_named_soon(server, endpoint):
    view = server.wait_final(endpoint, server.run(endpoint, {"unwritable": "set"}), 120)
    assert view["error"].startswith("worker finished without reporting a result: Object of type set")
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
