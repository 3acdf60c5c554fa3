"""/v2/serverless of REST v2: the life of an endpoint, what is refused, and what is written back without a change."""

import json
import random
import tarfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from harness import odd_definitions, processes
from harness.definitions import Database, look, save, save_template, template
from harness.raw import exchange, head
from harness.rest_v2 import SPECIFICATION, component, is_answer, is_problem
from harness.server import PYTHON, ROOT
from jsonschema import Draft202012Validator

ALL, ONE = "/v2/serverless", "/v2/serverless/{id}"
COMMAND = f"{PYTHON} -u {ROOT}/tests/workers/sdk_worker.py"
KEY = "a-key-for-the-tests-of-old-folders"  # of the folders in tests/data
QUEUE_DELAY = {"type": "QUEUE_DELAY", "queueDelay": 4}
REQUEST_COUNT = {"type": "REQUEST_COUNT", "requestCount": 2}
PLAIN = {"name": "demo", "type": "QUEUE", "image": "me/worker:1", "gpu": {"pools": ["ADA_24"]}, "scaling": QUEUE_DELAY}
FULL = PLAIN | {
    "args": "serve --all", "disk": 20, "env": {"A": "1", "B": "ä\n\"\\"}, "ports": ["8000/http", "22/tcp"], "registry": "cred1",
    "gpu": {"pools": ["ADA_24", "NEXT_YEARS"], "excludedTypes": ["NVIDIA L4"], "count": 2, "allowedCudaVersions": ["12.4", "12.8"]},
    "workers": {"min": 0, "max": 5, "idleTimeout": 60}, "scaling": {"type": "QUEUE_DELAY", "queueDelay": 0.5},
    "dataCenterIds": ["EU-RO-1", "MARS-1"], "timeout": 60000, "flashboot": "FLASHBOOT",
}  # fmt: skip


def create(server, **fields):
    answer = server.post(ALL, fields)
    assert is_answer(answer, ALL, 201, "post"), answer.text
    return answer.json


def read(server, endpoint):
    answer = server.get(f"{ALL}/{endpoint}")
    assert is_answer(answer, ONE), answer.text
    return answer.json


def patch(server, endpoint, **fields):
    answer = server.request("PATCH", f"{ALL}/{endpoint}", body=fields)
    assert is_answer(answer, ONE, 200, "patch"), answer.text
    return answer.json


def delete(server, endpoint):
    answer = server.request("DELETE", f"{ALL}/{endpoint}")
    assert answer.status == 204 and not answer.text, answer


def as_patch(view):
    """The view of an endpoint as the body of a change: without what a change cannot name, and without nulls."""
    sent = {name: value for name, value in view.items() if name not in ("id", "type", "requestUrls", "createdAt") and value is not None}
    if "gpu" in sent:
        sent["gpu"] = {name: value for name, value in sent["gpu"].items() if value is not None}
    if "cpu" in sent:
        sent["cpu"] = [{"id": cpu["id"], "vcpuCount": cpu["vcpuCount"]} for cpu in sent["cpu"]]
    component("UpdateEndpointRequest").validate(sent)
    return sent


def version(server, endpoint):
    return server.get(f"{ALL}/{endpoint}/workers").json["endpointVersion"]


def test_the_specification_has_these_paths():
    assert {ALL, ONE, ONE + "/workers", ONE + "/releases"} <= SPECIFICATION["paths"].keys()


# The life of an endpoint


def test_the_life_of_an_endpoint(server):
    made = create(server, **(PLAIN | {"image": "", "args": COMMAND, "env": {"X": "1"}, "workers": {"max": 1, "idleTimeout": 60}}))
    assert made["requestUrls"]["status"] == f"{server.origin}/v2/{made['id']}/status/{{job_id}}"
    assert read(server, made["id"]) == made and read(server, made["id"] + "?includeWorkers=1") == made
    run = made["requestUrls"]["runSync"].removeprefix(server.origin)
    first = server.post(run + "?wait=90000", {"input": {"n": 1}}, timeout=100).json
    assert first["status"] == "COMPLETED" and first["output"]["echo"] == {"n": 1}, first
    told = server.get(f"{ALL}/{made['id']}/workers")
    assert is_answer(told, ONE + "/workers")
    (worker,) = told.json["workers"]
    assert (worker["id"], worker["status"], worker["isStale"], worker["version"], worker["image"]) == (first["output"]["worker"], "IDLE", False, 0, None)
    assert told.json["summary"] == {"running": 0, "idle": 1, "initializing": 0, "throttled": 0, "unhealthy": 0, "total": 1}
    assert server.health(made["id"])["workers"]["idle"] == 1 and worker["uptimeSeconds"] >= 0 and worker["startedAt"]

    scaled = patch(server, made["id"], workers={"max": 2}, timeout=0)
    assert scaled == made | {"workers": made["workers"] | {"max": 2}, "timeout": 0} and version(server, made["id"]) == 0
    patch(server, made["id"], env={"X": "2"})
    assert version(server, made["id"]) == 1
    again = server.post(run + "?wait=90000", {"input": {"n": 2}}, timeout=100).json
    assert again["output"]["worker"] != first["output"]["worker"], "another environment gives new workers"
    released = server.get(f"{ALL}/{made['id']}/releases")
    assert is_answer(released, ONE + "/releases") and released.json["endpointVersion"] == 1 and released.json["releases"] == []
    assert released.json["rollout"]["workersTotal"] >= released.json["rollout"]["workersOnLatest"] >= 1
    builds = server.get(f"{ALL}/{made['id']}/builds")
    assert builds.json == {"builds": [], "pagination": {"hasNextPage": False, "nextCursor": None}}
    assert is_problem(server.get(f"{ALL}/{made['id']}/builds/b1"), 404, "resource not found")
    delete(server, made["id"])
    for rest in ("", "/workers", "/releases", "/builds"):
        assert is_problem(server.get(f"{ALL}/{made['id']}{rest}"), 404, "resource not found")
    assert is_problem(server.request("DELETE", f"{ALL}/{made['id']}"), 404, "resource not found")
    assert is_problem(server.request("PATCH", f"{ALL}/{made['id']}", body={}), 404)


def test_deleting_cancels_jobs_that_wait_and_run(server, make_worker):
    made = create(server, **(PLAIN | {"workers": {"min": 0, "max": 0}}))["id"]
    worker = make_worker(server, made)
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(server.post, f"/v2/{made}/runsync?wait=60000", {"input": n}) for n in range(2)]
        processes.wait_until(lambda: server.health(made)["jobs"]["inQueue"] == 2, 10, "both jobs")
        assert worker.take()
        assert server.get(f"{ALL}/{made}/workers").json["summary"]["running"] == 1
        delete(server, made)
        assert [job.result().json["status"] for job in jobs] == ["CANCELLED", "CANCELLED"]


def test_what_is_sent_is_shown_by_both_interfaces(server):
    full = FULL | {"networkVolumes": odd_definitions.volumes(server)}
    made = create(server, **full)
    assert {name: made[name] for name in full if name != "gpu"} == {name: value for name, value in full.items() if name != "gpu"}
    assert made["gpu"] == FULL["gpu"] | {"minCudaVersion": None}
    seen = look(server, made["id"])
    assert (seen["gpuIds"], seen["gpuCount"], seen["allowedCudaVersions"]) == ("ADA_24,NEXT_YEARS,-NVIDIA L4", 2, "12.4,12.8")
    assert (seen["scalerType"], seen["scalerValue"], seen["executionTimeoutMs"], seen["idleTimeout"]) == ("QUEUE_DELAY", 1, 60000, 60)
    assert (seen["dataCenterIds"], seen["locations"], seen["flashBootType"], seen["version"]) == (["EU-RO-1", "MARS-1"], "EU-RO-1,MARS-1", "FLASHBOOT", 0)
    assert [volume["networkVolumeId"] for volume in seen["networkVolumeIds"]] == full["networkVolumes"]
    bound = seen["template"]
    assert bound["boundEndpointId"] == made["id"] and bound["isServerless"]
    assert (bound["dockerArgs"], bound["containerDiskInGb"], bound["ports"]) == ("serve --all", 20, "8000/http,22/tcp")
    assert bound["env"] == [{"key": "A", "value": "1"}, {"key": "B", "value": "ä\n\"\\"}]
    plain = create(server, **PLAIN)
    assert plain["workers"] == {"min": 0, "max": 3, "idleTimeout": 10} and (plain["timeout"], plain["flashboot"]) == (300000, "OFF")
    assert (plain["dataCenterIds"], plain["networkVolumes"], plain["ports"], plain["registry"], plain["env"]) == ([], [], [], None, {})
    counted = create(server, **(PLAIN | {"scaling": REQUEST_COUNT}))
    assert counted["workers"] == {"min": 0, "max": 3} and look(server, counted["id"])["idleTimeout"] == 10
    on_cpus = create(server, **{name: value for name, value in PLAIN.items() if name != "gpu"}, cpu=[{"id": "cpu3c", "vcpuCount": 4}])
    assert on_cpus["cpu"] == [{"id": "cpu3c", "vcpuCount": 4, "memory": 8}] and "gpu" not in on_cpus
    assert look(server, on_cpus["id"])["instanceIds"] == ["cpu3c-4-8"]


# Refusals


def without(*names):
    return {name: value for name, value in PLAIN.items() if name not in names}


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "the body is empty"),
        (b"{", 400, "not valid JSON"),
        (b"[]", 422, "$: got array, want object"),
        ({}, 422, "$: missing property 'name'"),
        (without("image"), 422, "$: missing property 'image'"),
        ({"name": "x", "gpuIds": "ADA_24", "templateId": "t", "workersMin": 0}, 422, "'gpuIds', 'workersMin' not allowed"),
        (PLAIN | {"flashbot": 1}, 422, "'flashbot' not allowed"),
        (PLAIN | {"disk": 0}, 422, "$.disk"),
        (PLAIN | {"env": {"A": 1}}, 422, "$.env.A"),
        (PLAIN | {"workers": {"idleTimeout": 0}}, 422, "$.workers.idleTimeout"),
        (PLAIN | {"workers": {"idleTimeout": 3601}}, 422, "$.workers.idleTimeout"),
        (PLAIN | {"workers": {"min": -1}}, 422, "$.workers.min"),
        (PLAIN | {"scaling": {"type": "QUEUE_DELAY", "queueDelay": 0.49}}, 422, "$.scaling.queueDelay"),
        (PLAIN | {"scaling": {"type": "REQUEST_COUNT", "requestCount": 0}}, 422, "$.scaling.requestCount"),
        (PLAIN | {"scaling": REQUEST_COUNT, "workers": {"idleTimeout": 5}}, 422, "idleTimeout does not apply to queue-based endpoints scaling on requestCount"),
        (PLAIN | {"type": "LOAD_BALANCER"}, 422, "$.scaling.type"),
        (PLAIN | {"type": "LOAD_BALANCER", "scaling": REQUEST_COUNT}, 400, "come later"),
        (without("gpu"), 400, "exactly one of them"),
        (PLAIN | {"cpu": [{"id": "cpu3c", "vcpuCount": 2}]}, 400, "exactly one of them"),
        (without("gpu") | {"cpu": [{"id": "cpu3c", "vcpuCount": 3}]}, 400, "power of two"),
        (PLAIN | {"gpu": {"pools": ["NVIDIA L4"], "excludedTypes": ["NVIDIA L4"]}}, 400, "leaves no GPU type"),
        (PLAIN | {"gpu": {"pools": ["ADA_24"], "allowedCudaVersions": ["12.4"], "minCudaVersion": "12.4"}}, 400, "do not go together"),
        (PLAIN | {"gpu": {"pools": [""]}}, 400, "gpu.pools[0] must not be empty"),
        (PLAIN | {"gpu": {"pools": ["A,B"]}}, 400, "must not contain a comma"),
        (PLAIN | {"gpu": {"pools": ["-A"]}}, 400, "must not begin with -"),
        (PLAIN | {"gpu": {"pools": ["A"], "count": 1025}}, 400, "gpu.count must be between 1 and 1024"),
        (PLAIN | {"workers": {"min": 4}}, 400, "workers.min must not be more than workers.max"),
        (PLAIN | {"workers": {"max": 10**20}}, 400, "workers.max must be between 0 and 10000"),
        (PLAIN | {"timeout": 4999}, 400, "timeout must be 0 or between 5000 and 604800000 ms"),
        (PLAIN | {"timeout": -1}, 400, "timeout must be"),
        (PLAIN | {"scaling": {"type": "QUEUE_DELAY", "queueDelay": 1e300}}, 400, "scaling.queueDelay must not be more than"),
        (PLAIN | {"scaling": {"type": "REQUEST_COUNT", "requestCount": 10**9}}, 400, "scaling.requestCount must not be more than"),
        (PLAIN | {"disk": 10**7}, 400, "disk must not be more than"),
        (PLAIN | {"ports": ["1,2"]}, 400, "ports[0]"),
        (PLAIN | {"dataCenterIds": [""]}, 400, "dataCenterIds[0] must not be empty"),
        (PLAIN | {"dataCenterIds": ["x" * 70_000]}, 400, "dataCenterIds must not have more than 65536 bytes"),
        (PLAIN | {"name": "x" * 192}, 400, "name must not have more than 191 bytes"),
        (PLAIN | {"name": "x" * (1 << 20)}, 400, "name must not have more than 191 bytes"),
        (PLAIN | {"image": "x" * 70_000}, 400, "image must not have more than 65536 bytes"),
        (PLAIN | {"env": {"A=B": "1"}}, 400, "the name of a variable in env"),
        (PLAIN | {"env": {"": "1"}}, 400, "the name of a variable in env"),
        (PLAIN | {"env": {"A": "1\0"}}, 400, "the value of a variable in env"),
        (PLAIN | {"env": {"RUNPOD_INIT_TIMEOUT": "ten"}}, 400, "RUNPOD_INIT_TIMEOUT must be"),
        (PLAIN | {"env": {"LARGE": "x" * (2 << 20)}}, 413, "2 MiB"),
        (PLAIN | {"templateId": "nosuchone1"}, 404, "resource not found"),
        (PLAIN | {"templateId": "NO SUCH/ONE"}, 404, "resource not found"),
    ],
    ids=lambda value: str(value)[-40:],
)
def test_a_body_of_a_new_endpoint_that_is_refused(server, body, status, words):
    database = Database(server)
    before = database.things(), database.payloads()
    answer = server.post(ALL, body)
    assert is_problem(answer, status) and words in answer.text, answer.text
    after = database.things(), database.payloads()
    assert after[0] <= before[0] and after[1] <= before[1], "nothing is half made; endpoints of other tests may still end"


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"type": "QUEUE"}, 422, "'type' not allowed"),
        ({"name": None}, 422, "$.name"),
        ({"gpu": {"excludedTypes": ["X"]}}, 422, "'pools' required"),
        ({"cpu": [{"id": "cpu3c", "vcpuCount": 2}]}, 400, "cannot change between gpu and cpu"),
        ({"gpu": {"minCudaVersion": "12.4"}}, 400, "do not go together"),
        ({"gpu": {"pools": ["NVIDIA L4"], "excludedTypes": ["NVIDIA L4"]}}, 400, "leaves no GPU type"),
        ({"workers": {"min": 6}}, 400, "workers.min must not be more than workers.max"),
        ({"workers": {"max": 0, "min": 1}}, 400, "workers.min must not be more than workers.max"),
        ({"scaling": REQUEST_COUNT, "workers": {"idleTimeout": 5}}, 422, "idleTimeout does not apply"),
        ({"templateId": "nosuchone1", "name": "new"}, 404, "resource not found"),
        ({"env": {"A=B": ""}, "name": "new"}, 400, "the name of a variable in env"),
    ],
    ids=lambda value: str(value)[-40:],
)
def test_a_change_that_is_refused_changes_nothing(server, body, status, words):
    made = create(server, **FULL)
    answer = server.request("PATCH", f"{ALL}/{made['id']}", body=body)
    assert is_problem(answer, status) and words in answer.text, answer.text
    assert read(server, made["id"]) == made
    delete(server, made["id"])


def test_an_idle_timeout_does_not_go_with_the_stored_scaler(server):
    made = create(server, **(PLAIN | {"scaling": REQUEST_COUNT}))
    answer = server.request("PATCH", f"{ALL}/{made['id']}", body={"workers": {"idleTimeout": 5}})
    assert is_problem(answer, 422)
    assert answer.json["errors"] == ["$.workers.idleTimeout: idleTimeout does not apply to queue-based endpoints scaling on requestCount"]
    changed = patch(server, made["id"], scaling=QUEUE_DELAY, workers={"idleTimeout": 5})
    assert changed["workers"]["idleTimeout"] == 5


def test_ids_that_are_no_endpoints(server):
    shared = server.save_template()["id"]
    made = create(server, **PLAIN)["id"]
    for identifier in (shared, made.upper(), made + "x", "x" * 60, f"{made}%2Fworkers", f"..%2F{made}", "%2e%2e", "..", ".", "%00", "%zz", "ä".encode().hex(), "-", f"{made}%20"):
        for method in ("GET", "PATCH", "DELETE"):
            body = b"{}" if method == "PATCH" else b""
            answer = exchange(server.origin, head(method, f"{ALL}/{identifier}", server.key, connection="close", content_length=len(body)) + body)
            assert is_problem(answer, 404), (method, identifier)
    assert read(server, made)


# What is written back


def writes_nothing(server, database, endpoint):
    """The view of the endpoint, sent back as a whole and member by member, changes nothing."""
    seen, view = look(server, endpoint), read(server, endpoint)
    before = database.commits(), database.payloads()
    body = as_patch(view)
    assert patch(server, endpoint, **body) == view
    assert patch(server, endpoint) == view
    for name, value in body.items():
        assert patch(server, endpoint, **{name: value}) == view, name
    env = dict(reversed(view["env"].items()))
    assert patch(server, endpoint, env=env) == view, "the order of variables does not count"
    assert (database.commits(), database.payloads()) == before, view
    assert look(server, endpoint) == seen


@pytest.mark.parametrize("seed", range(3))
def test_generated_endpoints_are_written_back_without_a_change(servers, seed):
    server = servers().start()
    dice, database = random.Random(seed), Database(server)
    volumes = odd_definitions.volumes(server)
    for _ in range(15):
        fields = odd_definitions.endpoint(dice, volumes)
        if dice.random() < 0.5:
            made = save(server, **fields, template=odd_definitions.own_template(dice))
        else:
            made = save(server, **fields, templateId=save_template(server, **odd_definitions.shared_template(dice))["id"])
        writes_nothing(server, database, made["id"])
    answer = server.get(ALL)
    assert is_answer(answer, ALL) and len(answer.json["endpoints"]) >= 15


def test_a_change_touches_only_what_it_names(server):
    made = save(server, name="made by GraphQL", gpuIds=" ADA_24 , AMPERE_16", locations="US", modelReferences=["https://huggingface.co/a/b:main"], workersStandby=1,
                requestTTL=20_000, workersMax=0, template={"name": "t", "dockerArgs": "a", "containerDiskInGb": 0, "env": []})  # fmt: skip
    patch(server, made["id"], scaling={"type": "QUEUE_DELAY", "queueDelay": 1.25})
    fractional = look(server, made["id"])
    assert fractional == made | {"scalerValue": 1}
    assert patch(server, made["id"], workers={"max": 2}, name="renamed-fb")["scaling"]["queueDelay"] == 1.25
    assert look(server, made["id"]) == made | {"scalerValue": 1, "workersMax": 2, "name": "renamed-fb"}, "the name turns nothing on"
    moved = patch(server, made["id"], dataCenterIds=["EU-RO-1"])
    assert moved["dataCenterIds"] == ["EU-RO-1"] and look(server, made["id"])["locations"] == "EU-RO-1"
    cleared = patch(server, made["id"], dataCenterIds=[], gpu={"pools": ["AMPERE_16"]})
    assert cleared["dataCenterIds"] == [] == look(server, made["id"])["dataCenterIds"] and cleared["gpu"]["pools"] == ["AMPERE_16"]


def test_variables_of_endpoint_and_template_are_shown_together(server):
    pairs = [{"key": "A", "value": "template"}, {"key": "B", "value": "template"}]
    made = save(server, name="both", gpuIds="ADA_24", env=[{"key": "A", "value": "endpoint"}], template={"name": "t", "dockerArgs": "", "containerDiskInGb": 1, "env": pairs})
    assert read(server, made["id"])["env"] == {"A": "endpoint", "B": "template"}
    assert patch(server, made["id"], env={"A": "new"})["env"] == {"A": "new"}
    now = look(server, made["id"])
    assert now["env"] == [] and now["template"]["env"] == [{"key": "A", "value": "new"}] and now["version"] == 1


@pytest.mark.parametrize("folder", sorted(path.parent for path in (ROOT / "tests/data").glob("*/about.json")), ids=lambda folder: folder.name)
def test_odd_rows_of_an_older_version(servers, tmp_path, folder):
    with tarfile.open(folder / "data.tar.xz") as tar:
        tar.extractall(tmp_path / "data")
    (tmp_path / "data").chmod(0o700)
    server = servers(data=tmp_path / "data", environment={"PILOTLIGHT_API_KEY": KEY}).start()
    listed = server.get(ALL)
    assert is_answer(listed, ALL)
    database = Database(server)
    for one in listed.json["endpoints"]:
        writes_nothing(server, database, one["id"])
    odd = next(one for one in listed.json["endpoints"] if one["name"] == "odd -fb")
    assert odd["gpu"] == {"pools": ["NOPE"], "excludedTypes": [], "count": 1, "allowedCudaVersions": [], "minCudaVersion": None}
    assert odd["networkVolumes"] == ["nobodys123"] and odd["dataCenterIds"] == ["??"]
    patch(server, odd["id"], name="renamed", workers={"max": 1})
    seen = look(server, odd["id"])
    assert (seen["gpuIds"], seen["minCudaVersion"], seen["networkVolumeId"], seen["locations"], seen["version"]) == ("NOPE,,-", "abc", "nobodys123", "??", 0)


# Templates


def test_a_change_copies_a_shared_template_for_its_endpoint(server):
    pairs = [{"key": "A", "value": "1"}, {"key": "B", "value": "x" * 100_000}]
    shared = server.save_template(imageName="me/worker:1", env=pairs, readme="of all")["id"]
    first, second = (save(server, name="on a shared one", gpuIds="ADA_24", templateId=shared, workersMax=0) for _ in range(2))
    patch(server, first["id"], workers={"max": 1}, name="still shared", image="me/worker:1")
    assert look(server, first["id"])["templateId"] == shared, "nothing of the container changes"
    assert patch(server, first["id"], image="me/worker:2")["env"] == {"A": "1", "B": "x" * 100_000}
    moved = look(server, first["id"])
    assert moved["template"]["boundEndpointId"] == first["id"] and moved["version"] == 1
    assert moved["template"] == first["template"] | {"id": moved["templateId"], "boundEndpointId": first["id"], "imageName": "me/worker:2"}
    assert look(server, second["id"]) == second, "the other endpoint and the template stay"
    patch(server, first["id"], args="more")
    assert look(server, first["id"])["templateId"] == moved["templateId"]
    for one in (first, second):
        delete(server, one["id"])
    assert template(server, shared) and processes.wait_until(lambda: template(server, moved["templateId"]) is None, 10, "the end of the copy")


def test_the_copy_alone_starts_no_worker_and_is_no_new_version(server):
    shared = server.save_template(dockerArgs=COMMAND, env=[{"key": "A", "value": "1"}])["id"]
    made = save(server, name="at work", gpuIds="ADA_24", templateId=shared, workersMax=1, idleTimeout=60)
    answer = server.post(f"/v2/{made['id']}/runsync?wait=90000", {"input": {"n": 1}}, timeout=100)
    assert answer.json["status"] == "COMPLETED", answer.text
    before = server.get(f"{ALL}/{made['id']}/workers").json["workers"]
    view = read(server, made["id"])
    assert patch(server, made["id"], templateId=shared) == view
    now = look(server, made["id"])
    assert now["template"]["boundEndpointId"] == made["id"] and now["version"] == 0
    after = server.get(f"{ALL}/{made['id']}/workers").json["workers"]
    assert [(one["id"], one["isStale"]) for one in after] == [(one["id"], False) for one in before]
    delete(server, made["id"])


def test_a_template_is_read_once(server):
    pairs = [{"key": "A", "value": "template"}, {"key": "B", "value": "template"}]
    shared = server.save_template(imageName="me/base:1", dockerArgs="base", ports="80/http", env=pairs, containerDiskInGb=7)["id"]
    body = {name: value for name, value in PLAIN.items() if name != "image"}
    made = create(server, **body, templateId=shared, env={"B": "body", "C": "body"}, args="own")
    assert (made["image"], made["args"], made["ports"], made["disk"]) == ("me/base:1", "own", ["80/http"], 7)
    assert made["env"] == {"A": "template", "B": "body", "C": "body"}
    save_template(server, id=shared, name="changed later", imageName="me/base:2", dockerArgs="", env=[], containerDiskInGb=1, volumeInGb=0)
    assert read(server, made["id"]) == made
    server.graphql('mutation { deleteTemplate(templateName: "changed later") }')
    assert read(server, made["id"]) == made, "no link is left"
    other = server.save_template(imageName="me/other:1", env=[{"key": "Z", "value": "1"}])["id"]
    changed = patch(server, made["id"], templateId=other, image=made["image"], env={"Y": "2"})
    assert (changed["image"], changed["args"], changed["env"]) == (made["image"], "", {"Z": "1", "Y": "2"}) and changed["name"] == made["name"]
    assert patch(server, made["id"], templateId="") == changed


def test_templates_that_no_endpoint_can_take(server):
    of_pods = server.save_template(isServerless=False)["id"]
    bound = look(server, create(server, **PLAIN)["id"])["templateId"]
    text = "$.templateId: Serverless endpoints cannot use pod templates. Please use a serverless template."
    made = create(server, **PLAIN)["id"]
    for method, path, body in (("POST", ALL, PLAIN), ("PATCH", f"{ALL}/{made}", {})):
        answer = server.request(method, path, body=body | {"templateId": of_pods})
        assert is_problem(answer, 422) and answer.json["errors"] == [text]
        assert is_problem(server.request(method, path, body=body | {"templateId": bound}), 404)


# At the same time


def test_clients_that_change_different_members_at_once_all_stand(server):
    shared = server.save_template(env=[{"key": "A", "value": "1"}])["id"]
    made = save(server, name="shared by all", gpuIds="ADA_24", templateId=shared, workersMax=0)["id"]
    changes = {
        "args": [{"args": f"args {n}"} for n in range(25)],
        "image": [{"image": f"image:{n}"} for n in range(25)],
        "ports": [{"ports": [f"{n}/tcp"]} for n in range(1, 26)],
        "gpu": [{"gpu": {"count": n}} for n in range(1, 26)],
        "timeout": [{"timeout": 5000 + n} for n in range(25)],
    }  # fmt: skip

    def write(name):
        for body in changes[name]:
            assert patch(server, made, **body)[name] if name != "gpu" else patch(server, made, **body)

    with ThreadPoolExecutor(len(changes)) as pool:
        list(pool.map(write, changes))
    now = read(server, made)
    assert (now["args"], now["image"], now["ports"], now["gpu"]["count"], now["timeout"]) == ("args 24", "image:24", ["25/tcp"], 25, 5024)
    assert now["env"] == {"A": "1"} and look(server, made)["template"]["boundEndpointId"] == made


def test_a_template_that_others_change_and_delete_meanwhile(server):
    ends = time.monotonic() + 5
    known = []

    def come_and_go():
        n = 0
        while time.monotonic() < ends:
            n += 1
            name = f"comes and goes {n}"
            known.append(server.save_template(name=name, env=[{"key": "A", "value": str(n)}, {"key": "B", "value": str(n)}])["id"])
            save_template(server, id=known[-1], name=name, dockerArgs="", containerDiskInGb=1, volumeInGb=0, env=[{"key": "A", "value": "x"}, {"key": "B", "value": "x"}])
            server.graphql(f'mutation {{ deleteTemplate(templateName: "{name}") }}')

    other = threading.Thread(target=come_and_go)
    other.start()
    statuses = []
    while time.monotonic() < ends:
        answer = server.post(ALL, {**PLAIN, "templateId": known[-1] if known else "none"})
        statuses.append(answer.status)
        if answer.status != 404:
            assert is_answer(answer, ALL, 201, "post") and answer.json["env"]["A"] == answer.json["env"]["B"]
            delete(server, answer.json["id"])
    other.join()
    assert set(statuses) <= {201, 404} and 404 in statuses


def test_a_kill_leaves_the_endpoint_and_its_template_together(servers):
    server = servers().start()
    database = Database(server)
    shared = server.save_template(imageName="image:0", env=[{"key": "A", "value": "x" * 70_000}])["id"]
    made = None

    def write_on():
        try:
            for n in range(1, 40):
                server.request("PATCH", f"{ALL}/{made}", body={"image": f"image:{n}"}, timeout=20)
        except requests.exceptions.RequestException:
            pass  # the server was killed

    for n in range(6):
        made = save(server, name="to be copied", gpuIds="ADA_24", templateId=shared, workersMax=0)["id"]
        writer = threading.Thread(target=write_on)
        writer.start()
        time.sleep(0.01 + n * 0.02)
        server.kill_server()
        server.wait_ready()
        writer.join(30)
        view, seen = read(server, made), look(server, made)
        assert view["image"].startswith("image:") and view["env"] == {"A": "x" * 70_000}
        assert seen["templateId"] == shared or seen["template"]["boundEndpointId"] == made
        delete(server, made)
    processes.wait_until(lambda: database.things() == 1, 10, "the shared template alone")
    assert len(list((server.data / "bodies").iterdir())) == 1


# Lists


def test_endpoints_come_newest_first_and_in_pages(servers):
    server = servers().start()
    assert server.get(ALL).json == {"endpoints": [], "pagination": {"hasNextPage": False, "nextCursor": None}}
    made = [create(server, **(PLAIN | {"name": f"number {n}"})) for n in range(5)]
    whole = server.get(ALL)
    assert is_answer(whole, ALL)
    assert {one["id"] for one in whole.json["endpoints"]} == {one["id"] for one in made}
    assert [one["createdAt"] for one in whole.json["endpoints"]] == sorted((one["createdAt"] for one in made), reverse=True)
    found, query = [], "?limit=2"
    while query:
        page = server.get(ALL + query).json
        assert 1 <= len(page["endpoints"]) <= 2
        found += page["endpoints"]
        query = f"?limit=2&cursor={page['pagination']['nextCursor']}" if page["pagination"]["hasNextPage"] else None
        if len(found) == 2:
            delete(server, found[0]["id"])
    assert found == whole.json["endpoints"]
    for path, cursor in ((ALL, b"workers 0 x"), (f"{ALL}/{made[0]['id']}/workers", b"endpoints 0 x"), (f"{ALL}/{made[0]['id']}/releases", b"workers 0 x")):
        if server.get(path).status == 200:
            assert is_problem(server.get(f"{path}?cursor={cursor.hex()}"), 422)
            assert is_problem(server.get(f"{path}?limit=0"), 422)


def test_the_document_shows_answers_as_they_are(server):
    made = create(server, **FULL)
    document = server.get("/v2/openapi.json", key=None).json
    answers = {ALL: server.get(ALL), ONE: server.get(f"{ALL}/{made['id']}")}
    answers |= {f"{ONE}/{part}": server.get(f"{ALL}/{made['id']}/{part}") for part in ("workers", "releases", "builds")}
    for path, answer in answers.items():
        shown = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator({**shown, "components": document["components"]}).validate(answer.json)
    assert sorted(document["paths"][ONE]) == ["delete", "get", "patch"] and "201" in document["paths"][ALL]["post"]["responses"]
    assert json.dumps(document["paths"][ONE]["delete"]["responses"]["204"]) == '{"description": "Done"}'


def test_the_environment_may_be_large(server):
    env = {f"NAME_{n}": "x" * 50 for n in range(10_000)}
    made = create(server, **(PLAIN | {"env": env}))
    assert made["env"] == env
    before = version(server, made["id"])
    assert patch(server, made["id"], env=dict(reversed(env.items())))["env"] == env and version(server, made["id"]) == before
    delete(server, made["id"])
