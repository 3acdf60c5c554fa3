"""Request bodies of REST v2: the schemas of the program refuse exactly what those of RunPod's specification refuse.

Generated bodies, valid ones and mutations of them, are judged by the program (tests/rest_bodies.cpp), by jsonschema over
tests/data/openapi/v2.json, and by jsonschema over the schemas that /v2/openapi.json shows. Texts whose verdict depends on
the dialect of regular expressions (a line end at the end, digits of other scripts) are not among them: the program reads
patterns as ECMA-262 has them, Python's jsonschema as Python has them.
"""

import json
import os
import random
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from harness.server import ROOT
from jsonschema import Draft202012Validator

PROGRAM = Path(os.environ.get("PILOTLIGHT_REST_BODIES", ROOT / "build/release/tests/rest_bodies"))
SPECIFICATION = json.loads((ROOT / "tests/data/openapi/v2.json").read_text())
SCHEMAS = [
    "CreateEndpointRequest", "UpdateEndpointRequest", "CreateTemplateRequest", "UpdateTemplateRequest", "CreateNetworkVolumeRequest",
    "UpdateNetworkVolumeRequest", "CreateRegistryRequest", "UpdateSshKeysRequest",
]
COUNT = 2_000

TEXTS = ["", "x", "demo", "me/worker:1", "OFF", "QUEUE", "LOAD_BALANCER", "QUEUE_DELAY", "REQUEST_COUNT", "NVIDIA", "null", "7", "\u00e4 \U0001f600", "a\"b\\", "-", " "]
CUDAS = ["12.8", "11.8", "0.0", "12", "12.", ".8", "12.8.1", "a.b", "", " 12.8", "-1.2"]
GPU_TYPES = ["NVIDIA A40", "x", " x", "-x", "  -x", "", "\t", "\t\u00a0NVIDIA", "\u00a0-", "x-"]
SSH_KEYS = [
    "ssh-ed25519 AAAA me@example.com", "ssh-rsa B", "sk-a b ", "ecdsa-sha2-nistp256 A\tc d", "ssh-rsa", "rsa A", "ssh- A", "ssh-rsa  A", "",
    " ssh-rsa A", "ssh-rsa A b\nssh-rsa C", "ssh-rsa A\rb", "ssh-rsa\tA",
]
PATTERNED = {r"^\d+\.\d+$": CUDAS, r"^$|^\d+\.\d+$": CUDAS, r"^\s*[^-\s]": GPU_TYPES, r"^(ssh|ecdsa|sk)-[^\s]+ [^\s]+([ \t][^\n\r]*)?$": SSH_KEYS}
NUMBERS = [
    "0", "-0", "1", "-1", "2", "3", "9", "10", "10.0", "1e1", "100e-1", "0.5", "0.49", "0.50", "5e-1", "0.49999999999999999999", "1.5", "4096", "4096.0",
    "4.096e3", "4097", "4096.0000000000000000001", "3600", "3601", "36e2", "300000", "6e5", "1e400", "-1e400", "1e-400", "9223372036854775808", "0e5", "1.0E+1",
]
WRONG_NAMES = ["gpuIds", "templateID", "workersMin", "imageName", "dataCenterId", "flashbot", "", "Name", "name ", "\u0000", "x" * 300]


class Number(str):
    """A number as it is written."""


def resolved(schema):
    while "$ref" in schema:
        schema = SPECIFICATION["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def flat(schema):
    """The schema with the keywords of all that it combines, without its conditions."""
    schema = resolved(schema)
    whole = {"properties": {}, "required": []}
    for part in [*map(flat, schema.get("allOf", [])), schema]:
        for keyword, value in part.items():
            if keyword == "properties":
                for name, of_property in value.items():
                    before = whole["properties"].get(name)
                    whole["properties"][name] = {"allOf": [before, of_property]} if before else of_property
            elif keyword == "required":
                whole["required"] = whole["required"] + value
            elif keyword != "allOf":
                whole[keyword] = value
    return whole


class Maker:
    """Makes bodies for one request schema."""

    def __init__(self, name):
        self.random = random.Random(name)
        self.schema = {"$ref": "#/components/schemas/" + name}

    def body(self):
        """JSON text: in half of the cases a body that is meant to be accepted."""
        value = self.valid(self.schema)
        if self.random.random() < 0.5:
            for _ in range(self.random.choice((1, 1, 2))):
                value = self.mutated(value)
        return self.text(value)

    def valid(self, schema):
        schema = flat(schema)
        if "oneOf" in schema:
            return self.valid(self.random.choice(schema["oneOf"]))
        kind = schema.get("type", "object")
        if isinstance(kind, list):
            kind = self.random.choice(kind)
        return getattr(self, "valid_" + kind)(schema)

    def valid_null(self, _schema):
        return None

    def valid_boolean(self, _schema):
        return self.random.random() < 0.5

    def valid_string(self, schema):
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        if "pattern" in schema:
            return self.random.choice(PATTERNED[schema["pattern"]][:3])
        return self.random.choice(TEXTS[1:])

    def valid_integer(self, schema):
        least, most = schema.get("minimum", 0), schema.get("maximum", 400_000)
        number = self.random.choice((least, most, self.random.randint(least, most)))
        return Number(self.random.choice((str(number), str(number), f"{number}.0", f"{number}e0")))

    def valid_number(self, schema):
        return Number(self.random.choice((str(schema["minimum"]), "4", "0.75", "1e2")))

    def valid_array(self, schema):
        size = self.random.randint(schema.get("minItems", 0), 3)
        made = []
        for _ in range(size):
            element = self.valid(schema["items"])
            if not schema.get("uniqueItems") or element not in made:
                made.append(element)
        return made

    def valid_object(self, schema):
        if isinstance(schema.get("additionalProperties"), dict):
            return {self.random.choice(TEXTS): self.valid(schema["additionalProperties"]) for _ in range(self.random.randint(0, 3))}
        wanted = {name for name in schema["properties"] if name in schema["required"] or self.random.random() < 0.4}
        if "templateId" in wanted or "templateId" not in schema["properties"]:
            pass
        elif self.random.random() < 0.9:
            wanted.add("image")
        wanted |= {"pools"} if "excludedTypes" in wanted and self.random.random() < 0.9 else set()
        names = [name for name in schema["properties"] if name in wanted]
        self.random.shuffle(names)
        made = {name: self.valid(schema["properties"][name]) for name in names}
        if made.get("type") == "LOAD_BALANCER" and self.random.random() < 0.7:
            made["scaling"] = {"type": "REQUEST_COUNT", "requestCount": Number("2")}
        return made

    def mutated(self, value):
        """The value with one change somewhere in it."""
        inner = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
        if inner and self.random.random() < 0.6:
            key = self.random.choice(inner)
            changed = dict(value) if isinstance(value, dict) else list(value)
            changed[key] = self.mutated(value[key])
            return changed
        changes = [self.retyped, self.nested]
        if isinstance(value, dict):
            changes += [self.dropped, self.dropped, self.added, self.added, self.renamed]
        elif isinstance(value, list):
            changes += [self.emptied, self.doubled, self.doubled]
        elif isinstance(value, Number):
            changes += [self.other_number] * 6
        elif isinstance(value, str):
            changes += [self.other_text] * 4
        return self.random.choice(changes)(value)

    def retyped(self, _value):
        return self.random.choice((None, True, Number(self.random.choice(NUMBERS)), self.random.choice(TEXTS), [], {}, [None], {"type": "QUEUE_DELAY"}, [[]], {"": {}}))

    def nested(self, value):
        return self.random.choice(([value], {"name": value}, [[value]], {"persistent": value}))

    def dropped(self, value):
        gone = self.random.choice(list(value) or [None])
        return {name: member for name, member in value.items() if name != gone}

    def added(self, value):
        return {**value, self.random.choice(WRONG_NAMES): self.retyped(None)}

    def renamed(self, value):
        return {(name.upper() if self.random.random() < 0.3 else name): member for name, member in value.items()}

    def emptied(self, _value):
        return []

    def doubled(self, value):
        return value + value[:1]

    def other_number(self, _value):
        return Number(self.random.choice(NUMBERS))

    def other_text(self, _value):
        return self.random.choice(self.random.choice((TEXTS, CUDAS, GPU_TYPES, SSH_KEYS)))

    def text(self, value):
        if isinstance(value, Number):
            return str(value)
        if isinstance(value, list):
            return "[" + ", ".join(map(self.text, value)) + "]"
        if not isinstance(value, dict):
            return json.dumps(value, ensure_ascii=self.random.random() < 0.5)
        members = [f"{json.dumps(name)}: {self.text(member)}" for name, member in value.items()]
        if value and self.random.random() < 0.05:
            # An earlier member of the same name does not count.
            members.insert(0, f"{json.dumps(self.random.choice(list(value)))}: [null]")
        return "{" + ",".join(members) + "}"


def exact(text):
    """A number with all its digits."""
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else number


def accepted_by(validator, body):
    return validator.is_valid(json.loads(body, parse_float=exact))


@pytest.fixture(scope="module")
def shown_schemas():
    return json.loads(subprocess.run([PROGRAM, "--schemas"], capture_output=True, check=True, timeout=60).stdout)


def told(name, bodies):
    """What the program does not accept of each body."""
    lines = "".join(f"{name}\t{body}\n" for body in bodies)
    done = subprocess.run([PROGRAM], input=lines, capture_output=True, text=True, check=True, timeout=300)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("name", SCHEMAS)
def test_verdicts_are_those_of_the_specification(name, shown_schemas):
    maker = Maker(name)
    bodies = [maker.body() for _ in range(COUNT)]
    specified = Draft202012Validator({**maker.schema, "components": SPECIFICATION["components"]})
    shown = Draft202012Validator(shown_schemas[name])
    verdicts = told(name, bodies)
    assert len(verdicts) == COUNT
    for body, problems in zip(bodies, verdicts, strict=True):
        assert isinstance(problems, list), f"{problems}: {body}"
        accepted = accepted_by(specified, body)
        assert accepted == (not problems), f"{problems}: {body}"
        assert accepted == accepted_by(shown, body), f"the schema that is shown differs: {body}"
    refused = sum(bool(problems) for problems in verdicts)
    assert COUNT // 5 < refused < COUNT * 4 // 5, f"{refused} of {COUNT} are refused"


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_missing_property_names_only_itself(name):
    maker = Maker(name)
    required = flat(maker.schema)["required"]
    for gone in required:
        body = {member: value for member, value in maker.valid(maker.schema).items() if member != gone}
        problems = told(name, [maker.text(body)])[0]
        assert f"$: missing property '{gone}'" in problems and not any("additional" in problem for problem in problems)


def test_deep_and_large_bodies_get_a_verdict():
    deep = '{"gpu":' * 999 + "1" + "}" * 999
    wide = '{"keys":[' + '"ssh-rsa A",' * 150_000 + '"ssh-rsa A"]}'
    wrong = '{"keys":[' + "0," * 900_000 + "0]}"
    many = "{" + ",".join(f'"{number}":0' for number in range(150_000)) + "}"
    verdicts = [told("UpdateEndpointRequest", [deep]), *(told("UpdateSshKeysRequest", [body]) for body in (wide, wrong, many))]
    assert verdicts[0][0] == ["$.gpu: additional properties 'gpu' not allowed"]
    assert verdicts[1][0] == [] and len(verdicts[2][0]) == 20 and len(verdicts[3][0]) == 2
