"""Whole jobs: run, take, done, each durable; 16 workers on their own connections, 64 submitters."""

from setting import server_cpu_us
from table import Row

WORKERS = 16
BOUND = 0.6
RATE_WHERE_QUICK, QUICK_COMMIT_MS = 10_000, 0.3


def jobs_slice(setting, server, count):
    """(jobs a second, CPU of one job in µs)"""
    before = server_cpu_us(server)
    rate = setting.drive_server("jobs", server, count=count, workers=WORKERS)["rate"]
    return rate, (server_cpu_us(server) - before) / count


def measure(setting):
    count = setting.pick(40_000, 8_000, 300)
    rates, cpus, commits = [], [], []
    with setting.server("--runtime", "none") as server:
        setting.drive_server("jobs", server, count=count // 10, workers=WORKERS)
        for _ in range(setting.slices):
            commits.append(setting.lone_commit_ms())
            for into, value in zip((rates, cpus), jobs_slice(setting, server, count)):
                into.append(value)
    lone_ms = min(commits)
    floor = WORKERS / (3 * lone_ms / 1000)
    print(f"s {lone_ms:.3f} ms; {max(rates):,.0f} jobs a second (best of {len(rates)} slices), CPU {min(cpus):.1f} µs a job")
    rows = [Row("whole jobs, rate", max(rates), floor, BOUND, "/s", at_least=True)]
    if lone_ms <= QUICK_COMMIT_MS:
        rows.append(Row("whole jobs, s ≤ 0.3 ms", max(rates), 0, RATE_WHERE_QUICK, "/s", at_least=True, absolute=True))
    return rows
