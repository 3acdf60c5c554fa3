"""The laws of the simulator and its mutants: those of the sources against the table of docs/laws.md."""

import re

from source import closing, line_at

PAGE = "docs/laws.md"
# An ASSERT of the core ends the program before a law is reported. It has a row because mutants end in one.
ASSERTION = "assertion"

_REQUIRE = re.compile(r"\brequire\s*\(")
_LAW_OF_REQUIRE = re.compile(r',\s*"(?P<law>\w+)"\s*,\s*"')
_VIOLATION = re.compile(r'\bViolation\s*\{\s*"(?P<law>\w+)"')
_MUTANT = re.compile(r'\bBreakage\s*\{\s*"(?P<mutant>\w+)"')
_NUMBER = re.compile(r"\b[SL]\d+\b")
# Outside the simulator S3 and L4 may be other things.
_CITATION = re.compile(r"\b[Ll]aws?\s+\(?(?P<numbers>[SL]\d+(?:(?:,|,? and)\s+[SL]\d+)*)")
_ROW = re.compile(r"^\| (?P<law>\w+) \|.*\|(?P<checkers>[^|]*)\|(?P<mutants>[^|]*)\|\s*$", re.MULTILINE)
_CODE = re.compile(r"`([^`]*)`")


def check(sources, pages, page):
    """`pages`: (path, text) of each page that may cite laws. Finds nothing where `page` is missing."""
    if not page.exists():
        return []
    rows = _rows(page.read_text())
    reported, cited = _reported(sources), _cited(sources)
    found = list(_without_row(rows, _first([*reported, *cited, *_cited_in_pages(pages)])))
    found += _rows_without_law(rows, {law for law, *_ in [*reported, *cited]} | {ASSERTION})
    found += _checkers(rows, reported)
    found += _mutants(rows, sources)
    return found


def _rows(text):
    """{law: (line, files that check it, mutants that break it)} of the table below its head."""
    start = text.find("\n|---")
    rows = {}
    for hit in _ROW.finditer(text, start):
        line = line_at(text, hit.start())
        rows[hit.group("law")] = line, _CODE.findall(hit.group("checkers")), _CODE.findall(hit.group("mutants"))
    return rows


def _reported(sources):
    """(law, path, line) of each place of the simulator that reports a broken law."""
    return [
        (law, source.path, source.line_of(offset))
        for source in sources
        if source.room == "sim"
        for law, offset in _reports(source)
    ]


def _reports(source):
    for hit in _REQUIRE.finditer(source.code):
        call = source.text[hit.start() : closing(source.code, hit.end() - 1)]
        law = _LAW_OF_REQUIRE.search(call)
        if law:
            yield law.group("law"), hit.start() + law.start("law")
    for hit in _VIOLATION.finditer(source.text):
        yield hit.group("law"), hit.start("law")


def _cited(sources):
    """(law, path, line) of each law that a comment names."""
    return [
        (law, source.path, source.line_of(offset))
        for source in sources
        for offset, text in source.line_comments
        for law in (_NUMBER.findall(text) if source.room == "sim" else [law for law, _ in _citations(text)])
    ]


def _cited_in_pages(pages):
    return [
        (law, path, line_at(text, offset)) for path, text in pages for law, offset in _citations(text)
    ]


def _citations(text):
    for hit in _CITATION.finditer(text):
        for law in _NUMBER.findall(hit.group("numbers")):
            yield law, hit.start("numbers")


def _first(places):
    """{law: (path, line)}: the first place of each."""
    first = {}
    for law, path, line in places:
        first.setdefault(law, (path, line))
    return first


def _without_row(rows, places):
    for law, (path, line) in places.items():
        if law not in rows:
            yield path, line, f"law {law} has no row in {PAGE}"


def _rows_without_law(rows, known):
    for law, (line, *_) in rows.items():
        if law not in known:
            yield PAGE, line, f"no source reports or cites law {law}"


def _checkers(rows, reported):
    """The row of a law names the files below sim/ that report it, and no others."""
    places = {(law, path.removeprefix("sim/")): (path, line) for law, path, line in reversed(reported)}
    for law, (line, checkers, _) in rows.items():
        for checker in checkers:
            if (law, checker) not in places:
                yield PAGE, line, f"sim/{checker} does not report law {law}"
    for (law, checker), (path, line) in places.items():
        if law in rows and checker not in rows[law][1]:
            yield path, line, f"law {law} is reported here: name {checker} in its row of {PAGE}"


def _mutants(rows, sources):
    table = {
        hit.group("mutant"): source.line_of(hit.start())
        for source in sources
        if source.path == "sim/mutants.cpp"
        for hit in _MUTANT.finditer(source.text)
    }
    named = {mutant: (law, line) for law, (line, _, mutants) in rows.items() for mutant in mutants}
    for mutant, line in table.items():
        if mutant not in named:
            yield "sim/mutants.cpp", line, f"mutant {mutant} stands in no row of {PAGE}"
    for mutant, (law, line) in named.items():
        if mutant not in table:
            yield PAGE, line, f"law {law}: sim/mutants.cpp has no mutant {mutant}"
