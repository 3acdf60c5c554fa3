"""The package runpod-flash, unmodified: a live deployment on a GPU and one on CPUs, each with a job and the removal."""

import json
import os
import subprocess

import pytest
from harness import clients_page
from harness.server import GREETER, PYTHON, ROOT

CLASSES = {"gpu": "LiveServerless", "cpu": "CpuLiveServerless"}


@pytest.fixture(scope="module")
def server(shared_servers):
    """Flash removes an endpoint that still has workers."""
    return shared_servers("--delete-endpoint", "drain").start()


@pytest.fixture(scope="module")
def seen():
    return clients_page.Seen()


@pytest.fixture
def run(tmp_path):
    """run(server, *command): the finished command, in a folder of the test's own."""

    def finished(server, *command):
        return subprocess.run(command, cwd=tmp_path, env=environment_of(server, tmp_path), capture_output=True, text=True, timeout=120)

    return finished


def deployment(family):
    return PYTHON, ROOT / "tests/clients/flash_life.py", family, f"process:{ROOT}", GREETER


def environment_of(server, home):
    return {name: value for name, value in os.environ.items() if not name.startswith("RUNPOD_")} | {
        "RUNPOD_API_KEY": server.key,
        "RUNPOD_API_BASE_URL": server.origin,
        "RUNPOD_ENDPOINT_BASE_URL": server.origin + "/v2",
        "RUNPOD_REST_API_URL": server.origin + "/v1",
        "RUNPOD_HAPI_URL": server.origin,
        "RUNPOD_CONSOLE_URL": server.origin,
        "HOME": str(home),
    }


def endpoints(server):
    return [endpoint["id"] for endpoint in server.graphql("{ myself { endpoints { id } } }")["myself"]["endpoints"]]


@pytest.mark.parametrize("family", CLASSES)
def test_live_deployment(server, run, seen, family):
    def printed(name, *command):
        done = run(server, *command)
        assert done.returncode == 0, done.stdout + done.stderr
        seen.note(name)
        return done.stdout

    told = json.loads(printed(CLASSES[family], *deployment(family)).splitlines()[-1])
    assert told["output"] == {"greeting": "Hello, Ada!"}
    assert told["id"] in endpoints(server)
    flash = PYTHON.parent / "flash"
    assert f"flash-{family}" in printed("flash undeploy list", flash, "undeploy", "list")
    printed("flash undeploy NAME --force", flash, "undeploy", f"flash-{family}", "--force")
    assert told["id"] not in endpoints(server)


def test_a_network_volume_is_asked_of_rest_v1(server, run, seen):
    before = endpoints(server)
    done = run(server, *deployment("volume"))
    assert done.returncode != 0 and endpoints(server) == before
    error = done.stderr.strip().split("\n")[-1]
    assert "404" in error, done.stderr
    seen.note("LiveServerless(networkVolume=NetworkVolume(…))", error)


def test_undeploying_beside_workers_needs_the_option(servers, run):
    server = servers().start()
    made = run(server, *deployment("gpu"))
    assert made.returncode == 0, made.stdout + made.stderr
    done = run(server, PYTHON.parent / "flash", "undeploy", "flash-gpu", "--force")
    assert "failed to delete flash-gpu" in done.stdout and len(endpoints(server)) == 1, done.stdout


def test_page_says_what_works(seen):
    clients_page.check("runpod-flash", seen)
