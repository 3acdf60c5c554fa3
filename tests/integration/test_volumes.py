"""Network volumes through GraphQL and REST v2: one model, a folder each, and nothing left over wherever the server dies."""

import json
import random
import threading
import time

import pytest
import requests
from harness import definitions, processes
from harness.definitions import Database, save, save_error
from harness.raw import exchange, head
from harness.server import ROOT
from harness.shims import Dial, preload
from jsonschema import Draft202012Validator

SPECIFICATION = json.loads((ROOT / "tests/data/openapi/v2.json").read_text())
PATH = "/v2/network-volumes"
FIELDS = "id name size dataCenterId"
TEMPLATE = {"name": "t", "dockerArgs": "", "containerDiskInGb": 1, "env": []}


def validate(schema, value):
    Draft202012Validator({"$ref": f"#/components/schemas/{schema}", "components": SPECIFICATION["components"]}).validate(value)


def some_name():
    return f"volume {time.monotonic_ns()}"


def create(server, **fields):
    """A volume that REST v2 makes."""
    answer = server.post(PATH, {"name": some_name(), "size": 10, "dataCenter": "EU-RO-1", **fields})
    assert answer.status == 201, answer.text
    validate("NetworkVolume", answer.json)
    return answer.json


def graphql_create(server, select=FIELDS, **fields):
    query = f"mutation ($input: CreateNetworkVolumeInput!) {{ createNetworkVolume(input: $input) {{ {select} }} }}"
    wanted = {"name": some_name(), "size": 10, "dataCenterId": "EU-RO-1", **fields}
    return server.graphql(query, {"input": wanted})["createNetworkVolume"]


def graphql_refusal(server, mutation, **fields):
    kind = mutation[0].upper() + mutation[1:] + "Input"
    select = "" if mutation.startswith("delete") else " { id }"
    return server.graphql_error(f"mutation ($input: {kind}!) {{ {mutation}(input: $input){select} }}", {"input": fields})


def listed(server, query=""):
    answer = server.get(PATH + query)
    assert answer.status == 200, answer.text
    validate("ListNetworkVolumesResponse", answer.json)
    return answer.json["networkVolumes"]


def graphql_listed(server):
    return server.graphql(f"{{ myself {{ networkVolumes {{ {FIELDS} }} }} }}")["myself"]["networkVolumes"]


def folder(server, volume):
    return server.data / "volumes" / (volume if isinstance(volume, str) else volume["id"])


def wait_folder(server, volume):
    processes.wait_until(folder(server, volume).is_dir, 10, "the volume's folder")
    return folder(server, volume)


def wait_gone(server, volume):
    identifier = volume if isinstance(volume, str) else volume["id"]
    processes.wait_until(lambda: not any(identifier in path.name for path in (server.data / "volumes").iterdir()), 10, "the end of the folder")


def delete(server, volume):
    assert server.request("DELETE", f"{PATH}/{volume['id']}").status == 204


# One life, through both surfaces


def test_a_volume_of_one_surface_is_changed_by_the_other(server):
    made = create(server, name="mine", size=20, type="HIGH_PERFORMANCE")
    assert made == {"id": made["id"], "name": "mine", "size": 20, "dataCenter": "EU-RO-1", "type": "HIGH_PERFORMANCE"}
    shown = {"id": made["id"], "name": "mine", "size": 20, "dataCenterId": "EU-RO-1"}
    assert shown in graphql_listed(server) and made in listed(server)
    update = "mutation ($input: UpdateNetworkVolumeInput!) { updateNetworkVolume(input: $input) { id name size dataCenterId storageClusterId dataCenter { id } } }"
    grown = server.graphql(update, {"input": {"id": made["id"], "size": 30}})["updateNetworkVolume"]
    assert grown == shown | {"size": 30, "storageClusterId": None, "dataCenter": {"id": "EU-RO-1"}}
    answer = server.request("PATCH", f"{PATH}/{made['id']}", {"name": "renamed"})
    assert answer.status == 200 and answer.json == made | {"name": "renamed", "size": 30}
    assert server.get(f"{PATH}/{made['id']}").json == answer.json
    wait_folder(server, made)
    assert server.graphql("mutation ($input: DeleteNetworkVolumeInput!) { deleteNetworkVolume(input: $input) }", {"input": {"id": made["id"]}}) == {"deleteNetworkVolume": None}
    assert server.get(f"{PATH}/{made['id']}").status == 404 and made["id"] not in str(graphql_listed(server))
    wait_gone(server, made)


def test_a_folder_is_made_and_goes_with_all_that_is_in_it(server, tmp_path):
    volume = graphql_create(server)
    place = wait_folder(server, volume)
    assert place.stat().st_mode & 0o777 == 0o700 and place.parent.stat().st_mode & 0o777 == 0o700
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("kept")
    (place / "deep/er").mkdir(parents=True)
    (place / "deep/er/file").write_text("x" * 100_000)
    (place / "link").symlink_to(elsewhere)
    (place / "deep/link").symlink_to("/etc")
    other = wait_folder(server, create(server))
    delete(server, volume)
    wait_gone(server, volume)
    assert (elsewhere / "kept").read_text() == "kept" and other.is_dir()


def test_unknown_data_centers_are_kept(server):
    assert create(server, dataCenter="NOWHERE-9")["dataCenter"] == "NOWHERE-9"
    assert graphql_create(server, "dataCenterId dataCenter { id }", dataCenterId="NOWHERE-9") == {"dataCenterId": "NOWHERE-9", "dataCenter": None}


def test_a_list_begins_with_the_newest_and_comes_in_pages(servers):
    server = servers().start()
    assert server.get(PATH).json == {"networkVolumes": [], "pagination": {"hasNextPage": False, "nextCursor": None}}
    ids = []
    for _ in range(5):
        ids.insert(0, create(server)["id"])
        time.sleep(0.002)
    assert [one["id"] for one in listed(server)] == ids
    seen, cursor = [], ""
    while True:
        answer = server.get(f"{PATH}?limit=2{cursor}").json
        seen += [one["id"] for one in answer["networkVolumes"]]
        if not answer["pagination"]["hasNextPage"]:
            break
        cursor = f"&cursor={answer['pagination']['nextCursor']}"
    assert seen == ids and len(graphql_listed(server)) == 5
    for query in ("limit=0", "limit=ten", "cursor=abc", "cursor=" + b"pods 0 x".hex()):
        assert server.get(f"{PATH}?{query}").status == 422, query


# What is refused


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"", 400, "the body is empty"),
        (b"{", 400, "not valid JSON"),
        ({}, 422, ["$: missing property 'dataCenter'", "$: missing property 'name'", "$: missing property 'size'"]),
        ({"name": "n", "size": "10", "dataCenter": "d"}, 422, ["$.size: got string, want integer"]),
        ({"name": "n", "size": 9, "dataCenter": "d"}, 422, ["$.size: minimum: got 9, want 10"]),
        ({"name": "n", "size": 4097, "dataCenter": "d"}, 422, ["$.size: maximum: got 4097, want 4096"]),
        ({"name": "n", "size": 10.5, "dataCenter": "d"}, 422, ["$.size: got number, want integer"]),
        ({"name": "", "size": 10, "dataCenter": ""}, 422, ["$.dataCenter: minLength: got 0, want 1", "$.name: minLength: got 0, want 1"]),
        ({"name": None, "size": 10, "dataCenter": "d"}, 422, ["$.name: got null, want string"]),
        ({"name": "n", "size": 10, "dataCenterId": "d"}, 422, ["$: additional properties 'dataCenterId' not allowed", "$: missing property 'dataCenter'"]),
        ({"name": "n", "size": 10, "dataCenter": "d", "type": "FAST"}, 422, ["$.type: value must be one of 'STANDARD', 'HIGH_PERFORMANCE'"]),
        ({"name": "n" * 1_000_000, "size": 10, "dataCenter": "d"}, 400, "name must not have more than 191 bytes"),
        ({"name": "n", "size": 10, "dataCenter": "d" * 192}, 400, "dataCenterId must not have more than 191 bytes"),
        ({"name": "a\nb", "size": 10, "dataCenter": "d"}, 400, "name must not have control characters"),
        ({"name": "a\u0085b", "size": 10, "dataCenter": "d"}, 400, "name must not have control characters"),
        ({"name": "n", "size": 10, "dataCenter": "\u001b[2J"}, 400, "dataCenterId must not have control characters"),
    ],
)
def test_a_body_that_makes_no_volume(server, body, status, told):
    before = listed(server)
    answer = server.post(PATH, body)
    assert answer.status == status, answer.text
    assert sorted(answer.json["errors"]) == told if status == 422 else told in answer.json["detail"]
    assert listed(server) == before


def test_a_change_that_is_refused_changes_nothing(server):
    volume = create(server, size=20)
    other = create(server)
    one = f"{PATH}/{volume['id']}"
    for body, status, told in [
        ({}, 422, ["$: minProperties: got 0, want 1"]),
        ({"size": 19}, 400, "a network volume only grows: size is 20 and cannot become 19"),
        ({"size": None}, 422, ["$.size: got null, want integer"]),
        ({"name": other["name"]}, 400, f'a network volume named "{other["name"]}" already exists; names are unique, choose another'),
        ({"dataCenter": "US-KS-2"}, 422, ["$: additional properties 'dataCenter' not allowed"]),
        ({"type": "STANDARD"}, 422, ["$: additional properties 'type' not allowed"]),
    ]:
        answer = server.request("PATCH", one, body)
        assert answer.status == status and answer.json["errors" if status == 422 else "detail"] == told, answer.text
    for fields, told in [({"size": 19}, "only grows"), ({"size": 5}, "size must be between 10 and 4096"), ({"name": ""}, "name must not be empty"), ({"name": other["name"]}, "already exists")]:
        assert told in graphql_refusal(server, "updateNetworkVolume", id=volume["id"], **fields)
    assert server.get(one).json == volume
    unchanged = server.graphql("mutation ($input: UpdateNetworkVolumeInput!) { updateNetworkVolume(input: $input) { size } }", {"input": {"id": volume["id"], "name": None, "size": None}})
    assert unchanged == {"updateNetworkVolume": {"size": 20}}


def test_a_save_that_changes_nothing_writes_nothing(server):
    volume = create(server, size=20)
    wait_folder(server, volume)
    database = Database(server)
    before = database.commits()
    assert server.request("PATCH", f"{PATH}/{volume['id']}", {"name": volume["name"], "size": 20}).json == volume
    assert database.commits() == before


def test_graphql_inputs_that_are_refused(server):
    for fields, told in [
        ({"dataCenterId": "d"}, "name must not be empty"),
        ({"name": "n", "dataCenterId": "d"}, "size must be between 10 and 4096"),
        ({"name": "n", "size": 4097, "dataCenterId": "d"}, "size must be between 10 and 4096"),
        ({"name": "n", "size": -1, "dataCenterId": "d"}, "size must be between 10 and 4096"),
        ({"name": "n", "size": "10", "dataCenterId": "d"}, "Int cannot represent non-integer value"),
        ({"name": "n", "size": 10, "dataCenterId": None}, "Expected non-nullable type"),
        ({"name": "n", "size": 10, "dataCenterId": ""}, "dataCenterId must not be empty"),
        ({"name": "n" * 1_000_000, "size": 10, "dataCenterId": "d"}, "name must not have more than 191 bytes"),
        ({"name": "a\tb", "size": 10, "dataCenterId": "d"}, "name must not have control characters"),
        ({"name": "n", "size": 10, "dataCenterId": "d", "type": "STANDARD"}, 'Field "type" is not defined'),
    ]:
        assert told in graphql_refusal(server, "createNetworkVolume", **fields), fields
    accepted = graphql_create(server, isNextGenStorage=True, userId="somebody")
    assert accepted["size"] == 10
    for mutation in ("updateNetworkVolume", "deleteNetworkVolume"):
        for identifier in ("nobody", "", "../../etc", "A" * 10, "x" * 1_000_000):
            assert graphql_refusal(server, mutation, id=identifier) == "network volume not found"


@pytest.mark.parametrize("identifier", ["nobody1234", "..%2F..%2Fetc", "%2e%2e", "UPPER", "x" * 3000, "a%00b", "%2F"])
def test_an_id_that_is_nobodys(server, identifier):
    for method, body in (("GET", None), ("PATCH", b'{"size":20}'), ("DELETE", None)):
        request = head(method, f"{PATH}/{identifier}", server.key, connection="close", content_length=len(body or b"")) + (body or b"")
        answer = exchange(server.origin, request)
        assert answer.status == 404 and answer.json["detail"] == "resource not found", (method, answer)
    assert not (server.data / "volumes/etc").exists()


def test_methods_and_a_second_deletion(server):
    volume = create(server)
    for path, allowed in ((PATH, "GET, POST"), (f"{PATH}/{volume['id']}", "GET, PATCH, DELETE")):
        answer = server.request("PUT", path, {"name": "x"})
        assert answer.status == 405 and answer.headers["Allow"] == allowed
    answer = server.request("DELETE", f"{PATH}/{volume['id']}")
    assert answer.status == 204 and answer.text == ""
    assert server.request("DELETE", f"{PATH}/{volume['id']}").status == 404
    assert server.request("PATCH", f"{PATH}/{volume['id']}", {"size": 20}).status == 404


def test_names_are_unique_also_under_a_race(server):
    name = some_name()
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(server.post(PATH, {"name": name, "size": 10, "dataCenter": "EU-RO-1"}).status)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201] + [400] * 7
    (made,) = [one for one in listed(server) if one["name"] == name]
    delete(server, made)
    assert create(server, name=name)["id"] != made["id"], "the name is free at once"


def test_only_a_key_of_the_role_all_manages_volumes(server):
    key = server.post("/admin/v1/keys", {"role": "jobs"}).json["key"]
    for method, path in (("GET", PATH), ("POST", PATH), ("GET", f"{PATH}/x"), ("PATCH", f"{PATH}/x"), ("DELETE", f"{PATH}/x")):
        assert server.request(method, path, {}, key=key).status == 403
        assert server.request(method, path, {}, key=None).status == 401


# Endpoints that name volumes


def test_an_endpoint_shows_its_volumes(server):
    first, second = create(server), create(server, dataCenter="US-KS-2")
    selected = f"id networkVolumeId networkVolumeIds {{ networkVolumeId dataCenterId }} networkVolume {{ {FIELDS} }}"
    made = server.save_endpoint(selected, workersMax=0, templateId=server.save_template()["id"], networkVolumeIds=[{"networkVolumeId": second["id"]}, {"networkVolumeId": first["id"]}])
    assert made["networkVolumeId"] == second["id"] and made["networkVolume"]["id"] == second["id"]
    assert made["networkVolumeIds"] == [{"networkVolumeId": second["id"], "dataCenterId": "US-KS-2"}, {"networkVolumeId": first["id"], "dataCenterId": "EU-RO-1"}]
    one = server.graphql(f'{{ myself {{ endpoint(id: "{made["id"]}") {{ {selected} }} }} }}')["myself"]["endpoint"]
    assert one == made
    changed = server.save_endpoint(selected, id=made["id"], networkVolumeId=first["id"], networkVolumeIds=None)
    assert changed["networkVolume"] == {"id": first["id"], "name": first["name"], "size": 10, "dataCenterId": "EU-RO-1"}
    assert changed in server.graphql(f"{{ myself {{ endpoints {{ {selected} }} }} }}")["myself"]["endpoints"]


def test_a_volume_in_use_is_not_deleted(server):
    volume = create(server)
    endpoint = server.make_idle_endpoint(networkVolumeId=volume["id"])
    told = f"network volume {volume['id']} is in use by endpoint {endpoint}; take it out of the endpoint, or delete the endpoint, first"
    answer = server.request("DELETE", f"{PATH}/{volume['id']}")
    assert answer.status == 400 and answer.json["detail"] == told
    assert graphql_refusal(server, "deleteNetworkVolume", id=volume["id"]) == told
    assert wait_folder(server, volume).is_dir()
    server.graphql(f'mutation {{ deleteEndpoint(id: "{endpoint}") }}')
    delete(server, volume)


def test_an_endpoint_names_volumes_that_are_there(server):
    first, second, gone = create(server), create(server), create(server)
    delete(server, gone)
    new = {"name": "abc", "gpuIds": "ADA_24", "workersMax": 0, "template": TEMPLATE}
    for fields, told in [
        ({"networkVolumeId": "nobody1234"}, 'network volume "nobody1234" not found'),
        ({"networkVolumeId": gone["id"]}, f'network volume "{gone["id"]}" not found'),
        ({"networkVolumeIds": [{"networkVolumeId": "../../etc"}]}, "network volume not found: an id has at most 15 characters of a-z and 0-9"),
        ({"networkVolumeIds": [{"networkVolumeId": first["id"]}, {"networkVolumeId": second["id"]}]}, "are both in data center EU-RO-1"),
        ({"networkVolumeId": first["id"], "networkVolumeIds": [{"networkVolumeId": second["id"]}]}, "are both in data center EU-RO-1"),
        ({"networkVolumeIds": [{"networkVolumeId": first["id"]}] * 101}, "an endpoint names at most 100 network volumes"),
    ]:
        assert told in save_error(server, **new, **fields), fields
    made = save(server, **new, networkVolumeId=first["id"], networkVolumeIds=[{"networkVolumeId": first["id"]}])
    assert made["networkVolumeId"] == first["id"]
    database = Database(server)
    before = database.commits()
    assert save(server, **definitions.as_input(made)) == made and database.commits() == before


def test_the_log_of_a_process_says_that_volumes_are_not_mounted(servers):
    server = servers().start()
    first, second = create(server), create(server, dataCenter="US-KS-2")
    told = "the endpoint's network volumes are not mounted: a worker that is a process has none"
    for fields, times in (({"networkVolumeId": first["id"]}, 1), ({"networkVolumeIds": [{"networkVolumeId": one["id"]} for one in (first, second)]}, 1), ({}, 0)):
        template = server.save_template(dockerArgs="sh -c 'echo all said; exec sleep 600'")["id"]
        endpoint = server.save_endpoint(templateId=template, workersMin=1, workersMax=1, **fields)["id"]
        worker = processes.wait_until(lambda: server.get(f"/v2/serverless/{endpoint}/workers").json["workers"], 30, "a worker")[0]["id"]

        def lines():
            logged = server.get(f"/v1/pod/{worker}/logs").json
            return logged["system"] if any("all said" in line for line in logged.get("container", [])) else None

        system = processes.wait_until(lines, 30, "the worker's output")
        assert len([line for line in system if told in line]) == times, (fields, system)


# Death at any moment


def survive(server, action):
    """Kills the server at some moment of the action, and waits for the next one."""
    thread = threading.Thread(target=action)
    thread.start()
    time.sleep(random.random() * 0.02)
    server.kill_server()
    thread.join()
    server.wait_ready()


def try_to(call):
    try:
        return call()
    except (requests.exceptions.RequestException, AssertionError):
        return None


def folders(server):
    place = server.data / "volumes"
    return {path.name for path in place.iterdir()} if place.exists() else set()


def agree(server):
    """Each volume has its folder, and nothing else is left."""
    processes.wait_until(lambda: folders(server) == {one["id"] for one in listed(server)}, 15, "folders as there are volumes")


def test_a_kill_leaves_volumes_and_folders_in_agreement(servers):
    server = servers().start()
    confirmed = {}
    for turn in range(30):
        name = f"volume {turn}"

        def make():
            answer = try_to(lambda: server.post(PATH, {"name": name, "size": 10, "dataCenter": "EU-RO-1"}, timeout=5))
            if answer is not None and answer.status == 201:
                confirmed[name] = answer.json

        survive(server, make)
        if turn % 3 == 0:
            agree(server)
    agree(server)
    there = {one["name"]: one for one in listed(server)}
    assert {name: there.get(name) for name in confirmed} == confirmed, "what was acknowledged is there"
    for volume in there.values():
        (folder(server, volume) / "a/b").mkdir(parents=True)
        (folder(server, volume) / "a/b/file").write_text("x" * 1000)
    gone = set()
    for volume in there.values():

        def remove():
            answer = try_to(lambda: server.request("DELETE", f"{PATH}/{volume['id']}", timeout=5))
            if answer is not None and answer.status == 204:
                gone.add(volume["id"])

        survive(server, remove)
        left = {one["id"] for one in listed(server)}
        assert not gone & left, "what was acknowledged is gone"
        kept = [folder(server, identifier) / "a/b/file" for identifier in left]
        assert all(file.read_text() == "x" * 1000 for file in kept), "no other volume is touched"
    agree(server)


def test_a_large_folder_is_removed_across_kills(servers):
    server = servers().start()
    volume = create(server)
    place = wait_folder(server, volume)
    for number in range(60):
        (place / f"{number}").mkdir()
        for file in range(200):
            (place / f"{number}/{file}").touch()
    delete(server, volume)
    for _ in range(3):
        time.sleep(0.005)
        server.kill_server()
        server.wait_ready()
        assert server.get(f"{PATH}/{volume['id']}").status == 404
    wait_gone(server, volume)
    agree(server)


def test_a_start_makes_missing_folders_and_leaves_strangers(servers):
    server = servers().start()
    volume, other = create(server), create(server)
    wait_folder(server, other)
    wait_folder(server, volume).rmdir()
    (server.data / "volumes/stranger").mkdir()
    (server.data / "volumes/stranger/file").write_text("mine")
    (server.data / "volumes/.removing-stranger").mkdir()
    (server.data / "volumes/line\nend").mkdir()
    server.kill_server()
    server.wait_ready()
    wait_folder(server, volume)
    processes.wait_until(lambda: server.log().count("volume_folder_unknown") == 3, 10, "three lines about strangers")
    assert (server.data / "volumes/stranger/file").read_text() == "mine" and (server.data / "volumes/.removing-stranger").is_dir()
    assert "line?end" in server.log()
    delete(server, other)
    wait_gone(server, other)
    assert (server.data / "volumes/stranger").is_dir()


def test_a_restart_in_order_keeps_all(servers):
    server = servers().start()
    made = [create(server, size=11 + n, dataCenter=f"DC-{n}") for n in range(3)]
    before = listed(server)
    assert server.terminate() == 0
    server.start()
    assert listed(server) == before and {one["id"] for one in before} == {one["id"] for one in made}
    agree(server)


# A full disk


def test_a_full_disk_makes_no_volume(servers, tmp_path):
    dial = Dial(tmp_path / "free", -2)
    server = servers(environment=preload("disk_space") | {"PILOTLIGHT_TEST_DISK_SPACE": str(dial.path)}).start()
    volume = create(server)
    wait_folder(server, volume)
    dial.set(100 << 20)
    processes.wait_until(lambda: server.post(PATH, {"name": some_name(), "size": 10, "dataCenter": "EU-RO-1"}).status == 503, 15, "a refusal")
    assert folders(server) == {one["id"] for one in listed(server)}
    delete(server, volume)
    wait_gone(server, volume)


# The document


def test_the_document_has_the_paths_of_volumes(server):
    document = server.get("/v2/openapi.json").json
    volume = create(server)
    for path, methods in document["paths"].items():
        if not path.startswith(PATH):
            continue
        assert set(methods) <= set(SPECIFICATION["paths"][path])
        for method, shown in methods.items():
            specified = {status for status in SPECIFICATION["paths"][path][method]["responses"] if status.startswith("2")}
            assert {status for status in shown["responses"] if status.startswith("2")} == specified, (path, method)
    assert set(document["paths"][PATH]) == {"get", "post"} and set(document["paths"][PATH + "/{id}"]) == {"get", "patch", "delete"}
    for path, value in ((PATH, server.get(PATH).json), (PATH + "/{id}", volume)):
        schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator({**schema, "components": document["components"]}).validate(value)
