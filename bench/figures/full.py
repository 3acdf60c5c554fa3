"""Accept with a million jobs queued, and with a million finished jobs kept, against an empty queue."""

from accept import accept_slice
from table import Row

BOUND = 1.2


def least(setting, server, count):
    return min(accept_slice(setting, server, count)[0] for _ in range(setting.slices))


def measure(setting):
    many, count = setting.pick((1_000_000, 20_000), (100_000, 5_000), (1_000, 300))
    with setting.server("--runtime", "none") as server:
        accept_slice(setting, server, count)
        empty = least(setting, server, count)
        setting.drive_server("submit", server, count=many)
        queued = least(setting, server, count)
        removed = server.post(f"/v2/{server.endpoint}/purge-queue", timeout=300).json["removed"]
        assert removed >= many
        kept = least(setting, server, count)
    with setting.server("--runtime", "none") as server:
        accept_slice(setting, server, count)
        empty = min(empty, least(setting, server, count))
    return [
        Row(f"accept, {many:,} queued, CPU", queued, empty, BOUND, "µs"),
        Row(f"accept, {many:,} finished, CPU", kept, empty, BOUND, "µs"),
    ]
