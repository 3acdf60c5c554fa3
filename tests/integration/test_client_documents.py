"""The GraphQL documents that clients send: each is understood."""

import json
import time

import pytest
from harness.client_documents import ANSWERED, REFUSED

# Without a key these are answered, too, as RunPod answers them.
OPEN = {"gpuTypes", "cpuTypes", "cpuFlavors", "dataCenters", "serverlessGpuPools", "listings", "listing", "listingFromRepo", "allAiApiPublicConfigs"}


@pytest.fixture
def names(server):
    """What stands for the names in capitals."""
    spare = f"spare {server.save_template()['id']}"
    server.save_template(name=spare)
    name = f"n{time.monotonic_ns()}"
    registry = f'saveRegistryAuth(input: {{ name: "{name}", username: "me", password: "x" }}) {{ id }}'
    secret = f'secretCreate(input: {{ name: "{name}", value: "x" }}) {{ id }}'
    made = server.graphql(f"mutation {{ registry: {registry} secret: {secret} }}")
    return {
        "TEMPLATE": server.save_template()["id"],
        "ENDPOINT": server.make_idle_endpoint(),
        "SPARE ENDPOINT": server.make_idle_endpoint(),
        "SPARE TEMPLATE": spare,
        "REGISTRY": made["registry"]["id"],
        "SECRET": made["secret"]["id"],
    }


def filled(value, names):
    if isinstance(value, dict):
        return {key: filled(item, names) for key, item in value.items()}
    return names.get(value, value) if isinstance(value, str) else value


def ask(server, document, variables, **options):
    body = {"query": document, "variables": variables}
    operation = document.split("{")[0].split("(")[0].split()
    if len(operation) > 1:
        body["operationName"] = operation[1]
    return server.post("/graphql", body, **options)


@pytest.mark.parametrize("name", ANSWERED)
def test_a_document_is_answered(server, names, name):
    document, variables = ANSWERED[name]
    answer = ask(server, document, filled(variables, names))
    assert answer.status == 200 and "errors" not in answer.json, answer.text
    assert "PLANTED" not in answer.text + server.log()


@pytest.mark.parametrize("name", REFUSED)
def test_a_document_is_refused_in_a_sentence(server, name):
    document, variables, words = REFUSED[name]
    answer = ask(server, document, variables)
    (error,) = answer.json["errors"]
    assert answer.status == 200 and words in error["message"], answer.text
    assert "PLANTED" not in answer.text + server.log()


def test_pulumi_sends_no_document_that_is_unknown():
    """27 operations without the 5 that make and change pods."""
    pulumi = [name for name in [*ANSWERED, *REFUSED] if name.startswith("pulumi ")]
    assert len(pulumi) == 23, "the 22, and GetPod"


@pytest.mark.parametrize("name", [name for name in ANSWERED if name.startswith(("mcp list", "mcp get", "public page", "rpapi myself"))])
def test_the_catalogue_needs_no_key(server, name):
    document, variables = ANSWERED[name]
    answer = ask(server, document, variables, key=None)
    assert answer.status == 200 and "errors" not in answer.json, answer.text
    (field,) = answer.json["data"]
    assert field not in OPEN or answer.json["data"] == ask(server, document, variables).json["data"]
    assert field in OPEN or answer.json["data"] == {field: None}


def test_without_a_key_only_the_open_fields_have_values(server):
    document = '{ cpuTypes { id } myself { id } pod(input: { podId: "x" }) { id } flashAppByName(flashAppName: "x") { id } podTemplates { id } }'
    data = ask(server, document, None, key=None).json["data"]
    assert data.pop("cpuTypes")
    assert data == {"myself": None, "pod": None, "flashAppByName": None, "podTemplates": None}


# What the catalogue says


def test_all_of_the_catalogue_is_in_stock(server):
    asked = "{ gpuTypes { id lowestPrice(input: { gpuCount: 8 }) { stockStatus } } dataCenters { gpuAvailability { stockStatus available } } }"
    data = server.graphql(asked)
    assert {one["lowestPrice"]["stockStatus"] for one in data["gpuTypes"]} == {"High"}
    assert all(stock == {"stockStatus": "High", "available": True} for center in data["dataCenters"] for stock in center["gpuAvailability"])
    assert all(len(center["gpuAvailability"]) == len(data["gpuTypes"]) for center in data["dataCenters"])


@pytest.mark.parametrize(
    "wish",
    [
        "gpuCount: 0",
        "gpuCount: -1",
        "gpuCount: 9",
        'gpuCount: 1, dataCenterId: "XX-1"',
        'gpuCount: 1, allowedCudaVersions: ["99.9"]',
        'gpuCount: 1, cudaVersion: "1.0"',
        'gpuCount: 1, minCudaVersion: "99.9"',
        'gpuCount: 1, minCudaVersion: "abc"',
    ],
)
def test_cards_that_cannot_exist_have_no_stock(server, wish):
    document = f'{{ gpuTypes(input: {{ id: "NVIDIA L4" }}) {{ lowestPrice(input: {{ {wish} }}) {{ gpuTypeId stockStatus minMemory }} }} }}'
    assert server.graphql(document)["gpuTypes"] == [{"lowestPrice": {"gpuTypeId": "NVIDIA L4", "stockStatus": None, "minMemory": None}}]


def test_an_empty_wish_is_none(server):
    wish = 'gpuCount: 1, cudaVersion: "", allowedCudaVersions: [""], minCudaVersion: "", dataCenterId: ""'
    document = f'{{ gpuTypes(input: {{ id: "NVIDIA L4" }}) {{ lowestPrice(input: {{ {wish} }}) {{ stockStatus }} }} }}'
    assert server.graphql(document)["gpuTypes"] == [{"lowestPrice": {"stockStatus": "High"}}]


@pytest.mark.parametrize("wish", ['dataCenterId: "XX-1"', 'instanceId: "cpu3c-2-8"', 'instanceId: "cpu5c-2-4"', 'instanceId: "cpu3c"'])
def test_instances_that_are_not_sold_have_no_specifics(server, wish):
    document = f'{{ cpuFlavors(input: {{ id: "cpu3c" }}) {{ specifics(input: {{ {wish} }}) {{ stockStatus }} }} }}'
    assert server.graphql(document) == {"cpuFlavors": [{"specifics": None}]}


@pytest.mark.parametrize(
    "filter, ids",
    [
        ("null", None),
        ("{}", None),
        ("{ id: null, ids: null }", None),
        ('{ id: "NVIDIA L4" }', ["NVIDIA L4"]),
        ('{ ids: ["NVIDIA L40", "nowhere", "NVIDIA L4", "NVIDIA L4"] }', ["NVIDIA L4", "NVIDIA L40"]),
        ('{ id: "NVIDIA L4", ids: ["NVIDIA L40"] }', []),
        ('{ id: "nowhere" }', []),
        ('{ id: "" }', []),
        ("{ ids: [] }", []),
        ("{ cluster: true }", []),
    ],
)
def test_gpu_types_are_filtered(server, filter, ids):
    found = [one["id"] for one in server.graphql(f"{{ gpuTypes(input: {filter}) {{ id }} }}")["gpuTypes"]]
    assert len(found) > 40 if ids is None else found == ids


def test_serverless_flavours_are_asked_for_alone(server):
    for wish in ("slsOnly: true", "isSls: true"):
        found = server.graphql(f"{{ cpuFlavors(input: {{ {wish} }}) {{ id }} }}")["cpuFlavors"]
        assert [one["id"] for one in found] == ["cpu3c", "cpu3g", "cpu5c", "cpu5g"]


# What endpoints do


def test_worker_state_and_requests_count_what_happens(server, endpoint, worker):
    document = f"""{{ myself {{ endpoint(id: "{endpoint}") {{
        workerState(input: {{ granularity: HOURLY }}) {{ idle running }} webhookRequests {{ responses }} }} }} }}"""

    def shown():
        found = server.graphql(document)["myself"]["endpoint"]
        return found["workerState"], found["webhookRequests"]

    assert shown() == ([{"idle": 0, "running": 0}], [{"responses": [0, 0]}])
    server.run(endpoint)
    job = worker.take()
    assert shown() == ([{"idle": 0, "running": 1}], [{"responses": [0, 0]}])
    worker.finish(job, 1)
    server.run(endpoint)
    worker.done(worker.take()["id"], {"error": "no"})
    assert shown() == ([{"idle": 1, "running": 0}], [{"responses": [1, 1]}])


def test_a_saved_endpoint_shows_its_state_at_once(server, endpoint):
    document = f'mutation {{ saveEndpoint(input: {{ id: "{endpoint}", name: "anew" }}) {{ workerState {{ time running }} webhookRequests {{ responses }} }} }}'
    saved = server.graphql(document)["saveEndpoint"]
    assert saved["workerState"][0]["time"] and saved["webhookRequests"] == [{"responses": [0, 0]}]


# Bad input


@pytest.mark.parametrize(
    "document, words",
    [
        ("{ gpuTypes(input: { name: 1 }) { id } }", 'Field "name" is not defined by type "GpuTypeFilter"'),
        ("{ gpuTypes(input: { ids: [null] }) { id } }", "Expected value of type"),
        ("{ gpuTypes { lowestPrice(input: {}) { stockStatus } } }", 'Field "GpuLowestPriceInput.gpuCount" of required type'),
        ("{ gpuTypes { lowestPrice(input: { gpuCount: 1.5 }) { stockStatus } } }", "Int cannot represent"),
        ("{ pod(input: {}) { id } }", 'Field "PodFilter.podId" of required type'),
        ("{ listings { id } }", 'argument "input" of type "ListingsInput!" is required'),
        ("{ gpuTypes }", "must have a selection of subfields"),
        ("{ cpuTypes { id { x } } }", "must not have a selection"),
        ("{ podFindAndDeployOnDemand { id } }", "Cannot query field"),
        ("mutation { podTerminate(input: { podId: \"x\" }) }", "Cannot query field"),
        ("mutation { createFlashApp(input: {}) { id } }", "Cannot query field"),
        ("{ myself { endpoints { workerState(input: { granularity: NEVER }) { time } } } }", 'Value "NEVER" does not exist'),
    ],
)
def test_what_a_document_gets_wrong_is_said(server, document, words):
    answer = server.graphql_answer(document)
    assert answer.status == 400 and words in answer.json["errors"][0]["message"], answer.text


def test_a_hundred_catalogues_are_bounded(server):
    price = "lowestPrice(input: { gpuCount: 1 }) { gpuTypeDatacenters { dataCenterId availability } }"
    for fields in (price, "id displayName memoryInGb lowestPrice(input: { gpuCount: 1 }) { stockStatus }"):
        answer = server.graphql_answer("{ " + " ".join(f"a{n}: gpuTypes {{ {fields} }}" for n in range(100)) + " }")
        assert answer.status == 200 and len(answer.text) < 4 << 20
    aliases = "{ " + " ".join(f"a{n}: dataCenters {{ gpuAvailability {{ id }} }}" for n in range(100)) + " }"
    assert "250000 values" in server.graphql_error(aliases)


def test_without_a_key_there_is_the_whole_catalogue_once(server):
    stock = "gpuAvailability { gpuTypeId gpuTypeDisplayName displayName available stockStatus }"
    whole = f"{{ gpuTypes {{ id displayName lowestPrice(input: {{ gpuCount: 1 }}) {{ stockStatus }} }} dataCenters {{ id name {stock} }} }}"
    assert server.graphql_answer(whole, key=None).json == server.graphql_answer(whole).json
    thrice = f"{{ a: dataCenters {{ {stock} }} b: dataCenters {{ {stock} }} c: dataCenters {{ {stock} }} }}"
    assert "more than 25000 values" in server.graphql_error(thrice, key=None)
    roots = "{ " + " ".join(f"a{n}: cpuTypes {{ id }}" for n in range(11)) + " }"
    assert "more than 10 root fields" in server.graphql_error(roots, key=None)


def test_a_long_argument_is_not_copied_without_end(server):
    """A variable of 2 MB in a hundred root fields, and in a thousand fields below."""
    ids = {"ids": ["x"] * 300_000}
    roots = "query Q($ids: [String!]) { " + " ".join(f"a{n}: gpuTypes(input: {{ ids: $ids }}) {{ id }}" for n in range(100)) + " }"
    assert "Arguments of root fields" in server.graphql_error(roots, ids)
    fields = " ".join(f"a{n}: lowestPrice(input: {{ gpuCount: 1, allowedCudaVersions: $ids }}) {{ stockStatus }}" for n in range(1000))
    assert "250000 values" in server.graphql_error(f"query Q($ids: [String]) {{ gpuTypes {{ {fields} }} }}", ids)
    text = {"id": "x" * 1_000_000}
    fields = " ".join(f"a{n}: endpoint(id: $id) {{ id }}" for n in range(1000))
    assert "16777216 bytes of text" in server.graphql_error(f"query Q($id: String!) {{ myself {{ {fields} }} }}", text)


def test_many_ids_in_one_filter_are_looked_up(server):
    ids = [f"nowhere {n}" for n in range(50_000)] + ["NVIDIA L4"]
    document = "query Q($ids: [String!]) { gpuTypes(input: { ids: $ids }) { id } }"
    assert server.graphql(document, {"ids": ids}) == {"gpuTypes": [{"id": "NVIDIA L4"}]}


SECRET = "s3cr3t-value"


@pytest.mark.parametrize(
    "document, variables",
    [
        ("mutation M($input: SecretCreateInput!) { secretCreate(input: $input) { id } }", {"input": {"name": 5, "value": SECRET}}),
        ("mutation M($input: SecretCreateInput!) { secretCreate(input: $input) { id } }", {"input": {"name": "a", "value": SECRET, "more": 1}}),
        ("mutation M($input: SecretValueUpdateInput!) { secretValueUpdate(input: $input) { id } }", {"input": {"value": SECRET}}),
        ("mutation M($v: Int) { secretCreate(input: { name: \"a\", value: $v }) { id } }", {"v": SECRET}),
        ("mutation M($input: SaveRegistryAuthInput) { saveRegistryAuth(input: $input) { id } }", {"input": [SECRET]}),
        (f'mutation {{ saveRegistryAuth(input: {{ name: "a" username: "b" password "{SECRET}" }}) {{ id }} }}', None),
        (f'mutation {{ updateRegistryAuth(input: {{ id: "a", username: "b", password: ["{SECRET}"] }}) {{ id }} }}', None),
        (f'mutation {{ secretCreate(input: {{ name: "a", value: "{SECRET}" }}) {{ value }} }}', None),
        (f'mutation {{ secretCreate(input: {{ name: "a b", value: "{SECRET}" }}) {{ id }} }}', None),
    ],
)
def test_a_secret_that_is_sent_is_never_repeated(server, document, variables):
    answer = server.graphql_answer(document, variables)
    assert answer.json["errors"][0]["message"] and SECRET not in answer.text, answer.text
    kept = [path for path in server.data.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert SECRET not in server.log() and not kept


def test_the_catalogue_is_json_of_a_sane_size(server):
    everything = server.graphql_answer("{ dataCenters { id gpuAvailability { gpuTypeId gpuTypeDisplayName displayName available stockStatus } } }")
    assert len(json.dumps(everything.json)) < 1 << 20
