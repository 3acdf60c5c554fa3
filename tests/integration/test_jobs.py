"""The job API as clients see it: statuses, bodies, texts."""

import re
import time

import pytest
from harness.raw import connect, head

ASYNC_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}-u1"


def test_run_is_queued_taken_and_completed(server, endpoint, worker):
    answer = server.post(f"/v2/{endpoint}/run", {"input": {"prompt": "hi"}})
    assert answer.status == 200
    assert set(answer.json) == {"id", "status"} and answer.json["status"] == "IN_QUEUE"
    job = answer.json["id"]
    assert re.fullmatch(ASYNC_ID, job)

    view = server.status(endpoint, job)
    assert (view["id"], view["status"]) == (job, "IN_QUEUE")
    assert "delayTime" not in view and "output" not in view

    taken = worker.take()
    assert (taken["id"], taken["input"]) == (job, {"prompt": "hi"})
    view = server.status(endpoint, job)
    assert view["status"] == "IN_PROGRESS" and view["workerId"] == worker.id
    assert isinstance(view["delayTime"], int) and view["delayTime"] >= 0

    worker.finish(job, {"answer": [1, 2.5, None, "ü"]})
    view = server.status(endpoint, job)
    assert view["status"] == "COMPLETED" and view["output"] == {"answer": [1, 2.5, None, "ü"]}
    assert isinstance(view["executionTime"], int) and view["workerId"] == worker.id
    assert "error" not in view and "retries" not in view


def test_runsync_answers_with_the_whole_view(server, endpoint, worker):
    asked = worker.later(server.post, f"/v2/{endpoint}/runsync", {"input": {"n": 1}})
    job = worker.take()
    assert re.fullmatch("sync-" + ASYNC_ID, job["id"])
    worker.finish(job, "done")
    answer = asked.result(20)
    assert answer.status == 200
    view = answer.json
    assert (view["status"], view["output"], view["workerId"]) == ("COMPLETED", "done", worker.id)
    assert isinstance(view["delayTime"], int) and isinstance(view["executionTime"], int)


def test_runsync_gives_up_waiting_but_not_the_job(server, endpoint, worker):
    began = time.monotonic()
    answer = server.post(f"/v2/{endpoint}/runsync?wait=1000", {"input": {"n": 1}})
    assert 0.9 < time.monotonic() - began < 10
    assert answer.status == 200 and set(answer.json) == {"id", "status", "pilotlight"}
    assert answer.json["status"] == "IN_QUEUE"
    assert answer.json["pilotlight"]["waiting"]["reason"] == "endpoint_at_zero"
    worker.finish(worker.take(), "late")
    assert server.status(endpoint, answer.json["id"])["output"] == "late"


def test_every_answer_of_runsync_has_the_id_in_its_header(server, endpoint, worker):
    """A client that gave up the body too early has the id nevertheless."""
    waiting = server.post(f"/v2/{endpoint}/runsync?wait=1000", {"input": 1})
    assert waiting.headers["X-Runpod-Job-Id"] == waiting.json["id"]
    worker.finish(worker.take(), "done")
    asked = worker.later(server.post, f"/v2/{endpoint}/runsync", {"input": 2})
    job = worker.take()["id"]
    worker.finish(job, "done")
    assert asked.result(20).headers["X-Runpod-Job-Id"] == job


@pytest.mark.xfail(strict=True, raises=TimeoutError, reason="the header goes with the answer, when the wait is over")
def test_the_id_of_a_runsync_comes_before_its_result(server, endpoint, worker):
    body = b'{"input": 1}'
    with connect(server.origin, timeout=2) as connection:
        connection.sendall(head("POST", f"/v2/{endpoint}/runsync", server.key, content_length=len(body)) + body)
        job = worker.take()["id"]
        assert f"X-Runpod-Job-Id: {job}".encode() in connection.recv(65536)


@pytest.mark.parametrize("operation", ["run", "runsync?wait=1000"])
def test_one_idempotency_key_makes_one_job(server, endpoint, operation):
    """Who repeats a request, because the answer was lost, gets the job that is there."""
    headers = {"idempotency-key": f"once-{endpoint}"}
    first, second = (server.post(f"/v2/{endpoint}/{operation}", {"input": 1}, headers=headers) for _ in range(2))
    assert first.json["id"] == second.json["id"]


@pytest.mark.parametrize("wait", ["999", "300001", "-5", "abc", "1e3", "99999999999999999999"])
def test_a_wait_out_of_range_is_refused(server, endpoint, wait):
    answer = server.post(f"/v2/{endpoint}/runsync?wait={wait}", {"input": 1})
    assert answer.status == 400
    assert answer.json["error"] == "wait is invalid; must be between 1000 and 300000"


@pytest.mark.parametrize(
    "body, status, shown",
    [
        ({"error": "it broke"}, "FAILED", {"error": "it broke"}),
        ({"error": {"code": 7}, "output": {"part": 1}}, "FAILED", {"output": {"part": 1}}),
        ({"output": None}, "COMPLETED", {}),
        ({"output": False}, "COMPLETED", {"output": False}),
        ({"output": []}, "COMPLETED", {"output": []}),
        ({}, "COMPLETED", {}),
        ({"error": "", "output": 3}, "COMPLETED", {"output": 3}),
    ],
)
def test_what_a_worker_says_is_what_a_client_sees(server, endpoint, worker, body, status, shown):
    job = server.run(endpoint, {"n": 1})
    worker.take()
    assert worker.done(job, body).status == 200
    view = server.status(endpoint, job)
    assert view["status"] == status
    assert {key: view[key] for key in shown} == shown
    assert not isinstance(view.get("error", ""), (dict, list)), "clients expect text"


def test_numbers_that_json_does_not_know_become_null(server, endpoint, worker):
    job = server.run(endpoint, {"n": 1})
    worker.take()
    raw = b'{"output": {"a": NaN, "b": [Infinity, -Infinity], "c": 1208925819614629174706176, "d": "NaN"}}'
    assert worker.done(job, raw=raw).status == 200
    text = server.get(f"/v2/{endpoint}/status/{job}").text
    assert re.search(r'"a":\s*null', text) and re.search(r'"b":\s*\[\s*null,\s*null\s*\]', text), text
    assert "1208925819614629174706176" in text and '"NaN"' in text


def test_an_empty_input_arrives_as_an_empty_input(server, endpoint, worker):
    server.run(endpoint, {})
    assert worker.take()["input"] == {}


@pytest.mark.parametrize("value", [[], "text", 0, False, 1.5, [None]])
def test_any_json_is_an_input(server, endpoint, worker, value):
    answer = server.post(f"/v2/{endpoint}/run", {"input": value})
    assert answer.status == 200, answer.text
    assert worker.take()["input"] == value


def test_progress_is_shown_until_the_result(server, endpoint, worker):
    job = server.run(endpoint, {"n": 1})
    worker.take()
    assert worker.progress(job, "1/3").status == 200
    view = server.wait_status(endpoint, job, "IN_PROGRESS")
    assert view["output"] == "1/3"
    worker.finish(job, "end")
    assert worker.progress(job, "2/3").status == 200  # overtaken by the result
    assert server.status(endpoint, job)["output"] == "end"


def test_webhook_policy_and_storage_go_to_the_worker(server, endpoint, worker):
    extras = {
        "webhook": "http://127.0.0.1:9/hook",
        "policy": {"executionTimeout": 60000, "ttl": 120000},
        "s3Config": {"accessId": "a", "accessSecret": "s3-secret", "bucketName": "b", "endpointUrl": "http://x"},
    }
    job = server.run(endpoint, {"n": 1}, **extras)
    taken = worker.take()
    assert taken["webhook"] == extras["webhook"] and taken["s3Config"] == extras["s3Config"]
    assert "s3-secret" not in server.get(f"/v2/{endpoint}/status/{job}").text


def test_cancel_of_a_queued_job(server, endpoint):
    job = server.run(endpoint)
    answer = server.post(f"/v2/{endpoint}/cancel/{job}")
    assert answer.status == 200
    assert (answer.json["id"], answer.json["status"]) == (job, "CANCELLED")
    assert server.status(endpoint, job)["status"] == "CANCELLED"
    assert server.health(endpoint)["jobs"]["inQueue"] == 0


def test_cancel_of_a_running_job_reaches_the_worker(server, endpoint, worker):
    job = server.run(endpoint)
    worker.take()
    stopped = worker.later(worker.stops)
    assert server.post(f"/v2/{endpoint}/cancel/{job}", {}).json["status"] == "CANCELLED"
    assert stopped.result(20) == [job]
    assert worker.done(job, {"output": "too late"}).status == 200
    view = server.status(endpoint, job)
    assert view["status"] == "CANCELLED" and "output" not in view


def test_cancel_of_a_final_job_changes_nothing(server, endpoint, worker):
    job = server.run(endpoint)
    worker.finish(worker.take(), 1)
    answer = server.post(f"/v2/{endpoint}/cancel/{job}")
    assert answer.status == 200 and answer.json["status"] == "COMPLETED"


def test_purge_removes_what_waits_and_nothing_else(server, endpoint, worker):
    running = server.run(endpoint)
    worker.take()
    waiting = [server.run(endpoint, {"n": n}) for n in range(5)]
    answer = server.post(f"/v2/{endpoint}/purge-queue")
    assert answer.status == 200 and answer.json == {"removed": 5, "status": "completed"}
    assert server.status(endpoint, running)["status"] == "IN_PROGRESS"
    for job in waiting:
        assert server.get(f"/v2/{endpoint}/status/{job}").json.get("status", "CANCELLED") == "CANCELLED"
    assert server.health(endpoint)["jobs"]["inQueue"] == 0


def test_health_counts(server, endpoint, worker):
    assert server.health(endpoint)["jobs"] == {"completed": 0, "failed": 0, "inProgress": 0, "inQueue": 0, "retried": 0}
    jobs = [server.run(endpoint, {"n": n}) for n in range(4)]
    worker.take()
    worker.finish(jobs[0], 1)
    worker.take()
    worker.done(jobs[1], {"error": "no"})
    worker.take()
    health = server.health(endpoint)
    assert health["jobs"] == {"completed": 1, "failed": 1, "inProgress": 1, "inQueue": 1, "retried": 0}
    assert set(health["workers"]) >= {"idle", "initializing", "ready", "running", "throttled", "unhealthy"}
    assert health["workers"]["running"] == 1


def test_a_waiting_job_says_why(server, endpoint):
    job = server.run(endpoint)
    for text in (server.get(f"/v2/{endpoint}/status/{job}").text, server.get(f"/v2/{endpoint}/health").text):
        assert "endpoint_at_zero" in text, text


def test_jobs_are_taken_in_order(server, endpoint, worker):
    jobs = [server.run(endpoint, {"n": n}) for n in range(6)]
    taken = []
    for _ in range(2):
        taken.append(worker.take()["id"])
        worker.finish(taken[-1], 1)
    assert taken + [job["id"] for job in worker.take_batch(4)] == jobs


def test_a_worker_gets_at_most_as_many_jobs_as_it_asked_for(server, endpoint, worker):
    """Some SDKs poll while they are full; what a worker can hold is the largest number it ever asked for."""
    first, second, third = (server.run(endpoint, {"n": n}) for n in range(3))
    assert [job["id"] for job in worker.take_batch(2)] == [first, second]
    poll = worker.later(worker.take, in_progress=1)
    time.sleep(1)
    assert not poll.done() and server.status(endpoint, third)["status"] == "IN_QUEUE"
    worker.finish(first, 1)
    assert poll.result(10)["id"] == third


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_status_takes_get_and_post(server, endpoint, method):
    job = server.run(endpoint)
    assert server.request(method, f"/v2/{endpoint}/status/{job}").json["status"] == "IN_QUEUE"


@pytest.mark.parametrize("form", ["Bearer {}", "{}"])
def test_the_key_with_and_without_bearer(server, endpoint, form):
    headers = {"authorization": form.format(server.key)}
    assert server.get(f"/v2/{endpoint}/health", key=None, headers=headers).status == 200


def test_no_key_and_a_wrong_key(server, endpoint):
    for key, detail in ((None, "no token provided"), ("wrong", "invalid api key")):
        answer = server.post(f"/v2/{endpoint}/run", {"input": 1}, key=key)
        assert answer.status == 401
        assert answer.json == {"status": 401, "title": "Unauthorized", "detail": detail}


def test_what_is_not_there(server, endpoint):
    unknown_job = "019a0000-0000-7000-8000-000000000000-u1"
    for path in (f"/v2/{endpoint}/status/{unknown_job}", f"/v2/{endpoint}/status/x", "/v2/nosuchendpoint/health", "/nowhere"):
        answer = server.get(path)
        assert answer.status == 404, path
        assert answer.json["error"], answer.text
    assert server.post("/v2/nosuchendpoint/run", {"input": 1}).status == 404


def test_a_job_belongs_to_its_endpoint(server, endpoint):
    job = server.run(endpoint)
    other = server.make_idle_endpoint()
    assert server.get(f"/v2/{other}/status/{job}").status == 404
    assert server.post(f"/v2/{other}/cancel/{job}").status == 404
    assert server.status(endpoint, job)["status"] == "IN_QUEUE"


def test_ttl_ends_a_queued_job_with_a_reason(server, endpoint):
    job = server.run(endpoint, {"n": 1}, policy={"ttl": 10000})
    view = server.wait_status(endpoint, job, "TIMED_OUT", timeout=30)
    assert "ttl" in view["error"].lower()


def test_execution_timeout_fails_the_job_and_tells_the_worker(server, endpoint, worker):
    job = server.run(endpoint, {"n": 1}, policy={"executionTimeout": 5001})
    worker.take()
    stopped = worker.later(worker.stops)
    view = server.wait_status(endpoint, job, "FAILED", timeout=30)
    assert view["error"] == "executionTimeout exceeded"
    assert stopped.result(20) == [job]


def test_status_can_shorten_retention(server, endpoint, worker):
    job = server.run(endpoint)
    worker.finish(worker.take(), 1)
    assert server.get(f"/v2/{endpoint}/status/{job}?ttl=1000").json["status"] == "COMPLETED"
    time.sleep(1.5)
    assert server.get(f"/v2/{endpoint}/status/{job}").status == 404


def test_large_bodies_survive_in_both_directions(server, endpoint, worker):
    text = "ä" * (1 << 20)
    job = server.run(endpoint, {"text": text})
    taken = worker.take()
    assert taken["input"]["text"] == text
    worker.finish(job, [text])
    assert server.status(endpoint, job)["output"] == [text]
