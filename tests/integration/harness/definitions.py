"""Endpoints and templates as GraphQL shows them and takes them back."""

import sqlite3

VARIABLES = "env { key value }"
OF_BOTH = ["name", "imageName", "dockerArgs", VARIABLES, "containerDiskInGb", "ports", "containerRegistryAuthId", "readme", "startScript", "startSsh",
           "startJupyter", "advancedStart", "config"]
TEMPLATE = OF_BOTH + ["id", "portsConfig { port name }", "volumeInGb", "volumeMountPath", "isPublic", "isServerless", "category",
            "allowedCudaVersions"]
ENDPOINT = ["id", "name", "type", "gpuIds", "gpuCount", "instanceIds", "idleTimeout", "scalerType", "scalerValue", "workersMin", "workersMax", "workersStandby",
            "workersPFBTarget", "executionTimeoutMs", "locations", "dataCenterIds", "networkVolumeId", "networkVolumeIds { networkVolumeId }", "allowedCudaVersions",
            "minCudaVersion", "flashBootType", VARIABLES, "modelReferences", "compliance", "retriesMax", "retryFailed", "retryDelayMs", "retryDelayMaxMs",
            "deadLetterKeepMs", "queueMax", "requestTTL", "flashEnvironmentId"]
SEEN = f"{' '.join(ENDPOINT)} version templateId template {{ boundEndpointId {' '.join(TEMPLATE)} }}"


def names(fields):
    return [field.split()[0] for field in fields]


def as_input(view):
    """The view of an endpoint as EndpointInput: with its template if that is bound to it, else with the id of that."""
    sent = {name: view[name] for name in names(ENDPOINT)}
    if view["template"]["boundEndpointId"]:
        return sent | {"template": {name: view["template"][name] for name in names(OF_BOTH)}}
    return sent | {"templateId": view["templateId"]}


def template_as_input(view):
    return {name: view["template"][name] for name in names(TEMPLATE)}


def save(server, **fields):
    """The endpoint that this EndpointInput makes or changes, whole."""
    query = f"mutation ($input: EndpointInput!) {{ saveEndpoint(input: $input) {{ {SEEN} }} }}"
    return server.graphql(query, {"input": fields})["saveEndpoint"]


def save_error(server, **fields):
    return server.graphql_error("mutation ($input: EndpointInput!) { saveEndpoint(input: $input) { id } }", {"input": fields})


def save_template(server, **fields):
    query = f"mutation ($input: SaveTemplateInput) {{ saveTemplate(input: $input) {{ boundEndpointId {' '.join(TEMPLATE)} }} }}"
    return server.graphql(query, {"input": fields})["saveTemplate"]


def look(server, endpoint):
    """The endpoint as it is listed; None if it is not."""
    query = f"query ($id: String!) {{ myself {{ endpoint(id: $id) {{ {SEEN} }} }} }}"
    return server.graphql(query, {"id": endpoint})["myself"]["endpoint"]


def template(server, identifier):
    query = "query ($id: String!) { podTemplate(id: $id) { id name boundEndpointId } }"
    return server.graphql(query, {"id": identifier})["podTemplate"]


class Database:
    """The server's database, read beside it."""

    def __init__(self, server):
        self.connection = sqlite3.connect(f"file:{server.data}/pilotlight.db?mode=ro", uri=True)

    def commits(self):
        """A number that another one follows with each commit of the server."""
        return self.one("PRAGMA data_version")

    def things(self):
        """How many templates and endpoints there are, the hidden ones included."""
        return self.one("SELECT count(*) FROM thing WHERE kind IN (1, 2)")

    def payloads(self):
        return self.one("SELECT count(*) FROM payload")

    def one(self, query):
        return self.connection.execute(query).fetchone()[0]
