"""Libraries that are preloaded into a server to make its machine hostile: shims/NAME.cpp says what each does."""

import os
import struct
from pathlib import Path

from harness.server import ROOT

FOLDER = Path(os.environ.get("PILOTLIGHT_SHIMS", ROOT / "build/release/tests"))


def preload(*names):
    """The environment of a server with these shims; the first is nearest to the server."""
    paths = [FOLDER / f"lib{name}.so" for name in names]
    for path in paths:
        assert path.is_file(), f"{path} is missing: build it first (tools/build release)"
    return {"LD_PRELOAD": ":".join(map(str, paths))}


class Dial:
    """A file of 64-bit numbers that a shim reads at every step and a test sets at any time."""

    def __init__(self, path, *numbers):
        self.path = path
        self.set(*numbers)

    def set(self, *numbers):
        # In place: the servers have the file mapped.
        with self.path.open("r+b" if self.path.exists() else "wb") as file:
            file.write(struct.pack(f"{len(numbers)}q", *numbers))

    def get(self):
        content = self.path.read_bytes()
        return struct.unpack(f"{len(content) // 8}q", content)
