"""/v2/catalog: what can be rented, as REST v2 shows it; each answer against RunPod's specification."""

import pytest
from harness.rest_v2 import SPECIFICATION, is_problem, validator

PATH = "/v2/catalog"
LISTS = {"gpus": "gpus", "cpus": "cpus", "datacenters": "dataCenters", "templates": "templates"}
WITH_AVAILABILITY = "include=AVAILABILITY&product=SERVERLESS"
INCLUDED = {"gpus": WITH_AVAILABILITY, "cpus": WITH_AVAILABILITY, "datacenters": "include=GPU_AVAILABILITY,CPU_AVAILABILITY"}


def read(server, path):
    """The answer, which must be the specification's."""
    answer = server.get(f"{PATH}/{path}")
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/json", answer
    words = path.partition("?")[0].split("/")
    specified = SPECIFICATION["paths"]["/".join([PATH, words[0], *["{id}"] * (len(words) - 1)])]["get"]["responses"]["200"]
    validator(specified["content"]["application/json"]["schema"]).validate(answer.json)
    return answer.json


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_has_pages(server, kind):
    whole = read(server, kind)
    assert whole["pagination"] == {"hasNextPage": False, "nextCursor": None}
    seen, cursor = [], ""
    while True:
        page = read(server, f"{kind}?limit=7{cursor}")
        seen += page[LISTS[kind]]
        if not page["pagination"]["hasNextPage"]:
            break
        cursor = f"&cursor={page['pagination']['nextCursor']}"
    assert seen == whole[LISTS[kind]] and len(seen) == {"gpus": 48, "cpus": 6, "datacenters": 30, "templates": 0}[kind]
    answer = server.get(f"{PATH}/{kind}?cursor={'others 0 x'.encode().hex()}")
    assert is_problem(answer, 422) and answer.json["errors"] == ["query.cursor: not a nextCursor of this list; start again without it"]


@pytest.mark.parametrize("kind", INCLUDED)
def test_each_row_is_found_by_its_id(server, kind):
    for query in ("", "?" + INCLUDED[kind]):
        rows = read(server, kind + query)[LISTS[kind]]
        assert len({row["id"] for row in rows}) == len(rows)
        for row in rows[:: 5 if query else 1]:
            assert read(server, f"{kind}/{row['id'].replace(' ', '%20')}{query}") == row
    for unknown in ("NVIDIA%20H999", "nvidia%20h200", "x", "a%2Fb", "..%2F", "%zz", "%00", "a" * 1000, "US"):
        assert is_problem(server.get(f"{PATH}/{kind}/{unknown}"), 404, "resource not found")


def test_a_gpu_type(server):
    gpu = read(server, "gpus/NVIDIA%20H200")
    assert gpu == {
        "id": "NVIDIA H200", "name": "H200 SXM", "pool": "HOPPER_141", "manufacturer": "NVIDIA", "memory": 141, "secure": True, "community": False,
        "price": {"secure": 0, "community": 0, "serverless": 0}, "maxCount": {"secure": 8, "community": 0},
    }  # fmt: skip
    assert read(server, "gpus/NVIDIA%20A30")["pool"] is None
    shown = read(server, f"gpus/NVIDIA%20H200?{WITH_AVAILABILITY}")
    assert {name: shown[name] for name in gpu} == gpu and shown["availability"] == "HIGH"
    assert len(shown["dataCenters"]) == 30 and {one["availability"] for one in shown["dataCenters"]} == {"HIGH"}
    assert {"version": "12.8", "available": True} in shown["cudaVersions"]


def test_availability_is_narrowed_and_leaves_no_type_out(server):
    for query in ("count=9", "cloud=COMMUNITY", "countryCodes=XX", "cudaVersions=9.9"):
        gpus = read(server, f"gpus?{WITH_AVAILABILITY}&{query}")["gpus"]
        assert len(gpus) == 48 and {one["availability"] for one in gpus} == {"NONE"}, query
    japan = read(server, f"gpus/NVIDIA%20L4?{WITH_AVAILABILITY}&countryCodes=JP,RO&count=8&cloud=SECURE")
    assert [one["id"] for one in japan["dataCenters"]] == ["AP-JP-1", "EU-RO-1"] and japan["availability"] == "HIGH"
    amd = [one["id"] for one in read(server, f"gpus?{WITH_AVAILABILITY}&minCudaVersion=12")["gpus"] if one["availability"] == "NONE"]
    assert amd == ["AMD Instinct MI300X OAM"]
    assert {one["availability"] for one in read(server, "gpus?include=AVAILABILITY&product=POD,CLUSTER")["gpus"]} == {"HIGH"}
    flavors = {one["id"]: one["availability"] for one in read(server, f"cpus?{WITH_AVAILABILITY}&vcpuCount=32")["cpus"]}
    assert flavors == {"cpu3c": "HIGH", "cpu3g": "HIGH", "cpu3m": "NONE", "cpu5c": "HIGH", "cpu5g": "HIGH", "cpu5m": "NONE"}


def test_a_flavor_of_cpus(server):
    assert read(server, "cpus/cpu3g") == {
        "id": "cpu3g", "name": "General Purpose", "group": "cpu3", "vcpu": {"min": 2, "max": 32}, "ramGbPerVcpu": 4,
        "price": {"securePerVcpu": 0, "serverlessPerVcpu": 0},
    }  # fmt: skip


def test_data_centers_are_filtered(server):
    assert read(server, "datacenters/EU-RO-1") == {
        "id": "EU-RO-1", "name": "EU Romania 1", "region": "EUROPE", "globalNetwork": False, "networkVolumeTypes": ["STANDARD"], "compliance": [],
    }  # fmt: skip
    shown = read(server, "datacenters/EU-RO-1?include=GPU_AVAILABILITY")
    assert len(shown["gpuAvailability"]) == 48 and "cpuAvailability" not in shown
    for query, count in {
        "regions=ASIA,OCEANIA": 2, "regions=AFRICA": 0, "globalNetwork=true": 0, "globalNetwork=false": 30, "compliance=GDPR": 0,
        "networkVolumeTypes=STANDARD": 30, "networkVolumeTypes=STANDARD,HIGH_PERFORMANCE": 0, "unknown=1": 30,
    }.items():  # fmt: skip
        assert len(read(server, f"datacenters?{query}")["dataCenters"]) == count, query


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("gpus?include=AVAILABILITY", 400, "include=AVAILABILITY and product go together; send both or neither"),
        ("gpus/x?product=POD", 400, "include=AVAILABILITY and product go together; send both or neither"),
        ("cpus?product=SERVERLESS", 400, "include=AVAILABILITY and product go together; send both or neither"),
        ("gpus?cudaVersions=12.8&minCudaVersion=12.8", 400, "cudaVersions and minCudaVersion do not go together; send one of them"),
        ("cpus?vcpuCount=6", 400, "vcpuCount must be a power of two"),
        ("cpus?vcpuCount=1", 422, "query.vcpuCount: minimum: got 1, want 2"),
        ("gpus?include=PRICES", 422, "query.include[0]: value must be 'AVAILABILITY'"),
        ("gpus?include=AVAILABILITY,AVAILABILITY&product=POD", 422, "query.include: items at 0 and 1 are equal"),
        ("gpus?include=AVAILABILITY&product=pod", 422, "query.product[0]: value must be one of 'POD', 'CLUSTER', 'SERVERLESS'"),
        ("cpus?include=AVAILABILITY&product=CLUSTER", 422, "query.product[0]: value must be one of 'POD', 'SERVERLESS'"),
        ("gpus?count=0", 422, "query.count: minimum: got 0, want 1"),
        ("gpus?count=many", 422, "query.count: got string, want integer"),
        ("gpus?cloud=ALL", 422, "query.cloud: value must be one of 'SECURE', 'COMMUNITY'"),
        ("gpus?countryCodes=RO,us", 422, None),
        ("gpus?minCudaVersion=new", 422, None),
        ("datacenters?include=AVAILABILITY", 422, None),
        ("datacenters?regions=EUROPE,MOON", 422, None),
        ("datacenters?globalNetwork=1", 422, "query.globalNetwork: got string, want boolean"),
        ("templates?source=mine", 422, "query.source: value must be one of 'official', 'verified', 'community'"),
        ("gpus?limit=0", 422, "query.limit: minimum: got 0, want 1"),
    ],
)
def test_queries_that_are_refused(server, query, status, told):
    answer = server.get(f"{PATH}/{query}")
    assert is_problem(answer, status)
    assert told is None or (answer.json["errors"] == [told] if status == 422 else answer.json["detail"] == told), answer.text


@pytest.mark.parametrize("path", ["gpus", "gpus/NVIDIA%20L4", "cpus", "cpus/cpu3c", "datacenters", "datacenters/EU-RO-1", "templates?source=community"])
def test_the_catalogue_is_only_read(server, path):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = server.request(method, f"{PATH}/{path}", {})
        assert is_problem(answer, 405) and answer.headers["Allow"] == "GET"
    assert is_problem(server.get(f"{PATH}/{path}", key=None), 401, "missing bearer token")
    assert server.request("HEAD", f"{PATH}/{path}").status == 200


def test_both_interfaces_have_the_same_catalogue(server):
    graphql = server.graphql("{ gpuTypes { id displayName memoryInGb } cpuFlavors { id } dataCenters { id name region } }")
    gpus = read(server, "gpus")["gpus"]
    assert [(one["id"], one["name"], one["memory"]) for one in gpus] == [(one["id"], one["displayName"], one["memoryInGb"]) for one in graphql["gpuTypes"]]
    assert [one["id"] for one in read(server, "cpus")["cpus"]] == [one["id"] for one in graphql["cpuFlavors"]]
    assert [{name: one[name] for name in ("id", "name", "region")} for one in read(server, "datacenters")["dataCenters"]] == graphql["dataCenters"]
