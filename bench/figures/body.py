"""A structured input of 1 MB: read, parsed, stored in a file, accepted."""

from setting import port_of, server_cpu_us
from table import Row
import usage

SIZE = 1_000_000
BOUND = 2.0


def load_of(server, count):
    return {"connections": 4, "count": count, "size": SIZE, "target": f"/v2/{server.endpoint}/run", "key": server.key}


def body_slice(setting, server, count):
    """CPU of one in µs"""
    before = server_cpu_us(server)
    setting.drive("submit", port_of(server), **load_of(server, count))
    return (server_cpu_us(server) - before) / count


def measure(setting):
    count = setting.pick(400, 100, 5)
    cpus, floors = [], []
    with setting.server("--runtime", "none") as server, setting.folder() as folder, \
            setting.floor("bench_body", folder) as (port, pid):
        for _ in range(setting.slices):
            cpus.append(body_slice(setting, server, count))
            before = usage.cpu_us(pid)
            setting.drive("submit", port, **load_of(server, count))
            floors.append((usage.cpu_us(pid) - before) / count)
    return [Row("1 MB input, CPU", min(cpus), min(floors), BOUND, "µs")]
