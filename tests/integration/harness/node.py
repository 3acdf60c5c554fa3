"""A client in Node.js, in a process of its own, driven call by call."""

import json
import subprocess
from dataclasses import dataclass

from harness.server import ROOT

NODE = ROOT / ".node/bin/node"


@dataclass
class Outcome:
    """What one call gave: its value or the message of its exception, and the requests that it sent."""

    requests: list
    value: object = None
    error: str = None
    status: int = None  # of the HTTP answer, where the exception names it

    @property
    def paths(self):
        return [request["path"].rsplit("/v2/", 1)[1].partition("/")[2] for request in self.requests]


class NodeClient:
    """tests/clients/SCRIPT for one endpoint. One call at a time."""

    def __init__(self, script, server, endpoint, key=None):
        assert NODE.exists(), f"{NODE} is missing: tools/node-env makes it"
        self.process = subprocess.Popen(
            [NODE, ROOT / "tests/clients" / script, server.origin, key or server.key, endpoint],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def call(self, name, *arguments):
        self.process.stdin.write(json.dumps({"call": name, "arguments": arguments}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"node ended with {self.process.wait(10)}; its words are above"
        return Outcome(**json.loads(line))

    def value(self, name, *arguments):
        """The value of a call that must succeed."""
        outcome = self.call(name, *arguments)
        assert outcome.error is None, outcome
        return outcome.value

    def close(self):
        self.process.kill()
        self.process.wait()
