"""Another binary and this one, slice by slice in one run: what a change costs."""

from itertools import count
from statistics import median

import cold_start
import idle_polls
import latencies
import memory
import whole_jobs
from accept import accept_slice
from body import body_slice
from hand_over import hand_over_slice
from restart import first_answers_ms
from status import status_slice
from table import Row

CPU, RATE, LATENCY = 1.05, 1 / 1.10, 1.25
MEMORY = CPU


def accept(setting, server):
    cpu, rate = accept_slice(setting, server, setting.pick(40_000, 10_000, 500))
    return {"accept, CPU": (cpu, "µs", CPU), "accept, rate": (rate, "/s", RATE)}


def jobs(setting, server):
    rate, cpu = whole_jobs.jobs_slice(setting, server, setting.pick(40_000, 8_000, 300))
    return {"whole jobs, rate": (rate, "/s", RATE), "whole jobs, CPU": (cpu, "µs", CPU)}


def handover(setting, server):
    return {"hand-over, p50": (hand_over_slice(setting, server), "ms", LATENCY)}


def chunk(setting, server):
    return {"chunk to a reader, p50": (latencies.chunk_slice(setting, server)["p50_ms"], "ms", LATENCY)}


def sync(setting, server):
    return {"runsync, p50": (latencies.sync_slice(setting, server), "ms", LATENCY)}


def status(setting, server):
    rate, cpu = status_slice(setting, server, setting.pick(60_000, 15_000, 500))
    return {"/status, rate": (rate, "/s", RATE), "/status, CPU": (cpu, "µs", CPU)}


def body(setting, server):
    return {"1 MB input, CPU": (body_slice(setting, server, setting.pick(400, 100, 5)), "µs", CPU)}


start_numbers = count()


def coldstart(setting, server):
    numbers = [next(start_numbers) for _ in range(setting.pick(15, 10, 3))]
    starts = [cold_start.start_ms(setting, server, server.data.parent, number) for number in numbers]
    return {"cold start, p50": (median(starts), "ms", LATENCY)}


# Slices of servers that live through all of them.
ON_SERVERS = {
    "accept": (accept, "none"),
    "jobs": (jobs, "none"),
    "handover": (handover, "none"),
    "chunk": (chunk, "none"),
    "sync": (sync, "none"),
    "status": (status, "none"),
    "body": (body, "none"),
    "coldstart": (coldstart, "process"),
}


def memory_rows(setting):
    return {
        "memory, queued job": (memory.queued_job(setting), "bytes", MEMORY),
        "memory, idle poll": (memory.idle_poll(setting), "bytes", MEMORY),
    }


def polls(setting):
    connections = idle_polls.allowed(setting.pick(1000, 1000, 20))
    cpu = idle_polls.server_cpu(setting, connections, setting.pick(60, 25, 2))
    return {f"{connections:,} idle polls, CPU": (cpu / 1000, "ms", CPU)}


def restart(setting):
    queued = setting.pick(300_000, 100_000, 1_000)
    return {
        f"kill to first answer, {n:,} queued": (min(first_answers_ms(setting, n)), "ms", LATENCY) for n in (0, queued)
    }


# Slices with servers of their own.
ALONE = {"memory": memory_rows, "polls": polls, "restart": restart}


def pairs_on_servers(settings, measure, runtime):
    new, old = settings
    with new.server("--runtime", runtime) as here, old.server("--runtime", runtime) as there:
        sides = [(new, here), (old, there)]
        for side in sides:
            measure(*side)  # warms up
        return [in_turn(lambda side: measure(*side), sides, number) for number in range(new.short_slices)]


def in_turn(measure, sides, number):
    """[of this binary, of the other]; which comes first changes from slice to slice."""
    order = (0, 1) if number % 2 == 0 else (1, 0)
    measured = {side: measure(sides[side]) for side in order}
    return [measured[0], measured[1]]


def rows_of(pairs):
    """The median comparison of the slices counts, for machines change by the second."""
    rows = []
    for name, (_, unit, bound) in pairs[0][0].items():
        ours = median(new[name][0] for new, _ in pairs)
        ratio = median(new[name][0] / old[name][0] for new, old in pairs)
        rows.append(Row(name, ours, ours / ratio, bound, unit, at_least=bound < 1))
    return rows


def measure(name, new, old):
    """The rows of one figure; `new` and `old` are settings, each with its binary."""
    if name in ALONE:
        return rows_of([in_turn(ALONE[name], (new, old), number) for number in range(new.pick(2, 2, 1))])
    return rows_of(pairs_on_servers((new, old), *ON_SERVERS[name]))


FIGURES = [*ON_SERVERS, *ALONE]
