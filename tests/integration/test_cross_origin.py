"""What a browser needs before a page of another origin may use the job API."""

import pytest

PAGE = "https://app.example.org"
WANTS = {"origin": PAGE, "access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}
NO_JOB = "019a0000-0000-7000-8000-000000000000-u1"


def granted(answer):
    return {name.lower(): value for name, value in answer.headers.items() if name.lower().startswith("access-control-")}


@pytest.mark.parametrize("path, methods", [("run", "POST"), (f"status/{NO_JOB}", "GET, POST"), ("health", "GET"), ("batch/x/requests/y", "PUT, DELETE")])
def test_a_browser_may_ask_without_a_key(server, endpoint, path, methods):
    answer = server.request("OPTIONS", f"/v2/{endpoint}/{path}", key=None, headers=WANTS)
    assert answer.status == 204 and answer.headers["Allow"] == methods
    told = granted(answer)
    assert told["access-control-allow-origin"] == "*" and told["access-control-allow-methods"] == methods
    assert told["access-control-allow-headers"] == "authorization,content-type"
    assert int(told["access-control-max-age"]) > 0 and "access-control-allow-credentials" not in told


def test_every_answer_may_be_read(server, endpoint):
    answers = [
        (server.post(f"/v2/{endpoint}/run", {"input": 1}, headers={"origin": PAGE}), 200),
        (server.post(f"/v2/{endpoint}/run", b"{", headers={"origin": PAGE}), 400),
        (server.post(f"/v2/{endpoint}/run", {"input": 1}, key=None, headers={"origin": PAGE}), 401),
        (server.post(f"/v2/{endpoint}/run", b"x" * 100_000, key="wrong", headers={"origin": PAGE}), 401),
        (server.get(f"/v2/{endpoint}/status/{NO_JOB}", headers={"origin": PAGE}), 404),
        (server.get(f"/v2/{endpoint}/requests?limit=0", headers={"origin": "null"}), 400),
    ]
    for answer, status in answers:
        assert answer.status == status and granted(answer)["access-control-allow-origin"] == "*"
        assert "X-Runpod-Job-Id" in granted(answer)["access-control-expose-headers"]


def test_who_is_no_page_is_told_nothing(server, endpoint):
    answer = server.get(f"/v2/{endpoint}/health")
    assert answer.status == 200 and not granted(answer)
    answer = server.request("OPTIONS", f"/v2/{endpoint}/run", key=None)
    assert answer.status == 204 and answer.headers["Allow"] == "POST" and not granted(answer)


def test_management_and_workers_are_not_for_pages(server, endpoint, worker):
    for path in ("/graphql", f"/v2/{endpoint}/job-take/{worker.id}", f"/v2/{endpoint}/job-done/{worker.id}/{NO_JOB}", "/healthz"):
        assert not granted(server.request("OPTIONS", path, headers=WANTS)), path
    assert not granted(server.post("/graphql", {"query": "{ myself { id } }"}, headers={"origin": PAGE}))


def test_only_the_origins_that_are_named(servers):
    server = servers("--cors-origins", f"{PAGE},http://localhost:3000").start()
    endpoint = server.make_idle_endpoint()
    for origin in (PAGE, "http://localhost:3000"):
        answer = server.get(f"/v2/{endpoint}/health", headers={"origin": origin})
        assert granted(answer)["access-control-allow-origin"] == origin and answer.headers["Vary"] == "Origin"
    for origin in ("http://app.example.org", PAGE + ".evil.example", "http://localhost", "null"):
        assert not granted(server.get(f"/v2/{endpoint}/health", headers={"origin": origin}))
        answer = server.request("OPTIONS", f"/v2/{endpoint}/run", headers={**WANTS, "origin": origin})
        assert answer.status == 204 and not granted(answer)


def test_none(servers):
    server = servers("--cors-origins", "none").start()
    endpoint = server.make_idle_endpoint()
    assert not granted(server.get(f"/v2/{endpoint}/health", headers={"origin": PAGE}))
    answer = server.request("OPTIONS", f"/v2/{endpoint}/run", headers=WANTS)
    assert answer.status == 204 and answer.headers["Allow"] == "POST" and not granted(answer)


@pytest.mark.parametrize("value", ["", "app.example.org", PAGE + "/", "*,*", f"{PAGE},,http://localhost"])
def test_what_is_no_origin(server, tmp_path, value):
    done = server.command("serve", "--data", tmp_path / "data", "--cors-origins", value)
    assert done.returncode == 2 and 'option "cors-origins": ' in done.stderr
