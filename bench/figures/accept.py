"""Durable accept at 64 connections: server CPU of a /run, and how many a second."""

import re

from setting import port_of, server_cpu_us
from table import Row
import usage

BODY = '{"input":{"prompt":"a small prompt of usual size","steps":20,"seed":42}}'
CPU_BOUND, RATE_BOUND = 2.2, 0.5


def accept_slice(setting, server, count):
    """(CPU of one /run in µs, /run a second)"""
    before = server_cpu_us(server)
    done = setting.drive_server("submit", server, count=count)
    return (server_cpu_us(server) - before) / count, done["rate"]


def responder_slice(setting, count):
    """The same requests answered by the bare responder."""
    with setting.floor("bench_responder") as (port, pid):
        setting.drive("submit", port, target="/v2/endpoint/run", key="k" * 40, body=BODY, count=count // 10)
        before = usage.cpu_us(pid)
        done = setting.drive("submit", port, target="/v2/endpoint/run", key="k" * 40, body=BODY, count=count)
        return (usage.cpu_us(pid) - before) / count, done["rate"]


def mean_batch(server):
    """Commands a commit, from what the server says at its end."""
    told = re.search(r"server_ended commands=(\d+) commits=(\d+)", server.log())
    return int(told[1]) / int(told[2])


def store_cpu(setting, batch):
    with setting.folder() as folder:
        return setting.tool("bench_store", "batch", folder / "db", setting.pick(2000, 500, 20), batch)["cpu_us"]


def store_rate(setting):
    with setting.folder() as folder:
        return setting.tool("bench_store", "group", folder / "db", setting.pick(4, 2, 1), 64)["rate"]


def measure(setting):
    count = setting.pick(40_000, 10_000, 500)
    cpu, rate, bare_cpu, bare_rate, group_rate = [], [], [], [], []
    with setting.server("--runtime", "none") as server:
        accept_slice(setting, server, count // 10)
        for _ in range(setting.slices):
            for into, value in zip((cpu, rate), accept_slice(setting, server, count)):
                into.append(value)
            for into, value in zip((bare_cpu, bare_rate), responder_slice(setting, count)):
                into.append(value)
            group_rate.append(store_rate(setting))
        server.terminate()
        batch = mean_batch(server)
    stored = min(store_cpu(setting, batch) for _ in range(setting.slices))
    print(f"CPU of a /run {min(cpu):.2f} µs, of the bare responder {min(bare_cpu):.2f}, of the bare store at "
          f"{batch:.1f} a commit {stored:.2f} (least of {len(cpu)} slices)")
    print(f"a second: {max(rate):,.0f} /run, {max(bare_rate):,.0f} bare responses, {max(group_rate):,.0f} bare "
          f"group-committed operations (best of {len(rate)} slices)")
    return [
        Row("accept, CPU", min(cpu), min(bare_cpu) + stored, CPU_BOUND, "µs"),
        Row("accept, rate", max(rate), min(max(bare_rate), max(group_rate)), RATE_BOUND, "/s", at_least=True),
    ]
