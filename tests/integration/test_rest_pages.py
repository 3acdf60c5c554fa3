"""Pages of REST v2: the nextCursor of a list counts for that list, and for no other."""

import pytest
from harness import processes
from harness.definitions import save_template
from harness.rest_v2 import is_problem
from harness.worker import Worker

PLAIN = {
    "name": "demo", "type": "QUEUE", "image": "me/worker:1", "gpu": {"pools": ["ADA_24"]}, "scaling": {"type": "QUEUE_DELAY", "queueDelay": 4},
    "workers": {"min": 0, "max": 0},
}
# Lists in which nothing can be, so that no cursor comes from them.
EMPTY = {
    "/v2/pods", "/v2/clusters", "/v2/global-volumes", "/v2/registries/delegations", "/v2/catalog/templates", "/v2/billing", "/v2/billing/pods",
    "/v2/billing/serverless", "/v2/billing/endpoints", "/v2/billing/network-volumes", "/v2/billing/clusters",
}
EMPTY_OF_ENDPOINTS = {"releases", "builds"}


def lists(server):
    """The paths of all lists, as the document has them."""
    document = server.get("/v2/openapi.json", key=None).json
    return [path for path, methods in document["paths"].items() if "cursor" in [one["name"] for one in methods.get("get", {}).get("parameters", [])]]


@pytest.fixture(scope="module")
def cursors(server):
    """{path: its nextCursor, or None of one that is empty} of each list; those of endpoints of two endpoints."""
    endpoints = [server.post("/v2/serverless", PLAIN).json["id"] for _ in range(2)]
    for n in range(2):
        save_template(server, name=f"page {n}", imageName="me/worker:1", dockerArgs="", containerDiskInGb=5, volumeInGb=0, env=[], isServerless=True)
        assert server.post("/v2/network-volumes", {"name": f"page {n}", "size": 10, "dataCenter": "EU-RO-1"}).status == 201
        assert server.post("/v2/registries", {"name": f"page {n}", "username": "me", "password": "it"}).status == 201
    workers = {endpoint: [Worker(server.worker_env(endpoint)) for _ in range(2)] for endpoint in endpoints}
    for endpoint in endpoints:
        for worker in workers[endpoint]:
            worker.later(worker.take)
        view = f"/v2/serverless/{endpoint}/workers"
        processes.wait_until(lambda: server.get(view).json["summary"]["total"] == 2, 30, "two workers")
    paths = [path.replace("{id}", endpoint) for path in lists(server) for endpoint in (endpoints if "{id}" in path else endpoints[:1])]
    assert len(paths) > 20 and EMPTY < set(paths)
    yield {path: server.get(path + "?limit=1").json["pagination"]["nextCursor"] for path in paths}
    for worker in [*workers[endpoints[0]], *workers[endpoints[1]]]:
        worker.close()


def test_each_list_that_can_hold_something_has_a_cursor(cursors):
    without = {path for path, cursor in cursors.items() if cursor is None}
    assert {path for path in without if path.split("/")[-1] not in EMPTY_OF_ENDPOINTS} == EMPTY


def test_a_cursor_counts_for_its_own_list_alone(server, cursors):
    for source, cursor in cursors.items():
        for path in cursors if cursor else ():
            answer = server.get(f"{path}?limit=1&cursor={cursor}")
            if path == source:
                assert answer.status == 200 and len(next(iter(answer.json.values()))) == 1, path
            else:
                assert is_problem(answer, 422) and answer.json["errors"] == ["query.cursor: not a nextCursor of this list; start again without it"], (source, path)
