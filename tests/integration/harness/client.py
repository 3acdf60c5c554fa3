"""What a client of the HTTP interfaces does."""

import json
import time
from dataclasses import dataclass, field

import requests
from harness import documented

FINAL = {"COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"}


@dataclass
class Answer:
    """One HTTP response."""

    status: int
    text: str
    headers: dict = field(default_factory=dict)

    @property
    def json(self):
        return json.loads(self.text)


def literal(value):
    """A Python value as a GraphQL literal; `Enum` members by their bare name."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return value.name if isinstance(value, Enum) else json.dumps(value)


def unlike(job):
    """A well-formed job id that differs from this one in a digit."""
    return job[:-4] + ("1" if job[-4] == "0" else "0") + job[-3:]


@dataclass
class Enum:
    name: str


class Client:
    """Requests with the account's key against `origin`. Thread-safe: every request has its own connection."""

    origin = None
    key = None

    def request(self, method, path, body=None, *, key=True, headers=None, timeout=60):
        """`body`: bytes as they are, anything else as JSON. `key`: the account's, another one, or None."""
        sent = {"content-type": "application/json", **(headers or {})}
        if key:
            sent["authorization"] = f"Bearer {self.key if key is True else key}"
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        with requests.Session() as session:
            session.trust_env = False
            done = session.request(method, self.origin + path, data=data, headers=sent, timeout=timeout)
        documented.check(done.status_code, done.text)
        return Answer(done.status_code, done.text, done.headers)

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.request("POST", path, body, **options)

    # GraphQL

    def graphql_answer(self, query, variables=None, **options):
        body = {"query": query} if variables is None else {"query": query, "variables": variables}
        return self.post("/graphql", body, **options)

    def graphql(self, query, variables=None):
        """The data of a query that must succeed."""
        answer = self.graphql_answer(query, variables)
        assert answer.status == 200 and "errors" not in answer.json, answer.text
        return answer.json["data"]

    def graphql_error(self, query, variables=None, **options):
        """The message of a query that must fail."""
        answer = self.graphql_answer(query, variables, **options)
        assert "errors" in answer.json, answer.text
        return answer.json["errors"][0]["message"]

    # Templates and endpoints

    def save_template(self, select="id", **settings):
        needed = {"containerDiskInGb": 5, "volumeInGb": 0, "env": [], "dockerArgs": "", "isServerless": True}
        named = {"name": f"template {time.monotonic_ns()}"} | needed | settings
        return self.graphql(f"mutation {{ saveTemplate(input: {literal(named)}) {{ {select} }} }}")["saveTemplate"]

    def save_endpoint(self, select="id", **settings):
        named = {"name": "endpoint under test", "gpuIds": "AMPERE_16"} | settings
        return self.graphql(f"mutation {{ saveEndpoint(input: {literal(named)}) {{ {select} }} }}")["saveEndpoint"]

    def make_endpoint(self, command="", image="", env=None, **settings):
        """A template with this command and an endpoint on it; the endpoint's id."""
        pairs = [{"key": key, "value": value} for key, value in (env or {}).items()]
        template = self.save_template(dockerArgs=command, imageName=image, env=pairs)
        return self.save_endpoint(templateId=template["id"], **settings)["id"]

    def make_idle_endpoint(self, **settings):
        """An endpoint whose workers are all started by hand."""
        return self.make_endpoint(workersMax=0, **settings)

    # Jobs

    def run(self, endpoint, body_input=None, **fields):
        """The id of a job that must be accepted."""
        answer = self.post(f"/v2/{endpoint}/run", {"input": {} if body_input is None else body_input, **fields})
        assert answer.status == 200, answer.text
        return answer.json["id"]

    def status(self, endpoint, job):
        answer = self.get(f"/v2/{endpoint}/status/{job}")
        assert answer.status == 200, answer.text
        return answer.json

    def wait_status(self, endpoint, job, wanted, timeout=30):
        """The job's view once its status is (one of) `wanted`."""
        wanted = {wanted} if isinstance(wanted, str) else wanted
        end = time.monotonic() + timeout
        while True:
            view = self.status(endpoint, job)
            if view["status"] in wanted:
                return view
            assert time.monotonic() < end and view["status"] not in FINAL, f"{view}, not {wanted}, after {timeout} s"
            time.sleep(0.05)

    def wait_final(self, endpoint, job, timeout=60):
        return self.wait_status(endpoint, job, FINAL, timeout)

    def health(self, endpoint):
        answer = self.get(f"/v2/{endpoint}/health")
        assert answer.status == 200, answer.text
        return answer.json
