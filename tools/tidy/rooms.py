"""Which room may look into which, and which part of a room into which: ARCHITECTURE.md's tables against every #include."""

import re

_ROW = re.compile(r"^\| `(?P<room>\w+(?:/\w+)?)/?` \|[^|]*\|(?P<sees>[^|]*)\|\s*$", re.MULTILINE)
# Below src/ and sim/ these rooms use the standard library alone: nothing else would be deterministic or portable.
_STANDARD_ONLY = {"domain", "catalog", "core", "ports"}
_TEST_LIBRARIES = ("gtest/", "gmock/", "benchmark/")


def read_table(path):
    """{room: the rooms it may look into}; None stands for all of them.

    A part of a room has the key ROOM/PART, and the parts of its room that it may look into.
    """
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
    if room == source.room:
        return _part(source, name, table)
    if sees is None or room in sees:
        return None
    return f"`{source.room}` may not look into `{room}` (ARCHITECTURE.md, table of rooms)"


def _part(source, name, table):
    """A room whose parts have rows: each sees itself, the files beside the folders, and the parts that its row names."""
    if not any(key.startswith(source.room + "/") for key in table):
        return None
    if source.folder and f"{source.room}/{source.folder}" not in table:
        return f"folder `{source.room}/{source.folder}` has no row in ARCHITECTURE.md's table of the parts of `{source.room}`"
    _, *folders, _ = name.split("/")
    if not folders or folders[0] == source.folder:
        return None
    sees = table.get(f"{source.room}/{source.folder or source.stem}", set())
    if sees is None or folders[0] in sees:
        return None
    looks = f"{source.room}/{source.folder}" if source.folder else source.path
    return f"`{looks}` may not look into `{source.room}/{folders[0]}` (ARCHITECTURE.md, table of the parts of `{source.room}`)"


def _foreign(source, name):
    standard = re.fullmatch(r"[a-z_0-9]+", name)
    if standard or source.room not in _STANDARD_ONLY:
        return None
    if source.is_test and name.startswith(_TEST_LIBRARIES):
        return None
    return f"`{source.room}` uses the standard library alone, not <{name}>"
