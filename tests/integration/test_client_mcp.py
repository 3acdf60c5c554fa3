"""The official MCP server (npm), unmodified: each of its 68 tools is called once or more in one life of an endpoint."""

import pytest
from harness import clients_page
from harness.mcp import McpServer
from harness.package import PUBLIC_KEY
from harness.server import GREETER, PYTHON, ROOT

# Pods, clusters and delegations cannot be made here, and the Hub has nothing to deploy: these tools are refused.
REFUSED = {
    "create-cluster": {"body": {"name": "c", "type": "TRAINING", "compute": {"gpuTypeId": "NVIDIA H200", "gpuCountPerPod": 1, "podCount": 2}}},
    "create-delegation": {"body": {"name": "d", "roleArn": "arn:aws:iam::123456789012:role/pull", "region": "us-east-1"}},
    "create-pod": {"body": {"name": "p", "image": "i", "gpu": {"id": "NVIDIA H200"}}},
    "delete-cluster": {"id": "none"},
    "delete-pod": {"id": "none"},
    "pod-action": {"id": "none", "body": {"action": "stop"}},
    "revoke-delegation": {"id": "none"},
    "update-cluster": {"id": "none", "body": {"name": "c"}},
    "update-pod": {"id": "none", "body": {"name": "p"}},
    "deploy-hub-repo": {"repo": "owner/name"},
}
# A single pod, cluster or build does not exist: 404.
NOT_FOUND = {
    "get-pod": {"id": "none"},
    "stream-pod-logs": {"podId": "none"},
    "get-cluster": {"id": "none"},
    "list-cluster-pods": {"id": "none"},
}
EMPTY_LISTS = {
    "list-pods": "pods", "list-clusters": "clusters", "list-delegations": "delegations", "list-public-templates": "templates",
}
BILLS = [
    "list-billing", "list-cluster-billing", "list-endpoint-billing", "list-network-volume-billing", "list-pod-billing",
    "list-serverless-billing",
]


@pytest.fixture(scope="module")
def mcp(server):
    mcp = McpServer(server)
    yield mcp
    mcp.close()


def ids(mcp, tool, member):
    return [item["id"] for item in mcp.value(tool)[member]]


def test_what_can_be_rented(mcp):
    cards = mcp.value("list-gpu-types", include=["AVAILABILITY"], product="SERVERLESS")["gpus"]
    assert len(cards) > 40
    card = mcp.value("get-gpu-type", id="NVIDIA H200", include=["AVAILABILITY"], product="SERVERLESS")
    assert card["id"] == "NVIDIA H200"
    flavors = ids(mcp, "list-cpu-types", "cpus")
    assert mcp.value("get-cpu-type", id=flavors[0])["id"] == flavors[0]
    centers = ids(mcp, "list-data-centers", "dataCenters")
    assert mcp.value("get-data-center", id=centers[0])["id"] == centers[0]
    assert "NVIDIA H200" in [card["id"] for card in mcp.value("get-capacity", gpuTypeIds=["H200"])["items"]]
    for tool in ("list-public-endpoints", "list-hub-repos"):
        assert mcp.value(tool)["items"] == []


def test_what_is_empty(mcp):
    for tool, member in EMPTY_LISTS.items():
        assert mcp.value(tool)[member] == []
    for tool in BILLS:
        assert mcp.value(tool)["records"] == []


def test_what_is_refused(mcp):
    for tool, arguments in REFUSED.items():
        assert not mcp.call(tool, **arguments).ok, tool
    for tool, arguments in NOT_FOUND.items():
        result = mcp.call(tool, **arguments)
        assert not result.ok and "404" in str(result.payload) or "not found" in str(result.payload).lower(), (tool, result)


def test_templates(mcp):
    made = mcp.value("create-template", body={"name": "mcp", "image": "me/it:1", "serverless": True, "disk": 5, "env": {"A": "1"}})
    assert made["id"] in [template["id"] for template in mcp.value("list-templates")["templates"]]
    assert mcp.value("update-template", id=made["id"], body={"image": "me/it:2"})["image"] == "me/it:2"
    assert mcp.value("get-template", id=made["id"])["env"] == {"A": "1"}
    mcp.value("delete-template", id=made["id"])
    with mcp.seen.misuse():
        assert not mcp.call("get-template", id=made["id"]).ok


def test_volumes(mcp):
    made = mcp.value("create-network-volume", body={"name": "mcp", "size": 10, "dataCenter": "EU-RO-1"})
    assert made["id"] in ids(mcp, "list-network-volumes", "networkVolumes")
    assert mcp.value("update-network-volume", id=made["id"], body={"size": 20})["size"] == 20
    assert mcp.value("get-network-volume", id=made["id"])["name"] == "mcp"
    mcp.value("delete-network-volume", id=made["id"])


def test_registries_and_public_keys(mcp):
    made = mcp.value("create-registry", body={"name": "mcp", "username": "me", "password": "secret"})
    assert made["id"] in ids(mcp, "list-registries", "registries")
    assert mcp.value("get-registry", id=made["id"])["name"] == "mcp"
    mcp.value("delete-registry", id=made["id"])
    assert mcp.value("update-ssh-keys", body={"keys": [PUBLIC_KEY]})["keys"] == [PUBLIC_KEY]
    assert mcp.value("get-ssh-keys")["keys"] == [PUBLIC_KEY]


def test_one_life_of_an_endpoint(mcp):
    endpoint = mcp.value(
        "create-endpoint",
        body={
            "name": "mcp", "type": "QUEUE", "image": f"process:{ROOT}", "args": GREETER, "gpu": {"pools": ["HOPPER_141"]},
            "scaling": {"type": "QUEUE_DELAY", "queueDelay": 1}, "workers": {"max": 1, "idleTimeout": 60},
        },
    )["id"]
    assert endpoint in [item["id"] for item in mcp.value("list-endpoints")["items"]]
    done = mcp.value("runsync-endpoint", endpointId=endpoint, input={"name": "Ada"}, wait=90_000)
    assert done["output"] == {"greeting": "Hello, Ada!"}

    job = mcp.value("run-endpoint", endpointId=endpoint, input={"name": "Bob"})["id"]
    assert mcp.value("get-job-status", endpointId=endpoint, jobId=job, wait=60_000)["status"] == "COMPLETED"
    assert mcp.value("stream-job", endpointId=endpoint, jobId=job)["status"] == "COMPLETED"
    assert mcp.value("endpoint-health", endpointId=endpoint)["jobs"]["completed"] == 2

    view = mcp.value("list-endpoint-workers", id=endpoint)
    assert view["summary"]["total"] == 1
    [worker] = view["workers"]
    logs = mcp.value("stream-worker-logs", endpointId=endpoint, workerId=worker["id"], maxWaitMs=1000)
    assert any("Started." in item["line"] for item in logs["items"]) and {"ts", "source", "line"} == set(logs["items"][0])

    assert mcp.value("get-endpoint", id=endpoint)["workers"]["max"] == 1
    changed = mcp.value("set-endpoint-gpus", endpointId=endpoint, pools=["ADA_24"], gpuCount=2)
    assert changed["endpoint"]["gpuIds"] == "ADA_24" and changed["previousGpuIds"] == "HOPPER_141"
    assert mcp.value("update-endpoint", id=endpoint, body={"workers": {"max": 0}})["workers"]["max"] == 0
    assert mcp.value("list-endpoint-releases", id=endpoint)["releases"] == []
    assert mcp.value("list-endpoint-builds", id=endpoint)["builds"] == []
    assert not mcp.call("get-endpoint-build", id=endpoint, buildId="none").ok

    mcp.value("delete-endpoint", id=endpoint)
    with mcp.seen.misuse():
        assert not mcp.call("get-endpoint", id=endpoint).ok


def test_jobs_that_end_early(mcp):
    endpoint = mcp.value(
        "create-endpoint",
        body={
            "name": "mcp-early", "type": "QUEUE", "image": f"process:{ROOT}", "args": f"{PYTHON} -c 'import sys; sys.exit(1)'",
            "gpu": {"pools": ["HOPPER_141"]}, "scaling": {"type": "QUEUE_DELAY", "queueDelay": 1}, "workers": {"max": 1},
        },
    )["id"]
    job = mcp.value("run-endpoint", endpointId=endpoint, input={})["id"]
    assert mcp.value("cancel-job", endpointId=endpoint, jobId=job)["status"] == "CANCELLED"
    with mcp.seen.misuse():
        assert not mcp.call("retry-job", endpointId=endpoint, jobId=job).ok  # only failed ones live again
    mcp.value("run-endpoint", endpointId=endpoint, input={})
    assert mcp.value("purge-endpoint-queue", endpointId=endpoint)["removed"] == 1
    short = mcp.value("run-endpoint", endpointId=endpoint, input={}, policy={"ttl": 10_000})["id"]
    assert mcp.value("get-job-status", endpointId=endpoint, jobId=short, wait=60_000)["status"] == "TIMED_OUT"
    mcp.value("retry-job", endpointId=endpoint, jobId=short)
    mcp.value("delete-endpoint", id=endpoint)


def test_each_tool_was_called(mcp):
    tools = set(mcp.tools())
    assert len(tools) == 68 and mcp.seen.works | set(mcp.seen.refusals) == tools
    assert tools - mcp.seen.works == set(REFUSED) | set(NOT_FOUND) | {"get-endpoint-build"}
    clients_page.check("mcp-server", mcp.seen)
