"""Batches: requests that are collected, become jobs together, and are looked at together."""

import json

import pytest
from harness.client import unlike

NO_BATCH = "batch_0000000000000001"


def make(server, endpoint, inputs=(), **options):
    """The view of a batch that must be made of these inputs."""
    answer = server.post(f"/v2/{endpoint}/batch", [{"input": value} for value in inputs], **options)
    assert answer.status == 200, answer.text
    return answer.json


def path(endpoint, batch, rest=""):
    return f"/v2/{endpoint}/batch/{batch['id'] if isinstance(batch, dict) else batch}{rest}"


def change(server, endpoint, batch, rest, body=None, method="POST"):
    answer = server.request(method, path(endpoint, batch, rest), body)
    assert answer.status == 200, answer.text
    return answer.json


def look(server, endpoint, batch):
    answer = server.get(path(endpoint, batch))
    assert answer.status == 200, answer.text
    return answer.json


def requests_of(server, endpoint, batch, query=""):
    answer = server.get(path(endpoint, batch, f"/requests{query}"))
    assert answer.status == 200, answer.text
    return answer.json


def counts(view):
    return tuple(view[f"request{name}"] for name in ("Total", "InProgress", "Completed", "Failed"))


def test_a_batch_from_its_first_request_to_its_last_result(server, endpoint, worker):
    batch = make(server, endpoint)
    assert batch["id"].startswith("batch_") and (batch["status"], counts(batch)) == ("DRAFT", (0, 0, 0, 0))
    assert batch["endpointId"] == endpoint and batch["requestIds"] == []
    added = change(server, endpoint, batch, "/requests", {"requests": [{"input": {"n": n}} for n in range(3)]})
    assert (added["status"], counts(added)) == ("DRAFT", (3, 0, 0, 0)) and len(added["requestIds"]) == 3
    assert server.health(endpoint)["jobs"]["inQueue"] == 0, "a draft's requests are no jobs"
    assert server.get(f"/v2/{endpoint}/status/{added['requestIds'][0]}").status == 404
    done = change(server, endpoint, batch, "/finalize")
    assert (done["status"], counts(done)) == ("FINALIZED", (3, 0, 0, 0))
    assert server.health(endpoint)["jobs"]["inQueue"] == 3
    for n, answer in enumerate(({"output": [1]}, {"error": "it broke", "output": 2}, None)):
        job = worker.take()
        assert (job["id"], job["input"], job["batchId"]) == (added["requestIds"][n], {"n": n}, batch["id"])
        if answer:
            worker.done(job["id"], answer)
    view = look(server, endpoint, batch)
    assert (view["status"], counts(view)) == ("FINALIZED", (3, 1, 1, 1)) and view["createdAt"] == batch["createdAt"]
    shown = requests_of(server, endpoint, batch)
    assert (shown["total"], shown["offset"], shown["limit"], shown["hasMore"]) == (3, 0, 50, False)
    first, second, third = shown["requests"]
    assert first.pop("startedAt") <= first.pop("completedAt")
    assert first == {"id": added["requestIds"][0], "status": "COMPLETED", "output": [1]}
    assert (second["status"], second["error"], second["output"]) == ("FAILED", "it broke", 2)
    assert third["status"] == "IN_PROGRESS" and "startedAt" in third and "completedAt" not in third
    assert server.status(endpoint, first["id"])["output"] == [1]


def test_requests_with_policies_and_large_inputs_become_jobs(server, endpoint, worker):
    large = "x" * 200_000
    given = [{"input": large, "webhook": "http://127.0.0.1:9/"}, {"input": 1, "policy": {"ttl": 10_000}}]
    batch = server.post(f"/v2/{endpoint}/batch", given).json
    change(server, endpoint, batch, "/finalize")
    job = worker.take()
    assert (job["input"], job["webhook"], job["batchId"]) == (large, "http://127.0.0.1:9/", batch["id"])
    assert server.wait_final(endpoint, batch["requestIds"][1])["status"] == "TIMED_OUT"
    assert counts(look(server, endpoint, batch)) == (2, 1, 0, 1)
    error = requests_of(server, endpoint, batch)["requests"][1]["error"]
    assert error == server.status(endpoint, batch["requestIds"][1])["error"]


def test_requests_of_a_draft_change_and_go(server, endpoint, worker):
    batch = make(server, endpoint, ["a", "b", "c"])
    first, second, third = batch["requestIds"]
    assert counts(change(server, endpoint, batch, f"/requests/{second}", {"input": "B" * 70_000}, "PUT")) == (3, 0, 0, 0)
    assert counts(change(server, endpoint, batch, f"/requests/{third}", method="DELETE")) == (2, 0, 0, 0)
    assert [one["id"] for one in requests_of(server, endpoint, batch)["requests"]] == [first, second]
    assert {one["status"] for one in requests_of(server, endpoint, batch)["requests"]} == {"DRAFT"}
    for method, body in (("PUT", {"input": 1}), ("DELETE", None)):
        for other in (third, unlike(first), "x"):
            answer = server.request(method, path(endpoint, batch, f"/requests/{other}"), body)
            assert answer.status == 404, answer.text
    change(server, endpoint, batch, "/finalize")
    for wanted in ("a", "B" * 70_000):
        job = worker.take()
        assert job["input"] == wanted
        worker.finish(job, "done")
    answer = server.request("PUT", path(endpoint, batch, f"/requests/{first}"), {"input": 1})
    assert answer.status == 409 and "is finalized" in answer.json["error"]


def test_finalizing_twice_makes_each_job_once(server, endpoint, worker):
    batch = make(server, endpoint, range(3))
    for _ in range(2):
        assert counts(change(server, endpoint, batch, "/finalize")) == (3, 0, 0, 0)
    assert server.health(endpoint)["jobs"]["inQueue"] == 3
    for answer in (
        server.post(path(endpoint, batch, "/requests"), [{"input": 1}]),
        server.request("DELETE", path(endpoint, batch, f"/requests/{batch['requestIds'][0]}")),
    ):
        assert answer.status == 409 and "is finalized" in answer.json["error"]


def test_a_cancelled_batch_takes_its_jobs_along(server, endpoint, worker):
    batch = make(server, endpoint, range(4))
    change(server, endpoint, batch, "/finalize")
    worker.finish(worker.take(), "done")
    running = worker.take()["id"]
    for _ in range(2):
        view = change(server, endpoint, batch, "/cancel")
        assert (view["status"], counts(view)) == ("CANCELLED", (4, 0, 1, 3))
    states = [one["status"] for one in requests_of(server, endpoint, batch)["requests"]]
    assert states == ["COMPLETED", "CANCELLED", "CANCELLED", "CANCELLED"]
    assert server.status(endpoint, running)["status"] == "CANCELLED"
    assert server.post(path(endpoint, batch, "/finalize")).status == 409


def test_a_cancelled_draft_never_runs(server, endpoint):
    batch = make(server, endpoint, range(2))
    assert change(server, endpoint, batch, "/cancel")["status"] == "CANCELLED"
    assert {one["status"] for one in requests_of(server, endpoint, batch)["requests"]} == {"CANCELLED"}
    for rest, body in (("/finalize", None), ("/requests", [{"input": 1}])):
        answer = server.post(path(endpoint, batch, rest), body)
        assert answer.status == 409 and "is cancelled" in answer.json["error"]
    assert server.health(endpoint)["jobs"]["inQueue"] == 0


def test_a_batch_that_has_ended_is_not_cancelled(server, endpoint, worker):
    batch = make(server, endpoint, [1])
    change(server, endpoint, batch, "/finalize")
    worker.finish(worker.take(), 1)
    view = change(server, endpoint, batch, "/cancel")
    assert (view["status"], counts(view)) == ("FINALIZED", (1, 0, 1, 0))


def test_ten_batches_at_a_time(server, endpoint, worker):
    batches = [make(server, endpoint, [n]) for n in range(10)]
    answer = server.post(f"/v2/{endpoint}/batch", [])
    assert answer.status == 429 and "Retry-After" in answer.headers and "10 batches" in answer.json["error"]
    change(server, endpoint, batches[0], "/finalize")
    assert server.post(f"/v2/{endpoint}/batch", []).status == 429, "its job has not ended"
    worker.finish(worker.take(), 1)
    make(server, endpoint)
    change(server, endpoint, batches[1], "/cancel")
    make(server, endpoint)
    listed = server.get(f"/v2/{endpoint}/batch?limit=5").json
    assert (len(listed["batches"]), listed["total"], listed["hasMore"]) == (5, 12, True)
    rest = server.get(f"/v2/{endpoint}/batch?offset=5").json
    assert [one["id"] for one in rest["batches"]][-1] == batches[0]["id"] and not rest["hasMore"]
    assert rest["batches"][-1] == look(server, endpoint, batches[0])
    other = server.make_idle_endpoint()
    assert server.get(f"/v2/{other}/batch").json["batches"] == [] and make(server, other)


def test_a_batch_has_at_most_5000_requests(server, endpoint, worker):
    batch = make(server, endpoint, [0] * 4_999)
    assert len(set(batch["requestIds"])) == 4_999
    two = [{"input": 1}] * 2
    answer = server.post(path(endpoint, batch, "/requests"), two)
    assert answer.status == 400 and answer.json["error"] == "a batch has at most 5000 requests"
    change(server, endpoint, batch, "/requests", two[:1])
    assert counts(change(server, endpoint, batch, "/finalize")) == (5_000, 0, 0, 0)
    assert server.health(endpoint)["jobs"]["inQueue"] == 5_000
    last = requests_of(server, endpoint, batch, "?offset=4995&limit=10")
    assert len(last["requests"]) == 5 and not last["hasMore"] and last["total"] == 5_000
    assert requests_of(server, endpoint, batch, "?offset=4995&limit=4")["hasMore"]
    assert change(server, endpoint, batch, "/cancel")["requestFailed"] == 5_000


def test_finalizing_makes_no_queue_longer_than_50000(server, endpoint):
    batches = [make(server, endpoint, range(5_000)) for _ in range(10)]
    for batch in batches[:9]:
        change(server, endpoint, batch, "/finalize")
    server.run(endpoint)
    answer = server.post(path(endpoint, batches[9], "/finalize"))
    assert answer.status == 429 and "Retry-After" in answer.headers and "longer than 50000 jobs" in answer.json["error"]
    assert look(server, endpoint, batches[9])["status"] == "DRAFT"
    change(server, endpoint, batches[0], "/cancel")
    assert change(server, endpoint, batches[9], "/finalize")["status"] == "FINALIZED"
    assert server.post(f"/v2/{endpoint}/purge-queue").json["removed"] == 45_001
    assert counts(look(server, endpoint, batches[9])) == (5_000, 0, 0, 5_000)


def test_changes_at_the_same_time_all_count(server, endpoint, worker):
    batch = make(server, endpoint)
    adding = [worker.later(change, server, endpoint, batch, "/requests", [{"input": n}] * 5) for n in range(8)]
    ids = [one for done in adding for one in done.result()["requestIds"]]
    assert len(set(ids)) == 40 and counts(look(server, endpoint, batch)) == (40, 0, 0, 0)
    finalizing = [worker.later(change, server, endpoint, batch, "/finalize") for _ in range(4)]
    assert {done.result()["status"] for done in finalizing} == {"FINALIZED"}
    assert server.health(endpoint)["jobs"]["inQueue"] == 40


def test_a_crash_loses_nothing_and_doubles_nothing(servers, make_worker):
    server = servers().start()
    endpoint = server.make_idle_endpoint()
    draft, final = make(server, endpoint, ["d" * 70_000]), make(server, endpoint, ["a", "b"])
    change(server, endpoint, final, "/finalize")
    server.kill_server()
    server.wait_ready()
    assert look(server, endpoint, draft)["status"] == "DRAFT" and look(server, endpoint, final)["status"] == "FINALIZED"
    change(server, endpoint, final, "/finalize")
    change(server, endpoint, draft, "/finalize")
    worker = make_worker(server, endpoint)
    inputs = []
    for _ in range(3):
        job = worker.take()
        inputs.append(job["input"])
        worker.finish(job, "done")
    assert inputs == ["a", "b", "d" * 70_000] and server.health(endpoint)["jobs"]["inQueue"] == 0
    assert counts(look(server, endpoint, draft)) == (1, 0, 1, 0)


def test_finalizing_resumes_after_a_full_queue_refused_the_rest(servers, make_worker):
    server = servers("--queue-max", "2").start()
    endpoint = server.make_idle_endpoint()
    batch = make(server, endpoint, range(3))
    answer = server.post(path(endpoint, batch, "/finalize"))
    assert answer.status == 429 and "queue of this endpoint is full" in answer.json["error"]
    assert look(server, endpoint, batch)["status"] == "DRAFT"
    worker = make_worker(server, endpoint)
    assert worker.take()["input"] == 0
    taken = server.request("DELETE", path(endpoint, batch, f"/requests/{batch['requestIds'][0]}"))
    assert taken.status == 409 and taken.json["error"] == "this request is a job already; finalize the batch"
    assert change(server, endpoint, batch, "/finalize")["status"] == "FINALIZED"
    worker.finish(batch["requestIds"][0], "done")
    for n in (1, 2):
        job = worker.take()
        assert job["input"] == n
        worker.finish(job, "done")
    assert counts(look(server, endpoint, batch)) == (3, 0, 3, 0)


@pytest.mark.parametrize(
    "body, error",
    [
        (b"[", "the body is not valid JSON: "),
        (b"{}", "the body must be an array of requests"),
        (b'{"requests": 1}', "the body must be an array of requests"),
        (b"17", "the body must be an array of requests"),
        (b'[{"input": 1}, {}]', 'requests[1]: "input" is missing or null'),
        (b'[{"input": 1, "policy": {"ttl": 1}}]', "requests[0]: policy.ttl must be"),
        (b'[{"input": 1, "webhook": 1}]', "requests[0]: webhook must be a URL"),
        (json.dumps([{"input": 1}] * 5_001).encode(), "a batch has at most 5000 requests"),
        (b"[" + b" " * (10 << 20) + b"]", "exceeded max body size of 10MiB"),
    ],
)
def test_bad_bodies(server, endpoint, body, error):
    batch = make(server, endpoint)
    for where in (f"/v2/{endpoint}/batch", path(endpoint, batch, "/requests")):
        answer = server.post(where, body)
        assert answer.status == 400 and answer.json["error"].startswith(error), answer.text
    assert counts(look(server, endpoint, batch)) == (0, 0, 0, 0)


@pytest.mark.parametrize("query, name", [("limit=0", "limit"), ("limit=501", "limit"), ("limit=x", "limit"), ("offset=-1", "offset"), ("offset=", "offset")])
def test_bad_parameters(server, endpoint, query, name):
    batch = make(server, endpoint)
    for where in (f"/v2/{endpoint}/batch", path(endpoint, batch, "/requests")):
        answer = server.get(f"{where}?{query}")
        assert answer.status == 400 and answer.json["error"].startswith(f"{name} is invalid; must be between ")


DOORS = [
    ("GET", ""),
    ("GET", "/requests"),
    ("POST", "/requests"),
    ("POST", "/finalize"),
    ("POST", "/cancel"),
    ("PUT", "/requests/019a0000-0000-7000-8000-000000000000-u1"),
    ("DELETE", "/requests/019a0000-0000-7000-8000-000000000000-u1"),
]


@pytest.mark.parametrize("method, rest", DOORS)
def test_bad_callers_and_ids(server, endpoint, method, rest):
    body = {"POST": b"[]", "PUT": b'{"input": 1}'}.get(method)
    batch = make(server, server.make_idle_endpoint(), [1])
    for other in (batch["id"], NO_BATCH, "batch_", "x", batch["id"].upper(), "%00"):
        answer = server.request(method, path(endpoint, other, rest), body)
        assert answer.status == 404, (other, answer.text)
    assert server.request(method, path(endpoint, NO_BATCH, rest), body, key=None).status == 401
    assert server.request("PATCH", path(endpoint, NO_BATCH, rest), body).status == 405


def test_an_empty_batch_is_not_finalized(server, endpoint):
    answer = server.post(path(endpoint, make(server, endpoint), "/finalize"))
    assert answer.status == 400 and answer.json["error"] == "the batch has no requests; add some first"


def test_a_batch_of_an_endpoint_that_is_not_there(server):
    for method in ("GET", "POST"):
        answer = server.request(method, "/v2/abcdefghij0123/batch")
        assert answer.status == 404 and answer.json["error"].startswith("endpoint not found")
