"""Streams: what a worker yields, as clients poll it."""

import time

import pytest
from harness.client import unlike


@pytest.fixture
def job(server, endpoint, worker):
    """A job in the worker's hands."""
    job = server.run(endpoint, {"n": 1})
    assert worker.take()["id"] == job
    return job


def poll(server, endpoint, job, method="GET", wait=0):
    answer = server.request(method, f"/v2/{endpoint}/stream/{job}?wait={wait}")
    assert answer.status == 200, answer.text
    return answer.json["status"], [element["output"] for element in answer.json["stream"]]


def test_chunks_come_in_order_and_once(server, endpoint, worker, job):
    assert poll(server, endpoint, job) == ("IN_PROGRESS", [])
    values = ["text", "", None, {}, [1, {"a": "ü"}], 1.5, False]
    for value in values:
        assert worker.chunk(job, value).status == 200
    assert poll(server, endpoint, job) == ("IN_PROGRESS", values)
    assert poll(server, endpoint, job) == ("IN_PROGRESS", [])
    worker.chunk(job, "more")
    assert poll(server, endpoint, job, "POST") == ("IN_PROGRESS", ["more"])


def test_the_last_answer_has_all_that_is_left(server, endpoint, worker, job):
    for value in range(5):
        worker.chunk(job, value)
    assert poll(server, endpoint, job)[1] == [0, 1, 2, 3, 4]
    for value in range(5, 8):
        worker.chunk(job, value)
    assert worker.done(job, {"output": []}, stream="true").status == 200
    assert poll(server, endpoint, job) == ("COMPLETED", [5, 6, 7])
    assert poll(server, endpoint, job) == ("COMPLETED", [])
    assert server.status(endpoint, job)["output"] == []


def test_a_poll_waits_for_the_next_chunk_and_for_the_end(server, endpoint, worker, job):
    waiting = worker.later(poll, server, endpoint, job, wait=60_000)
    time.sleep(0.2)
    assert not waiting.done()
    worker.chunk(job, "a")
    assert waiting.result(20) == ("IN_PROGRESS", ["a"])
    waiting = worker.later(poll, server, endpoint, job, wait=60_000)
    time.sleep(0.2)
    worker.finish(job, [])
    assert waiting.result(20) == ("COMPLETED", [])


def test_large_chunks_and_many(server, endpoint, worker, job):
    large = ["x" * 200_000, "y" * 10, "z" * 1_000_000]
    for value in large:
        assert worker.chunk(job, value).status == 200
    assert poll(server, endpoint, job)[1] == large
    for value in range(1_100):
        worker.chunk(job, value)
    first, second = poll(server, endpoint, job)[1], poll(server, endpoint, job)[1]
    assert first + second == list(range(1_100))


def test_numbers_that_json_does_not_know_become_null(server, endpoint, worker, job):
    worker.chunk(job, raw=b'{"output": [NaN, 1]}')
    assert poll(server, endpoint, job)[1] == [[None, 1]]


def test_chunks_that_do_not_count_are_answered_and_dropped(server, endpoint, worker, make_worker, job):
    stranger = make_worker(server, endpoint)
    assert stranger.chunk(job, "not mine").status == 200
    worker.finish(job, [])
    assert worker.chunk(job, "too late").status == 200
    assert worker.chunk("00000000-0000-7000-8000-000000000000-u1", "of no job").status == 200
    assert poll(server, endpoint, job) == ("COMPLETED", [])


@pytest.mark.parametrize("raw", [b"", b"{", b'{"output": }', b"\xff"])
def test_a_chunk_that_is_no_json_is_refused(server, endpoint, worker, job, raw):
    answer = worker.chunk(job, raw=raw)
    assert answer.status == 400 and "chunk" in answer.json["error"]
    assert poll(server, endpoint, job) == ("IN_PROGRESS", [])


def test_another_delivery_begins_anew(server, endpoint, worker, job):
    worker.chunk(job, "of the first run")
    assert poll(server, endpoint, job)[1] == ["of the first run"]
    time.sleep(0.05)
    # It says that it holds nothing; it had shown the job, so its result gets 8 s. Then it is given it again.
    assert worker.take()["id"] == job
    worker.chunk(job, "of the second run")
    assert poll(server, endpoint, job)[1] == ["of the second run"]


def test_a_retry_forgets_the_stream(server, endpoint, worker, job):
    worker.chunk(job, "before")
    worker.done(job, {"error": "it broke"}, stream="true")
    assert poll(server, endpoint, job) == ("FAILED", ["before"])
    assert server.post(f"/v2/{endpoint}/retry/{job}").status == 200
    assert poll(server, endpoint, job) == ("IN_QUEUE", [])
    assert worker.take()["id"] == job
    worker.chunk(job, "after")
    worker.finish(job, [])
    assert poll(server, endpoint, job) == ("COMPLETED", ["after"])


def test_more_than_may_be_kept_fails_the_job(server, endpoint, worker, job):
    for _ in range(5):
        worker.chunk(job, "x" * (15 << 20))
    view = server.wait_status(endpoint, job, "FAILED")
    assert view["error"] == "the job streamed more than the server keeps for one job"


def test_refusals(server, endpoint, job):
    path = f"/v2/{endpoint}/stream/{job}"
    assert server.get(path, key=None).status == 401
    assert server.get(path + "?wait=300001").json["error"] == "wait is invalid; must be between 0 and 300000"
    assert server.get(f"/v2/{endpoint}/stream/{unlike(job)}").status == 404
    assert server.get(f"/v2/{server.make_idle_endpoint()}/stream/{job}").status == 404


def test_acknowledged_chunks_survive_kill_9(servers, make_worker):
    server = servers("--runtime", "none").start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    job = server.run(endpoint, {"n": 1})
    worker.take()
    for value in range(20):
        assert worker.chunk(job, value).status == 200
    server.kill_server()
    assert poll(server, endpoint, job)[1] == list(range(20))
    worker.chunk(job, 20)
    worker.finish(job, [])
    server.kill_server()
    status, rest = poll(server, endpoint, job)
    assert status == "COMPLETED" and rest[-1] == 20, "chunks may repeat after a crash, none may be missing"
    assert poll(server, endpoint, job) == ("COMPLETED", [])
