"""A paused endpoint refuses new jobs, as RunPod's does: workersMax is 0, and no worker started by hand polls."""

import time

import openai
import pytest
import requests
import runpod
from harness import processes

PAUSED = '{"error":"ENDPOINT_PAUSED"}'
BODY = {"input": {"n": 1}}


@pytest.fixture(scope="module")
def server(shared_servers):
    return shared_servers(paused_endpoints=None).start()


def is_paused(answer):
    assert answer.status in (200, 409), answer.text
    assert answer.status == 200 or answer.text == PAUSED
    return answer.status == 409


def run(server, endpoint, key=None, body=BODY):
    return server.post(f"/v2/{endpoint}/run", body, headers={"idempotency-key": key} if key else {})


def in_queue(server, endpoint):
    return server.health(endpoint)["jobs"]["inQueue"]


def finish(worker, jobs):
    assert jobs
    for job in jobs:
        worker.finish(job, "done")


def set_workers_max(server, endpoint, count):
    server.graphql(f'mutation {{ updateEndpointWorkersMax(input: {{endpointId: "{endpoint}", workerCount: {count}}}) {{ id }} }}')


def pause_again(server, endpoint):
    """Saves the endpoint with another setting; what changes nothing would leave it open."""
    server.save_endpoint(id=endpoint, idleTimeout=time.monotonic_ns() % 3600 + 1)


def test_run_and_runsync_are_refused_until_workers_max_is_raised(server, endpoint):
    waited = server.post(f"/v2/{endpoint}/runsync", BODY)
    assert is_paused(run(server, endpoint)) and is_paused(waited)
    assert "x-runpod-job-id" not in waited.headers, "there is no job"
    large = {"input": "x" * (1 << 20)}
    assert is_paused(run(server, endpoint, body=large))
    assert in_queue(server, endpoint) == 0
    # A worker that would take the jobs from under the test is never ready.
    template = server.save_template(dockerArgs="sleep 600")
    server.save_endpoint(id=endpoint, templateId=template["id"], workersMax=1)
    assert not is_paused(run(server, endpoint))
    set_workers_max(server, endpoint, 0)
    assert is_paused(run(server, endpoint)) and in_queue(server, endpoint) == 1


def test_a_refused_batch_stays_open_and_is_finalized_later(server, endpoint, worker):
    batch = server.post(f"/v2/{endpoint}/batch", [BODY, BODY])
    assert batch.status == 200, batch.text
    path = f"/v2/{endpoint}/batch/{batch.json['id']}"
    assert is_paused(server.post(f"{path}/finalize"))
    assert server.get(path).json["status"] == "DRAFT"
    assert server.post(f"{path}/requests", [BODY]).json["requestTotal"] == 3
    poll = worker.later(worker.take)
    processes.wait_until(lambda: not is_paused(server.post(f"{path}/finalize")), 30, "the poll of the worker")
    worker.finish(poll.result(30), "done")
    view = server.get(path).json
    assert (view["status"], view["requestTotal"]) == ("FINALIZED", 3)


def test_the_openai_package_is_told(server, endpoint):
    url = f"{server.origin}/v2/{endpoint}/openai/v1"
    with openai.OpenAI(base_url=url, api_key=server.key, max_retries=0) as client:
        for stream in (False, True):
            with pytest.raises(openai.ConflictError) as told:
                client.chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}], stream=stream)
            assert (told.value.body, told.value.response.text) == ("ENDPOINT_PAUSED", PAUSED)
    assert in_queue(server, endpoint) == 0


def test_the_runpod_package_is_told(server, endpoint, monkeypatch):
    monkeypatch.setattr(runpod, "api_key", server.key)
    monkeypatch.setattr(runpod, "endpoint_url_base", f"{server.origin}/v2")
    for call in ("run", "run_sync"):
        with pytest.raises(requests.HTTPError) as told:
            getattr(runpod.Endpoint(endpoint), call)({"input": {}})
        assert (told.value.response.status_code, told.value.response.text) == (409, PAUSED)


def test_a_hand_started_worker_opens_its_endpoint_until_a_save(server, endpoint, worker):
    worker.ping()
    assert is_paused(run(server, endpoint)), "a ping asks for no job"
    poll = worker.later(worker.take)
    processes.wait_until(lambda: not is_paused(run(server, endpoint)), 30, "the poll of the worker")
    worker.finish(poll.result(30), "done")
    assert not is_paused(run(server, endpoint))
    assert server.kill_server() and server.wait_ready() is None
    assert not is_paused(run(server, endpoint)), "a restart remembers the poll"
    set_workers_max(server, endpoint, 0)
    assert not is_paused(run(server, endpoint)), "the save changed nothing"
    pause_again(server, endpoint)
    assert is_paused(run(server, endpoint))
    assert in_queue(server, endpoint) >= 2, "jobs that were accepted stay"
    finish(worker, worker.take_several())
    assert not is_paused(run(server, endpoint))


def test_a_known_key_finds_its_job_and_a_refused_one_stays_free(server, endpoint, worker):
    worker.later(worker.take)
    processes.wait_until(lambda: not is_paused(run(server, endpoint, "known")), 30, "the poll of the worker")
    job = run(server, endpoint, "known").json["id"]
    processes.wait_until(lambda: server.status(endpoint, job)["status"] == "IN_PROGRESS", 30, "the delivery")
    worker.done(job, {"error": "it failed"})
    pause_again(server, endpoint)
    assert is_paused(run(server, endpoint)) and is_paused(run(server, endpoint, "new"))
    assert run(server, endpoint, "known").json == {"id": job, "status": "FAILED"}
    assert server.post(f"/v2/{endpoint}/retry/{job}").status == 200, "a job that was accepted once may be retried"
    finish(worker, worker.take_several())
    assert not is_paused(run(server, endpoint, "new", body={"input": "another body"}))


@pytest.mark.parametrize(
    "options, refuses",
    [
        (["--paused-endpoints", "queue"], False),
        (["--runtime", "none"], False),
        (["--runtime", "none", "--paused-endpoints", "refuse"], True),
    ],
)
def test_the_option_and_its_default_without_a_runtime(servers, options, refuses):
    server = servers(*options, paused_endpoints=None).start()
    endpoint = server.make_idle_endpoint()
    assert is_paused(run(server, endpoint)) == refuses
    assert in_queue(server, endpoint) == (0 if refuses else 1)
