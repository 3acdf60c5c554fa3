"""docs/clients.md: the blocks that tests of clients write, with what works and what is refused."""

import os
import textwrap

from harness.server import ROOT

PAGE = ROOT / "docs/clients.md"
END = "<!-- end -->\n"


class Seen:
    """What a client's functions, commands or tools came to: what worked once works."""

    def __init__(self):
        self.works = set()
        self.refusals = {}  # {name: the words}

    def note(self, name, refusal=None):
        if refusal is None:
            self.works.add(name)
        else:
            self.refusals[name] = " ".join(refusal.split())

    def text(self):
        refused = {name: words for name, words in self.refusals.items() if name not in self.works}
        paragraphs = [f"Works ({len(self.works)}): " + _names(self.works) + "."]
        for words in sorted(set(refused.values())):
            names = [name for name, said in refused.items() if said == words]
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
