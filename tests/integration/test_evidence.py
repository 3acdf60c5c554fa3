"""Who holds a job: what counts as evidence, and what a lost job costs."""

import time

import pytest
from harness import processes

POLL_LAG = 2


@pytest.fixture(scope="module")
def server(shared_servers):
    return shared_servers(limits={"ping-interval": "3s", "no-result-grace": "4s", "poll-lag-max": f"{POLL_LAG}s"}).start()


@pytest.mark.parametrize("sdk", ["1.7.13", "1.10.0", "1.12.0"])
def test_a_new_poll_that_says_it_holds_nothing_returns_the_job(server, endpoint, make_worker, sdk):
    worker = make_worker(server, endpoint, sdk=sdk)
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


@pytest.mark.parametrize("sdk", ["1.0.0", "1.6.2"])
def test_parallel_polls_count_only_well_after_the_delivery(server, endpoint, make_worker, sdk):
    worker = make_worker(server, endpoint, sdk=sdk)
    job = server.run(endpoint)
    worker.take()
    early = worker.later(worker.take)
    time.sleep(POLL_LAG + 1)
    assert not early.done() and server.status(endpoint, job)["status"] == "IN_PROGRESS"
    late = worker.later(worker.take)
    processes.wait_until(lambda: early.done() or late.done(), 10, "the job that came back")
    assert "retries" not in server.status(endpoint, job)


def test_a_poll_that_says_nothing_is_no_evidence(server, endpoint, make_worker):
    worker = make_worker(server, endpoint, sdk="0.10.0")
    job = server.run(endpoint)
    worker.take_answer(in_progress=None)
    poll = worker.later(worker.take_answer, in_progress=None)
    time.sleep(POLL_LAG + 1)
    assert not poll.done() and server.status(endpoint, job)["status"] == "IN_PROGRESS"


def test_a_job_missing_from_two_pings_after_a_poll_comes_back(server, endpoint, worker):
    kept, lost = server.run(endpoint, {"n": 1}), server.run(endpoint, {"n": 2})
    assert len(worker.take_batch(2)) == 2
    worker.ping(kept)
    worker.ping(kept)
    time.sleep(0.5)
    assert server.status(endpoint, lost)["status"] == "IN_PROGRESS", "no poll since the delivery"
    poll = worker.later(worker.take, in_progress=1)
    time.sleep(0.5)
    worker.ping(kept)
    time.sleep(0.5)
    assert not poll.done()
    worker.ping(kept)
    assert poll.result(10)["id"] == lost
    assert server.status(endpoint, kept)["status"] == "IN_PROGRESS"
    assert "retries" not in server.status(endpoint, lost)


def test_a_result_within_the_grace_counts(server, endpoint, worker):
    job = server.run(endpoint)
    worker.take()
    worker.ping(job)
    worker.later(worker.take, in_progress=0)
    time.sleep(2)
    assert server.status(endpoint, job)["status"] == "IN_PROGRESS"
    worker.finish(job, "late, but it counts")
    view = server.status(endpoint, job)
    assert view["output"] == "late, but it counts" and "retries" not in view


def test_progress_shows_a_job_as_a_ping_does(server, endpoint, worker):
    job = server.run(endpoint)
    worker.take()
    worker.progress(job, "1/2")
    assert worker.take(in_progress=0)["id"] == job
    assert server.status(endpoint, job)["retries"] == 1


def test_a_job_that_polls_deny_three_times_fails_without_result(server, endpoint, worker):
    """One answer may be lost on the way and is free; the next is charged, after that it is given up."""
    job = server.run(endpoint)
    worker.take()
    assert worker.take(in_progress=0)["id"] == job
    assert "retries" not in server.status(endpoint, job)
    assert worker.take(in_progress=0)["id"] == job
    assert server.status(endpoint, job)["retries"] == 1
    worker.later(worker.take, in_progress=0)
    view = server.wait_final(endpoint, job, 10)
    assert view["status"] == "FAILED" and view["error"].startswith("worker finished without reporting a result")


def test_result_of_a_cancelled_job_is_dropped_without_job_stop(server, endpoint, make_worker):
    worker = make_worker(server, endpoint, sdk="1.9.1")
    job = server.run(endpoint)
    worker.take()
    assert server.post(f"/v2/{endpoint}/cancel/{job}").json["status"] == "CANCELLED"
    worker.finish(job, "nobody wants it")
    view = server.status(endpoint, job)
    assert view["status"] == "CANCELLED" and "output" not in view
    following = server.run(endpoint)
    assert worker.take()["id"] == following


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
    again = worker.take(in_progress=0)  # dropped: back in the queue after the grace for a late answer
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


def test_a_silent_worker_started_by_hand_loses_its_job(server, endpoint, worker, make_worker):
    job = server.run(endpoint)
    worker.take()
    other = make_worker(server, endpoint)
    poll = None
    end = time.monotonic() + 90
    while time.monotonic() < end:  # three missed pings
        poll = other.take()
        if poll:
            break
    assert poll and poll["id"] == job
    other.finish(job, "from the other")
    view = server.status(endpoint, job)
    assert view["output"] == "from the other" and view["retries"] == 1
