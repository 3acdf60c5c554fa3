"""docs/clients.md: the blocks that tests of clients write, with what works and what is refused."""

import os
import textwrap
from contextlib import contextmanager

from harness.server import ROOT

PAGE = ROOT / "docs/clients.md"
END = "<!-- end -->\n"


class Seen:
    """What a client's functions, commands or tools came to: each works or is refused, whenever it is called."""

    def __init__(self):
        self.works = set()
        self.refusals = {}  # {name: the words}
        self._way = None
        self._misused = False

    def note(self, name, refusal=None):
        if refusal is None:
            self.works.add(self._way or name)
        elif not self._misused:
            self.refusals[self._way or name] = " ".join(refusal.split())

    @contextmanager
    def way(self, name):
        """What is called inside is noted under this name: a way to call it that may come to something else."""
        self._way = name
        try:
            yield
        finally:
            self._way = None

    @contextmanager
    def misuse(self):
        """What is refused inside is called with wrong arguments: no refusal to note."""
        self._misused = True
        try:
            yield
        finally:
            self._misused = False

    def text(self):
        both = self.works & self.refusals.keys()
        assert not both, f"these worked and were refused; name the ways to call them, or the misuse: {both}"
        paragraphs = [f"Works ({len(self.works)} of {len(self.works) + len(self.refusals)}): {_names(self.works)}."]
        for words in sorted(set(self.refusals.values())):
            names = [name for name, said in self.refusals.items() if said == words]
            paragraphs.append(f"Refused: {_names(names)}: “{words}”")
        return "\n\n".join(textwrap.fill(paragraph, 140, break_long_words=False, break_on_hyphens=False) for paragraph in paragraphs)


def _names(names):
    return ", ".join(f"`{name}`" for name in sorted(names))


def check(name, seen):
    """The page's block of this name says what was seen; with PILOTLIGHT_WRITE=1 it is written."""
    page, begin = PAGE.read_text(), f"<!-- {name}: written by the tests -->\n"
    assert begin in page, f"docs/clients.md has no block {name}"
    at = page.index(begin) + len(begin)
    end = page.index(END, at)
    text = f"\n{seen.text()}\n\n"
    if os.environ.get("PILOTLIGHT_WRITE"):
        PAGE.write_text(page[:at] + text + page[end:])
        return
    assert page[at:end] == text, f"docs/clients.md says otherwise of {name}; if this is right, run the test with PILOTLIGHT_WRITE=1"
