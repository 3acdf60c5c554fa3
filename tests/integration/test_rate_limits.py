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


@pytest.mark.parametrize("value", ["run", "run=1", "run=/1s", "run=0/1s", "run=1/0s", "run=1/2h", "run=1/1s:", "run=1/1s:0", "walk=1/1s", "run=1/1s,run=2/1s", "management=1/1m,management=2/1m", "management=1/1m:2", "management=1/25h", "run=1/1s,,", "RunPod", "run=-1/1s", "run=1/1"])
def test_what_is_no_limit(server, tmp_path, value):
    done = server.command("serve", "--data", tmp_path / "data", "--rate-limits", value)
    assert done.returncode == 2 and 'option "rate-limits": ' in done.stderr


# Management


def test_rest_v2_has_no_limits_by_default(server, limited):
    for one in (server, limited):
        answer = one.get("/v2/pods")
        assert not any(name.lower().startswith("ratelimit") for name in answer.headers)


def test_rest_v2_tells_what_is_left_and_refuses_beyond_it(servers):
    server = servers("--rate-limits", "management=5/1h,management=3/1m,health=1/1h").start()
    policy = '"minute";q=3;w=60, "hour";q=5;w=3600'
    for left, (method, path, status) in enumerate((("GET", "/v2/pods", 200), ("DELETE", "/v2/templates/x", 404), ("BREW", "/v2/sandboxes", 404))):
        answer = server.request(method, path)
        assert answer.status == status and answer.headers["RateLimit-Policy"] == policy
        minute, hour = answer.headers["RateLimit"].split(", ")
        assert minute.startswith(f'"minute";r={2 - left};t=') and hour.startswith(f'"hour";r={4 - left};t=')
    for _ in range(4):
        answer = server.get("/v2/billing")
        assert answer.status == 429 and answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json == {"title": "Too Many Requests", "status": 429, "detail": "rate limit exceeded for the minute window"}
        assert 1 <= int(answer.headers["Retry-After"]) <= 20 and "x-request-id" in answer.headers
        minute, hour = answer.headers["RateLimit"].split(", ")
        assert minute.startswith('"minute";r=0;t=') and hour.startswith('"hour";r=2;t='), "a refused request costs nothing"
    other = server.post("/admin/v1/keys", {"role": "all"}).json["key"]
    assert server.get("/v2/billing", key=other).status == 200, "each key has its own"
    for answer in (server.get("/v2/pods", key="wrong"), server.get("/v2/openapi.json", key=None)):
        assert "RateLimit" not in answer.headers and answer.status in (401, 200)


def test_management_has_the_limits_that_runpod_documents(servers):
    server = servers("--rate-limits", "runpod").start()
    assert server.get("/v2/pods").headers["RateLimit-Policy"] == '"minute";q=60;w=60, "hour";q=3000;w=3600, "day";q=50000;w=86400'
