"""Workers that die, hang, haunt, or share an identity: what becomes of them and of the jobs they were given.

Workers of the process runtime are scripts that do nothing; the test speaks for them, with the variables they got.
"""

import os
import signal
import threading
import time
from contextlib import contextmanager

import pytest
from harness import processes
from harness.raw import connect, head
from harness.worker import Worker


NO_RESULT_GRACE = 3


@pytest.fixture(scope="module")
def server(shared_servers):
    limits = {"ping-interval": "3s", "no-result-grace": f"{NO_RESULT_GRACE}s", "poll-hold": "8s"}
    return shared_servers(limits=limits).start()


class Started:
    """What the server starts in turn: `next()` is a worker of the raw protocol that speaks for the latest process."""

    def __init__(self, folder, make):
        self.pid_file = folder / "pid"
        self.make = make
        self.script = folder / "worker.sh"
        self.script.write_text(
            f"#!/bin/sh\ntrap 'touch {folder}/asked; sleep 2; exit 0' TERM\n"
            f"echo $$ >{folder}/new && mv {folder}/new {self.pid_file}\nwhile :; do sleep 0.1; done\n"
        )
        self.script.chmod(0o755)
        self.asked_to_end = folder / "asked"

    def next(self, sdk="1.12.0"):
        processes.wait_until(self.pid_file.exists, 60, "a worker's process")
        pid = int(self.pid_file.read_text())
        self.pid_file.unlink()
        with open(f"/proc/{pid}/environ") as file:
            variables = dict(line.split("=", 1) for line in file.read().split("\0") if line)
        worker = self.make(variables, sdk)
        worker.pid = pid
        return worker


@pytest.fixture
def started(tmp_path):
    made = []

    def make(variables, sdk):
        made.append(Worker(variables, sdk=sdk))
        return made[-1]

    yield Started(tmp_path, make)
    for worker in made:
        worker.close()


@contextmanager
def pinging(worker, *jobs, pause=0.3):
    """The worker's pings go on beside what happens here."""
    going = [True]

    def ping():
        while going:
            worker.ping(*jobs)
            time.sleep(pause)

    pings = worker.later(ping)
    try:
        yield
    finally:
        going.clear()
        pings.result(20)


def gone(pid):
    processes.wait_until(lambda: not processes.is_alive(pid), 90, "the end of the worker's process")


# Dead ones


def test_pings_that_survive_their_worker_hold_no_job(server, started):
    """From 1.7.11 on they come from a process of their own."""
    endpoint = server.make_endpoint(str(started.script), workersMax=1)
    job = server.run(endpoint)
    first = started.next()
    assert first.take()["id"] == job
    with pinging(first, job):
        time.sleep(0.5)
        os.kill(first.pid, signal.SIGKILL)
        second = started.next()
        assert second.take()["id"] == job
        assert first.done(job, {"output": "from the dead"}).status == 200
        assert server.status(endpoint, job)["status"] == "IN_PROGRESS"
        second.finish(job, "from the living")
    view = server.status(endpoint, job)
    assert (view["output"], view["workerId"], view["retries"]) == ("from the living", second.id, 1)


def test_a_result_cut_by_a_server_kill_costs_a_run_and_no_retry(servers, make_worker):
    """The runpod package does not repeat it; its next poll says that it holds nothing."""
    server = servers("--runtime", "none").start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    job = server.run(endpoint)
    worker.take()
    worker.ping(job)
    path = "/" + worker._expand("RUNPOD_WEBHOOK_POST_OUTPUT", job).split("/", 3)[3] + "&isStream=false"
    with connect(server.origin) as connection:
        connection.sendall(head("POST", path, content_length=1 << 20) + b'{"output": "' + b"x" * 500_000)
        time.sleep(0.3)
        server.kill_server()
    worker.close()
    again = make_worker(server, endpoint)
    again.environment, again.id, again.token = worker.environment, worker.id, worker.token
    assert again.take()["id"] == job
    again.finish(job, "the second time")
    view = server.status(endpoint, job)
    assert view["output"] == "the second time" and "retries" not in view


# Those that hang, or haunt


def test_a_worker_that_pings_and_asks_for_no_job_is_replaced(server, started):
    """Its loop has died, or it waits for the end of a job that its predecessor left in `.runpod_jobs.pkl`."""
    endpoint = server.make_endpoint(str(started.script), workersMax=1, idleTimeout=3600)
    ghost = server.run(endpoint)
    hanging = started.next()
    hanging.take()
    hanging.finish(ghost, 1)
    with pinging(hanging, ghost, pause=1):
        job = server.run(endpoint)

        def named():
            told = server.status(endpoint, job)["pilotlight"]["waiting"]
            return told["reason"] == "worker_not_asking" and told

        told = processes.wait_until(named, 60, "the reason")
        assert hanging.id in told["text"] and ghost in told["text"] and told["until"], told
        gone(hanging.pid)
    replacement = started.next()
    assert replacement.take()["id"] == job
    replacement.finish(job, 2)
    assert "retries" not in server.status(endpoint, job), "it never had it"


def test_a_job_that_pings_go_on_to_show_is_not_delivered_again(server, endpoint, worker, make_worker):
    """Whatever a poll said: one worker must not be given the same job twice."""
    job = server.run(endpoint)
    worker.take()
    with pinging(worker, job):
        time.sleep(0.5)
        other = make_worker(server, endpoint)
        polls = [worker.later(worker.take, in_progress=0), other.later(other.take)]
        time.sleep(NO_RESULT_GRACE + 2)  # a job that is only denied comes back after the grace
        assert not any(poll.done() for poll in polls)
        assert server.status(endpoint, job)["status"] == "IN_PROGRESS"
    worker.finish(job, 1)
    view = server.status(endpoint, job)
    assert view["output"] == 1 and "retries" not in view


def test_a_ping_that_shows_a_denied_job_leaves_its_worker_busy(servers, make_worker):
    """A ping that was sent first and came last, or one from what is left of a killed worker that was started by hand and
    is started again with its variables. The next job is for somebody else."""
    server = servers().start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    job = server.run(endpoint)
    worker.take()
    worker.ping(job)
    time.sleep(0.3)
    worker.later(worker.take, in_progress=0)
    time.sleep(0.3)
    worker.ping(job)
    time.sleep(0.3)
    process = server.server_pid()
    following = server.run(endpoint)
    assert server.status(endpoint, following)["status"] == "IN_QUEUE"
    assert server.status(endpoint, job)["status"] == "IN_PROGRESS"
    assert server.server_pid() == process


# Ends by the server


def test_a_worker_that_is_told_to_end_is_given_no_job(server, started):
    endpoint = server.make_endpoint(str(started.script), workersMax=1, idleTimeout=1)
    first = server.run(endpoint)
    ending = started.next()
    ending.take()
    ending.finish(first, 1)
    poll = ending.later(ending.take)
    assert poll.result(60) is None, "answered before the signal"
    processes.wait_until(started.asked_to_end.exists, 30, "the signal")
    job = server.run(endpoint)
    assert ending.take_answer().status in (204, 401)
    gone(ending.pid)
    other = started.next()
    assert other.take()["id"] == job
    other.finish(job, 2)
    assert "retries" not in server.status(endpoint, job)


def test_cancel_kills_a_worker_without_job_stop_or_other_jobs(server, started):
    endpoint = server.make_endpoint(str(started.script), workersMax=1)
    job = server.run(endpoint)
    old = started.next(sdk="1.9.1")
    old.take()
    assert server.post(f"/v2/{endpoint}/cancel/{job}").json["status"] == "CANCELLED"
    gone(old.pid)
    assert not started.asked_to_end.exists(), "it would finish first"
    following = server.run(endpoint)
    assert started.next().take()["id"] == following


def test_cancel_spares_a_worker_without_job_stop_with_other_jobs(server, started):
    endpoint = server.make_endpoint(str(started.script), workersMax=1)
    cancelled, kept = server.run(endpoint, {"n": 1}), server.run(endpoint, {"n": 2})
    old = started.next(sdk="1.9.1")
    assert len(old.take_batch(2)) == 2
    server.post(f"/v2/{endpoint}/cancel/{cancelled}")
    time.sleep(1)
    assert processes.is_alive(old.pid)
    old.finish(cancelled, "nobody wants it")
    old.finish(kept, "wanted")
    view = server.status(endpoint, cancelled)
    assert view["status"] == "CANCELLED" and "output" not in view
    assert server.status(endpoint, kept)["output"] == "wanted"


# Two of one identity


def test_two_processes_with_one_identity_get_each_job_done_once(server, endpoint, make_worker):
    """Variables of one `worker-env`, used twice. The server cannot tell them apart: a job may run once on each, and
    still has one result; none is lost."""
    one = make_worker(server, endpoint)
    other = Worker(one.environment)
    jobs = [server.run(endpoint, {"n": n}) for n in range(30)]
    runs, results, over = [], {}, threading.Event()

    def work(worker, name):
        while not over.is_set():
            for taken in worker.take_several():
                runs.append((name, taken["id"]))
                time.sleep(0.02)
                worker.finish(taken["id"], name)
                results.setdefault(taken["id"], set()).add(name)

    working = [one.later(work, one, "one"), other.later(work, other, "other")]
    for job in jobs:
        server.wait_status(endpoint, job, "COMPLETED", 30)
    over.set()
    for poll in working:
        poll.result(60)
    for job in jobs:
        view = server.status(endpoint, job)
        assert view["output"] in results[job] and view["workerId"] == one.id and "error" not in view
    assert {job for _, job in runs} == set(jobs) and len(runs) == len(set(runs))
    assert server.health(endpoint)["jobs"]["completed"] == len(jobs)
    other.close()
