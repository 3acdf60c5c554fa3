"""The npm package runpod-sdk, unmodified, against an endpoint whose worker the test drives."""

import json
import time

import pytest
from harness.client import unlike
from harness.node import NodeClient

HOLD_S = 8  # an idle /stream poll


@pytest.fixture
def make_client(server, endpoint):
    made = []

    def make(endpoint=endpoint, key=None):
        made.append(NodeClient("runpod_sdk.mjs", server, endpoint, key))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client):
    return make_client()


@pytest.fixture
def job(client, worker):
    """A job in the worker's hands."""
    job = client.value("run", {"input": {"n": 1}})["id"]
    assert worker.take()["id"] == job
    return job


def test_a_job_from_run_to_its_output(client, worker):
    submitted = client.value("run", {"input": {"n": 1}, "policy": {"executionTimeout": 60_000, "ttl": 60_000}})
    job = submitted["id"]
    assert submitted == {"id": job, "status": "IN_QUEUE"}
    view = client.value("status", job)
    assert (view["status"], view["started"], view["completed"], view["succeeded"]) == ("IN_QUEUE", True, False, False)
    taken = worker.take()
    assert taken["input"] == {"n": 1} and client.value("status", job)["status"] == "IN_PROGRESS"
    worker.finish(taken, {"answer": "ü"})
    view = client.value("status", job)
    assert view["output"] == {"answer": "ü"} and view["completed"] and view["succeeded"]
    assert type(view["delayTime"]) is int and type(view["executionTime"]) is int


def test_run_sync_waits_once_and_as_long_as_it_may(client, worker):
    waiting = worker.later(client.call, "runSync", {"input": {"n": 1}})
    worker.finish(worker.take(), [1, 2])
    done = waiting.result(60)
    assert done.value["output"] == [1, 2] and done.value["succeeded"] and done.value["status"] == "COMPLETED"
    assert done.paths == ["runsync?wait=90000"]


def test_run_sync_goes_on_with_status_sync(client, worker):
    waiting = worker.later(client.call, "runSync", {"input": {"n": 1}}, 3_000)
    taken = worker.take()
    time.sleep(3.5)
    worker.finish(taken, "late")
    done = waiting.result(60)
    assert done.value["output"] == "late" and done.value["succeeded"]
    job = taken["id"]
    assert job.startswith("sync-") and done.paths[0] == "runsync?wait=3000"
    later = done.paths[1:]
    # It asks again without a pause, so that each question has to wait: for a second at least.
    assert 1 <= len(later) <= 3 and all(path.startswith(f"status-sync/{job}?wait=") for path in later)


def test_status_sync_of_a_job_that_ends_meanwhile(client, worker, job):
    waiting = worker.later(client.value, "statusSync", job)
    worker.finish(job, "done")
    view = waiting.result(60)
    assert view["output"] == "done" and view["succeeded"]


def test_a_job_that_fails(client, worker, job):
    worker.done(job, {"error": {"code": 7}, "output": {"half": 1}})
    view = client.value("status", job)
    assert (view["status"], view["completed"], view["succeeded"]) == ("FAILED", True, False)
    assert json.loads(view["error"]) == {"code": 7} and view["output"] == {"half": 1}


def test_a_stream_is_whole_and_waits_between_its_requests(client, worker, job):
    """It asks in a loop without a pause and stops at the first final status."""
    began = time.monotonic()
    waiting = worker.later(client.call, "stream", job)
    chunks = ["first", {"second": 2}, None, ["last"]]
    for value in chunks[:-1]:
        worker.chunk(job, value)
        time.sleep(1)
    worker.chunk(job, chunks[-1])
    worker.done(job, {"output": []}, stream="true")
    done = waiting.result(60)
    assert done.error is None and [element["output"] for element in done.value] == chunks
    took = time.monotonic() - began
    assert len(done.requests) <= len(chunks) + 2 + took / HOLD_S
    assert set(done.paths) == {f"stream/{job}"}


def test_a_stream_of_a_cancelled_job_ends(client, worker, job):
    worker.chunk(job, "only")
    assert client.value("cancel", job)["status"] == "CANCELLED"
    assert [element["output"] for element in client.value("stream", job)] == ["only"]


def test_cancel_health_and_purge_queue(client, worker, job):
    more = [client.value("run", {"input": n})["id"] for n in range(3)]
    health = client.value("health")
    assert (health["jobs"]["inProgress"], health["jobs"]["inQueue"]) == (1, 3)
    assert set(health["workers"]) >= {"idle", "initializing", "ready", "running", "throttled"}
    cancelled = client.call("cancel", more[0])
    assert cancelled.value == {"id": more[0], "status": "CANCELLED"} and cancelled.requests[0]["body"] == "{}"
    assert client.value("purgeQueue") == {"removed": 2, "status": "completed"}
    assert client.value("cancel", job)["status"] == "CANCELLED" and worker.stops() == [job]
    assert client.value("status", job)["completed"]


def test_refusals_are_thrown_with_their_status(client, make_client, job):
    assert make_client(key="wrong").call("run", {"input": {}}).error == "Request failed with status code 401"
    assert make_client("abcdefghijklmn").call("health").error == "Request failed with status code 404"
    assert client.call("status", unlike(job)).error == "Request failed with status code 404"
    assert client.call("run", {"policy": {}}).error == "Request failed with status code 400"
