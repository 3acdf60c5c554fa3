"""tools/package: what it packs runs from any folder, with the libraries that it brought."""

import os
import re
import subprocess
import tarfile

import pytest
from harness.server import PYTHON, ROOT

OF_GLIBC = re.compile(r"(linux-vdso|ld-linux.*|lib(c|m|dl|rt|pthread|resolv|util))\.so")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The folder of the tar's contents, in a place with a space."""
    place = tmp_path_factory.mktemp("package") / "any where"
    made = subprocess.run([ROOT / "tools/package", "tar", place], capture_output=True, text=True, timeout=300)
    assert made.returncode == 0, made.stderr
    with tarfile.open(made.stdout.strip()) as package:
        owners = {(member.uid, member.gid) for member in package}
        package.extractall(place)
    assert owners == {(0, 0)}
    (root,) = [path for path in place.iterdir() if path.is_dir()]
    return root


def loaded(program):
    """{library: where it is found} of a program."""
    shown = subprocess.run([program], env={"LD_TRACE_LOADED_OBJECTS": "1"}, capture_output=True, text=True, check=True).stdout
    return dict(re.findall(r"^\s+(\S+) => (.+) \(0x", shown, re.MULTILINE))


def test_it_brings_every_library_but_those_of_glibc(unpacked):
    libraries = loaded(unpacked / "bin/pilotlight")
    assert "libssl.so.3" in libraries
    for name, place in libraries.items():
        own = os.path.realpath(place).startswith(str(unpacked / "lib"))
        assert own != bool(OF_GLIBC.match(name)), (name, place)


def test_it_brings_licences_and_documentation_and_says_what_it_needs(unpacked):
    documents = unpacked / "share/doc/pilotlight"
    licences = os.listdir(documents / "licences")
    for name in ("libssl3", "libsqlite3-0", "libstdc++6", "libfmt9", "libspdlog1.10", "libsimdjson14", "zlib1g", "libboost1.81-dev"):
        assert name in licences
    assert (documents / "LICENSE").read_text().strip() and (documents / "docs/api.md").exists()
    assert re.fullmatch(r"glibc 2\.\d+ or newer, on \S+\n", (documents / "NEEDS").read_text())


def test_its_program_is_stripped_and_serves_a_handler(unpacked, tmp_path):
    assert (unpacked / "bin/pilotlight").stat().st_size < 8 << 20
    (tmp_path / "handler.py").write_text((unpacked / "share/doc/pilotlight/examples/hello/handler.py").read_text())
    done = subprocess.run(
        [unpacked / "bin/pilotlight", "dev", "handler.py", "--python", PYTHON, "--once", "--input", '{"input": {"name": "tar"}}'],
        cwd=tmp_path, env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)}, capture_output=True, text=True, timeout=100,
    )
    assert done.stdout == '{"greeting": "Hello, tar!"}\n', done.stderr


def test_wrong_use_is_explained():
    for words in ([], ["rpm"]):
        done = subprocess.run([ROOT / "tools/package", *words], capture_output=True, text=True)
        assert done.returncode == 2 and done.stderr.startswith("tools/package tar [FOLDER]: builds"), done.stderr
