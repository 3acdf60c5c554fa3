"""REST v2 as RunPod's specification has it: what an answer and a refusal look like."""

import json
import re

from harness.server import ROOT
from jsonschema import Draft202012Validator

SPECIFICATION = json.loads((ROOT / "tests/data/openapi/v2.json").read_text())


def validator(schema):
    return Draft202012Validator({**schema, "components": SPECIFICATION["components"]})


def component(name):
    return validator({"$ref": "#/components/schemas/" + name})


ERROR = component("ErrorResponse")


def is_problem(answer, status, detail=None):
    """Whether the answer is a refusal as v2 has it."""
    assert answer.status == status, answer
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert ("Retry-After" in answer.headers) == (status in (429, 503))
    assert not any(name.lower().startswith("access-control-") for name in answer.headers)
    if answer.text:
        ERROR.validate(answer.json)
        assert answer.json["status"] == status and detail in (None, answer.json["detail"]), answer.text
    return True


def is_answer(answer, path, status=200, method="get"):
    """Whether the answer is what the specification has for the path, such as /v2/serverless/{id}."""
    assert answer.status == status and answer.headers["Content-Type"] == "application/json", answer
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
    if path in SPECIFICATION["paths"]:
        response = SPECIFICATION["paths"][path][method]["responses"][str(status)]
        validator(response["content"]["application/json"]["schema"]).validate(answer.json)
    return True
