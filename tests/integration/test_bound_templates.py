"""Templates that are saved with an endpoint and bound to it, as clients such as flash send them."""

import pytest
from harness import definitions, processes
from harness.client import literal
from harness.definitions import Database, look, save, save_error, save_template, template
from harness.server import PYTHON, ROOT

COMMAND = f"{PYTHON} -u {ROOT}/tests/workers/sdk_worker.py"
PAIRS = [{"key": "TOKEN", "value": "secret äöü"}, {"key": "EMPTY", "value": ""}]
# The whole of what flash 1.19 sends.
FLASH = {
    "executionTimeoutMs": 0, "gpuCount": 1, "idleTimeout": 60, "minCudaVersion": "12.8", "name": "live-hello", "scalerType": "QUEUE_DELAY", "scalerValue": 4,
    "type": "QB", "workersMax": 1, "workersMin": 0, "workersPFBTarget": 0, "allowedCudaVersions": "", "gpuIds": "AMPERE_48,ADA_24,-NVIDIA L4",
    "flashBootType": "FLASHBOOT", "flashEnvironmentId": "flashenv01",
    "template": {
        "advancedStart": False, "config": {}, "containerDiskInGb": 64, "containerRegistryAuthId": "", "dockerArgs": "", "env": PAIRS,
        "imageName": "runpod/flash:latest", "name": "live-hello__0f1e2d3c", "ports": "", "startScript": "",
    },
}  # fmt: skip


def listed(server):
    return [one["id"] for one in server.graphql("{ myself { podTemplates { id } } }")["myself"]["podTemplates"]]


def delete(server, endpoint):
    save(server, id=endpoint, name="to be deleted", workersMin=0, workersMax=0)
    server.graphql(f'mutation {{ deleteEndpoint(id: "{endpoint}") }}')


def test_what_flash_sends_is_kept_and_sent_back_without_a_change(server):
    made = save(server, **FLASH)
    assert made["template"]["boundEndpointId"] == made["id"] and made["template"]["id"] == made["templateId"]
    shown = {name: made[name] for name in FLASH if name != "template"}
    assert shown == {name: value for name, value in FLASH.items() if name != "template"}
    sent = FLASH["template"] | {"containerRegistryAuthId": None}
    assert {name: made["template"][name] for name in sent} == sent
    assert made["template"]["isServerless"] is True and made["version"] == 0
    database = Database(server)
    before = database.commits(), database.payloads()
    assert save(server, id=made["id"], **FLASH) == made
    assert save(server, **definitions.as_input(made)) == made
    assert (database.commits(), database.payloads()) == before


def test_a_bound_template_is_in_no_list_and_found_by_its_id(server):
    made = save(server, **FLASH)
    assert made["templateId"] not in listed(server)
    assert template(server, made["templateId"]) == {"id": made["templateId"], "name": FLASH["template"]["name"], "boundEndpointId": made["id"]}
    shared = server.save_template(name=FLASH["template"]["name"])
    assert shared["id"] in listed(server), "its name is free"
    server.graphql(f"mutation {{ deleteTemplate(templateName: {literal(FLASH['template']['name'])}) }}")
    assert template(server, shared["id"]) is None and template(server, made["templateId"])
    assert "not found" in server.graphql_error(f"mutation {{ deleteTemplate(templateName: {literal(FLASH['template']['name'])}) }}")


def test_an_update_changes_the_bound_template_in_place(server):
    made = save(server, **FLASH)
    changed = save(server, id=made["id"], name=FLASH["name"], template=FLASH["template"] | {"imageName": "runpod/flash:next"})
    assert changed == made | {"version": 1, "template": made["template"] | {"imageName": "runpod/flash:next"}}
    named = save(server, id=made["id"], name=FLASH["name"], template=FLASH["template"] | {"imageName": "runpod/flash:next", "name": "other"})
    assert named["version"] == 1 and named["template"]["name"] == "other", "a name is nothing that workers see"
    by_id = save_template(server, **{"volumeInGb": 0, "id": made["templateId"], "readme": "by its id"}, **FLASH["template"])
    assert by_id["boundEndpointId"] == made["id"] and look(server, made["id"])["version"] == 2


def test_the_endpoint_moves_between_shared_and_bound_templates(server):
    shared = server.save_template(readme="of all")["id"]
    first, second = (save(server, name="on a shared one", gpuIds="ADA_24", templateId=shared, workersMax=0) for _ in range(2))
    moved = save(server, id=first["id"], name="moved", template=FLASH["template"])
    assert moved["templateId"] != shared and moved["template"]["readme"] == "" and moved["version"] == 1
    assert look(server, second["id"]) == second, "the others stay as they are"
    back = save(server, id=first["id"], name="moved", templateId=shared)
    assert back["templateId"] == shared and template(server, moved["templateId"]) is None
    refused = save_error(server, id=second["id"], name="on a foreign one", templateId=save(server, **FLASH)["templateId"])
    assert "which alone can use it" in refused, refused


def test_a_template_that_is_not_to_be_bound_is_an_ordinary_one(server):
    own = FLASH["template"] | {"name": "for all to see"}
    made = save(server, **(FLASH | {"template": own, "bindEndpoint": False}))
    assert made["template"]["boundEndpointId"] is None and made["templateId"] in listed(server)
    assert "names are unique" in save_error(server, **(FLASH | {"template": own, "bindEndpoint": False}))
    delete(server, made["id"])
    assert template(server, made["templateId"])


def test_deleting_the_endpoint_removes_all_that_it_stored(servers):
    server = servers().start()
    database = Database(server)
    before = database.things(), database.payloads()
    large = [{"key": "LARGE", "value": "x" * 100_000}]
    made = save(server, **(FLASH | {"env": PAIRS, "template": FLASH["template"] | {"env": large}}))
    assert (database.things(), database.payloads()) == (before[0] + 2, before[1] + 1)
    assert len(list((server.data / "bodies").iterdir())) == 1
    for _ in range(3):
        assert save(server, **definitions.as_input(made)) == made
    assert "at least 3" in save_error(server, id=made["id"], name="x", template=FLASH["template"] | {"env": large})
    assert "workersMin" in save_error(server, id=made["id"], name="xyz", workersMin=7, template=FLASH["template"] | {"env": large})
    processes.wait_until(lambda: len(list((server.data / "bodies").iterdir())) == 1, 10, "the files of environments that nothing names")
    delete(server, made["id"])
    processes.wait_until(lambda: (database.things(), database.payloads()) == before, 10, "the end of all that was stored")
    assert template(server, made["templateId"]) is None
    processes.wait_until(lambda: not list((server.data / "bodies").iterdir()), 10, "the end of the file")


def test_a_job_runs_on_a_bound_template(server):
    own = FLASH["template"] | {"dockerArgs": COMMAND, "imageName": ""}
    made = save(server, **(FLASH | {"name": "works", "template": own, "idleTimeout": 1}))
    answer = server.post(f"/v2/{made['id']}/runsync?wait=90000", {"input": {"n": 1}}, timeout=100).json
    assert answer["status"] == "COMPLETED" and answer["output"]["echo"] == {"n": 1}, answer
    save(server, id=made["id"], name="works", template=own | {"env": [{"key": "NEW", "value": "1"}]})
    again = server.post(f"/v2/{made['id']}/runsync?wait=90000", {"input": {"n": 2}}, timeout=100).json
    assert again["output"]["worker"] != answer["output"]["worker"], "a changed template gives new workers"
    delete(server, made["id"])


def test_bound_templates_count_toward_no_limit(servers):
    server = servers("--templates-max", "1").start()
    for _ in range(3):
        save(server, **FLASH)
    server.save_template()
    assert "templates-max" in save_error(server, **(FLASH | {"bindEndpoint": False}))


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"templateId": "xkhgg72fuo"}, "send templateId or template, not both"),
        ({"template": FLASH["template"] | {"name": ""}}, "name must not be empty"),
        ({"template": FLASH["template"] | {"name": "x" * 192}}, "191"),
        ({"template": FLASH["template"] | {"name": "x" * (1 << 20)}}, "191"),
        ({"template": FLASH["template"] | {"containerDiskInGb": -1}}, "negative"),
        ({"template": FLASH["template"] | {"imageName": "x" * 70_000}}, "65536"),
        ({"template": FLASH["template"] | {"env": [{"key": "RUNPOD_INIT_TIMEOUT", "value": "ten"}]}}, "RUNPOD_INIT_TIMEOUT"),
        ({"requestTTL": 9_999}, "requestTTL must be between 10000 and 604800000"),
        ({"requestTTL": 0}, "requestTTL"),
        ({"requestTTL": 604_800_001}, "requestTTL"),
        ({"gpuIds": "ADA_24,,AMPERE_16"}, "empty entry"),
        ({"gpuIds": "ADA_24,"}, "empty entry"),
        ({"gpuIds": " "}, "empty entry"),
        ({"gpuIds": "-"}, "without a GPU type"),
        ({"gpuIds": "-NVIDIA L4"}, "only exclude"),
        ({"hubReleaseId": "hub"}, "hubReleaseId is not supported"),
        ({"repo": {"repoName": "a/b"}}, "repo is not supported"),
        ({"cloudStorageConfig": {"provider": "a", "region": "b", "bucketName": "c", "accessKey": "d", "secretKey": "e"}}, "cloudStorageConfig is not supported"),
    ],
)
def test_inputs_that_contradict_or_exceed_say_what_to_do(server, fields, words):
    database = Database(server)
    before = database.things(), database.payloads()
    refused = save_error(server, **(FLASH | fields))
    assert words in refused, refused
    assert (database.things(), database.payloads()) == before, "nothing is half made"


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"template": {}}, 'Field "name" of required type "String!" was not provided.'),
        ({"template": FLASH["template"] | {"volumeInGb": 0}}, 'Field "volumeInGb" is not defined by type "EndpointTemplateInput".'),
        ({"template": FLASH["template"] | {"env": None}}, "not to be null"),
        ({"template": "xkhgg72fuo"}, "EndpointTemplateInput"),
        ({"template": [[]]}, "EndpointTemplateInput"),
        ({"bindEndpoint": "yes"}, "Boolean cannot represent"),
        ({"requestTTL": "60000"}, "Int cannot represent"),
        ({"requestTTL": 60000.5}, "Int cannot represent"),
        ({"repo": {}}, 'Field "repoName" of required type "String!" was not provided.'),
    ],
)
def test_inputs_of_wrong_types_are_refused_by_the_language(server, fields, message):
    answer = server.graphql_answer("mutation ($input: EndpointInput!) { saveEndpoint(input: $input) { id } }", {"input": FLASH | fields})
    assert answer.status == 400 and message in answer.json["errors"][0]["message"], answer.text


def test_gpu_ids_keep_their_text(server):
    for text in (" ADA_24 , AMPERE_16", "NVIDIA RTX 2000 Ada Generation", "NEXT_YEARS_POOL", "ADA_24,-NVIDIA L4"):
        assert save(server, **(FLASH | {"gpuIds": text}))["gpuIds"] == text


def test_an_update_may_not_take_the_last_hardware_away(server):
    made = save(server, **FLASH)
    assert "gpuIds must not be empty" in save_error(server, id=made["id"], name="no hardware", gpuIds="")
    assert save(server, id=made["id"], name="on processors", gpuIds="", instanceIds=["cpu3g-4-16"])["gpuIds"] == ""
    assert "gpuIds must not be empty" in save_error(server, id=made["id"], name="no hardware", instanceIds=[])


def test_a_request_ttl_holds_for_jobs_that_name_none(server):
    made = save(server, **(FLASH | {"requestTTL": 10_000, "modelName": "decides nothing", "template": FLASH["template"] | {"dockerArgs": "sleep 600"}}))
    assert made["requestTTL"] == 10_000
    first, named = server.run(made["id"]), server.run(made["id"], policy={"ttl": 600_000})
    assert save(server, id=made["id"], name="later", requestTTL=None)["requestTTL"] is None
    later = server.run(made["id"])
    assert server.wait_final(made["id"], first, timeout=30)["status"] == "TIMED_OUT"
    assert {server.status(made["id"], job)["status"] for job in (named, later)} <= {"IN_QUEUE", "IN_PROGRESS"}
    delete(server, made["id"])


def test_ports_and_their_names_are_kept_as_given(server):
    config = [{"port": "8888", "name": "Jupyter"}, {"port": "22", "name": "ssh"}]
    for ports, given in (("8888/http,22/tcp", config), ("8888/http", None), ("", config)):
        made = save_template(server, name=f"ports {ports} {given is None}", dockerArgs="", env=[], containerDiskInGb=1, volumeInGb=0, ports=ports, portsConfig=given)
        assert (made["ports"], made["portsConfig"]) == (ports, given)
