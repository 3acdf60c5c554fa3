"""The option `limits`, with which tests shorten times that are fixed otherwise."""

import subprocess
import time

import pytest
from harness.server import BINARY


@pytest.fixture
def refused(tmp_path):
    """refused(text, *options): what `serve` says on its way out about a file of limits with this text."""

    def run(text, *options):
        path = tmp_path / "limits.toml"
        path.write_text(text)
        command = [BINARY, "serve", "--data", tmp_path / "data", "--limits", path, *(options or ["--listen", "127.0.0.1:0"])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
        assert done.returncode != 0
        return done.stderr

    return run


def test_a_limit_holds_and_is_logged_as_a_warning(servers, make_worker):
    server = servers(limits={"live-jobs-max": 2, "poll-hold": "1s"}).start()
    endpoint = server.make_idle_endpoint()
    begun = time.monotonic()
    assert make_worker(server, endpoint).take_answer().status == 204
    assert time.monotonic() - begun > 0.8
    assert " W limits_changed_for_tests live-jobs-max=2 poll-hold=1s\n" in server.log()
    statuses = [server.post(f"/v2/{endpoint}/run", {"input": {}}).status for _ in range(3)]
    assert statuses == [200, 200, 503]


def test_limits_hold_in_the_next_server_too(servers):
    server = servers(limits={"ttl": "1h"}).start()
    server.kill_server()
    server.wait_ready()
    assert server.log().count("limits_changed_for_tests ttl=1h") == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('poll-holt = "1s"', 'line 1: there is no limit "poll-holt"'),
        ('queue-max = 3', 'line 1: there is no limit "queue-max"'),
        ('\npoll-hold = "soon"', 'line 2: option "poll-hold": "soon" is not a time'),
        ('poll-hold = "0s"', '"0s" is not a time'),
        ('poll-hold = 1', '"1" is not a time'),
        ("live-jobs-max = -1", "is not a whole number"),
        ("live-jobs-max = 99999999999", "is not a whole number"),
        ("live-jobs-max = [1]", "is not a whole number"),
        ("poll-hold", "line 1"),
    ],
)
def test_a_file_that_names_no_limits_is_refused_with_its_line(refused, text, words):
    assert words in refused(text)


def test_a_file_that_is_not_there_is_refused(refused):
    assert "cannot read the limits file /nowhere" in refused("", "--listen", "127.0.0.1:0", "--limits", "/nowhere")


def test_limits_are_refused_where_others_reach_the_server(refused):
    words = refused('poll-hold = "1s"', "--listen", "0.0.0.0:0", "--runtime", "none")
    assert 'option "limits" is for tests' in words and "127.0.0.1" in words
