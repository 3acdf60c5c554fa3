"""The table in docs/compatibility.md: rows by versions, its footnotes, and the counts."""

from harness.server import ROOT
from notes import NOTES

PAGE = ROOT / "docs/compatibility.md"
BEGIN = "<!-- written by tests/matrix --write -->\n"
END = "<!-- end -->\n"
YES, NO, NOT_THERE = "yes", "no", "–"


def text_of(word, notes):
    """A cell: `yes` with the numbers of its notes."""
    numbers = sorted(list(NOTES).index(note) + 1 for note in notes)
    return word + "".join(f" [{number}]" for number in numbers)


def read():
    """{row: {version: cell}}, as the page has it."""
    _, block, _ = _split(PAGE.read_text())
    lines = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in block.splitlines() if line.startswith("|")]
    if not lines:
        return {}
    versions = lines[0][1:]
    return {cells[0]: dict(zip(versions, cells[1:])) for cells in lines[2:]}


def merge(rows, seen, order, versions):
    """The table with what was seen, in the order of the tests; without rows and versions that are no more."""
    empty = {}
    return {
        row: {version: seen.get((row, version)) or rows.get(row, empty).get(version, "?") for version in versions}
        for row in order
    }


def render(rows):
    versions = list(next(iter(rows.values())))
    lines = [["", *versions], ["---"] * (len(versions) + 1), *([row, *cells.values()] for row, cells in rows.items())]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    cells = [cell for line in rows.values() for cell in line.values()]
    count = {word: sum(cell.split(" ")[0] == word for cell in cells) for word in (YES, NO, NOT_THERE)}
    counts = (
        f"{len(versions)} versions, {len(rows)} rows, {len(cells)} cells: {count[YES]} {YES}, {count[NO]} {NO}, "
        f"{count[NOT_THERE]} that the version has nothing for ({NOT_THERE})."
    )
    notes = "\n".join(f"{number}. {text}" for number, text in enumerate(NOTES.values(), 1))
    return f"{table}\n\n{counts}\n\n{notes}\n"


def write(rows):
    before, _, after = _split(PAGE.read_text())
    PAGE.write_text(before + render(rows) + after)


def is_current(rows):
    """Whether the page says exactly this."""
    return _split(PAGE.read_text())[1] == render(rows)


def _split(page):
    """What stands before the table, the table, and what follows."""
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    return page[:begin], page[begin:end], page[end:]
