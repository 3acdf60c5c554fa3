"""Workers with nothing to do: 1,000, and 10,000."""

import resource
import time

import usage
from memory import park
from setting import server_cpu_us
from table import Row

BOUND = 4.0
HOLD_S = 20  # how long a poll is held, on average
FILES_BESIDE = 200  # that server and load generator have open besides one a connection


def allowed(connections):
    """As many of them as each process may have open files for."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most == resource.RLIM_INFINITY or connections + FILES_BESIDE <= most:
        return connections
    print(f"{connections:,} connections are more than the hard limit of {most:,} open files: raise it (ulimit -Hn)")
    return most - FILES_BESIDE


def server_cpu(setting, connections, seconds):
    with setting.server("--runtime", "none") as server:
        process = park(setting, server, connections)
        try:
            before = server_cpu_us(server)
            time.sleep(seconds)
            return server_cpu_us(server) - before
        finally:
            process.kill()
            process.wait()


def responder_cpu(setting, connections, seconds):
    rate = max(1, round(connections / HOLD_S))
    with setting.floor("bench_responder") as (port, pid):
        before = usage.cpu_us(pid)
        setting.drive("paced", port, rate=rate, seconds=seconds, connections=connections)
        return usage.cpu_us(pid) - before


def row(setting, connections, seconds):
    connections = allowed(connections)
    cpu = server_cpu(setting, connections, seconds)
    floor = responder_cpu(setting, connections, seconds)
    return Row(f"{connections:,} idle polls, {seconds} s, CPU", cpu / 1000, floor / 1000, BOUND, "ms")


def measure(setting):
    seconds = setting.pick(60, 25, 2)
    return [row(setting, connections, seconds) for connections in setting.pick((1000, 10_000), (1000, 10_000), (20, 40))]
