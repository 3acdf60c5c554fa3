"""A disk that fills up, or turns read-only: new jobs are refused with a clear word, accepted ones still finish."""

import subprocess
import time
from pathlib import Path

import pytest
import requests
from harness import processes
from harness.shims import Dial, preload

MEBIBYTE = 1 << 20
BROKEN, UNTOUCHED, READ_ONLY, FULL = -3, -2, -1, 0


@pytest.fixture
def disk(tmp_path):
    """disk(bytes): what the servers with `environment` have left from now on."""
    dial = Dial(tmp_path / "free", UNTOUCHED)

    def leave(free):
        dial.set(free)

    leave.environment = preload("disk_space") | {"PILOTLIGHT_TEST_DISK_SPACE": str(dial.path)}
    return leave


@pytest.fixture
def server(servers, disk):
    made = servers(environment=disk.environment).start()
    assert b"disk_space" in Path(f"/proc/{made.server_pid()}/maps").read_bytes(), "the disk is not in place"
    return made


def refused(server, endpoint, body=1):
    """A refusal of a new job for want of space; None if it is not refused, or came in before the lack was seen."""
    try:
        answer = server.post(f"/v2/{endpoint}/run", {"input": body}, timeout=2)
    except requests.exceptions.ReadTimeout:
        return None
    return answer if answer.status == 503 else None


def test_below_the_reserve_results_still_commit(server, disk, make_worker):
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    job = server.run(endpoint)
    disk(100 * MEBIBYTE)
    answer = processes.wait_until(lambda: refused(server, endpoint), 15, "a refusal")
    assert "space" in answer.json["error"] and int(answer.headers["Retry-After"]) > 0
    worker.take()
    worker.finish(job, "from the reserve")
    assert server.status(endpoint, job)["output"] == "from the reserve"
    disk(UNTOUCHED)
    processes.wait_until(lambda: not refused(server, endpoint), 15, "new jobs again")


@pytest.mark.parametrize("state", [FULL, READ_ONLY])
def test_a_full_disk_holds_results_until_there_is_space(server, disk, make_worker, state):
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    small, large, waiting = (server.run(endpoint, {"n": n}) for n in range(3))
    assert [job["id"] for job in worker.take_batch(2)] == [small, large]
    disk(state)
    processes.wait_until(lambda: refused(server, endpoint), 15, "a refusal")
    assert refused(server, endpoint, "x" * 100_000), "a large input is refused as well"
    results = [
        worker.later(worker.done, small, {"output": "small"}),
        worker.later(worker.done, large, {"output": "y" * 100_000}),
    ]
    time.sleep(3)
    assert not any(result.done() for result in results), "held open, not refused: an SDK would drop them"
    assert server.get("/healthz", key=None).status == 200
    disk(UNTOUCHED)
    assert [result.result(40).status for result in results] == [200, 200]
    assert server.status(endpoint, small)["output"] == "small"
    assert server.status(endpoint, large)["output"] == "y" * 100_000
    processes.wait_until(lambda: not refused(server, endpoint), 15, "new jobs again")
    assert server.status(endpoint, waiting)["status"] == "IN_QUEUE"


def test_a_chunk_below_the_reserve_waits_and_then_fails_its_job(server, disk, make_worker):
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    jobs = [server.run(endpoint, n) for n in range(2)]
    assert [job["id"] for job in worker.take_batch(2)] == jobs
    assert worker.chunk(jobs[0], "early").status == 200
    disk(100 * MEBIBYTE)
    processes.wait_until(lambda: refused(server, endpoint), 15, "a refusal")
    chunk = worker.later(worker.chunk, jobs[1], "in time")
    time.sleep(1)
    assert not chunk.done()
    disk(UNTOUCHED)
    assert chunk.result(30).status == 200 and server.status(endpoint, jobs[1])["status"] == "IN_PROGRESS"

    disk(100 * MEBIBYTE)
    processes.wait_until(lambda: refused(server, endpoint), 15, "a refusal")
    assert worker.chunk(jobs[0], "late").status == 200
    view = server.status(endpoint, jobs[0])
    assert (view["status"], view["error"]) == ("FAILED", "the disk had no space for what the job streamed")
    stream = [server.get(f"/v2/{endpoint}/stream/{job}").json["stream"] for job in jobs]
    assert stream == [[{"output": "early"}], [{"output": "in time"}]]


def test_a_kill_on_a_full_disk_loses_nothing(server, disk):
    endpoint = server.make_idle_endpoint()
    jobs = [server.run(endpoint, {"n": n}) for n in range(20)]
    disk(FULL)
    processes.wait_until(lambda: refused(server, endpoint), 15, "a refusal")
    server.kill_server()
    time.sleep(1)
    disk(UNTOUCHED)
    server.wait_ready()
    assert {server.status(endpoint, job)["status"] for job in jobs} == {"IN_QUEUE"}
    processes.wait_until(lambda: not refused(server, endpoint), 15, "new jobs again")


def test_the_reserve_is_an_option(servers, disk):
    server = servers("--disk-reserve", "2GiB", environment=disk.environment).start()
    endpoint = server.make_idle_endpoint()
    disk(3 << 30)
    time.sleep(0.3)  # the free space is looked at now and then
    server.run(endpoint)
    disk(1 << 30)
    assert "space" in processes.wait_until(lambda: refused(server, endpoint), 15, "a refusal").json["error"]


def test_a_broken_disk_stops_the_server_and_no_job_is_lost(server, disk):
    """Memory is ahead of a disk that fails for good; start-up is the recovery."""
    endpoint = server.make_idle_endpoint()
    jobs = [server.run(endpoint, {"n": n}) for n in range(5)]
    before = server.server_pid()
    disk(BROKEN)
    with pytest.raises(requests.exceptions.RequestException):
        server.post(f"/v2/{endpoint}/run", {"input": "never acknowledged"}, timeout=5)
    processes.wait_until(lambda: server.server_pid() != before, 10, "the end of the server")
    disk(UNTOUCHED)
    server.wait_ready()
    assert {server.status(endpoint, job)["status"] for job in jobs} == {"IN_QUEUE"}
    server.run(endpoint)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 64 MiB, and what fills it up."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", place], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"only root may mount a small disk: {mounted.stderr}")

    def fill():
        with (place / "rubbish").open("ab", buffering=0) as rubbish, pytest.raises(OSError):
            while True:
                rubbish.write(b"x" * 4096)

    yield place, fill
    subprocess.run(["umount", "--lazy", place], check=True)


def test_a_start_on_a_full_disk_serves_reads_and_results(small_disk, servers, make_worker):
    """After a power cut; the disk is full in earnest, not by a shim."""
    place, fill = small_disk
    server = servers("--disk-reserve", "0", data=place / "data")
    server.log_path = place.with_name("server.log")
    server.start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    jobs = [server.run(endpoint, {"n": n}) for n in range(4)]
    for job, output in zip(jobs, ("small", "y" * 100_000)):
        worker.take()
        worker.finish(job, output)
    worker.take()
    server.kill_both()
    fill()
    server.log_path.unlink()
    server.listen = server.origin.removeprefix("http://")  # where the worker goes on looking for it
    server.process = server.spawn("--disk-reserve", "1MiB")
    processes.wait_until(lambda: "keeper.listening" in server.log(), 10, "a listening server")
    assert not (server.data / "address").exists(), "an old one would mislead"
    views = [server.status(endpoint, job) for job in jobs]
    assert [view["status"] for view in views] == ["COMPLETED", "COMPLETED", "IN_PROGRESS", "IN_QUEUE"]
    assert [view["output"] for view in views[:2]] == ["small", "y" * 100_000]
    assert len(server.get(f"/v2/{endpoint}/requests").json["requests"]) == 4
    assert processes.wait_until(lambda: refused(server, endpoint), 15, "a refusal")
    (place / "rubbish").unlink()
    processes.wait_until(lambda: not refused(server, endpoint), 15, "new jobs again")
    worker.finish(jobs[2], "of a job from before")
    assert server.status(endpoint, jobs[2])["output"] == "of a job from before"


def test_a_data_folder_that_was_moved_away_takes_no_new_jobs(servers, make_worker):
    """The next server on it would not find them."""
    server = servers().start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    job = server.run(endpoint)
    elsewhere = server.data.with_name("elsewhere")
    server.data.rename(elsewhere)
    answer = processes.wait_until(lambda: refused(server, endpoint), 15, "a refusal")
    assert "moved or removed" in answer.json["error"]
    worker.take()
    worker.finish(job, "of an accepted job")
    server.data.mkdir()
    (server.data / "pilotlight.db").touch()
    time.sleep(0.3)  # it is looked at now and then
    assert refused(server, endpoint), "another folder in its place is not the one that is open"
    (server.data / "pilotlight.db").unlink()
    server.data.rmdir()
    elsewhere.rename(server.data)
    processes.wait_until(lambda: not refused(server, endpoint), 15, "new jobs again")
    assert server.status(endpoint, job)["output"] == "of an accepted job"
