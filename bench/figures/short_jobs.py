"""Short jobs with the newest package, which rests a second after each take: several in one answer beside one by one."""

import time
from statistics import median

from harness.server import PYTHON, ROOT
from table import Row

COMMAND = f"{PYTHON} -u {ROOT}/tests/workers/sdk_worker.py"
TASK = {"sleep": 0.01}
BOUND = 5.0
WARM_UP = 10  # jobs, from which the server learns how long they take


def measure(setting):
    ahead = rates(setting, setting.pick(1_000, 300, 40))
    singly = rates(setting, setting.pick(20, 10, 3), "--run-ahead", "0s")
    print(f"a handler of 10 ms, one worker: {median(ahead):.1f} jobs a second, one by one {median(singly):.2f} (medians of {len(ahead)})")
    return [Row("short jobs, newest package", median(ahead), median(singly), BOUND, "/s", at_least=True)]


def rates(setting, count, *options):
    with setting.server(*options) as server:
        endpoint = server.make_endpoint(COMMAND, workersMax=1, idleTimeout=60)
        run(server, endpoint, WARM_UP)
        return [count / run(server, endpoint, count) for _ in range(setting.pick(3, 2, 1))]


def run(server, endpoint, count):
    """Seconds from the first submission until all of so many jobs have ended."""
    began = time.monotonic()
    jobs = [server.run(endpoint, TASK) for _ in range(count)]
    for job in jobs:
        assert server.wait_final(endpoint, job, 300)["status"] == "COMPLETED"
    return time.monotonic() - began
