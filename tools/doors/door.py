"""One server, asked; what it answers is written down without what is another each time."""

import http.client
import json
import re
import socket
import urllib.parse

IDS = re.compile(r"(?:sync-)?[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}-u\d+|batch_[0-9a-f]+")
NAMED = {"id", "workerId", "templateId", "endpointId", "batchId", "RUNPOD_POD_ID"}
TIMES = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
MILLISECONDS = re.compile(r'("(?:\w*(?:Time|At|Ms|Delay|delay)|queueDelay|p\d\d|max|uptime\w*|age\w*)":\s*)\d+')
OUTCOMES = re.compile(r"(<id \d+>-)\d{13}\b")  # a webhook's id: the job's and the millisecond of its end
ALWAYS_OTHERS = {"date"}


class Door:
    def __init__(self, server, key):
        self.server, self.key = server, key
        self.seen = []  # [(what was asked, what was answered)], in words that are the same for every server
        self._names = {}
        self._address = urllib.parse.urlsplit(server.origin).netloc

    # Asking

    def ask(self, method, path, body=None, *, key=True, headers=None, timeout=30):
        """The JSON of the answer, or None. `body`: bytes or text as they are, anything else as JSON."""
        data = body if body is None or isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
        sent = {"content-type": "application/json"} | ({"authorization": f"Bearer {self.key}"} if key is True else {}) | (headers or {})
        connection = http.client.HTTPConnection(self._address, timeout=timeout)
        try:
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            return self._note(f"{method} {path} {self._short(data)}", answer.status, answer.getheaders(), text)
        finally:
            connection.close()

    def raw(self, data):
        """Bytes as they are; whatever comes until the server hangs up, or is silent for a second."""
        with socket.create_connection(self._address.split(":"), timeout=1) as connection:
            connection.sendall(data)
            got = b""
            try:
                while part := connection.recv(65536):
                    got += part
            except OSError:
                pass
        head, _, text = got.decode(errors="replace").partition("\r\n\r\n")
        lines = head.split("\r\n")
        self._note(self._short(data), lines[0], [tuple(line.split(": ", 1)) for line in lines[1:]], text)

    def graphql(self, query, variables=None, **options):
        return self.ask("POST", "/graphql", {"query": query} | ({"variables": variables} if variables is not None else {}), **options)

    # Writing down

    def know(self, text):
        """An id: the same word on every server."""
        return self._names.setdefault(text, f"<id {len(self._names)}>")

    def _note(self, asked, status, headers, text):
        try:
            told = json.loads(text)
            self._learn(told)
        except ValueError:
            told = None
        shown = [f"{name}: {value}" for name, value in headers if name.lower() not in ALWAYS_OTHERS]
        self.seen.append((self.plain(asked), self.plain("\n".join([str(status), *shown, text]))))
        return told

    def _learn(self, told):
        if isinstance(told, list):
            for one in told:
                self._learn(one)
        elif isinstance(told, dict):
            for name, value in told.items():
                if name in NAMED and isinstance(value, str) and re.fullmatch(r"[a-z0-9]{10,14}", value):
                    self.know(value)
                if name == "RUNPOD_AI_API_KEY":
                    self.know(value)
                self._learn(value)

    def plain(self, text):
        text = text.replace(self._address, "<address>")
        text = IDS.sub(lambda found: self.know(found.group()), text)
        for known, word in self._names.items():
            text = text.replace(known, word)
        text = re.sub(r"(?i)(content-length|retry-after): \d+", r"\1: <number>", text)
        text = OUTCOMES.sub(r"\1<ms>", text)
        return TIMES.sub("<time>", MILLISECONDS.sub(r"\1<ms>", text))

    @staticmethod
    def _short(data):
        text = (data or b"").decode(errors="replace")
        return text if len(text) < 300 else f"{text[:200]}… ({len(text)} characters)"
