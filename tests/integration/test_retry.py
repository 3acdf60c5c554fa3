"""/retry and /status-sync: a job that failed lives again, and whoever waits for it is told."""

import threading

import pytest
from harness.client import unlike


def fail(server, endpoint, worker, value, **fields):
    """The id of a job that its worker has answered with an error."""
    job = server.run(endpoint, value, **fields)
    assert worker.take()["id"] == job
    assert worker.done(job, {"error": "it broke", "output": {"half": 1}}).status == 200
    return job


def retry(server, endpoint, job, **options):
    return server.post(f"/v2/{endpoint}/retry/{job}", **options)


@pytest.mark.parametrize("size", [5, 5_000, 200_000])
def test_a_retried_job_keeps_its_input_and_forgets_its_result(server, endpoint, worker, size):
    value = {"text": "x" * size}
    job = fail(server, endpoint, worker, value, webhook="http://127.0.0.1:9/hook")
    answer = retry(server, endpoint, job)
    assert (answer.status, answer.json) == (200, {"id": job, "status": "IN_QUEUE"})
    view = server.status(endpoint, job)
    assert view["status"] == "IN_QUEUE"
    assert not {"error", "output", "retries", "delayTime"} & set(view), view
    taken = worker.take()
    assert (taken["id"], taken["input"], taken["webhook"]) == (job, value, "http://127.0.0.1:9/hook")
    worker.finish(job, "better")
    view = server.status(endpoint, job)
    assert (view["status"], view["output"]) == ("COMPLETED", "better") and "error" not in view


def test_a_job_that_ran_out_of_time_in_the_queue_runs_again(server, endpoint, worker):
    job = server.run(endpoint, {"n": 1}, policy={"ttl": 10_000})
    server.wait_status(endpoint, job, "TIMED_OUT")
    assert retry(server, endpoint, job).status == 200
    assert worker.take()["id"] == job


@pytest.mark.parametrize("end", ["COMPLETED", "CANCELLED", "IN_QUEUE", "IN_PROGRESS"])
def test_other_jobs_are_not_retried(server, endpoint, worker, end):
    job = server.run(endpoint, {"n": 1})
    if end in ("COMPLETED", "IN_PROGRESS"):
        worker.take()
    if end == "COMPLETED":
        worker.finish(job, 1)
    if end == "CANCELLED":
        server.post(f"/v2/{endpoint}/cancel/{job}")
    answer = retry(server, endpoint, job)
    assert answer.status == 400
    assert answer.json["error"] == f"only a job that is FAILED or TIMED_OUT can be retried; this one is {end}"
    assert server.status(endpoint, job)["status"] == end


def test_what_is_not_there_is_not_retried(server, endpoint, worker):
    other = server.make_idle_endpoint()
    job = fail(server, endpoint, worker, {"n": 1})
    assert retry(server, endpoint, job, key=None).status == 401
    for where, what in ((other, job), (endpoint, unlike(job)), (endpoint, "nonsense")):
        assert retry(server, where, what).status == 404
    assert server.status(endpoint, job)["status"] == "FAILED"
    server.get(f"/v2/{endpoint}/status/{job}?ttl=0")
    assert retry(server, endpoint, job).status == 404, "no longer kept"


def test_of_many_retries_at_once_one_counts(server, endpoint, worker):
    job = fail(server, endpoint, worker, {"n": 1})
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(retry(server, endpoint, job))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [200] + [400] * 11
    assert worker.take()["id"] == job
    worker.finish(job, 1)
    server.run(endpoint, {"n": 2})
    assert worker.take()["input"] == {"n": 2}, "the job was queued once"


def test_a_retried_job_survives_kill_9(servers, make_worker):
    server = servers("--runtime", "none").start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    job = fail(server, endpoint, worker, {"n": 1})
    assert retry(server, endpoint, job).status == 200
    server.kill_server()
    assert server.status(endpoint, job)["status"] == "IN_QUEUE"
    assert worker.take()["id"] == job
    worker.finish(job, "done")
    server.kill_server()
    assert server.status(endpoint, job)["output"] == "done"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_status_sync_waits_for_the_end(server, endpoint, worker, method):
    job = server.run(endpoint, {"n": 1})
    path = f"/v2/{endpoint}/status-sync/{job}?wait=60000"
    waiting = [worker.later(server.request, method, path) for _ in range(3)]
    worker.take()
    assert not any(answer.done() for answer in waiting)
    worker.finish(job, [1, 2])
    for answer in waiting:
        view = answer.result(30).json
        assert (view["id"], view["status"], view["output"]) == (job, "COMPLETED", [1, 2])
    assert server.request(method, path).json["output"] == [1, 2], "of a job that has ended at once"


def test_status_sync_ends_with_how_the_job_stands(server, endpoint):
    job = server.run(endpoint, {"n": 1})
    answer = server.get(f"/v2/{endpoint}/status-sync/{job}?wait=1000")
    assert answer.status == 200 and answer.json["status"] == "IN_QUEUE"
    for wait in ("999", "300001", "x"):
        refused = server.get(f"/v2/{endpoint}/status-sync/{job}?wait={wait}")
        assert (refused.status, refused.json["error"]) == (400, "wait is invalid; must be between 1000 and 300000")
    assert server.get(f"/v2/{endpoint}/status-sync/{unlike(job)}").status == 404
    assert server.get(f"/v2/{endpoint}/status-sync/{job}", key=None).status == 401
