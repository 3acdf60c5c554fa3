"""Beyond RunPod's queue: priorities, delays, retries with a pause, dead letters, and what happened to a job."""

import time

import pytest
from harness import processes
from harness.client import unlike


def fail(server, worker, job):
    assert worker.take()["id"] == job
    assert worker.done(job, {"error": "it broke"}).status == 200


def work(worker, jobs):
    """The ids of the next jobs, in the order in which the worker gets them."""
    ids = []
    for _ in range(jobs):
        ids.append(worker.take()["id"])
        worker.finish(ids[-1], 1)
    return ids


def events(server, endpoint, job):
    answer = server.get(f"/v2/{endpoint}/jobs/{job}/events")
    assert answer.status == 200, answer.text
    assert answer.json["id"] == job
    times = [event["at"] for event in answer.json["events"]]
    assert times == sorted(times)
    return answer.json


def names(found):
    return [event["event"] + ":" + event.get("reason", "") for event in found["events"]]


def test_a_higher_priority_goes_first(server, endpoint, worker):
    jobs = [server.run(endpoint, n, policy={"priority": n}) for n in (-10, 0, 3, 10)]
    assert work(worker, 4) == jobs[::-1]


@pytest.mark.parametrize("how", ["delay", "notBefore", "notBefore as text"])
def test_a_job_waits_for_its_time_and_says_so(server, endpoint, worker, how):
    at = time.time() + 2
    text = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at + 1))
    policy = {
        "delay": {"delay": 2_000},
        "notBefore": {"notBefore": int(at * 1000)},
        "notBefore as text": {"notBefore": text},
    }[how]
    later = server.run(endpoint, "later", policy=policy)
    now = server.run(endpoint, "now")
    waiting = server.status(endpoint, later)["pilotlight"]
    assert waiting["waiting"]["reason"] == "delayed"
    assert waiting["expectedStart"] is None or waiting["expectedStart"] >= waiting["waiting"]["until"]
    assert events(server, endpoint, later)["notBefore"] == waiting["waiting"]["until"]
    assert worker.take()["id"] == now
    worker.finish(now, 1)
    assert worker.take()["id"] == later
    assert time.time() >= at - 0.1
    assert server.status(endpoint, later)["delayTime"] < 1_900


@pytest.mark.parametrize(
    "policy, word",
    [
        ({"priority": 11}, "policy.priority"),
        ({"priority": -11}, "policy.priority"),
        ({"priority": 1.5}, "policy.priority"),
        ({"priority": "1"}, "policy.priority"),
        ({"delay": -1}, "policy.delay"),
        ({"delay": 604_800_001}, "policy.delay"),
        ({"notBefore": "soon"}, "policy.notBefore"),
        ({"notBefore": -1}, "policy.notBefore"),
        ({"notBefore": {}}, "policy.notBefore"),
        ({"notBefore": "2026-02-30"}, "policy.notBefore"),
        ({"delay": 20_000, "ttl": 20_000}, "raise policy.ttl"),
    ],
)
def test_what_cannot_be_meant_is_refused(server, endpoint, policy, word):
    answer = server.post(f"/v2/{endpoint}/run", {"input": 1, "policy": policy})
    assert answer.status == 400 and word in answer.json["error"]


def test_nulls_mean_nothing(server, endpoint):
    policy = {"priority": None, "delay": None, "notBefore": None}
    assert server.post(f"/v2/{endpoint}/run", {"input": 1, "policy": policy}).status == 200


def test_turns_hold_over_a_killed_server(servers, make_worker):
    server = servers().start()
    endpoint = server.make_idle_endpoint()
    later = server.run(endpoint, "later", policy={"delay": 3_000})
    low, high = (server.run(endpoint, n, policy={"priority": n}) for n in (-1, 1))
    server.kill_server()
    worker = make_worker(server, endpoint)
    assert work(worker, 3) == [high, low, later]


def test_requests_of_a_batch_have_their_turns(server, endpoint, worker):
    batch = server.post(
        f"/v2/{endpoint}/batch", [{"input": 1}, {"input": 2, "policy": {"priority": 5}}]
    ).json
    assert server.post(f"/v2/{endpoint}/batch/{batch['id']}/finalize").status == 200
    first = worker.take()
    assert first["input"] == 2
    worker.finish(first["id"], 1)
    assert worker.take()["input"] == 1


def test_a_failed_job_is_retried_after_a_pause_and_lists_events(server, make_worker):
    endpoint = server.make_idle_endpoint(retryFailed=True, retriesMax=1, retryDelayMs=1_000)
    worker = make_worker(server, endpoint)
    job = server.run(endpoint, 1)
    fail(server, worker, job)
    view = server.status(endpoint, job)
    assert (view["status"], view["retries"]) == ("IN_QUEUE", 1)
    assert view["pilotlight"]["waiting"]["reason"] == "delayed"
    fail(server, worker, job)
    view = server.status(endpoint, job)
    assert (view["status"], view["error"], view["retries"]) == ("FAILED", "it broke", 1)
    told = events(server, endpoint, job)
    assert told["status"] == "FAILED"
    assert names(told) == ["submitted:", "leased:", "returned:failed", "leased:", "ended:"]
    assert [event.get("workerId") for event in told["events"]] == [None] + [worker.id] * 4
    assert [event.get("error") for event in told["events"]] == [None, None, "it broke", None, None]
    assert server.health(endpoint)["jobs"]["retried"] == 1


def test_a_job_kept_from_a_worker_keeps_none_behind_it(server, make_worker):
    endpoint = server.make_idle_endpoint(retryFailed=True, retriesMax=1, retryDelayMs=1)
    worker = make_worker(server, endpoint)
    long, failing = server.run(endpoint, 1), server.run(endpoint, 2)
    assert {job["id"] for job in worker.take_batch(4)} == {long, failing}
    assert worker.done(failing, {"error": "it broke"}).status == 200
    server.wait_status(endpoint, failing, "IN_QUEUE", 10)
    behind = server.run(endpoint, 3)
    assert [job["id"] for job in worker.take_batch(4, in_progress=1, timeout=3)] == [behind]
    parked = worker.later(worker.take_batch, 4, in_progress=1)
    told = processes.wait_until(
        lambda: (got := server.status(endpoint, failing)["pilotlight"]["waiting"])["reason"] == "workers_busy" and got, 10
    )
    assert "may still hold" in told["text"] and server.health(endpoint)["pilotlight"]["waiting"] == told
    for _ in range(2):
        worker.ping(long, behind)
    assert [job["id"] for job in parked.result(10)] == [failing]


def test_queue_settings_are_shown_checked_and_default_to_runpods(server):
    fields = "retriesMax retryFailed retryDelayMs retryDelayMaxMs deadLetterKeepMs queueMax"
    endpoint = server.make_idle_endpoint()
    select = "query { myself { endpoint(id: %s) { %s } } }"
    shown = server.graphql(select % (f'"{endpoint}"', fields))["myself"]["endpoint"]
    assert shown == {
        "retriesMax": None,
        "retryFailed": False,
        "retryDelayMs": 0,
        "retryDelayMaxMs": 0,
        "deadLetterKeepMs": 0,
        "queueMax": 0,
    }
    wanted = {
        "retriesMax": 5,
        "retryFailed": True,
        "retryDelayMs": 10,
        "retryDelayMaxMs": 20,
        "deadLetterKeepMs": 30,
        "queueMax": 40,
    }
    saved = server.save_endpoint(fields, id=endpoint, name="an endpoint", **wanted)
    assert saved == wanted
    for name, value in {name: -1 for name in wanted if name != "retryFailed"}.items() | {("retriesMax", 101)}:
        change = f'{{id: "{endpoint}", name: "an endpoint", {name}: {value}}}'
        error = server.graphql_error(f"mutation {{ saveEndpoint(input: {change}) {{ id }} }}")
        assert error.startswith(name) and " must " in error


def test_dead_letters_are_listed_and_requeued(server, make_worker):
    endpoint = server.make_idle_endpoint(deadLetterKeepMs=86_400_000)
    worker = make_worker(server, endpoint)
    dead = [server.run(endpoint, n) for n in range(3)]
    for job in dead:
        fail(server, worker, job)
    good = server.run(endpoint, 3)
    assert worker.take()["id"] == good
    worker.finish(good, 1)
    url = f"/v2/{endpoint}/dead-letters"
    listed = server.get(url).json
    assert [view["id"] for view in listed["requests"]] == dead[::-1] and listed["next"] is None
    assert {view["error"] for view in listed["requests"]} == {"it broke"}
    first = server.post(f"{url}/requeue?limit=1")
    assert (first.status, first.json["requeued"], first.json["refused"]) == (200, 1, [])
    rest = server.post(f"{url}/requeue?cursor={first.json['next']}").json
    assert (rest["requeued"], rest["refused"], rest["next"]) == (2, [], None)
    assert server.get(url).json["requests"] == []
    assert sorted(work(worker, 3)) == sorted(dead)
    assert names(events(server, endpoint, dead[0])) == ["submitted:", "leased:", "ended:", "retried:", "leased:", "ended:"]


def test_dead_letters_have_the_doors_of_requests(server, endpoint):
    assert server.get(f"/v2/{endpoint}/dead-letters?status=COMPLETED").status == 400
    assert server.get(f"/v2/{endpoint}/dead-letters?limit=0").status == 400
    assert server.get("/v2/nosuchendpoint/dead-letters").status == 404
    assert server.post("/v2/nosuchendpoint/dead-letters/requeue").status == 404
    assert server.get(f"/v2/{endpoint}/dead-letters", key=False).status == 401
    assert server.post(f"/v2/{endpoint}/dead-letters/requeue").json == {"requeued": 0, "refused": [], "next": None}


def test_events_of_what_is_not_there(server, endpoint):
    job = server.run(endpoint, 1)
    other = server.make_idle_endpoint()
    for path in (f"{other}/jobs/{job}", f"{endpoint}/jobs/{unlike(job)}", f"{endpoint}/jobs/x"):
        assert server.get(f"/v2/{path}/events").status == 404
    assert names(events(server, endpoint, job)) == ["submitted:"]


def test_an_endpoint_bounds_its_own_queue(server):
    endpoint = server.make_idle_endpoint(queueMax=2)
    for n in range(2):
        server.run(endpoint, n)
    answer = server.post(f"/v2/{endpoint}/run", {"input": 3})
    assert answer.status == 429 and "(2 jobs)" in answer.json["error"] and "Retry-After" in answer.headers
