"""The GraphQL schema as its source files have it: the server has no introspection."""

import re
from functools import cache

from harness.server import ROOT

FOLDER = ROOT / "src/api/graphql"


@cache
def text():
    """All type definitions."""
    files = [FOLDER / "schema_text.cpp", *sorted((FOLDER / "schema").glob("*.hpp"))]
    return "\n".join(part for file in files for part in re.findall(r'R"graphql\((.*?)\)graphql"', file.read_text(), re.DOTALL))


@cache
def types():
    """{object type: {field: its type, such as [Endpoint]!}}"""
    found = {}
    for name, body in re.findall(r"^type (\w+) \{(.*?)\}", text(), re.DOTALL | re.MULTILINE):
        without_arguments = re.sub(r"\([^)]*\)", "", body)
        found[name] = dict(re.findall(r"(\w+):\s*([\w\[\]!]+)", without_arguments))
    return found


def selected(owner, field):
    """The field, with a selection if its type is an object."""
    inner = types()[owner][field].strip("[]!")
    return f"{field} {{ __typename }}" if inner in types() else field
