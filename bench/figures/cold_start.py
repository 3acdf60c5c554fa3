"""Submit at zero workers to the worker process's own first instruction."""

import statistics
import time
from http.client import HTTPConnection

from harness.processes import wait_until
from setting import PROGRAMS, port_of
from table import Row

SPAWNS = 3


def stamp(path):
    """What the worker wrote; empty until it did."""
    return path.read_text().strip() if path.exists() else ""


def start_ms(server, connection, folder, number):
    """One job on an endpoint of its own, so that no back-off and no idle worker plays a part."""
    path = folder / f"stamp-{number}"
    endpoint = server.make_endpoint(f"{PROGRAMS / 'bench_stamp'} {path}", workersMax=1)
    headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}
    begun = time.monotonic_ns()
    connection.request("POST", f"/v2/{endpoint}/run", '{"input":{}}', headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200
    text = wait_until(lambda: stamp(path), 10, "a worker", pause=0.005)
    return (int(text) - begun) / 1e6


def measure(setting):
    count = setting.pick(40, 15, 3)
    with setting.folder() as folder:
        spawns, commits, starts = [], [], []
        with setting.server("--runtime", "process") as server:
            cgroups = "off" if "cgroups_off" in server.log() else "made ahead where the machine has them (the default)"
            connection = HTTPConnection("127.0.0.1", port_of(server))
            for slice_number in range(setting.slices):
                spawns.append(setting.tool("bench_spawn", "stamp", 100, PROGRAMS / "bench_stamp", folder / "stamp")["p50_ms"])
                commits.append(setting.lone_commit_ms())
                numbers = range(slice_number * count, (slice_number + 1) * count)
                starts.append(statistics.median(start_ms(server, connection, folder, n) for n in numbers))
    floor = min(commits) + SPAWNS * min(spawns)
    print(f"submit to exec p50 {min(starts):.3f} ms; s {min(commits):.3f} ms, posix_spawn {min(spawns):.3f} ms; cgroups {cgroups}")
    return [Row("cold start, submit to exec", min(starts), floor, 1.0, "ms")]
