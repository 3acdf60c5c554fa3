"""messages.toml: texts that were changed on purpose. OLD's answers are compared as if OLD had the new texts.

    [[changed]]
    old = "no such door: {door}"          {name}: the part that varies, within one line; the new text repeats it
    new = "no door has the name {door}"
    met_by = "tests/integration/test_doors.py::test_a_door"     only if no request of doors meets the text
"""

import html
import json
import re
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("messages.toml")
VARIES = re.compile(r"\{([a-z]+)\}")
NO_TEST = "no test"


class Row:
    def __init__(self, old, new, met_by=None):
        self.old, self.new, self.met_by = old, new, met_by
        self.used = False

    def in_new_words(self, answer):
        write = spelling(answer)
        after = write(self.new)
        answer, times = pattern(write(self.old)).subn(lambda found: VARIES.sub(lambda name: found[name[1]], after), answer)
        self.used |= times > 0
        return answer

    def complaint(self):
        """The row's mistake, once all answers have been read; None if it has none."""
        if self.used and self.met_by:
            return "a request of doors meets it; remove met_by"
        if not self.used and not self.met_by:
            return "no answer of OLD has it; remove the row, or name the test that meets it with met_by"
        if self.met_by and not exists(self.met_by):
            return f"met_by names no test: {self.met_by}"
        return None


def in_json(text):
    return json.dumps(text, ensure_ascii=False)[1:-1]


def in_html(text):
    return html.escape(text).replace("&#x27;", "'")


def spelling(answer):
    """How the answer's content type writes a text."""
    kind = re.search(r"^content-type: (\S+)", answer, re.IGNORECASE | re.MULTILINE)
    if kind is None:
        return str
    return in_html if kind[1].startswith("text/html") else in_json


@cache
def pattern(text):
    parts = VARIES.split(text)
    names = parts[1::2]
    parts[::2] = [re.escape(part) for part in parts[::2]]
    parts[1::2] = [rf"(?P={name})" if name in names[:i] else rf"(?P<{name}>[^\n]*?)" for i, name in enumerate(names)]
    return re.compile("".join(parts))


def exists(test):
    """`test`: FILE::NAME, the name of a test or of a gtest suite's test in it, or "no test"."""
    file, _, name = test.partition("::")
    return test == NO_TEST or ((ROOT / file).is_file() and name != "" and re.search(rf"\b{re.escape(name)}\b", (ROOT / file).read_text()) is not None)


def rows(path):
    return [Row(**row) for row in tomllib.loads(path.read_text()).get("changed", [])]


def in_new_words(all_rows, seen):
    """[(request, answer)] of OLD, as NEW should answer."""
    for row in all_rows:
        seen = [(request, row.in_new_words(answer)) for request, answer in seen]
    return seen


def complaints(all_rows):
    return [f"messages: {complaint}: {row.old!r}" for row in all_rows if (complaint := row.complaint())]
