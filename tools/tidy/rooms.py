"""Which room may look into which: ARCHITECTURE.md's table against every #include."""

import re

_ROW = re.compile(r"^\| `(?P<room>\w+)/?` \|[^|]*\|(?P<sees>[^|]*)\|\s*$", re.MULTILINE)
# Below src/ and sim/ these rooms use the standard library alone: nothing else would be deterministic or portable.
_STANDARD_ONLY = {"domain", "catalog", "core", "ports"}
_TEST_LIBRARIES = ("gtest/", "gmock/", "benchmark/")


def read_table(path):
    """{room: the rooms it may look into}; None stands for all of them."""
    table = {}
    for row in _ROW.finditer(path.read_text()):
        sees = row.group("sees").strip()
        table[row.group("room")] = None if sees == "all" else set(re.findall(r"\w+", sees))
    if "core" not in table:
        raise SystemExit(f"{path}: the table of rooms was not found")
    return table


def check(source, table):
    if source.is_header and not source.text.startswith("#pragma once") and "\n#pragma once\n" not in source.text:
        yield source.path, 1, "a header without #pragma once"
    for line, quoted, name in source.includes:
        message = _own(source, name, table) if quoted else _foreign(source, name)
        if message:
            yield source.path, line, message


def _own(source, name, table):
    room = name.split("/")[0]
    if source.room == "bench":
        return None
    if source.room not in table:
        return f"room `{source.room}` has no row in ARCHITECTURE.md's table"
    if name.startswith((".", "/")) or (room not in table and "/" not in name):
        return f'include "{name}" by its path from src/'
    if name.endswith((".cpp", "_test.hpp")) and not source.is_test:
        return f'"{name}" is no header to include'
    sees = table[source.room]
    if sees is None or room == source.room or room in sees:
        return None
    return f"`{source.room}` may not look into `{room}` (ARCHITECTURE.md, table of rooms)"


def _foreign(source, name):
    standard = re.fullmatch(r"[a-z_0-9]+", name)
    if standard or source.room not in _STANDARD_ONLY:
        return None
    if source.is_test and name.startswith(_TEST_LIBRARIES):
        return None
    return f"`{source.room}` uses the standard library alone, not <{name}>"
