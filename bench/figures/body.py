"""A structured input of 1 MB: read, parsed, stored in a file, accepted."""

from setting import port_of, server_cpu_us
from table import Row
import usage

SIZE = 1_000_000
BOUND = 2.0


def measure(setting):
    count = setting.pick(400, 100, 5)
    cpus, floors = [], []
    with setting.server("--runtime", "none") as server, setting.folder() as folder, \
            setting.floor("bench_body", folder) as (port, pid):
        target = f"/v2/{server.endpoint}/run"
        load = {"connections": 4, "count": count, "size": SIZE, "target": target, "key": server.key}
        for _ in range(setting.slices):
            before = server_cpu_us(server)
            setting.drive("submit", port_of(server), **load)
            cpus.append((server_cpu_us(server) - before) / count)
            before = usage.cpu_us(pid)
            setting.drive("submit", port, **load)
            floors.append((usage.cpu_us(pid) - before) / count)
    return [Row("1 MB input, CPU", min(cpus), min(floors), BOUND, "µs")]
