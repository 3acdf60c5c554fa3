"""Command lines: each command's help, and mistakes that each of them refuses. None of them starts a server."""

import shlex
import subprocess
from pathlib import Path

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "PILOTLIGHT_API_KEY": "a-key-that-no-server-has"}
ROOT = Path(__file__).resolve().parents[2]
COMMANDS = """

--help
nothing
serve --help
serve --nothing
serve --config /nonexistent/file.toml
serve --data ''
serve --data /dev/null
serve --data /proc/pilotlight
worker-env --help
worker-env x --data /nonexistent
worker-env x --data /nonexistent --url https://h
worker-env x --format xml
restart-server --help
restart-server --data /nonexistent
options --markdown
dev
dev --help
dev /nonexistent
dev /dev/null
dev packaging/debian
dev examples/hello --once
dev examples/hello --python /nonexistent
dev examples/hello --python nosuchpython
dev examples/hello --python /bin/true
dev examples/hello --input {
dev examples/hello --input 7
dev examples/hello --env 'A B=1'
dev examples/hello --env-file /nonexistent
"""
REFUSED_VALUES = {
    "listen": ["x", "h:0"], "public-url": ["h"], "runtime": ["steam"], "grace": ["x", "2h"], "result-max": ["x", "1"], "queue-max": ["-1"],
    "trace": ["maybe"], "worker-user": ["nosuchuser"], "rate-limits": ["run", "run=1/1s,run=2/1s"], "cors-origins": ["", "h", ","],
}


def play(program):
    """[(what was typed, status and output)]"""
    asked = [shlex.split(line) for line in COMMANDS.splitlines()[1:]]
    asked += [["serve", "--data", "/proc/pilotlight", f"--{name}", value] for name, values in REFUSED_VALUES.items() for value in values]
    return [answer(program, words) for words in asked]


def answer(program, words):
    done = subprocess.run([program, *words], env=ENVIRONMENT, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
    return shlex.join(["pilotlight", *words]), f"{done.returncode}\n{done.stdout}{done.stderr}"
