"""REST v2 at the door: its nouns, keys, refusals and lists, each answer against RunPod's specification."""

import gzip
import re

import pytest
from harness.raw import connect, exchange, head, read_answer
from harness.rest_v2 import SPECIFICATION, is_answer, is_problem
from jsonschema import Draft202012Validator

NOUNS = [
    "serverless", "templates", "network-volumes", "registries", "catalog", "billing", "account", "pods", "clusters", "global-volumes", "sandboxes",
    "flash", "openapi.json",
]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "BREW"]
NO_JOB = "019a0000-0000-7000-8000-000000000000-u1"
LISTS = {"/v2/pods": "pods", "/v2/clusters": "clusters", "/v2/global-volumes": "globalVolumes", "/v2/registries/delegations": "delegations"}
BILLS = {
    "/v2/billing": None, "/v2/billing/pods": "podId", "/v2/billing/serverless": "serverlessId", "/v2/billing/endpoints": None,
    "/v2/billing/network-volumes": "networkVolumeId", "/v2/billing/clusters": "clusterId",
}
SSH_KEYS = "/v2/account/ssh-keys"
PATHS = [*LISTS, *BILLS]
WHOLE = {"hasNextPage": False, "nextCursor": None}
OUT_OF_SCOPE = re.compile(r"resource not found: .* are out of scope here; the server runs endpoints")


# Nouns


def methods_at(document, path):
    """The methods of the document's path that this path is; none if it has no such path."""
    asked = path.split("/")[2:]
    found = [
        methods
        for pattern, methods in document["paths"].items()
        if len(pattern.split("/")[2:]) == len(asked)
        and all(part == one or (part.startswith("{") and one) for part, one in zip(pattern.split("/")[2:], asked))
    ]
    return {method.upper() for methods in found[:1] for method in methods}


@pytest.mark.parametrize("noun", NOUNS)
def test_no_noun_is_an_endpoint(server, noun):
    document = server.get("/v2/openapi.json").json
    for rest in ("run", "runsync", "health", f"status/{NO_JOB}", f"cancel/{NO_JOB}", "openai/v1/models", "job-take/w", "workers", "requests", "batch", "a/b/c/d/e/f", ""):
        allowed = methods_at(document, f"/v2/{noun}/{rest}")
        for method in METHODS:
            answer = server.request(method, f"/v2/{noun}/{rest}", body=b"{}" if method in ("POST", "PUT", "PATCH") else None)
            if allowed and method not in allowed | {"HEAD"}:
                assert is_problem(answer, 405) and set(answer.headers["Allow"].split(", ")) == allowed
            elif answer.status == 422:
                assert is_problem(answer, 422) and method in allowed
            else:
                assert is_problem(answer, 404)
                assert method == "HEAD" or answer.json["detail"].startswith("resource not found")


@pytest.mark.parametrize("noun", ["catalog", "account", "sandboxes", "flash"])
def test_a_noun_without_a_path_of_its_own(server, noun):
    for method in METHODS:
        assert is_problem(server.request(method, f"/v2/{noun}"), 404)


def test_endpoints_with_other_names_are_as_they_were(server, endpoint):
    assert server.get(f"/v2/{endpoint}/health").status == 200
    for near in ("Serverless", "serverless2", "SERVERLESS", "pod", "serverless%2Fx", "%73erverless", "openapi"):
        answer = exchange(server.origin, head("GET", f"/v2/{near}/health", server.key, connection="close"))
        assert answer.status == 404 and answer.headers["Content-Type"] == "application/json" and "endpoint not found" in answer.json["error"]
    for path in ("/v2", "/v2/", "/V2/pods", "/v2//pods", "//v2/pods"):
        answer = server.get(path)
        assert answer.status == 404 and answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", LISTS)
def test_what_is_out_of_scope_says_so(server, path):
    for method in ("POST", "PUT", "PATCH", "DELETE", "BREW"):
        assert is_problem(server.request(method, path, body={"name": "x"}), 404)
    for method in ("GET", "POST", "PATCH", "DELETE"):
        for rest in ("/x", "/x/logs", "/x/action", "/", "/%2F", "/%2e%2e", "/X"):
            answer = server.request(method, path + rest)
            assert is_problem(answer, 404) and OUT_OF_SCOPE.fullmatch(answer.json["detail"])


# Methods


@pytest.mark.parametrize("path", [*BILLS, "/v2/openapi.json"])
def test_a_method_that_a_path_does_not_know(server, path):
    for method in ("POST", "PUT", "PATCH", "DELETE", "BREW"):
        answer = server.request(method, path)
        assert is_problem(answer, 405, "The requested method is not allowed for this path.") and answer.headers["Allow"] == "GET"


@pytest.mark.parametrize("path", [*PATHS, "/v2/openapi.json"])
def test_head_and_options(server, path):
    answer = server.request("HEAD", path)
    assert answer.status == 200 and not answer.text and int(answer.headers["Content-Length"]) > 10
    page = {"origin": "https://app.example.org", "access-control-request-method": "GET", "access-control-request-headers": "authorization"}
    answer = server.request("OPTIONS", path, key=None, headers=page)
    assert answer.status == 204 and answer.headers["Allow"] == "GET" and "x-request-id" in answer.headers
    answers = [answer, server.get(path, headers=page), server.get(path, key=None, headers=page), server.post(path, headers=page)]
    assert not any(name.lower().startswith("access-control-") for answer in answers for name in answer.headers)


# Keys


@pytest.mark.parametrize("path", [*PATHS, "/v2/serverless", "/v2/serverless/x", "/v2/pods/x", "/v2/flash", "/v2/openapi.json/x"])
def test_only_a_bearers_key_counts(server, path):
    for method in ("GET", "POST", "DELETE"):
        assert is_problem(server.request(method, path, key=None), 401, "missing bearer token")
        assert is_problem(server.request(method, f"{path}?api_key={server.key}", key=None), 401, "missing bearer token")
        for value in (server.key, "Bearer", "Bearer  ", "Basic eDp5", f"Token {server.key}"):
            assert is_problem(server.request(method, path, key=None, headers={"authorization": value}), 401, "missing bearer token")
        for key in ("wrong", server.key + "x", server.key[:-1]):
            assert is_problem(server.request(method, f"{path}?api_key={server.key}", key=key), 401, "invalid bearer token")
    answer = server.request("HEAD", path, key=None)
    assert answer.status == 401 and not answer.text


def test_the_word_bearer_in_any_case(server):
    for word in ("bearer", "BEARER", "Bearer "):
        assert server.get("/v2/pods", key=None, headers={"authorization": f"{word} {server.key}"}).status == 200


def test_a_strangers_body_is_not_read(server):
    for framing in ({"content_length": 1 << 20}, {"transfer_encoding": "chunked"}):
        with connect(server.origin) as connection:
            connection.sendall(head("POST", "/v2/serverless", None, **framing))
            assert is_problem(read_answer(connection), 401, "missing bearer token")


def test_ids_of_requests_are_the_servers_own(server):
    answers = [server.get("/v2/pods", headers={"x-request-id": "mine"}) for _ in range(20)]
    ids = {answer.headers["x-request-id"] for answer in answers}
    assert len(ids) == 20 and "mine" not in ids


# Lists


@pytest.mark.parametrize("path, member", LISTS.items())
def test_a_list_of_what_does_not_exist_is_empty(server, path, member):
    whole = {member: [], "pagination": WHOLE}
    for query in ("", "?limit=1", "?limit=1000", "?limit=1e3", "?unknown=1", "?limit=7&limit=0"):
        answer = server.get(path + query)
        assert is_answer(answer, path) and answer.json == whole, query


@pytest.mark.parametrize("path", PATHS)
def test_a_page_that_no_list_has(server, path):
    for query, problem in {
        "limit=0": "query.limit: minimum: got 0, want 1",
        "limit=1001": "query.limit: maximum: got 1001, want 1000",
        "limit=-1": "query.limit: minimum: got -1, want 1",
        "limit=1.5": "query.limit: got number, want integer",
        "limit=ten": "query.limit: got string, want integer",
        "limit=": "query.limit: got string, want integer",
        "cursor=": "query.cursor: minLength: got 0, want 1",
        "cursor=abc": "query.cursor: not a nextCursor of this list; start again without it",
        "cursor=" + "others 0 x".encode().hex(): "query.cursor: not a nextCursor of this list; start again without it",
        "cursor=%zz": "query: a % is not followed by two hexadecimal digits",
    }.items():
        answer = exchange(server.origin, head("GET", f"{path}?{query}", server.key, connection="close"))
        assert is_problem(answer, 422, "Request validation failed.") and answer.json["errors"] == [problem]


def test_a_flag_in_a_query(server):
    assert is_answer(server.get("/v2/pods?includeClusterPods=true"), "/v2/pods")
    answer = server.get("/v2/pods?includeClusterPods=1&limit=0")
    assert is_problem(answer, 422)
    assert sorted(answer.json["errors"]) == ["query.includeClusterPods: got string, want boolean", "query.limit: minimum: got 0, want 1"]


# Bills


@pytest.mark.parametrize("path, parameter", BILLS.items())
def test_a_bill_is_empty_and_says_so(server, path, parameter):
    answer = server.get(path)
    assert is_answer(answer, path)
    metadata = answer.json["metadata"]
    assert answer.json["records"] == [] and answer.json["pagination"] == WHOLE and metadata["recordCount"] == 0 and set(metadata["totals"].values()) == {0}
    assert metadata["query"]["bucketSize"] == "day" and "meters nothing" in metadata["note"]
    assert metadata["query"]["startTime"] < metadata["query"]["endTime"]
    if parameter:
        assert metadata["query"][parameter] is None and server.get(f"{path}?{parameter}=x%20y").json["metadata"]["query"][parameter] == "x y"


def test_a_bill_covers_whole_buckets(server):
    query = "bucketSize=month&startTime=2026-01-15T10:00:00Z&endTime=2026-03-01T00:00:01%2B02:00"
    assert server.get("/v2/billing?" + query).json["metadata"]["query"] == {
        "startTime": "2026-01-01T00:00:00Z", "endTime": "2026-03-01T00:00:00Z", "bucketSize": "month",
    }
    assert is_answer(server.get("/v2/billing?lastN=3&bucketSize=week&limit=1000"), "/v2/billing")


@pytest.mark.parametrize(
    "query, status, told",
    [
        ("bucketSize=minute", 422, "query.bucketSize: value must be one of 'hour', 'day', 'week', 'month', 'year'"),
        ("startTime=yesterday", 422, "query.startTime: 'yesterday' is not valid 'date-time'"),
        ("endTime=2026-02-30T00:00:00Z", 422, "query.endTime: '2026-02-30T00:00:00Z' is not valid 'date-time'"),
        ("lastN=0", 422, "query.lastN: minimum: got 0, want 1"),
        ("lastN=NaN", 422, "query.lastN: got string, want integer"),
        ("lastN=2&startTime=2026-01-01T00:00:00Z", 400, "lastN does not go together with startTime or endTime"),
        ("startTime=2026-01-02T00:00:00Z&endTime=2026-01-01T00:00:00Z", 400, "startTime is not before endTime"),
    ],
)
def test_a_wrong_query_of_a_bill(server, query, status, told):
    answer = server.get("/v2/billing/serverless?" + query)
    assert is_problem(answer, status) and (answer.json["errors"] == [told] if status == 422 else answer.json["detail"] == told)


# Bodies


@pytest.mark.parametrize("method, path", [("GET", "/v2/pods"), ("GET", "/v2/billing"), ("POST", "/v2/sandboxes"), ("POST", "/v2/pods"), ("DELETE", "/v2/templates/x")])
def test_a_body_where_none_is_read(server, method, path):
    for content_type in ("application/json", "text/plain", "", "application/json; charset=latin1"):
        answer = server.request(method, path, body=b"{not json", headers={"content-type": content_type})
        assert answer.status == (200 if method == "GET" else 404), answer


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_a_body_that_is_too_large(server, framing):
    body = b"x" * ((2 << 20) + 1)
    fields = {"content_length": len(body)} if framing == "length" else {"transfer_encoding": "chunked"}
    data = body if framing == "length" else b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    answer = exchange(server.origin, head("GET", "/v2/pods", server.key, **fields) + data)
    assert is_problem(answer, 413, "the request is larger than 2 MiB; send less at once")


def test_a_body_that_cannot_be_read(server):
    answer = exchange(server.origin, head("GET", "/v2/pods", server.key, transfer_encoding="chunked") + b"x\r\n")
    assert is_problem(answer, 400, "malformed chunked body")
    packed = gzip.compress(b"{}")[:-1] + b"x"
    answer = exchange(server.origin, head("GET", "/v2/pods", server.key, content_length=len(packed), content_encoding="gzip") + packed)
    assert is_problem(answer, 400, "the gzip body is damaged or cut off, or something follows it")


def test_a_connection_goes_on_after_a_refusal(server):
    with connect(server.origin) as connection:
        for method, path, status in (("GET", "/v2/serverless/x", 404), ("DELETE", "/v2/billing", 405), ("GET", "/v2/pods?limit=0", 422), ("GET", "/v2/pods", 200)):
            connection.sendall(head(method, path, server.key))
            assert read_answer(connection).status == status, path


# The document


def test_the_document_needs_no_key_and_shows_what_exists(server):
    answer = server.get("/v2/openapi.json", key=None)
    assert is_answer(answer, None)
    document = answer.json
    assert document["openapi"] == "3.1.0" and document["servers"] == [{"url": server.origin}]
    assert {*PATHS, SSH_KEYS} <= set(document["paths"])
    for path, methods in document["paths"].items():
        specified = SPECIFICATION["paths"].get(path)
        assert set(methods) <= set(specified or methods), path
        if "get" not in methods:
            continue
        shown = methods["get"]
        parameters = (specified or {}).get("get", {}).get("parameters", [])
        names = {one["name"] if "name" in one else SPECIFICATION["components"]["parameters"][one["$ref"].rsplit("/", 1)[1]]["name"] for one in parameters}
        assert names <= {one["name"] for one in shown["parameters"]}
        problem = {**shown["responses"]["default"]["content"]["application/problem+json"]["schema"], "components": document["components"]}
        Draft202012Validator(problem).validate(server.get(path.replace("{", "").replace("}", ""), key="wrong").json)
        answer_schema = shown["responses"]["200"]["content"].get("application/json")
        if answer_schema is None:
            continue
        schema = {**answer_schema["schema"], "components": document["components"]}
        Draft202012Validator.check_schema(schema)
        if "{" not in path:
            Draft202012Validator(schema).validate(server.get(path).json)


# Public keys of the account


def test_the_accounts_public_keys(server):
    keys = ["ssh-ed25519 AAAA me@home", "sk-ssh-ed25519@openssh.com BBBB"]
    answer = server.request("PUT", SSH_KEYS, body={"keys": keys})
    assert is_answer(answer, None) and answer.json == {"keys": keys}
    answer = server.get(SSH_KEYS)
    assert is_answer(answer, SSH_KEYS) and answer.json == {"keys": keys}
    assert server.graphql("{ myself { pubKey } }")["myself"]["pubKey"] == "\n".join(keys)
    server.graphql('mutation { updateUserSettings(input: { pubKey: "ssh-rsa CCCC\\n\\nssh-rsa DDDD\\n" }) { id } }')
    assert server.get(SSH_KEYS).json == {"keys": ["ssh-rsa CCCC", "ssh-rsa DDDD"]}
    assert server.request("PUT", SSH_KEYS, body={"keys": []}).json == {"keys": []}


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"", 400, None),
        (b"{", 400, None),
        (b"[" * 1001 + b"]" * 1001, 400, None),
        (b"null", 422, ["$: got null, want object"]),
        ({}, 422, ["$: missing property 'keys'"]),
        ({"keys": ["x"]}, 422, None),
        ({"keys": [], "pubKey": "x"}, 422, ["$: additional properties 'pubKey' not allowed"]),
        ({"keys": ["ssh-rsa " + "A" * 65536]}, 400, None),
        (b'{"keys":[' + b"0," * 900_000 + b"0]}", 422, None),
        (b'{"keys":["ssh-rsa ' + b"A" * (2 << 20) + b'"]}', 413, None),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bodies_that_are_no_public_keys(server, body, status, told):
    answer = server.request("PUT", SSH_KEYS, body=body)
    assert is_problem(answer, status)
    assert told is None or answer.json["errors"] == told
    assert len(answer.json.get("errors", [])) <= 20


def test_a_jobs_key_manages_nothing(server):
    key = server.post("/admin/v1/keys", {"role": "jobs"}).json["key"]
    assert is_problem(server.get(SSH_KEYS, key=key), 403, "access denied")
    assert is_problem(server.request("PUT", SSH_KEYS, body={"keys": []}, key=key), 403, "access denied")
