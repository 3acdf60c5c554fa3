"""What comments cite: pages of docs/ that exist, and sections that they have."""

import io
import re
import tokenize

from source import line_at

# What opens a line of a comment or a docstring, or surrounds one.
_CPP_MARKS = re.compile(r"//[/!]?<?|/\*+|\*/|^[ \t]*\*", re.MULTILINE)
_PYTHON_MARKS = re.compile(r'"""|\'\'\'|^[ \t]*#+', re.MULTILINE)

_GAP = r"(?:[ \t]+|[ \t]*\n[ \t]*)"
_NUMBER = r"\d+(?:\.\d+)*"
_CITED = re.compile(rf"(?<![\w./-])docs/(?P<page>[\w/-]+\.md)(?P<sections>{_GAP}{_NUMBER}(?:(?:,|,?{_GAP}and){_GAP}{_NUMBER})*)?")
_ELSEWHERE = re.compile(rf"\b(?:(?:data|control){_GAP}plane{_GAP}references?|settled{_GAP}numbers)\b", re.IGNORECASE)
_HEADING = re.compile(rf"^#+[ \t]+(?P<number>{_NUMBER})\.?(?=\s|$)", re.MULTILINE)
_FENCED = re.compile(r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^(?P=fence)[^\n]*$", re.MULTILINE | re.DOTALL)


class Pages:
    """The pages of docs/, each read when it is first asked for."""

    def __init__(self, root):
        self._folder = root / "docs"
        self._sections = {}

    def sections(self, page):
        """The numbers with which the page's headings begin; None if there is no such page."""
        if page not in self._sections:
            path = self._folder / page
            self._sections[page] = _sections(path.read_text()) if path.is_file() else None
        return self._sections[page]


def _sections(text):
    return {hit.group("number") for hit in _HEADING.finditer(_FENCED.sub("", text))}


def check(source, pages):
    yield from _check(source.path, source.text, source.comments, _CPP_MARKS, pages)


def check_python(path, text, pages):
    yield from _check(path, text, _python_comments(text), _PYTHON_MARKS, pages)


def _check(path, text, comments, marks, pages):
    for hit in _ELSEWHERE.finditer(_without(marks, text)):
        cited = " ".join(hit.group().split())
        yield path, line_at(text, hit.start()), f"`{cited}` is not in this repository: cite a page of docs/ and its section"
    for hit in _CITED.finditer(_without(marks, _only(comments, text))):
        page, line = hit.group("page"), line_at(text, hit.start())
        sections = pages.sections(page)
        if sections is None:
            yield path, line, f"there is no docs/{page}"
            continue
        for number in re.findall(_NUMBER, hit.group("sections") or ""):
            if number not in sections:
                yield path, line, f"docs/{page} has no heading that begins with {number}"


def _without(marks, text):
    """The text with the marks blanked out in place."""
    return marks.sub(lambda hit: " " * len(hit.group()), text)


def _only(comments, text):
    """The text with everything but these (offset, comment) made unreadable in place."""
    kept, at = [], 0
    for offset, comment in comments:
        kept += [re.sub(r"\S", "\0", text[at:offset]), comment]
        at = offset + len(comment)
    return "".join([*kept, re.sub(r"\S", "\0", text[at:])])


def _python_comments(text):
    """(offset, text) of every comment and docstring, which is a text that begins a statement."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    begins = True
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and begins):
            row, column = token.start
            yield starts[row - 1] + column, token.string
        if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
            begins = token.type == tokenize.NEWLINE
