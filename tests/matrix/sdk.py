"""One version of the runpod package, and workers on it."""

import os
import signal
import subprocess
from contextlib import contextmanager
from functools import total_ordering
from pathlib import Path

from harness import processes
from harness.server import ROOT

VERSIONS_FILE = ROOT / "tools/sdk-versions.txt"
WORKER = ROOT / "tests/workers/matrix_worker.py"
OPENAI_WORKER = ROOT / "tests/workers/openai_worker.py"
RESULT_MAX = 4 << 20  # bytes: the server's option result-max
IDLE = 5  # seconds: some versions keep a core busy while they wait


def listed_versions():
    """{version: whether the short cut has it}, oldest first."""
    lines = [line.split() for line in VERSIONS_FILE.read_text().splitlines() if line and not line.startswith("#")]
    return {words[0]: "short" in words[1:] for words in lines}


@total_ordering
class Version:
    def __init__(self, text):
        self.text = text
        self.numbers = tuple(map(int, text.partition("rc")[0].split(".")))  # a candidate counts as its release

    def __eq__(self, other):
        return self.numbers == Version(str(other)).numbers

    def __lt__(self, other):
        return self.numbers < Version(str(other)).numbers

    def __str__(self):
        return self.text


class Sdk:
    """Endpoints whose workers run on this version: one for each kind of handler, made when it is first needed."""

    def __init__(self, version, server, proxy):
        self.version = Version(version)
        self.server = server
        self.proxy = proxy
        self.python = ROOT / f"build/sdk/{version}/bin/python"
        assert self.python.exists(), f"{self.python} is missing: run tools/sdk-environments {version}"
        self._endpoints = {}

    def endpoint(self, kind):
        if kind not in self._endpoints:
            env = {"RESULTS_VIA": self.proxy.origin} if kind == "proxied" else {}
            worker = OPENAI_WORKER if kind == "openai" else WORKER
            command = f"{self.python} -u {worker} {kind}"
            self._endpoints[kind] = self.server.make_endpoint(command, env=env, workersMax=1, idleTimeout=IDLE)
        return self._endpoints[kind]

    @contextmanager
    def by_hand(self, kind, folder):
        """(endpoint, worker, pid) of a worker that nobody but this test starts or stops."""
        endpoint = self.server.make_idle_endpoint()
        variables = self.server.worker_env(endpoint)
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder)} | variables
        with (folder / "log").open("w") as log:
            command = [self.python, "-u", WORKER, kind]
            worker = subprocess.Popen(
                command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True
            )
        try:
            yield endpoint, variables["RUNPOD_POD_ID"], worker.pid
        finally:
            os.killpg(worker.pid, signal.SIGKILL)  # its ping process would live on
            worker.wait()

    def close(self):
        """No worker is left running beside those of the next version."""
        for endpoint in self._endpoints.values():
            self.server.post(f"/v2/{endpoint}/purge-queue")
            self.server.save_endpoint(id=endpoint, workersMin=0, workersMax=0)

    @property
    def concurrent(self):
        """The kind of handler that can be awaited, where there is one."""
        return "async" if self.version >= "1.0.0" else "blocking"

    # Jobs

    def run(self, kind, policy=None, **task):
        fields = {"policy": policy} if policy else {}
        return self.server.run(self.endpoint(kind), task, **fields)

    def wait_status(self, kind, job, status):
        return self.server.wait_status(self.endpoint(kind), job, status, 120)

    def final(self, kind, job, timeout=120):
        return self.server.wait_final(self.endpoint(kind), job, timeout)

    def result(self, kind, **task):
        """The final view of a job that does this."""
        return self.final(kind, self.run(kind, **task))

    def completed(self, kind, job):
        """The output of a job that must succeed at the first attempt; None if it has none."""
        view = self.final(kind, job)
        assert view["status"] == "COMPLETED" and "error" not in view and "retries" not in view, view
        return view.get("output")

    def who(self, kind, **more):
        """(worker, pid) of who runs a job now."""
        output = self.completed(kind, self.run(kind, who=more))
        return output["worker"], output["pid"]

    def cancel(self, kind, job):
        answer = self.server.post(f"/v2/{self.endpoint(kind)}/cancel/{job}")
        assert (answer.status, answer.json["status"]) == (200, "CANCELLED"), answer.text

    @contextmanager
    def staying(self, kind):
        """Meanwhile workers of this kind do not end for being idle."""
        self.server.save_endpoint(id=self.endpoint(kind), idleTimeout=600)
        try:
            yield
        finally:
            self.server.save_endpoint(id=self.endpoint(kind), idleTimeout=IDLE)

    def abandon(self, kind, job):
        """Nobody waits for it any more, whether it has ended or not."""
        self.server.post(f"/v2/{self.endpoint(kind)}/cancel/{job}")

    def status(self, kind, job):
        return self.server.status(self.endpoint(kind), job)

    def streamed(self, kind, policy=None, **task):
        """(the chunks of a job that does this, as a client polls them; its final view)"""
        job = self.run(kind, policy, **task)
        chunks = []
        while True:
            answer = self.server.get(f"/v2/{self.endpoint(kind)}/stream/{job}?wait=60000", timeout=90)
            assert answer.status == 200, answer.text
            chunks += [element["output"] for element in answer.json["stream"]]
            if answer.json["status"] in ("COMPLETED", "FAILED", "TIMED_OUT") and not answer.json["stream"]:
                return chunks, self.status(kind, job)


class Notes:
    """What the handler noted in a file, and the file that lets it go on."""

    def __init__(self, folder: Path):
        self.path = folder / "notes"
        self.gate = folder / "gate"

    @property
    def task(self):
        return {"notes": str(self.path), "until": str(self.gate)}

    def lines(self, word):
        """[(worker, pid)] of all notes with this word."""
        text = self.path.read_text() if self.path.exists() else ""
        split = [line.split() for line in text.splitlines()]
        return [(worker, int(pid)) for noted, worker, pid in split if noted == word]

    def wait(self, word, timeout=120):
        return processes.wait_until(lambda: self.lines(word), timeout, f"the note {word}")[0]

    def open(self):
        self.gate.touch()
