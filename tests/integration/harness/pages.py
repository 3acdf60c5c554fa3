"""Somebody who follows a page of the documentation: types its commands and saves its files as they are printed."""

import os
import shutil
import signal
import subprocess

from harness import processes
from harness.server import BINARY, PYTHON, ROOT


class Page:
    """The fenced blocks of one page below docs/."""

    def __init__(self, name):
        parts = (ROOT / "docs" / name).read_text().split("```")
        # The last line before the block, the language, the text.
        self.blocks = [
            (prose.strip().rpartition("\n")[2], *block.split("\n", 1))
            for prose, block in zip(parts[::2], parts[1::2])
        ]

    def file(self, name):
        """The block that is introduced by the file's name and a colon."""
        return one(text for before, _, text in self.blocks if before.endswith(f"`{name}`:"))

    def command(self, word):
        """The commands that contain this word."""
        return one(text for _, language, text in self.blocks if language == "bash" and word in text)


def one(found):
    (only,) = found
    return only


class Reader:
    """A shell in a folder of its own with the example worker's handler.py, `pilotlight` and `python` in the PATH."""

    def __init__(self, folder):
        self.folder = folder
        programs = folder / "programs"
        programs.mkdir(parents=True)
        (programs / "pilotlight").symlink_to(BINARY)
        shutil.copy(ROOT / "examples/hello/handler.py", folder)
        self.environment = {
            "PATH": f"{programs}:{PYTHON.parent}:{os.environ['PATH']}",
            "HOME": str(folder),
            "PILOTLIGHT_LISTEN": "127.0.0.1:0",  # what says no address gets a free one
        }
        self._started = []

    def save(self, page, name):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.file(name))

    def run(self, script, timeout=120, **environment):
        """The finished process."""
        return subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=self.folder,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def succeed(self, script, **options):
        """What it printed."""
        done = self.run(script, **options)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, script, **environment):
        """A terminal in which it goes on running."""
        self._started.append(Terminal(self, script, environment))
        return self._started[-1]

    def leftovers(self):
        """Processes that still know the folder."""
        return processes.naming(self.folder)

    def close(self):
        for terminal in self._started:
            terminal.end()
        processes.kill_all(self.leftovers())


class Terminal:
    def __init__(self, reader, script, environment):
        self.output_path = reader.folder / f"terminal-{len(reader._started)}.txt"
        with self.output_path.open("w") as output:
            self.process = subprocess.Popen(
                ["bash", "-e", "-c", script],
                cwd=reader.folder,
                env=reader.environment | environment,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                text=True,
                start_new_session=True,
            )

    def type(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def output(self):
        return self.output_path.read_text()

    def wait_for(self, text, timeout=60):
        def shown():
            assert self.process.poll() is None or text in self.output(), self.output()
            return text in self.output()

        processes.wait_until(shown, timeout, f"{text!r} in {self.output_path}")

    def end(self):
        """As when its window is closed: all that runs in it goes."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdin.close()
