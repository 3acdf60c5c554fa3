"""One run of `pilotlight dev`, on a terminal of its own or into pipes."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

from harness import processes
from harness.client import Client
from harness.server import AS_IN_A_TERMINAL, BINARY, PYTHON

ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def command_of(handler, python, *options, prefix=()):
    """The words of a `pilotlight dev` that Ctrl-C reaches; without `python` it looks for one."""
    chosen = ["--python", str(python)] if python else []
    return [*AS_IN_A_TERMINAL, *prefix, str(BINARY), "dev", str(handler), *chosen, *map(str, options)]


def environment_of(more=None):
    """This process's variables but those that would change what it does, and `more`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PILOTLIGHT_", "RUNPOD_")) and k != "VIRTUAL_ENV"}
    return kept | (more or {})


class Dev:
    """`pilotlight dev` in the handler's folder. Whatever happens, `close` ends it; `left` then names what it left."""

    def __init__(self, folder, *options, columns=0, handler="handler.py", python=PYTHON, environment=None, prefix=()):
        self.folder, self.text, self.outer = folder, "", None
        command = command_of(handler, python, *options, prefix=prefix)
        settings = {"cwd": folder, "env": environment_of({"TERM": "xterm"} | (environment or {}))}
        if columns:
            self.outer, inner = pty.openpty()
            fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
            self.process = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, preexec_fn=_own_terminal, **settings)
            os.close(inner)
        else:
            self.outer, writing = os.pipe()
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=writing, stderr=writing, **settings)
            os.close(writing)

    def read(self, seconds=0.1):
        """What has come so far, after a wait for more."""
        if self.outer is not None and select.select([self.outer], [], [], seconds)[0]:
            try:
                self.text += os.read(self.outer, 1 << 16).decode(errors="replace")
            except OSError:  # a terminal that nobody has open
                pass
        return self.plain()

    def plain(self):
        """As a person sees it: without escapes, lines ended as everywhere."""
        return ESCAPES.sub("", self.text).replace("\r\n", "\n")

    def wait_for(self, pattern, timeout=60, after=0):
        """The match of a regular expression in what it has written since the place `after`."""
        end = time.monotonic() + timeout
        while True:
            found = re.compile(pattern, re.MULTILINE).search(self.read(), after)
            if found:
                return found
            assert time.monotonic() < end, f"no {pattern!r} in\n{self.plain()[after:]}"
            if self.process.poll() is not None and self.outer and not select.select([self.outer], [], [], 0.3)[0]:
                raise AssertionError(f"it ended with {self.process.returncode} before {pattern!r}:\n{self.plain()[after:]}")

    def here(self):
        """The place in the text that comes next."""
        return len(self.read(0))

    @property
    def url(self):
        return self.wait_for(r"^  url   (\S+)$").group(1)

    @property
    def key(self):
        return self.wait_for(r"^  key   (\S+)$").group(1)

    def client(self):
        """A client of its server, and the endpoint."""
        origin, endpoint = self.url.split("/v2/")
        made = Client()
        made.origin, made.key = origin, self.key
        return made, endpoint

    def press(self, text="\n"):
        os.write(self.outer, text.encode())

    def hang_up(self):
        os.close(self.outer)
        self.outer = None

    def wait(self, timeout=60):
        """Its exit status, with all that it wrote read."""
        end = time.monotonic() + timeout
        while self.process.poll() is None:
            assert time.monotonic() < end, f"it goes on:\n{self.plain()}"
            self.read()
        while self.outer is not None and select.select([self.outer], [], [], 0.1)[0]:
            before = len(self.text)
            self.read(0)
            if len(self.text) == before:
                break
        return self.process.returncode

    def stop(self, with_signal=signal.SIGINT):
        self.process.send_signal(with_signal)
        return self.wait()

    def left(self):
        """Processes that still have something to do with the handler's folder."""
        return processes.naming(self.folder)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.outer is not None:
            self.hang_up()
        # Its server is told of its end by the kernel.
        processes.wait_until(lambda: not self.left(), 40, f"the end of what it has started in {self.folder}")


def _own_terminal():
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
