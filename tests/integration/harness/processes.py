"""Finding and ending processes by what /proc says about them."""

import os
import signal
import subprocess
import time
from pathlib import Path


def children(pid):
    """Direct children of a process, oldest first; empty if it is gone."""
    found = []
    for task in _read_folder(f"/proc/{pid}/task"):
        found += [int(child) for child in _read(f"/proc/{pid}/task/{task}/children").split()]
    return sorted(found)


def executable(pid):
    """The program a process runs; None if it is gone or a zombie."""
    try:
        return os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)")
    except OSError:
        return None


def is_alive(pid):
    """False for zombies too: they only wait to be reaped. A killed process may have threads for a moment longer."""
    return _lives(f"/proc/{pid}")


def has_threads(pid):
    """Whether a thread of the process is left, and with it what the process has open."""
    return any(_lives(f"/proc/{pid}/task/{task}") for task in _read_folder(f"/proc/{pid}/task"))


def runs_as(user, *programs):
    """Whether this process may become the user with this number, and the user may run the programs."""
    if os.geteuid() != 0:
        return False
    try:
        return not any(subprocess.run([program, "--version"], user=user, capture_output=True).returncode for program in programs)
    except OSError:
        return False


def naming(text):
    """Pids of all living processes but this one whose arguments, environment or working folder name `text`."""
    wanted = os.fsencode(str(text))
    found = []
    for entry in _read_folder("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            told = _read(f"/proc/{entry}/cmdline") + _read(f"/proc/{entry}/environ") + _working_folder(entry)
            if wanted in told and is_alive(entry):
                found.append(int(entry))
    return found


def kill_all(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def resident_bytes(pid):
    """Memory of the process that is in RAM now."""
    return int(_read(f"/proc/{pid}/statm").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def wait_until(condition, timeout, what="the expected state", pause=0.02):
    """The first truthy value of `condition()`; fails after `timeout` seconds."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"{what} did not come within {timeout} s"
        time.sleep(pause)


def _lives(folder):
    fields = _read(f"{folder}/stat").rpartition(b")")[2].split()
    return bool(fields) and fields[0] not in (b"Z", b"X")


def _read(path):
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def _read_folder(path):
    try:
        return os.listdir(path)
    except OSError:
        return []


def _working_folder(pid):
    try:
        return os.fsencode(os.readlink(f"/proc/{pid}/cwd"))
    except OSError:
        return b""
