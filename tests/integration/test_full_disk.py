"""Definitions, keys and credentials on a disk without space: each write is refused in its surface's form, or done whole."""

import time

import pytest
from harness.rest_v2 import is_problem
from harness.shims import Dial, preload

FULL, READ_ONLY, UNTOUCHED, BELOW_THE_RESERVE = 0, -1, -2, 100 << 20
NOTHING_NEW = "nothing was saved: the disk has no space for anything new; what is there can be changed and removed. Free some space and try again"
NOTHING = "nothing was saved: the disk is full or read-only; free some space and try again"
ENDPOINT = {
    "name": "made", "type": "QUEUE", "image": "image:0", "gpu": {"pools": ["ADA_24"]}, "workers": {"max": 0},
    "scaling": {"type": "QUEUE_DELAY", "queueDelay": 4},
}
ADDED = [  # (path, body)
    ("/v2/templates", {"name": "added", "image": "i"}),
    ("/v2/serverless", ENDPOINT | {"name": "added"}),
    ("/v2/network-volumes", {"name": "added", "size": 10, "dataCenter": "EU-RO-1"}),
    ("/v2/registries", {"name": "added", "username": "u", "password": "p"}),
    ("/admin/v1/keys", {"role": "jobs", "name": "added"}),
    ("/graphql", 'secretCreate(input: {name: "ADDED", value: "v"}) { id }'),
    ("/graphql", 'saveTemplate(input: {name: "added", imageName: "i", dockerArgs: "", containerDiskInGb: 1, volumeInGb: 0, env: []}) { id }'),
    ("/graphql", 'saveEndpoint(input: {name: "added", templateId: "$template", gpuIds: "ADA_24", workersMax: 0}) { id }'),
    ("/graphql", 'createNetworkVolume(input: {name: "added", size: 10, dataCenterId: "EU-RO-1"}) { id }'),
    ("/graphql", 'saveRegistryAuth(input: {name: "added", username: "u", password: "p"}) { id }'),
]  # fmt: skip
CHANGED = [  # (method, path, body); $NAME: the id of one that was made
    ("PATCH", "/v2/templates/$template", {"name": "changed", "env": {"A": "1"}}),
    ("PATCH", "/v2/serverless/$endpoint", {"name": "changed", "env": {"A": "1"}}),
    ("PATCH", "/v2/network-volumes/$volume", {"name": "changed"}),
    ("POST", "/graphql", 'updateRegistryAuth(input: {id: "$registry", username: "changed", password: "changed"}) { id }'),
    ("PUT", "/v2/account/ssh-keys", {"keys": []}),
    ("POST", "/graphql", 'secretValueUpdate(input: {id: "$secret", value: "changed"}) { id }'),
    ("POST", "/graphql", 'secretDescriptionUpdate(input: {id: "$secret", description: "changed"}) { id }'),
    ("POST", "/graphql", 'updateUserSettings(input: {pubKey: "changed"}) { id }'),
    ("POST", "/graphql", 'saveEndpoint(input: {id: "$endpoint", name: "changed"}) { id }'),
]  # fmt: skip
REMOVED = [
    ("DELETE", "/v2/serverless/$endpoint", None),
    ("DELETE", "/v2/templates/$template", None),
    ("DELETE", "/v2/network-volumes/$volume", None),
    ("DELETE", "/v2/registries/$registry", None),
    ("DELETE", "/admin/v1/keys/$key", None),
    ("POST", "/graphql", 'secretDelete(id: "$secret")'),
]


@pytest.fixture
def disk(tmp_path):
    return Dial(tmp_path / "free", UNTOUCHED)


@pytest.fixture
def server(servers, disk):
    return servers(environment=preload("disk_space") | {"PILOTLIGHT_TEST_DISK_SPACE": str(disk.path)}).start()


@pytest.fixture
def made(server):
    """{what: the id of one of it}"""

    def make(path, body):
        answer = server.post(path, body)
        assert answer.status == 201, answer
        return answer.json["id"]

    return {
        "template": make("/v2/templates", {"name": "made", "image": "i"}),
        "endpoint": make("/v2/serverless", ENDPOINT),
        "volume": make("/v2/network-volumes", {"name": "made", "size": 10, "dataCenter": "EU-RO-1"}),
        "registry": make("/v2/registries", {"name": "made", "username": "u", "password": "p"}),
        "key": make("/admin/v1/keys", {"role": "jobs"}),
        "secret": server.graphql('mutation { secretCreate(input: {name: "MADE", value: "v"}) { id } }')["secretCreate"]["id"],
    }


def send(server, made, method, path, body):
    def filled(text):
        for name, identifier in made.items():
            text = text.replace("$" + name, identifier)
        return text

    if isinstance(body, str):
        body = {"query": f"mutation {{ {filled(body)} }}"}
    return server.request(method, filled(path), body, timeout=20)


def is_refused(answer, path, told):
    """Whether the answer is a refusal in these words and in the form of the path's surface."""
    if path == "/graphql":
        assert answer.status == 200 and [error["message"] for error in answer.json["errors"]] == [told], answer
        return True
    if path.startswith("/admin"):
        assert answer.status == 503 and answer.json["error"] == told and int(answer.headers["Retry-After"]) > 0, answer
        return True
    return is_problem(answer, 503, told)


def is_done(answer):
    assert answer.status in (200, 201, 204) and (not answer.text or "errors" not in answer.json), answer
    return True


def all_there_is(server):
    lists = ("/v2/templates", "/v2/serverless", "/v2/network-volumes", "/v2/registries", "/admin/v1/keys", "/v2/account/ssh-keys")
    secrets = server.graphql("{ myself { pubKey secrets { id name description } } }")
    return [server.get(path).json for path in lists] + [secrets]


def nothing_is_left(server):
    lists = {"templates": "templates", "serverless": "endpoints", "network-volumes": "networkVolumes", "registries": "registries"}
    return not any(server.get("/v2/" + path).json[name] for path, name in lists.items()) and len(server.get("/admin/v1/keys").json["keys"]) == 1


def leave(disk, state):
    disk.set(state)
    time.sleep(0.2)  # the server looks at the disk ten times a second


def test_below_the_reserve_nothing_is_added(server, disk, made):
    before = all_there_is(server)
    leave(disk, BELOW_THE_RESERVE)
    for path, body in ADDED:
        assert is_refused(send(server, made, "POST", path, body), path, NOTHING_NEW)
    assert all_there_is(server) == before


def test_below_the_reserve_changes_and_removals_are_done(server, disk, made):
    leave(disk, BELOW_THE_RESERVE)
    for method, path, body in CHANGED + REMOVED:
        assert is_done(send(server, made, method, path, body)), (method, path, body)
    assert nothing_is_left(server)


@pytest.mark.parametrize("state", [FULL, READ_ONLY])
def test_a_full_disk_refuses_every_write(server, disk, made, state):
    before = all_there_is(server)
    leave(disk, state)
    for method, path, body in [("POST", *one) for one in ADDED] + CHANGED + REMOVED:
        assert is_refused(send(server, made, method, path, body), path, NOTHING), (method, path)
    assert all_there_is(server) == before
    leave(disk, UNTOUCHED)
    for method, path, body in CHANGED + REMOVED:
        assert is_done(send(server, made, method, path, body)), (method, path, body)
    assert nothing_is_left(server)
