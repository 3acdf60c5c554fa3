"""SIGTERM: what is accepted stays accepted, who waits is answered, what runs may finish."""

import signal
import time

import pytest
from harness import processes
from harness.raw import connect, head, read_answer
from harness.server import AS_IN_A_TERMINAL


@pytest.fixture
def busy(servers, make_worker):
    """A server whose only worker, started by hand, holds a job: (server, endpoint, worker, job)."""
    server = servers().start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    job = server.run(endpoint, {"n": 1})
    assert worker.take()["id"] == job
    return server, endpoint, worker, job


def test_an_idle_server_ends_at_once_with_status_0(servers):
    server = servers().start()
    began = time.monotonic()
    assert server.terminate() == 0
    assert time.monotonic() - began < 10
    assert server.leftovers() == []
    assert "server_ended exit_code=0" in server.log(), "it ended by itself and was not killed"


def test_interrupt_is_the_same(servers):
    server = servers()
    server.prefix = AS_IN_A_TERMINAL
    server.start()
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(20) == 0


def test_a_job_under_way_may_finish(busy):
    server, endpoint, worker, job = busy
    server.process.send_signal(signal.SIGTERM)
    processes.wait_until(lambda: server.post(f"/v2/{endpoint}/run", {"input": 1}).status == 503, 10, "the drain")
    worker.finish(job, "after the signal")
    assert server.process.wait(30) == 0
    server.start()
    view = server.status(endpoint, job)
    assert (view["status"], view["output"]) == ("COMPLETED", "after the signal")


def test_new_jobs_are_refused_with_a_word_and_a_time(busy):
    server, endpoint, worker, job = busy
    server.process.send_signal(signal.SIGTERM)
    answer = processes.wait_until(
        lambda: (got := server.post(f"/v2/{endpoint}/run", {"input": 1})).status == 503 and got, 10, "a refusal"
    )
    assert int(answer.headers["Retry-After"]) > 0
    assert "shut" in answer.json["error"], answer.text
    worker.finish(job, 1)
    assert server.process.wait(30) == 0


def test_who_waits_is_answered(busy, make_worker):
    server, endpoint, worker, job = busy
    idle = make_worker(server, endpoint)
    poll = idle.later(idle.take)
    with connect(server.origin) as waiting:
        body = b'{"input": {"n": 2}}'
        waiting.sendall(head("POST", f"/v2/{endpoint}/runsync", server.key, content_length=len(body)) + body)
        other = poll.result(30)  # the second job goes to the idle worker, so both workers hold one
        assert other["input"] == {"n": 2}
        poll = idle.later(idle.take, in_progress=1)
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        answer = read_answer(waiting)
    assert answer.status == 200 and answer.json["status"] == "IN_PROGRESS", answer
    assert poll.result(10) is None
    assert worker.later(worker.take).result(15) is None
    worker.finish(job, 1)
    idle.finish(other, 2)
    assert server.process.wait(30) == 0


def test_the_grace_ends_it(servers, make_worker):
    server = servers("--grace", "1s").start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    job = server.run(endpoint)
    worker.take()
    began = time.monotonic()
    assert server.terminate() == 0
    assert 0.9 < time.monotonic() - began < 15
    server.start()
    assert server.status(endpoint, job)["status"] in ("IN_PROGRESS", "IN_QUEUE")


def test_a_second_signal_ends_it_now(busy):
    server, endpoint, _, job = busy
    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    assert server.process.poll() is None
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(10)
    server.start()
    assert server.status(endpoint, job)["status"] in ("IN_PROGRESS", "IN_QUEUE")


def test_a_server_killed_while_it_drains_goes_on_draining(busy):
    server, endpoint, worker, job = busy
    server.process.send_signal(signal.SIGTERM)
    processes.wait_until(lambda: server.post(f"/v2/{endpoint}/run", {"input": 1}).status == 503, 10, "the drain")
    server.kill_server()
    processes.wait_until(lambda: server.post(f"/v2/{endpoint}/run", {"input": 1}).status == 503, 20, "the drain again")
    worker.finish(job, "late")
    assert server.process.wait(60) == 0
    server.start()
    assert server.status(endpoint, job)["output"] == "late"


def test_queued_jobs_wait_for_the_next_start(servers, make_worker):
    server = servers().start()
    endpoint = server.make_idle_endpoint()
    jobs = [server.run(endpoint, {"n": n}) for n in range(3)]
    assert server.terminate() == 0
    server.start()
    assert [server.status(endpoint, job)["status"] for job in jobs] == ["IN_QUEUE"] * 3
    worker = make_worker(server, endpoint)
    assert [job["id"] for job in worker.take_batch(3)] == jobs
