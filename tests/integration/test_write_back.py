"""What GraphQL shows of an endpoint or a template, sent back through GraphQL: no record is written and no version rises."""

import json
import random
import tarfile
import threading

import pytest
from harness import definitions
from harness.definitions import Database, look, save, save_error, save_template
from harness.odd_definitions import endpoint, optional, own_template, shared_template, volumes
from harness.server import ROOT

KEY = "a-key-for-the-tests-of-old-folders"  # of the folders in tests/data


@pytest.fixture
def unchanged(server):
    """check(call, ...): the call returns what is there and commits nothing."""
    database = Database(server)

    def check(call, expected, **fields):
        before = database.commits(), database.payloads()
        assert call(server, **fields) == expected
        assert (database.commits(), database.payloads()) == before, fields

    return check


@pytest.mark.parametrize("seed", range(4))
def test_generated_definitions_are_written_back_without_a_change(server, unchanged, seed):
    dice, made_volumes = random.Random(seed), volumes(server)
    for _ in range(40):
        if dice.random() < 0.5:
            made = save(server, **endpoint(dice, made_volumes), template=own_template(dice))
        else:
            made = save(server, **endpoint(dice, made_volumes), templateId=save_template(server, **shared_template(dice))["id"])
            unchanged(save_template, made["template"], **definitions.template_as_input(made))
        unchanged(save, made, **definitions.as_input(made))
        assert look(server, made["id"]) == made
        patched = save(server, id=made["id"], name=made["name"], **optional(dice, {"idleTimeout": [7], "flashBootType": ["OFF"], "requestTTL": [20_000]}))
        unchanged(save, patched, **definitions.as_input(patched))


def test_a_write_touches_only_what_it_names(server):
    dice, made_volumes = random.Random(99), volumes(server)
    for _ in range(20):
        made = save(server, **endpoint(dice, made_volumes), template=own_template(dice))
        changed = save(server, id=made["id"], name=made["name"], flashBootType=made["flashBootType"], queueMax=5)
        assert changed == made | {"queueMax": 5}
        assert save(server, id=made["id"], name=made["name"], flashBootType=made["flashBootType"], queueMax=made["queueMax"]) == made


def test_environments_are_compared_as_lists_of_variables(server, unchanged):
    one, two = {"key": "A", "value": "1"}, {"key": "B", "value": "2"}
    made = save(server, name="with variables", gpuIds="ADA_24", env=[one, two], template={"name": "t", "dockerArgs": "", "containerDiskInGb": 1, "env": [one]})
    unchanged(save, made, id=made["id"], name="with variables", env=[one, two])
    for number, env in enumerate(([two, one], [one], [one, one], [], [one, two]), 1):
        assert save(server, id=made["id"], name="with variables", env=env)["version"] == number
    unchanged(save, made | {"version": 5}, id=made["id"], name="with variables", env=[{"value": "1", "key": "A"}, two])
    large = [{"key": "LARGE", "value": "x" * 100_000}]
    version = save(server, id=made["id"], name="with variables", env=large)["version"]
    assert save(server, id=made["id"], name="with variables", env=large)["version"] == version
    assert len([path for path in (server.data / "bodies").iterdir()]) <= 2


def test_clients_that_change_different_fields_at_once_both_stand(server):
    """Each sends the environment and the template back as they are."""
    made = save(server, name="shared by all", gpuIds="ADA_24", workersMax=0, env=[{"key": "A", "value": "1"}],
                template={"name": "t", "dockerArgs": "", "containerDiskInGb": 1, "env": [{"key": "B", "value": "2"}]})  # fmt: skip
    same = {"id": made["id"], "name": made["name"], "env": made["env"], "template": definitions.as_input(made)["template"]}
    fields = {"idleTimeout": range(1, 26), "gpuCount": range(1, 26), "scalerValue": range(1, 26), "queueMax": range(1, 26)}

    def write(name, values):
        for value in values:
            assert save(server, **same, **{name: value})[name] == value

    threads = [threading.Thread(target=write, args=item) for item in fields.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    now = look(server, made["id"])
    assert now == made | dict.fromkeys(fields, 25) | {"version": 24}, "only the count of GPUs gives new workers, and one was there"


def test_a_save_that_changes_nothing_keeps_the_workers(server, make_worker):
    made = save(server, name="at work", gpuIds="ADA_24", workersMax=1, idleTimeout=60, template={"name": "t", "dockerArgs": "sleep 600", "containerDiskInGb": 1, "env": []})
    server.run(made["id"])
    query = f'{{ myself {{ endpoint(id: "{made["id"]}") {{ pods {{ id slsVersion desiredStatus }} }} }} }}'
    pods = server.graphql(query)["myself"]["endpoint"]["pods"]
    assert len(pods) == 1
    for _ in range(3):
        save(server, **definitions.as_input(made))
    assert server.graphql(query)["myself"]["endpoint"]["pods"] == pods
    save(server, id=made["id"], name="at work", workersMin=0, workersMax=0)
    server.graphql(f'mutation {{ deleteEndpoint(id: "{made["id"]}") }}')


@pytest.mark.parametrize("folder", sorted(path.parent for path in (ROOT / "tests/data").glob("*/about.json")), ids=lambda folder: folder.name)
def test_odd_rows_of_an_older_version_are_read_and_written_back(servers, tmp_path, folder):
    with tarfile.open(folder / "data.tar.xz") as tar:
        tar.extractall(tmp_path / "data")
    (tmp_path / "data").chmod(0o700)
    server = servers(data=tmp_path / "data", environment={"PILOTLIGHT_API_KEY": KEY}).start()
    known = json.loads((folder / "views.json").read_text())["catalogue"]["myself"]["endpoints"]
    odd = next(one for one in known if one["gpuIds"] == "NOPE,,-")
    database = Database(server)
    for one in known:
        seen = look(server, one["id"])
        before = database.commits()
        assert save(server, **definitions.as_input(seen)) == seen and save_template(server, **definitions.template_as_input(seen)) == seen["template"]
        assert database.commits() == before
    kept = save(server, id=odd["id"], name="renamed -fb", gpuIds="NOPE,,-", queueMax=3)
    assert (kept["gpuIds"], kept["minCudaVersion"], kept["networkVolumeId"], kept["locations"]) == ("NOPE,,-", "abc", "nobodys123", "??")
    assert "empty entry" in save_error(server, id=odd["id"], name="renamed -fb", gpuIds="NOPE,,")
