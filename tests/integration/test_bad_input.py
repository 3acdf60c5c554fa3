"""Whatever arrives, the answer is documented and says what to do, the server stays, and nothing accepted is lost."""

import threading
import time

import pytest
from harness import processes
from harness.raw import connect, exchange, head, read_answer

MEBIBYTE = 1 << 20


@pytest.fixture(autouse=True)
def nothing_accepted_is_lost(server):
    """Around every test: a job accepted before is still there, in the same server process."""
    endpoint = server.make_idle_endpoint()
    job = server.run(endpoint, {"kept": True})
    process = server.server_pid()
    yield
    assert server.status(endpoint, job)["status"] == "IN_QUEUE"
    assert server.server_pid() == process and processes.is_alive(process)


def refused(answer, status, *words):
    assert answer.status == status, (answer.status, answer.text[:300])
    assert answer.headers["Content-Type"].startswith("application/json")
    assert all(word in answer.text for word in words), answer.text


# Job bodies


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"input": }',
        b'{"input": 1} trailing',
        b'{"input": {"a": 01}}',
        b'{"input": "\x01"}',
        b'{"input": "\xff"}',
        b'{"input": "\\q"}',
        b'{"input": [1,]}',
        b"\x00\x01\x02",
        b'{"input": {"a": NaN}}',
    ],
)
@pytest.mark.parametrize("operation", ["run", "runsync"])
def test_malformed_json(server, endpoint, body, operation):
    refused(server.post(f"/v2/{endpoint}/{operation}", body), 400, "error")
    assert server.health(endpoint)["jobs"]["inQueue"] == 0


@pytest.mark.parametrize(
    "body, word",
    [
        ([1], "object"),
        ("text", "object"),
        ({}, "input"),
        ({"input": None}, "input"),
        ({"input": 1, "webhook": 5}, "webhook"),
        ({"input": 1, "policy": "fast"}, "policy"),
        ({"input": 1, "policy": {"ttl": "long"}}, "ttl"),
        ({"input": 1, "policy": {"lowPriority": "yes"}}, "lowPriority"),
        ({"input": 1, "s3Config": []}, "s3Config"),
        ({"input": 1, "policy": {"ttl": -1}}, "ttl"),
        ({"input": 1, "policy": {"ttl": 9999}}, "ttl"),
        ({"input": 1, "policy": {"ttl": 604800001}}, "ttl"),
        ({"input": 1, "policy": {"ttl": 10**30}}, "ttl"),
        ({"input": 1, "policy": {"executionTimeout": -5}}, "executionTimeout"),
        ({"input": 1, "policy": {"executionTimeout": 10**30}}, "executionTimeout"),
        ({"input": 1, "policy": {"executionTimeout": 604800001}}, "executionTimeout"),
        ({"input": 1, "policy": {"executionTimeout": 6000.5}}, "executionTimeout"),
    ],
)
def test_wrong_types_and_numbers(server, endpoint, body, word):
    refused(server.post(f"/v2/{endpoint}/run", body), 400, word)


@pytest.mark.parametrize("number", ["-9223372036854775809", "1e400", "123456789012345678901234567890"])
def test_huge_numbers_in_an_input_are_the_workers_business(server, endpoint, make_worker, number):
    job = server.post(f"/v2/{endpoint}/run", b'{"input": {"n": ' + number.encode() + b"}}").json["id"]
    worker = make_worker(server, endpoint)
    answer = worker.take_answer()
    assert job in answer.text and number in answer.text


@pytest.mark.parametrize("operation, mebibytes", [("run", 10), ("runsync", 20)])
def test_an_oversized_body(server, endpoint, operation, mebibytes):
    inside = b'{"input": "' + b"x" * (mebibytes * MEBIBYTE - 13) + b'"}'
    assert len(inside) == mebibytes * MEBIBYTE
    assert server.post(f"/v2/{endpoint}/{operation}?wait=1000", inside).status == 200
    announced = exchange(server.origin, head("POST", f"/v2/{endpoint}/{operation}", server.key, content_length=len(inside) + 1))
    refused(announced, 400, f"exceeded max body size of {mebibytes}MiB")


def test_an_oversized_body_without_a_length(server, endpoint):
    with connect(server.origin) as connection:
        connection.sendall(head("POST", f"/v2/{endpoint}/run", server.key, transfer_encoding="chunked"))
        piece = b"100000\r\n" + b"x" * MEBIBYTE + b"\r\n"
        try:
            for _ in range(12):
                connection.sendall(piece)
        except ConnectionError:
            pass
        answer = read_answer(connection)
    assert answer is None or (answer.status == 400 and "exceeded max body size" in answer.text)


def test_ten_thousand_nested_braces(server, endpoint):
    body = b'{"input": ' + b'{"a":' * 10000 + b"1" + b"}" * 10000 + b"}"
    answer = server.post(f"/v2/{endpoint}/run", body)
    assert answer.status in (200, 400) and "error" in answer.text or answer.status == 200
    refused(server.post(f"/v2/{endpoint}/run", b'{"input": ' + b"[" * 10000), 400, "error")
    refused(server.post(f"/v2/{endpoint}/run", b"{" * 10000), 400, "error")


# GraphQL


def test_a_query_of_ten_megabytes(server):
    answer = server.graphql_answer("{ myself { id } }" + " " * (10 * MEBIBYTE))
    assert answer.status in (400, 413) and answer.json["errors"][0]["message"]


@pytest.mark.parametrize("brace", ["{ myself ", "{", "[", "(", "{ a(b: {c: "])
def test_a_query_of_ten_thousand_braces(server, brace):
    answer = server.graphql_answer(brace * 10000)
    assert answer.status == 400 and answer.json["errors"][0]["message"]


def test_a_query_that_multiplies(server):
    spread = "".join(f"fragment F{n} on User {{ ...F{n + 1} ...F{n + 1} }} " for n in range(40))
    answer = server.graphql_answer("{ myself { ...F0 } } " + spread + "fragment F40 on User { id }")
    assert answer.status in (200, 400), answer.text[:300]
    cycle = server.graphql_answer("{ myself { ...A } } fragment A on User { ...B } fragment B on User { ...A }")
    assert cycle.status == 400 and "fragment" in cycle.json["errors"][0]["message"].lower()


def test_a_query_with_very_many_fields(server):
    answer = server.graphql_answer("{ myself { " + " ".join(f"a{n}: id" for n in range(100000)) + " } }")
    assert answer.status == 400 and answer.json["errors"][0]["message"]


# HTTP


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # a TLS client hello
        b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999999999999\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
        b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\n" + b"x-a: b\r\n" * 10000 + b"\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nx-a: " + b"b" * 1000000 + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: b\r\n c\r\n\r\n",
        b"\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST /healthz HTTP/1.0\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /v2/%zz/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        b"GET /v2/../../etc/passwd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    ],
)
def test_what_is_hardly_http(server, data):
    answer = exchange(server.origin, data)
    assert answer is None or 400 <= answer.status < 500, answer


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "BREW"])
def test_a_method_that_a_path_does_not_have(server, endpoint, method):
    answer = exchange(server.origin, head(method, f"/v2/{endpoint}/run", server.key, content_length=0))
    assert answer.status in (404, 405), answer


def test_a_client_that_hangs_up_in_the_middle(server, endpoint):
    body = b'{"input": "' + b"x" * 300000 + b'"}'
    request = head("POST", f"/v2/{endpoint}/run", server.key, content_length=len(body)) + body
    for cut in (1, 20, 60, 200, 100000, len(request) - 1):
        with connect(server.origin) as connection:
            connection.sendall(request[:cut])
    time.sleep(0.5)
    assert server.health(endpoint)["jobs"]["inQueue"] == 0
    with connect(server.origin) as connection:  # all of it sent, the answer not read: the job stands
        connection.sendall(request)
    processes.wait_until(lambda: server.health(endpoint)["jobs"]["inQueue"] == 1, 10, "the job")


def test_a_client_that_hangs_up_while_it_waits(server, endpoint, make_worker):
    body = b'{"input": {"n": 1}}'
    with connect(server.origin) as connection:
        connection.sendall(head("POST", f"/v2/{endpoint}/runsync", server.key, content_length=len(body)) + body)
        worker = make_worker(server, endpoint)
        job = worker.take()
    worker.finish(job, "nobody listens")
    assert server.status(endpoint, job["id"])["output"] == "nobody listens"


def test_pipelined_requests_are_answered_in_order(server):
    one = head("GET", "/healthz")
    with connect(server.origin) as connection:
        connection.sendall(one * 3)
        text = b""
        while text.count(b"HTTP/1.1 200") < 3:
            piece = connection.recv(65536)
            assert piece, text
            text += piece


def test_a_thousand_uploads_of_twenty_megabytes_at_once(server, endpoint, make_worker):
    """They do not fit into memory together. Reading stops when the budget is used up; workers, and small requests that
    are read already, go on. What was acknowledged is kept."""
    worker = make_worker(server, endpoint)
    body = b'{"input": "' + b"x" * (20 * MEBIBYTE - 13) + b'"}'
    request = head("POST", f"/v2/{endpoint}/runsync?wait=1000", server.key, content_length=len(body)) + body
    enough = threading.Event()
    connections = [connect(server.origin) for _ in range(1000)]
    sent = [0] * len(connections)
    acknowledged = []

    def push(mine):
        """Feeds its share of the connections in turn, as far as the server reads."""
        while not enough.is_set():
            for index in mine:
                connection = connections[index]
                try:
                    connection.setblocking(False)
                    sent[index] += connection.send(memoryview(request)[sent[index] : sent[index] + MEBIBYTE])
                except (BlockingIOError, ConnectionError):
                    pass
            time.sleep(0.001)

    pushers = [threading.Thread(target=push, args=(range(first, 1000, 4),)) for first in range(4)]
    for pusher in pushers:
        pusher.start()
    highest, slowest, finished = 0, 0.0, 0
    small = server.make_idle_endpoint()
    small_worker = make_worker(server, small)
    end = time.monotonic() + 20
    while time.monotonic() < end or finished < 4:
        highest = max(highest, processes.resident_bytes(server.server_pid()))
        began = time.monotonic()
        assert worker.ping().status == 200
        slowest = max(slowest, time.monotonic() - began)
        job = server.run(small, {"n": finished})
        assert small_worker.take()["id"] == job
        small_worker.finish(job, "x" * 100_000)
        assert server.status(small, job)["status"] == "COMPLETED"
        finished += 1
        time.sleep(0.2)
    enough.set()
    for pusher in pushers:
        pusher.join()
    for index, connection in enumerate(connections):
        if sent[index] == len(request):
            connection.settimeout(30)
            answer = read_answer(connection)
            if answer and answer.status == 200:
                acknowledged.append(answer.json["id"])
            else:
                assert answer is None or answer.status in (408, 429, 503), answer
        connection.close()
    print(f"{highest >> 20} MiB resident at most, a ping took {slowest:.3f} s at most, {finished} small jobs meanwhile")
    assert highest < 1 << 30, f"{highest >> 20} MiB resident"
    assert slowest < 15, f"a ping took {slowest} s"
    for job in acknowledged:
        assert server.status(endpoint, job)["status"] in ("IN_QUEUE", "IN_PROGRESS", "COMPLETED")
    assert server.run(small)
    server.post(f"/v2/{endpoint}/purge-queue")


# Workers


def test_a_worker_that_posts_garbage(server, endpoint, make_worker):
    worker = make_worker(server, endpoint)
    job = server.run(endpoint)
    assert worker.done(job, raw=b"\x00\xff").status == 200, "it does not hold the job"
    worker.take()
    assert worker.done("..%2f..%2fetc", raw=b"x").status == 200
    assert worker.ping(*["x" * 100] * 500).status in (200, 414, 431)
    worker.finish(job, 1)
    assert server.status(endpoint, job)["status"] == "COMPLETED"


@pytest.mark.parametrize("size", ["0", "-1", "99999999999", "many", ""])
def test_a_batch_size_out_of_range(server, endpoint, make_worker, size):
    worker = make_worker(server, endpoint)
    job = server.run(endpoint)
    url = worker._take_url().replace("/job-take/", "/job-take-batch/")
    answer = worker._call("GET", url, {"batch_size": size, "job_in_progress": 0})
    assert answer.status in (200, 204, 400, 429)
    if answer.status == 200:
        assert job in answer.text
