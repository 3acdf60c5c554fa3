"""`pilotlight worker-env`: a worker that somebody starts, and what goes wrong on the way there."""

import json
import shlex
import subprocess

import pytest


@pytest.fixture(scope="module")
def endpoint(server):
    return server.make_idle_endpoint()


def test_all_formats_say_the_same(server, endpoint):
    def printed(form):
        done = server.command("worker-env", endpoint, "--data", server.data, "--format", form)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def read_back(script):
        done = subprocess.run(["env", "-i", "/bin/sh", "-c", script + "\nexec env"], capture_output=True, text=True)
        return dict(line.split("=", 1) for line in done.stdout.splitlines())

    lines = dict(line.split("=", 1) for line in printed("env").splitlines())
    shell = read_back(printed("shell"))
    words = shlex.split(printed("docker"))
    docker = dict(word.split("=", 1) for word in words if word != "-e")
    for other in (json.loads(printed("json")), shell, docker):
        assert set(lines) <= set(other)
        # Every call registers a worker of its own; nothing else differs.
        mine = {name: value.replace(lines["RUNPOD_POD_ID"], "W").replace(lines["RUNPOD_AI_API_KEY"], "T") for name, value in lines.items()}
        theirs = {
            name: other[name].replace(other["RUNPOD_POD_ID"], "W").replace(other["RUNPOD_AI_API_KEY"], "T") for name in lines
        }
        assert mine == theirs
    assert words[0] == "-e" and "$ID" in lines["RUNPOD_WEBHOOK_POST_OUTPUT"]


def test_it_has_what_a_worker_of_the_process_runtime_has(server, endpoint):
    variables = server.worker_env(endpoint)
    for name in ("GET_JOB", "POST_OUTPUT", "POST_STREAM", "PING"):
        url = variables["RUNPOD_WEBHOOK_" + name]
        assert url.startswith(f"{server.origin}/v2/{endpoint}/") and "?" in url
    assert variables["RUNPOD_ENDPOINT_ID"] == endpoint
    assert variables["RUNPOD_SKIP_AUTO_SYSTEM_CHECKS"] == "true", "a laptop is no data centre"


def test_the_public_url_is_what_workers_are_told(servers):
    server = servers("--public-url", "https://pilot.example.org/").start()
    variables = server.worker_env(server.make_idle_endpoint())
    assert variables["RUNPOD_WEBHOOK_PING"].startswith("https://pilot.example.org/v2/")


def test_what_goes_wrong_is_said(server, endpoint, tmp_path):
    def refused(*arguments, **environment):
        done = server.command("worker-env", *arguments, **environment)
        assert done.returncode != 0 and done.stdout == "", done.stdout
        return done.stderr

    data = ("--data", server.data)
    unknown = refused("abcdefghijklmn", *data)
    assert "abcdefghijklmn" in unknown and server.origin in unknown
    assert "PILOTLIGHT_API_KEY" in refused(endpoint, *data, PILOTLIGHT_API_KEY="wrong")
    assert "--data" in refused(endpoint, "--data", tmp_path)
    assert "not the id" in refused("a b/../c", *data)
    assert "not the id" in refused("", *data)
    assert "ENDPOINT" in refused(*data).upper()
    assert "is the server running" in refused(endpoint, "--url", "http://127.0.0.1:1")
    assert "http://" in refused(endpoint, "--url", "ftp://somewhere")
    assert "yaml" in refused(endpoint, *data, "--format", "yaml")
