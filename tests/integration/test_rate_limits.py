"""Limits on how often an operation may be called, which are off unless somebody sets them."""

import pytest

NO_JOB = "019a0000-0000-7000-8000-000000000000-u1"


def statuses(server, path, count, method="GET", body=None, **options):
    return [server.request(method, path, body, **options).status for _ in range(count)]


def test_there_are_none_by_default(server, endpoint):
    assert statuses(server, f"/v2/{endpoint}/health", 100) == [200] * 100


@pytest.fixture
def limited(servers):
    return servers("--rate-limits", "health=3/1h,run=1000/1s:1,runsync=1000/1s:1,cancel=2/1s").start()


def test_beyond_a_limit(limited):
    endpoint, other = limited.make_idle_endpoint(), limited.make_idle_endpoint()
    assert statuses(limited, f"/v2/{endpoint}/health", 5) == [200, 200, 200, 429, 429]
    answer = limited.get(f"/v2/{endpoint}/health")
    assert answer.json == {"error": "too many requests: /health takes 3 in 3600000 ms with one key on one endpoint; try again later"}
    assert 1_000 < int(answer.headers["Retry-After"]) <= 1_200 and answer.headers["Content-Type"] == "application/json"
    assert statuses(limited, f"/v2/{other}/health", 3) == [200] * 3, "each endpoint has its own"
    assert statuses(limited, f"/v2/{endpoint}/metrics", 3) == [200] * 3, "each operation has its own"
    assert statuses(limited, f"/v2/{endpoint}/health", 2, key="wrong") == [401, 401]
    assert statuses(limited, f"/v2/{other}/health?api_key={limited.key}", 1, key=None) == [429], "the same key"


def test_calls_are_admitted_again_in_time(limited):
    endpoint = limited.make_idle_endpoint()
    path = f"/v2/{endpoint}/cancel/{NO_JOB}"
    while True:
        answer = limited.post(path)
        if answer.status == 429:
            break
        assert answer.status == 404
    assert answer.headers["Retry-After"] == "1"
    while limited.post(path).status == 429:
        pass


def test_calls_at_a_time(limited, make_worker):
    endpoint = limited.make_idle_endpoint()
    worker = make_worker(limited, endpoint)
    waiting = worker.later(limited.post, f"/v2/{endpoint}/runsync", {"input": 1})
    job = worker.take()
    answer = limited.post(f"/v2/{endpoint}/runsync?wait=1000", {"input": 1})
    assert answer.status == 429 and answer.json["error"].startswith("too many requests: /runsync takes 1 at a time")
    assert answer.headers["Retry-After"] == "1"
    worker.finish(job, "done")
    assert waiting.result().json["output"] == "done"
    assert limited.post(f"/v2/{endpoint}/runsync?wait=1000", {"input": 1}).status == 200


def test_the_limits_that_runpod_documents(servers):
    server = servers("--rate-limits", "runpod").start()
    endpoint = server.make_idle_endpoint()
    assert statuses(server, f"/v2/{endpoint}/purge-queue", 2, "POST") == [200, 200]
    answer = server.post(f"/v2/{endpoint}/purge-queue")
    assert answer.status == 429 and "/purge-queue takes 2 in 10000 ms" in answer.json["error"]
    assert statuses(server, f"/v2/{endpoint}/health", 50) == [200] * 50


@pytest.mark.parametrize("value", ["run", "run=1", "run=/1s", "run=0/1s", "run=1/0s", "run=1/2h", "run=1/1s:", "run=1/1s:0", "walk=1/1s", "run=1/1s,run=2/1s", "run=1/1s,,", "RunPod", "run=-1/1s", "run=1/1"])
def test_what_is_no_limit(server, tmp_path, value):
    done = server.command("serve", "--data", tmp_path / "data", "--rate-limits", value)
    assert done.returncode == 2 and 'option "rate-limits": ' in done.stderr
