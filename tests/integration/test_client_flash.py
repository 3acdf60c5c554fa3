"""The package runpod-flash, unmodified: a live deployment on a GPU and one on CPUs, each with a job and the removal."""

import json
import os
import subprocess

import pytest
from harness.server import GREETER, PYTHON, ROOT


@pytest.fixture(scope="module")
def server(shared_servers):
    """Flash removes an endpoint that still has workers."""
    return shared_servers("--delete-endpoint", "drain").start()


@pytest.mark.parametrize("family", ["gpu", "cpu"])
def test_live_deployment(server, tmp_path, family):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RUNPOD_")} | {
        "RUNPOD_API_KEY": server.key,
        "RUNPOD_API_BASE_URL": server.origin,
        "RUNPOD_ENDPOINT_BASE_URL": server.origin + "/v2",
        "RUNPOD_REST_API_URL": server.origin + "/v1",
        "RUNPOD_HAPI_URL": server.origin,
        "RUNPOD_CONSOLE_URL": server.origin,
        "HOME": str(tmp_path),
    }

    def run(*command):
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def endpoints():
        return [endpoint["id"] for endpoint in server.graphql("{ myself { endpoints { id } } }")["myself"]["endpoints"]]

    told = json.loads(run(PYTHON, ROOT / "tests/clients/flash_life.py", family, f"process:{ROOT}", GREETER).splitlines()[-1])
    assert told["output"] == {"greeting": "Hello, Ada!"}
    assert told["id"] in endpoints()
    flash = PYTHON.parent / "flash"
    assert f"flash-{family}" in run(flash, "undeploy", "list")
    run(flash, "undeploy", f"flash-{family}", "--force")
    assert told["id"] not in endpoints()
