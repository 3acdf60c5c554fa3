"""What a client is told of a job's end by workers on one version of the runpod package.

Where versions differ the expectation follows from the package's own source, never from what failed.
"""

import json
from contextlib import closing

import pytest
from harness.receiver import Receiver
from sdk import RESULT_MAX

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


@pytest.mark.row("a result whose connection the server's death cuts")
def test_result_cut(sdk, notes, proxy, cell):
    job = sdk.run("proxied", who={}, **notes.task)
    notes.wait("began")
    proxy.cut(job, sdk.server.kill_server)
    notes.open()
    sdk.completed("proxied", job)  # and no retry is charged
    assert proxy.posts[job] == 2
    if sdk.version < "1.2.0":
        assert len(notes.lines("began")) == 1
    else:
        assert len(notes.lines("began")) == 2
        cell.note("a cut result is not repeated")


@pytest.mark.row("the server is killed in the middle of a job")
def test_server_killed(sdk, notes):
    kind = sdk.concurrent
    job = sdk.run(kind, who={}, **notes.task)
    worker, _ = notes.wait("began")
    assert sdk.server.kill_server()
    notes.open()
    assert sdk.completed(kind, job)["worker"] == worker
    assert len(notes.lines("began")) == 1


@pytest.mark.row("the server is killed while a handler blocks")
def test_server_killed_while_a_handler_blocks(sdk, notes):
    """The package cannot see that its connection is dead. It may post the result there, which is a cut like any other."""
    job = sdk.run("blocking", who={}, **notes.task)
    notes.wait("began")
    assert sdk.server.kill_server()
    notes.open()
    sdk.completed("blocking", job)
    assert len(notes.lines("began")) <= 2


@pytest.mark.row("a result over the limit")
def test_result_over_the_limit(sdk):
    view = sdk.result("blocking", size=RESULT_MAX + 1)
    assert view["status"] == "FAILED" and "output" not in view, view
    assert view["error"].startswith("output too large: ") and view["error"].endswith(f"limit {RESULT_MAX}"), view
    assert sdk.completed("blocking", sdk.run("blocking", size=RESULT_MAX // 2)) == "x" * (RESULT_MAX // 2)


def unsendable(sdk, cell, what, hangs):
    """The error of a job whose result cannot be sent. `hangs`: the package goes on to ping for the job."""
    policy = {"executionTimeout": 6000} if hangs else None
    view = sdk.final("blocking", sdk.run("blocking", policy, unsendable=what))
    assert view["status"] == "FAILED" and "output" not in view, view
    if hangs:
        assert view["error"] == "executionTimeout exceeded"
        cell.no("hangs at what JSON cannot hold")
    return view["error"]


@pytest.mark.row("a result that JSON cannot hold")
def test_unsendable_result(sdk, cell):
    hangs = sdk.version < "1.2.0"
    error = unsendable(sdk, cell, "set", hangs)
    if not hangs:
        cause = "Object of type set is not JSON serializable"
        assert error == f"worker finished without reporting a result: {cause}"


@pytest.mark.row("a result with half of a surrogate pair")
def test_half_a_surrogate_pair(sdk, cell):
    hangs = sdk.version == "0.9.12"
    error = unsendable(sdk, cell, "half a pair", hangs)
    if hangs:
        return
    if sdk.version in ("1.5.2", "1.6.2", "1.7.0"):
        # The task of the job dies, and asyncio writes a traceback that does not name the job.
        assert error == "worker finished without reporting a result"
        cell.note("no cause")
    elif sdk.version == "1.7.4":
        # The package's tracing fails over the failed request, and only that failure is logged.
        assert "has no attribute 'connect'" in error
        cell.note("another cause")
    else:
        assert "surrogates not allowed" in error


@pytest.mark.row("runsync, and the id in its header")
def test_runsync(sdk):
    kind = "blocking"
    answer = sdk.server.post(f"/v2/{sdk.endpoint(kind)}/runsync?wait=120000", {"input": {"return": "größe"}}, timeout=150)
    view = answer.json
    assert (answer.status, view["status"], view["output"]) == (200, "COMPLETED", "größe"), answer.text
    assert answer.headers["X-Runpod-Job-Id"] == view["id"]


@pytest.mark.row("a webhook tells the end")
@pytest.mark.parametrize("task", [{"return": {"größe": 1}}, {"raise": "no luck"}])
def test_webhook(sdk, task):
    with closing(Receiver()) as receiver:
        job = sdk.server.run(sdk.endpoint("blocking"), task, webhook=receiver.url)
        (told,) = receiver.wait(1, timeout=120)
    assert told == {**sdk.status("blocking", job), "input": task, "webhook": receiver.url}
    assert told["status"] == ("COMPLETED" if "return" in task else "FAILED")
    assert ("no luck" in told["error"]) if "raise" in task else (told["output"] == task["return"])


@pytest.mark.row("a ttl that ends while the job runs")
def test_ttl_while_it_runs(sdk, notes):
    with sdk.staying("blocking"):
        sdk.who("blocking")
        job = sdk.run("blocking", {"ttl": 10_000}, who={}, **notes.task)
        notes.wait("began")
        ended = sdk.final("blocking", job)
        assert ended["status"] == "TIMED_OUT" and ended["error"] and "output" not in ended, ended
        notes.open()
        sdk.who("blocking")
        assert sdk.status("blocking", job) == ended
