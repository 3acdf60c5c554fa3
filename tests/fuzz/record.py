"""Makes seeds of what real clients and workers send.

    sudo tests/fuzz/record.py .venv/bin/python -m pytest tests/integration/test_client_js.py

runs the command, reads all connections of the loopback interface meanwhile, and puts into seeds/TARGET/ the requests to
a Pilotlight server whose like is not there yet. Keys, tokens and the path of this clone are replaced.
"""

import re
import socket
import struct
import subprocess
import sys
import threading
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "tests/fuzz/seeds"
BYTES_MAX = 4096
LIKE_MAX = 6  # of one client and operation in one target
HEAD = re.compile(rb"(GET|POST|PUT|DELETE|OPTIONS) (/(?:v2|graphql)\S*) HTTP/1\.1\r\n(.*?\r\n)\r\n", re.DOTALL)
REPLACED = [(str(ROOT).encode(), b"/pilotlight"), (rb"\bpl[a-z]_[0-9A-Za-z_-]+", b"KEY"), (rb"(token=|Bearer )[^&\s\"]+", rb"\1KEY")]


class Connections:
    """The bytes that each connection's opener sent."""

    def __init__(self):
        self.pieces = defaultdict(dict)
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.ntohs(3))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 20)
        self._socket.bind(("lo", 0))
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            packet, (_, _, direction, *_) = self._socket.recvfrom(1 << 17)
            if direction != socket.PACKET_OUTGOING and packet[0] >> 4 == 4 and packet[9] == socket.IPPROTO_TCP:
                self._take(packet[(packet[0] & 15) * 4 : struct.unpack("!H", packet[2:4])[0] or None])

    def _take(self, segment):
        source, to, sequence = struct.unpack("!HHI", segment[:8])
        if data := segment[(segment[12] >> 4) * 4 :]:
            self.pieces[source, to][sequence] = data

    def sent(self):
        """What went one way over each connection, from the first piece on to a missing one."""
        for pieces in list(self.pieces.values()):
            first = next(iter(pieces))
            ordered = sorted(pieces.items(), key=lambda item: (item[0] - first) % (1 << 32))
            data = b""
            for sequence, piece in ordered:
                if (sequence - first) % (1 << 32) == len(data):
                    data += piece
            yield data


def requests(data):
    """(method, target, fields, body, all of it) of each request; chunked bodies are as on the wire."""
    while match := HEAD.match(data):
        fields = match.group(3).decode("latin-1")
        length = re.search(r"^content-length: *(\d+)", fields, re.IGNORECASE | re.MULTILINE)
        end = match.end() + (int(length.group(1)) if length else 0)
        yield match.group(1), match.group(2).decode("latin-1"), fields, data[match.end() : end], data[:end]
        data = data[end:]


def client_of(fields, target):
    agent = re.search(r"^user-agent: *(\S+)", fields, re.IGNORECASE | re.MULTILINE)
    name = agent.group(1) if agent else "unnamed"
    version = re.search(r"runpod_version=([\d.]+)", target)
    name = f"runpod/{version.group(1)}" if version else name.replace("RunPod-Python-SDK", "runpod")
    return re.sub(r"[^\w.]+", "-", name).strip("-")


def seeds_of(method, target, body, whole):
    """(target of the fuzzer, text) for each place where the request is of interest."""
    parts = urlsplit(target)
    operation = (re.findall(r"^/v2/[^/]+/([^/]+)", parts.path) or ["graphql"])[0]
    yield operation, "http", whole
    if operation in ("run", "runsync", "batch") and body:
        yield operation, "job_request", body
    if operation == "job-done":
        yield operation, "result", body
        yield operation, "openai_answer", b"\x00" + body
        yield operation, "openai_answer", b"\x01" + body
    if operation == "job-stream":
        yield operation, "chunk", body
    if operation in ("job-take", "job-take-batch", "ping", "job-stop"):
        yield operation, "worker_query", parts.query.encode()
    elif operation == "graphql":
        query = re.search(rb'"query": *"((?:[^"\\]|\\.)*)"', body)
        if query:
            yield operation, "graphql", query.group(1).replace(b"\\n", b"\n").replace(b'\\"', b'"')
    elif operation not in ("job-done", "job-stream"):
        yield operation, "query", target.encode()
        yield operation, "json", body


def shape(text):
    """Equal for requests that differ only in strings, ids, numbers and lengths."""
    text = re.sub(rb'"(?:[^"\\]|\\.)*"(?! *:)', b'""', text)
    return re.sub(rb"[0-9a-z-]{10,}|[0-9.]+", b"0", text.lower())


def write(found):
    """The first of each shape, a few of each client and operation."""
    counts, known = defaultdict(int), defaultdict(set)
    for path in SEEDS.glob("*/*"):
        known[path.parent.name].add(shape(path.read_bytes()))
        counts[path.parent.name, path.name.rpartition("-")[0]] += 1
    for target, name, text in found:
        for pattern, word in REPLACED:
            text = re.sub(pattern, word, text)
        key = (target, name)
        if not text or len(text) > BYTES_MAX or shape(text) in known[target] or counts[key] >= LIKE_MAX:
            continue
        known[target].add(shape(text))
        counts[key] += 1
        (SEEDS / target).mkdir(parents=True, exist_ok=True)
        (SEEDS / target / f"{name}-{counts[key]}").write_bytes(text)
        print(f"{target}/{name}-{counts[key]}")


def main():
    connections = Connections()
    status = subprocess.run(sys.argv[1:]).returncode
    found = []
    for data in connections.sent():
        for method, target, fields, body, whole in requests(data):
            client = client_of(fields, target)
            for operation, seed_target, text in seeds_of(method, target, body, whole):
                found.append((seed_target, f"{client}-{operation}", text))
    write(found)
    return status


if __name__ == "__main__":
    sys.exit(main())
