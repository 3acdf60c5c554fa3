"""kill -9 of the server to the next server's first answer, with nothing and with a million jobs queued."""

import os
import signal
import socket
import time

import usage
from harness.server import BINARY
from setting import port_of
from table import Row

BOUND = 2.0
PAUSE_US = 500_000  # of the floors: they find a processor as much asleep
LONG_ENOUGH_S = 3  # a server that lived so long is started again at once


def share_next_server(server, killed):
    """Gives the next server our share of a busy machine as soon as it is there."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        pid = server.server_pid()
        if pid and pid != killed:
            return usage.share_as_ours(pid)


def first_answer_ms(server):
    """The connection is made before the new server exists, and waits for it."""
    pid = server.server_pid()
    begun = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    share_next_server(server, pid)
    while time.monotonic() < begun + 120:
        try:
            with socket.create_connection(("127.0.0.1", port_of(server)), timeout=120) as connection:
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n")
                if connection.recv(4096).startswith(b"HTTP/1.1 200"):
                    return 1000 * (time.monotonic() - begun)
        except ConnectionError:
            pass
    raise AssertionError("no answer within two minutes")


def floor_ms(setting, data):
    """Starting the program, and the store's own load of a data folder that nobody uses, each after a pause."""
    process = setting.tool("bench_spawn", "whole", setting.pick(10, 5, 2), PAUSE_US, BINARY, "--version")["p50_ms"]
    loads = []
    for _ in range(setting.slices):
        time.sleep(PAUSE_US / 1e6)
        loads.append(setting.tool("bench_load", data)["ms"])
    return process, min(loads)


def kills(setting, server, queued):
    """Milliseconds from each kill to the first answer."""
    if queued:
        setting.drive_server("submit", server, count=queued)
    for _ in range(setting.slices):
        time.sleep(LONG_ENOUGH_S)
        yield first_answer_ms(server)


def first_answers_ms(setting, queued):
    with setting.server("--runtime", "none") as server:
        return list(kills(setting, server, queued))


def measure_queued(setting, queued):
    with setting.server("--runtime", "none") as server:
        taken = list(kills(setting, server, queued))
        server.terminate()
        process, load = floor_ms(setting, server.data)
    print(f"{queued:,} queued: {min(taken):.1f} ms (least of {len(taken)}); process {process:.1f} ms, store load {load:.1f} ms")
    return Row(f"kill to first answer, {queued:,} queued", min(taken), process + load, BOUND, "ms")


def measure(setting):
    return [measure_queued(setting, queued) for queued in (0, setting.pick(1_000_000, 100_000, 1_000))]
