"""The runpod package's own client, unmodified, against an endpoint whose worker the test drives."""

import os
import subprocess
import time

import pytest
import requests
import runpod
from harness import processes
from harness.client import unlike
from harness.server import GREETER, PYTHON, ROOT

COUNTS = {"completed", "failed", "inProgress", "inQueue", "retried"}
WORKERS = {"idle", "initializing", "ready", "running", "throttled", "unhealthy"}


@pytest.fixture
def client(server, endpoint, monkeypatch):
    monkeypatch.setattr(runpod, "endpoint_url_base", server.origin + "/v2")
    return runpod.Endpoint(endpoint, api_key=server.key)


def test_what_run_sends_is_what_the_worker_gets(client, worker):
    # The package wraps what has no truthy "input" of its own.
    for given, expected in [({"n": 1}, {"n": 1}), ({"input": {"n": 2}}, {"n": 2}), ({"input": {}}, {"input": {}})]:
        job = client.run(given)
        taken = worker.take()
        assert (taken["id"], taken["input"]) == (job.job_id, expected)
        worker.finish(taken, None)


def test_a_job_from_run_to_output(client, worker):
    job = client.run({"n": 1})
    assert job.status() == "IN_QUEUE" and job.output() is None
    taken = worker.take()
    assert job.status() == "IN_PROGRESS"
    worker.progress(job.job_id, {"step": 1})
    assert job.output() == {"step": 1}, "progress is what there is of the output"
    waiting = worker.later(job.output, timeout=60)
    worker.finish(taken, {"answer": "ü"})
    assert waiting.result(60) == {"answer": "ü"} and job.status() == "COMPLETED"


def test_output_gives_up_after_its_timeout(client):
    with pytest.raises(TimeoutError):
        client.run({"n": 1}).output(timeout=1)


def test_run_sync_returns_the_output(client, worker):
    waiting = worker.later(client.run_sync, {"n": 1})
    taken = worker.take()
    assert taken["input"] == {"n": 1}
    worker.finish(taken, [1, {"two": 2.5}])
    assert waiting.result(60) == [1, {"two": 2.5}]


def test_run_sync_of_a_job_that_fails_returns_none(client, worker):
    waiting = worker.later(client.run_sync, {"n": 1})
    worker.done(worker.take()["id"], {"error": "no such model"})
    assert waiting.result(60) is None


def test_a_failed_job_keeps_what_its_worker_gave_along(client, worker):
    job = client.run({"n": 1})
    worker.take()
    worker.done(job.job_id, {"error": "half of it", "output": {"half": 1}})
    assert job.status() == "FAILED" and job.output() == {"half": 1}


def test_a_stream_ends_with_the_job(client, worker):
    job = client.run({"n": 1})
    worker.take()
    stream = job.stream()
    worker.chunk(job.job_id, "first")
    assert next(stream) == "first"
    for value in ({"second": 2}, None):
        worker.chunk(job.job_id, value)
    worker.done(job.job_id, {"output": []}, stream="true")
    assert list(stream) == [{"second": 2}, None]
    assert job.status() == "COMPLETED" and job.output() == []


def test_a_cancelled_jobs_stream_asks_on_until_a_404(server, client, worker, monkeypatch):
    """The package does not know CANCELLED as an end. What ends it is a 404; `ttl` brings that about sooner."""
    job = client.run({"n": 1})
    asked, ask = [], job.rp_client.rp_session.request

    def counted(*arguments, **named):
        answer = ask(*arguments, **named)
        asked.append(answer.json().get("status"))
        return answer

    monkeypatch.setattr(job.rp_client.rp_session, "request", counted)
    streamed = worker.later(list, job.stream())
    server.post(f"/v2/{client.endpoint_id}/cancel/{job.job_id}")
    processes.wait_until(lambda: asked.count("CANCELLED") > 2, 20, "further questions")
    assert not streamed.done()
    server.get(f"/v2/{client.endpoint_id}/status/{job.job_id}?ttl=0")
    with pytest.raises(requests.HTTPError, match="404"):
        streamed.result(60)


def test_a_silent_stream_outlives_the_clients_read_timeout(client, worker):
    """Its requests give up after 10 s without an answer."""
    job = client.run({"n": 1})
    worker.take()
    waiting = worker.later(list, job.stream())
    time.sleep(11)
    assert not waiting.done(), waiting.exception()
    worker.chunk(job.job_id, "late")
    worker.done(job.job_id, {"output": []}, stream="true")
    assert waiting.result(60) == ["late"]


def test_cancel_of_waiting_running_and_finished_jobs(client, worker):
    waiting = client.run({"n": 1})
    assert waiting.cancel() == {"id": waiting.job_id, "status": "CANCELLED"}
    assert waiting.status() == "CANCELLED"

    running = client.run({"n": 2})
    assert worker.take()["id"] == running.job_id
    assert running.cancel()["status"] == "CANCELLED" and worker.stops() == [running.job_id]

    finished = client.run({"n": 3})
    worker.finish(worker.take(), "done")
    assert finished.cancel()["status"] == "COMPLETED" and finished.output() == "done"


def test_health_and_purge_queue(client, worker):
    for _ in range(3):
        client.run({"n": 1})
    worker.take()
    health = client.health()
    assert COUNTS <= set(health["jobs"]) and WORKERS <= set(health["workers"])
    assert {type(health["jobs"][name]) for name in COUNTS} | {type(health["workers"][name]) for name in WORKERS} == {int}
    assert (health["jobs"]["inQueue"], health["jobs"]["inProgress"]) == (2, 1)
    assert client.purge_queue() == {"removed": 2, "status": "completed"}
    assert client.health()["jobs"]["inQueue"] == 0


def test_refusals_arrive_as_the_exceptions_that_users_catch(server, client):
    with pytest.raises(RuntimeError, match="401"):
        runpod.Endpoint(client.endpoint_id, api_key="wrong").run({"n": 1})
    with pytest.raises(requests.HTTPError, match="404"):
        runpod.Endpoint("abcdefghijklmn", api_key=server.key).run({"n": 1})
    job = client.run({"n": 1})
    job.job_id = unlike(job.job_id)
    with pytest.raises(requests.HTTPError, match="404"):
        job.status()


def test_two_variables_are_all_that_a_script_needs(server, tmp_path):
    """As the README has it: the addresses from the environment, and a worker that the server starts."""
    script = f"""
import runpod
runpod.api_key = "{server.key}"
folder = "process:{ROOT}/examples/hello"
template = runpod.create_template("from a script", folder, docker_start_cmd="{GREETER}", is_serverless=True)
endpoint = runpod.create_endpoint("from a script", template["id"], workers_max=1)
print(runpod.Endpoint(endpoint["id"]).run_sync({{"name": "Ada"}}))
"""
    addresses = {"RUNPOD_ENDPOINT_BASE_URL": server.origin + "/v2", "RUNPOD_API_BASE_URL": server.origin}
    done = subprocess.run(
        [PYTHON, "-c", script],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)} | addresses,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "{'greeting': 'Hello, Ada!'}"
