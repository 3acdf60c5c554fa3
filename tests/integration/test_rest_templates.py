"""/v2/templates: a life of templates through REST v2, beside GraphQL; each answer against RunPod's specification."""

import json
import threading

import pytest
from harness import definitions, processes
from harness.definitions import Database, look, save
from harness.server import PYTHON, ROOT
from harness.rest_v2 import is_problem, validator

PATH = "/v2/templates"
TEMPLATE = validator({"$ref": "#/components/schemas/Template"})
LIST = validator({"$ref": "#/components/schemas/ListTemplatesResponse"})
WHOLE = {
    "name": "whole", "image": "me/worker:1", "args": "python -u handler.py", "disk": 7, "env": {"A": "1", "b \u00e4": "\U0001f600=", "EMPTY": ""},
    "ports": ["8000/http", "22/tcp"], "registry": "auth0000000001", "mounts": {"persistent": {"size": 20, "path": "/workspace"}}, "serverless": True,
    "public": True, "category": "AMD", "startSsh": False, "startJupyter": False, "allowedCudaVersions": ["12.8", "12.4"],
}  # fmt: skip
# Stored through GraphQL, what v2 cannot say.
ODD = [
    {"containerDiskInGb": 0, "volumeInGb": 0},
    {"containerDiskInGb": 5, "volumeInGb": 3, "volumeMountPath": "/w"},
    {"containerDiskInGb": 2_000_000, "volumeInGb": 3_000_000, "volumeMountPath": ""},
    {"containerDiskInGb": 5, "volumeInGb": 0, "volumeMountPath": "/w", "imageName": "", "dockerArgs": " ", "containerRegistryAuthId": ""},
    {"containerDiskInGb": 5, "volumeInGb": 12, "ports": " 8888/http ,,22/tcp,", "portsConfig": [{"port": "8888", "name": "a"}]},
    {"containerDiskInGb": 5, "volumeInGb": 0, "ports": ",", "allowedCudaVersions": ["x", "12", " 12.4", "12.5,12.6"], "readme": "r", "config": {"a": 1}},
    {"containerDiskInGb": 5, "volumeInGb": 0, "env": [{"key": "A", "value": "1"}, {"key": "B", "value": "2"}, {"key": "A", "value": "3"}]},
    {"containerDiskInGb": 5, "volumeInGb": 0, "isServerless": False, "startSsh": True, "startScript": "true", "name": " "},
]  # fmt: skip


def is_template(answer, status=200):
    assert answer.status == status and answer.headers["Content-Type"] == "application/json", answer
    TEMPLATE.validate(answer.json)
    return True


def make(server, **fields):
    answer = server.post(PATH, {"name": f"t {make.number}", "image": "i"} | fields)
    make.number += 1
    assert is_template(answer, 201)
    return answer.json


make.number = 0


def at(template):
    return f"{PATH}/{template['id'] if isinstance(template, dict) else template}"


def patch(server, template, **fields):
    answer = server.request("PATCH", at(template), fields)
    assert is_template(answer)
    return answer.json


def listed(server, query=""):
    answer = server.get(PATH + query)
    assert answer.status == 200
    LIST.validate(answer.json)
    return answer.json


@pytest.fixture
def unchanged(server):
    """check(call, ...): the call commits nothing."""
    database = Database(server)

    def check(call, *arguments, **fields):
        before = database.commits(), database.payloads()
        result = call(server, *arguments, **fields)
        assert (database.commits(), database.payloads()) == before, fields
        return result

    return check


# A life


def test_a_template_is_made_read_changed_and_deleted(server):
    made = make(server, **WHOLE)
    assert {name: made[name] for name in WHOLE} == WHOLE and set(made) == {*WHOLE, "id"}
    assert is_template(server.get(at(made))) and server.get(at(made)).json == made
    assert made in listed(server)["templates"]
    changed = patch(server, made, image="me/worker:2", env={"A": "2"}, registry=None, mounts={})
    assert changed == made | {"image": "me/worker:2", "env": {"A": "2"}, "registry": None, "mounts": {}}
    answer = server.request("DELETE", at(made))
    assert answer.status == 204 and not answer.text
    for method in ("GET", "PATCH", "DELETE"):
        assert is_problem(server.request(method, at(made), {} if method == "PATCH" else None), 404, "resource not found")
    assert made["id"] not in [one["id"] for one in listed(server)["templates"]]


def test_defaults_of_a_new_template(server):
    made = make(server, name="plain", image="")
    assert made == {
        "id": made["id"], "name": "plain", "image": "", "args": "", "disk": 1, "env": {}, "ports": [], "registry": None, "mounts": {}, "serverless": False,
        "public": False, "category": "NVIDIA", "startSsh": True, "startJupyter": True, "allowedCudaVersions": [],
    }  # fmt: skip


def test_both_interfaces_see_the_same_template(server):
    made = make(server, **WHOLE | {"name": "seen by both"})
    query = f'{{ podTemplate(id: "{made["id"]}") {{ {" ".join(definitions.TEMPLATE)} }} }}'
    seen = server.graphql(query)["podTemplate"]
    assert seen["name"] == "seen by both" and seen["imageName"] == WHOLE["image"] and seen["dockerArgs"] == WHOLE["args"]
    assert {one["key"]: one["value"] for one in seen["env"]} == WHOLE["env"] and seen["ports"] == "8000/http,22/tcp"
    assert (seen["containerDiskInGb"], seen["volumeInGb"], seen["volumeMountPath"]) == (7, 20, "/workspace")
    assert seen["category"] == "AMD" and seen["isServerless"] and seen["isPublic"] and not seen["startSsh"] and seen["allowedCudaVersions"] == ["12.8", "12.4"]
    server.graphql(f'mutation {{ saveTemplate(input: {{ id: "{made["id"]}", name: "seen by both", dockerArgs: "other", env: [], containerDiskInGb: 9, volumeInGb: 0 }}) {{ id }} }}')
    now = server.get(at(made)).json
    assert now == made | {"args": "other", "env": {}, "disk": 9, "mounts": {}}


# Write-back


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: ",".join(odd)[:60])
def test_the_own_view_is_written_back_without_a_change(server, unchanged, odd):
    made = definitions.save_template(server, **{"name": f"odd {ODD.index(odd)}", "dockerArgs": "", "env": []} | odd)
    answer = server.get(at(made))
    assert is_template(answer)
    view = answer.json
    whole = {name: value for name, value in view.items() if name != "id"}
    assert unchanged(patch, made, **whole) == view
    for name, value in whole.items():
        assert unchanged(patch, made, **{name: value}) == view
    assert unchanged(patch, made, env=dict(reversed(view["env"].items()))) == view, "their order means nothing"
    assert unchanged(patch, made) == view
    query = f'{{ podTemplate(id: "{made["id"]}") {{ boundEndpointId {" ".join(definitions.TEMPLATE)} }} }}'
    assert server.graphql(query)["podTemplate"] == made


def test_a_change_touches_only_what_it_names(server):
    made = definitions.save_template(server, **{"name": "much", "dockerArgs": "a", "env": [{"key": "A", "value": "1"}], "readme": "r", "startScript": "s",
                                                "config": {"a": 1}, "advancedStart": True} | ODD[4])  # fmt: skip
    patch(server, made, image="other", disk=6)
    query = f'{{ podTemplate(id: "{made["id"]}") {{ boundEndpointId {" ".join(definitions.TEMPLATE)} }} }}'
    assert server.graphql(query)["podTemplate"] == made | {"imageName": "other", "containerDiskInGb": 6}


def test_clients_that_change_other_members_at_once_both_stand(server):
    made = make(server, name="shared by all", env={"A": "1"})
    members = {"disk": range(2, 20), "args": list("abcdefghijklmnopqr"), "image": list("abcdefghijklmnopqr")}

    def write(name, values):
        for value in values:
            assert patch(server, made, env={"A": "1"}, **{name: value})[name] == value

    threads = [threading.Thread(target=write, args=item) for item in members.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.get(at(made)).json == made | {"disk": 19, "args": "r", "image": "r"}


# With endpoints


def test_a_template_in_use_is_not_deleted(server):
    made = make(server, name="in use", serverless=True)
    endpoint = save(server, name="its user", gpuIds="ADA_24", templateId=made["id"], workersMax=0)
    answer = server.request("DELETE", at(made))
    assert is_problem(answer, 400) and answer.json["detail"].startswith("Template is in use by endpoint " + endpoint["id"])
    assert server.get(at(made)).json == made
    other = make(server, name="another one", serverless=True)
    save(server, id=endpoint["id"], name="its user", templateId=other["id"])
    assert server.request("DELETE", at(made)).status == 204


def test_a_bound_template_is_not_found_here(server):
    own = {"name": "own", "dockerArgs": "", "containerDiskInGb": 1, "env": []}
    endpoint = save(server, name="with its own", gpuIds="ADA_24", template=own, workersMax=0)
    bound = endpoint["templateId"]
    for method in ("GET", "PATCH", "DELETE"):
        assert is_problem(server.request(method, at(bound), {"image": "x"} if method == "PATCH" else None), 404, "resource not found")
    assert bound not in [one["id"] for one in listed(server)["templates"]]
    assert look(server, endpoint["id"]) == endpoint
    assert make(server, name="own")["name"] == "own", "its name is free"


def test_a_change_renews_the_workers_of_its_endpoints(server):
    command = f"{PYTHON} -u {ROOT}/tests/workers/sdk_worker.py"
    made = make(server, name="rolling", image="", args=command, serverless=True, env={"REPLY": "one"})
    endpoints = [save(server, name="rolling", gpuIds="ADA_24", templateId=made["id"], workersMin=1, workersMax=1)["id"] for _ in range(2)]
    workers = {one: processes.wait_until(lambda one=one: live(server, one), 30, "a worker") for one in endpoints}
    patch(server, made, name="rolled", public=True, startSsh=False)
    assert [look(server, one)["version"] for one in endpoints] == [0, 0] and {one: live(server, one) for one in endpoints} == workers
    patch(server, made, env={"REPLY": "two"})
    assert [look(server, one)["version"] for one in endpoints] == [1, 1]
    for one in endpoints:
        processes.wait_until(lambda one=one: live(server, one) and not live(server, one) & workers[one], 60, "a worker of the new version")
        save(server, id=one, name="rolling", workersMin=0, workersMax=0)


def live(server, endpoint):
    """Ids of the workers that the endpoint's view shows."""
    return {one["id"] for one in server.get(f"/v2/{endpoint}/workers").json["workers"]}


# Lists


def test_the_list_is_newest_first_also_after_a_restart(servers):
    server = servers().start()
    assert listed(server) == {"templates": [], "pagination": {"hasNextPage": False, "nextCursor": None}}
    made = [make(server)["id"] for _ in range(7)]
    pages, cursor = [], ""
    while cursor is not None:
        page = listed(server, f"?limit=3{cursor}")
        pages.append([one["id"] for one in page["templates"]])
        assert page["pagination"]["hasNextPage"] == bool(page["pagination"]["nextCursor"])
        cursor = page["pagination"]["nextCursor"] and f"&cursor={page['pagination']['nextCursor']}"
    assert [len(page) for page in pages] == [3, 3, 1] and sum(pages, []) == [one["id"] for one in listed(server)["templates"]]
    assert set(sum(pages, [])) == set(made)
    server.request("DELETE", at(pages[0][2]))
    kept = [one for one in sum(pages, []) if one != pages[0][2]]
    server.kill_both()
    server.start()
    assert [one["id"] for one in listed(server)["templates"]] == kept
    newest = make(server)["id"]
    assert [one["id"] for one in listed(server)["templates"]] == [newest, *kept]
    for path in ("/v2/pods", PATH):
        answer = server.get(f"{path}?cursor=" + "others 0 x".encode().hex())
        assert is_problem(answer, 422) and answer.json["errors"] == ["query.cursor: not a nextCursor of this list; start again without it"]


# Refusals


def test_names_are_unique(server):
    made, other = make(server, name="taken"), make(server, name="free")
    taken = 'a template named "taken" already exists; names are unique, choose another'
    assert is_problem(server.post(PATH, {"name": "taken", "image": ""}), 400, taken)
    assert is_problem(server.request("PATCH", at(other), {"name": "taken", "image": "x"}), 400, taken)
    assert server.get(at(other)).json == other and patch(server, made, name="taken") == made


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({}, 422, ["$: missing property 'name'", "$: missing property 'image'"]),
        ({"image": "i"}, 422, ["$: missing property 'name'"]),
        ({"name": "", "image": "i"}, 422, ["$.name: minLength: got 0, want 1"]),
        ({"name": "n", "image": "i", "imageName": "x"}, 422, ["$: additional properties 'imageName' not allowed"]),
        ({"name": "n", "image": "i", "readme": "x"}, 422, ["$: additional properties 'readme' not allowed"]),
        ({"name": "n", "image": "i", "mounts": {"network": []}}, 422, ["$.mounts: additional properties 'network' not allowed"]),
        ({"name": "n", "image": "i", "mounts": {"persistent": {"size": 9, "path": ""}}}, 422, ["$.mounts.persistent.size: minimum: got 9, want 10"]),
        ({"name": "n", "image": "i", "disk": "5"}, 422, ["$.disk: got string, want integer"]),
        ({"name": "n", "image": None}, 422, ["$.image: got null, want string"]),
        ({"name": "n", "image": "i", "env": [{"key": "A", "value": "1"}]}, 422, ["$.env: got array, want object"]),
        ({"name": "n", "image": "i", "env": {"A": 1}}, 422, ["$.env.A: got number, want string"]),
        (b"", 400, "the body is empty; send a JSON object"),
        (b'{"name":"n","image":NaN}', 400, None),
        (b"[" * 1001 + b"]" * 1001, 400, None),
        (b'{"name":"' + b"n" * (2 << 20) + b'","image":"i"}', 413, "the request is larger than 2 MiB; send less at once"),
        ({"name": "n" * 1_000_000, "image": "i"}, 400, "name must not have more than 191 bytes"),
        ({"name": "n", "image": "i" * 65_537}, 400, "image must not have more than 65536 bytes"),
        ({"name": "n", "image": "i", "args": "a" * 65_537}, 400, "args must not have more than 65536 bytes"),
        ({"name": "n", "image": "i", "allowedCudaVersions": ["12.8"] * 20_000}, 400, "a text of more than 65536 bytes is not accepted; shorten it"),
        ({"name": "n", "image": "i", "disk": 10**30}, 400, "disk must not be more than 1000000"),
        ({"name": "n", "image": "i", "mounts": {"persistent": {"size": 10**30, "path": ""}}}, 400, "mounts.persistent.size must not be more than 1000000"),
        ({"name": "n", "image": "i", "env": {"A=B": "1"}}, 400, "the name of a variable in env must not be empty or contain = or NUL"),
        ({"name": "n", "image": "i", "env": {"": "1"}}, 400, "the name of a variable in env must not be empty or contain = or NUL"),
        ({"name": "n", "image": "i", "env": {"A": "\0"}}, 400, "the value of a variable in env must not contain NUL"),
        ({"name": "n", "image": "i", "env": {"RUNPOD_INIT_TIMEOUT": "soon"}}, 400, "RUNPOD_INIT_TIMEOUT must be whole seconds from 1 to 86400"),
        ({"name": "n", "image": "i", "ports": ["80/http,22/tcp"]}, 400, "ports[0] must not contain a comma"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bodies_that_make_no_template(server, unchanged, body, status, told):
    answer = unchanged(type(server).post, PATH, body)
    assert is_problem(answer, status)
    assert told is None or (answer.json["errors"] if status == 422 else answer.json["detail"]) == told


def test_bodies_that_change_no_template(server, unchanged):
    made = make(server, name="to be kept")
    for body in ({"name": ""}, {"id": "x"}, {"disk": 0}, {"category": "TPU"}, {"startSsh": "yes"}, {"allowedCudaVersions": ["12"]}, {"registry": 7}, [], None):
        assert is_problem(unchanged(type(server).request, "PATCH", at(made), json.dumps(body).encode()), 422)
    assert is_problem(unchanged(type(server).request, "PATCH", at(made), b""), 400)
    assert server.get(at(made)).json == made


def test_an_environment_of_many_variables(server):
    env = {f"VARIABLE_{number}": "x" * 20 for number in range(10_000)}
    made = make(server, name="many variables", env=env)
    assert made["env"] == env and patch(server, made, env=env) == made


@pytest.mark.parametrize("name", ["x", "ABCDEFGHIJ", "a" * 300, "a%2Fb", "..%2F..", "%2e%2e", "%zz", "a b", "%00", "\u00e4", "endpoint000001"])
def test_ids_that_nothing_has(server, name):
    for method in ("GET", "PATCH", "DELETE"):
        assert is_problem(server.request(method, f"{PATH}/{name}", {"image": "x"} if method == "PATCH" else None), 404)


def test_methods_that_the_paths_do_not_know(server):
    for path, allowed in ((PATH, "GET, POST"), (f"{PATH}/x", "GET, PATCH, DELETE")):
        answer = server.request("PUT", path, {})
        assert is_problem(answer, 405) and answer.headers["Allow"] == allowed
        assert server.request("OPTIONS", path, key=None).headers["Allow"] == allowed
    assert is_problem(server.get(f"{PATH}/x/y"), 404)


def test_one_template_too_many(servers):
    server = servers("--templates-max", "2").start()
    make(server), make(server)
    answer = server.post(PATH, {"name": "third", "image": ""})
    assert is_problem(answer, 400) and "templates-max" in answer.json["detail"]
