"""How long single requests take through the whole system: a streamed chunk, a /runsync."""

from statistics import median

from table import Row

PAUSE_US = 2000  # what the load generator waits before each, so that everything is parked
CHUNK_ABOVE_FLOOR_MS, SYNC_COMMITS, SYNC_ABOVE_MS = 1.0, 3, 0.6
READERS = 1000


def chunk_slice(setting, server):
    return setting.drive_server("stream", server, count=setting.pick(150, 80, 10))


def sync_slice(setting, server):
    """p50 in ms"""
    return setting.drive_server("sync", server, count=setting.pick(150, 80, 10))["p50_ms"]


def chunk(setting):
    """A worker's chunk at a reader of server-sent events."""
    count = setting.pick(150, 80, 10)
    above, told = [], []
    with setting.server("--runtime", "none") as server, setting.floor("bench_responder") as (port, _):
        chunk_slice(setting, server)
        for _ in range(setting.short_slices):
            told.append(chunk_slice(setting, server)["p50_ms"])
            s = setting.lone_commit_ms(PAUSE_US)
            trip = setting.drive("submit", port, target="/", connections=1, count=count, pause_us=PAUSE_US)["p50_ms"]
            above.append(told[-1] - s - trip)
        many = setting.drive_server("stream", server, count=setting.pick(100, 30, 3), readers=setting.pick(READERS, READERS, 20))
    print(f"chunk at its reader, p50 {median(told):.3f} ms; with {many['readers']:,.0f} readers of one job p50 "
          f"{many['p50_ms']:.2f} ms, the last of them {many['last_p50_ms']:.2f} ms")
    return [Row("chunk to a reader above its floor", median(above), 0, CHUNK_ABOVE_FLOOR_MS, "ms", absolute=True)]


def sync(setting):
    """/runsync with a worker that answers at once: three commits one after the other."""
    above, taken = [], []
    with setting.server("--runtime", "none") as server:
        sync_slice(setting, server)
        for _ in range(setting.short_slices):
            taken.append(sync_slice(setting, server))
            above.append(taken[-1] - SYNC_COMMITS * setting.lone_commit_ms(PAUSE_US))
    print(f"/runsync, p50 {median(taken):.3f} ms")
    return [Row("runsync above 3·s", median(above), 0, SYNC_ABOVE_MS, "ms", absolute=True)]
