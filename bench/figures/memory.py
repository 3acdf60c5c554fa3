"""Memory as slopes of the server's resident size."""

import subprocess

import usage
from setting import PROGRAMS, port_of
from table import Row

JOB_BOUND, POLL_BOUND, FINISHED_BOUND = 500, 8 * 1024, 16


def resident(server):
    return usage.resident_bytes(server.server_pid())


def queued_job(setting):
    first, more = setting.pick((100_000, 1_000_000), (20_000, 100_000), (500, 2_000))
    with setting.server("--runtime", "none") as server:
        setting.drive_server("submit", server, count=first)
        before = resident(server)
        setting.drive_server("submit", server, count=more)
        return (resident(server) - before) / more


def finished_job(setting):
    # The first ones fill the store's cache of pages, which has 32 MiB.
    first, more = setting.pick((300_000, 200_000), (10_000, 40_000), (200, 500))
    with setting.server("--runtime", "none") as server:
        setting.drive_server("jobs", server, count=first)
        before = resident(server)
        setting.drive_server("jobs", server, count=more)
        return (resident(server) - before) / more


def park(setting, server, connections):
    """A load generator with so many parked polls, all of them there."""
    command = [PROGRAMS / "bench_drive", "polls", "--port", str(port_of(server)), "--endpoint", server.endpoint,
               "--key", server.key, "--connections", str(connections), "--seconds", "3600"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().startswith("parked")
    return process


def idle_poll(setting):
    first, more = setting.pick((500, 4_500), (200, 800), (10, 20))
    with setting.server("--runtime", "none") as server:
        processes = [park(setting, server, first)]
        try:
            before = resident(server)
            processes.append(park(setting, server, more))
            return (resident(server) - before) / more
        finally:
            for process in processes:
                process.kill()
                process.wait()


def measure(setting):
    return [
        Row("memory, queued job", queued_job(setting), 0, JOB_BOUND, "bytes", absolute=True),
        Row("memory, idle poll", idle_poll(setting), 0, POLL_BOUND, "bytes", absolute=True),
        Row("memory, finished job", finished_job(setting), 0, FINISHED_BOUND, "bytes", absolute=True),
    ]
