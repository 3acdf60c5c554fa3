"""Bytes on a socket, for what no HTTP library would send."""

import http.client
import socket

from harness.client import Answer


def connect(origin, timeout=30):
    host, port = origin.removeprefix("http://").rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=timeout)


def read_answer(connection):
    """The response that the peer sends; None if it closes without one."""
    reader = http.client.HTTPResponse(connection)
    try:
        reader.begin()
        return Answer(reader.status, reader.read().decode(errors="replace"), dict(reader.getheaders()))
    except (http.client.HTTPException, ConnectionError):
        return None


def read_answers(file, count):
    """So many responses that come one after another, to pipelined requests; all of them have a Content-Length. `file`:
    the connection's, as more may have been read than is asked for."""
    answers = []
    for _ in range(count):
        status = file.readline().split()
        assert status, f"the connection ended after {len(answers)} answers"
        fields = http.client.parse_headers(file)
        text = file.read(int(fields["Content-Length"])).decode(errors="replace")
        answers.append(Answer(int(status[1]), text, dict(fields)))
    return answers


def exchange(origin, data, timeout=30):
    """The answer to these bytes on a connection of their own; None if the server just closes."""
    with connect(origin, timeout) as connection:
        try:
            connection.sendall(data)
        except ConnectionError:
            pass  # it may answer and close before it has read all
        return read_answer(connection)


def head(method, path, key=None, **fields):
    """A request head; field names with _ for -."""
    lines = [f"{method} {path} HTTP/1.1", "host: test"]
    if key:
        lines.append(f"authorization: Bearer {key}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
