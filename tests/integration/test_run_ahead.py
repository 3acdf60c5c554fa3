"""Several short jobs in one answer, for workers whose package rests a second after each take (1.7.6 on)."""

import json

import pytest
from harness.server import PYTHON, ROOT

COMMAND = f"{PYTHON} -u {ROOT}/tests/workers/sdk_worker.py"
ENOUGH = 8  # ended jobs, after which the server judges how long those of an endpoint take


def run_short_jobs(server, endpoint, worker, count=ENOUGH):
    for n in range(count):
        server.run(endpoint, n)
        worker.finish(worker.take(), n)


def take_ids(worker):
    return [job["id"] for job in worker.take_several()]


def test_a_worker_that_rests_gets_short_jobs_together(server, endpoint, worker):
    run_short_jobs(server, endpoint, worker)
    jobs = [server.run(endpoint, {"n": n}) for n in range(30)]
    answer = worker.take_answer()
    assert answer.headers["Content-Type"].startswith("application/json")
    assert [job["id"] for job in answer.json] == jobs and answer.json[3]["input"] == {"n": 3}
    assert {server.status(endpoint, job)["status"] for job in jobs} == {"IN_PROGRESS"}
    for job in jobs:
        worker.finish(job, "done")
    assert {server.status(endpoint, job)["output"] for job in jobs} == {"done"}


@pytest.mark.parametrize("sdk", ["1.7.5", "1.7.4", "1.7.1", "1.6.2"])
def test_one_that_does_not_rest_gets_them_one_by_one(server, endpoint, make_worker, sdk):
    worker = make_worker(server, endpoint, sdk=sdk)
    run_short_jobs(server, endpoint, worker)
    jobs = [server.run(endpoint, n) for n in range(5)]
    assert take_ids(worker) == jobs[:1]


def test_execution_time_counts_from_the_turn(server, endpoint, worker):
    run_short_jobs(server, endpoint, worker)
    jobs = [server.run(endpoint, n) for n in range(3)]
    assert take_ids(worker) == jobs
    for job in jobs:
        worker.progress(job, "begun")
        worker.finish(job, "done")
    views = [server.status(endpoint, job) for job in jobs]
    steps = [server.get(f"/v2/{endpoint}/jobs/{job}/events").json["events"] for job in jobs]
    assert [[step["event"] for step in past] for past in steps] == [["submitted", "leased", "ended"]] * 3, steps
    begun = [past[1]["at"] for past in steps]
    assert begun == sorted(begun) and all(view["delayTime"] >= 0 for view in views)


def test_a_job_cancelled_before_its_turn_is_dropped(server, endpoint, worker):
    run_short_jobs(server, endpoint, worker)
    jobs = [server.run(endpoint, n) for n in range(3)]
    assert take_ids(worker) == jobs
    assert server.post(f"/v2/{endpoint}/cancel/{jobs[1]}").json["status"] == "CANCELLED"
    for job in jobs:
        worker.finish(job, "done")
    assert [server.status(endpoint, job)["status"] for job in jobs] == ["COMPLETED", "CANCELLED", "COMPLETED"]


def test_what_waits_behind_a_long_job_goes_to_a_free_worker(server, endpoint, worker, make_worker):
    run_short_jobs(server, endpoint, worker)
    jobs = [server.run(endpoint, n) for n in range(3)]
    assert take_ids(worker) == jobs
    other = make_worker(server, endpoint)
    assert take_ids(other) == [jobs[1]], "after a second behind the first, which does not end"
    other.finish(jobs[1], "other")
    assert server.status(endpoint, jobs[1])["output"] == "other"
    worker.finish(jobs[1], "late")
    assert server.status(endpoint, jobs[1])["output"] == "other", "it has one result"


def test_turns_survive_a_kill_of_the_server(servers, make_worker):
    server = servers().start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    run_short_jobs(server, endpoint, worker)
    jobs = [server.run(endpoint, n) for n in range(4)]
    assert take_ids(worker) == jobs
    worker.finish(jobs[0], "done")
    server.kill_server()
    server.wait_ready()
    assert {server.status(endpoint, job)["status"] for job in jobs[1:]} == {"IN_PROGRESS"}
    for job in jobs[1:]:
        worker.finish(job, "done")
    assert {server.status(endpoint, job)["output"] for job in jobs} == {"done"}


def test_the_option_ends_it(servers, make_worker):
    server = servers("--run-ahead", "0s").start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    run_short_jobs(server, endpoint, worker)
    jobs = [server.run(endpoint, n) for n in range(5)]
    assert take_ids(worker) == jobs[:1]


def test_the_real_package_runs_them_one_after_the_other(server):
    """One by one this would take the package five minutes."""
    endpoint = server.make_endpoint(COMMAND, idleTimeout=5, workersMax=1)
    jobs = [server.run(endpoint, {"n": n}) for n in range(300)]
    views = [server.wait_final(endpoint, job, 100) for job in jobs]
    assert [view["output"]["echo"]["n"] for view in views] == list(range(300))
    assert not any(view.get("retries") for view in views)
    told = "".join(text for text in server.worker_logs().values() if jobs[0] in text)
    assert all(told.count(json.dumps(job)) == told.count(json.dumps(jobs[0])) for job in jobs), "each ran once"


def test_a_worker_that_dies_charges_what_it_had_begun(server):
    endpoint = server.make_endpoint(COMMAND, idleTimeout=5, workersMax=1)
    tasks = [{"exit": 3} if n == 40 else {"n": n} for n in range(100)]
    jobs = [server.run(endpoint, task) for task in tasks]
    views = [server.wait_final(endpoint, job, 200) for job in jobs]
    assert [view["status"] for view in views] == ["FAILED" if n == 40 else "COMPLETED" for n in range(100)]
    assert [n for n, view in enumerate(views) if view.get("retries")] == [40]
