"""Who holds a job: what counts as evidence, and what a lost job costs."""

import time

import pytest


@pytest.fixture
def endpoint(server):
    return server.make_idle_endpoint()


@pytest.fixture
def worker(server, endpoint, make_worker):
    return make_worker(server, endpoint)


def test_a_new_poll_that_says_it_holds_nothing_returns_the_job(server, endpoint, worker):
    job = server.run(endpoint)
    worker.take()
    again = worker.take(in_progress=0)
    assert again["id"] == job, "never shown in a ping: returned at once"
    worker.finish(job, "second time")
    view = server.status(endpoint, job)
    assert view["output"] == "second time" and "retries" not in view


def test_a_poll_that_says_it_holds_a_job_returns_nothing(server, endpoint, worker):
    job = server.run(endpoint)
    worker.take()
    poll = worker.later(worker.take, in_progress=1)
    time.sleep(1)
    assert server.status(endpoint, job)["status"] == "IN_PROGRESS"
    worker.finish(job, 1)
    following = server.run(endpoint)
    assert poll.result(10)["id"] == following


def test_a_poll_parked_before_the_delivery_says_nothing(server, endpoint, make_worker):
    """Parallel pollers: the other poll was sent when nothing was held yet."""
    worker = make_worker(server, endpoint, sdk="1.5.2")
    first, second = worker.later(worker.take), worker.later(worker.take)
    time.sleep(0.5)
    job = server.run(endpoint)
    time.sleep(1)
    assert sorted([first.done(), second.done()]) == [False, True]
    assert server.status(endpoint, job)["status"] == "IN_PROGRESS"


def test_pings_without_the_job_are_no_evidence(server, endpoint, worker):
    job = server.run(endpoint)
    worker.take()
    for _ in range(4):
        worker.ping()
    time.sleep(1)
    assert server.status(endpoint, job)["status"] == "IN_PROGRESS"


def test_a_job_that_pings_had_shown_is_charged_and_then_given_up(server, endpoint, worker):
    job = server.run(endpoint)
    worker.take()
    worker.ping(job)
    again = worker.take(in_progress=0)  # dropped: 8 s for a late answer, then back in the queue
    assert again["id"] == job
    assert server.status(endpoint, job)["retries"] == 1
    worker.ping(job)
    poll = worker.later(worker.take, in_progress=0)
    view = server.wait_status(endpoint, job, "FAILED", timeout=30)
    assert view["error"] == "worker finished without reporting a result" and view["retries"] == 1
    assert server.health(endpoint)["jobs"]["retried"] >= 1
    poll.cancel()


def test_a_late_answer_of_an_earlier_holder_counts(server, endpoint, worker, make_worker):
    job = server.run(endpoint)
    worker.take()
    worker.later(worker.take, in_progress=0)  # returns it: never shown
    other = make_worker(server, endpoint)
    time.sleep(0.5)
    worker.done(job, {"output": "from the first"})
    view = server.wait_final(endpoint, job, 10)
    assert view["output"] == "from the first"
    assert other.done(job, {"output": "from the second"}).status == 200
    assert server.status(endpoint, job)["output"] == "from the first"


def test_a_worker_started_by_hand_that_falls_silent_loses_its_job(server, endpoint, worker, make_worker):
    job = server.run(endpoint)
    worker.take()
    other = make_worker(server, endpoint)
    poll = None
    end = time.monotonic() + 90
    while time.monotonic() < end:  # three missed pings of ten seconds
        poll = other.take()
        if poll:
            break
    assert poll and poll["id"] == job
    other.finish(job, "from the other")
    view = server.status(endpoint, job)
    assert view["output"] == "from the other" and view["retries"] == 1
