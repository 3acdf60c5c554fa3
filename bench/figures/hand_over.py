"""A waiting worker holds the job: from the first byte of /run to the job in the worker's hands."""

from setting import port_of
from table import Row

ABOVE_FLOOR_MS = 0.3
PAUSE_US = 2000  # what the load generator waits before each job, so that the worker is parked


def measure(setting):
    count = setting.pick(1000, 300, 20)
    handed, commits, trips = [], [], []
    with setting.server("--runtime", "none") as server, setting.floor("bench_responder") as (port, _):
        setting.drive_server("dispatch", server, count=count // 10)
        for _ in range(setting.slices):
            handed.append(setting.drive_server("dispatch", server, count=count)["p50_ms"])
            commits.append(setting.lone_commit_ms(PAUSE_US))
            trips.append(setting.drive("submit", port, target="/", connections=1, count=count)["p50_ms"])
    floor = 2 * min(trips) + min(commits)
    print(f"p50 {min(handed):.3f} ms; round trip {min(trips):.3f} ms, s {min(commits):.3f} ms (least of {len(handed)} slices)")
    return [Row("hand-over above its floor", min(handed) - floor, 0, ABOVE_FLOOR_MS, "ms", absolute=True)]
