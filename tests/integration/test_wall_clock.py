"""A wall clock that is stepped, or a laptop that slept, fires nothing and freezes nothing."""

import time
from pathlib import Path

import pytest
from harness.shims import Dial, preload

HOUR = 3600


@pytest.fixture
def clock(tmp_path):
    """step(seconds): sets the wall clock of the servers that have `environment` so far off the real one."""
    dial = Dial(tmp_path / "offset", 0)

    def step(seconds):
        dial.set(seconds)

    step.environment = preload("wall_clock") | {"PILOTLIGHT_TEST_WALL_CLOCK": str(dial.path)}
    return step


@pytest.fixture
def server(servers, clock):
    made = servers(environment=clock.environment).start()
    for pid in (made.pid, made.server_pid()):
        assert b"wall_clock" in Path(f"/proc/{pid}/maps").read_bytes(), "the clock is not in place"
    return made


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_step_fires_nothing_and_freezes_nothing(server, clock, make_worker, step):
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    done, running = server.run(endpoint, {"n": 1}), server.run(endpoint, {"n": 2}, policy={"executionTimeout": 60000})
    worker.finish(worker.take(), "kept")
    worker.take()
    queued = server.run(endpoint, {"n": 3}, policy={"ttl": 10000})
    clock(step)
    server.kill_server()  # the next one gets its time from the keeper
    time.sleep(2)
    worker.ping(running)
    assert server.status(endpoint, done)["output"] == "kept", "retention is half an hour"
    assert server.status(endpoint, running)["status"] == "IN_PROGRESS"
    assert server.status(endpoint, queued)["status"] == "IN_QUEUE"
    began = time.monotonic()
    server.wait_status(endpoint, queued, "TIMED_OUT", timeout=30)
    assert time.monotonic() - began < 20, "its ten seconds passed as ever"
    worker.finish(running, "on time")
    assert server.status(endpoint, running)["executionTime"] < 60000


def test_a_clock_set_back_before_a_start_changes_nothing(server, clock, make_worker):
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    job = server.run(endpoint)
    worker.finish(worker.take(), "kept")
    assert server.terminate() == 0
    clock(-HOUR)
    server.start()
    assert server.status(endpoint, job)["output"] == "kept"
    later = server.run(endpoint)
    assert later > job, "ids follow the order of time"
    taken = make_worker(server, endpoint).take()
    assert taken["id"] == later
    assert 0 <= server.status(endpoint, later)["delayTime"] < 60000
