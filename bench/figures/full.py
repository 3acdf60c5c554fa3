"""Accept with a million jobs queued, and with a million finished jobs kept, against an empty queue."""

from statistics import median

from accept import accept_slice
from table import Row

BOUND = 1.2


def ratio_of(setting, server, empty, count):
    """(CPU of one /run, times that of the empty queue's): slice by slice, for machines change by the second."""
    measured = []
    for _ in range(setting.slices):
        beside = accept_slice(setting, empty, count)[0]
        cpu = accept_slice(setting, server, count)[0]
        measured.append((cpu, cpu / beside))
    return median(cpu for cpu, _ in measured), median(ratio for _, ratio in measured)


def measure(setting):
    many, count = setting.pick((1_000_000, 10_000), (100_000, 5_000), (1_000, 300))
    rows = []
    with setting.server("--runtime", "none") as server, setting.server("--runtime", "none") as empty:
        for each in (server, empty):
            accept_slice(setting, each, count)
        setting.drive_server("submit", server, count=many)
        cpu, ratio = ratio_of(setting, server, empty, count)
        rows.append(Row(f"accept, {many:,} queued, CPU", cpu, cpu / ratio, BOUND, "µs"))
        removed = server.post(f"/v2/{server.endpoint}/purge-queue", timeout=300).json["removed"]
        assert removed >= many
        cpu, ratio = ratio_of(setting, server, empty, count)
        rows.append(Row(f"accept, {many:,} finished, CPU", cpu, cpu / ratio, BOUND, "µs"))
    return rows
