"""SIGKILL at random instants under load: no acknowledged job is lost, none has two results, every one ends.

Half of the kills are over real files, half over a disk that forgets what was not synced (shims/forgetful_disk).
PILOTLIGHT_CRASHES sets the number of kills of each half.
"""

import json
import os
import random
import socket
import time
from pathlib import Path

import pytest
import requests
from harness import processes
from harness.load import Connection, Load
from harness.shims import preload

CRASHES = int(os.environ.get("PILOTLIGHT_CRASHES", "50"))
WORKERS = 6
OUTGOING_PORTS = "/proc/sys/net/ipv4/ip_local_port_range"


def free_port():
    """A port that no outgoing connection takes while the server is away."""
    first_outgoing = int(Path(OUTGOING_PORTS).read_text().split()[0])
    while True:
        try:
            with socket.create_server(("127.0.0.1", random.randrange(10_000, first_outgoing))) as probe:
                return probe.getsockname()[1]
        except OSError:
            pass


def restart(server):
    """After a kill: the keeper brings the next server, or a new keeper must be started."""
    if server.process.poll() is None:
        server.wait_ready()
    else:
        server.start()


@pytest.fixture
def forgetful(servers, tmp_path):
    """make(skip=""): a server that remembers after a kill only what it had synced; `skip` names syncs it leaves out."""

    def make(skip=""):
        environment = preload("forgetful_disk") | {
            "PILOTLIGHT_TEST_FORGETFUL_DISK": str(tmp_path),
            "PILOTLIGHT_TEST_DURABLE_DISK": str(tmp_path.with_name(tmp_path.name + ".durable")),
            "PILOTLIGHT_TEST_SKIPPED_SYNCS": skip,
        }
        listen = f"127.0.0.1:{free_port()}"
        return servers(data=tmp_path / "data", listen=listen, environment=environment)

    return make


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
        restart(self.server)
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


def test_kills_over_a_disk_that_forgets(forgetful):
    crashes = Crashes(forgetful(), seed=2)
    crashes.run(CRASHES)
    crashes.check()
    assert len(crashes.load.accepted) > CRASHES


def answers_200(ask):
    """A server on a broken store may as well die of the question."""
    try:
        return ask().status == 200
    except requests.exceptions.ConnectionError:
        return False


@pytest.mark.parametrize("skip", ["", "wal", "bodies", "folders"])
def test_a_build_that_leaves_out_a_sync_is_found(forgetful, make_worker, skip):
    """The disk that forgets is worth its name only if such a build loses the job there."""
    server = forgetful(skip).start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    job = server.run(endpoint, {"padding": "x" * 100_000})
    server.kill_server()
    restart(server)
    known = answers_200(lambda: server.get(f"/v2/{endpoint}/status/{job}"))
    taken = answers_200(worker.take_answer)
    assert (known and taken) == (skip == ""), (known, taken)


def test_a_result_repeated_across_a_restart_counts_once(servers, make_worker):
    server = servers(listen=f"127.0.0.1:{free_port()}").start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    for round_ in range(6):
        job = server.run(endpoint, {"n": round_})
        worker.take()
        worker.finish(job, "once")
        (server.kill_server if round_ % 2 else server.kill_both)()
        worker.hang_up()
        restart(server)
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
        worker.hang_up()
        restart(server)
        assert server.status(endpoint, job)["status"] == "IN_PROGRESS"
        worker.finish(job, "after all")
        view = server.status(endpoint, job)
        assert view["output"] == "after all" and "retries" not in view
