"""nginx as a plain process in a folder of its own, with the site of docs/local/nginx.md."""

import os
import shutil
import socket
import subprocess

from harness import processes
from harness.pages import Page
from harness.server import ROOT

SITE = Page("local/nginx.md").file("/etc/nginx/conf.d/pilotlight.conf")
PROGRAM = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:{ROOT}/.nginx/usr/sbin")

# What Debian's nginx.conf has around a site, with all its files in this folder.
AROUND = """
daemon off;
pid nginx.pid;
{user}
events {{}}
http {{
    access_log access.log;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include site.conf;
}}
"""


def settings(site=SITE):
    """{directive: its words} of the site."""
    lines = [line.strip().removesuffix(";").split() for line in site.splitlines() if line.strip().endswith(";")]
    return {words[0]: words[1:] for words in lines}


class Nginx:
    """Reached at `origin`, https with a certificate that the file `certificate` lets one trust."""

    def __init__(self, folder):
        assert PROGRAM, "nginx is missing: tools/nginx-env fetches it"
        folder.mkdir()
        self.folder, self.port = folder, free_port()
        self.origin = f"https://localhost:{self.port}"
        self.certificate = folder / "certificate.pem"
        self.process = None
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
            + ["-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out", self.certificate],
            check=True,
            capture_output=True,
        )

    def configure(self, upstream):
        """The page's site, with this machine's port, files and server."""
        site = SITE
        for printed, mine in {
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "server_name pilot.example.org": "server_name localhost",
            "/etc/ssl/pilot.example.org.pem": str(self.certificate),
            "/etc/ssl/private/pilot.example.org.key": str(self.folder / "key.pem"),
            "http://127.0.0.1:8080": upstream,
        }.items():
            assert site.count(printed) == 1, printed
            site = site.replace(printed, mine)
        (self.folder / "site.conf").write_text(site)
        user = "user root;" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(AROUND.format(user=user))

    def command(self, *options):
        return [PROGRAM, "-p", self.folder, "-c", self.folder / "nginx.conf", "-e", self.folder / "error.log", *options]

    def start(self):
        self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, start_new_session=True)
        processes.wait_until(self._listens, 30, "nginx")
        return self

    def requests(self):
        """The lines of its log: what was asked through it, and with which answer."""
        return (self.folder / "access.log").read_text().splitlines()

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(30)
            assert processes.naming(self.folder) == []

    def _listens(self):
        assert self.process.poll() is None, (self.folder / "error.log").read_text()
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", self.port)) == 0


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]
