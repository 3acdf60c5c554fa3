"""runpodctl of about 2.14 is in no package registry: its requests to REST v2, as it is known to send them."""

import time

import requests
from harness.rest_v2 import is_answer
from harness.server import GREETER, ROOT

ALL, ONE = "/v2/serverless", "/v2/serverless/{id}"
SILENCE = 0.75  # s: it takes a log for whole after so much


def make(server, name):
    body = {"name": name, "type": "QUEUE", "image": f"process:{ROOT}", "args": GREETER, "gpu": {"pools": ["ADA_24"]},
            "scaling": {"type": "QUEUE_DELAY", "queueDelay": 1}, "workers": {"max": 1, "idleTimeout": 60}}  # fmt: skip
    answer = server.post(ALL, body)
    assert is_answer(answer, ALL, 201, "post")
    return answer.json["id"]


def test_list_of_endpoints_as_a_whole_and_in_pages(server):
    made = [make(server, f"listed {number}") for number in range(3)]
    whole = server.get(ALL)
    assert is_answer(whole, ALL) and whole.json["pagination"] == {"hasNextPage": False, "nextCursor": None}
    paged, cursor = [], None
    while cursor is not None or not paged:
        page = server.get(ALL + "?limit=1" + (f"&cursor={cursor}" if cursor else "")).json
        paged += [endpoint["id"] for endpoint in page["endpoints"]]
        cursor = page["pagination"]["nextCursor"]
        assert page["pagination"]["hasNextPage"] == (cursor is not None)
    assert paged == [endpoint["id"] for endpoint in whole.json["endpoints"]] and set(made) <= set(paged)


def test_update_and_delete(server):
    endpoint = make(server, "updated")
    path = f"{ALL}/{endpoint}"
    for body in (
        {"workers": {"min": 0, "max": 4, "idleTimeout": 7}},
        {"scaling": {"type": "QUEUE_DELAY", "queueDelay": 2.5}},
        {"flashboot": "OFF"},
        {"scaling": {"type": "REQUEST_COUNT", "requestCount": 3}},
    ):
        answer = server.request("PATCH", path, body)
        assert is_answer(answer, ONE, method="patch")
        for name, value in body.items():
            assert value == ({inner: answer.json[name].get(inner) for inner in value} if isinstance(value, dict) else answer.json[name])
    assert server.request("DELETE", path).status == 204
    assert server.request("DELETE", path).status == 404 and server.get(path).status == 404


def test_workers_and_a_snapshot_of_a_log(server):
    endpoint = make(server, "logged")
    assert server.post(f"/v2/{endpoint}/runsync?wait=90000", {"input": {"name": "Ada"}}).json["output"] == {"greeting": "Hello, Ada!"}
    view = server.get(f"{ALL}/{endpoint}/workers").json
    assert sum(view["summary"][name] for name in ("running", "idle", "initializing", "throttled", "unhealthy")) == view["summary"]["total"] == 1
    path = f"{ALL}/{endpoint}/workers/{view['workers'][0]['id']}/logs"
    headers = {"Authorization": f"Bearer {server.key}", "Accept": "text/event-stream"}
    with requests.get(server.origin + path, params={"tail": 100}, headers=headers, stream=True, timeout=(5, SILENCE)) as response:
        assert response.headers["Content-Type"].split(";")[0] == "text/event-stream"
        lines, begun = [], time.monotonic()
        try:
            for line in response.iter_lines():
                lines.append(line.decode())
        except requests.exceptions.ConnectionError:
            pass  # silence
    assert any("Started." in line for line in lines) and time.monotonic() - begun >= SILENCE
