"""A C++ file as the rules see it."""

import re
from functools import cached_property

# What holds no code, in the order in which a reader of C++ would recognise it.
_NOT_CODE = re.compile(
    r"""//[^\n]*                                   # comment to the end of the line
      | /\*.*?\*/                                  # comment
      | R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)"   # raw string
      | "(?:[^"\\\n]|\\.)*"                        # string
      | (?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)+'        # character; not the ' of 1'000
    """,
    re.VERBOSE | re.DOTALL,
)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def line_at(text, offset):
    return text.count("\n", 0, offset) + 1


class Source:
    """One file: its text, and its code with comments and literals blanked out in place."""

    def __init__(self, path, root):
        self.path = path.relative_to(root).as_posix()
        self.text = path.read_text()

    @property
    def room(self):
        """The folder of src/ it belongs to, or its top folder (sim, bench)."""
        parts = self.path.split("/")
        return parts[1] if parts[0] == "src" else parts[0]

    @property
    def folder(self):
        """The folder of its room that it stands in; empty for a file beside the folders."""
        below = self.path.partition(self.room + "/")[2]
        return below.partition("/")[0] if "/" in below else ""

    @property
    def stem(self):
        """The file's name without its ending."""
        return self.path.rpartition("/")[2].partition(".")[0]

    @property
    def is_test(self):
        return self.path.endswith(("_test.cpp", "_test.hpp", "_bench.cpp"))

    @property
    def is_header(self):
        return self.path.endswith(".hpp")

    @cached_property
    def code(self):
        return _NOT_CODE.sub(_blank, self.text)

    @cached_property
    def comments(self):
        """(offset, text) of every comment."""
        return [(hit.start(), hit.group()) for hit in _NOT_CODE.finditer(self.text) if hit.group().startswith(("//", "/*"))]

    @cached_property
    def line_comments(self):
        """(offset, text) of every comment that runs to the end of its line."""
        return [(offset, text) for offset, text in self.comments if text.startswith("//")]

    @cached_property
    def includes(self):
        """(line, quoted?, name) of every #include that is not commented out."""
        return [
            (self.line_of(hit.start(1)), hit.group(1) == '"', hit.group(2))
            for hit in _INCLUDE.finditer(self.text)
            if "#" in self.code[hit.start() : hit.end()]
        ]

    def line_of(self, offset):
        return line_at(self.text, offset)

    def line_count(self):
        return self.text.count("\n")


def closing(code, opening):
    """The offset of the bracket that closes the one at `opening`; the end of the code if none does."""
    pairs = {"{": "}", "(": ")", "[": "]"}
    depth, left, right = 0, code[opening], pairs[code[opening]]
    for offset in range(opening, len(code)):
        if code[offset] == left:
            depth += 1
        elif code[offset] == right:
            depth -= 1
            if depth == 0:
                return offset
    return len(code)
