"""/metrics: an endpoint in figures."""

WORKERS = {"idle", "initializing", "ready", "running", "throttled", "unhealthy"}


def metrics(server, endpoint):
    answer = server.get(f"/v2/{endpoint}/metrics")
    assert answer.status == 200, answer.text
    return answer.json


def test_a_new_endpoint(server, endpoint):
    told = metrics(server, endpoint)
    assert set(told["workers"]) == WORKERS and not any(told["workers"].values())
    assert told["readyWorkers"] == [] and told["queueDelay"] == 0 and not any(told["jobs"].values())
    assert told["recent"] == {"jobs": 0, "delayTime": None, "executionTime": None}


def test_figures_follow_the_jobs(server, endpoint, worker):
    ran, broke, runs, waits, gone = [server.run(endpoint) for _ in range(5)]
    worker.take()
    worker.finish(ran, 1)
    worker.take()
    worker.done(broke, {"error": "it broke"})
    assert worker.take()["id"] == runs
    server.post(f"/v2/{endpoint}/cancel/{gone}")
    told, health = metrics(server, endpoint), server.health(endpoint)
    wanted = {"inQueue": 1, "inProgress": 1, "submitted": 5, "completed": 1, "failed": 1, "cancelled": 1, "timedOut": 0, "retried": 0}
    assert told["jobs"] == wanted
    assert told["workers"] == health["workers"] and told["workers"]["running"] == 1
    views = [server.status(endpoint, job) for job in (ran, broke)]
    assert told["recent"]["jobs"] == 2
    for name in ("delayTime", "executionTime"):
        low, high = sorted(view[name] for view in views)
        assert told["recent"][name] == {"p50": low, "p70": high, "p90": high, "p98": high, "max": high}
    oldest = metrics(server, endpoint)["queueDelay"]
    assert oldest >= told["queueDelay"]


def test_the_jobs_that_ran_out_of_time_are_told_apart(server, endpoint):
    job = server.run(endpoint, policy={"ttl": 10_000})
    server.wait_status(endpoint, job, "TIMED_OUT")
    jobs = metrics(server, endpoint)["jobs"]
    assert (jobs["failed"], jobs["timedOut"]) == (0, 1) and server.health(endpoint)["jobs"]["failed"] == 1


def test_a_worker_that_waits_for_a_job_is_ready(server, endpoint, worker):
    parked = worker.later(worker.take)
    while not metrics(server, endpoint)["readyWorkers"]:
        assert not parked.done()
    told = metrics(server, endpoint)
    assert told["readyWorkers"] == [worker.id] and told["workers"]["ready"] == 1
    job = server.run(endpoint)
    assert parked.result()["id"] == job and metrics(server, endpoint)["readyWorkers"] == []


def test_counts_survive_a_crash_and_times_do_not(servers, make_worker):
    server = servers().start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    server.run(endpoint)
    worker.finish(worker.take(), 1)
    before = metrics(server, endpoint)
    server.kill_server()
    server.wait_ready()
    after = metrics(server, endpoint)
    assert after["jobs"] == before["jobs"] and before["recent"]["jobs"] == 1 and after["recent"]["jobs"] == 0


def test_bad_callers(server, endpoint):
    assert server.get(f"/v2/{endpoint}/metrics", key=None).status == 401
    assert server.get("/v2/abcdefghij0123/metrics").status == 404
    assert server.post(f"/v2/{endpoint}/metrics").status == 405
