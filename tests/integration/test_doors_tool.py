"""tools/doors: shows every answer that differs between two programs, and no other."""

import re
import subprocess
import sys

import pytest
from harness.server import BINARY, PYTHON, ROOT

sys.path.insert(0, str(ROOT / "tools/doors"))

import messages  # noqa: E402

JSON = "404\nContent-Type: application/json\n"


def doors(old, new, rows):
    command = [PYTHON, ROOT / "tools/doors", old, new, "--messages", rows, "--show", "1000"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout, int(re.search(r"^\d{4} requests, (\d+) answers differ", done.stdout, re.MULTILINE)[1])


@pytest.fixture
def other(tmp_path):
    """The program with one message changed."""
    content = BINARY.read_bytes()
    assert b"no such path: " in content
    other = tmp_path / "pilotlight"
    other.write_bytes(content.replace(b"no such path: ", b"no such door: "))
    other.chmod(0o755)
    return other


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "messages.toml"

    def write(*rows):
        path.write_text("".join("[[changed]]\n" + "".join(f"{name} = '{text}'\n" for name, text in row.items()) for row in rows))
        return path

    return write


def test_one_changed_message_is_found_wherever_it_is_answered(other, listed):
    status, shown, count = doors(BINARY, other, listed())
    assert status == 1 and count > 10, shown
    new = re.findall(r"^\+(?!\+\+ new)(.*)$", shown, re.MULTILINE)
    assert len(new) == count and all("no such door: " in line for line in new), shown


def test_a_row_excuses_its_message_and_must_be_needed(other, listed):
    needed, idle = {"old": "no such path: ", "new": "no such door: "}, {"old": "no such room", "new": "no room"}
    status, shown, count = doors(BINARY, other, listed(needed, idle))
    assert status == 1 and count == 0, shown
    assert "messages: no answer of OLD has it" in shown and "'no such room'" in shown and "'no such path: '" not in shown


def test_a_row_is_spelled_as_the_answer_is(listed):
    (row,) = messages.rows(listed({"old": 'no "{name}" at {place};', "new": '{place} has no "{name}":'}))
    assert row.in_new_words("1\nno \"x\" at y;") == "1\ny has no \"x\":"
    assert row.in_new_words(JSON + r'{"error":"no \"x\" at y; z"}') == JSON + r'{"error":"y has no \"x\": z"}'
    html = "200\nContent-Type: text/html; charset=utf-8\n"
    assert row.in_new_words(html + "no &quot;x&quot; at y;") == html + "y has no &quot;x&quot;:"
    assert row.in_new_words(JSON + "no x") == JSON + "no x" and row.complaint() is None


@pytest.mark.parametrize(
    "met_by, used, wrong",
    [
        (None, True, None),
        (None, False, "no answer of OLD has it"),
        ("no test", False, None),
        ("no test", True, "remove met_by"),
        ("tests/integration/test_doors_tool.py::test_a_row_is_spelled_as_the_answer_is", False, None),
        ("tests/integration/test_doors_tool.py::test_nothing_" "at_all", False, "names no test"),
        ("tests/integration/test_nothing.py::test_a", False, "names no test"),
    ],
)
def test_a_row_that_is_not_needed_is_a_complaint(met_by, used, wrong):
    row = messages.Row("old", "new", met_by)
    row.in_new_words("200\nold" if used else "200\n")
    assert row.complaint() is None if wrong is None else wrong in row.complaint()


def test_each_row_of_the_list_names_a_test_that_there_is():
    for row in messages.rows(messages.LIST):
        assert row.old != row.new and (row.met_by is None or messages.exists(row.met_by)), row.old
