"""What a reader meets first: notes on fields, names of tests, lines of the pages."""

import re

from source import line_at

TEST_NAME_MAX = 60
LINE_WANTED = 140
LINE_MAX = 145

_NOTE = re.compile(r"///<\s*(?P<word>what|who|of|one)\b", re.IGNORECASE)
_CPP_TEST = re.compile(r"\b(?:TYPED_)?TEST(?:_F|_P)?\s*\(\s*\w+\s*,\s*(?P<name>\w+)\s*\)")
_PYTHON_TEST = re.compile(r"^[ \t]*(?:async[ \t]+)?def[ \t]+(?P<name>test_\w*)", re.MULTILINE)

_FENCE = re.compile(r"\s*(?P<fence>`{3,}|~{3,})")
_GENERATED, _GENERATED_END = "<!-- written by ", "<!-- end -->"
# What stands before the words of a line: its indentation, and the mark of a list or a quotation.
_MARK = re.compile(r"\s*(?:(?:[-*+>]|\d+[.)])\s+)*")
# Code, a link, and the definition of one: a break inside them helps nobody.
_UNBROKEN = re.compile(r"`[^`]*`|\[[^\]]*\]\([^)]*\)|\[[^\]]*\]:\s*\S+")


def check(source):
    for offset, text in source.line_comments:
        hit = _NOTE.match(text)
        if hit:
            message = f"a note opens with `{hit.group('word')}`: name its subject, so that it can be read alone"
            yield source.path, source.line_of(offset), message
    yield from _long_names(source.path, source.code, _CPP_TEST)


def check_python(path, text):
    yield from _long_names(path, text, _PYTHON_TEST)


def check_page(path, text):
    for number, line in _prose_lines(text):
        if len(line) > LINE_MAX and _can_be_broken(line):
            yield path, number, f"a line of {len(line)} characters: wrap it at {LINE_WANTED}"


def _long_names(path, text, pattern):
    for hit in pattern.finditer(text):
        name = hit.group("name")
        if len(name) > TEST_NAME_MAX:
            message = f"{name} has {len(name)} characters: name subject, verb and condition in {TEST_NAME_MAX}"
            yield path, line_at(text, hit.start("name")), message


def _prose_lines(text):
    """(number, line) of all lines but headings, tables, fenced code and what a program writes."""
    fence, generated = "", False
    for number, line in enumerate(text.split("\n"), 1):
        hit = _FENCE.match(line)
        if fence:
            if hit and hit.group("fence").startswith(fence) and line.strip() == hit.group("fence"):
                fence = ""
        elif hit:
            fence = hit.group("fence")
        elif line.startswith((_GENERATED, _GENERATED_END)):
            generated = line.startswith(_GENERATED)
        elif not generated and not line.lstrip().startswith(("#", "|")):
            yield number, line


def _can_be_broken(line):
    words = line[_MARK.match(line).end() :].rstrip()
    return " " in _UNBROKEN.sub("x", words)
