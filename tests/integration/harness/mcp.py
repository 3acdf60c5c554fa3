"""The npm package @runpod/mcp-server, unmodified: a program that speaks the Model Context Protocol over its standard input
and output, a JSON-RPC message a line."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness.clients_page import Seen
from harness.node import NODE
from harness.server import ROOT

PACKAGE = Path(os.environ.get("PILOTLIGHT_MCP_SERVER", ROOT / ".node/node_modules/@runpod/mcp-server"))
PROGRAM = PACKAGE / "dist/stdio.mjs"


@dataclass
class ToolResult:
    ok: bool
    payload: object  # the JSON that the tool returned


def words_of(payload):
    """The server's words in the payload of a tool that failed, which may hold its answer as a text."""
    detail = payload.get("detail", payload.get("error"))
    try:
        return json.loads(detail)["detail"]
    except (TypeError, ValueError):
        return str(detail)


class McpServer:
    """`mcp.call("get-endpoint", id=ID)` calls a tool."""

    def __init__(self, server, key=None):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RUNPOD_")} | {
            "RUNPOD_API_KEY": key or server.key,
            "RUNPOD_API_BASE_URL": server.origin,
            "RUNPOD_SERVERLESS_API_URL": server.origin + "/v2",
            "RUNPOD_PUBLIC_GRAPHQL_URL": server.origin + "/graphql",
            "RUNPOD_AUTHED_GRAPHQL_URL": server.origin + "/graphql",
        }
        self.process = subprocess.Popen(
            [NODE, PROGRAM], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.asked = 0
        self.seen = Seen()
        self._ask(
            "initialize",
            protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "pilotlight-tests", "version": "1"},
        )
        self._say({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def _say(self, message):
        print(json.dumps(message), file=self.process.stdin, flush=True)

    def _ask(self, method, **parameters):
        self.asked += 1
        self._say({"jsonrpc": "2.0", "id": self.asked, "method": method, "params": parameters})
        while line := self.process.stdout.readline():
            message = json.loads(line)
            if message.get("id") == self.asked:
                assert "error" not in message, message
                return message["result"]
        raise AssertionError(f"the MCP server ended with {self.process.wait(10)}")

    def tools(self):
        """The names of its tools."""
        return [tool["name"] for tool in self._ask("tools/list")["tools"]]

    def call(self, name, **arguments):
        result = self._ask("tools/call", name=name, arguments=arguments)
        [content] = result["content"]
        told = ToolResult(not result.get("isError"), json.loads(content["text"]))
        self.seen.note(name, None if told.ok else words_of(told.payload))
        return told

    def value(self, name, **arguments):
        """The payload of a call that must succeed."""
        result = self.call(name, **arguments)
        assert result.ok, (name, arguments, result.payload)
        return result.payload

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
