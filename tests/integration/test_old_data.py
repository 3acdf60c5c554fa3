"""Data folders of earlier versions (tests/data, made by harness.lived_folder): every later version opens them, sees the
same in them, and goes on from there."""

import json
import os
import subprocess
import tarfile
import time

import pytest
from harness.lived_folder import KEY, views
from harness.server import ROOT
from harness.shims import Dial, preload

SIM = os.environ.get("PILOTLIGHT_SIM", "build/release/sim")
GUESSES = {"expectedStart"}  # from what jobs did since the server started
WORDS = ".waiting.text"  # for people: each version has its own
FOLDERS = sorted(path.parent for path in (ROOT / "tests/data").glob("*/about.json"))


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def lived(request):
    """(where it is kept, what is known about it)"""
    return request.param, json.loads((request.param / "about.json").read_text())


@pytest.fixture
def data(lived, tmp_path):
    place = tmp_path / "data"
    with tarfile.open(lived[0] / "data.tar.xz") as tar:
        tar.extractall(place)
    place.chmod(0o700)
    return place


@pytest.fixture
def server(servers, lived, data, tmp_path):
    """One that goes on a second after the other was killed."""
    clock = Dial(tmp_path / "offset", lived[1]["killed"] + 1 - int(time.time()))
    environment = preload("wall_clock") | {"PILOTLIGHT_TEST_WALL_CLOCK": str(clock.path), "PILOTLIGHT_API_KEY": KEY}
    return servers(data=data, environment=environment).start()


def missing(old, new, where=""):
    """Places where the new view does not have what the old one had; it may have more."""
    if isinstance(old, dict) and isinstance(new, dict):
        compared = [(f"{where}.{name}", name) for name in old if name not in GUESSES]
        return [lost for at, name in compared if not at.endswith(WORDS) for lost in missing(old[name], new.get(name, "absent"), at)]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [place for n, value in enumerate(old) for place in missing(value, new[n], f"{where}[{n}]")]
    return [] if old == new else [f"{where}: {str(old)[:200]} is now {str(new)[:200]}"]


def test_a_client_sees_what_it_saw(lived, server):
    seen = json.loads((lived[0] / "views.json").read_text())
    now = json.loads(json.dumps(views(server, [path for path in seen if path.startswith("/")])))
    assert missing(seen, now) == []


def test_what_was_under_way_goes_on(lived, server, make_worker):
    seen, about = json.loads((lived[0] / "views.json").read_text()), lived[1]
    endpoint = about["endpoint"]
    worker = make_worker(server, endpoint)
    waiting = {path for path, view in seen.items() if "/status/" in path and view[1]["status"] == "IN_QUEUE" and "late" not in str(view)}
    ended = set()
    for _ in waiting:
        for job in worker.take_several():
            worker.finish(job, "later")
            ended.add(f"/v2/{endpoint}/status/{job['id']}")
    assert ended & waiting
    for path in ended & waiting:
        assert server.get(path).json["output"] == "later"
    again = server.post(f"/v2/{endpoint}/run", {"input": 6}, headers={"Idempotency-Key": "six"})
    assert f"/v2/{endpoint}/status/{again.json['id']}" in seen
    draft = next(path for path, view in seen.items() if "/batch/" in path and isinstance(view[1], dict) and view[1].get("status") == "DRAFT")
    assert server.post(f"{draft}/finalize").json["status"] == "FINALIZED"
    assert server.get(f"/v2/{endpoint}/webhooks/{about['webhook']}").status == 200


def test_its_trace_replays_or_is_refused_by_its_version(data):
    done = subprocess.run([SIM, "--replay", data], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 or "version" in done.stdout + done.stderr, done.stdout + done.stderr
