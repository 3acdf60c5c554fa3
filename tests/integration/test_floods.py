"""A worker that posts a gigabyte: it is read, answered and not kept."""

import json
import os
import re
import time
from pathlib import Path

import pytest
from harness import processes
from harness.raw import connect, head, read_answer, read_answers

MEBIBYTE = 1 << 20
GIBIBYTE = 1 << 30
STREAM_MAX = 64 * MEBIBYTE
TOO_MUCH = "the job streamed more than the server keeps for one job"


@pytest.fixture
def server(servers):
    """One of the test's own, so that its memory and its disk are the test's."""
    return servers("--runtime", "none", "--trace", "off").start()


def peak(server):
    """The most memory that the server ever had."""
    status = Path(f"/proc/{server.server_pid()}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) << 10


def on_disk(server):
    """Bytes in the data folder; what goes while it is looked at counts for nothing."""
    total = 0
    for folder, _, names in os.walk(server.data):
        for name in names:
            try:
                total += os.stat(os.path.join(folder, name)).st_blocks * 512
            except FileNotFoundError:
                pass
    return total


def post_endlessly(server, worker, job, name, size):
    """The answer to a body of so many bytes, sent as fast as it is read."""
    path = "/" + worker._expand(name, job).split("/", 3)[3] + "&isStream=false"
    piece = b"x" * MEBIBYTE
    with connect(server.origin, timeout=120) as connection:
        connection.sendall(head("POST", path, content_length=size) + b'{"output": "')
        left = size - 12
        while left > 0:
            left -= connection.send(piece[: min(left, MEBIBYTE)])
        return read_answer(connection)


@pytest.mark.parametrize("size", [8 * MEBIBYTE, 60_000])
def test_a_gigabyte_of_chunks_fails_the_job_and_is_not_kept(server, make_worker, size):
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    job = server.run(endpoint)
    worker.take()
    before, disk = peak(server), on_disk(server)
    body = json.dumps({"output": "x" * (size - 14)}).encode()
    amount = GIBIBYTE if size > MEBIBYTE else STREAM_MAX * 5 // 4  # small ones take long
    highest_disk = 0
    for number in range(amount // size):
        assert worker.chunk(job, raw=body).status == 200
        if number % 16 == 0:
            highest_disk = max(highest_disk, on_disk(server) - disk)
    view = server.status(endpoint, job)
    assert (view["status"], view["error"]) == ("FAILED", TOO_MUCH)
    assert worker.done(job, {"output": "all of it"}).status == 200
    assert server.status(endpoint, job) == view
    grown = peak(server) - before
    print(f"{grown >> 20} MiB of memory, {highest_disk >> 20} MiB of disk at most")
    # Both as much as the stream, and as much again on its way: a WAL beside the database, bodies being handled.
    assert grown < 3 * STREAM_MAX and highest_disk < 3 * STREAM_MAX
    other = server.run(endpoint)
    assert worker.take()["id"] == other
    worker.finish(other, 1)


def test_bodies_of_a_gigabyte_are_read_away(server, make_worker):
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    streaming, reporting, other = (server.run(endpoint, {"n": n}) for n in range(3))
    assert len(worker.take_batch(3)) == 3
    before, disk = peak(server), on_disk(server)
    posts = [
        worker.later(post_endlessly, server, worker, streaming, "RUNPOD_WEBHOOK_POST_STREAM", GIBIBYTE),
        worker.later(post_endlessly, server, worker, reporting, "RUNPOD_WEBHOOK_POST_OUTPUT", GIBIBYTE),
    ]
    worker.finish(other, "meanwhile")
    assert server.status(endpoint, other)["output"] == "meanwhile"
    assert [post.result(120).status for post in posts] == [200, 200]
    assert server.status(endpoint, streaming)["error"] == TOO_MUCH
    assert server.status(endpoint, reporting)["error"] == f"output too large: {GIBIBYTE} bytes, limit {64 * MEBIBYTE}"
    assert peak(server) - before < 32 * MEBIBYTE and on_disk(server) - disk < 8 * MEBIBYTE


def test_many_workers_that_flood_at_once_share_one_bound(server, make_worker):
    """Bodies of workers have 256 MiB together, of one worker 128; who is over it waits to be read."""
    endpoint = server.make_idle_endpoint()
    floods = [make_worker(server, endpoint) for _ in range(2)]
    jobs = {worker: [server.run(endpoint, {"n": n}) for n in range(4)] for worker in floods}
    for worker, mine in jobs.items():
        assert len(worker.take_batch(4)) == 4
    small = make_worker(server, endpoint)
    held = server.run(endpoint)
    assert small.take()["id"] == held
    before = peak(server)
    body = b'{"output": "' + b"x" * (40 * MEBIBYTE) + b'"}'
    taken = [(worker, job) for worker, mine in jobs.items() for job in mine]
    posts = [worker.later(worker.done, job, raw=body, timeout=120) for worker, job in taken]
    pings = 0
    while not all(post.done() for post in posts):
        assert small.ping(held).status == 200
        pings += 1
        time.sleep(0.05)
    assert [post.result().status for post in posts] == [200] * len(posts)
    assert pings > 1 and peak(server) - before < 640 * MEBIBYTE
    print(f"{(peak(server) - before) >> 20} MiB of memory, {pings} pings meanwhile")
    for _, job in taken:
        assert server.status(endpoint, job)["status"] == "COMPLETED"


def test_a_stranger_fills_no_log(server):
    """Of lines that repeat ten a second are written, and how many were left out; that a stranger wrote is no warning."""
    endpoint = server.make_idle_endpoint()
    request = head("POST", f"/v2/{endpoint}/job-done/nobody/nothing?token=x", content_length=2) + b"{}"
    before = time.monotonic()
    with connect(server.origin) as connection:
        connection.sendall(request * 500)
        with connection.makefile("rb") as answers:
            assert {answer.status for answer in read_answers(answers, 500)} == {200}
    seconds = int(time.monotonic() - before) + 2

    def told():
        lines = [line for line in server.log().splitlines() if "result_dropped" in line]
        counts = [int(found[1]) for line in lines if (found := re.search(r"result_dropped: (\d+) more like it", line))]
        written = len(lines) - len(counts)
        assert written <= 10 * seconds and not any(" W result" in line for line in lines)
        return written + sum(counts) == 500

    processes.wait_until(told, 10, "the number of all that was dropped")
