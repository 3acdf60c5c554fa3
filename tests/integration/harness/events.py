"""A client of server-sent events, as strict as the standard."""

import json
import threading
from dataclasses import dataclass

import requests


@dataclass
class Event:
    name: str
    data: object
    id: str | None


class Events:
    """The events of one response, in order; comments are counted. Iterating ends with the response.

    `cut`: the response broke off instead of ending."""

    def __init__(self, client, method, path, body=None, *, last=None, headers=None, timeout=60, behind=None):
        """`behind`: a proxy in front of the server, with an `origin` and its `certificate`."""
        sent = {"authorization": f"Bearer {client.key}", "accept": "text/event-stream", **(headers or {})}
        if last is not None:
            sent["last-event-id"] = last
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = str(behind.certificate) if behind else True
        self.response = self.session.request(
            method, (behind or client).origin + path, json=body, headers=sent, timeout=timeout, stream=True
        )
        self.status = self.response.status_code
        self.comments, self.cut, self.last = 0, False, last
        self._events = self._parse()

    def _lines(self):
        rest = b""
        try:
            for piece in self.response.raw.stream(65536, decode_content=False):
                *lines, rest = (rest + piece).split(b"\n")
                yield from lines
        except requests.packages.urllib3.exceptions.HTTPError:
            self.cut = True
        assert self.cut or rest == b"", rest

    def _parse(self):
        name, data, event_id = "message", [], None
        for line in self._lines():
            field, _, value = line.decode().partition(":")
            value = value.removeprefix(" ")
            if line == b"":
                if data:
                    self.last = event_id or self.last
                    yield Event(name, json.loads("\n".join(data)), event_id)
                name, data, event_id = "message", [], None
            elif field == "":
                self.comments += 1
            elif field == "event":
                name = value
            elif field == "data":
                data.append(value)
            elif field == "id":
                event_id = value
            else:
                raise AssertionError(f"no field of an event: {line}")

    def __iter__(self):
        return self._events

    def next(self):
        return next(self._events)

    def until(self, name):
        """All events up to and with the first of this name."""
        seen = []
        for event in self._events:
            seen.append(event)
            if event.name == name:
                return seen
        raise AssertionError(f"no {name} in {seen}")

    def close(self):
        self.response.close()
        self.session.close()


def messages(events):
    """What the chunks hold."""
    return [event.data for event in events if event.name == "message"]


class Reading(threading.Thread):
    """Reads events to their end in a thread of its own."""

    def __init__(self, events):
        super().__init__()
        self.events, self.seen = events, []
        self.start()

    def run(self):
        self.seen.extend(self.events)
        self.events.close()
