"""A saved handler to the first job that runs the new code, under `pilotlight dev`."""

import os
import subprocess
import time
from statistics import median

from harness.dev import Dev
from harness.processes import wait_until
from harness.server import PYTHON
from table import Row

BOUND = 1.2
HANDLER = """import time, runpod

def handler(job):
    open({path!r}, "w").write({word!r} + " " + str(time.monotonic_ns()))

runpod.serverless.start({{"handler": handler}})
"""
IMPORT = "import time, runpod; print(time.monotonic_ns())"


def stamp(path, word):
    """When the handler of this word ran; None before."""
    told = path.read_text().split() if path.exists() else []
    return int(told[1]) if len(told) == 2 and told[0] == word else None


def save(folder, path, word):
    """As editors do: a new file takes the place of the old one. When that was done."""
    (folder / ".new.swp").write_text(HANDLER.format(path=str(path), word=word))
    os.replace(folder / ".new.swp", folder / "handler.py")
    return time.monotonic_ns()


def restart_ms(server, endpoint, folder, path, word):
    workers = f"/v2/{endpoint}/workers"
    before = server.get(workers).json["version"]
    saved = save(folder, path, word)
    wait_until(lambda: server.get(workers).json["version"] > before, 30, "a restart", pause=0.002)
    server.run(endpoint)
    return (wait_until(lambda: stamp(path, word), 60, "the new code", pause=0.01) - saved) / 1e6


def import_ms():
    begun = time.monotonic_ns()
    told = subprocess.run([PYTHON, "-c", IMPORT], capture_output=True, text=True, check=True).stdout
    return (int(told) - begun) / 1e6


def stop_ms(server):
    """The end of an idle worker of another endpoint, from the order on."""
    (template,) = server.graphql("{ myself { podTemplates { id } } }")["myself"]["podTemplates"]
    endpoint = server.save_endpoint(templateId=template["id"], workersMin=1, workersMax=1)["id"]
    workers = lambda: server.get(f"/v2/{endpoint}/workers").json["workers"]
    wait_until(lambda: [worker for worker in workers() if worker["readyAt"]], 60, "an idle worker")
    begun = time.monotonic_ns()
    server.save_endpoint(id=endpoint, workersMin=0, workersMax=0)
    wait_until(lambda: not workers(), 60, "its end", pause=0.002)
    taken = (time.monotonic_ns() - begun) / 1e6
    server.graphql(f'mutation {{ deleteEndpoint(id: "{endpoint}") }}')
    return taken


def measure(setting):
    with setting.folder() as folder:
        path = folder / "stamp"
        place = folder / "worker"
        place.mkdir()
        save(place, path, "first")
        running = Dev(place)
        try:
            server, endpoint = running.client()
            running.wait_for("is ready after")
            restarts, imports, stops = [], [], []
            for number in range(setting.pick(10, 5, 1)):
                imports.append(import_ms())
                stops.append(stop_ms(server))
                restarts.append(restart_ms(server, endpoint, place, path, f"word{number}"))
                running.read(0)
        finally:
            running.stop()
            running.close()
    print(f"medians of {len(restarts)}: save to job {median(restarts):.0f} ms; interpreter and import {median(imports):.0f} ms, "
          f"stop of an idle worker {median(stops):.0f} ms")
    floors = [one + other for one, other in zip(imports, stops)]
    ratio = median(measured / floor for measured, floor in zip(restarts, floors))
    return [Row("dev: saved file to the first job on new code", ratio * median(floors), median(floors), BOUND, "ms")]
