"""bench/run: measures figures beside their floors and prints one table.

Exit status 1 if a figure misses its bound.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests/integration"))

import accept
import beside
import body
import cold_start
import definitions
import dev_restart
import full
import hand_over
import latencies
import memory
import neighbours
import restart
import short_jobs
import status
import table
import whole_jobs
import idle_polls
from setting import Setting

FIGURES = {
    "accept": (accept.measure, "durable /run at 64 connections: CPU and rate"),
    "jobs": (whole_jobs.measure, "whole jobs, 16 workers and 64 submitters: rate"),
    "handover": (hand_over.measure, "a waiting worker holds the job: latency"),
    "chunk": (latencies.chunk, "a streamed chunk at its reader, and at 1,000: latency"),
    "sync": (latencies.sync, "/runsync with an instant worker: latency"),
    "status": (status.measure, "/status at 64 connections: rate"),
    "ahead": (short_jobs.measure, "jobs of 10 ms on a worker with the newest package, beside one by one: rate"),
    "body": (body.measure, "a structured input of 1 MB: CPU"),
    "memory": (memory.measure, "bytes a queued job, an idle poll, a finished job"),
    "coldstart": (cold_start.measure, "submit at zero workers to the worker's exec: latency"),
    "full": (full.measure, "accept with a million queued, and with a million finished jobs kept"),
    "neighbours": (neighbours.measure, "accept on one endpoint while another takes the load: p99"),
    "definitions": (definitions.measure, "saving an endpoint beside 10 and 10,000, listing 1,000: latency"),
    "polls": (idle_polls.measure, "1,000 and 10,000 idle polls: CPU"),
    "dev": (dev_restart.measure, "pilotlight dev, a saved file to the first job on new code: latency"),
    "restart": (restart.measure, "kill -9 of the server to the first answer"),
}


def arguments():
    parser = argparse.ArgumentParser(
        prog="bench/run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="figures:\n" + "\n".join(f"  {name:10} {what}" for name, (_, what) in FIGURES.items()),
    )
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help="only these; all without any")
    parser.add_argument("--quick", action="store_true", help="small sizes and few slices: a look, not a measurement")
    parser.add_argument("--beside", type=Path, metavar="BINARY", help="compare with this pilotlight instead of the floors, slices in turn")
    parser.add_argument("--tiny", action="store_true", help="smaller still: whether everything runs at all")
    chosen = parser.parse_args()
    known = beside.FIGURES if chosen.beside else FIGURES
    unknown = set(chosen.figures) - set(known)
    if unknown:
        parser.error(f"no such figure: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return chosen


def main():
    chosen = arguments()
    size = "tiny" if chosen.tiny else "quick" if chosen.quick else "whole"
    setting = Setting(size)
    print(setting.machine(), flush=True)
    rows = []
    if chosen.beside:
        other = Setting(size, chosen.beside.resolve())
        for name in chosen.figures or beside.FIGURES:
            print(f"== {name}", flush=True)
            rows += beside.measure(name, setting, other)
    else:
        for name in chosen.figures or FIGURES:
            print(f"\n== {name}: {FIGURES[name][1]}", flush=True)
            rows += FIGURES[name][0](setting)
    print()
    print(table.text(rows, "other" if chosen.beside else "floor"))
    return 0 if chosen.tiny or all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
