"""SIGKILL at random instants under load: no acknowledged job is lost, none has two results, every one ends.

PILOTLIGHT_CRASHES sets the number of kills.
"""

import json
import os
import random
import socket
import time

from harness import processes
from harness.load import Connection, Load

CRASHES = int(os.environ.get("PILOTLIGHT_CRASHES", "50"))
WORKERS = 6


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


class Crashes:
    """A server under load that is killed again and again."""

    def __init__(self, server, seed):
        self.server = server
        self.chance = random.Random(seed)
        self.slowest = 0.0
        server.start()
        self.endpoint = server.make_idle_endpoint()
        variables = [server.worker_env(self.endpoint) for _ in range(WORKERS)]
        host, port = server.listen.split(":")
        self.load = Load((host, int(port)), server.key, self.endpoint, variables)

    def run(self, count):
        self.load.start()
        try:
            for number in range(count):
                time.sleep(self.chance.uniform(0.02, 0.5))
                self._kill((self.server.kill_server, self.server.kill_keeper, self.server.kill_both)[number % 3])
                assert not self.load.problems, self.load.problems[:5]
            time.sleep(1)
            self.load.stop_submitting()
            processes.wait_until(self._is_drained, 60, "the end of every job", pause=0.2)
        finally:
            self.load.stop()

    def _kill(self, kill):
        kill()
        began = time.monotonic()
        if self.server.process.poll() is None:
            self.server.wait_ready()
        else:
            self.server.start()
        self.slowest = max(self.slowest, time.monotonic() - began)

    def _is_drained(self):
        jobs = self.server.health(self.endpoint)["jobs"]
        return jobs["inQueue"] == 0 and jobs["inProgress"] == 0

    def check(self):
        """The ledger against the server, job by job."""
        load = self.load
        connection = Connection(load.address, {"authorization": self.server.key})
        for job in load.accepted:
            status, text = connection.request("GET", f"/v2/{self.endpoint}/status/{job}")
            if status == 200:
                load.note(job, json.loads(text))
            else:
                load.problems.append(f"the accepted {job} is lost: {status} {text}")
        assert not load.problems, (len(load.problems), load.problems[:5])
        assert set(load.accepted) <= set(load.seen), "every accepted job ends"
        counted = self.server.health(self.endpoint)["jobs"]
        assert counted["failed"] == 0
        assert counted["completed"] == len(load.posted), "each job that ran is counted once"
        print(
            f"{len(load.accepted)} jobs acknowledged, {load.unclear} submissions cut, {load.repeated} results repeated, "
            f"{sum(load.posted.values()) - len(load.posted)} jobs run again, slowest recovery {self.slowest:.2f} s"
        )


def test_kills_over_real_files(servers):
    crashes = Crashes(servers(listen=f"127.0.0.1:{free_port()}"), seed=1)
    crashes.run(CRASHES)
    crashes.check()
    assert len(crashes.load.accepted) > CRASHES


def test_a_result_repeated_across_a_restart_counts_once(servers, make_worker):
    server = servers(listen=f"127.0.0.1:{free_port()}").start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    for round_ in range(6):
        job = server.run(endpoint, {"n": round_})
        worker.take()
        worker.finish(job, "once")
        (server.kill_server if round_ % 2 else server.kill_both)()
        server.wait_ready() if server.process.poll() is None else server.start()
        assert worker.done(job, {"output": "twice"}).status == 200
        assert server.status(endpoint, job)["output"] == "once"
        assert server.health(endpoint)["jobs"]["completed"] == round_ + 1


def test_a_job_taken_before_a_crash_may_be_finished_after_it(servers, make_worker):
    server = servers(listen=f"127.0.0.1:{free_port()}").start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    for kill in (server.kill_server, server.kill_keeper, server.kill_both):
        job = server.run(endpoint)
        worker.take()
        kill()
        server.wait_ready() if server.process.poll() is None else server.start()
        assert server.status(endpoint, job)["status"] == "IN_PROGRESS"
        worker.finish(job, "after all")
        view = server.status(endpoint, job)
        assert view["output"] == "after all" and "retries" not in view
