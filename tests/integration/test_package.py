"""tools/package: what it packs runs from any folder, with the libraries that it brought."""

import os
import re
import subprocess
import tarfile

import pytest
from harness.server import BINARY, PYTHON, ROOT

OF_GLIBC = re.compile(r"(linux-vdso|ld-linux.*|lib(c|m|dl|rt|pthread|resolv|util))\.so")


def pack(kind, place):
    """What tools/package makes."""
    made = subprocess.run([ROOT / "tools/package", kind, place], capture_output=True, text=True, timeout=300)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The folder of the tar's contents, in a place with a space."""
    place = tmp_path_factory.mktemp("package") / "any where"
    with tarfile.open(pack("tar", place)) as package:
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


def test_the_package_has_licences_documents_and_a_needs_file(unpacked):
    documents = unpacked / "share/doc/pilotlight"
    licences = os.listdir(documents / "licences")
    for name in ("libssl3", "libsqlite3-0", "libstdc++6", "libfmt9", "libspdlog1.10", "libsimdjson14", "zlib1g", "libboost1.81-dev"):
        assert name in licences
    assert (documents / "LICENSE").read_text().strip() and (documents / "docs/api.md").exists()
    assert re.fullmatch(r"glibc 2\.\d+ or newer, on \S+\n", (documents / "NEEDS").read_text())


def test_its_program_is_stripped_and_serves_a_handler(unpacked, tmp_path):
    assert (unpacked / "bin/pilotlight").stat().st_size < 9 << 20
    (tmp_path / "handler.py").write_text((unpacked / "share/doc/pilotlight/examples/hello/handler.py").read_text())
    done = subprocess.run(
        [unpacked / "bin/pilotlight", "dev", "handler.py", "--python", PYTHON, "--once", "--input", '{"input": {"name": "tar"}}'],
        cwd=tmp_path, env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)}, capture_output=True, text=True, timeout=100,
    )
    assert done.stdout == '{"greeting": "Hello, tar!"}\n', done.stderr


def test_the_deb_says_what_it_needs_and_whose_its_files_are(tmp_path):
    deb = pack("deb", tmp_path)
    field = lambda name: subprocess.run(["dpkg-deb", "--field", deb, name], capture_output=True, text=True, check=True).stdout.strip()  # noqa: E731
    assert field("Version") in deb and re.fullmatch(r"libc6 \(>= 2\.\d+\), passwd", field("Depends"))
    listed = subprocess.run(["dpkg-deb", "--contents", deb], capture_output=True, text=True, check=True).stdout.splitlines()
    entries = {line.split(maxsplit=5)[5]: line.split()[:2] for line in listed}
    assert {owner for _, owner in entries.values()} == {"root/root"}
    assert "./usr/bin/pilotlight -> ../lib/pilotlight/bin/pilotlight" in entries
    for name in ("etc/pilotlight/pilotlight.toml", "usr/lib/systemd/system/pilotlight.service", "usr/share/doc/pilotlight/copyright"):
        assert entries["./" + name][0] == "-rw-r--r--", name
    subprocess.run(["dpkg-deb", "--raw-extract", deb, tmp_path / "tree"], check=True)
    assert (tmp_path / "tree/DEBIAN/conffiles").read_text() == "/etc/pilotlight/pilotlight.toml\n"
    for script in ("postinst", "prerm", "postrm"):
        subprocess.run(["dash", "-n", tmp_path / "tree/DEBIAN" / script], check=True)
    assert loaded(tmp_path / "tree/usr/lib/pilotlight/bin/pilotlight")["libssl.so.3"].startswith(str(tmp_path))


def test_its_configuration_is_one_that_the_server_takes(tmp_path):
    config = tmp_path / "pilotlight.toml"
    text = (ROOT / "packaging/pilotlight.toml").read_text()
    # With what is only suggested, and a word that no server takes: it is the one that is named.
    suggested = re.sub(r"^# (?=[a-z-]+ = )", "", text, flags=re.MULTILINE).replace('listen = "127.0.0.1:8080"\n', "")
    config.write_text(suggested + '\ngrace = "soon"\n')
    done = subprocess.run([BINARY, "serve", "--config", config], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and "grace" in done.stderr, done.stderr


def test_its_unit_is_one_that_systemd_takes_and_rates(tmp_path):
    unit = tmp_path / "pilotlight.service"
    text = (ROOT / "packaging/pilotlight.service").read_text()
    unit.write_text(text.replace("/usr/bin/pilotlight", str(BINARY)))
    verified = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
    assert (verified.returncode, verified.stderr) == (0, "")
    # From 0, which is safe, to 100; a unit without any of it has 96.
    rated = subprocess.run(
        ["systemd-analyze", "security", "--no-pager", "--offline=true", "--threshold=35", unit], capture_output=True, text=True
    )
    assert rated.returncode == 0, rated.stdout


def test_wrong_use_is_explained():
    for words in ([], ["rpm"]):
        done = subprocess.run([ROOT / "tools/package", *words], capture_output=True, text=True)
        assert done.returncode == 2 and done.stderr.startswith("tools/package tar|deb [FOLDER]: builds"), done.stderr
