"""The four curl commands of RunPod's documentation, taken from its text and run by a shell, and the outputs it prints."""

import json
import re
import subprocess
from pathlib import Path

import pytest

DOCUMENT = (Path(__file__).parents[1] / "data/seed.md").read_text()
NAMES = ("create", "modify", "list", "delete")
COMMANDS = dict(zip(NAMES, re.findall(r"^```curl\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE), strict=True))
QUERIES = dict(zip(NAMES, re.findall(r"^```graphql\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE), strict=True))
OUTPUTS = dict(zip(NAMES, re.findall(r"^```json.*?\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE), strict=True))
TEMPLATE, ENDPOINT = "xkhgg72fuo", "i02xupws21hp6i"


class Person:
    """Runs the commands with what a person would replace: origin, key, template id, endpoint id."""

    def __init__(self, server, template, key_in):
        self.server, self.template, self.key_in = server, template, key_in

    def replaced(self, text, endpoint):
        return text.replace(TEMPLATE, self.template).replace(ENDPOINT, endpoint)

    def run(self, name, endpoint=""):
        command = self.replaced(COMMANDS[name], endpoint).replace("https://api.runpod.io", self.server.origin)
        if self.key_in == "query":
            command = command.replace("${YOUR_API_KEY}", self.server.key)
        else:
            command = command.replace("?api_key=${YOUR_API_KEY}", "")
            command = command.replace("curl ", f"curl --header 'Authorization: Bearer {self.server.key}' ", 1)
        command = command.replace("curl ", "curl -q --silent --show-error --noproxy '*' ", 1)
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def query(self, name, endpoint=""):
        """The same as the document's GraphQL text, comments included."""
        return self.server.graphql_answer(self.replaced(QUERIES[name], endpoint)).json

    def printed(self, name, endpoint):
        """The document's output, with this person's ids."""
        return json.loads(self.replaced(OUTPUTS[name], endpoint))


@pytest.fixture(params=["query", "header"])
def person(request, servers):
    server = servers().start()
    return Person(server, server.save_template()["id"], request.param)


def made_by(answer):
    endpoint = answer["data"]["saveEndpoint"]["id"]
    assert re.fullmatch(r"[a-z0-9]{14}", endpoint)
    return endpoint


@pytest.mark.parametrize("way", ["run", "query"])
def test_every_command_answers_what_the_document_prints(person, way):
    do = getattr(person, way)
    created = do("create")
    endpoint = made_by(created)
    assert created == person.printed("create", endpoint)
    listed = person.printed("list", endpoint)
    listed["data"]["myself"]["endpoints"][0]["workersMax"] = 3
    assert do("list") == listed

    refused = do("delete", endpoint)
    assert "workersMax" in refused["errors"][0]["message"] and refused["data"] == {"deleteEndpoint": None}
    assert do("list") == listed

    assert do("modify", endpoint) == person.printed("modify", endpoint)
    assert do("list") == person.printed("list", endpoint), "the update changes what it names and nothing else"
    assert do("delete", endpoint) == person.printed("delete", endpoint)
    assert do("list") == {"data": {"myself": {"endpoints": [], "serverlessDiscount": None}}}


def test_the_suffix_turns_flashboot_on_and_stays_in_the_name(person):
    endpoint = made_by(person.run("create"))
    query = f'{{ myself {{ endpoint(id: "{endpoint}") {{ name flashBootType }} }} }}'
    read = person.server.graphql(query)["myself"]["endpoint"]
    assert read == {"name": "Generated Endpoint -fb", "flashBootType": "FLASHBOOT"}


def test_order_in_the_answer_is_the_order_asked_for(person):
    made = person.run("create")["data"]["saveEndpoint"]
    selected = re.search(r"\{ (gpuIds id .*?) \}", COMMANDS["create"]).group(1).split()
    assert list(made) == selected


def test_the_list_names_the_live_workers(person, make_worker):
    endpoint = made_by(person.run("create"))
    person.run("modify", endpoint)

    def pods():
        return person.run("list")["data"]["myself"]["endpoints"][0]["pods"]

    worker = make_worker(person.server, endpoint)
    assert pods() == [], "registered, but nobody has started it"
    person.server.run(endpoint)
    worker.take()
    assert pods() == [{"desiredStatus": "RUNNING"}]


def test_a_wrong_key_is_refused(person):
    person.server.key += "x"
    answer = person.run("list")
    assert answer["errors"][0]["message"], answer
    assert not answer.get("data")


def test_survives_a_restart(person):
    endpoint = made_by(person.run("create"))
    before = person.run("list")
    assert person.server.terminate() == 0
    person.server.start()
    assert person.run("list") == before
    assert before["data"]["myself"]["endpoints"][0]["id"] == endpoint
