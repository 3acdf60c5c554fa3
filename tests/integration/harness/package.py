"""A version of the runpod package in an environment of its own, whose functions a test calls as if they were here."""

import json
import os
import subprocess

from harness.clients_page import Seen
from harness.server import GREETER, ROOT

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEmiE3UtFIbNX8DbuwVEkPrd6cgYYoBPvgSdPHOtUxKr laptop"

# Reads a call a line, [name, arguments, named arguments], and writes {"returned": ...} or {"raised": [type, text]}.
CALLS = """
import json, os, runpod, sys
runpod.api_key = os.environ["RUNPOD_API_KEY"]
for line in sys.stdin:
    name, arguments, named = json.loads(line)
    try:
        answer = {"returned": getattr(runpod, name)(*arguments, **named)}
    except Exception as error:
        answer = {"raised": [type(error).__name__, str(error)]}
    print(json.dumps(answer), flush=True)
"""


def versions(*pinned):
    """The pinned versions, or the one that PILOTLIGHT_RUNPOD names."""
    return [os.environ["PILOTLIGHT_RUNPOD"]] if "PILOTLIGHT_RUNPOD" in os.environ else list(pinned)


class Raised(Exception):
    """What a function of the package raised."""

    def __init__(self, kind, text):
        super().__init__(f"{kind}: {text}")
        self.kind = kind
        self.text = text


class Package:
    """`package.get_user()` calls runpod.get_user() of that version, with the server's address and key."""

    def __init__(self, version, server, key=None):
        self.folder = ROOT / "build/sdk" / version
        self.seen = Seen()
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("RUNPOD_")} | {
            "RUNPOD_API_BASE_URL": server.origin,
            "RUNPOD_ENDPOINT_BASE_URL": server.origin + "/v2",
            "RUNPOD_API_KEY": key or server.key,
        }
        self.process = subprocess.Popen(
            [self.folder / "bin/python", "-u", "-c", CALLS],
            env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )

    def __getattr__(self, name):
        def call(*arguments, **named):
            print(json.dumps([name, arguments, named]), file=self.process.stdin, flush=True)
            answer = json.loads(self.process.stdout.readline())
            if "raised" in answer:
                self.seen.note(name, answer["raised"][1])
                raise Raised(*answer["raised"])
            self.seen.note(name)
            return answer["returned"]

        return call

    def command(self, *words, home):
        """The text that the package's command line prints; `home` is a folder for the user's settings."""
        settings = home / ".runpod/config.toml"
        settings.parent.mkdir(exist_ok=True)
        settings.write_text(f'[default]\napi_key = "{self.environment["RUNPOD_API_KEY"]}"\n')
        done = subprocess.run(
            [self.folder / "bin/runpod", *words],
            env=self.environment | {"HOME": str(home)}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        self.seen.note("runpod " + " ".join(words))
        return done.stdout

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


def make_template(package, name):
    """The id of a template of the greeter, with variables."""
    return package.create_template(
        name, f"process:{ROOT}", docker_start_cmd=GREETER, env={"A": "1", "B": "ü"}, is_serverless=True
    )["id"]


def listed(package, endpoint_id):
    return [endpoint for endpoint in package.get_endpoints() if endpoint["id"] == endpoint_id]
