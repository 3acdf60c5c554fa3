"""Whether docs/errors.md names what a caller was told."""

import json
import re
from functools import cache
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs/errors.md"
# Worded by the GraphQL language itself; the page names the kind.
OF_THE_LANGUAGE = {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"}


@cache
def patterns():
    """The texts in backticks, with anything for each … and each upper-case N or M."""
    texts = [text for text in re.findall(r"`([^`]+)`", PAGE.read_text()) if len(text.replace("…", "")) > 8]
    anything = [re.sub(r"…", ".*", re.sub(r"\b[NM]\b", r"\\d+", re.escape(text).replace(r"\…", "…"))) for text in texts]
    return [re.compile(text, re.DOTALL) for text in anything]


def is_named(message):
    return any(pattern.fullmatch(message) for pattern in patterns())


def messages(text):
    """What a refusal says; GraphQL's own wording left out."""
    try:
        told = json.loads(text)
    except ValueError:
        return []
    if not isinstance(told, dict):
        return []
    if {"title", "status", "detail"} <= told.keys():
        return [told["detail"], *map(without_place, told.get("errors") or [])]
    found = [told[name] for name in ("error", "detail") if isinstance(told.get(name), str) and "status" not in told]
    errors = told.get("errors") or []
    return found + [error["message"] for error in errors if error["extensions"]["code"] not in OF_THE_LANGUAGE]


def without_place(problem):
    """What a problem of REST v2 says, without the value that it is about."""
    return problem.partition(": ")[2]


def check(status, text):
    """Every refusal of a door is on the page."""
    for message in messages(text) if status >= 400 or '"errors"' in text else []:
        assert is_named(message), f"docs/errors.md does not name: {message}"
