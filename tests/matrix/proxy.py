"""Between a worker and its server: refuses the first results of a job, or cuts one, and counts how often the worker
posts them."""

import http.client
import re
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Proxy:
    """Forwards the POSTs of a job's result to `server`, but those that it was told to refuse or to cut."""

    def __init__(self, server):
        self.server = urlsplit(server).netloc
        self.posts = Counter()
        self.refusals = Counter()
        self.cuts = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def refuse(self, job, times):
        """Answers 500 to the job's next posts."""
        self.refusals[job] = times

    def cut(self, job, then):
        """When the job's next post is here, calls `then` and closes the connection without an answer."""
        self.cuts[job] = then

    def close(self):
        self._http.shutdown()
        self._http.server_close()

    def _answer(self, path, body, headers):
        """(status, text); None to answer nothing."""
        job = re.search(r"/job-done/[^/]+/([^/?]+)", path).group(1)
        self.posts[job] += 1
        if job in self.cuts:
            self.cuts.pop(job)()
            return None
        if self.refusals[job] > 0:
            self.refusals[job] -= 1
            return 500, b"{}"
        connection = http.client.HTTPConnection(self.server, timeout=30)
        try:
            connection.request("POST", path, body, {"content-type": headers.get("content-type", "application/json")})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _handler(proxy):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                answer = proxy._answer(self.path, body, self.headers)
                if answer is None:
                    self.close_connection = True
                    return
                status, text = answer
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        return Handler
