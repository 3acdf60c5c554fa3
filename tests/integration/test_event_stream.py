"""The stream of a job as server-sent events: live, for many, and from where a reader was cut off."""

import json
import time

import pytest
from harness import documented
from harness.client import unlike
from harness.events import Events, Reading, messages
from harness.processes import wait_until


@pytest.fixture
def job(server, endpoint, worker):
    """A job in the worker's hands."""
    job = server.run(endpoint, {"n": 1})
    assert worker.take()["id"] == job
    return job


@pytest.fixture
def read(server, endpoint, job):
    """read(last=None): the events of the job."""
    opened = []

    def read(last=None):
        opened.append(Events(server, "GET", f"/v2/{endpoint}/stream/{job}", last=last))
        return opened[-1]

    yield read
    for events in opened:
        events.close()


def test_chunks_come_as_they_are_made_and_then_the_end(server, worker, job, read):
    events = read()
    headers = events.response.headers
    assert headers["content-type"] == "text/event-stream" and headers["x-runpod-job-id"] == job
    assert headers["cache-control"] == "no-cache" and headers["x-accel-buffering"] == "no"
    first = events.next()
    assert (first.name, first.data) == ("status", {"id": job, "status": "IN_PROGRESS"})
    values = ["text", "", None, {}, [1, {"a": "ü\u2028\n"}], 1.5, False]
    for value in values:
        assert worker.chunk(job, value).status == 200
        event = events.next()
        assert (event.name, event.data) == ("message", value)
    worker.finish(job, ["whole"])
    end = events.next()
    assert end.name == "end" and end.data["output"] == ["whole"] and end.data["status"] == "COMPLETED"
    assert list(events) == [] and not events.cut


def test_a_chunk_with_line_breaks_is_one_event(worker, job, read):
    worker.chunk(job, raw=b'{"output": {\r\n "a":\n "b\\n"\n}}')
    assert read().until("message")[-1].data == {"a": "b\n"}


def test_a_waiting_job_says_why_and_then_that_it_runs(server, endpoint, worker):
    job = server.run(endpoint, {"n": 1})
    events = Events(server, "GET", f"/v2/{endpoint}/stream/{job}")
    first = events.next()
    assert first.name == "status" and first.data["status"] == "IN_QUEUE"
    assert first.data["pilotlight"]["waiting"]["reason"]
    worker.take()
    worker.chunk(job, 1)
    assert [(event.name, event.data) for event in events.until("message")] == [
        ("status", {"id": job, "status": "IN_PROGRESS"}),
        ("message", 1),
    ]
    events.close()


def test_every_reader_gets_all_and_takes_nothing_from_polls(server, endpoint, worker, job, read):
    early = [Reading(read()) for _ in range(20)]
    for value in range(50):
        worker.chunk(job, value)
    late = [Reading(read()) for _ in range(5)]
    for value in range(50, 60):
        worker.chunk(job, value)
    worker.finish(job, [])
    after = Reading(read())
    for reading in [*early, *late, after]:
        reading.join()
        assert messages(reading.seen) == list(range(60)) and reading.seen[-1].name == "end"
    polled = server.get(f"/v2/{endpoint}/stream/{job}").json
    assert [element["output"] for element in polled["stream"]] == list(range(60))


def test_a_reader_goes_on_where_it_was_cut_off(worker, job, read):
    for value in range(10):
        worker.chunk(job, value)
    first = read()
    seen = [event for event in (first.next() for _ in range(5)) if event.name == "message"]
    first.close()
    worker.chunk(job, 10)
    second = read(last=seen[-1].id)
    rest = []
    while len(seen) + len(rest) < 11:
        rest += messages([second.next()])
    assert messages(seen) + rest == list(range(11))
    worker.finish(job, [])
    assert second.until("end")[-1].data["status"] == "COMPLETED"
    third = read(last=second.last)
    assert third.status == 204, "clients stop to reconnect"


def test_another_delivery_resets_what_was_read(worker, job, read):
    worker.chunk(job, "of the first run")
    events = read()
    assert messages(events.until("message")) == ["of the first run"]
    last = events.last
    time.sleep(0.05)
    assert worker.take()["id"] == job
    worker.chunk(job, "of the second run")
    for reader in (events, read(last=last)):
        again = [event for event in reader.until("message") if event.name != "status"]
        assert [event.name for event in again] == ["reset", "message"]
        assert messages(again) == ["of the second run"]
    assert [event.name for event in read().until("message")] == ["status", "message"], "who had nothing loses nothing"


@pytest.mark.parametrize(
    "end, status, error",
    [
        ({"error": "it broke"}, "FAILED", "it broke"),
        ({"output": {"a": 1}}, "COMPLETED", None),
    ],
)
def test_the_end_is_the_jobs_view(server, endpoint, worker, job, read, end, status, error):
    events = read()
    worker.done(job, end)
    view = events.until("end")[-1].data
    assert view["status"] == status and view.get("error") == error
    assert view == server.status(endpoint, job)


def test_a_cancelled_job_ends_its_streams(server, endpoint, job, read):
    events = read()
    events.next()
    server.post(f"/v2/{endpoint}/cancel/{job}")
    assert events.until("end")[-1].data["status"] == "CANCELLED"


def test_run_answers_with_the_stream_of_its_job(server, endpoint, worker):
    events = Events(server, "POST", f"/v2/{endpoint}/run?stream=1", {"input": {"n": 1}})
    status = events.next()
    job = status.data["id"]
    assert status.name == "status" and status.data["status"] == "IN_QUEUE"
    assert events.response.headers["x-runpod-job-id"] == job
    assert worker.take()["id"] == job
    worker.chunk(job, "a")
    assert messages(events.until("message")) == ["a"]
    events.close()
    assert server.status(endpoint, job)["status"] == "IN_PROGRESS", "who hangs up leaves the job running"
    worker.finish(job, "done")
    again = Events(server, "POST", f"/v2/{endpoint}/stream/{job}", last=events.last).until("end")
    assert messages(again) == [] and again[-1].data["output"] == "done"


def test_refusals(server, endpoint, job):
    def refused(status, path, *, method="GET", **options):
        events = Events(server, method, path, **options)
        assert events.status == status and events.response.headers["content-type"] == "application/json"
        text = events.response.content.decode()
        documented.check(status, text)
        return json.loads(text).get("error")

    path = f"/v2/{endpoint}/stream/{job}"
    assert "job not found" in refused(404, f"/v2/{endpoint}/stream/{unlike(job)}")
    assert "job not found" in refused(404, f"/v2/{server.make_idle_endpoint()}/stream/{job}")
    refused(401, path, headers={"authorization": "Bearer wrong"})
    for last in ("x", "1", "1-", "-1", "1-2-3", "0-0-ende", "99999999999-1", "0-" + "9" * 30):
        assert "Last-Event-ID" in refused(400, path, last=last)
    assert "stream is invalid" in refused(400, f"/v2/{endpoint}/run?stream=yes", method="POST", body={"input": {}})
    assert "input" in refused(400, f"/v2/{endpoint}/run?stream=1", method="POST", body={})


def test_ids_beyond_what_there_is_are_harmless(worker, job, read):
    worker.chunk(job, 0)
    assert messages(read(last="7-3").until("message")) == [0]
    beyond = read(last="0-4000000000")
    worker.chunk(job, 1)
    assert messages(beyond.until("message")) == [1]


def test_a_reader_that_stalls_holds_nobody_up(server, endpoint, worker, job, read):
    stalled = read()
    lively = Reading(read())
    for _ in range(4):
        assert worker.chunk(job, "x" * (8 << 20)).status == 200
    worker.finish(job, [])
    lively.join()
    assert [len(text) for text in messages(lively.seen)] == [8 << 20] * 4
    assert [len(text) for text in messages(stalled.until("end"))] == [8 << 20] * 4


def test_readers_go_on_through_kill_9(servers, make_worker):
    server = servers("--runtime", "none").start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    job = server.run(endpoint, {"n": 1})
    worker.take()
    events = Events(server, "GET", f"/v2/{endpoint}/stream/{job}")
    seen = []
    for value in range(20):
        assert worker.chunk(job, value).status == 200
        if value == 9:
            while len(messages(seen)) < 5:
                seen.append(events.next())
            server.kill_server()
            seen += events
            events = Events(server, "GET", f"/v2/{endpoint}/stream/{job}", last=events.last)
    worker.finish(job, [])
    seen += events.until("end")
    assert messages(seen) == list(range(20)), "each once, over a kill in the middle"


def test_a_hung_up_reader_leaves_nothing(server, endpoint, worker, job, read):
    readers = [read() for _ in range(10)]
    for reader in readers:
        reader.next()
        reader.close()
    for value in range(3):
        worker.chunk(job, value)
    worker.finish(job, [])
    wait_until(lambda: server.status(endpoint, job)["status"] == "COMPLETED", 10)
    assert messages(read().until("end")) == [0, 1, 2]
