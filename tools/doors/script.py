"""What is asked: every path with every mistake, GraphQL field by field, and jobs from their submission to their end."""

import gzip
import json

from harness.worker import Worker

GET_PATHS = [
    "/", "/healthz", "/v2/{e}/health", "/v2/{e}/metrics", "/v2/{e}/workers", "/v2/{e}/requests", "/v2/{e}/dead-letters", "/v2/{e}/batch",
    "/v2/{e}/status/{j}", "/v2/{e}/status-sync/{j}", "/v2/{e}/stream/{j}", "/v2/{e}/webhooks/{j}", "/v2/{e}/jobs/{j}/events", "/v2/{e}/batch/{b}",
    "/v2/{e}/batch/{b}/requests", "/v2/{e}/openai/v1/models",
]
POST_PATHS = [
    "/v2/{e}/run", "/v2/{e}/runsync", "/v2/{e}/cancel/{j}", "/v2/{e}/retry/{j}", "/v2/{e}/purge-queue", "/v2/{e}/workers/restart",
    "/v2/{e}/dead-letters/requeue", "/v2/{e}/batch", "/v2/{e}/batch/{b}/requests", "/v2/{e}/batch/{b}/finalize", "/v2/{e}/batch/{b}/cancel",
    "/v2/{e}/worker-env", "/graphql", "/graphql/",
]
WORKER_PATHS = [
    ("GET", "/v2/{e}/job-take/{w}"), ("GET", "/v2/{e}/job-take-batch/{w}"), ("GET", "/v2/{e}/job-stop/{w}"), ("GET", "/v2/{e}/ping/{w}"),
    ("POST", "/v2/{e}/job-done/{w}/{j}"), ("POST", "/v2/{e}/job-stream/{w}/{j}"),
]
STRANGERS = {"e": "nosuchendpoint", "j": "01a22abe-4e56-7000-8324-2fe2d67b4822-u1", "b": "batch_0000000000000001", "w": "nosuchworker12"}
BODIES = [
    b"", b"{", b"[]", b"null", b"7", b'"text"', b"{}", b'{"input":null}', b'{"input":1,}', b'{"input":NaN}', b'{"input":"\\ud83d"}', b"\xef\xbb\xbf{}", b"\xff\xfe",
    b'{"input":1}{"input":2}', b"[" * 1001 + b"]" * 1001, b'{"a":1,"a":2}',
]


def play(door):
    of_http(door)
    every_path(door, STRANGERS)
    known = definitions(door)
    worker = Worker(door.server.worker_env(known["e"]))
    for secret in (worker.id, worker.token):
        door.know(secret)
    jobs(door, known, worker)
    of_workers(door, known, worker)
    every_path(door, known)
    graphql_inputs(door, known)
    endings(door, known)
    worker.close()


def of_http(door):
    host = b"Host: h\r\n"
    for line in (b"GET / HTTP/1.1\r\n", b"GET http://h/ HTTP/1.1\r\n" + host, b"GET * HTTP/1.1\r\n" + host, b"BREW / HTTP/1.1\r\n" + host, b"GET /\r\n" + host,
                 b"GET / HTTP/2.0\r\n" + host, b"GET / HTTP/1.1\r\n" + host * 2, b"GET / HTTP/1.1\r\nHost : h\r\n", b"GET / HTTP/1.1\n" + host,
                 b"GET / HTTP/1.1\r\n" + host + b"X: " + b"y" * 40000 + b"\r\n", b"GET /%zz HTTP/1.1\r\n" + host, b"GET / HTTP/1.0\r\n"):
        door.raw(line + b"Connection: close\r\n\r\n")
    for framing in (b"Content-Length: 2\r\nContent-Length: 3", b"Content-Length: x", b"Content-Length: -1", b"Content-Length: 2\r\nTransfer-Encoding: chunked",
                    b"Transfer-Encoding: gzip", b"Transfer-Encoding: chunked"):
        door.raw(b"POST /graphql HTTP/1.1\r\n" + host + framing + b"\r\nConnection: close\r\n\r\n{}\r\n")
    door.raw(b"POST /graphql HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")


def every_path(door, known):
    """Each path with each method, key, body and query that somebody gets wrong."""
    for path in GET_PATHS:
        at = path.format(**known)
        if "openai" in path and known is not STRANGERS:
            continue  # it would wait for a worker
        for headers in ({}, {"accept": "application/json"}, {"origin": "https://app.example"}):
            door.ask("GET", at, headers=headers)
        for key in (None, "wrong", "Basic"):
            door.ask("GET", at, key=None, headers={} if key is None else {"authorization": f"Bearer {key}" if key == "wrong" else "Basic eDp5"})
        for method in ("DELETE", "PATCH", "OPTIONS"):
            door.ask(method, at)
        for query in ("limit=0", "limit=x", "offset=-1", "wait=1", "status=NONE", "ttl=x", "createdFrom=x", "cursor=!", "api_key=wrong", "order=up", "id=x"):
            door.ask("GET", f"{at}?{query}")
    for path in POST_PATHS:
        at = path.format(**known)
        if "finalize" in path or at.endswith(("/cancel", "purge-queue")) and known is not STRANGERS:
            continue
        for body in BODIES if "run" in path or "batch" in path or "graphql" in path else BODIES[:7]:
            if "runsync" not in path or b"ud83d" not in body:  # that is an input, and a wait
                door.ask("POST", at, body)
        door.ask("POST", at, b"{}", key=None)
        door.ask("POST", at, gzip.compress(b'{"input":1,'), headers={"content-encoding": "gzip"})
        door.ask("POST", at, b"not gzip", headers={"content-encoding": "gzip"})
        door.ask("POST", at, b"{}", headers={"content-encoding": "br"})
        door.ask("GET", at)
        for query in ("wait=x", "wait=999", "stream=2", "kill=x", "api_key=wrong"):
            door.ask("POST", f"{at}?{query}", b"{")
    for method, path in WORKER_PATHS:
        at = path.format(**{"w": STRANGERS["w"], **known})
        door.ask("PUT", at)
        if method == "POST":
            for body in BODIES[:8]:
                door.ask("POST", at, body, headers={"authorization": "stranger"})
        else:
            door.ask("HEAD", at)
    for path in ("/v2", "/v2/", "/v2/{e}", "/v2/{e}/", "/v2/{e}/nothing", "/v2/{e}/status", "/v2/{e}/status/", "/v2/{e}/status/x", "/v2/E%20/health", "/nothing"):
        door.ask("GET", path.format(**known))
        door.ask("POST", path.format(**known), b"{}")


def definitions(door):
    template = {"name": "one", "imageName": "image", "dockerArgs": "python -u handler.py", "containerDiskInGb": 5, "volumeInGb": 0, "isServerless": True,
                "env": [{"key": "A", "value": "ä"}]}
    saved = save_template(door, template)
    endpoint = {"name": "one -fb", "templateId": saved["data"]["saveTemplate"]["id"], "gpuIds": "AMPERE_16", "workersMax": 0, "retryFailed": False}
    made = save_endpoint(door, endpoint)
    return {"e": made["data"]["saveEndpoint"]["id"], "t": endpoint["templateId"], "template": template, "endpoint": endpoint}


TEMPLATE_FIELDS = "id name imageName dockerArgs containerDiskInGb volumeInGb volumeMountPath ports isServerless category readme config env { key value }"
ENDPOINT_FIELDS = """id name templateId gpuIds gpuCount idleTimeout scalerType scalerValue workersMin workersMax workersStandby executionTimeoutMs locations
 networkVolumeId allowedCudaVersions minCudaVersion flashBootType compliance retriesMax retryFailed retryDelayMs retryDelayMaxMs deadLetterKeepMs queueMax version
 env { key value } template { name } pods { desiredStatus }"""


def save_template(door, fields):
    return door.graphql(f"mutation ($input: SaveTemplateInput!) {{ saveTemplate(input: $input) {{ {TEMPLATE_FIELDS} }} }}", {"input": fields})


def save_endpoint(door, fields):
    return door.graphql(f"mutation ($input: EndpointInput!) {{ saveEndpoint(input: $input) {{ {ENDPOINT_FIELDS} }} }}", {"input": fields})


ODD = {
    "String": ["", " ", "x" * 200, "x" * 2000, "ä\n", 7, None, "NOPE,,-", "a,b", "-", "FIFO", "QUEUE_DELAY", "REQUEST_COUNT", "LB", "QB", "12.4"],
    "Int": [-1, 0, 1, 7, 100, 3601, 86400001, 2**31, 1.0, 1.5, "3", None],
    "Boolean": [True, False, None, "true", 1],
}
ENDPOINT_INPUT = {
    "String": ["name", "templateId", "type", "gpuIds", "scalerType", "locations", "networkVolumeId", "allowedCudaVersions", "minCudaVersion", "flashBootType"],
    "Int": ["gpuCount", "idleTimeout", "scalerValue", "workersMin", "workersMax", "workersStandby", "workersPFBTarget", "executionTimeoutMs", "retriesMax",
            "retryDelayMs", "retryDelayMaxMs", "deadLetterKeepMs", "queueMax"],
    "Boolean": ["retryFailed"],
}
TEMPLATE_INPUT = {
    "String": ["name", "imageName", "dockerArgs", "ports", "volumeMountPath", "readme", "category", "containerRegistryAuthId"],
    "Int": ["containerDiskInGb", "volumeInGb"],
    "Boolean": ["isServerless", "isPublic", "startSsh"],
}
DOCUMENTS = [
    "", "{", "{ nothing }", "{ myself { nothing } }", "{ myself }", "{ myself { id { x } } }", "query A { myself { id } } query B { myself { id } }", "mutation { deleteEndpoint }",
    'mutation { deleteEndpoint(id: "nosuchendpoint") }', 'mutation { deleteTemplate(templateName: "none") }', '{ podTemplate(id: "none") { id } }',
    '{ myself { endpoint(id: "nosuchendpoint") { id } } }', "{ __typename myself { __typename serverlessDiscount { discountFactor } } }",
    "query ($a: Int!) { myself { id } }", "query ($a: Nothing) { myself { id } }", "subscription { x }", "fragment F on User { id } { myself { ...F ...F } }",
    "fragment F on User { ...F } { myself { ...F } }", "{ a: myself { id } a: myself { endpoints { id } } }", "{ myself @skip(if: true) { id } }", "{ myself @nothing { id } }",
    '{ myself { endpoints(x: "y") { id } } }', "{ " + "myself { id } " * 101 + "}",
]


# Older programs take these; tests/integration/test_bound_templates.py has their refusals.
REFUSED = {("gpuIds", " "), ("gpuIds", "NOPE,,-"), ("gpuIds", "-")}


def graphql_inputs(door, known):
    # Older programs raise the version for an environment that is sent again.
    template = known["template"] | {"env": []}
    for kinds, save, whole, change in ((ENDPOINT_INPUT, save_endpoint, known["endpoint"], known["e"]), (TEMPLATE_INPUT, save_template, template, known["t"])):
        for kind, names in kinds.items():
            for name in names:
                for value in ODD[kind]:
                    if (name, value) not in REFUSED:
                        save(door, whole | {"id": change, name: value})
        save(door, {})
        save(door, whole | {"nothing": 1})
        save(door, whole | {"id": "nosuchthing123"})
        for env in ([{"key": "A"}], [{"key": "", "value": ""}], [{"key": "A=B", "value": "x"}], {"key": "A", "value": "x"}, None):
            save(door, whole | {"id": change, "env": env})
    for document in DOCUMENTS:
        door.graphql(document)
    for body in ({"query": 7}, {"query": "{ myself { id } }", "variables": 7}, {"query": "{ myself { id } }", "operationName": 7}, {"query": "{ myself { id } }", "operationName": "X"}):
        door.ask("POST", "/graphql", body)
    door.ask("POST", "/graphql", b'{"query":"' + b"x" * (2 << 20) + b'"}')
    whole = f"{{ myself {{ endpoints {{ {ENDPOINT_FIELDS} }} podTemplates {{ {TEMPLATE_FIELDS} }} }} }}"
    door.graphql(whole)
    door.graphql(whole, key=None)


def jobs(door, known, worker):
    e = known["e"]

    def run(body, path="run", **options):
        return door.ask("POST", f"/v2/{e}/{path}", body, **options)

    def look(job):
        for path in (f"status/{job}", f"status-sync/{job}?wait=1000", f"jobs/{job}/events", f"webhooks/{job}", f"stream/{job}?wait=0"):
            door.ask("GET", f"/v2/{e}/{path}")

    run({"input": 1})  # the endpoint is not paused: the option lets jobs wait
    worker.finish(worker.take(), 1)
    for policy in ({"ttl": 1}, {"ttl": "x"}, {"executionTimeout": 1}, {"priority": 1000}, {"delay": -1}, {"notBefore": "x"}, {"lowPriority": 1}, {"delay": 90000, "ttl": 60000}, 7):
        run({"input": 1, "policy": policy})
    for fields in ({"webhook": 7}, {"webhook": "ftp://h/"}, {"webhook": "http://"}, {"webhook": ""}, {"webhook": "http://a b/"}, {"s3Config": 7}, {"s3Config": {}}, {"policy": None}, {"extra": 1}):
        run({"input": 1} | fields)
    for value in ("", "a b", "x" * 256, "one", "one"):
        run({"input": 5}, headers={"Idempotency-Key": value})
    run({"input": 6}, headers={"Idempotency-Key": "one"})
    run(b'{"input":"' + b"x" * (10 << 20) + b'"}')
    run(b'{"input":"' + b"x" * (20 << 20) + b'"}', "runsync")
    run({"input": 1}, "runsync?wait=1000")
    door.ask("POST", f"/v2/{e}/purge-queue")
    answers = [{"output": {"a": [1, None, "ä"]}}, {"error": "it broke"}, {"error": {"type": "x"}}, {"output": None}, {"status": "IN_PROGRESS", "output": "half"}, {"stopPod": True, "output": 1}]
    for answer in answers:
        made = run({"input": answer, "webhook": "http://127.0.0.1:9/"} if answer == answers[0] else {"input": answer})
        taken = worker.take()
        assert taken["id"] == made["id"], (taken, made)
        look(made["id"])
        worker.done(made["id"], answer)
        look(made["id"])
        for path in ("cancel", "retry", "cancel"):
            door.ask("POST", f"/v2/{e}/{path}/{made['id']}")
        known["j"] = made["id"]
    door.ask("POST", f"/v2/{e}/purge-queue")
    streamed = run({"input": "stream"})["id"]
    while (taken := worker.take())["id"] != streamed:
        worker.finish(taken, 0)
    for chunk in (b'{"output":"a"}', b'{"output":{"b":1}}', b"{", b""):
        worker.chunk(streamed, raw=chunk)
    door.ask("GET", f"/v2/{e}/stream/{streamed}")
    worker.finish(streamed, [])
    look(streamed)
    for headers in ({"accept": "text/event-stream"}, {"accept": "text/event-stream", "last-event-id": "x"}):
        door.ask("GET", f"/v2/{e}/stream/{streamed}", headers=headers)
    for query in ("status=COMPLETED", "status=FAILED&limit=1", "error=broke", "workerId=x", "includePayloads=1", "order=asc"):
        door.ask("GET", f"/v2/{e}/requests?{query}")
    batches(door, known)
    door.ask("POST", f"/v2/{e}/dead-letters/requeue?limit=1")
    door.ask("POST", f"/v2/{e}/purge-queue")


def of_workers(door, known, worker):
    """With a token: what a broken package sends, of jobs that are its own, another's, or nobody's."""
    e, own = known["e"], {"authorization": worker.token, "user-agent": "RunPod-Python-SDK/1.12.0"}
    job = door.ask("POST", f"/v2/{e}/run", {"input": "odd"})["id"]
    assert worker.take()["id"] == job
    for of in (job, known["j"], STRANGERS["j"], "x"):
        for body in BODIES[:7] + [b'{"output":1}', b'{"status":"IN_PROGRESS","output":1}']:
            door.ask("POST", f"/v2/{e}/job-stream/{worker.id}/{of}", body, key=None, headers=own)
        door.ask("GET", f"/v2/{e}/ping/{worker.id}?job_id={of}&runpod_version=1.12.0", key=None, headers=own)
    for of in (known["j"], STRANGERS["j"], "x", job):
        for body in (b"", b"{", b"{}", b'{"output":'):
            door.ask("POST", f"/v2/{e}/job-done/{worker.id}/{of}", body, key=None, headers=own)
    for path in (f"status/{job}", f"jobs/{job}/events"):
        door.ask("GET", f"/v2/{e}/{path}")
    door.ask("GET", f"/v2/{e}/job-take/{worker.id}", key=None, headers={"authorization": "stranger"})  # answered after 5 s
    for path in ("/v2/nosuchendpoint/ping/{w}", "/v2/{e}/ping/other", "/v2/{e}/job-take-batch/{w}?batch_size=x", "/v2/{e}/job-take-batch/{w}?batch_size=0"):
        door.ask("HEAD" if "take" in path else "GET", path.format(e=e, w=worker.id), key=None, headers=own)


def batches(door, known):
    e = known["e"]
    made = door.ask("POST", f"/v2/{e}/batch", [{"input": 1}, {"input": "ä"}])
    known["b"] = made["id"]
    at = f"/v2/{e}/batch/{made['id']}"
    for body in ([{"input": None}], {"requests": [{"input": 3}]}, [7], {"requests": 7}, [{"input": 1, "policy": 7}]):
        door.ask("POST", f"{at}/requests", body)
    first = made["requestIds"][0]
    for method, body in (("PUT", {"input": 9}), ("PUT", {}), ("DELETE", None), ("DELETE", None), ("PUT", {"input": 9})):
        door.ask(method, f"{at}/requests/{first}", body)
    for query in ("", "?limit=1", "?offset=1", "?limit=501"):
        door.ask("GET", f"{at}/requests{query}")
    for _ in range(2):
        door.ask("POST", f"{at}/finalize")
        door.ask("GET", at)
        door.ask("POST", f"{at}/requests", [{"input": 4}])
    door.ask("POST", f"/v2/{e}/batch/{door.ask('POST', f'/v2/{e}/batch', [])['id']}/finalize")
    for _ in range(2):
        door.ask("POST", f"{at}/cancel")


def endings(door, known):
    e = known["e"]
    for _ in range(41):  # the option rate-limits
        door.ask("GET", f"/v2/{e}/health")
    mutation = "mutation ($id: String!) { deleteEndpoint(id: $id) }"
    save_endpoint(door, known["endpoint"] | {"id": e, "workersMax": 1})
    door.graphql(mutation, {"id": e})
    door.graphql('mutation { deleteTemplate(templateName: "one") }')
    save_endpoint(door, known["endpoint"] | {"id": e, "workersMax": 0})
    for _ in range(2):
        door.graphql(mutation, {"id": e})
        door.graphql('mutation { deleteTemplate(templateName: "one") }')
        door.ask("POST", f"/v2/{e}/run", json.dumps({"input": 1}))
