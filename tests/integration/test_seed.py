"""The four curl commands of RunPod's documentation, word for word, run by a shell."""

import json
import re
import subprocess
from pathlib import Path

import pytest

SEED = Path(__file__).parents[1] / "data/seed.md"
COMMANDS = dict(re.findall(r"^## (\w+)\n\n```curl\n(.*?)```", SEED.read_text(), re.DOTALL | re.MULTILINE))
SETTINGS = {
    "gpuIds": "AMPERE_16",
    "idleTimeout": 5,
    "locations": "US",
    "name": "Generated Endpoint -fb",
    "scalerType": "QUEUE_DELAY",
    "scalerValue": 4,
    "workersMax": 3,
    "workersMin": 0,
}


class Person:
    """Runs the commands with what a person would replace: origin, key, template id, endpoint id."""

    def __init__(self, server, template, key_in):
        self.server, self.template, self.key_in = server, template, key_in

    def run(self, title, endpoint=""):
        command = COMMANDS[title].replace("https://api.runpod.io", self.server.origin)
        command = command.replace("xkhgg72fuo", self.template).replace("i02xupws21hp6i", endpoint)
        if self.key_in == "query":
            command = command.replace("${YOUR_API_KEY}", self.server.key)
        else:
            command = command.replace("?api_key=${YOUR_API_KEY}", "")
            command = command.replace("curl ", f"curl --header 'Authorization: Bearer {self.server.key}' ", 1)
        command = command.replace("curl ", "curl -q --silent --show-error --noproxy '*' ", 1)
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(params=["query", "header"])
def person(request, servers):
    server = servers().start()
    return Person(server, server.save_template()["id"], request.param)


def test_the_seed_has_its_four_commands():
    assert list(COMMANDS) == ["create", "modify", "list", "delete"]


def test_create_list_modify_list_delete(person):
    made = person.run("create")["data"]["saveEndpoint"]
    endpoint = made["id"]
    assert re.fullmatch(r"[a-z0-9]{14}", endpoint)
    assert made == SETTINGS | {"id": endpoint, "templateId": person.template}

    listed = {**made, "networkVolumeId": None, "pods": []}
    assert person.run("list") == {"data": {"myself": {"endpoints": [listed], "serverlessDiscount": None}}}

    refused = person.run("delete", endpoint)
    assert "workersMax" in refused["errors"][0]["message"], refused
    assert person.run("list")["data"]["myself"]["endpoints"] == [listed]

    assert person.run("modify", endpoint) == {
        "data": {
            "saveEndpoint": {
                "id": endpoint,
                "gpuIds": "AMPERE_16",
                "name": "Generated Endpoint -fb",
                "templateId": person.template,
                "workersMax": 0,
            }
        }
    }
    listed["workersMax"] = 0  # and nothing else
    assert person.run("list")["data"]["myself"]["endpoints"] == [listed]

    assert person.run("delete", endpoint) == {"data": {"deleteEndpoint": None}}
    assert person.run("list")["data"]["myself"]["endpoints"] == []


def test_the_suffix_turns_flashboot_on_and_stays_in_the_name(person):
    endpoint = person.run("create")["data"]["saveEndpoint"]["id"]
    query = f'{{ myself {{ endpoint(id: "{endpoint}") {{ name flashBootType }} }} }}'
    read = person.server.graphql(query)["myself"]["endpoint"]
    assert read == {"name": "Generated Endpoint -fb", "flashBootType": "FLASHBOOT"}


def test_order_in_the_answer_is_the_order_asked_for(person):
    made = person.run("create")["data"]["saveEndpoint"]
    selected = re.search(r"\{ (gpuIds id .*?) \}", COMMANDS["create"]).group(1).split()
    assert list(made) == selected


def test_a_wrong_key_is_refused(person):
    person.server.key += "x"
    answer = person.run("list")
    assert answer["errors"][0]["message"], answer
    assert not answer.get("data")


def test_survives_a_restart(person):
    made = person.run("create")["data"]["saveEndpoint"]
    before = person.run("list")
    assert person.server.terminate() == 0
    person.server.start()
    assert person.run("list") == before
    assert before["data"]["myself"]["endpoints"][0]["id"] == made["id"]
