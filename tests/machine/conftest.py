"""Fixtures: Debian machines of the tests' own, and the packages that they install."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))
sys.path.insert(0, str(Path(__file__).parent))

from harness.server import ROOT  # noqa: E402
from machine import Machine, make_root  # noqa: E402


@pytest.fixture(scope="session")
def minimal_root():
    if os.geteuid() != 0:
        pytest.skip("machines are made by root")
    return make_root(ROOT / "build/minimal-root")


@pytest.fixture
def machine(minimal_root, tmp_path):
    """A fresh one, not booted."""
    machine = Machine(minimal_root, tmp_path / "machine")
    yield machine
    machine.close()


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    """package(kind): the file that tools/package makes."""
    made = {}

    def make(kind):
        if kind not in made:
            folder = tmp_path_factory.mktemp("packages")
            done = subprocess.run([ROOT / "tools/package", kind, folder], capture_output=True, text=True, timeout=900)
            assert done.returncode == 0, done.stderr
            made[kind] = Path(done.stdout.strip())
        return made[kind]

    return make


@pytest.fixture
def other_version(package, tmp_path):
    """other_version(version, serves=True): the deb as that version, whose program says so. One that does not serve
    refuses the keeper's options, and can do all else."""

    def make(version, serves=True):
        tree, own = tmp_path / version, package("deb").name.split("_")[1]
        subprocess.run(["dpkg-deb", "--raw-extract", package("deb"), tree], check=True)
        control = tree / "DEBIAN/control"
        control.write_text(control.read_text().replace(f"Version: {own}\n", f"Version: {version}\n"))
        binary = tree / "usr/lib/pilotlight/bin/pilotlight"
        assert len(version) == len(own)
        program = binary.read_bytes().replace(f"pilotlight {own}".encode(), f"pilotlight {version}".encode())
        binary.write_bytes(program)
        if not serves:
            binary.rename(binary.with_name("real"))
            binary.write_text('#!/bin/sh\n[ "$1" != serve ] || exit 2\nexec /usr/lib/pilotlight/bin/real "$@"\n')
            binary.chmod(0o755)
        made = tmp_path / f"pilotlight_{version}.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, made], check=True, capture_output=True)
        return made

    return make
