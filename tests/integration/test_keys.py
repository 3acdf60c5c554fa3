"""API keys of two kinds: what each opens, and that a revoked one opens nothing any more."""

import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest
import requests
import runpod
from harness.events import Events
from harness.processes import wait_until
from harness.server import PYTHON, ROOT

FORBIDDEN = {"status": 403, "title": "Forbidden"}


def make(server, role="jobs", **fields):
    """The answer to a POST that must be accepted."""
    answer = server.post("/admin/v1/keys", {"role": role, **fields})
    assert answer.status == 201, answer.text
    return answer.json


def revoke(server, made):
    assert server.request("DELETE", f"/admin/v1/keys/{made['id']}").status == 204


def listed(server):
    return {key["id"]: key for key in server.get("/admin/v1/keys").json["keys"]}


@pytest.fixture
def jobs_key(server):
    return make(server)["key"]


# What each kind of key opens


def test_a_jobs_key_opens_the_job_api_and_nothing_else(server, endpoint, worker, jobs_key):
    asked = {"key": jobs_key}
    job = server.post(f"/v2/{endpoint}/run", {"input": {}}, **asked).json["id"]
    for path in ("health", "metrics", "workers", "requests", "dead-letters", "batch", f"status/{job}", f"jobs/{job}/events"):
        assert server.get(f"/v2/{endpoint}/{path}", **asked).status == 200, path
    worker.finish(worker.take(), "done")
    assert server.get(f"/v2/{endpoint}/status/{job}", **asked).json["output"] == "done"
    for method, path in [
        ("POST", f"/v2/{endpoint}/workers/restart"), ("POST", f"/v2/{endpoint}/worker-env"), ("GET", "/admin/v1/keys"),
        ("POST", "/admin/v1/keys"), ("DELETE", "/admin/v1/keys/first"), ("GET", "/admin/v1/keys/first"),
    ]:
        answer = server.request(method, path, {} if method == "POST" else None, **asked)
        assert answer.status == 403 and FORBIDDEN.items() <= answer.json.items(), (path, answer.text)
        assert "role jobs" in answer.json["detail"]
    for query in ("{ myself { id } }", 'mutation { deleteEndpoint(id: "x") }'):
        answer = server.graphql_answer(query, **asked)
        assert answer.status == 403 and answer.json["errors"][0]["extensions"]["code"] == "FORBIDDEN", answer.text


def test_a_key_that_names_endpoints_opens_only_those(server, endpoint):
    other = server.make_idle_endpoint()
    key = make(server, endpoints=[endpoint])["key"]
    assert server.get(f"/v2/{endpoint}/health", key=key).status == 200
    for path in (f"/v2/{other}/health", "/v2/nosuchendpoint/health", f"/v2/{endpoint.upper()}/health", f"/v2/{endpoint}%2Frun/health"):
        answer = server.get(path, key=key)
        assert answer.status == 403 and "other endpoints" in answer.json["detail"], (path, answer.text)
    answer = server.post(f"/v2/{other}/openai/v1/chat/completions", {"model": "m"}, key=key)
    assert answer.status == 403 and answer.json["error"]["type"] == "permission_error", answer.text
    server.graphql(f'mutation {{ deleteEndpoint(id: "{endpoint}") }}')
    assert server.get(f"/v2/{endpoint}/health", key=key).status == 404
    assert server.get(f"/v2/{other}/health", key=key).status == 403, "a key whose endpoints are gone opens none"


def test_a_second_key_of_the_role_all_opens_everything(server, endpoint):
    made = make(server, "all", name="second")
    assert server.graphql_answer("{ myself { id } }", key=made["key"]).json["data"]["myself"]
    assert server.post(f"/v2/{endpoint}/worker-env", {}, key=made["key"]).status == 200
    assert server.request("DELETE", f"/admin/v1/keys/{made['id']}", key=made["key"]).status == 204, "itself, too"
    assert server.get("/admin/v1/keys", key=made["key"]).status == 401


def test_workers_are_unaffected(server, endpoint, worker):
    made = make(server, "all")
    job = server.post(f"/v2/{endpoint}/run", {"input": {}}, key=made["key"]).json["id"]
    taken = worker.take()
    revoke(server, made)
    worker.progress(taken["id"], 1)
    worker.finish(taken, "done")
    assert server.status(endpoint, job)["status"] == "COMPLETED"


# The runpod package and the openai package with a jobs key


def test_the_runpod_client_runs_jobs_and_manages_nothing(server, jobs_key, monkeypatch):
    endpoint = server.make_endpoint(f"{PYTHON} -u {ROOT}/examples/hello/handler.py", workersMax=1)
    monkeypatch.setattr(runpod, "endpoint_url_base", server.origin + "/v2")
    client = runpod.Endpoint(endpoint, api_key=jobs_key)
    assert client.run_sync({"name": "Ada"}, timeout=90) == {"greeting": "Hello, Ada!"}
    assert client.health()["jobs"]["completed"] == 1
    code = "import runpod, sys; runpod.api_key = sys.argv[1]; print(runpod.get_endpoints())"
    done = subprocess.run(
        [PYTHON, "-c", code, jobs_key],
        env={"RUNPOD_API_BASE_URL": server.origin, "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
        capture_output=True, text=True, timeout=60,
    )
    assert done.returncode != 0 and done.stdout == "", done.stdout


def test_the_openai_package_is_told_what_is_wrong(server, endpoint):
    other = server.make_idle_endpoint()
    key = make(server, endpoints=[other])["key"]
    client = openai.OpenAI(base_url=f"{server.origin}/v2/{endpoint}/openai/v1", api_key=key, timeout=30)
    with pytest.raises(openai.PermissionDeniedError) as refused:
        client.models.list()
    assert "other endpoints" in str(refused.value)


# Revoked keys


def test_a_revoked_key_is_refused_on_an_open_connection(server, endpoint):
    made = make(server)
    with requests.Session() as session:
        session.trust_env = False
        asked = {"url": f"{server.origin}/v2/{endpoint}/health", "headers": {"authorization": made["key"]}, "timeout": 30}
        assert session.get(**asked).status_code == 200
        revoke(server, made)
        assert session.get(**asked).status_code == 401
    assert server.request("DELETE", f"/admin/v1/keys/{made['id']}").status == 404
    assert server.get(f"/admin/v1/keys/{made['id']}").status == 404


class As:
    """A client with another key."""

    def __init__(self, server, key):
        self.origin, self.key = server.origin, key


def test_an_event_stream_ends_at_its_next_event(server, endpoint, worker):
    made, other = make(server), make(server)
    job = server.run(endpoint)
    worker.take()
    events = Events(As(server, made["key"]), "GET", f"/v2/{endpoint}/stream/{job}")
    others = Events(As(server, other["key"]), "GET", f"/v2/{endpoint}/stream/{job}")
    for reader in (events, others):
        assert reader.next().name == "status"
    worker.chunk(job, "before")
    assert events.next().data == "before"
    revoke(server, made)
    worker.chunk(job, "after")
    assert list(events) == [], "neither the chunk nor an end"
    worker.finish(job, "whole")
    assert [event.data for event in others][:2] == ["before", "after"]
    again = Events(As(server, made["key"]), "GET", f"/v2/{endpoint}/stream/{job}", last="1-1")
    assert again.status == 401


def test_a_stream_of_openai_ends_and_its_job_is_cancelled(server, endpoint, worker):
    made = make(server)
    with requests.Session() as session, ThreadPoolExecutor(1) as beside:
        session.trust_env = False
        opened = beside.submit(
            session.post, f"{server.origin}/v2/{endpoint}/openai/v1/completions", json={"model": "m", "prompt": "p", "stream": True},
            headers={"authorization": f"Bearer {made['key']}"}, stream=True, timeout=90,
        )
        taken = worker.take()
        worker.chunk(taken["id"], raw=b'{"output": "data: {\\"a\\": 1}\\n\\n"}')
        response = opened.result(30)
        lines = response.iter_lines()
        assert next(line for line in lines if line) == b'data: {"a": 1}'
        revoke(server, made)
        worker.chunk(taken["id"], raw=b'{"output": "data: {\\"a\\": 2}\\n\\n"}')
        assert [line for line in lines if line] == []
    server.wait_status(endpoint, taken["id"], "CANCELLED")


@pytest.mark.parametrize("call", ["runsync", "status-sync", "stream"])
def test_a_wait_ends_with_401_instead_of_its_answer(server, endpoint, worker, call):
    made = make(server)
    job = None if call == "runsync" else server.run(endpoint)
    with ThreadPoolExecutor(1) as beside:
        if call == "runsync":
            waiting = beside.submit(server.post, f"/v2/{endpoint}/runsync", {"input": {}}, key=made["key"])
        else:
            waiting = beside.submit(server.get, f"/v2/{endpoint}/{call}/{job}?wait=60000", key=made["key"])
        taken = worker.take()
        time.sleep(0.3)
        revoke(server, made)
        worker.finish(taken, "secret")
        answer = waiting.result(60)
    assert answer.status == 401 and "secret" not in answer.text, answer.text
    assert server.status(endpoint, taken["id"])["output"] == "secret", "the job goes on"


# What is kept


def test_a_key_is_shown_once_and_stored_as_a_hash(server):
    made = make(server, "jobs", name="caf\u00e9 \U0001f511")
    view = {field: value for field, value in made.items() if field != "key"}
    assert set(view) == {"id", "name", "role", "endpoints", "createdAt", "lastUsedAt"}
    assert view["name"] == "caf\u00e9 \U0001f511" and view["endpoints"] is None and view["lastUsedAt"] is None
    assert server.get(f"/admin/v1/keys/{made['id']}").json == view == listed(server)[made["id"]]
    kept = [path for path in server.data.rglob("*") if path.is_file() and path.name != "api-key"] + [server.log_path]
    for path in kept:
        assert made["key"].encode() not in path.read_bytes(), path


def test_the_first_key_is_listed_and_replaced_but_not_revoked(servers):
    server = servers().start()
    first = listed(server)["first"]
    assert first["role"] == "all" and first["createdAt"] and list(listed(server)) == ["first"]
    answer = server.request("DELETE", "/admin/v1/keys/first")
    assert answer.status == 409 and "PILOTLIGHT_API_KEY" in answer.json["error"]
    made = make(server)
    old = server.key
    server.terminate()
    server.environment["PILOTLIGHT_API_KEY"] = "another key of mine".replace(" ", "-")
    server.start()
    assert server.get("/admin/v1/keys", key=old).status == 401
    assert set(listed(server)) == {"first", made["id"]}
    assert server.get("/v2/nosuchendpoint/health", key=made["key"]).status == 404, "accepted"


def test_keys_outlive_restarts_and_kills(servers):
    server = servers().start()
    endpoint = server.make_idle_endpoint()
    kept, revoked = make(server, endpoints=[endpoint]), make(server)
    revoke(server, revoked)
    server.terminate()
    server.start()
    assert server.get(f"/v2/{endpoint}/health", key=kept["key"]).status == 200
    assert server.get(f"/v2/{endpoint}/health", key=revoked["key"]).status == 401
    for kill in (server.kill_server, server.kill_both, server.kill_server):
        late = make(server)
        kill()
        if kill == server.kill_both:
            server.start()
        else:
            server.wait_ready()
        assert server.get(f"/v2/{endpoint}/health", key=late["key"]).status == 200, "it was shown, so it is kept"
        revoke(server, late)
        server.kill_server()
        server.wait_ready()
        assert server.get(f"/v2/{endpoint}/health", key=late["key"]).status == 401


def test_the_last_use_is_noted_to_the_hour(server, endpoint, jobs_key):
    made = make(server)
    for _ in range(5):
        server.get(f"/v2/{endpoint}/health", key=made["key"])
    wait_until(lambda: listed(server)[made["id"]]["lastUsedAt"], 10, "a noted use")
    used = listed(server)[made["id"]]["lastUsedAt"]
    assert used.endswith(":00:00.000Z") and used <= made["createdAt"][:13] + ":59", used
    wait_until(lambda: listed(server)["first"]["lastUsedAt"], 10, "a noted use of the first key")


# Bad input


@pytest.mark.parametrize(
    "body, text",
    [
        (b"", "the body is empty"), (b"{", "not valid JSON"), (b"[]", "must be a JSON object"), (b"null", "must be a JSON object"),
        (b"{}", "role is missing"), (b'{"role":null}', "role must be"), (b'{"role":"ALL"}', "role must be"), (b'{"role":["jobs"]}', "role must be"),
        (b'{"role":"jobs","admin":true}', 'no field "admin"'), (b'{"role":"jobs","name":7}', "name must be a string"),
        (b'{"role":"jobs","name":null}', "name must be a string"), (b'{"role":"jobs","name":"a\\u0000b"}', "control characters"),
        (b'{"role":"jobs","name":"a\\u009bb"}', "control characters"), (b'{"role":"jobs","name":"' + b"x" * 192 + b'"}', "191 bytes"),
        (b'{"role":"jobs","endpoints":null}', "must be an array"), (b'{"role":"jobs","endpoints":[]}', "endpoints is empty"),
        (b'{"role":"jobs","endpoints":[null]}', "endpoints[0] is not"), (b'{"role":"jobs","endpoints":["a%2Fb"]}', "endpoints[0] is not"),
        (b'{"role":"jobs","endpoints":["ABC"]}', "endpoints[0] is not"), (b'{"role":"jobs","endpoints":["nosuchendpoint"]}', "no endpoint"),
        (b'{"role":"jobs","endpoints":' + json.dumps(["a"] * 101).encode() + b"}", "at most 100"),
        (b'{"role":"jobs","role":NaN}', "not valid JSON"), (b'{"role":"jobs","name":' + b"[" * 1001 + b"]" * 1001 + b"}", "1000 levels"),
        (b'{"input":{}}', 'no field "input"'),
    ],
)
def test_what_is_no_key_is_refused(server, body, text):
    answer = server.request("POST", "/admin/v1/keys", body)
    assert answer.status == 400 and text in answer.json["error"], answer.text


def test_what_else_is_refused(server, endpoint):
    answer = server.post("/admin/v1/keys", {"role": "all", "endpoints": [endpoint]})
    assert answer.status == 400 and "opens every endpoint" in answer.json["error"]
    for body in ({"role": "jobs", "endpoints": [endpoint] * 10_000}, {"role": "jobs", "name": "x" * 1_000_000}):
        answer = server.post("/admin/v1/keys", body)
        assert answer.status == 413 and "64 KiB" in answer.json["error"], answer.text
    template = server.save_template()["id"]
    answer = server.post("/admin/v1/keys", {"role": "jobs", "endpoints": [template]})
    assert answer.status == 400 and template in answer.json["error"], "the id of another kind"
    made = make(server)
    for known in made["id"].upper(), made["id"] + "%2F", made["id"] + "x", "..", endpoint, "%00", "é":
        for method in ("GET", "DELETE"):
            assert server.request(method, f"/admin/v1/keys/{known}").status == 404, known
    for method, path, allow in [
        ("PUT", "/admin/v1/keys", "GET, POST"), ("POST", f"/admin/v1/keys/{made['id']}", "GET, DELETE"), ("PATCH", "/admin/v1/openapi.json", "GET"),
    ]:
        answer = server.request(method, path, {})
        assert answer.status == 405 and answer.headers["allow"] == allow, answer.text
    assert server.get("/admin/v1/nothing").status == 404
    for key in (None, "wrong"):
        for method, path in (("GET", "/admin/v1/keys"), ("POST", "/admin/v1/keys"), ("DELETE", f"/admin/v1/keys/{made['id']}")):
            assert server.request(method, path, {"role": "all"} if method == "POST" else None, key=key).status == 401
    assert made["id"] in listed(server)


def test_a_content_type_is_not_needed(server):
    for sent in ({"content-type": None}, {"content-type": "text/plain"}):
        answer = server.request("POST", "/admin/v1/keys", {"role": "jobs"}, headers=sent)
        assert answer.status == 201 and answer.headers["cache-control"] == "no-store", answer.text


# The description


def test_openapi_describes_exactly_what_there_is(server):
    description = server.get("/admin/v1/openapi.json", key=None).json
    assert description["openapi"].startswith("3.1")
    for path, operations in description["paths"].items():
        for method in ("get", "post", "put", "patch", "delete"):
            status = server.request(method.upper(), path.replace("{id}", "nosuchkey000"), {} if method in ("post", "put") else None).status
            assert (status == 405) == (method not in operations), (method, path, status)
            assert status == 405 or str(status) in operations[method]["responses"], (method, path, status)
    schemas = description["components"]["schemas"]
    made = make(server)
    assert set(made) == set(schemas["MadeKey"]["required"]) == set(schemas["MadeKey"]["properties"])
    assert set(listed(server)[made["id"]]) == set(schemas["Key"]["required"]) == set(schemas["Key"]["properties"])


# The command line


def test_the_commands_make_list_and_revoke_keys(server, endpoint):
    data = ("--data", server.data)
    done = server.command("key", "create", "--role", "jobs", "--name", "a laptop", "--endpoint", endpoint, *data)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    key = done.stdout.removesuffix("\n")
    assert server.get(f"/v2/{endpoint}/health", key=key).status == 200
    done = server.command("key", "list", "--url", server.origin)
    assert done.returncode == 0, done.stderr
    head, *rows = done.stdout.splitlines()
    assert head.split()[:3] == ["ID", "ROLE", "ENDPOINTS"] and rows[0].split()[:3] == ["first", "all", "all"]
    row = next(row for row in rows if row.endswith("a laptop"))
    name, role, endpoints = row.split()[:3]
    assert (role, endpoints) == ("jobs", endpoint)
    done = server.command("key", "revoke", name, *data)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert server.get(f"/v2/{endpoint}/health", key=key).status == 401


def test_the_commands_say_what_goes_wrong(server, endpoint, jobs_key, tmp_path):
    def refused(*arguments, status=1, **environment):
        done = server.command("key", *arguments, **environment)
        assert done.returncode == status and done.stdout == "", (done.returncode, done.stdout)
        return done.stderr

    data = ("--data", server.data)
    assert "role" in refused("create", *data, status=2)
    assert "boss" in refused("create", "--role", "boss", *data, status=2)
    assert "no endpoint" in refused("create", "--role", "jobs", "--endpoint", "nosuchendpoint", *data)
    assert "opens every endpoint" in refused("create", "--role", "all", "--endpoint", endpoint, *data)
    assert "no such API key" in refused("revoke", "nosuchkey000", *data)
    assert "PILOTLIGHT_API_KEY" in refused("revoke", "first", *data)
    assert "not the id" in refused("revoke", "../first", *data)
    assert "role jobs" in refused("list", *data, PILOTLIGHT_API_KEY=jobs_key)
    assert "does not accept" in refused("list", *data, PILOTLIGHT_API_KEY="wrong")
    assert "--data" in refused("list", "--data", tmp_path)
    assert "is the server running" in refused("list", "--url", "http://127.0.0.1:1")
    assert server.command("key").returncode == 2


# The public key


def test_the_public_key_is_a_setting_of_the_account(servers):
    server = servers().start()

    def user(select="pubKey"):
        return server.graphql(f"{{ myself {{ {select} }} }}")["myself"]

    save = "mutation($key: String) { updateUserSettings(input: {pubKey: $key}) { id pubKey endpoints { id } } }"
    assert user() == {"pubKey": None}
    endpoint = server.make_idle_endpoint()
    saved = server.graphql(save, {"key": "ssh-ed25519 AAAA me\n\nssh-rsa BBBB é"})["updateUserSettings"]
    assert saved["pubKey"] == "ssh-ed25519 AAAA me\n\nssh-rsa BBBB é" and saved["endpoints"] == [{"id": endpoint}]
    server.kill_server()
    server.wait_ready()
    assert user("id pubKey") == {"id": saved["id"], "pubKey": saved["pubKey"]}
    untouched = server.graphql("mutation { updateUserSettings(input: {}) { pubKey } }")["updateUserSettings"]
    assert untouched["pubKey"] == saved["pubKey"]
    assert server.graphql(save, {"key": "k" * 65_536})["updateUserSettings"]["pubKey"] == "k" * 65_536
    assert "65536 bytes" in server.graphql_error(save, {"key": "k" * 65_537})
    assert server.graphql(save, {"key": None})["updateUserSettings"]["pubKey"] is None
    assert "must be given" in server.graphql_error("mutation { updateUserSettings { id } }")
    for wrong in ("{pubKey: 7}", "{pubkey: \"a\"}", "[1]"):
        assert server.graphql_error(f"mutation {{ updateUserSettings(input: {wrong}) {{ id }} }}")
