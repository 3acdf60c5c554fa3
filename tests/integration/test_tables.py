"""The tables of the pages: whole rows, and no refusal twice in one table."""

import re

import pytest
from harness.server import ROOT

PAGES = sorted(path.relative_to(ROOT) for path in (ROOT / "docs").rglob("*.md"))


def tables(text):
    """The rows of each table, each row a list of its cells; a bar within backticks divides none."""
    found, before = [], ""
    for line in text.splitlines():
        if line.startswith("|"):
            bare = re.sub(r"`[^`]*`", lambda code: code[0].replace("|", "¦"), line)
            if not before.startswith("|"):
                found.append([])
            found[-1].append([cell.strip() for cell in re.split(r"(?<!\\)\|", bare.strip()[1:-1])])
        before = line
    return found


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_rows_have_the_columns_of_their_head(page):
    for head, *rows in tables((ROOT / page).read_text()):
        for row in rows:
            assert len(row) == len(head), row


def test_no_refusal_stands_twice_with_one_status():
    for head, _line, *rows in tables((ROOT / "docs/errors.md").read_text()):
        if head[:2] != ["status", "detail"]:
            continue
        told = [(row[0], text) for row in rows for text in re.findall(r"`([^`]{30,})`", row[1])]
        assert told and len(told) == len(set(told)), [one for one in told if told.count(one) > 1]
