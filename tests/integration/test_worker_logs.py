"""Logs of workers over HTTP: REST v2's event stream and the older API of pods, on the files that the keeper writes."""

import contextlib
import os
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from harness import processes
from harness.events import Events, Reading
from harness.server import PYTHON, ROOT

COMMAND = f"{PYTHON} -u {ROOT}/tests/workers/sdk_worker.py"
SHELL = shutil.which("sh")
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
ROW = re.compile(rf"({TIME}) (\d+) (container|system) (.*)")


def script(folder, text, name="worker.sh"):
    path = folder / name
    path.write_text(f"#!{SHELL}\n{text}\n")
    path.chmod(0o755)
    return str(path)


def start(server, command, **settings):
    """An endpoint with this command, and its first worker."""
    endpoint = server.make_endpoint(command, workersMax=1, idleTimeout=300, **settings)
    server.run(endpoint)
    return endpoint, first_worker(server, endpoint)


def first_worker(server, endpoint):
    workers = lambda: server.get(f"/v2/{endpoint}/workers").json["workers"]
    return processes.wait_until(lambda: workers() and workers()[0]["id"], 30, "a worker")


def path_of(endpoint, worker, query=""):
    return f"/v2/serverless/{endpoint}/workers/{worker}/logs{query}"


def log(server, endpoint, worker, query="", **options):
    events = Events(server, "GET", path_of(endpoint, worker, query), **options)
    assert events.status == 200 and events.response.headers["content-type"] == "text/event-stream"
    return events


def rows(server, worker):
    """(time, number, source, text) of what stands in the worker's files."""
    files = [server.data / "workers" / f"{worker}.log{suffix}" for suffix in (".1", "")]
    text = b"".join(path.read_bytes() for path in files if path.exists()).decode(errors="replace")
    return [(found[1], int(found[2]), found[3], found[4]) for found in map(ROW.fullmatch, text.split("\n")) if found]


def until_line(events, text):
    seen = []
    for event in events:
        seen.append(event)
        if event.data["line"] == text:
            return seen
    raise AssertionError(f"no line {text!r} in {seen}")


def stop(server, endpoint):
    server.save_endpoint(id=endpoint, workersMin=0, workersMax=0, templateId=template_of(server, endpoint))
    processes.wait_until(lambda: not server.get(f"/v2/{endpoint}/workers").json["workers"], 60, "the end of the workers")


def template_of(server, endpoint):
    query = "query ($id: String!) { myself { endpoint(id: $id) { templateId } } }"
    return server.graphql(query, {"id": endpoint})["myself"]["endpoint"]["templateId"]


# What a reader sees


def test_a_real_workers_log_from_its_start_to_its_end(server):
    endpoint = server.make_endpoint(COMMAND, workersMax=1, idleTimeout=300)
    job = server.run(endpoint, {"print": "the token is TOKEN\n\x1b[31mred\x1b[0m"})
    server.wait_final(endpoint, job)
    worker = first_worker(server, endpoint)
    reading = Reading(log(server, endpoint, worker, "?tail=5000"))
    stop(server, endpoint)
    reading.join(60)
    assert not reading.events.cut
    lines = [event.data for event in reading.seen]
    assert [event.id for event in reading.seen] == [f"{line['ts']}/{n:012}" for n, line in enumerate(lines, 1)]
    assert all(set(line) == {"ts", "source", "line"} and re.fullmatch(TIME, line["ts"]) for line in lines)
    assert sorted(line["ts"] for line in lines) == [line["ts"] for line in lines]
    ours = [line["line"] for line in lines if line["source"] == "system"]
    assert re.fullmatch(r"process \d+: .*sdk_worker\.py", ours[0]) and re.fullmatch("ended .*", ours[-1]) and lines[-1]["line"] == ours[-1]
    theirs = [line["line"] for line in lines if line["source"] == "container"]
    assert any("Starting Serverless Worker" in line for line in theirs)
    assert "the token is ***" in theirs and "red" in theirs
    # It is shown when the worker is gone, and says the same.
    again = list(log(server, endpoint, worker, "?tail=5000"))
    assert [(event.id, event.data) for event in again] == [(event.id, event.data) for event in reading.seen]
    # The file reads like it.
    told = [(line["ts"], n, line["source"], line["line"]) for n, line in enumerate(lines, 1)]
    assert [(*row, text.replace("\x1b[31m", "").replace("\x1b[0m", "")) for *row, text in rows(server, worker)] == told


@pytest.fixture(scope="module")
def ended(shared_servers, tmp_path_factory):
    """(server, endpoint, worker, events) of a worker that wrote 200 lines and has ended."""
    server = shared_servers().start()
    folder = tmp_path_factory.mktemp("ended")
    command = script(folder, "i=1; while [ $i -le 200 ]; do echo line $i; i=$((i+1)); done; printf 'no end'; sleep 1; exit 7")
    endpoint, worker = start(server, command)
    events = list(log(server, endpoint, worker, "?tail=5000"))
    server.save_endpoint(id=endpoint, workersMax=0, templateId=template_of(server, endpoint))
    processes.wait_until(lambda: not server.get(f"/v2/{endpoint}/workers").json["workers"], 60, "the end of the workers")
    return server, endpoint, worker, events


def test_every_line_is_told_once_and_then_the_end(ended):
    _, _, _, events = ended
    assert [event.data["line"] for event in events[1:]] == [f"line {n}" for n in range(1, 201)] + ["no end", "ended with exit code 7"]
    assert events[0].data["source"] == events[-1].data["source"] == "system"


def test_the_part_that_is_asked_for(ended):
    server, endpoint, worker, events = ended
    told = lambda query="", **options: [event.id for event in log(server, endpoint, worker, query, **options)]
    ids = [event.id for event in events]
    own = [event.id for event in events if event.data["source"] == "container"]
    since = events[100].data["ts"]
    later = [event.id for event in events if event.data["ts"] >= since]
    assert told() == ids[-100:] == told("?tail=100")
    assert told("?tail=0") == [] and told("?tail=7") == ids[-7:] and told("?tail=5000") == ids
    assert told("?tail=3&source=container") == own[-3:] and told("?source=system") == [ids[0], ids[-1]]
    assert told(f"?since={since}&tail=1") == later and told("?since=2001-01-01T00:00:00%2B01:00") == ids
    assert told("?since=2999-01-01T00:00:00Z") == []
    assert told("?tail=1&since=2999-01-01T00:00:00Z", last=ids[150]) == ids[151:], "the last event wins"
    assert told(last=ids[-1]) == [] and told(last=ids[0], query="?source=container") == own
    assert told(last=since) == [event.id for event in events if event.data["ts"] > since]
    assert told("?unknown=1&tail=1") == ids[-1:]


def test_what_is_refused(ended):
    server, endpoint, worker, _ = ended
    refused = lambda status, query="", path=None, **options: is_problem(server.get((path or path_of(endpoint, worker)) + query, **options), status)
    assert refused(422, "?tail=5001")["errors"] == ["query.tail: maximum: got 5001, want 5000"]
    for query in ("?tail=-1", "?tail=x", "?tail=", "?tail=1.5", "?since=yesterday", "?since=2026-01-01", "?since=", "?source=stderr", "?source=", "?tail=%zz"):
        refused(422, query)
    for last in ("x", "2026", "/1", "2026-01-01T00:00:00Z/", "2026-01-01T00:00:00Z/-1", "2026-01-01T00:00:00Z/1/2", "../1"):
        problem = refused(422, headers={"last-event-id": last})
        assert problem["errors"] == ["header: Last-Event-ID is neither the id of an event of this log nor a time"], last
    other = server.make_idle_endpoint()
    assert refused(404, path=path_of(other, worker))["detail"].endswith("there is no such worker, and no log of one that is gone")
    assert refused(404, path=path_of("nowhere", worker))["detail"] == "resource not found: there is no such endpoint"
    for odd in ("x", "..", "%2e%2e", "..%2fw", f"{worker}.log", f"{worker}%00", worker.upper(), "a" * 16, "%2Fetc%2Fpasswd", f"{worker}.log.1"):
        refused(404, path=path_of(endpoint, odd))
    for odd in ("%2e%2e%2f", endpoint.upper()):
        refused(404, path=path_of(odd, worker))
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = server.request(method, path_of(endpoint, worker))
        assert is_problem(answer, 405) and answer.headers["Allow"] == "GET"
    head = server.request("HEAD", path_of(endpoint, worker))
    assert head.status == 200 and head.headers["content-type"] == "text/event-stream" and not head.text
    assert server.request("HEAD", path_of(endpoint, worker, "?tail=5001")).status == 422
    for key, status in ((None, 401), ("wrong", 401)):
        is_problem(server.get(path_of(endpoint, worker), key=key), status)


def is_problem(answer, status):
    assert answer.status == status and answer.headers["content-type"] == "application/problem+json", answer
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
    return answer.json


def test_a_worker_started_by_hand_has_no_log_here(server, endpoint, worker):
    answer = server.get(path_of(endpoint, worker.id))
    assert answer.status == 404 and "started by hand" in answer.json["detail"], answer.text
    answer = server.get(f"/v1/pod/{worker.id}/logs")
    assert answer.status == 404 and "started by hand" in answer.json["error"], answer.text


def test_a_worker_that_cannot_start_says_why(server):
    endpoint = server.make_endpoint("/no/such/program --fast", workersMax=1)
    server.run(endpoint)
    name = lambda: [path for path in (server.data / "workers").glob("*.log") if f"of endpoint {endpoint}," in path.read_text(errors="replace")]
    worker = processes.wait_until(name, 30, "a log")[0].stem
    lines = [event.data for event in log(server, endpoint, worker)]
    assert lines[-1]["source"] == "system" and any("/no/such/program" in line["line"] for line in lines)
    server.save_endpoint(id=endpoint, workersMax=0, templateId=template_of(server, endpoint))


# Live


def live_worker(server, folder):
    """(endpoint, worker, write): `write` makes the worker print."""
    os.mkfifo(folder / "fifo")
    endpoint, worker = start(server, script(folder, f"exec cat {folder}/fifo"))
    pipe = open(folder / "fifo", "wb", buffering=0)
    return endpoint, worker, pipe


def test_a_reader_follows_without_waiting(server, tmp_path):
    endpoint, worker, pipe = live_worker(server, tmp_path)
    with pipe:
        events = log(server, endpoint, worker, "?tail=0")
        for n in range(5):
            began = time.monotonic()
            pipe.write(f"line {n}\n".encode())
            assert events.next().data["line"] == f"line {n}"
            assert time.monotonic() - began < 10
            time.sleep(0.1)
        pipe.write(b"half a line")
        time.sleep(0.5)
        late = log(server, endpoint, worker, "?tail=1")
        assert late.next().data["line"] == "line 4"
        pipe.write(b" and its end\n")
        assert events.next().data["line"] == late.next().data["line"] == "half a line and its end"
        last = events.last
        events.close()
        pipe.write(b"missed\nmissed, too\n")
        assert [event.data["line"] for event in until_line(log(server, endpoint, worker, last=last), "missed, too")] == ["missed", "missed, too"]
    assert [event.data["line"] for event in late][-1] == "ended with exit code 0", "the end of the worker is the end of the stream"


def test_the_header_comes_before_the_first_line(server, tmp_path):
    """A client that waits for 750 ms of silence gives up on a log without lines otherwise."""
    endpoint, worker, pipe = live_worker(server, tmp_path)
    with pipe:
        began = time.monotonic()
        events = log(server, endpoint, worker, "?tail=0")
        assert time.monotonic() - began < 10 and events.response.headers["cache-control"] == "no-cache"
        assert events.response.headers["x-accel-buffering"] == "no" and "x-request-id" in events.response.headers
        events.close()


def test_a_comment_every_fifteen_seconds_and_a_revoked_key(server, tmp_path):
    endpoint, worker, pipe = live_worker(server, tmp_path)
    key = server.post("/admin/v1/keys", {"role": "all"}).json
    with pipe:
        kept, cut = log(server, endpoint, worker, "?tail=0"), log(server, endpoint, worker, "?tail=0", headers={"authorization": f"Bearer {key['key']}"})
        assert server.request("DELETE", f"/admin/v1/keys/{key['id']}").status == 204
        pipe.write(b"secret of later\n")
        assert list(cut) == [], "a revoked key sees no further line"
        assert kept.next().data["line"] == "secret of later"
        before = kept.comments
        time.sleep(17)
        pipe.write(b"after\n")
        assert kept.next().data["line"] == "after" and kept.comments - before == 1
        kept.close()
    jobs = server.post("/admin/v1/keys", {"role": "jobs"}).json["key"]
    is_problem(server.get(path_of(endpoint, worker), key=jobs), 403)
    assert server.get(f"/v1/pod/{worker}/logs", key=jobs).status == 403


def test_readers_that_go_away_are_noticed(server, tmp_path):
    endpoint, worker, pipe = live_worker(server, tmp_path)
    sockets = lambda: sum(target.startswith("socket:") for target in open_files(server.server_pid()))
    with pipe:
        readers = [log(server, endpoint, worker, "?tail=0") for _ in range(20)]
        most = sockets()
        for reader in readers:
            reader.close()
        processes.wait_until(lambda: sockets() <= most - 20, 10, "the end of the connections")


def open_files(pid):
    """What the process has open; descriptors may close meanwhile."""
    found = []
    for name in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(OSError):
            found.append(os.readlink(f"/proc/{pid}/fd/{name}"))
    return found


def memory(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{pid}/status").read())[1]) * 1024


def test_a_flood_costs_slow_readers_lines_and_the_server_nothing(server, tmp_path):
    endpoint, worker = start(server, script(tmp_path, "exec yes this is a line of a worker that writes as fast as it can"))
    quick = log(server, endpoint, worker, "?tail=0")
    slow = [log(server, endpoint, worker, "?tail=5000") for _ in range(10)]
    quick.next()
    before = memory(server.server_pid())
    numbers = [int(quick.next().id.rpartition("/")[2]) for _ in range(200_000)]
    assert numbers == sorted(set(numbers)), "in order, and no line twice"
    assert memory(server.server_pid()) - before < 64 << 20
    assert server.get(f"/v2/{endpoint}/health").status == 200
    numbers = [int(slow[0].next().id.rpartition("/")[2]) for _ in range(50_000)]
    assert numbers == sorted(set(numbers)) and slow[0].comments > 0, "what it has missed is told"
    for reader in [quick, *slow]:
        reader.close()


def test_long_and_binary_lines(server, tmp_path):
    text = f"head -c 1000000 /dev/zero | tr '\\0' x; echo; head -c 300000 /dev/urandom; echo; printf '\\033[2Jclean\\r\\n'; printf '\\377\\000end\\n'; exit 3"
    endpoint, worker = start(server, script(tmp_path, text))
    lines = [event.data["line"] for event in log(server, endpoint, worker, "?tail=5000")]
    assert any(re.fullmatch(r"x{8192} \[991808 bytes cut\]", line) for line in lines)
    assert "clean" in lines and "?end" in lines and lines[-1] == "ended with exit code 3"
    assert not any(re.search(r"[\x00-\x08\x0b-\x1f\x7f]", line) for line in lines)


def test_a_log_that_is_begun_anew_while_it_is_read(server, tmp_path):
    command = script(tmp_path, "i=1; while [ $i -le 40000 ]; do echo line $i of very many that fill more than one file; i=$((i+1)); done; sleep 2")
    endpoint, worker = start(server, command)
    seen = [event for event in log(server, endpoint, worker, "?since=2001-01-01T00:00:00Z")]
    numbers = [int(event.id.rpartition("/")[2]) for event in seen]
    assert (server.data / "workers" / f"{worker}.log.1").exists()
    assert numbers == sorted(set(numbers)) and numbers[-1] == 40_002
    texts = {int(event.id.rpartition("/")[2]): event.data["line"] for event in seen}
    assert all(texts[n] == f"line {n - 1} of very many that fill more than one file" for n in numbers[1:-1])


# The end of things


def test_logs_outlive_the_server_and_its_keeper(servers, tmp_path):
    server = servers().start()
    endpoint, worker, pipe = live_worker(server, tmp_path)
    with pipe:
        pipe.write(b"one\n")
        events = log(server, endpoint, worker)
        until_line(events, "one")
        server.kill_server()
        pipe.write(b"two\n")
        server.wait_ready()
        assert [event.data["line"] for event in until_line(log(server, endpoint, worker, last=events.last), "two")] == ["two"]
        server.kill_both()
    server.start()
    told = [event.data["line"] for event in log(server, endpoint, worker)]
    assert told[-2:] == ["one", "two"], "the log has no end, and is told as far as it goes"
    (server.data / "workers" / f"{worker}.log").unlink()
    is_problem(server.get(path_of(endpoint, worker)), 404)


def test_a_server_that_stops_waits_for_no_reader(servers, tmp_path):
    server = servers().start()
    endpoint, worker = start(server, script(tmp_path, "trap '' TERM; while :; do sleep 0.1; done"))
    reading = Reading(log(server, endpoint, worker))
    server.process.send_signal(15)
    time.sleep(0.5)
    began = time.monotonic()
    assert server.terminate() == 0
    assert time.monotonic() - began < 20
    reading.join(30)
    assert not reading.is_alive()


def test_a_log_that_cannot_be_read(servers, tmp_path):
    server = servers().start()
    endpoint, worker = start(server, script(tmp_path, "echo one; exec sleep 600"))
    path = server.data / "workers" / f"{worker}.log"
    processes.wait_until(lambda: path.exists() and "one" in path.read_text(), 20, "a line")
    path.rename(tmp_path / "away")
    path.mkdir()
    assert "it is not a file" in is_problem(server.get(path_of(endpoint, worker)), 500)["detail"]
    answer = server.get(f"/v1/pod/{worker}/logs")
    assert answer.status == 500 and "it is not a file" in answer.json["error"]
    path.rmdir()
    (tmp_path / "away").rename(path)
    assert log(server, endpoint, worker).next().data["source"] == "system"


def test_logs_of_a_version_without_times(servers, tmp_path):
    server = servers().start()
    endpoint, worker = start(server, script(tmp_path, "echo one; exec sleep 600"))
    path = server.data / "workers" / f"{worker}.log"
    processes.wait_until(lambda: path.exists() and "one" in path.read_text(), 20, "a line")
    old = "pilotlight: process 7: old\nold line \x1b[31mred\n2026-01-01T00:00:00.000Z 9 system forged\n"
    path.write_text(old)
    wanted = ["pilotlight: process 7: old", "old line red", "2026-01-01T00:00:00.000Z 9 system forged"]
    events = log(server, endpoint, worker)
    assert [events.next().data["line"] for _ in wanted] == wanted
    events.close()
    answer = server.get(f"/v1/pod/{worker}/logs").json
    assert [line.partition(" ")[2] for line in answer["container"]] == wanted and answer["system"] == []
    gone = path.with_name("gone0123456789.log")
    gone.write_text(old)
    is_problem(server.get(path_of(endpoint, "gone0123456789")), 404)
    assert len(server.get("/v1/pod/gone0123456789/logs").json["container"]) == 3


# The older API of pods


def test_the_older_api_gives_both_sources(ended):
    server, _, worker, events = ended
    answer = server.get(f"/v1/pod/{worker}/logs")
    assert answer.status == 200 and answer.headers["content-type"] == "application/json"
    of = lambda source: [f"{event.data['ts']} {event.data['line']}" for event in events if event.data["source"] == source]
    assert answer.json == {"container": of("container"), "system": of("system")} == server.get(f"/v1/pod/{worker}/logs?type=all").json
    assert server.get(f"/v1/pod/{worker}/logs?type=container").json == {"container": of("container"), "system": []}
    assert server.get(f"/v1/pod/{worker}/logs?type=system").json == {"container": [], "system": of("system")}
    assert server.get(f"/v1/pod/{worker}/logs?tail=2").json == {"container": of("container")[-1:], "system": of("system")[-1:]}
    assert server.get(f"/v1/pod/{worker}/logs?since=2999-01-01T00:00:00Z").json == {"container": [], "system": []}
    stream = Events(server, "GET", f"/v1/pod/{worker}/logs?type=all&tail=100&stream=true")
    assert [(event.id, event.data) for event in stream] == [(event.id, event.data) for event in events[-100:]]


def test_what_the_older_api_refuses(ended):
    server, _, worker, _ = ended
    for query in ("type=", "type=stderr", "tail=5001", "tail=-1", "tail=x", "since=yesterday", "stream=1"):
        answer = server.get(f"/v1/pod/{worker}/logs?{query}")
        assert answer.status == 400 and answer.json["error"].startswith(f"{query.partition('=')[0]} is invalid; must be"), answer
    for odd in ("nobody", "..", "%2e%2e", f"{worker}.log", worker.upper()):
        answer = server.get(f"/v1/pod/{odd}/logs")
        assert answer.status == 404, answer
    assert server.get("/v1/pod/nobody/logs").json == {"error": "there is no such worker, and no log of one that is gone"}
    assert server.get(f"/v1/pod/{worker}/logs", key=None).status == 401
    assert server.post(f"/v1/pod/{worker}/logs").status == 405
    head = server.request("HEAD", f"/v1/pod/{worker}/logs?stream=true")
    assert head.status == 200 and not head.text


def test_a_long_log_is_cut_at_its_beginning(server, tmp_path):
    command = script(tmp_path, "i=1; while [ $i -le 3000 ]; do echo $i $(printf %0600d 0); i=$((i+1)); done; exec sleep 600")
    _, worker = start(server, command)
    processes.wait_until(lambda: any(text.startswith("3000 ") for *_, text in rows(server, worker)), 60, "all lines")
    lines = server.get(f"/v1/pod/{worker}/logs").json["container"]
    assert 1_000 < len(lines) < 3_000 and lines[-1].split()[1] == "3000"
    assert sum(map(len, lines)) < 1.2 * (1 << 20)


# The seams


def test_no_secret_reaches_a_log(server):
    endpoint = server.make_endpoint(COMMAND, workersMax=1, idleTimeout=300)
    server.wait_final(endpoint, server.run(endpoint, {"print": "TOKEN and TOKEN" * 100}))
    worker = first_worker(server, endpoint)
    told = "".join(event.data["line"] for event in until_line(log(server, endpoint, worker), "*** and ***" * 100))
    files = "".join(path.read_text(errors="replace") for path in (server.data / "workers").glob(f"{worker}.log*"))
    snapshot = server.get(f"/v1/pod/{worker}/logs").text
    secret = (server.data / "worker-secret").read_text().strip()
    for text in (told, files, snapshot):
        assert secret not in text and not re.search(r"token=(?!\*\*\*)", text)


def test_many_readers_cost_little(server, tmp_path):
    endpoint, worker, pipe = live_worker(server, tmp_path)
    used = lambda: sum(map(int, open(f"/proc/{server.server_pid()}/stat").read().rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")
    with pipe, ThreadPoolExecutor(50) as pool:
        readers = list(pool.map(lambda _: log(server, endpoint, worker, "?tail=0"), range(50)))
        time.sleep(2)
        before, began = used(), time.monotonic()
        time.sleep(4)
        share = (used() - before) / (time.monotonic() - began)
        print(f"50 quiet readers: {share:.1%} of a processor")
        pipe.write(b"to all\n")
        assert {reader.next().data["line"] for reader in readers} == {"to all"}
        for reader in readers:
            reader.close()
