"""The worker protocol on the wire, spoken by a worker that somebody started by hand."""

import time

import pytest
import requests

VARIABLES = {
    "RUNPOD_WEBHOOK_GET_JOB",
    "RUNPOD_WEBHOOK_POST_OUTPUT",
    "RUNPOD_WEBHOOK_POST_STREAM",
    "RUNPOD_WEBHOOK_PING",
    "RUNPOD_PING_INTERVAL",
    "RUNPOD_AI_API_KEY",
    "RUNPOD_POD_ID",
    "RUNPOD_ENDPOINT_ID",
}


def test_the_variables_have_the_form_that_every_sdk_needs(server, endpoint):
    variables = server.worker_env(endpoint)
    assert set(variables) >= VARIABLES
    worker = variables["RUNPOD_POD_ID"]
    base = f"{server.origin}/v2/{endpoint}"
    assert variables["RUNPOD_WEBHOOK_GET_JOB"].startswith(f"{base}/job-take/{worker}?")
    assert variables["RUNPOD_WEBHOOK_POST_OUTPUT"].startswith(f"{base}/job-done/{worker}/$ID?")
    assert variables["RUNPOD_WEBHOOK_POST_STREAM"].startswith(f"{base}/job-stream/{worker}/$ID?")
    assert variables["RUNPOD_WEBHOOK_PING"].startswith(f"{base}/ping/{worker}?")
    assert variables["RUNPOD_ENDPOINT_ID"] == endpoint
    assert int(variables["RUNPOD_PING_INTERVAL"]) == 10000
    assert variables["RUNPOD_SKIP_AUTO_SYSTEM_CHECKS"] == "true"
    assert server.key not in str(variables), "a worker does not get the account's key"


def test_every_start_by_hand_is_another_worker(server, endpoint):
    assert server.worker_env(endpoint)["RUNPOD_POD_ID"] != server.worker_env(endpoint)["RUNPOD_POD_ID"]


def test_worker_env_of_an_endpoint_that_is_not_there(server):
    done = server.command("worker-env", "nosuchendpoint", "--data", server.data)
    assert done.returncode != 0 and "nosuchendpoint" in done.stderr and not done.stdout


def test_public_url_is_what_workers_are_told(servers):
    server = servers("--public-url", "https://jobs.example.org:8443").start()
    variables = server.worker_env(server.make_idle_endpoint())
    assert variables["RUNPOD_WEBHOOK_GET_JOB"].startswith("https://jobs.example.org:8443/v2/")


def test_a_job_object_has_what_a_worker_needs(server, endpoint, worker):
    job = server.run(endpoint, {"a": 1})
    answer = worker.take_answer()
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("application/json")
    assert answer.json["id"] == job and answer.json["input"] == {"a": 1}


def test_a_parked_poll_gets_the_job_at_once(server, endpoint, worker):
    poll = worker.later(worker.take)
    time.sleep(0.5)
    assert not poll.done()
    job = server.run(endpoint)
    assert poll.result(15)["id"] == job, "not only when the hold is over"


def test_a_poll_without_a_job_is_held_and_ends_with_204(worker):
    began = time.monotonic()
    answer = worker.take_answer()
    assert answer.status == 204 and answer.text == ""
    assert 17 < time.monotonic() - began < 30, "some SDKs give up after 30 s"


def test_a_batch_takes_up_to_its_size(server, endpoint, worker):
    jobs = [server.run(endpoint, {"n": n}) for n in range(5)]
    first = worker.take_batch(3)
    assert [job["id"] for job in first] == jobs[:3]
    for job in jobs[:3]:
        worker.finish(job, job)
    assert [job["id"] for job in worker.take_batch(3)] == jobs[3:]
    for job in jobs[3:]:
        worker.finish(job, job)
    assert {server.status(endpoint, job)["status"] for job in jobs} == {"COMPLETED"}


def test_a_batch_of_large_inputs_comes_in_several_answers(server, endpoint, worker):
    """All of an answer is in memory until it is written: 64 MiB of inputs are enough."""
    jobs = [server.run(endpoint, {"text": "x" * (9 << 20)}) for _ in range(9)]
    first = worker.take_batch(9)
    assert [job["id"] for job in first] == jobs[:7]
    assert [job["id"] for job in worker.take_batch(2, in_progress=1)] == jobs[7:]
    server.post(f"/v2/{endpoint}/purge-queue")


def test_a_second_answer_is_accepted_and_dropped(server, endpoint, worker):
    job = server.run(endpoint)
    worker.take()
    worker.finish(job, "first")
    assert worker.done(job, {"output": "second"}).status == 200
    assert worker.done(job, {"error": "third"}).status == 200
    assert server.status(endpoint, job)["output"] == "first"
    assert server.health(endpoint)["jobs"]["completed"] == 1


def test_an_answer_for_a_job_it_does_not_hold_is_dropped(server, endpoint, worker, make_worker):
    job = server.run(endpoint)
    stranger = make_worker(server, endpoint)
    assert stranger.done(job, {"output": "mine"}).status == 200
    assert server.status(endpoint, job)["status"] == "IN_QUEUE"
    worker.take()
    assert stranger.done(job, {"output": "mine"}).status == 200
    assert server.status(endpoint, job)["status"] == "IN_PROGRESS"
    worker.finish(job, "right")
    assert server.status(endpoint, job)["output"] == "right"


@pytest.mark.parametrize("job", ["019a0000-0000-7000-8000-000000000000-u1", "garbage", "%2e%2e"])
def test_an_answer_for_no_job_at_all_is_no_error(worker, job):
    assert worker.done(job, {"output": 1}).status == 200


def test_a_result_over_the_limit_ends_the_job_with_that_reason(server, endpoint, worker):
    job = server.run(endpoint)
    worker.take()
    assert worker.done(job, raw=b'{"output": "' + b"x" * (65 << 20) + b'"}').status == 200
    view = server.status(endpoint, job)
    assert view["status"] == "FAILED" and view["error"].startswith("output too large: ")


def test_a_result_that_is_no_json_fails_the_job(server, endpoint, worker):
    job = server.run(endpoint)
    worker.take()
    assert worker.done(job, raw=b'{"output": ').status == 200
    assert server.status(endpoint, job)["status"] == "FAILED"


def test_a_result_without_its_wrapper_is_the_output(server, endpoint, worker):
    job = server.run(endpoint)
    worker.take()
    assert worker.done(job, raw=b'{"text": "bare"}').status == 200
    view = server.status(endpoint, job)
    assert view["status"] == "COMPLETED" and view["output"] == {"text": "bare"}


def test_stop_pod_leaves_a_worker_started_by_hand_alone(server, endpoint, worker):
    """Nobody here can replace it, and its starter may start it again with the same variables."""
    first, second = server.run(endpoint, {"n": 1}), server.run(endpoint, {"n": 2})
    worker.take()
    assert worker.done(first, {"output": {"x": 1}, "stopPod": True}).status == 200
    view = server.status(endpoint, first)
    assert view["status"] == "COMPLETED" and view["output"] == {"x": 1}
    assert worker.take()["id"] == second


def test_pings_are_answered(server, endpoint, worker):
    job = server.run(endpoint)
    worker.take()
    assert worker.ping().status == 200
    assert worker.ping(job).status == 200
    assert worker.ping(job, "unknown", "%00").status == 200


def test_the_token_in_the_url_decides(server, endpoint, worker):
    """A key in the worker's home replaces the header's from SDK 1.7.0 on."""
    worker.token = "another-key-entirely"
    job = server.run(endpoint)
    assert worker.take()["id"] == job
    worker.finish(job, 1)
    assert server.status(endpoint, job)["status"] == "COMPLETED"


def test_a_wrong_token_is_refused_slowly(server, endpoint, worker):
    """A fast error makes every SDK poll again at once."""
    url = worker.environment["RUNPOD_WEBHOOK_GET_JOB"].split("?")[0] + "?gpu=none&token=wrong&job_in_progress=0"
    began = time.monotonic()
    answer = requests.get(url, headers={"authorization": "wrong"}, timeout=40)
    assert answer.status_code in (401, 429)
    assert answer.status_code == 429 or time.monotonic() - began > 1


def test_one_worker_cannot_speak_for_another(server, endpoint, worker, make_worker):
    other = make_worker(server, endpoint)
    url = worker._take_url().replace(worker.id, other.id)
    answer = requests.get(url + "&job_in_progress=0", headers={"authorization": worker.token}, timeout=40)
    assert answer.status_code in (401, 403, 404, 429)


def test_a_poll_whose_client_hung_up_loses_no_job(server, endpoint, worker):
    try:
        worker.take(timeout=1)
    except requests.exceptions.ReadTimeout:
        pass
    job = server.run(endpoint)
    assert worker.take()["id"] == job
    worker.finish(job, 1)
    assert "retries" not in server.status(endpoint, job)


def test_an_old_sdk_without_the_new_words_works(server, endpoint, make_worker):
    worker = make_worker(server, endpoint, sdk="0.10.0")
    job = server.run(endpoint, {"n": 1})
    answer = worker.take_answer(in_progress=None)
    assert answer.json["id"] == job
    worker.finish(job, "old")
    assert server.status(endpoint, job)["output"] == "old"
