"""Streams, as clients read them, of workers on one version of the runpod package."""

import os
import signal

import openai
import pytest
from harness.events import Events, Reading, messages

CHUNKS = [{"token": "a"}, "b", 3, ["c"], None, "größe"]


def events_of(sdk, job):
    return Events(sdk.server, "GET", f"/v2/{sdk.endpoint('generator')}/stream/{job}", timeout=120)


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


@pytest.mark.row("a chunk that JSON cannot hold", since="1.0.0")
def test_unsendable_chunk(sdk, cell):
    chunks, view = sdk.streamed("generator", **{"yield": [1], "unsendable": "set", "then": [2]})
    assert chunks == [1, 2] and view["status"] == "COMPLETED" and "error" not in view, (chunks, view)
    cell.note("chunks are left out")
    if sdk.version >= "1.2.0":
        chunks, view = sdk.streamed("generator_aggregate", **{"yield": [1], "unsendable": "set"})
        assert set(chunks) == {1}, chunks  # one for each run
        assert view["status"] == "FAILED" and "set is not JSON serializable" in view["error"], view


@pytest.mark.row("large chunks", since="1.0.0")
def test_large_chunks(sdk):
    size = 3 << 20
    chunks, view = sdk.streamed("generator", large=4, size=size)
    assert chunks == ["x" * size] * 4 and view["status"] == "COMPLETED"


@pytest.mark.row("every reader gets each chunk as it is made", since="1.0.0")
def test_readers(sdk, notes):
    with sdk.staying("generator"):
        job = sdk.run("generator", **{"yield": ["a", "b"], "then": ["c"]}, **notes.task)
        early = [events_of(sdk, job) for _ in range(2)]
        for events in early:
            assert messages(events.until("message") + events.until("message")) == ["a", "b"]
        polled = sdk.server.get(f"/v2/{sdk.endpoint('generator')}/stream/{job}").json
        assert (polled["status"], polled["stream"]) == ("IN_PROGRESS", [{"output": "a"}, {"output": "b"}])
        readings = [Reading(events) for events in [*early, events_of(sdk, job)]]
        notes.open()
        for reading, rest in zip(readings, [["c"], ["c"], ["a", "b", "c"]], strict=True):
            reading.join(120)
            assert messages(reading.seen) == rest and reading.seen[-1].data["status"] == "COMPLETED", reading.seen


@pytest.mark.row("SIGKILL in the middle of a stream", since="1.0.0")
def test_killed_in_a_stream(sdk, notes):
    job = sdk.run("generator", **{"yield": ["a"], "then": ["b"]}, **notes.task)
    events = events_of(sdk, job)
    assert messages(events.until("message")) == ["a"]
    os.kill(notes.wait("began")[1], signal.SIGKILL)
    notes.open()
    seen = events.until("end")
    reset = [event.name for event in seen].index("reset")
    assert messages(seen[:reset]) == [] and messages(seen[reset:]) == ["a", "b"], seen
    assert (seen[-1].data["status"], seen[-1].data["retries"]) == ("COMPLETED", 1), seen
    events.close()


@pytest.mark.row("the OpenAI API", since="1.2.0")
def test_openai(sdk):
    url = f"{sdk.server.origin}/v2/{sdk.endpoint('openai')}/openai/v1"
    client = openai.OpenAI(base_url=url, api_key=sdk.server.key, timeout=120, max_retries=0)
    asked = {"model": "small", "messages": [{"role": "user", "content": "say one two größe"}]}
    assert client.chat.completions.create(**asked).choices[0].message.content == "echo one two größe"
    parts = client.chat.completions.create(**asked, stream=True)
    assert "".join(part.choices[0].delta.content or "" for part in parts) == "one two größe "
    assert [model.id for model in client.models.list()] == ["small"]
    asked["messages"][0]["content"] = "refuse"
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(**asked)
