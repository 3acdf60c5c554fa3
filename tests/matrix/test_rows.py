"""The rows: what a client sees of workers on one version of the runpod package.

Where versions differ the expectation follows from the package's own source, never from what failed.
"""

import json
import os
import signal

import pytest
from harness import processes

VALUES = [
    {"nested": {"list": [1, {"a": None}], "empty": {}}},
    [1, "two", None, [], {}],
    "text",
    "",
    7,
    -(2**80),
    1.5,
    1e22,
    True,
    False,
    0,
    None,
]
TEXT = 'Grüße, 世界, \U0001f680 e\u0301 \u202eright to left\u202c \u0000 "quoted" \\ </script> \u2028 \ufeff'


def same(left, right):
    """Equal, and of the same types: 1 is neither 1.0 nor True."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


@pytest.mark.row("every JSON type as output", short=True)
def test_values(sdk, cell):
    kind = sdk.concurrent  # for speed: several at a time
    jobs = [sdk.run(kind, **{"return": value}) for value in [*VALUES, {}]]
    for job, value in zip(jobs, VALUES):
        view = sdk.final(kind, job)
        assert view["status"] == "COMPLETED" and "output" in view and same(view["output"], value), (value, view)
    view = sdk.final(kind, jobs[-1])
    assert view["status"] == "COMPLETED"
    if sdk.version < "1.2.0":
        assert view["output"] == {}
    else:
        assert "output" not in view
        cell.note("empty object")


@pytest.mark.row("unicode", short=True)
def test_unicode(sdk):
    value = {TEXT: [TEXT, TEXT * 1000]}
    assert sdk.completed("blocking", sdk.run("blocking", **{"return": value})) == value


@pytest.mark.row("NaN and infinity", short=True)
def test_not_numbers(sdk):
    output = sdk.completed("blocking", sdk.run("blocking", not_numbers=True))
    assert output == {"nan": None, "infinite": [None, None], "half": 0.5}


@pytest.mark.row("an exception", short=True)
def test_exception(sdk):
    view = sdk.result("blocking", **{"raise": "no such model: größe"})
    assert view["status"] == "FAILED" and "output" not in view and "retries" not in view, view
    told = json.loads(view["error"])
    assert told["error_type"] == "<class 'ValueError'>" and told["error_message"] == "no such model: größe"
    assert 'raise ValueError(task["raise"])' in told["error_traceback"]
    assert told["worker_id" if sdk.version >= "1.2.1" else "pod_id"] == view["workerId"]
    assert told.get("runpod_version") == (sdk.version.text if sdk.version >= "1.2.1" else None)


@pytest.mark.row("an error returned", short=True)
def test_error_returned(sdk):
    view = sdk.result("blocking", **{"return": {"error": "no luck"}})
    assert (view["status"], view["error"]) == ("FAILED", "no luck") and "output" not in view, view


@pytest.mark.row("an error returned with a traceback", short=True)
def test_error_with_traceback(sdk, cell):
    view = sdk.result("blocking", **{"return": {"error": "no luck", "traceback": "line 1\nline 2"}})
    assert (view["status"], view["error"]) == ("FAILED", "no luck"), view
    if sdk.version < "1.2.0":
        assert "output" not in view
        cell.note("error alone")
    else:
        assert view["output"] == {"traceback": "line 1\nline 2"}


@pytest.mark.row("an error that is an object")
def test_error_object(sdk, cell):
    view = sdk.result("blocking", **{"return": {"error": {"code": 7, "why": ["a", None]}}})
    assert view["status"] == "FAILED" and isinstance(view["error"], str), view
    if sdk.version < "1.2.0":
        assert view["error"] == "{'code': 7, 'why': ['a', None]}"
        cell.note("error as Python")
    else:
        assert json.loads(view["error"]) == {"code": 7, "why": ["a", None]}


@pytest.mark.row("500 to the result, then 200", short=True)
def test_result_refused_once(sdk, notes, proxy):
    job = sdk.run("proxied", who={}, **notes.task)
    worker, _ = notes.wait("began")
    proxy.refuse(job, 1)
    notes.open()
    assert sdk.completed("proxied", job)["worker"] == worker
    assert proxy.posts[job] == 2


@pytest.mark.row("a worker started by hand")
def test_by_hand(sdk, tmp_path):
    with sdk.by_hand("blocking", tmp_path) as (endpoint, worker, pid):
        job = sdk.server.run(endpoint, {"who": {}})
        view = sdk.server.wait_final(endpoint, job, 120)
        assert (view["status"], view["workerId"]) == ("COMPLETED", worker), view
        assert view["output"] == {"worker": worker, "pid": pid}


@pytest.mark.row("a job left in the folder by a crash is named", since="1.7.12", without=("1.12.0",))
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


# Streams

CHUNKS = [{"token": "a"}, "b", 3, ["c"], None, "größe"]


def check_stream(sdk, kind, aggregate):
    chunks, view = sdk.streamed(kind, **{"yield": CHUNKS})
    assert chunks == CHUNKS and view["status"] == "COMPLETED" and "error" not in view, (chunks, view)
    if aggregate:
        assert view["output"] == CHUNKS
    elif sdk.version >= "1.2.0":
        assert view["output"] == []
    else:
        assert "output" not in view


@pytest.mark.row("generator", since="1.0.0")
def test_generator(sdk):
    check_stream(sdk, "generator", False)


@pytest.mark.row("generator, return_aggregate_stream", since="1.2.0", short=True)
def test_generator_aggregate(sdk):
    check_stream(sdk, "generator_aggregate", True)


@pytest.mark.row("async generator", since="1.0.0")
def test_async_generator(sdk):
    check_stream(sdk, "async_generator", False)


@pytest.mark.row("async generator, return_aggregate_stream", since="1.2.0")
def test_async_generator_aggregate(sdk):
    check_stream(sdk, "async_generator_aggregate", True)


@pytest.mark.row("a generator that raises", since="1.0.0")
def test_generator_raises(sdk, cell):
    policy = {"executionTimeout": 6000} if sdk.version == "1.5.2" else None
    chunks, view = sdk.streamed("generator", policy, **{"yield": CHUNKS, "raise": "out of memory"})
    assert chunks[: len(CHUNKS)] == CHUNKS
    if sdk.version < "1.2.0":
        assert view["status"] == "COMPLETED", view
        cell.no("generator errors are chunks")
    elif sdk.version == "1.5.2":
        # It logs the exception as JSON, which raises another, and never ends the job.
        assert (view["status"], view["error"]) == ("FAILED", "executionTimeout exceeded"), view
        cell.no("hangs at a generator's error")
    else:
        assert len(chunks) == len(CHUNKS)
        assert view["status"] == "FAILED" and view["error"].startswith("handler: out of memory"), view
        assert "ValueError" in view["error"]


@pytest.mark.row("a generator that yields an error", since="1.0.0")
def test_generator_yields_an_error(sdk, cell):
    chunks, view = sdk.streamed("async_generator", **{"yield": [1, {"error": "no luck"}, 2]})
    if sdk.version < "1.7.7":
        assert chunks == [1, {"error": "no luck"}, 2] and view["status"] == "COMPLETED", (chunks, view)
        cell.no("yielded errors are chunks")
    else:
        assert chunks == [1]
        assert (view["status"], view["error"]) == ("FAILED", "no luck")


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
    """Each runs once and alone. Versions that rest a second between two jobs are given several at once."""
    jobs = [sdk.run("brief", notes=str(notes.path), **{"return": n}) for n in range(30)]
    at_once = []

    def over():
        at_once.append(sdk.server.health(sdk.endpoint("brief"))["jobs"]["inProgress"])
        return sdk.status("brief", jobs[-1])["status"] == "COMPLETED"

    processes.wait_until(over, 120, "the last of the short jobs")
    assert [sdk.completed("brief", job) for job in jobs] == list(range(30))
    assert [line.split()[0] for line in notes.path.read_text().splitlines()] == ["began", "ended"] * 30
    assert (max(at_once) > 1) == (sdk.version >= "1.7.6")


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
