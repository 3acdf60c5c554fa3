"""A data folder that has lived, and what a client sees in it: made by one version, read by all later ones.

    python -m harness.lived_folder PROGRAM FOLDER     from tests/integration: makes it with that program, as root of nobody's

FOLDER gets data.tar.xz, views.json, and the second at which the server was killed.
"""

import json
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from harness.client import literal
from harness.server import Server
from harness.worker import Worker

KEY = "a-key-for-the-tests-of-old-folders"
CATALOG = """{ myself {
  endpoints { id name gpuIds idleTimeout locations networkVolumeId scalerType scalerValue templateId workersMax workersMin
    workersStandby executionTimeoutMs flashBootType allowedCudaVersions minCudaVersion env { key value } }
  podTemplates { id name imageName dockerArgs containerDiskInGb volumeInGb isServerless env { key value } } } }"""


def views(server, asked):
    """{path: what a client sees there}, and the catalogue."""
    seen = {path: (answer.status, answer.json) for path in asked for answer in [server.get(path)]}
    return seen | {"catalogue": server.graphql(CATALOG)}


def definitions(server):
    """(an endpoint that is worked on, others that are only kept): plain rows and odd ones."""
    pairs = [{"key": "TOKEN", "value": "secret äöü"}, {"key": "EMPTY", "value": ""}]
    template = server.save_template(name="plain", imageName="process:/srv/worker", dockerArgs="python -u handler.py", env=pairs)["id"]
    worked = server.save_endpoint(name="worked", templateId=template, workersMax=0, retryFailed=True, retriesMax=2, queueMax=50)["id"]
    made = server.graphql('mutation { createNetworkVolume(input: { name: "kept", size: 10, dataCenterId: "EU-RO-1" }) { id } }')
    server.save_endpoint(name="odd -fb", templateId=template, gpuIds="NOPE,,-", minCudaVersion="abc", networkVolumeId=made["createNetworkVolume"]["id"], locations="??", workersMax=0)
    server.save_endpoint(name="full", templateId=template, gpuIds="ADA_24,-NVIDIA L4", idleTimeout=60, scalerType="REQUEST_COUNT", scalerValue=7,
                         workersMax=0, executionTimeoutMs=90000, env=pairs, deadLetterKeepMs=3600000)
    gone = server.save_template(name="gone")["id"]
    server.graphql(f"mutation {{ deleteTemplate(templateName: {literal('gone')}) }}")
    return worked, gone


def jobs(server, endpoint, worker):
    """Paths of their views: jobs that wait, run and have ended in every way."""
    asked = []

    def submit(*arguments, **fields):
        job = server.run(endpoint, *arguments, **fields)
        asked.extend([f"/v2/{endpoint}/status/{job}", f"/v2/{endpoint}/jobs/{job}/events"])
        return job

    def take(*jobs):
        for job in jobs:
            (taken,) = worker.take_several()
            assert taken["id"] == job, (taken, job)
        return jobs[-1]

    worker.finish(take(submit({"n": 1})), {"answer": [1, None, "ä"]})
    worker.finish(take(submit({"large": "x" * 70_000})), "y" * 70_000)
    failed = take(submit({"n": 2}))
    for _ in range(3):
        worker.done(failed, {"error": "it broke"})
        failed = take(failed) if server.status(endpoint, failed)["status"] == "IN_QUEUE" else failed
    streamed = take(submit({"stream": True}))
    worker.chunk(streamed, "a"), worker.chunk(streamed, {"b": 1})
    worker.finish(streamed, [])
    server.post(f"/v2/{endpoint}/cancel/{submit({'n': 3})}")
    hooked = take(submit({"n": 5}, webhook="http://127.0.0.1:9/hook"))
    worker.finish(hooked, "told to nobody")
    keyed = server.post(f"/v2/{endpoint}/run", {"input": 6}, headers={"Idempotency-Key": "six"}).json["id"]
    asked.append(f"/v2/{endpoint}/status/{keyed}")
    running = take(keyed)
    worker.progress(running, "half way")
    half = take(submit({"stream": "half"}))
    worker.chunk(half, "first")
    submit({"n": 4}, policy={"ttl": 10000})
    time.sleep(11)
    submit({"n": 7}, policy={"priority": 3}), submit({"late": True}, policy={"delay": 3600000}), submit({"large": "z" * 70_000})
    return asked, hooked


def batches(server, endpoint):
    draft = server.post(f"/v2/{endpoint}/batch", [{"input": "draft"}, {"input": "äö"}]).json["id"]
    final = server.post(f"/v2/{endpoint}/batch", [{"input": n} for n in range(3)]).json["id"]
    assert server.post(f"/v2/{endpoint}/batch/{final}/finalize").status == 200
    return [f"/v2/{endpoint}/batch"] + [f"/v2/{endpoint}/batch/{batch}{rest}" for batch in (draft, final) for rest in ("", "/requests")]


def record(program, folder):
    with tempfile.TemporaryDirectory() as place:
        server = Server(Path(place) / "data", "--trace-size", "1MiB", environment={"PILOTLIGHT_API_KEY": KEY}, binary=program).start()
        try:
            endpoint, gone = definitions(server)
            worker = Worker(server.worker_env(endpoint))
            asked, hooked = jobs(server, endpoint, worker)
            asked += batches(server, endpoint)
            asked += [f"/v2/{endpoint}/{rest}" for rest in ("requests?limit=100", "dead-letters")]
            (folder / "views.json").write_text(json.dumps(views(server, asked), indent=1, ensure_ascii=False) + "\n")
            server.kill_both()
            about = {"killed": int(time.time()), "program": subprocess.check_output([program, "--version"], text=True).strip()}
            (folder / "about.json").write_text(json.dumps(about | {"endpoint": endpoint, "deleted template": gone, "webhook": hooked}) + "\n")
            with tarfile.open(folder / "data.tar.xz", "w:xz") as tar:
                for path in sorted(server.data.rglob("*")):
                    if path.is_file() and path.parent.name not in ("workers", "work"):
                        tar.add(path, path.relative_to(server.data))
        finally:
            server.stop()


if __name__ == "__main__":
    record(Path(sys.argv[1]), Path(sys.argv[2]))
