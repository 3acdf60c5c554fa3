"""The front page: what a stranger who opens the server's address sees."""

import os
import re
import subprocess
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from harness.server import PYTHON

HELLO = Path(__file__).resolve().parents[2] / "examples/hello"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


class Page(HTMLParser):
    """The elements of a page, and the texts of those that hold commands."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.commands, self.inside = [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.inside = tag == "pre"

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.commands.append(data)


def front(server, accept=None, method="GET", key=None):
    return server.request(method, "/", key=key, headers={"Accept": accept} if accept else {})


def test_a_browser_gets_one_small_page_without_scripts(server):
    answer = front(server, BROWSER)
    assert answer.status == 200 and answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert len(answer.text.encode()) < 10 * 1024
    assert "script" not in Page(answer.text).tags and "javascript" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Vary"] == "Accept"
    assert "The server is healthy" in answer.text and "docs/api.md" in answer.text


def test_a_program_gets_the_same_as_json(server):
    page, answer = front(server, BROWSER), front(server, "application/json")
    assert answer.headers["Content-Type"] == "application/json" and answer.headers["Vary"] == "Accept"
    told = answer.json
    assert told["status"] == "ok" and told["url"] == server.origin
    for text in (told["description"], told["health"], *told["documentation"]):
        assert text in unescape(page.text)
    assert [step["command"] for step in told["firstEndpoint"]] == Page(page.text).commands
    assert all(step["does"] in unescape(page.text) for step in told["firstEndpoint"])


@pytest.mark.parametrize(
    "accept, kind",
    [
        (None, "text/html"),
        ("*/*", "text/html"),
        ("APPLICATION/JSON", "application/json"),
        ("text/html, application/json", "text/html"),
        ("application/json;q=0.9, text/plain", "application/json"),
        ("garbage \u00e9 ;;;,", "text/html"),
    ],
)
def test_the_header_accept_chooses_the_form(server, accept, kind):
    assert front(server, accept).headers["Content-Type"].startswith(kind)


def test_the_page_shows_nothing_of_what_the_server_holds(server, endpoint):
    server.run(endpoint)
    version = server.command("--version").stdout.split()[1]
    for accept in (BROWSER, "application/json"):
        with_key, without = front(server, accept, key=server.key), front(server, accept)
        assert with_key.text == without.text
        for secret in (server.key, endpoint, str(server.data), version):
            assert secret not in without.text


def test_only_get_and_head_are_known(server):
    answer = front(server, BROWSER, "HEAD")
    assert answer.status == 200 and not answer.text and int(answer.headers["Content-Length"]) > 1000
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert front(server, BROWSER, method).status == 405


def test_an_odd_public_url_is_quoted_for_shell_and_page(servers):
    url = "http://pilot.example.org/a'b&lt;$(touch${IFS}x)"
    server = servers().start("--public-url", url)
    page, told = front(server, BROWSER), front(server, "application/json").json
    assert Page(page.text).commands[0] == told["firstEndpoint"][0]["command"]
    shown = subprocess.run(["sh", "-c", told["firstEndpoint"][0]["command"] + '\nprintf %s "$URL"'], capture_output=True, text=True, check=True)
    assert shown.stdout == url


def test_the_commands_of_the_page_make_an_endpoint_and_run_a_job(servers):
    server = servers()
    server.environment["PATH"] = f"{PYTHON.parent}:{os.environ['PATH']}"
    server.start()
    commands = "\n".join(Page(front(server, BROWSER).text).commands)
    assert re.search(r"^KEY=\.\.\.$", commands, re.MULTILINE)
    script = "set -eu\n" + commands.replace("KEY=...", f"KEY={server.key}")
    shown = subprocess.run(["sh", "-c", script], cwd=HELLO, capture_output=True, text=True, timeout=120)
    assert shown.returncode == 0, shown.stderr
    assert '"COMPLETED"' in shown.stdout and "Hello, Ada!" in shown.stdout, shown
