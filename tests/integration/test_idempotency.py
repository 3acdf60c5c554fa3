"""Idempotency-Key on /run and /runsync: however often a request is sent, it is one job."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from harness import documented, processes
from harness.events import Events
from harness.raw import connect, exchange, head
from harness.shims import Dial, preload

HOUR = 3600
MEBIBYTE = 1 << 20
FULL, UNTOUCHED = 0, -2


def send(server, endpoint, key, value=1, operation="run", **options):
    headers = {"idempotency-key": key}
    return server.post(f"/v2/{endpoint}/{operation}", {"input": value}, headers=headers, **options)


def accepted(answer):
    """The id of the job that a request became, or was already."""
    assert answer.status == 200, answer.text
    return answer.json["id"]


def queued(server, endpoint):
    return server.health(endpoint)["jobs"]["inQueue"]


def test_a_repeated_request_is_the_same_job_as_it_stands_now(server, endpoint, worker):
    first = send(server, endpoint, "k")
    job = accepted(first)
    assert first.json == {"id": job, "status": "IN_QUEUE"}
    assert send(server, endpoint, "k").json == {"id": job, "status": "IN_QUEUE"}
    assert worker.take()["id"] == job
    assert send(server, endpoint, "k").json == {"id": job, "status": "IN_PROGRESS"}
    worker.finish(job, "done")
    assert send(server, endpoint, "k").json == {"id": job, "status": "COMPLETED"}
    assert queued(server, endpoint) == 0


def test_keys_and_endpoints_and_requests_without_a_key_are_apart(server, endpoint):
    other = server.make_idle_endpoint()
    answers = [send(server, endpoint, "k"), send(server, endpoint, "K"), send(server, other, "k")]
    answers += [server.post(f"/v2/{endpoint}/run", {"input": 1}) for _ in range(2)]
    assert len({accepted(answer) for answer in answers}) == 5
    assert (queued(server, endpoint), queued(server, other)) == (4, 1)


@pytest.mark.parametrize("operation", ["run", "runsync"])
def test_another_body_is_refused_and_names_the_job(server, endpoint, operation):
    job = accepted(send(server, endpoint, "k"))
    for body in (b'{"input": 2}', b'{"input":1}', b'{"input": 1} '):
        answer = server.post(f"/v2/{endpoint}/{operation}", body, headers={"idempotency-key": "k"})
        assert answer.status == 409 and job in answer.json["error"], answer.text
    assert accepted(send(server, endpoint, "k")) == job and queued(server, endpoint) == 1


@pytest.mark.parametrize("size", [1, 100_000, 2_000_000])
def test_of_twenty_at_once_one_becomes_a_job(server, endpoint, worker, size):
    value = "x" * size
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: send(server, endpoint, "k", value), range(20)))
    assert len({accepted(answer) for answer in answers}) == 1
    assert queued(server, endpoint) == 1
    assert worker.take()["input"] == value


def test_two_bodies_at_once_make_one_job_and_409_for_the_other(server, endpoint):
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda n: send(server, endpoint, "k", n % 2), range(10)))
    assert sorted(answer.status for answer in answers) == [200] * 5 + [409] * 5
    assert len({accepted(answer) for answer in answers if answer.status == 200}) == 1
    assert queued(server, endpoint) == 1


def test_every_runsync_gets_the_one_result(server, endpoint, worker):
    asked = [worker.later(send, server, endpoint, "k", operation="runsync") for _ in range(3)]
    job = worker.take()["id"]
    assert accepted(send(server, endpoint, "k")) == job, "run and runsync share keys"
    worker.finish(job, {"n": 1})
    for answer in [one.result(30) for one in asked] + [send(server, endpoint, "k", operation="runsync")]:
        assert (accepted(answer), answer.json["status"], answer.json["output"]) == (job, "COMPLETED", {"n": 1})
        assert answer.headers["x-runpod-job-id"] == job
    assert queued(server, endpoint) == 0


def test_a_runsync_whose_wait_is_over_says_how_its_job_stands(server, endpoint):
    answers = [send(server, endpoint, "k", operation="runsync?wait=1000") for _ in range(2)]
    assert answers[0].json == answers[1].json
    view = answers[0].json
    assert view.pop("pilotlight")["waiting"] and view == {"id": accepted(answers[0]), "status": "IN_QUEUE"}
    assert {answer.headers["x-runpod-job-id"] for answer in answers} == {accepted(answers[0])}
    assert send(server, endpoint, "k", operation="runsync?wait=1").status == 400


def test_who_hangs_up_in_runsync_and_comes_again_gets_the_result(server, endpoint, worker):
    body = b'{"input": 1}'
    fields = {"content_length": len(body), "idempotency_key": "k"}
    with connect(server.origin) as connection:
        connection.sendall(head("POST", f"/v2/{endpoint}/runsync", server.key, **fields) + body)
        job = worker.take()["id"]
    again = worker.later(server.post, f"/v2/{endpoint}/runsync", body, headers={"idempotency-key": "k"})
    worker.finish(job, "after all")
    answer = again.result(30)
    assert accepted(answer) == job and answer.json["output"] == "after all"
    assert queued(server, endpoint) == 0


def test_events_of_a_job_that_is_there(server, endpoint, worker):
    job = accepted(send(server, endpoint, "k"))
    assert worker.take()["id"] == job
    worker.chunk(job, "a")
    path = f"/v2/{endpoint}/run?stream=1"
    events = Events(server, "POST", path, {"input": 1}, headers={"idempotency-key": "k"})
    assert events.response.headers["x-runpod-job-id"] == job
    assert events.until("message")[-1].data == "a"
    worker.finish(job, "b")
    assert events.until("end")[-1].data["output"] == "b"
    assert queued(server, endpoint) == 0


def test_a_key_follows_its_job_through_a_retry(server, endpoint, worker):
    job = accepted(send(server, endpoint, "k"))
    worker.take()
    worker.done(job, {"error": "it broke"})
    assert send(server, endpoint, "k").json == {"id": job, "status": "FAILED"}, "a failure is an answer"
    assert server.post(f"/v2/{endpoint}/retry/{job}").status == 200
    assert send(server, endpoint, "k").json == {"id": job, "status": "IN_QUEUE"}
    assert worker.take()["id"] == job


def test_a_refused_job_leaves_its_key_free(shared_servers):
    server = shared_servers("--queue-max", "1").start()
    endpoint = server.make_idle_endpoint()
    first = server.run(endpoint)
    assert send(server, endpoint, "k").status == 429
    assert server.post(f"/v2/{endpoint}/run", b"{", headers={"idempotency-key": "k"}).status == 400
    assert send(server, "nowhere", "k").status == 404
    server.post(f"/v2/{endpoint}/cancel/{first}")
    job = accepted(send(server, endpoint, "k", "another body"))
    assert accepted(send(server, endpoint, "k", "another body")) == job, "though the queue is full again"


@pytest.mark.parametrize("key", ["", "a b", "a\tb", "k\xe9y", "x" * 256])
def test_bad_keys(server, endpoint, key):
    for operation in ("run", "runsync", "run?stream=1"):
        answer = send(server, endpoint, key, operation=operation)
        assert answer.status == 400 and "255" in answer.json["error"], answer.text
    assert queued(server, endpoint) == 0


def test_good_keys(server, endpoint):
    keys = ["x" * 255, '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "~!@#$%^&*()", "';DROP/**/TABLE/**/idempotency;--", "a,b"]
    jobs = [accepted(send(server, endpoint, key)) for key in keys]
    assert [accepted(send(server, endpoint, key)) for key in keys] == jobs and len(set(jobs)) == len(keys)


def test_two_keys_in_one_request(server, endpoint):
    body = b'{"input": 1}'
    for second in (b"a", b"b"):
        one = head("POST", f"/v2/{endpoint}/run", server.key, content_length=len(body), idempotency_key="a")
        answer = exchange(server.origin, one.replace(b"\r\n\r\n", b"\r\nIDEMPOTENCY-KEY: " + second + b"\r\n\r\n") + body)
        assert answer.status == 400 and "more than one" in answer.json["error"]
        documented.check(answer.status, answer.text)
    assert queued(server, endpoint) == 0


def test_a_chunked_body_is_the_body_that_it_carries(server, endpoint):
    path = f"/v2/{endpoint}/run"
    chunked = head("POST", path, server.key, transfer_encoding="chunked", idempotency_key="k")
    jobs = {
        accepted(exchange(server.origin, chunked + b"c\r\n" + b'{"input": 1}' + b"\r\n0\r\n\r\n")),
        accepted(exchange(server.origin, chunked + b'5\r\n{"inp\r\n7;x=y\r\nut": 1}\r\n0\r\n\r\n')),
        accepted(server.post(path, b'{"input": 1}', headers={"idempotency-key": "k"})),
        accepted(server.post(path + "?stream=0", b'{"input": 1}', headers={"idempotency-key": "k"})),
    }
    assert len(jobs) == 1 and queued(server, endpoint) == 1


def test_the_openai_door_and_batches_do_not_take_keys(server, endpoint):
    headers = {"idempotency-key": "k"}
    made = [server.post(f"/v2/{endpoint}/batch", [{"input": 1}], headers=headers).json["id"] for _ in range(2)]
    assert made[0] != made[1]
    job = accepted(send(server, endpoint, "k"))
    answer = server.post(f"/v2/{endpoint}/batch/{made[0]}/finalize", headers=headers)
    assert answer.status == 200 and answer.json["requestTotal"] == 1
    assert accepted(send(server, endpoint, "k")) == job and queued(server, endpoint) == 2


def insist(server, endpoint, key):
    """Sends until it is answered, as a client does whose connection breaks; then once more."""
    jobs = []
    while len(jobs) < 2:
        try:
            answer = send(server, endpoint, key, {"key": key, "padding": "x" * 70_000}, timeout=30)
        except (requests.exceptions.RequestException, OSError):
            continue
        if answer.status != 503:
            jobs.append(accepted(answer))
    return jobs


def test_every_key_is_one_job_over_kills(servers):
    server = servers("--runtime", "none").start()
    endpoint = server.make_idle_endpoint()
    keys = [f"key-{n}" for n in range(60)] * 2
    with ThreadPoolExecutor(8) as threads:
        told = [threads.submit(insist, server, endpoint, key) for key in keys]
        for share in (1, 2, 3, 4):
            processes.wait_until(lambda: sum(one.done() for one in told) >= share * len(told) // 5, 60, "some answers")
            server.kill_server()
            processes.wait_until(server.serves, 30, "the next server")
        jobs = [one.result(60) for one in told]
    by_key = {}
    for key, pair in zip(keys, jobs, strict=True):
        by_key.setdefault(key, set()).update(pair)
    assert {len(ids) for ids in by_key.values()} == {1}, by_key
    assert queued(server, endpoint) == len(by_key) == 60, "and none that nobody was told of"


def test_a_key_stands_for_its_time_and_outlives_its_job(servers, make_worker, tmp_path):
    clock = Dial(tmp_path / "offset", 0)
    environment = preload("wall_clock") | {"PILOTLIGHT_TEST_WALL_CLOCK": str(clock.path)}
    server = servers(environment=environment).start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    done = accepted(send(server, endpoint, "done"))
    worker.finish(worker.take(), "done")
    living = accepted(send(server, endpoint, "lives"))

    def later(hours, keep):
        assert server.terminate() == 0
        clock.set(hours * HOUR)
        server.start("--idempotency-keep", keep)

    later(2, "24h")  # a result is kept for half an hour
    assert send(server, endpoint, "lives").json == {"id": living, "status": "IN_QUEUE"}
    for operation in ("run", "runsync", "run?stream=1"):
        gone = send(server, endpoint, "done", operation=operation)
        assert gone.status == 404 and done in gone.json["error"] and "no longer kept" in gone.json["error"], gone.text
    assert send(server, endpoint, "done", "another body").status == 409
    short = accepted(send(server, endpoint, "short"))
    later(25, "1m")
    renewed = accepted(send(server, endpoint, "done", "another body"))
    assert renewed != done and accepted(send(server, endpoint, "done", "another body")) == renewed
    assert accepted(send(server, endpoint, "short")) == short, "kept as long as it was said at first"
    later(26, "1m")
    assert accepted(send(server, endpoint, "done", "another body")) != renewed, "a minute"


@pytest.fixture
def disk(tmp_path):
    return Dial(tmp_path / "free", UNTOUCHED)


@pytest.fixture
def small_server(servers, disk):
    return servers(environment=preload("disk_space") | {"PILOTLIGHT_TEST_DISK_SPACE": str(disk.path)}).start()


def refused_for_space(server, endpoint, keys):
    """Whether the next new key is; what is taken before the lack was seen is answered once there is space."""
    keys.append(f"new-{len(keys)}")
    try:
        answer = send(server, endpoint, keys[-1], timeout=2)
    except requests.exceptions.ReadTimeout:
        return False
    return answer.status == 503 and "space" in answer.json["error"]


def test_below_the_reserve_a_job_that_is_there_is_found(small_server, disk):
    server, endpoint, keys = small_server, small_server.make_idle_endpoint(), []
    job = accepted(send(server, endpoint, "k"))
    disk.set(100 * MEBIBYTE)
    processes.wait_until(lambda: refused_for_space(server, endpoint, keys), 20, "a refusal")
    short = {"id": job, "status": "IN_QUEUE"}
    assert send(server, endpoint, "k").json == short
    view = send(server, endpoint, "k", operation="runsync?wait=1000").json
    assert view.pop("pilotlight")["waiting"] and view == short
    assert send(server, endpoint, "k", "another body").status == 409
    disk.set(UNTOUCHED)
    processes.wait_until(lambda: send(server, endpoint, keys[-1]).status == 200, 20, "new jobs again")
    assert queued(server, endpoint) == 1 + len(keys)


def test_what_a_full_disk_held_up_is_one_job_a_key(small_server, disk):
    server, endpoint, keys = small_server, small_server.make_idle_endpoint(), []
    job = accepted(send(server, endpoint, "k"))
    disk.set(FULL)
    for _ in range(3):
        processes.wait_until(lambda: refused_for_space(server, endpoint, keys), 20, "a refusal")
    disk.set(UNTOUCHED)
    processes.wait_until(lambda: send(server, endpoint, keys[-1]).status == 200, 20, "new jobs again")
    jobs = [accepted(send(server, endpoint, key)) for key in keys]
    assert [accepted(send(server, endpoint, key)) for key in keys] == jobs
    assert queued(server, endpoint) == len({job, *jobs}) == 1 + len(keys)
