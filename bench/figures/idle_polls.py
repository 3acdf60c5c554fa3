"""1,000 workers with nothing to do."""

import subprocess
import time

import usage
from memory import park
from setting import figures_of, server_cpu_us
from table import Row

BOUND = 4.0


def measure(setting):
    connections, seconds = setting.pick((1000, 60), (1000, 25), (20, 2))
    with setting.server("--runtime", "none") as server:
        process = park(setting, server, connections)
        try:
            before = server_cpu_us(server)
            time.sleep(seconds)
            cpu = server_cpu_us(server) - before
        finally:
            process.kill()
            process.wait()
    rate = max(1, round(connections / 20))  # a poll is held for 20 s
    with setting.floor("bench_responder") as (port, pid):
        before = usage.cpu_us(pid)
        setting.drive("paced", port, rate=rate, seconds=seconds, connections=connections)
        floor = usage.cpu_us(pid) - before
    return [Row(f"{connections:,} idle polls, {seconds} s, CPU", cpu / 1000, floor / 1000, BOUND, "ms")]
