"""Bodies of exactly the limit, one byte less and one byte more, at every door that takes one, sent both ways."""

import pytest
from harness.client import Answer
from harness.raw import connect, exchange, head, read_answer

MEBIBYTE = 1 << 20
HEADER_MAX = 32 << 10
RESULT_MAX = MEBIBYTE

AROUND = pytest.mark.parametrize("over", [-1, 0, 1])
BOTH_WAYS = pytest.mark.parametrize("framing", ["length", "chunked"])


@pytest.fixture(scope="module")
def server(shared_servers):
    return shared_servers("--result-max", str(RESULT_MAX)).start()


def padded(before, after, size):
    """A body of `size` bytes: what is between the two texts is of x."""
    return before + b"x" * (size - len(before) - len(after)) + after


def send(server, method, path, body, framing, *, key=True):
    """The answer to this body on a connection of its own, and whether that stays open for the next request."""
    fields = {"content_length": len(body)} if framing == "length" else {"transfer_encoding": "chunked"}
    with connect(server.origin) as connection:
        try:
            connection.sendall(head(method, path, server.key if key else None, **fields))
            if framing == "length":
                connection.sendall(body)
            else:
                # Pieces of odd sizes; the last one ends with the body.
                for at in range(0, len(body), 999_983):
                    piece = body[at : at + 999_983]
                    connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
                connection.sendall(b"0\r\n\r\n")
        except ConnectionError:
            pass  # it may refuse before it has read all
        answer = read_answer(connection)
        try:
            connection.sendall(head("GET", "/healthz"))
            again = read_answer(connection)
        except ConnectionError:
            again = None
    assert isinstance(answer, Answer), f"no answer to {len(body)} bytes"
    return answer, again is not None and again.status == 200


def draft(server, endpoint):
    answer = server.post(f"/v2/{endpoint}/batch", [{"input": "first"}])
    return f"/v2/{endpoint}/batch/{answer.json['id']}/requests", answer.json["requestIds"][0]


JOB = (b'{"input": "', b'"}')
CLIENTS_DOORS = {
    "run": (10, 400, JOB),
    "runsync?wait=1000": (20, 400, JOB),
    "batch": (10, 400, (b'[{"input": "', b'"}]')),
    "batch/…/requests": (10, 400, (b'{"requests": [{"input": "', b'"}]}')),
    "batch/…/requests/…": (10, 400, JOB),
    "graphql": (2, 413, (b'{"query": "{ myself { id } }", "variables": {"pad": "', b'"}}')),
}


@AROUND
@BOTH_WAYS
@pytest.mark.parametrize("door", CLIENTS_DOORS)
def test_a_clients_body_at_the_limit(server, endpoint, door, framing, over):
    mebibytes, refusal, texts = CLIENTS_DOORS[door]
    method, path = "POST", f"/v2/{endpoint}/{door}"
    if door == "graphql":
        path = "/graphql"
    elif "…" in door:
        path, request = draft(server, endpoint)
        if door.endswith("requests/…"):
            method, path = "PUT", f"{path}/{request}"
    answer, goes_on = send(server, method, path, padded(*texts, mebibytes * MEBIBYTE + over), framing)
    if over <= 0:
        assert answer.status == 200 and goes_on, (answer.status, answer.text[:300])
        return
    assert answer.status == refusal and not goes_on, "what is left of the body is no request"
    assert f"{mebibytes} MiB" in answer.text or f"exceeded max body size of {mebibytes}MiB" in answer.text
    assert server.health(endpoint)["jobs"]["inQueue"] == 0


@AROUND
@BOTH_WAYS
def test_a_body_of_the_openai_api_at_the_limit(server, endpoint, worker, framing, over):
    body = padded(b'{"input": "', b'"}', 20 * MEBIBYTE + over)
    path = f"/v2/{endpoint}/openai/v1/embeddings"
    asked = worker.later(send, server, "POST", path, body, framing)
    if over > 0:
        answer, goes_on = asked.result(60)
        assert answer.status == 413 and not goes_on
        assert answer.json["error"]["message"] == "exceeded max body size of 20MiB"
        assert server.health(endpoint)["jobs"]["inQueue"] == 0
        return
    job = worker.take()
    assert len(job["input"]["openai_input"]["input"]) == len(body) - 13
    worker.finish(job, [{"object": "list"}])
    answer, goes_on = asked.result(60)
    assert answer.status == 200 and answer.json == {"object": "list"} and goes_on


def report_path(worker, job, name):
    """Where the worker posts, as a path."""
    url = worker._expand(name, job) + "&isStream=false"
    return "/" + url.split("/", 3)[3]


@AROUND
@BOTH_WAYS
def test_a_result_at_the_limit(server, endpoint, worker, framing, over):
    job = server.run(endpoint)
    worker.take()
    body = padded(b'{"output": "', b'"}', RESULT_MAX + over)
    answer, goes_on = send(server, "POST", report_path(worker, job, "RUNPOD_WEBHOOK_POST_OUTPUT"), body, framing, key=False)
    assert answer.status == 200 and goes_on, "a worker does not repeat what is refused"
    view = server.status(endpoint, job)
    if over <= 0:
        assert view["status"] == "COMPLETED" and len(view["output"]) == len(body) - 14
    else:
        assert view["status"] == "FAILED" and "output" not in view
        assert view["error"] == f"output too large: {len(body)} bytes, limit {RESULT_MAX}"


@AROUND
@BOTH_WAYS
def test_a_chunk_at_the_limit(server, endpoint, worker, framing, over):
    job = server.run(endpoint)
    worker.take()
    # The bound of 64 MiB is of a stream: of what is between "output": and the end.
    limit = 64 * MEBIBYTE
    body = padded(b'"', b'"', limit + over)
    answer, goes_on = send(server, "POST", report_path(worker, job, "RUNPOD_WEBHOOK_POST_STREAM"), body, framing, key=False)
    assert answer.status == 200 and goes_on
    view = server.status(endpoint, job)
    if over <= 0:
        assert view["status"] == "IN_PROGRESS"
        worker.chunk(job, raw=b"1" * (2 if over else 1))
        view = server.status(endpoint, job)
    assert view["status"] == "FAILED" and view["error"] == "the job streamed more than the server keeps for one job"


@BOTH_WAYS
@pytest.mark.parametrize("size", [64 << 10, MEBIBYTE])
def test_a_body_where_none_belongs_is_no_matter(server, endpoint, worker, size, framing):
    """A client's small one is read away, a larger one not, so that the connection ends; a worker's goes on."""
    job = server.run(endpoint)
    for method, path in (("GET", f"/v2/{endpoint}/health"), ("POST", f"/v2/{endpoint}/status/{job}")):
        answer, goes_on = send(server, method, path, b"x" * size, framing)
        assert answer.status == 200 and goes_on == (size < MEBIBYTE), path
    poll = "/" + worker._take_url().split("/", 3)[3] + "&job_in_progress=0"
    answer, goes_on = send(server, "GET", poll, b"x" * size, framing, key=False)
    assert answer.json["id"] == job and goes_on


# Headers


@AROUND
def test_a_header_at_the_limit(server, over):
    data = head("GET", "/healthz", connection="close", x_pad="")
    data = data[:-4] + b"x" * (HEADER_MAX + over - len(data)) + data[-4:]
    assert len(data) == HEADER_MAX + over
    answer = exchange(server.origin, data)
    if over <= 0:
        assert answer.status == 200
    else:
        assert answer.status == 431 and "header is larger" in answer.json["error"]


@pytest.mark.parametrize("size", [HEADER_MAX + 1, 100_000, MEBIBYTE])
def test_a_refusal_of_a_header_reaches_a_client_that_still_sends(server, size):
    data = head("GET", "/healthz", x_pad="")
    data = data[:-4] + b"x" * (size - len(data)) + data[-4:]
    with connect(server.origin) as connection:
        connection.sendall(data)
        answer = read_answer(connection)
    assert answer is not None and answer.status == 431


def test_refusing_a_header_does_not_reset_a_sending_client(server):
    data = head("GET", "/healthz", x_pad="")[:-4]
    with connect(server.origin) as connection:
        connection.sendall(data + b"x" * HEADER_MAX)
        assert read_answer(connection).status == 431
        for _ in range(8):
            connection.sendall(b"x" * MEBIBYTE)
        assert connection.recv(1) == b"", "the server has said all, and reads on"
