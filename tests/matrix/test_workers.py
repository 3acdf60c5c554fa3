"""How workers on one version of the runpod package take jobs, stop them and end."""

import os
import signal

import pytest
from harness import processes


@pytest.mark.row("a worker started by hand")
def test_by_hand(sdk, tmp_path):
    with sdk.by_hand("blocking", tmp_path) as (endpoint, worker, pid):
        job = sdk.server.run(endpoint, {"who": {}})
        view = sdk.server.wait_final(endpoint, job, 120)
        assert (view["status"], view["workerId"]) == ("COMPLETED", worker), view
        assert view["output"] == {"worker": worker, "pid": pid}


@pytest.mark.row("a job left in the folder by a crash is named", since="1.7.12", until="1.12.0")
def test_left_job(sdk, notes, tmp_path):
    """In `.runpod_jobs.pkl`, up to 1.10.0: the next worker there takes the job for its own and asks for none."""
    with sdk.by_hand("blocking", tmp_path) as (endpoint, _, pid):
        left = sdk.server.run(endpoint, {"who": {}, **notes.task})
        notes.wait("began")
        os.kill(pid, signal.SIGKILL)
    assert (tmp_path / ".runpod_jobs.pkl").exists()
    with sdk.by_hand("blocking", tmp_path) as (endpoint, worker, _):
        job = sdk.server.run(endpoint, {"who": {}})

        def told():
            waiting = sdk.server.status(endpoint, job)["pilotlight"]["waiting"]
            return waiting["reason"] == "worker_not_asking" and waiting

        waiting = processes.wait_until(told, 60, "the reason")
    assert all(part in waiting["text"] for part in (worker, left, ".runpod_jobs.pkl", "start it again")), waiting
    assert "until" not in waiting


# While it runs


@pytest.mark.row("progress_update", since="1.2.1", short=True)
def test_progress(sdk, notes):
    value = {"percent": 50, "größe": [1]}
    job = sdk.run("blocking", progress=value, who={}, **notes.task)
    processes.wait_until(lambda: sdk.status("blocking", job).get("output") == value, 90, "the progress")
    assert sdk.status("blocking", job)["status"] == "IN_PROGRESS"
    notes.open()
    view = sdk.final("blocking", job)
    assert view["status"] == "COMPLETED" and view["output"]["worker"] == view["workerId"], view


@pytest.mark.row("progress_update, and the result at once", since="1.2.1")
def test_late_progress(sdk):
    """The package sends progress in a thread of its own: it may come behind the result."""
    jobs = [sdk.run("blocking", progress="so far", **{"return": n}) for n in range(8)]
    assert [sdk.completed("blocking", job) for job in jobs] == list(range(8))
    assert [sdk.status("blocking", job)["output"] for job in jobs] == list(range(8))


@pytest.mark.row("several jobs at once", since="1.0.0")
def test_concurrency(sdk, cell, notes, tmp_path):
    first = sdk.run("concurrent", who={}, **notes.task)
    worker, _ = notes.wait("began")
    jobs = [sdk.run("concurrent", meet=str(tmp_path), guests=2, who={}) for _ in range(2)]
    try:
        if "1.7.1" <= sdk.version < "1.9.1":
            for job in jobs:
                sdk.wait_status("concurrent", job, "IN_PROGRESS")
            notes.open()
            cell.note("starts late")
        for job in jobs:
            view = sdk.final("concurrent", job, 120)
            assert (view["status"], view["workerId"]) == ("COMPLETED", worker), view
        notes.open()
        assert sdk.completed("concurrent", first)["worker"] == worker
    finally:
        for job in [first, *jobs]:
            sdk.abandon("concurrent", job)


@pytest.mark.row("many short jobs, one at a time")
def test_short_jobs(sdk, notes):
    """Each runs once and alone. Versions that rest a second between two jobs are given several at once, if they can take them."""
    jobs = [sdk.run("brief", notes=str(notes.path), **{"return": n}) for n in range(30)]
    at_once = []

    def over():
        at_once.append(sdk.server.health(sdk.endpoint("brief"))["jobs"]["inProgress"])
        return sdk.status("brief", jobs[-1])["status"] == "COMPLETED"

    processes.wait_until(over, 120, "the last of the short jobs")
    assert [sdk.completed("brief", job) for job in jobs] == list(range(30))
    assert [line.split()[0] for line in notes.path.read_text().splitlines()] == ["began", "ended"] * 30
    assert (max(at_once) > 1) == ("1.7.6" <= sdk.version < "2.0")


def ended(pid, wait=60):
    processes.wait_until(lambda: not processes.is_alive(pid), wait, "the end of the worker")
    return True


@pytest.mark.row("cancel")
def test_cancel(sdk, notes, cell):
    kind = sdk.concurrent
    with sdk.staying(kind):
        job = sdk.run(kind, who={}, **notes.task)
        _, pid = notes.wait("began")
        sdk.cancel(kind, job)
        if sdk.version >= "1.10.0":
            notes.wait("stopped")
            assert sdk.who(kind)[1] == pid
        else:
            assert ended(pid) and sdk.who(kind)[1] != pid
            cell.note("cancel kills")
    view = sdk.status(kind, job)
    assert view["status"] == "CANCELLED" and "output" not in view, view


@pytest.mark.row("cancel, the handler blocks", short=True)
def test_cancel_blocking(sdk, notes, cell):
    cell.note("cancel kills late" if sdk.version == "1.0.0" else "cancel kills")
    with sdk.staying("blocking"):
        job = sdk.run("blocking", who={}, **notes.task)
        _, pid = notes.wait("began")
        sdk.cancel("blocking", job)
        assert ended(pid) and sdk.who("blocking")[1] != pid
    view = sdk.status("blocking", job)
    assert view["status"] == "CANCELLED" and "output" not in view, view


# The end of a worker


@pytest.mark.row("refresh_worker returned")
def test_refresh_returned(sdk):
    output = sdk.completed("blocking", sdk.run("blocking", who={"refresh_worker": True}))
    assert set(output) == {"worker", "pid"}
    assert ended(output["pid"])
    assert sdk.who("blocking")[0] != output["worker"]


@pytest.mark.row("refresh_worker in the configuration")
def test_refresh_configured(sdk):
    first, pid = sdk.who("refreshing")
    assert ended(pid)
    assert sdk.who("refreshing")[0] != first


@pytest.mark.row("SIGKILL in the middle of a job", short=True)
def test_sigkill(sdk, notes):
    job = sdk.run("blocking", who={}, **notes.task)
    worker, pid = notes.wait("began")
    os.kill(pid, signal.SIGKILL)
    notes.open()
    view = sdk.final("blocking", job)
    assert (view["status"], view["retries"]) == ("COMPLETED", 1), view
    assert view["output"]["worker"] == view["workerId"] != worker
    processes.wait_until(lambda: not processes.naming(worker), 30, "the end of all that the worker started")


@pytest.mark.row("a handler that ends its process: exit code and last words")
def test_exit(sdk):
    view = sdk.result("blocking", exit=3)
    assert (view["status"], view["error"]) == ("FAILED", "job timed out after 1 retries"), view
    crash = view["pilotlight"]["crash"]
    assert crash["exitCode"] == 3 and "no memory is left" in crash["output"], crash
    events = sdk.server.get(f"/v2/{sdk.endpoint('blocking')}/jobs/{view['id']}/events").json["events"]
    assert [event["crash"]["exitCode"] for event in events if "crash" in event] == [3, 3], events


@pytest.mark.row("SIGTERM in the middle of a job", short=True)
def test_sigterm(sdk, notes, cell):
    job = sdk.run("blocking", who={}, **notes.task)
    worker, pid = notes.wait("began")
    os.kill(pid, signal.SIGTERM)
    if sdk.version >= "1.7.3":
        notes.open()
        assert sdk.completed("blocking", job)["worker"] == worker
        assert ended(pid)
    else:
        assert ended(pid)
        notes.open()
        view = sdk.final("blocking", job)
        assert (view["status"], view["retries"]) == ("COMPLETED", 1), view
        assert view["output"]["worker"] == view["workerId"] != worker
        cell.note("dies by SIGTERM")


@pytest.mark.row("a failed check at the start is the reason shown", since="1.9.0", short=True)
def test_unfit(sdk):
    job = sdk.run("unfit", who={})

    def told():
        view = sdk.status("unfit", job)
        assert view["status"] == "IN_QUEUE", view
        waiting = view["pilotlight"]["waiting"]
        return waiting["reason"] == "crash_loop" and waiting

    waiting = processes.wait_until(told, 90, "the reason")
    assert waiting["exitCode"] == 1
    assert "has_weights" in waiting["detail"] and "the weights are not there" in waiting["detail"], waiting
    health = sdk.server.health(sdk.endpoint("unfit"))["pilotlight"]["waiting"]
    assert health["reason"] == "crash_loop" and "the weights are not there" in health["detail"], health
    sdk.cancel("unfit", job)
