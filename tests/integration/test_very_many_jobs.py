"""Very many jobs that end at once, by a purge or by their ttl, while another endpoint goes on.

PILOTLIGHT_VERY_MANY_JOBS sets how many; a million takes some minutes.
"""

import itertools
import os
import threading
import time

import pytest
from harness.raw import connect, head, read_answers

COUNT = int(os.environ.get("PILOTLIGHT_VERY_MANY_JOBS", "12000"))
CONNECTIONS = 50
AT_A_TIME = 200  # requests sent before their answers are read


def submit(server, endpoint, count, body):
    """So many jobs, over many connections, so that many share a commit. `body(n)` is made when it is sent."""
    path = f"/v2/{endpoint}/run"
    accepted = [0] * CONNECTIONS

    def push(number):
        with connect(server.origin, timeout=120) as connection, connection.makefile("rb") as answers:
            left = count // CONNECTIONS + (number < count % CONNECTIONS)
            while left > 0:
                some = min(left, AT_A_TIME)
                data = b""
                for _ in range(some):
                    text = body()
                    data += head("POST", path, server.key, content_length=len(text)) + text
                connection.sendall(data)
                accepted[number] += sum(answer.status == 200 for answer in read_answers(answers, some))
                left -= some

    threads = [threading.Thread(target=push, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(accepted) == count


class Other:
    """Another endpoint with a worker of its own."""

    def __init__(self, server, make_worker):
        self.server, self.endpoint = server, server.make_idle_endpoint()
        self.worker = make_worker(server, self.endpoint)
        self.lives = 0

    def one_life(self):
        """A job from its acceptance to its result, by way of a parked poll."""
        poll = self.worker.later(self.worker.take)
        job = self.server.run(self.endpoint, {"n": self.lives})
        assert poll.result(60)["id"] == job
        self.worker.finish(job, self.lives)
        assert self.server.status(self.endpoint, job)["output"] == self.lives
        self.lives += 1


@pytest.fixture
def server(servers):
    return servers("--runtime", "none").start()


@pytest.fixture
def other(server, make_worker):
    made = Other(server, make_worker)
    made.one_life()
    return made


def figures(server, endpoint):
    return server.get(f"/v2/{endpoint}/metrics").json["jobs"]


def test_a_purge_of_very_many_jobs_lets_others_go_on(server, endpoint, make_worker, other):
    worker = make_worker(server, endpoint)
    running = server.run(endpoint)
    worker.take()
    submit(server, endpoint, COUNT, lambda: b'{"input": 1}')
    purge = worker.later(server.post, f"/v2/{endpoint}/purge-queue", timeout=600)
    before = other.lives
    while not purge.done():
        other.one_life()
    print(f"{other.lives - before} jobs of the other endpoint meanwhile")
    assert purge.result().json == {"removed": COUNT, "status": "completed"}
    late = server.run(endpoint, "after the purge")
    assert server.status(endpoint, running)["status"] == "IN_PROGRESS"
    worker.finish(running, 1)
    assert worker.take()["id"] == late
    assert figures(server, endpoint)["cancelled"] == COUNT


def watch(server, endpoint, figure, count, begin):
    """Until so many jobs have ended, at most five slices of a thousand end between two answers. Thousands of questions
    always lie ready on their connection, so that only the server decides what comes between."""
    block, seen = 1000, []
    question = head("GET", f"/v2/{endpoint}/metrics", server.key)
    with connect(server.origin, timeout=600) as connection, connection.makefile("rb") as answers:
        for _ in range(4):
            connection.sendall(question * block)
        begin()
        while not seen or seen[-1] != count:
            seen += [answer.json["jobs"][figure] for answer in read_answers(answers, block)]
            connection.sendall(question * block)
    assert max(after - before for before, after in itertools.pairwise(seen)) <= 5_000


def test_a_purge_of_very_many_jobs_is_never_long_in_the_way(server, endpoint, worker):
    submit(server, endpoint, 3 * COUNT, lambda: b'{"input": 1}')
    watch(server, endpoint, "cancelled", 3 * COUNT, lambda: worker.later(server.post, f"/v2/{endpoint}/purge-queue", timeout=600))


def test_very_many_jobs_whose_ttl_ends_at_once_let_others_go_on(server, endpoint, make_worker, other):
    begun = time.monotonic()
    submit(server, endpoint, COUNT // 10, lambda: b'{"input": "in no hurry"}')
    due = time.monotonic() + 10 + 15 * (time.monotonic() - begun)  # for ten times as many, and half as long again

    def body():
        return b'{"input": 1, "policy": {"ttl": %d}}' % max(10_000, int(1000 * (due - time.monotonic())))

    submit(server, endpoint, COUNT, body)
    assert figures(server, endpoint)["inQueue"] == COUNT + COUNT // 10, "all are accepted before the first is due"
    time.sleep(max(0, due - 0.5 - time.monotonic()))
    meanwhile = other.worker.later(other.one_life)
    watch(server, endpoint, "timedOut", COUNT, lambda: None)
    meanwhile.result(60)
    assert figures(server, endpoint)["inQueue"] == COUNT // 10
    assert make_worker(server, endpoint).take()["input"] == "in no hurry"
