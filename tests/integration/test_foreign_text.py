"""Text and numbers as other languages write them: every door takes them, and the worker gets strict JSON."""

import gzip
import json

import pytest
from harness.processes import wait_until

CUT = b'{"a": "cut \\ud83d", "\\uDE00": "pair \\ud83d\\ude00"}'
MENDED = {"a": "cut \ufffd", "\ufffd": "pair \U0001f600"}


def accepted(answer):
    assert answer.status == 200, (answer.status, answer.text)
    return answer.json


def hand_in(server, endpoint, worker, door, given):
    """Sends the input `given`, as bytes of JSON, through a door; returns what a worker gets of it."""
    body = b'{"input": ' + given + b"}"
    if door in ("run", "runsync", "openai/v1/embeddings"):
        openai = door.startswith("openai")
        asked = worker.later(server.post, f"/v2/{endpoint}/{door}", given if openai else body)
        job = worker.take()
        worker.finish(job, {"object": "list"})
        accepted(asked.result(60))
        return job["input"]["openai_input"] if openai else job["input"]
    wrapped = b"[" + body + b"]" if door == "batch" else b'{"requests": [' + body + b"]}"
    batch = accepted(server.post(f"/v2/{endpoint}/batch", wrapped))["id"]
    accepted(server.post(f"/v2/{endpoint}/batch/{batch}/finalize"))
    job = worker.take()
    worker.finish(job, None)
    return job["input"]


DOORS = pytest.mark.parametrize("door", ["run", "runsync", "openai/v1/embeddings", "batch", "batch in an object"])


@DOORS
def test_half_a_surrogate_pair_becomes_a_replacement_character(server, endpoint, worker, door):
    assert hand_in(server, endpoint, worker, door, CUT) == MENDED


def test_half_a_surrogate_pair_in_a_graphql_variable_is_replaced(server):
    query = "mutation ($input: SaveTemplateInput) { saveTemplate(input: $input) { name env { key value } } }"
    needed = {"dockerArgs": "", "containerDiskInGb": 5, "volumeInGb": 0}
    given = {**needed, "name": "cut \ud83d", "env": [{"key": "A", "value": "\ude00"}]}
    made = accepted(server.graphql_answer(query, {"input": given}))["data"]["saveTemplate"]
    assert made == {"name": "cut \ufffd", "env": [{"key": "A", "value": "\ufffd"}]}


def test_an_idempotency_key_and_a_retry_keep_a_cut_text(server, endpoint, worker):
    body, headers = b'{"input": ' + CUT + b"}", {"Idempotency-Key": "cut"}
    ids = [accepted(server.post(f"/v2/{endpoint}/run", body, headers=headers))["id"] for _ in range(2)]
    other = server.post(f"/v2/{endpoint}/run", body.replace(b"\\ud83d", b"\\ud83e"), headers=headers)
    assert ids[0] == ids[1] and other.status == 409
    assert worker.take()["input"] == MENDED
    worker.done(ids[0], {"error": "failed"})
    accepted(server.post(f"/v2/{endpoint}/retry/{ids[0]}"))
    assert worker.take()["input"] == MENDED


def test_a_surrogate_in_utf8_is_refused(server, endpoint):
    answer = server.post(f"/v2/{endpoint}/run", b'{"input": "\xed\xa0\xbd"}')
    assert answer.status == 400 and answer.json["error"].startswith("the body is not valid JSON: ")


MARK = b"\xef\xbb\xbf"


@DOORS
def test_a_byte_order_mark_is_skipped(server, endpoint, worker, monkeypatch, door):
    send = server.post
    monkeypatch.setattr(server, "post", lambda path, body=None, **options: send(path, body and MARK + body, **options))
    assert hand_in(server, endpoint, worker, door, b'{"n": 1}') == {"n": 1}


def test_a_byte_order_mark_is_skipped_at_the_other_doors(server, endpoint, worker):
    asked = accepted(server.post("/graphql", MARK + b'{"query": "{ myself { id } }"}'))
    assert "errors" not in asked and asked["data"]["myself"]["id"]
    draft = accepted(server.post(f"/v2/{endpoint}/batch", [{"input": 1}]))
    place = f"/v2/{endpoint}/batch/{draft['id']}/requests/{draft['requestIds'][0]}"
    accepted(server.request("PUT", place, MARK + b'{"input": 2}'))
    accepted(server.post(f"/v2/{endpoint}/batch/{draft['id']}/finalize"))
    job = worker.take()
    assert job["input"] == 2
    accepted(worker.chunk(job["id"], raw=MARK + b'{"output": "part"}'))
    accepted(worker.done(job["id"], raw=MARK + b'{"output": "all"}'))
    assert server.status(endpoint, job["id"])["output"] == "all"
    assert accepted(server.get(f"/v2/{endpoint}/stream/{job['id']}"))["stream"] == [{"output": "part"}]


def test_whole_numbers_may_have_a_point_or_an_exponent(server, endpoint):
    body = b'{"input": 1.50, "policy": {"ttl": 600000.0, "executionTimeout": 6e5, "priority": 1.0, "delay": 6e4}}'
    view = server.status(endpoint, accepted(server.post(f"/v2/{endpoint}/run", body))["id"])
    assert view["pilotlight"]["waiting"]["reason"] == "delayed"
    for number in (b"600000.5", b"1e400", b"9007199254740993.0"):
        refused = server.post(f"/v2/{endpoint}/run", b'{"input": 1, "policy": {"ttl": ' + number + b"}}")
        assert refused.status == 400 and "policy.ttl must be a whole number" in refused.json["error"], refused.text


def test_whole_numbers_in_graphql_variables_may_have_an_exponent(server, endpoint):
    query = "mutation ($input: EndpointInput!) { saveEndpoint(input: $input) { executionTimeoutMs workersMax } }"
    given = b'{"id": "%s", "executionTimeoutMs": 6e5, "workersMax": 2.0, "gpuIds": "AMPERE_16", "name": "numbers"}'
    body = b'{"query": "%s", "variables": {"input": %s}}' % (query.encode(), given % endpoint.encode())
    saved = accepted(server.post("/graphql", body))
    assert "errors" not in saved, saved
    assert saved["data"]["saveEndpoint"] == {"executionTimeoutMs": 600000, "workersMax": 2}
    fields = f'id: "{endpoint}", gpuIds: "AMPERE_16", name: "numbers", executionTimeoutMs: 6e5'
    message = server.graphql_error(f"mutation {{ saveEndpoint(input: {{{fields}}}) {{ id }} }}")
    assert message == "Int cannot represent non-integer value: 6e5", "a literal is GraphQL's own"


PACKED = {"content-encoding": "gzip"}
# A megabyte that stands for a gibibyte.
BOMB = gzip.compress(b"\0" * (10 << 20), 1) * 100


@DOORS
def test_a_gzip_body_is_unpacked(server, endpoint, worker, monkeypatch, door):
    send = server.post
    monkeypatch.setattr(
        server, "post", lambda path, body=None: send(path, body and gzip.compress(body), headers=PACKED if body else {})
    )
    assert hand_in(server, endpoint, worker, door, b'{"large": "' + b"x" * 300_000 + b'"}') == {"large": "x" * 300_000}


def test_gzip_is_unpacked_for_graphql_and_for_workers(server, endpoint, worker):
    asked = server.post("/graphql", gzip.compress(b'{"query": "{ myself { id } }"}'), headers=PACKED)
    assert accepted(asked)["data"]["myself"]["id"]
    jobs = [server.run(endpoint) for _ in range(2)]
    for job, body in zip(jobs, (gzip.compress(b'{"output": "whole"}'), BOMB)):
        assert worker.take()["id"] == job
        url = worker._expand("RUNPOD_WEBHOOK_POST_OUTPUT", job)
        accepted(worker._call("POST", url, {"isStream": "false"}, data=body, headers=PACKED))
    assert server.status(endpoint, jobs[0])["output"] == "whole"
    bomb = server.status(endpoint, jobs[1])
    assert bomb["status"] == "FAILED" and bomb["error"].startswith("output too large: "), bomb


def test_a_gzip_body_that_is_too_large_or_damaged_is_refused(server, endpoint):
    def refused(body, status, text, encoding="gzip"):
        answer = server.post(f"/v2/{endpoint}/run", body, headers={"content-encoding": encoding})
        assert answer.status == status and text in answer.json["error"], answer.text

    refused(BOMB, 400, "exceeded max body size of 10MiB")
    packed = gzip.compress(b'{"input": 1}')
    for wrong in (packed[:-1], packed + b"{}", b'{"input": 1}'):
        refused(wrong, 400, "the gzip body is damaged")
    refused(b"x", 415, "send the body as it is, or packed with gzip", "br")
    refused(gzip.compress(packed), 415, "send the body as it is", "gzip, gzip")
    assert server.health(endpoint)["jobs"]["inQueue"] == 0


def test_an_idempotency_key_sees_the_unpacked_body(server, endpoint):
    body, key = b'{"input": 1}', {"Idempotency-Key": "packed"}
    sent = [(gzip.compress(body, mtime=1), PACKED | key), (gzip.compress(body, mtime=2), PACKED | key), (body, key)]
    answers = [server.post(f"/v2/{endpoint}/run", one, headers=headers) for one, headers in sent]
    assert len({accepted(answer)["id"] for answer in answers}) == 1


def test_a_command_may_be_a_json_array_of_words(server, tmp_path):
    said = tmp_path / "said"
    words = ["sh", "-c", f'printf "%s|" "$@" >{said}; exec sleep 600', "sh", "two words", "$HOME", ""]
    server.run(server.make_endpoint(json.dumps(words)))
    assert wait_until(lambda: said.exists() and said.read_text(), 30, "a worker") == "two words|$HOME||"


def test_the_reason_names_a_command_that_is_no_array_of_words(server):
    endpoint = server.make_endpoint("['python', '-u', 'handler.py']")
    job = server.run(endpoint)
    waiting = wait_until(
        lambda: (got := server.status(endpoint, job)["pilotlight"]["waiting"])["reason"] == "crash_loop" and got, 30, "it"
    )
    assert "dockerArgs" in waiting["detail"] and "is not a JSON array of words" in waiting["detail"], waiting


@pytest.mark.parametrize("path", ["v1/models", "v1/models/small", "v1/responses/resp_1?include=a"])
def test_a_get_of_the_openai_api_has_an_empty_input(server, endpoint, worker, path):
    """Handlers of worker-sglang's kind index it."""
    asked = worker.later(server.get, f"/v2/{endpoint}/openai/{path}")
    job = worker.take()
    assert job["input"] == {"openai_route": "/" + path.split("?")[0], "openai_input": {}}
    worker.finish(job, {"object": "list"})
    assert accepted(asked.result(60)) == {"object": "list"}
