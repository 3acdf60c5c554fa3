"""What RunPod's Go client sends, byte for byte, and whether its strict decoder can live with the answers.

The package cannot be installed from a registry. Its requests are those of Go's net/http, on one connection; of the
answers it accepts none but a 200 whose members have the types that it declares.
"""

import json
import time

import pytest
from harness import raw
from harness.client import unlike

WHOLE, TEXT = int, str
VIEW = {"delayTime": WHOLE, "executionTime": WHOLE, "retries": WHOLE, "error": TEXT, "id": TEXT, "status": TEXT}
COUNTS = {"inProgress", "inQueue", "completed", "failed", "retried"}
WORKERS = {"running", "idle", "initializing", "ready", "throttled"}


class GoClient:
    def __init__(self, server, endpoint):
        self.host, self.key, self.endpoint = server.origin.removeprefix("http://"), server.key, endpoint
        self.connection = raw.connect(server.origin, timeout=95)

    def send(self, method, operation, body=b""):
        """One request on the connection that all share, as Go's client keeps it."""
        head = f"{method} /v2/{self.endpoint}/{operation} HTTP/1.1\r\n"
        head += f"Host: {self.host}\r\nUser-Agent: Go-http-client/1.1\r\n"
        if method == "POST":
            head += f"Content-Length: {len(body)}\r\n"
        head += f"Authorization: Bearer {self.key}\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n"
        self.connection.sendall(head.encode() + body)
        answer = raw.read_answer(self.connection)
        assert answer, "the server closed the connection"
        return answer

    def decoded(self, method, operation, body=b"", types=VIEW):
        """What it makes of the answer; fails where it would return an error."""
        answer = self.send(method, operation, body)
        assert answer.status == 200, (answer.status, answer.text)
        return strict(json.loads(answer.text, parse_constant=refuse), types)

    def run(self, job_input, operation="run", **fields):
        body = json.dumps({"input": job_input, **fields}, separators=(",", ":"), ensure_ascii=False).encode()
        return self.decoded("POST", operation, body)


def refuse(constant):
    raise ValueError(f"{constant} is not JSON")


def strict(answer, types):
    """Go matches the names of members without regard to case, so that none may differ from another one by it alone."""
    assert isinstance(answer, dict) and len({name.lower() for name in answer}) == len(answer), answer
    for name, value in answer.items():
        for known, kind in types.items():
            if name.lower() == known.lower():
                assert type(value) is kind, f"{name} is {value!r}, not of type {kind.__name__}"
    return answer


@pytest.fixture
def client(server, endpoint):
    client = GoClient(server, endpoint)
    yield client
    client.connection.close()


def test_run_and_status(client, worker):
    policy = {"ttl": 60_000, "executionTimeout": 60_000}
    job = client.run({"text": "ü", "n": 1}, policy=policy, webhook="https://hooks.invalid/done")
    assert set(job) == {"id", "status"} and job["status"] == "IN_QUEUE"
    path = f"status/{job['id']}"
    assert client.decoded("POST", path)["status"] == "IN_QUEUE"
    taken = worker.take()
    assert taken["input"] == {"text": "ü", "n": 1} and client.decoded("POST", path)["status"] == "IN_PROGRESS"
    worker.finish(taken, {"answer": 1})
    view = client.decoded("POST", path)
    assert view["status"] == "COMPLETED" and view["output"] == {"answer": 1}
    assert {"delayTime", "executionTime"} <= set(view)


@pytest.mark.parametrize("error", ["text", {"code": 7}, ["a", 1], 12, True])
def test_whatever_a_worker_calls_an_error_becomes_a_string(client, worker, error):
    job = client.run({"n": 1})["id"]
    worker.take()
    worker.done(job, {"error": error})
    view = client.decoded("POST", f"status/{job}")
    assert view["status"] == "FAILED" and view["error"]


def test_numbers_that_its_decoder_does_not_know_become_null(client, worker):
    job = client.run({"n": 1})["id"]
    worker.take()
    worker.done(job, raw=b'{"output": [NaN, -Infinity, 1208925819614629174706176]}')
    assert client.decoded("POST", f"status/{job}")["output"] == [None, None, 1208925819614629174706176]


def test_a_lost_jobs_retry_is_counted_as_a_whole_number(client, worker):
    job = client.run({"n": 1})["id"]
    worker.take()
    worker.ping(job)
    time.sleep(0.05)
    # It says that it holds nothing although it had shown the job: after 8 s the job is delivered again.
    assert worker.take()["id"] == job
    assert client.decoded("POST", f"status/{job}")["retries"] == 1
    worker.finish(job, None)
    assert client.decoded("POST", f"status/{job}")["retries"] == 1


def test_run_sync(client, worker):
    waiting = worker.later(client.run, {"n": 1}, "runsync?wait=90000")
    worker.finish(worker.take(), "done")
    view = waiting.result(95)
    assert view["status"] == "COMPLETED" and view["output"] == "done"


def test_run_sync_goes_on_with_status_sync(client, worker):
    """With a time-out of 1 s; then it asks without a pause until its time is over."""
    job = client.run({"n": 1}, "runsync?wait=1000")
    assert job["status"] == "IN_QUEUE" and job["id"].startswith("sync-")
    path = f"status-sync/{job['id']}?wait=1000"
    assert client.decoded("POST", path)["status"] == "IN_QUEUE"
    taken = worker.take()
    waiting = worker.later(client.decoded, "POST", path.replace("1000", "90000"))
    worker.finish(taken, "late")
    assert waiting.result(95)["output"] == "late"


def test_a_stream(client, worker):
    """It is read up to the first answer with a final status."""
    job = client.run({"n": 1})["id"]
    worker.take()
    path, types = f"stream/{job}?wait=90000", {"status": TEXT, "stream": list}
    chunks = ["first", {"second": 2}, None]
    waiting = worker.later(client.decoded, "POST", path, types=types)
    worker.chunk(job, chunks[0])
    answers = [waiting.result(95)]
    for value in chunks[1:]:
        worker.chunk(job, value)
    worker.done(job, {"output": []}, stream="true")
    while answers[-1]["status"] != "COMPLETED":
        answers.append(client.decoded("POST", path, types=types))
    elements = [element for answer in answers for element in answer["stream"]]
    assert elements == [{"output": value} for value in chunks]
    assert client.decoded("POST", path, types=types) == {"status": "COMPLETED", "stream": []}


def test_cancel_purge_queue_and_health(client, worker):
    jobs = [client.run({"n": n})["id"] for n in range(3)]
    worker.take()
    health = client.decoded("GET", "health", types={"jobs": dict, "workers": dict})
    strict(health["jobs"], dict.fromkeys(COUNTS, WHOLE))
    strict(health["workers"], dict.fromkeys(WORKERS, WHOLE))
    assert COUNTS <= set(health["jobs"]) and WORKERS <= set(health["workers"])
    assert (health["jobs"]["inProgress"], health["jobs"]["inQueue"]) == (1, 2)
    assert client.decoded("POST", f"cancel/{jobs[2]}") == {"id": jobs[2], "status": "CANCELLED"}
    purged = client.decoded("POST", "purge-queue", types={"status": TEXT, "removed": WHOLE})
    assert purged == {"removed": 1, "status": "completed"}
    assert client.decoded("POST", f"cancel/{jobs[0]}")["status"] == "CANCELLED"
    assert client.decoded("POST", f"status/{jobs[0]}")["status"] == "CANCELLED"


def test_refusals_leave_the_connection_in_order(client, server):
    """It knows a refusal by its status alone; an empty map as input is left out of what it sends."""
    job = client.run({"n": 1})["id"]
    assert client.send("POST", f"status/{unlike(job)}").status == 404
    assert client.send("POST", "run", b"{}").status == 400
    client.key = "wrong"
    assert client.send("POST", f"status/{job}").status == 401
    client.key, client.endpoint = server.key, "abcdefghijklmn"
    assert client.send("GET", "health").status == 404
