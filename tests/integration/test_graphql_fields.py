"""Every field of the GraphQL schema is shown at some step of a life, or graphql_fields.toml says why it never is."""

import tomllib
from pathlib import Path

import pytest
from harness import processes, schema
from harness.client import Enum, literal

TABLE = tomllib.loads((Path(__file__).parent / "graphql_fields.toml").read_text())
NO_OBJECT = TABLE.pop("no object")
EMPTY = (None, [], 0, "")

TEMPLATE = {
    "name": "whole",
    "imageName": "registry.example.org/a:1",
    "dockerArgs": "python -u handler.py",
    "env": [{"key": "A", "value": "1"}],
    "ports": "8888/http",
    "portsConfig": [{"port": "8888", "name": "notebook"}],
    "allowedCudaVersions": ["12.8"],
    "containerDiskInGb": 5,
    "volumeInGb": 1,
    "volumeMountPath": "/workspace",
    "containerRegistryAuthId": "clzdaifot0001l90809257ynb",
    "readme": "Read me.",
    "startScript": "true",
    "startSsh": True,
    "startJupyter": True,
    "isPublic": True,
    "isServerless": True,
    "advancedStart": True,
    "category": Enum("CPU"),
    "config": {"a": 1},
}
ENDPOINT = {
    "name": "whole",
    "gpuIds": "AMPERE_16",
    "instanceIds": ["cpu3g-2-8"],
    "workersMax": 0,
    "workersStandby": 1,
    "workersPFBTarget": 1,
    "executionTimeoutMs": 60000,
    "locations": "EU-RO-1",
    "dataCenterIds": ["EU-RO-1"],
    "allowedCudaVersions": "12.8",
    "minCudaVersion": "12.8",
    "env": [{"key": "B", "value": "2"}],
    "modelReferences": ["https://huggingface.co/org/model:main"],
    "compliance": [Enum("GDPR")],
    "retriesMax": 2,
    "retryFailed": True,
    "retryDelayMs": 1000,
    "retryDelayMaxMs": 2000,
    "deadLetterKeepMs": 604800000,
    "queueMax": 100,
    "requestTTL": 60000,
    "flashEnvironmentId": "flashenv01",
}


class Life:
    """Steps in their order. Each returns {type: the queries, with %s for fields, and the paths to an object of it}."""

    def __init__(self, server, make_worker):
        self.server, self.make_worker = server, make_worker

    def endpoint_query(self, endpoint, inner="%s", path=()):
        return f'{{ myself {{ endpoint(id: "{endpoint}") {{ {inner} }} }} }}', ("myself", "endpoint", *path)

    def account(self):
        self.server.graphql('mutation { updateUserSettings(input: { pubKey: "ssh-rsa AAAA" }) { id } }')
        return {
            "Query": ("{ %s }", ()),
            "Mutation": ("mutation { %s }", ()),
            "User": ("{ myself { %s } }", ("myself",)),
            "SpendDetails": ("{ myself { spendDetails { %s } } }", ("myself", "spendDetails")),
        }

    def credentials(self):
        registry = 'saveRegistryAuth(input: { name: "hub", username: "me", password: "x" }) { id }'
        secret = 'secretCreate(input: { name: "TOKEN", value: "x", description: "of the hub" }) { id }'
        made = self.server.graphql(f"mutation {{ {registry} {secret} }}")
        self.registry_id, self.secret_id = made["saveRegistryAuth"]["id"], made["secretCreate"]["id"]
        return {
            "Mutation": ("mutation { %s }", ()),
            "User": ("{ myself { %s } }", ("myself",)),
            "ContainerRegistryAuth": ("{ myself { containerRegistryCreds { %s } } }", ("myself", "containerRegistryCreds", 0)),
            "Secret": ("{ myself { secrets { %s } } }", ("myself", "secrets", 0)),
        }

    def template(self):
        self.template_id = self.server.save_template(**TEMPLATE)["id"]
        one = f'podTemplate(id: "{self.template_id}")'
        return {
            "Query": ("{ %s }", ()),
            "Mutation": ("mutation { %s }", ()),
            "User": ("{ myself { %s } }", ("myself",)),
            "PodTemplate": (f"{{ {one} {{ %s }} }}", ("podTemplate",)),
            "EnvironmentVariable": (f"{{ {one} {{ env {{ %s }} }} }}", ("podTemplate", "env", 0)),
            "PortConfig": (f"{{ {one} {{ portsConfig {{ %s }} }} }}", ("podTemplate", "portsConfig", 0)),
        }

    def volume(self):
        made = 'createNetworkVolume(input: { name: "whole", size: 10, dataCenterId: "EU-RO-1" }) { id }'
        self.volume_id = self.server.graphql(f"mutation {{ {made} }}")["createNetworkVolume"]["id"]
        self.named = {"networkVolumeId": self.volume_id, "networkVolumeIds": [{"networkVolumeId": self.volume_id}]}
        return {
            "Mutation": ("mutation { %s }", ()),
            "User": ("{ myself { %s } }", ("myself",)),
            "NetworkVolume": ("{ myself { networkVolumes { %s } } }", ("myself", "networkVolumes", 0)),
        }

    def endpoint(self):
        self.endpoint_id = self.server.save_endpoint(templateId=self.template_id, **ENDPOINT, **self.named)["id"]
        return {
            "Mutation": ("mutation { %s }", ()),
            "User": ("{ myself { %s } }", ("myself",)),
            "Endpoint": self.endpoint_query(self.endpoint_id),
            "EndpointNetworkVolume": self.endpoint_query(self.endpoint_id, "networkVolumeIds { %s }", ("networkVolumeIds", 0)),
        }

    def bound_template(self):
        template = {"name": "bound", "dockerArgs": "", "containerDiskInGb": 5, "env": []}
        bound = self.server.save_endpoint(name="bound", gpuIds="AMPERE_16", workersMax=0, template=template)["id"]
        return {"PodTemplate": self.endpoint_query(bound, "template { %s }", ("template",))}

    def running_job(self):
        self.worker = self.make_worker(self.server, self.endpoint_id)
        self.server.run(self.endpoint_id)
        self.job = self.worker.take()
        return {
            "Endpoint": self.endpoint_query(self.endpoint_id),
            "Pod": self.endpoint_query(self.endpoint_id, "pods { %s }", ("pods", 0)),
            "WorkerState": self.endpoint_query(self.endpoint_id, "workerState { %s }", ("workerState", 0)),
        }

    def ended_jobs(self):
        self.worker.finish(self.job, 1)
        return {
            "Endpoint": self.endpoint_query(self.endpoint_id),
            "WebhookRequestStatus": self.endpoint_query(self.endpoint_id, "webhookRequests { %s }", ("webhookRequests", 0)),
        }

    def idle_worker(self):
        return {"WorkerState": self.endpoint_query(self.endpoint_id, "workerState { %s }", ("workerState", 0))}

    def changed_endpoint(self):
        self.server.save_endpoint(id=self.endpoint_id, name="whole", env=[])
        newer = self.make_worker(self.server, self.endpoint_id)
        self.server.run(self.endpoint_id)
        assert newer.take()
        return {
            "Endpoint": self.endpoint_query(self.endpoint_id),
            "Pod": self.endpoint_query(self.endpoint_id, "pods { %s }", ("pods", -1)),
        }

    def starting_worker(self):
        starting = self.server.make_endpoint("sleep 600", workersMin=1, workersMax=1)
        query, path = self.endpoint_query(starting, "workerState { %s }", ("workerState", 0))
        self.wait_for(query % "initializing", path, "initializing")
        return {
            "Endpoint": self.endpoint_query(starting),
            "Pod": self.endpoint_query(starting, "pods { %s }", ("pods", 0)),
            "WorkerState": (query, path),
        }

    def crashing_worker(self):
        query, path = self.endpoint_query(self.server.make_endpoint("false", workersMin=1, workersMax=1), "workerState { %s }", ("workerState", 0))
        self.wait_for(query % "unhealthy", path, "unhealthy")
        return {"WorkerState": (query, path)}

    def catalogue(self):
        price = '{ gpuTypes(input: { id: "NVIDIA L4" }) { lowestPrice(input: { gpuCount: 1 }) { %s } } }'
        prices = ("gpuTypes", 0, "lowestPrice")
        return {
            "Query": ("{ %s }", ()),
            "GpuType": ("{ gpuTypes { %s } }", ("gpuTypes", 0)),
            "LowestPrice": (price, prices),
            "GpuTypeDataCenterAvailability": (price % "gpuTypeDatacenters { %s }", (*prices, "gpuTypeDatacenters", 0)),
            "GpuTypeCudaVersionAvailability": (price % "gpuTypeCudaVersions { %s }", (*prices, "gpuTypeCudaVersions", 0)),
            "ServerlessGpuPool": ("{ serverlessGpuPools { %s } }", ("serverlessGpuPools", 0)),
            "CpuType": ("{ cpuTypes { %s } }", ("cpuTypes", 0)),
            "CpuFlavor": ("{ cpuFlavors { %s } }", ("cpuFlavors", 0)),
            "Specifics": ("{ cpuFlavors { specifics { %s } } }", ("cpuFlavors", 0, "specifics")),
            "DataCenter": ("{ dataCenters { %s } }", ("dataCenters", 0)),
            "GpuAvailability": ("{ dataCenters { gpuAvailability { %s } } }", ("dataCenters", 0, "gpuAvailability", 0)),
            "CpuAvailability": ("{ dataCenters { cpuAvailability { %s } } }", ("dataCenters", 0, "cpuAvailability", 0)),
        }

    def call(self, owner, field):
        """The field with the arguments that it needs, and a selection."""
        endpoint, template = getattr(self, "endpoint_id", ""), getattr(self, "template_id", "")
        registry, secret = getattr(self, "registry_id", ""), getattr(self, "secret_id", "")
        pair = f'endpointId: "{endpoint}"'
        arguments = {
            "User.endpoint": f'id: "{endpoint}"',
            "Query.podTemplate": f'id: "{template}"',
            "Query.pod": 'input: { podId: "x" }',
            "Query.listings": "input: {}",
            "Query.listing": 'id: "x"',
            "Query.listingFromRepo": 'repoOwner: "x", repoName: "y"',
            "Mutation.saveTemplate": f"input: {literal(TEMPLATE | {'id': template})}",
            "Mutation.saveEndpoint": f"input: {literal(ENDPOINT | getattr(self, 'named', {}) | {'id': endpoint})}",
            "Mutation.createNetworkVolume": 'input: { name: "another", size: 10, dataCenterId: "EU-RO-1" }',
            "Mutation.updateNetworkVolume": f'input: {{ id: "{getattr(self, "volume_id", "")}", size: 11 }}',
            "Mutation.updateEndpointTemplate": f'input: {{ {pair}, templateId: "{template}" }}',
            "Mutation.updateUserSettings": 'input: { pubKey: "ssh-rsa AAAA" }',
            "Mutation.saveRegistryAuth": 'input: { name: "another", username: "me", password: "x" }',
            "Mutation.updateRegistryAuth": f'input: {{ id: "{registry}", username: "me", password: "x" }}',
            "Mutation.secretCreate": 'input: { name: "ANOTHER", value: "x" }',
            "Mutation.secretValueUpdate": f'input: {{ id: "{secret}", value: "x" }}',
            "Mutation.secretDescriptionUpdate": f'input: {{ id: "{secret}", description: "of the hub" }}',
            "Mutation.updateEndpointWorkersMin": f"input: {{ {pair}, workerCount: 0 }}",
            "Mutation.updateEndpointWorkersMax": f"input: {{ {pair}, workerCount: 0 }}",
        }.get(f"{owner}.{field}")
        selected = schema.selected(owner, field)
        return selected.replace(field, f"{field}({arguments})", 1) if arguments else selected

    def show(self, owner, query, path, fields):
        """{field: its value}"""
        selected = ["__typename", *(self.call(owner, field) for field in fields)]
        found = self.server.graphql(query % " ".join(selected))
        for step in path:
            found = found[step]
        return found

    def wait_for(self, query, path, field):
        def shown():
            found = self.server.graphql(query)
            for step in path:
                found = found[step]
            return found[field]

        processes.wait_until(shown, 30, f"{field} in {query}")


STEPS = ["account", "credentials", "template", "volume", "endpoint", "bound template", "running job", "ended jobs", "idle worker", "changed endpoint", "starting worker", "crashing worker", "catalogue"]


def fields_at(owner, step):
    return [field for field, shown in TABLE[owner].items() if shown == step]


def never(owner):
    return [field for field, shown in TABLE[owner].items() if isinstance(shown, dict)]


def is_empty(value):
    return not isinstance(value, bool) and value in EMPTY


def test_every_field_has_a_line_and_every_line_a_field():
    listed = {owner: set(fields) for owner, fields in TABLE.items()}
    known = {owner: set(fields) for owner, fields in schema.types().items() if owner not in NO_OBJECT}
    assert listed == known
    assert set(NO_OBJECT) <= set(schema.types())
    steps = {shown for fields in TABLE.values() for shown in fields.values() if isinstance(shown, str)}
    assert steps == set(STEPS)


@pytest.mark.parametrize("mutate", [False, True], ids=["queries", "mutations"])
def test_every_field_is_shown_at_its_step(servers, make_worker, mutate):
    """Mutations change what the next step shows: they have a life of their own."""
    server = servers("--prices", "AMD Instinct MI300X OAM=2, NVIDIA L4=0.5, cpu3c=0.03").start()
    life = Life(server, make_worker)
    shown = set()
    for step in STEPS[:5] if mutate else STEPS:
        for owner, (query, path) in getattr(life, step.replace(" ", "_"))().items():
            if (owner == "Mutation") != mutate:
                continue
            fields = fields_at(owner, step)
            found = life.show(owner, query, path, fields)
            empty = {field: found[field] for field in fields if is_empty(found[field])}
            assert not empty, f"{owner} at the step {step}"
            shown |= {f"{owner}.{field}" for field in fields}
            check_never(life, owner, query, path)
    wanted = {f"{owner}.{field}" for owner in TABLE for field in TABLE[owner] if (owner == "Mutation") == mutate}
    assert shown == wanted - {f"{owner}.{field}" for owner in TABLE for field in never(owner)}


def check_never(life, owner, query, path):
    """What is never shown is empty, too, at this step. Mutations have a test of their own."""
    fields = [field for field in never(owner) if field != "flashAppByName"]
    if owner == "Mutation" or not fields:
        return
    found = life.show(owner, query, path, fields)
    told = {field: found[field] for field in fields if not is_empty(found[field])}
    assert not told, f"{owner} shows what the table says it never does"
