"""Reads sources and pages against the rules of ARCHITECTURE.md and STYLE.md that a compiler does not check.

python tools/tidy [ROOT]: prints one line a finding, exit status 1 if there is any.
"""

import sys
from pathlib import Path

import bans
import citations
import laws
import lengths
import prose
import rooms
from source import Source


def sources(root, *folders):
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".hpp", ".cpp"):
                yield Source(path, root)


def texts(root, *patterns):
    """(path, text) of every file that one of the patterns finds."""
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            yield path.relative_to(root).as_posix(), path.read_text()


def findings(root):
    """Every finding as (path, line, message), in order of path and line."""
    table = rooms.read_table(root / "ARCHITECTURE.md")
    pages = citations.Pages(root)
    everything = list(sources(root, "src", "sim", "bench"))
    unordered = {}
    for source in everything:
        unordered.setdefault(source.room, set()).update(bans.unordered_names(source.code))
    found = []
    for source in everything:
        found += rooms.check(source, table)
        found += bans.check(source, unordered[source.room])
        found += prose.check(source)
    for source in [*everything, *sources(root, "tests")]:
        found += citations.check(source, pages)
    for path, text in texts(root, "tests/**/*.py", "tools/**/*.py"):
        found += prose.check_python(path, text)
    for path, text in texts(root, "bench/**/*.py", "tests/**/*.py"):
        found += citations.check_python(path, text, pages)
    own = list(texts(root, "*.md", "docs/**/*.md"))
    for path, text in own:
        found += prose.check_page(path, text)
    found += laws.check(everything, own, root / laws.PAGE)
    found += lengths.check(everything, root / "tools/tidy/long.txt")
    return sorted(found)


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2])
    found = findings(root)
    for path, line, message in found:
        print(f"{path}:{line}: {message}")
    if found:
        print(f"\n{len(found)} findings. The rules and their reasons are in STYLE.md and ARCHITECTURE.md.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
