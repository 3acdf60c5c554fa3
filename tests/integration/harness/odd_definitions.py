"""Endpoints and templates of many odd kinds, as inputs of GraphQL."""

import time

TEXTS = ["", " ", "a", "a,b", "ä\n\t\"\\", "x" * 3000, "{{ RUNPOD_SECRET_a }}", "\U0001f600", "[1]", "null"]
CONFIGS = [None, {}, [], 0, "text", [0.1, 1e300, -0.0, 2**53 + 1, 1e-9], {"a": {"b": [None, True]}, "": "ä", "same": 1}]
PORTS = [None, [], [{"port": "8888", "name": "Jupyter"}], [{"port": "", "name": ""}, {"port": "22/tcp", "name": "ä"}]]


def variables(dice):
    return [{"key": dice.choice(["A", "B", "A", "PATH"]), "value": dice.choice(TEXTS)} for _ in range(dice.choice([0, 1, 2, 5]))]


def optional(dice, values):
    """Some of them, each absent, null or a value."""
    return {name: dice.choice([*choices, None]) for name, choices in values.items() if dice.random() < 0.6}


def own_template(dice):
    few = {"imageName": TEXTS, "ports": ["", "8888/http,22/tcp"], "containerRegistryAuthId": ["", "auth"], "readme": TEXTS, "startScript": TEXTS,
           "startSsh": [True, False], "startJupyter": [True, False], "advancedStart": [True, False], "config": CONFIGS}  # fmt: skip
    needed = {"name": f"t {dice.random()}", "dockerArgs": dice.choice(TEXTS), "env": variables(dice), "containerDiskInGb": dice.choice([0, 5, 64])}
    return needed | optional(dice, few)


def shared_template(dice):
    more = {"volumeMountPath": TEXTS, "portsConfig": PORTS, "isPublic": [True, False], "category": ["CPU", "NVIDIA"], "allowedCudaVersions": [[], ["12.4", "x"]]}
    return own_template(dice) | optional(dice, more) | {"volumeInGb": dice.choice([0, 20]), "isServerless": True}


def volumes(server):
    """Ids of two volumes in different data centers."""
    query = "mutation ($input: CreateNetworkVolumeInput!) { createNetworkVolume(input: $input) { id } }"
    wanted = [{"name": f"{center} {time.monotonic_ns()}", "size": 10, "dataCenterId": center} for center in ("EU-RO-1", "NOWHERE-9")]
    return [server.graphql(query, {"input": one})["createNetworkVolume"]["id"] for one in wanted]


def endpoint(dice, volumes):
    few = {
        "type": ["QB"], "gpuCount": [1, 8], "instanceIds": [[], ["cpu3g-4-16", "cpu5c-2-4"]], "idleTimeout": [1, 10, 3600], "scalerValue": [1, 4, 1000],
        "scalerType": ["QUEUE_DELAY", "REQUEST_COUNT"], "workersStandby": [0, 1], "workersPFBTarget": [0, 2], "executionTimeoutMs": [0, 5000, 600000],
        "locations": TEXTS, "dataCenterIds": [[], ["EU-RO-1", "NOWHERE-9"]], "networkVolumeId": ["", volumes[0]],
        "networkVolumeIds": [[], [{"networkVolumeId": volumes[1]}]], "allowedCudaVersions": ["", "12.4,12.5"], "minCudaVersion": ["", "12.8", "abc"],
        "flashBootType": ["OFF", "FLASHBOOT", "PRIORITY_FLASHBOOT"], "modelReferences": [[], ["https://huggingface.co/a/b:main"]], "compliance": [[], ["GDPR", "HIPAA"]],
        "retriesMax": [0, 3], "retryFailed": [True, False], "retryDelayMs": [0, 1000], "retryDelayMaxMs": [0, 5000], "deadLetterKeepMs": [0, 60000], "queueMax": [0, 9],
        "requestTTL": [10_000, 604_800_000], "flashEnvironmentId": ["", "env"], "env": [variables(dice)],
    }  # fmt: skip
    needed = {"name": dice.choice(["abc", "abc -fb", "ä" * 90, f"e {dice.random()}"]), "workersMin": 0, "workersMax": 0}
    return needed | {"gpuIds": dice.choice(["ADA_24", " ADA_24 , AMPERE_16", "NVIDIA L4", "ADA_24,-NVIDIA L4"])} | optional(dice, few)
