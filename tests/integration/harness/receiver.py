"""A receiver of webhooks: keeps what it was told and answers as it is bidden."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness.processes import wait_until


class Receiver:
    """`answers`: statuses of the next requests, the last one for all further ones. `told`: (headers, body) of each."""

    def __init__(self, *answers):
        self.answers = list(answers) or [200]
        self.told, self._lock = [], threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(receiver.hear(self.path, self.headers, body))
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook?token=secret"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def hear(self, path, headers, body):
        with self._lock:
            self.told.append((dict(headers), body))
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def wait(self, count, timeout=30):
        """The bodies of the first `count` requests, as JSON."""
        wait_until(lambda: len(self.told) >= count, timeout, f"{count} webhooks")
        return [json.loads(body) for _, body in self.told[:count]]

    def stays_at(self, count, seconds=0.5):
        time.sleep(seconds)
        assert len(self.told) == count, [body for _, body in self.told]

    def close(self):
        self._server.shutdown()
        self._server.server_close()
