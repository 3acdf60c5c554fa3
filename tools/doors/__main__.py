"""tools/doors OLD NEW: sends the same requests and command lines to both programs and compares the answers, byte for
byte but for ids, times, tokens and ports. For moves of code, which may change none of them. Run it with .venv/bin/python.

    --messages FILE   the texts that were changed on purpose [tools/doors/messages.toml]
    --show N          differences that are printed [10]
    --unmet           print the texts of docs/errors.md that no request has met

Ends with 0 if all answers are equal and every row of the messages was needed, 1 if not.
"""

import argparse
import difflib
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests/integration"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import command_lines  # noqa: E402
import messages  # noqa: E402
from door import Door  # noqa: E402
from harness import documented  # noqa: E402
from harness.server import Server  # noqa: E402
from script import play  # noqa: E402

KEY = "the-key-of-both-servers-0123456789"
SETTINGS = {"PILOTLIGHT_API_KEY": KEY, "PILOTLIGHT_WEBHOOK_SECRET": "whsec_" + "QUFB" * 8, "PILOTLIGHT_RATE_LIMITS": "health=40/1h"}


def answers(program):
    """[(request, answer)] of one program, on a data folder of its own."""
    with tempfile.TemporaryDirectory() as place:
        server = Server(Path(place) / "data", "--trace", "off", environment=SETTINGS, binary=Path(program).resolve()).start()
        try:
            door = Door(server, KEY)
            play(door)
            return command_lines.play(server.binary) + door.seen
        finally:
            server.stop()


def unmet(seen):
    """Texts of docs/errors.md that no answer has."""
    told = [message for _, answer in seen for message in documented.messages(answer.rpartition("\n")[2])]
    sentences = [pattern for pattern in documented.patterns() if " " in pattern.pattern]
    return [one.pattern for one in sentences if not any(one.fullmatch(message) for message in told)]


def main():
    options = argparse.ArgumentParser(prog="tools/doors")
    options.add_argument("old")
    options.add_argument("new")
    options.add_argument("--messages", type=Path, default=messages.LIST)
    options.add_argument("--show", type=int, default=10)
    options.add_argument("--unmet", action="store_true")
    options = options.parse_args()
    changed = messages.rows(options.messages)
    before, after = messages.in_new_words(changed, answers(options.old)), answers(options.new)
    different = [(request, old, new) for (request, old), (_, new) in zip(before, after, strict=True) if old != new]
    for request, old, new in different[: options.show]:
        print(f"== {request}")
        print("\n".join(difflib.unified_diff(old.splitlines(), new.splitlines(), "old", "new", lineterm="", n=0)))
    missed = unmet(after)
    if options.unmet:
        print("\n".join(f"not met: {text}" for text in missed))
    wrong = messages.complaints(changed)
    print("".join(f"{complaint}\n" for complaint in wrong), end="")
    print(f"{len(after)} requests, {len(different)} answers differ; {len(missed)} texts of docs/errors.md were not met")
    return 1 if different or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
