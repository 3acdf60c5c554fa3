"""What a worker says too late, about another's job, or in a form of its own: always answered 200, and never undoes an
end."""

import json
import time

import pytest
from harness import processes


@pytest.fixture
def job(server, endpoint, worker):
    """A job in the worker's hands."""
    job = server.run(endpoint, {"n": 1}, policy={"ttl": 10_000, "executionTimeout": 5_001})
    assert worker.take()["id"] == job
    return job


def stream_of(server, endpoint, job):
    return server.get(f"/v2/{endpoint}/stream/{job}?wait=0").json["stream"]


def end_by(server, endpoint, worker, job, how):
    """Ends the job in this way; its view."""
    if how == "cancelled":
        server.post(f"/v2/{endpoint}/cancel/{job}")
    elif how == "out of time":
        return server.wait_status(endpoint, job, "FAILED", 30)
    elif how == "failed":
        worker.done(job, {"error": "it broke", "output": "part"})
    else:
        worker.finish(job, "the end")
    return server.status(endpoint, job)


ENDS = {"completed": "COMPLETED", "failed": "FAILED", "cancelled": "CANCELLED", "out of time": "FAILED"}


@pytest.mark.parametrize("how", ENDS)
def test_nothing_that_comes_after_the_end_changes_it(server, endpoint, worker, job, how):
    """Progress and chunks travel on other connections than the result, which overtakes them."""
    assert worker.chunk(job, "in time").status == 200
    assert stream_of(server, endpoint, job) == [{"output": "in time"}]
    view = end_by(server, endpoint, worker, job, how)
    assert view["status"] == ENDS[how]
    counts = server.health(endpoint)["jobs"]
    for answer in (
        worker.progress(job, "99 %"),
        worker.chunk(job, "late"),
        worker.done(job, {"output": "another"}),
        worker.done(job, {"error": "another"}),
        worker.done(job, {"output": [], "stopPod": True}, stream="true"),
        worker.chunk(job, "later"),
        worker.progress(job, "100 %"),
    ):
        assert (answer.status, answer.json) == (200, {})
    assert server.status(endpoint, job) == view
    assert stream_of(server, endpoint, job) == []
    assert server.health(endpoint)["jobs"] == counts


def test_a_result_for_a_job_that_is_no_longer_kept_is_dropped(server, endpoint, worker, job):
    worker.finish(job, "the end")
    server.get(f"/v2/{endpoint}/status/{job}?ttl=0")
    processes.wait_until(lambda: server.get(f"/v2/{endpoint}/status/{job}").status == 404, 20, "the end of the result")
    assert worker.done(job, {"output": "again"}).status == 200
    assert worker.chunk(job, "again").status == 200
    answer = server.get(f"/v2/{endpoint}/status/{job}")
    assert answer.status == 404 and "no longer kept" in answer.json["error"]


def test_ttl_stops_a_running_job_and_its_late_result_is_dropped(server, endpoint, worker):
    """It is not deleted under its worker: the result is answered 200, the job says why it ended."""
    finished = server.run(endpoint, {"n": 1}, policy={"ttl": 10_000})
    worker.finish(worker.take(), "in time")
    job = server.run(endpoint, {"n": 2}, policy={"ttl": 10_000})
    worker.take()
    stops = worker.later(worker.stops)
    view = server.wait_status(endpoint, job, "TIMED_OUT", timeout=40)
    assert view["error"] == "the job's ttl ended before it was finished"
    assert stops.result(30) == [job]
    assert worker.done(job, {"output": "too late"}).status == 200
    assert server.status(endpoint, job) == view
    assert server.status(endpoint, finished)["output"] == "in time", "a ttl ends no job that has ended"


def test_progress_of_an_earlier_delivery_is_dropped(server, endpoint, worker, make_worker):
    job = server.run(endpoint)
    worker.take()
    poll = worker.later(worker.take, in_progress=0)  # returns it, and gets it again
    assert poll.result(20)["id"] == job
    stranger = make_worker(server, endpoint)
    stranger.progress(job, "of a stranger")
    assert "output" not in server.status(endpoint, job)
    worker.progress(job, "of the holder")
    assert server.status(endpoint, job)["output"] == "of the holder"


def test_a_worker_answers_for_jobs_of_its_endpoint_alone(server, endpoint, worker, make_worker, job):
    """Its token fits its own name, wherever it posts."""
    other_endpoint = server.make_idle_endpoint()
    foreign = make_worker(server, other_endpoint)
    for url_of in (other_endpoint, endpoint):
        foreign.environment = {
            name: value.replace(f"/v2/{other_endpoint}/", f"/v2/{url_of}/") for name, value in foreign.environment.items()
        }
        assert foreign.done(job, {"output": "mine"}).status == 200
        assert foreign.done(job, {"error": "mine"}).status == 200
        assert foreign.chunk(job, "mine").status == 200
        assert foreign.progress(job, "mine").status == 200
        foreign.ping(job)
    view = server.status(endpoint, job)
    assert view["status"] == "IN_PROGRESS" and "output" not in view and view["workerId"] == worker.id
    assert stream_of(server, endpoint, job) == []
    worker.finish(job, "right")
    assert server.status(endpoint, job)["output"] == "right"


# Forms of an error

WRONG = ["it broke", {"code": 7}, ["a", None], 7, -0.5, True, "0", [0], {"": None}]
NOTHING = ["", None, False, 0, [], {}]


@pytest.mark.parametrize("error", WRONG, ids=json.dumps)
def test_whatever_is_in_error_fails_the_job_and_is_shown_as_text(server, endpoint, worker, job, error):
    assert worker.done(job, {"error": error, "output": "part"}).status == 200
    view = server.status(endpoint, job)
    assert view["status"] == "FAILED" and isinstance(view["error"], str) and view["output"] == "part"
    assert (view["error"] if isinstance(error, str) else json.loads(view["error"])) == error


@pytest.mark.parametrize("error", NOTHING, ids=json.dumps)
def test_an_error_that_is_empty_is_none(server, endpoint, worker, job, error):
    assert worker.done(job, {"error": error, "output": "whole"}).status == 200
    view = server.status(endpoint, job)
    assert (view["status"], view["output"]) == ("COMPLETED", "whole") and "error" not in view


def test_an_error_that_is_yielded_is_a_chunk_like_any_other(server, endpoint, worker, job):
    """Packages before 1.7.7 send it so, and the job may well go on."""
    worker.chunk(job, {"error": "of one item"})
    worker.chunk(job, raw=b'{"error": "bare"}')
    assert stream_of(server, endpoint, job) == [{"output": {"error": "of one item"}}, {"output": {"error": "bare"}}]
    assert server.status(endpoint, job)["status"] == "IN_PROGRESS"
    worker.finish(job, [])
    assert server.status(endpoint, job)["status"] == "COMPLETED"


def test_a_result_with_half_a_surrogate_pair_is_accepted(server, endpoint, worker, job):
    """Python writes it as an escape, and RFC 8259 lets it: texts cut in the middle have it."""
    assert worker.done(job, raw=json.dumps({"output": "\ud83d"}).encode()).status == 200
    view = server.status(endpoint, job)
    assert view["status"] == "COMPLETED" and view["output"] in ("\ud83d", "\ufffd")
