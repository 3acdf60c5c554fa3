"""One endpoint takes nearly all of the load: what a submitter to another one notices."""

from statistics import median

from table import Row

CONNECTIONS, ENDPOINTS = 64, 16
OWN = CONNECTIONS // ENDPOINTS  # connections of the endpoint that is measured, its even share
BOUND = 1.5


def accepted(setting, server, others, count):
    """Figures of /run on the server's own endpoint while the other connections submit to these."""
    return setting.drive_server(
        "submit", server, connections=CONNECTIONS, count=count, first=OWN, others=",".join(others)
    )


def measure(setting):
    count = setting.pick(40_000, 20_000, 500)
    ratios, hot, even = [], [], []
    with setting.server("--runtime", "none") as server:
        others = [server.make_idle_endpoint() for _ in range(ENDPOINTS - 1)]
        accepted(setting, server, others, count // 10)
        for _ in range(setting.short_slices):
            hot.append(accepted(setting, server, others[:1], count))
            even.append(accepted(setting, server, others, count))
            ratios.append(hot[-1]["p99_ms"] / even[-1]["p99_ms"])
    for name, slices in (("beside a hot endpoint", hot), ("spread evenly", even)):
        print(f"{name}: p99 {median(s['p99_ms'] for s in slices):.2f} ms, "
              f"{median(s['rate'] for s in slices):,.0f} /run a second in all (medians of {len(slices)} slices)")
    measured = median(s["p99_ms"] for s in hot)
    return [Row("accept beside a hot endpoint, p99", measured, measured / median(ratios), BOUND, "ms")]
