"""What an editor does with debugpy: the Debug Adapter Protocol over its port."""

import json
import socket
from itertools import count

from harness import processes


class Editor:
    """Attached to the address of a launch configuration, which it sends as an editor would."""

    def __init__(self, configuration):
        address = configuration["connect"]["host"], configuration["connect"]["port"]
        self._socket = processes.wait_until(lambda: _connected(address), 60, f"debugpy at {address}", pause=0.2)
        self._stream = self._socket.makefile("rwb")
        self._numbers = count(1)
        self._passed = []
        self.ask("initialize", adapterID="test", pathFormat="path", linesStartAt1=True)
        # It answers `attach` only after `configurationDone`.
        self._send("attach", configuration)
        self.event("initialized")

    def close(self):
        self._stream.close()
        self._socket.close()

    def run_with_breakpoint(self, path, line):
        told = self.ask("setBreakpoints", source={"path": str(path)}, breakpoints=[{"line": line}])
        assert told["breakpoints"][0]["verified"], told
        self.ask("configurationDone")

    def wait_stopped(self):
        """The innermost frame of the thread that stopped at a breakpoint."""
        stopped = self.event("stopped")
        assert stopped["reason"] == "breakpoint", stopped
        self._thread = stopped["threadId"]
        return self.ask("stackTrace", threadId=self._thread, levels=1)["stackFrames"][0]

    def evaluate(self, frame, text):
        return self.ask("evaluate", expression=text, frameId=frame["id"], context="repl")["result"]

    def go_on(self):
        self.ask("continue", threadId=self._thread)

    def ask(self, command, **arguments):
        number = self._send(command, arguments)
        answer = self._next(lambda message: message.get("request_seq") == number)
        assert answer["success"], answer
        return answer.get("body", {})

    def event(self, name):
        return self._next(lambda message: message.get("event") == name).get("body")

    def _send(self, command, arguments):
        number = next(self._numbers)
        body = json.dumps({"seq": number, "type": "request", "command": command, "arguments": arguments}).encode()
        self._stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._stream.flush()
        return number

    def _next(self, wanted):
        """The first message that is wanted, of those that came before too."""
        for message in self._passed:
            if wanted(message):
                self._passed.remove(message)
                return message
        while True:
            message = self._read()
            if wanted(message):
                return message
            self._passed.append(message)

    def _read(self):
        length = 0
        while (line := self._stream.readline()) not in (b"\r\n", b""):
            length = int(line.partition(b":")[2])
        assert length, "debugpy hung up"
        return json.loads(self._stream.read(length))


def _connected(address):
    try:
        return socket.create_connection(address, timeout=120)
    except OSError:
        return None
