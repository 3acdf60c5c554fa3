"""A Debian machine in a folder: a minimal root that debootstrap makes, run by systemd-nspawn."""

import os
import shutil
import subprocess
from pathlib import Path

from harness import processes

SUITE = "bookworm"
# What a machine of a user has: systemd, Python for workers, and curl for the pages' commands.
PACKAGES = "systemd,systemd-sysv,python3,python3-venv,curl,ca-certificates"
# How this machine reaches the network.
NETWORK_FILES = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pip.conf"]


def make_root(folder):
    """The folder of a minimal root, made once; nobody may change it."""
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        done = subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, folder / "root"],
            capture_output=True, text=True, timeout=900,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        (folder / "complete").touch()
    return folder / "root"


class Machine:
    """Its commands are scripts of /bin/sh, run by root; `sudo` is a word that does nothing more."""

    def __init__(self, minimal_root, folder):
        self.folder = Path(folder)
        subprocess.run(["cp", "--archive", "--reflink=auto", minimal_root, self.folder], check=True)
        for file in NETWORK_FILES:
            if Path(file).exists():
                shutil.copy(file, self.path(file))
        sudo = self.path("/usr/local/bin/sudo")
        sudo.write_text('#!/bin/sh\nexec "$@"\n')
        sudo.chmod(0o755)
        self.path("/home/ada").mkdir()
        self._nspawn = self._leader = None
        self._log = self.folder.with_name("machine.log")

    def path(self, inside):
        """Where a file of it is out here."""
        return self.folder / str(inside).lstrip("/")

    def save(self, file, inside):
        """Copies a file into a folder of it."""
        shutil.copy(file, self.path(inside))

    def _command(self, *options):
        # Where systemd runs out here, it would be asked for a scope.
        keep = [] if Path("/run/systemd/system").exists() else ["--keep-unit"]
        return ["systemd-nspawn", "--quiet", "--register=no", *keep, f"--directory={self.folder}", *options]

    def run_unbooted(self, script, timeout=300, network=True):
        """A script alone, without systemd, as in a container; with this machine's network."""
        options = ["--pipe"] + ([] if network else ["--private-network"])
        environment = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        settings = [f"--setenv={name}={value}" for name, value in environment.items()]
        return self._finish([*self._command(*options, *settings), "/bin/sh", "-e", "-c", script], timeout)

    def boot(self):
        with self._log.open("w") as log:
            self._nspawn = subprocess.Popen(
                self._command("--boot", "--private-network"), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        processes.wait_until(self._booted, 120, "the machine's boot")
        return self

    def _booted(self):
        assert self._nspawn.poll() is None, self._log.read_text(errors="replace")
        self._leader = next(iter(processes.children(self._nspawn.pid)), None)
        return self._leader and self.run("systemctl is-system-running", check=False).stdout.strip() == "running"

    def run(self, script, timeout=120, check=True):
        """A script in the booted machine."""
        words = ["nsenter", f"--target={self._leader}", "--all", "/bin/sh", "-e", "-c", script]
        return self._finish(words, timeout, check)

    def _finish(self, words, timeout, check=True):
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, errors="replace",
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8"},
        )
        assert not check or done.returncode == 0, f"{words[-1]}\n{done.stdout}\n{done.stderr}\n{self.journal()}"
        return done

    def journal(self):
        if not self._leader:
            return ""
        return self.run("journalctl --no-pager --unit pilotlight --lines 60", check=False).stdout

    def close(self):
        if self._nspawn:
            processes.kill_all([self._leader] if self._leader else [])
            self._nspawn.kill()
            self._nspawn.wait()
        shutil.rmtree(self.folder)
