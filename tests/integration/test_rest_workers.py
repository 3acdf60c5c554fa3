"""The workers of an endpoint under /v2/serverless, beside /health and after changes."""

import time

from harness import processes
from harness.rest_v2 import is_answer, is_problem
from harness.server import PYTHON, ROOT

ALL = "/v2/serverless"
WORKERS = f"{ALL}/{{id}}/workers"
COMMAND = f"{PYTHON} -u {ROOT}/tests/workers/sdk_worker.py"
PLAIN = {
    "name": "demo", "type": "QUEUE", "image": "", "args": COMMAND, "gpu": {"pools": ["ADA_24"], "count": 2}, "workers": {"min": 0, "max": 1, "idleTimeout": 300},
    "scaling": {"type": "QUEUE_DELAY", "queueDelay": 1},
}


def make(server, **fields):
    answer = server.post(ALL, PLAIN | fields)
    assert answer.status == 201, answer.text
    return answer.json["id"]


def view_of(server, endpoint):
    answer = server.get(f"{ALL}/{endpoint}/workers")
    assert is_answer(answer, WORKERS)
    return answer.json


def test_the_summary_of_a_crash_loop_is_that_of_health(server):
    endpoint = make(server, args="/bin/sh -c 'exit 7'")
    server.run(endpoint)
    equal, different = 0, []
    end = time.monotonic() + 60
    while equal < 5:
        assert time.monotonic() < end and len(different) < 2, different or "no crash loop came"
        before, view, after = server.health(endpoint)["workers"], view_of(server, endpoint), server.health(endpoint)["workers"]
        if before == after and after["unhealthy"]:
            if view["summary"] == {name: after[name] for name in ("running", "idle", "initializing", "throttled", "unhealthy")} | {"total": 1}:
                equal += 1
            else:  # a whole attempt may pass between two of the questions, hardly twice
                different.append((view, after))
        time.sleep(0.2)


def test_a_worker_of_an_older_version(server):
    endpoint = make(server)
    job = server.run(endpoint, {"sleep": 6})
    (worker,) = processes.wait_until(lambda: [one for one in view_of(server, endpoint)["workers"] if one["status"] == "RUNNING"], 30, "a worker at its job")
    assert (worker["gpuCount"], worker["isStale"]) == (2, False)
    assert server.request("PATCH", f"{ALL}/{endpoint}", body={"gpu": {"count": 4}}).status == 200
    old = next(one for one in view_of(server, endpoint)["workers"] if one["id"] == worker["id"])
    assert (old["isStale"], old["version"], old["image"]) == (True, 0, None)
    assert old["gpuCount"] == 4, "the endpoint's: null is no answer for it"
    server.wait_final(endpoint, job)


def test_a_worker_that_outlives_the_server_has_no_start(servers):
    server = servers().start()
    endpoint = make(server)
    server.wait_final(endpoint, server.run(endpoint))
    (worker,) = view_of(server, endpoint)["workers"]
    assert worker["startedAt"] and worker["uptimeSeconds"] >= 0
    server.kill_server()
    server.wait_ready()
    (again,) = processes.wait_until(lambda: view_of(server, endpoint)["workers"], 30, "the worker")
    assert (again["id"], again["startedAt"], again["uptimeSeconds"]) == (worker["id"], None, None)


def test_the_log_of_a_deleted_endpoints_worker(server):
    endpoint = make(server)
    server.wait_final(endpoint, server.run(endpoint))
    (worker,) = view_of(server, endpoint)["workers"]
    assert server.request("DELETE", f"{ALL}/{endpoint}").status == 204
    answer = server.get(f"{ALL}/{endpoint}/workers/{worker['id']}/logs")
    assert is_problem(answer, 404, "resource not found: there is no such endpoint")
    lines = server.get(f"/v1/pod/{worker['id']}/logs").json["container"]
    assert any("Started." in line for line in lines), lines
