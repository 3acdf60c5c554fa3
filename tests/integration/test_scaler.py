"""Scaling as seen from outside, with workers that start and never ask for a job."""

import re
import time

import pytest
from harness import processes
from harness.server import PYTHON, ROOT

SDK_WORKER = f"{PYTHON} -u {ROOT}/tests/workers/sdk_worker.py"


@pytest.fixture
def starts(tmp_path):
    """(command, times): a worker that writes down when it started, and the list of those times."""
    folder = tmp_path / "starts"
    folder.mkdir()
    command = tmp_path / "worker.sh"
    command.write_text(f"#!/bin/sh\ntouch {folder}/$$\nexec sleep 600\n")
    command.chmod(0o755)
    return str(command), lambda: sorted(path.stat().st_mtime for path in folder.iterdir())


def test_the_first_job_starts_one_worker_at_once(server, starts):
    command, times = starts
    endpoint = server.make_endpoint(command, scalerValue=600)
    asked = time.time()
    for _ in range(10):
        server.run(endpoint)
    processes.wait_until(times, 10, "a worker")
    time.sleep(1)
    assert len(times()) == 1
    assert times()[0] - asked < 5


def test_queue_delay_adds_one_worker_a_step_up_to_the_maximum(server, starts):
    command, times = starts
    endpoint = server.make_endpoint(command, scalerValue=2, workersMax=3)
    server.run(endpoint)
    processes.wait_until(lambda: len(times()) == 3, 30, "three workers")
    time.sleep(3)
    gaps = [later - earlier for earlier, later in zip(times(), times()[1:])]
    assert len(gaps) == 2 and min(gaps) > 1.5, gaps


def test_request_count_starts_what_is_needed_at_once(server, starts):
    command, times = starts
    endpoint = server.make_endpoint(command, scalerType="REQUEST_COUNT", scalerValue=2, workersMax=5)
    for _ in range(6):
        server.run(endpoint)
    processes.wait_until(lambda: len(times()) == 3, 15, "three workers")
    time.sleep(1)
    assert len(times()) == 3


def test_low_priority_starts_nothing(server, starts):
    command, times = starts
    endpoint = server.make_endpoint(command, scalerValue=1)
    job = server.run(endpoint, {}, policy={"lowPriority": True})
    time.sleep(3)
    assert times() == []
    assert "low_priority" in server.get(f"/v2/{endpoint}/status/{job}").text


def test_workers_max_zero_starts_nothing_until_it_is_raised(server, starts):
    command, times = starts
    template = server.save_template(dockerArgs=command)["id"]
    endpoint = server.save_endpoint(templateId=template, workersMax=0)["id"]
    job = server.run(endpoint)
    time.sleep(1)
    assert times() == [] and "endpoint_at_zero" in server.get(f"/v2/{endpoint}/status/{job}").text
    server.save_endpoint(id=endpoint, templateId=template, workersMax=1)
    processes.wait_until(times, 10, "a worker")


def settings_of(server, endpoint):
    listed = server.graphql("{ myself { endpoints { id templateId } } }")["myself"]["endpoints"]
    return next(entry for entry in listed if entry["id"] == endpoint)


def test_a_busy_worker_is_never_stopped_by_scaling(server):
    """Not by its idle timeout, not by a smaller demand, not by a maximum of zero: it goes when its job is done."""
    endpoint = server.make_endpoint(SDK_WORKER, idleTimeout=1)
    job = server.run(endpoint, {"sleep": 4})
    server.wait_status(endpoint, job, "IN_PROGRESS", 60)
    server.save_endpoint(**settings_of(server, endpoint), workersMax=0)
    view = server.wait_final(endpoint, job)
    assert view["status"] == "COMPLETED" and "retries" not in view, view
    pid = view["output"]["pid"]
    processes.wait_until(lambda: not processes.is_alive(pid), 60, "its end")


def test_workers_min_stays_warm_and_the_rest_idles_out(server):
    endpoint = server.make_endpoint(
        SDK_WORKER, workersMin=1, workersMax=2, scalerType="REQUEST_COUNT", scalerValue=1, idleTimeout=1
    )
    jobs = [server.run(endpoint, {"sleep": 2}) for _ in range(2)]
    pids = {server.wait_final(endpoint, job)["output"]["pid"] for job in jobs}
    assert len(pids) == 2, "both ran at the same time"
    processes.wait_until(lambda: sum(map(processes.is_alive, pids)) == 1, 60, "the end of one")
    time.sleep(4)
    assert sum(map(processes.is_alive, pids)) == 1, "one is kept warm, long after its idle timeout"
    assert server.health(endpoint)["workers"]["idle"] == 1


def test_request_count_rounds_up_and_counts_running_jobs(server):
    endpoint = server.make_endpoint(SDK_WORKER, scalerType="REQUEST_COUNT", scalerValue=2, workersMax=3, idleTimeout=60)
    first = server.run(endpoint, {"sleep": 5})
    server.wait_status(endpoint, first, "IN_PROGRESS", 60)
    live = lambda: sum(server.health(endpoint)["workers"][state] for state in ("running", "idle", "initializing"))
    server.run(endpoint, {})
    time.sleep(0.5)
    assert live() == 1, "one running and one waiting are two: one worker"
    server.run(endpoint, {})
    processes.wait_until(lambda: live() == 2, 10, "the second worker for the third job")


@pytest.mark.parametrize(
    "settings, named",
    [
        ({"workersMin": -1}, "workersMin"),
        ({"workersMax": -1}, "workersMax"),
        ({"workersMin": 4, "workersMax": 3}, "workersMin"),
        ({"idleTimeout": 0}, "idleTimeout"),
        ({"idleTimeout": 3601}, "idleTimeout"),
        ({"scalerValue": 0}, "scalerValue"),
        ({"scalerType": "MAGIC"}, "scalerType"),
        ({"workersMax": 1 << 40}, "workersMax|Int"),
        ({"name": ""}, "name"),
        ({"templateId": "nosuchtemplate"}, "Unable to find template"),
    ],
)
def test_a_setting_out_of_range_is_named(server, settings, named):
    template = server.save_template()["id"]
    fields = ", ".join(
        f'{key}: "{value}"' if isinstance(value, str) else f"{key}: {value}"
        for key, value in ({"name": "limits", "gpuIds": "AMPERE_16", "templateId": template} | settings).items()
    )
    message = server.graphql_error(f"mutation {{ saveEndpoint(input: {{ {fields} }}) {{ id }} }}")
    assert re.search(named, message), message
