"""Looking up a job: how many /status a second at 64 connections."""

from setting import port_of
from table import Row

BOUND = 0.45


def measure(setting):
    count = setting.pick(60_000, 15_000, 500)
    rate, bare = [], []
    with setting.server("--runtime", "none") as server, setting.floor("bench_responder") as (port, _):
        target = f"/v2/{server.endpoint}/status/{server.run(server.endpoint, {'n': 1})}"
        for _ in range(setting.slices):
            for into, at in ((rate, port_of(server)), (bare, port)):
                into.append(setting.drive("submit", at, method="GET", target=target, key=server.key, body="", count=count)["rate"])
    return [Row("/status of a queued job, rate", max(rate), max(bare), BOUND, "/s", at_least=True)]
