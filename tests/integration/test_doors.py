"""Every door of the HTTP interface, knocked at in every odd way."""

import json
import time

import pytest
from harness import processes
from harness.raw import connect, exchange, head, read_answer

MEBIBYTE = 1 << 20
NO_JOB = "019a0000-0000-7000-8000-000000000000-u1"


def is_json_error(answer):
    assert answer.headers["Content-Type"] == "application/json", answer
    told = answer.json
    return bool(told.get("error") or told.get("detail") or told.get("errors"))


# Paths and methods

DOORS = [
    ("POST", "/v2/{endpoint}/run"),
    ("POST", "/v2/{endpoint}/runsync"),
    ("GET", "/v2/{endpoint}/status/" + NO_JOB),
    ("POST", "/v2/{endpoint}/status/" + NO_JOB),
    ("POST", "/v2/{endpoint}/cancel/" + NO_JOB),
    ("POST", "/v2/{endpoint}/purge-queue"),
    ("GET", "/v2/{endpoint}/health"),
    ("POST", "/v2/{endpoint}/worker-env"),
]


@pytest.mark.parametrize("method, path", [*DOORS, ("POST", "/graphql")])
def test_a_wrong_key_opens_no_door(server, endpoint, method, path):
    for key in ("wrong", server.key + "x", server.key[:-1]):
        answer = server.request(method, path.format(endpoint=endpoint), key=key)
        assert answer.status == 401 and is_json_error(answer)


@pytest.mark.parametrize("method, path", DOORS)
def test_no_key_opens_no_door(server, endpoint, method, path):
    answer = server.request(method, path.format(endpoint=endpoint), key=None)
    assert answer.status == 401 and answer.json["detail"] == "no token provided"


@pytest.mark.parametrize("method, path", DOORS)
@pytest.mark.parametrize("endpoint", ["nosuchendpoint", "..", "%2e%2e", "a%2Fb", "%00", "x" * 500, "ü"])
def test_an_unknown_endpoint(server, method, path, endpoint):
    body = b'{"input": 1}' if method == "POST" else None
    answer = exchange(
        server.origin,
        head(method, path.format(endpoint=endpoint), server.key, content_length=len(body or b""), connection="close").replace(b"\xc3\xbc", b"%C3%BC")
        + (body or b""),
    )
    assert answer.status == 404 and is_json_error(answer), answer


@pytest.mark.parametrize("path", ["/index.html", "/v2", "/v2/", "/v1/x/run", "/v2/x/walk", "/v2/x/run/", "/v2/x/status", "/graphql/x", "/favicon.ico"])
def test_an_unknown_path(server, path):
    for method in ("GET", "POST", "DELETE"):
        answer = server.request(method, path, body={"input": 1})
        assert answer.status == 404 and is_json_error(answer)
        assert all(place in answer.json["error"] for place in ("/v2/ENDPOINT/", "/graphql", "/v2/openapi.json"))


@pytest.mark.parametrize(
    "path, allowed",
    [("/v2/{endpoint}/run", "POST"), ("/v2/{endpoint}/status/" + NO_JOB, "GET, POST"), ("/v2/{endpoint}/health", "GET"), ("/graphql", "POST"), ("/", "GET")],
)
def test_a_method_that_a_path_does_not_know(server, endpoint, path, allowed):
    path = path.format(endpoint=endpoint)
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - set(allowed.split(", ")):
        answer = server.request(method, path)
        assert answer.status == 405 and answer.headers["Allow"] == allowed and allowed in answer.json["error"]
    answer = server.request("OPTIONS", path)
    assert answer.status == 204 and answer.headers["Allow"] == allowed and not answer.text


def test_a_head_shows_what_a_get_would_and_takes_no_job(server, endpoint, worker):
    answer = server.request("HEAD", f"/v2/{endpoint}/health")
    assert answer.status == 200 and not answer.text and int(answer.headers["Content-Length"]) > 50
    job = server.run(endpoint)
    assert worker._call("HEAD", worker._take_url(), {"job_in_progress": 0}).status == 405
    assert server.status(endpoint, job)["status"] == "IN_QUEUE"
    assert worker.take()["id"] == job


def test_a_connection_goes_on_after_a_refusal(server, endpoint):
    with connect(server.origin) as connection:
        for method, path, status in (
            ("GET", "/nowhere", 404),
            ("DELETE", f"/v2/{endpoint}/run", 405),
            ("GET", f"/v2/{endpoint}/status/{NO_JOB}", 404),
            ("GET", f"/v2/{endpoint}/health", 200),
        ):
            connection.sendall(head(method, path, server.key))
            answer = read_answer(connection)
            assert answer.status == status, path


# Bodies


def test_a_chunked_body(server, endpoint, worker):
    body = json.dumps({"input": {"text": "x" * 70_000}}).encode()
    pieces = b"".join(b"%x;note=\"x\"\r\n%s\r\n" % (len(part), part) for part in (body[:1], body[1:5000], body[5000:]))
    request = head("POST", f"/v2/{endpoint}/run", server.key, transfer_encoding="chunked") + pieces + b"0\r\nTrailer: x\r\n\r\n"
    with connect(server.origin) as connection:
        connection.sendall(request + head("GET", f"/v2/{endpoint}/health", server.key))
        accepted = read_answer(connection)
        assert accepted.status == 200, accepted
    taken = worker.take()
    assert taken["id"] == accepted.json["id"] and len(taken["input"]["text"]) == 70_000


@pytest.mark.parametrize(
    "body",
    [
        b"1 \r\n1\r\n0\r\n\r\n",
        b"1;a\n1\r\n1\r\n0\r\n\r\n",
        b"1\r\n1\r\n0\r\nno colon\r\n\r\n",
        b"1\r\n1\r\n0\r\nX: y\n\r\n",
        b"1\r\n1\r\n0\r\n\n",
    ],
)
def test_a_chunked_body_that_a_proxy_may_frame_otherwise(server, endpoint, body):
    """The request behind it would be another client's: it is answered to nobody."""
    first = head("POST", f"/v2/{endpoint}/run", server.key, transfer_encoding="chunked") + body
    with connect(server.origin) as connection:
        connection.sendall(first + head("GET", f"/v2/{endpoint}/health", server.key))
        refusal = read_answer(connection)
        assert refusal.status == 400 and refusal.json["error"] == "malformed chunked body"
        assert read_answer(connection) is None


def test_a_client_that_asks_before_it_sends(server, endpoint):
    body = b'{"input": 1}'
    with connect(server.origin) as connection:
        connection.sendall(head("POST", f"/v2/{endpoint}/run", server.key, content_length=len(body), expect="100-continue"))
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert read_answer(connection).status == 200


@pytest.mark.parametrize("operation", ["run", "runsync", "../../graphql"])
@pytest.mark.parametrize("size", [100_000, 100 * MEBIBYTE])
def test_a_stranger_is_refused_before_it_sends_its_body(server, endpoint, operation, size):
    path = "/graphql" if "graphql" in operation else f"/v2/{endpoint}/{operation}"
    for key in (None, "wrong"):
        answer = exchange(server.origin, head("POST", path, key, content_length=size), timeout=10)
        assert answer.status == 401 and is_json_error(answer)


def test_a_result_from_a_stranger_is_dropped_before_it_is_read(server, endpoint):
    path = f"/v2/{endpoint}/job-done/abcdefghij0123/{NO_JOB}?token=wrong"
    answer = exchange(server.origin, head("POST", path, content_length=60 * MEBIBYTE), timeout=10)
    assert answer.status == 200, "a worker would drop its result on anything else too, and log it as its own fault"


def test_a_slow_upload_is_cut(server, endpoint):
    with connect(server.origin, timeout=60) as connection:
        connection.sendall(head("POST", f"/v2/{endpoint}/run", server.key, content_length=5 * MEBIBYTE) + b'{"input": "')
        end = time.monotonic() + 50
        try:
            while time.monotonic() < end:
                connection.sendall(b"x")
                time.sleep(0.2)
        except ConnectionError:
            pass
        assert time.monotonic() < end, "it was still read"
    assert server.health(endpoint)["jobs"]["inQueue"] == 0


def test_of_a_name_that_is_given_twice_the_last_one_counts(server, endpoint, worker):
    answer = server.post(f"/v2/{endpoint}/run", b'{"input": 1, "input": {"n": 2}, "policy": {"ttl": 1}, "policy": {"ttl": 60000}}')
    assert answer.status == 200, answer.text
    assert worker.take()["input"] == {"n": 2}


@pytest.mark.parametrize("body", [None, b"", b"{}", b"[]", b"not json"])
@pytest.mark.parametrize("operation", ["purge-queue", "cancel/{job}", "status/{job}"])
def test_operations_without_a_body_do_not_mind_one(server, endpoint, body, operation):
    job = server.run(endpoint)
    answer = server.post(f"/v2/{endpoint}/" + operation.format(job=job), body)
    assert answer.status == 200, answer.text


# Numbers


@pytest.mark.parametrize("value, status", [(5001, 200), (604800000, 200), (0, 200), (5000, 400), (-1, 400)])
def test_bounds_of_the_execution_timeout(server, endpoint, value, status):
    assert server.post(f"/v2/{endpoint}/run", {"input": 1, "policy": {"executionTimeout": value}}).status == status


@pytest.mark.parametrize("value, status", [(10000, 200), (604800000, 200), (9999, 400), (0, 400)])
def test_bounds_of_the_ttl(server, endpoint, value, status):
    assert server.post(f"/v2/{endpoint}/run", {"input": 1, "policy": {"ttl": value}}).status == status


@pytest.mark.parametrize("ttl", ["-1", "abc", "", "6000abc", "1e3", "604800001", "99999999999999999999", "9223372036854775807"])
def test_an_invalid_ttl_on_status_is_refused_without_effect(server, endpoint, worker, ttl):
    job = server.run(endpoint)
    worker.finish(worker.take(), 1)
    answer = server.get(f"/v2/{endpoint}/status/{job}?ttl={ttl}")
    assert answer.status == 400 and "ttl is invalid" in answer.json["error"]
    assert server.status(endpoint, job)["output"] == 1


def test_a_ttl_on_status_never_lengthens(server, endpoint, worker):
    job = server.run(endpoint)
    worker.finish(worker.take(), 1)
    for ttl in (1500, 604800000):
        assert server.get(f"/v2/{endpoint}/status/{job}?ttl={ttl}").json["status"] == "COMPLETED"
    gone = f"/v2/{endpoint}/status/{job}"
    processes.wait_until(lambda: server.get(gone).status == 404, 10, "the end of the result")


def test_a_ttl_on_the_status_of_a_running_job_changes_nothing(server, endpoint, worker):
    job = server.run(endpoint)
    worker.take()
    assert server.get(f"/v2/{endpoint}/status/{job}?ttl=0").json["status"] == "IN_PROGRESS"
    worker.finish(job, 1)
    assert server.status(endpoint, job)["output"] == 1


# Secrets


def test_webhook_and_storage_are_never_shown(server, endpoint, worker):
    extras = {
        "webhook": "http://127.0.0.1:9/hook?secret=w3bhook",
        "s3Config": {"accessId": "a", "accessSecret": "s3-secret", "bucketName": "b", "endpointUrl": "http://x"},
    }
    asked = worker.later(server.post, f"/v2/{endpoint}/runsync", {"input": 1, **extras})
    taken = worker.take()
    assert taken["webhook"] == extras["webhook"] and taken["s3Config"] == extras["s3Config"]
    seen = [server.get(f"/v2/{endpoint}/status/{taken['id']}").text]
    worker.finish(taken, "done")
    seen += [asked.result(20).text, server.get(f"/v2/{endpoint}/status/{taken['id']}").text, server.log()]
    for text in seen:
        assert "w3bhook" not in text and "s3-secret" not in text
