"""Files a person reads in one go, functions that fit a screen; the longer ones there are may only shrink."""

import re

from source import closing

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70

# Text before a brace that opens no function, though it may hold parentheses.
_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b(?![^()]*\))")
_CONSTRUCTOR = re.compile(r"\)\s*(?:noexcept\s*)?:(?!:)")
_NAME = re.compile(r"([\w:~]+|operator\s*\S+)\s*\($")


def functions(source):
    """(name, first line, number of lines) of every function with a body; lambdas count as part of theirs."""
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda hit: re.sub(r"[^\n]", " ", hit.group()), source.code, flags=re.M)
    start = offset = 0  # `start`: of the text that belongs to the next brace
    while offset < len(code):
        char = code[offset]
        if char in ";}":
            start = offset + 1
        elif char == "{":
            head = code[start:offset]
            kind = _kind_of_brace(head)
            if kind == "scope":
                start = offset + 1
            else:
                offset = closing(code, offset)
            if kind == "function":
                first = source.line_of(start + len(head) - len(head.lstrip()))
                yield _name(head), first, source.line_of(offset) - first + 1
                start = offset + 1
        elif char == "(":
            offset = closing(code, offset)
        offset += 1


def _kind_of_brace(head):
    """What the brace behind `head` opens: a scope that may hold functions, a function, or values."""
    last = head.rstrip()[-1:]
    if _CONSTRUCTOR.search(head) and (last.isalnum() or last in "_>"):
        return "values"
    if ")" in head and last != "=" and not _is_initialized(head):
        return "function"
    return "scope" if _SCOPE.search(head) and last != "=" else "values"


def _is_initialized(head):
    without_defaults = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "()", head)
    return re.search(r"(?<![=!<>])=(?!=)", re.sub(r"operator\s*\S+", "operator", without_defaults)) is not None


def _name(head):
    depth = 0
    for offset, char in enumerate(head):
        if char == "(":
            found = _NAME.search(head[: offset + 1])
            if depth == 0 and found:
                name = found.group(1)
                if name.startswith("TEST"):
                    inside = head[offset + 1 : closing(head, offset)]
                    return inside.split(",")[-1].strip()
                return name
            depth += 1
        elif char == ")":
            depth -= 1
    return head.strip().split("\n")[0]


def check(sources, list_path):
    """Findings for everything too long that the list does not allow, and for list entries that could shrink."""
    allowed = _read_list(list_path)
    found = []
    for source in sources:
        for name, line, lines in _too_long(source):
            limit = allowed.pop((source.path, name), None)
            if limit is None:
                what = f"function {name}" if name else "file"
                found.append((source.path, line, f"{what} of {lines} lines; split it (limits: {FILE_LINES_MAX} and {FUNCTION_LINES_MAX})"))
            elif lines != limit:
                verb = "shrink its entry in tools/tidy/long.txt" if lines < limit else "it may only shrink"
                found.append((source.path, line, f"{name or 'file'}: {lines} lines, {limit} in the list: {verb}"))
    for path, name in allowed:
        found.append((path, 0, f"{name or 'file'} is not too long any more: remove its line from tools/tidy/long.txt"))
    return found


def _too_long(source):
    if source.line_count() > FILE_LINES_MAX:
        yield "", 1, source.line_count()
    for name, line, lines in functions(source):
        if lines > FUNCTION_LINES_MAX:
            yield name, line, lines


def _read_list(path):
    """Lines `PATH LINES` or `PATH FUNCTION LINES`."""
    allowed = {}
    if path.exists():
        for line in path.read_text().splitlines():
            if line and not line.startswith("#"):
                file, *name, lines = line.split()
                allowed[file, " ".join(name)] = int(lines)
    return allowed
