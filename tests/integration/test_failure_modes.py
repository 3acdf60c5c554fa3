"""docs/failure-modes.md: every row names tests that are there, and what it says does not hold is what is expected to
fail."""

import ast
import re
from functools import cache

import pytest
from harness.server import ROOT

PAGE = ROOT / "docs/failure-modes.md"
NOT_YET = "What does not hold yet"
NAME = re.compile(r"`([\w/.]+\.(?:py|cpp))::([\w.]+)`")


def rows():
    """[(section, cells)] of all tables, without their heads."""
    section, found = None, []
    for line in PAGE.read_text().splitlines():
        if line.startswith("## "):
            section = line[3:]
        elif line.startswith("| ") and not line.startswith("| what goes wrong"):
            found.append((section, [cell.strip() for cell in line.strip("|").split(" | ")]))
    return found


@cache
def python_tests(path):
    """{name: whether it is expected to fail}"""
    functions = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    return {
        node.name: any("mark.xfail" in ast.unparse(mark) for mark in node.decorator_list)
        for node in functions
        if node.name.startswith("test_")
    }


def exists(file, name):
    if file.endswith(".cpp"):
        path = ROOT / "src" / file
        named = [f"{suite}.{test}" for suite, test in re.findall(r"TEST(?:_F)?\((\w+),\s*(\w+)\)", path.read_text())]
        return name in named
    path = ROOT / "tests" / (file if "/" in file else f"integration/{file}")
    return path.is_file() and name in python_tests(path)


def test_every_row_names_tests_that_are_there():
    assert len(rows()) > 40
    for _, cells in rows():
        assert len(cells) == 3 and all(cells), cells
        names = NAME.findall(cells[2])
        assert names and not NAME.sub("", cells[2]).strip(), f"no test, or more than tests: {cells}"
        for file, name in names:
            assert exists(file, name), f"{file} has no {name}"


def test_what_does_not_hold_is_what_is_expected_to_fail():
    named = {name for section, cells in rows() if section == NOT_YET for name in NAME.findall(cells[2])}
    expected = {
        (path.name, name)
        for path in (ROOT / "tests/integration").glob("test_*.py")
        for name, fails in python_tests(path).items()
        if fails
    }
    assert named == expected


@pytest.mark.parametrize("file, name", [("test_jobs.py", "test_of_nothing"), ("test_of_nothing.py", "test_x"), ("core/jobs_test.cpp", "Jobs.none")])
def test_what_is_not_there_is_noticed(file, name):
    assert not exists(file, name)
