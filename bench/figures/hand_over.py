"""A waiting worker holds the job: from the first byte of /run to the job in the worker's hands."""

from statistics import median

from setting import port_of
from table import Row

ABOVE_FLOOR_MS = 0.3
PAUSE_US = 2000  # what the load generator waits before each job, so that the worker is parked


def hand_over_slice(setting, server):
    """p50 in ms"""
    return setting.drive_server("dispatch", server, count=setting.pick(200, 100, 20))["p50_ms"]


def measure(setting):
    count = setting.pick(200, 100, 20)
    above, handed, commits, trips = [], [], [], []
    with setting.server("--runtime", "none") as server, setting.floor("bench_responder") as (port, _):
        hand_over_slice(setting, server)
        for _ in range(setting.short_slices):
            handed.append(hand_over_slice(setting, server))
            commits.append(setting.lone_commit_ms(PAUSE_US))
            trips.append(setting.drive("submit", port, target="/", connections=1, count=count, pause_us=PAUSE_US)["p50_ms"])
            above.append(handed[-1] - commits[-1] - 2 * trips[-1])
    print(f"medians of {len(above)} slices: p50 {median(handed):.3f} ms, s {median(commits):.3f} ms, "
          f"round trip {median(trips):.3f} ms")
    return [Row("hand-over above its floor", median(above), 0, ABOVE_FLOOR_MS, "ms", absolute=True)]
