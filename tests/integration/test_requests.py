"""/requests: an endpoint's jobs, live and ended, searched and paged."""

import time

import pytest


@pytest.fixture
def three(server, endpoint, worker):
    """A failed, a running and a waiting job, in the order of their submission."""
    jobs = [server.run(endpoint, {"n": n}) for n in range(3)]
    assert worker.take()["id"] == jobs[0]
    assert worker.done(jobs[0], {"error": "CUDA out of memory", "output": {"secret": 1}}).status == 200
    assert worker.take()["id"] == jobs[1]
    return jobs


def page(server, endpoint, **parameters):
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    answer = server.get(f"/v2/{endpoint}/requests?{query}")
    assert answer.status == 200, answer.text
    assert set(answer.json) - {"pilotlight"} == {"requests", "next"}
    return answer.json


def found(server, endpoint, **parameters):
    """The ids on the only page."""
    answer = page(server, endpoint, **parameters)
    assert answer["next"] is None
    return [view["id"] for view in answer["requests"]]


def test_all_jobs_newest_first_without_their_bodies(server, endpoint, worker, three):
    before = time.time() * 1000
    waiting, running, failed = page(server, endpoint)["requests"]
    assert [waiting["id"], running["id"], failed["id"]] == three[::-1]
    assert set(waiting) == {"id", "status", "createdAt"} and waiting["status"] == "IN_QUEUE"
    assert running["status"] == "IN_PROGRESS" and running["workerId"] == worker.id
    assert running["createdAt"] + running["delayTime"] <= running["startedAt"]
    view = server.status(endpoint, three[0])
    del view["output"]
    times = {name: failed.pop(name) for name in ("createdAt", "startedAt", "completedAt")}
    assert failed == view and failed["error"] == "CUDA out of memory"
    assert times["completedAt"] - times["startedAt"] == failed["executionTime"]
    assert before - 60_000 < times["createdAt"] <= times["startedAt"] <= times["completedAt"] < before + 60_000


def test_a_page_with_a_waiting_job_says_why(server, endpoint, three):
    why = server.health(endpoint)["pilotlight"]
    assert why["waiting"]["reason"]
    assert page(server, endpoint)["pilotlight"] == why
    assert "pilotlight" not in page(server, endpoint, status="IN_PROGRESS,FAILED")


@pytest.mark.parametrize(
    "parameters, which",
    [
        ({"status": "FAILED"}, [0]),
        ({"status": "IN_QUEUE,IN_PROGRESS"}, [2, 1]),
        ({"status": "COMPLETED"}, []),
        ({"error": "out%20of%20MEMORY"}, [0]),
        ({"error": "output"}, []),
        ({"error": "secret"}, []),
        ({"error": "cuda", "status": "IN_QUEUE"}, []),
        ({"completedFrom": "2020-01-01"}, [0]),
        ({"completedTo": "2020-01-01"}, []),
        ({"createdFrom": "2020-01-01T00:00:00Z"}, [2, 1, 0]),
        ({"createdTo": "1577836800000"}, []),
    ],
)
def test_a_search(server, endpoint, three, parameters, which):
    assert found(server, endpoint, **parameters) == [three[n] for n in which]


def test_a_search_by_what_is_only_known_then(server, endpoint, worker, three):
    assert found(server, endpoint, workerId=worker.id) == [three[1], three[0]]
    assert found(server, endpoint, workerId="abcdefghij0123") == []
    for length in (1, 8, 13, 18, 30, len(three[1])):
        assert three[1] in found(server, endpoint, id=three[1][:length])
    assert found(server, endpoint, id=three[1]) == [three[1]]
    middle, last = (view["createdAt"] for view in page(server, endpoint)["requests"][1::-1])
    between = found(server, endpoint, createdFrom=middle, createdTo=last)
    assert set(between) <= set(three[:2]) and (middle == last or three[1] in between)


def test_errors_that_the_server_words_are_found(server, endpoint):
    job = server.run(endpoint, policy={"ttl": 10_000})
    server.wait_status(endpoint, job, "TIMED_OUT")
    assert found(server, endpoint, error="TTL ended") == [job]
    assert page(server, endpoint)["requests"][0]["error"] == server.status(endpoint, job)["error"]


def test_a_long_error_is_cut_and_found_to_its_end(server, endpoint, worker):
    job = server.run(endpoint)
    worker.take()
    worker.done(job, {"error": "ü" * 20_000 + " the end", "output": "x" * 100_000})
    view = page(server, endpoint, error="the%20end")["requests"][0]
    assert view["id"] == job and view["error"] == "ü" * 512


def test_pages_bring_every_job_once_while_jobs_end(server, endpoint, worker):
    jobs = [server.run(endpoint) for _ in range(23)]
    seen, parameters = [], {"limit": 5}
    while True:
        answer = page(server, endpoint, **parameters)
        seen += [view["id"] for view in answer["requests"]]
        server.run(endpoint)
        worker.finish(worker.take(), "done")
        if answer["next"] is None:
            break
        parameters["cursor"] = answer["next"]
    assert seen == jobs[::-1]
    assert found(server, endpoint, status="COMPLETED", limit=6) == jobs[4::-1]


def test_an_endpoint_shows_its_own_jobs_only(server, endpoint, three):
    other = server.make_idle_endpoint()
    job = server.run(other)
    assert found(server, other) == [job] and found(server, endpoint) == three[::-1]


def test_a_job_that_is_no_longer_kept_is_not_shown(server, endpoint, worker, three):
    assert server.get(f"/v2/{endpoint}/status/{three[0]}?ttl=0").status == 200
    assert found(server, endpoint) == [three[2], three[1]]


def test_a_retried_job_stands_where_it_stood_and_waits(server, endpoint, three):
    assert server.post(f"/v2/{endpoint}/retry/{three[0]}").status == 200
    views = page(server, endpoint)["requests"]
    assert views[2]["id"] == three[0] and views[2]["status"] == "IN_QUEUE" and "error" not in views[2]


def test_jobs_are_shown_after_a_crash(servers):
    server = servers().start()
    endpoint = server.make_idle_endpoint()
    jobs = [server.run(endpoint) for _ in range(3)]
    before = page(server, endpoint)["requests"]
    server.kill_server()
    server.wait_ready()
    assert page(server, endpoint)["requests"] == before and found(server, endpoint) == jobs[::-1]


def test_a_search_among_very_many_rows_stops_and_goes_on(servers):
    server = servers().start()
    quiet = server.make_idle_endpoint()
    job = server.run(quiet)
    for _ in range(3):
        busy = server.make_idle_endpoint()
        for _ in range(7):
            batch = server.post(f"/v2/{busy}/batch", [{"input": 1}] * 5_000).json["id"]
            assert server.post(f"/v2/{busy}/batch/{batch}/finalize").status == 200
            assert server.post(f"/v2/{busy}/batch/{batch}/cancel").status == 200
    first = page(server, quiet)
    assert first["requests"] == [] and first["next"], "the newest 100,000 rows are the neighbours'"
    assert found(server, quiet, cursor=first["next"]) == [job]
    assert found(server, quiet, id=job[:13]) == [job], "the beginning of an id leaves out the others"
    assert len(page(server, busy, limit=500)["requests"]) == 500
    assert page(server, busy, status="FAILED")["requests"] == []


@pytest.mark.parametrize("name", ["limit", "status", "createdFrom", "createdTo", "completedFrom", "completedTo", "id", "workerId", "cursor"])
@pytest.mark.parametrize("value", ["", "-1", "x y", "%00", "NaN", "9" * 400, "%F0%9F%9A%80"])
def test_bad_parameters(server, endpoint, name, value):
    answer = server.get(f"/v2/{endpoint}/requests?{name}={value}")
    if (name, value) == ("id", ""):
        assert answer.status == 200
    else:
        assert answer.status == 400 and answer.json["error"].startswith(f"{name} is invalid; must be ")


def test_bad_callers(server, endpoint):
    assert server.get(f"/v2/{endpoint}/requests", key=None).status == 401
    assert server.get("/v2/abcdefghij0123/requests").status == 404
    assert server.get("/v2/No..pe/requests").status == 404
    assert server.post(f"/v2/{endpoint}/requests").status == 405
