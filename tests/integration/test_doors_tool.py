"""tools/doors: shows every answer that differs between two programs, and no other."""

import re
import subprocess

from harness.server import BINARY, PYTHON, ROOT


def test_one_changed_message_is_found_wherever_it_is_answered(tmp_path):
    content = BINARY.read_bytes()
    assert b"no such path: " in content
    other = tmp_path / "pilotlight"
    other.write_bytes(content.replace(b"no such path: ", b"no such door: "))
    other.chmod(0o755)
    done = subprocess.run([PYTHON, ROOT / "tools/doors", BINARY, other, "--show", "1000"], capture_output=True, text=True, timeout=300)
    count = int(re.search(r"^\d{4} requests, (\d+) answers differ", done.stdout, re.MULTILINE).group(1))
    assert done.returncode == 1 and count > 10, done.stdout + done.stderr
    new = re.findall(r"^\+(?!\+\+ new)(.*)$", done.stdout, re.MULTILINE)
    assert len(new) == count and all("no such door: " in line for line in new), done.stdout
