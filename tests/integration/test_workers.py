"""/workers: an endpoint's workers, and their replacement."""

import json
import threading

from harness import processes
from harness.server import PYTHON


def workers(server, endpoint):
    answer = server.get(f"/v2/{endpoint}/workers")
    assert answer.status == 200, answer.text
    return answer.json


def restart(server, endpoint, query=""):
    answer = server.post(f"/v2/{endpoint}/workers/restart{query}")
    assert answer.status == 200, answer.text
    return answer.json["version"]


def runsync(server, endpoint):
    return server.post(f"/v2/{endpoint}/runsync", {"input": {}}, timeout=100).json


def write(folder, word, seconds=0):
    """A handler that answers the word after some seconds."""
    code = f"import time, runpod\n\ndef handler(job):\n    time.sleep({seconds})\n    return {word!r}\n\n"
    (folder / "handler.py").write_text(code + "runpod.serverless.start({'handler': handler})\n")


def real_endpoint(server, folder, **settings):
    command = json.dumps([str(PYTHON), "-u", "handler.py"])
    return server.make_endpoint(command, f"process:{folder}", workersMax=1, **settings)


def test_an_endpoint_without_workers_lists_none(server, endpoint):
    assert workers(server, endpoint) == {"version": 0, "workers": []}


def test_a_worker_by_hand_is_listed_with_its_job(server, endpoint, worker):
    (told,) = workers(server, endpoint)["workers"]
    assert (told["state"], told["byHand"], told["readyAt"], told["jobs"]) == ("STARTING", True, None, [])
    job = server.run(endpoint)
    worker.take()
    (told,) = workers(server, endpoint)["workers"]
    assert (told["state"], told["jobs"], told["version"]) == ("BUSY", [job], 0)
    assert told["createdAt"] <= told["readyAt"] and told["startedAt"] is None


def test_a_restart_makes_the_next_job_run_new_code(server, tmp_path):
    write(tmp_path, "old")
    endpoint = real_endpoint(server, tmp_path, workersMin=1)
    assert runsync(server, endpoint)["output"] == "old"
    (old,) = workers(server, endpoint)["workers"]
    assert old["createdAt"] <= old["startedAt"] <= old["readyAt"] and old["runpodVersion"]
    write(tmp_path, "new")
    assert restart(server, endpoint) == 1
    assert runsync(server, endpoint)["output"] == "new"
    (new,) = workers(server, endpoint)["workers"]
    assert new["id"] != old["id"] and new["version"] == 1


def test_a_restart_waits_for_a_running_job_or_kills_it_on_demand(server, tmp_path):
    write(tmp_path, "old", 3)
    endpoint = real_endpoint(server, tmp_path)
    for query, output in (("", "old"), ("?kill=1", "new")):
        answers = []
        client = threading.Thread(target=lambda: answers.append(runsync(server, endpoint)))
        client.start()
        processes.wait_until(lambda: [w for w in workers(server, endpoint)["workers"] if w["state"] == "BUSY"], 30, "a busy worker")
        write(tmp_path, "new")
        restart(server, endpoint, query)
        client.join()
        assert answers[0]["output"] == output and "retries" not in answers[0]
        write(tmp_path, "old", 60)
        restart(server, endpoint)


def test_bad_questions(server, endpoint):
    for query in ("?kill=yes", "?kill=", "?kill=2", "?kill=true"):
        answer = server.post(f"/v2/{endpoint}/workers/restart{query}")
        assert answer.status == 400 and answer.json == {"error": "kill is invalid; must be 0 or 1"}
    assert server.post("/v2/nowhere/workers/restart").status == 404
    assert server.get("/v2/nowhere/workers").status == 404
    assert server.get(f"/v2/{endpoint}/workers/restart").status == 405
    for path in (f"/v2/{endpoint}/workers", f"/v2/{endpoint}/workers/restart"):
        assert server.request("GET" if path.endswith("workers") else "POST", path, key="wrong").status == 401
