"""Looking up a job: how many /status a second at 64 connections."""

from setting import port_of, server_cpu_us
from table import Row

BOUND = 0.45


def look_up(setting, port, target, key, count):
    return setting.drive("submit", port, method="GET", target=target, key=key, body="", count=count)["rate"]


def target_of(server):
    return f"/v2/{server.endpoint}/status/{server.run(server.endpoint, {'n': 1})}"


def status_slice(setting, server, count):
    """(look-ups a second, CPU of one in µs)"""
    target = target_of(server)
    before = server_cpu_us(server)
    rate = look_up(setting, port_of(server), target, server.key, count)
    return rate, (server_cpu_us(server) - before) / count


def measure(setting):
    count = setting.pick(60_000, 15_000, 500)
    rate, bare = [], []
    with setting.server("--runtime", "none") as server, setting.floor("bench_responder") as (port, _):
        target = target_of(server)
        for _ in range(setting.slices):
            for into, at in ((rate, port_of(server)), (bare, port)):
                into.append(look_up(setting, at, target, server.key, count))
    return [Row("/status of a queued job, rate", max(rate), max(bare), BOUND, "/s", at_least=True)]
