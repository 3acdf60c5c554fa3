"""One server on a data folder of its own."""

import os
import re
import signal
import subprocess
import urllib.request
from pathlib import Path

from harness import processes
from harness.client import Client

ROOT = Path(__file__).resolve().parents[3]
BINARY = Path(os.environ.get("PILOTLIGHT_BINARY", ROOT / "build/release/pilotlight"))
PYTHON = ROOT / ".venv/bin/python"
GREETER = f"{PYTHON} -u {ROOT}/examples/hello/handler.py"  # the command of the worker that the README shows
# What makes a command react to SIGHUP and SIGINT also where the tests run under nohup, or behind a shell's &, and ignore them.
AS_IN_A_TERMINAL = ["env", "--default-signal=HUP,INT"]


class Server(Client):
    """`pilotlight serve` on a free port. Its process is the keeper; `server_pid` is the keeper's child.

    Whatever happens, `stop` ends it and everything it started. `paused_endpoints` is its option of that name, which lets
    jobs wait for workers started by hand; None leaves it at its default. `limits` shortens what tests would wait for, such as
    {"ping-interval": "2s"}.
    """

    def __init__(
        self, data, *options, environment=None, listen="127.0.0.1:0", binary=BINARY, user=None, log=None,
        paused_endpoints="queue", limits=None,
    ):
        super().__init__()
        assert binary.is_file(), f"{binary} is missing: build it first (tools/build release)"
        self.binary = binary
        self.data = Path(data)
        self.options = [*options, "--limits", self._write(limits)] if limits else options
        self.prefix = []  # a command that runs the server, such as nohup
        self.listen = listen
        self.environment = environment or {}
        self.paused_endpoints = paused_endpoints
        self.process = None
        self.user = user  # the number of an ordinary user to run as; None: ours
        self.log_path = log or self.data.with_name(self.data.name + ".log")

    def _write(self, limits):
        path = self.data.with_name(self.data.name + ".limits.toml")
        path.write_text("".join(f'{name} = "{value}"\n' for name, value in limits.items()))
        return path

    # Starting

    def start(self, *more_options, wait=True):
        """Starts a keeper and, with `wait`, returns once it serves."""
        (self.data / "address").unlink(missing_ok=True)
        self.process = self.spawn(*more_options)
        if wait:
            self.wait_ready()
        return self

    def spawn(self, *more_options):
        """A keeper on this data folder; the caller looks after it."""
        options = [*self.options, *more_options]
        if "--listen" not in options:
            options += ["--listen", self.listen]
        command = [*self.prefix, self.binary, "serve", "--data", self.data, *options]
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PILOTLIGHT_", "RUNPOD_"))}
        if self.paused_endpoints:
            environment["PILOTLIGHT_PAUSED_ENDPOINTS"] = self.paused_endpoints
        with self.log_path.open("ab") as log:
            return subprocess.Popen(
                [str(word) for word in command],
                env=environment | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **({} if self.user is None else {"user": self.user, "group": self.user, "extra_groups": []}),
            )

    def wait_ready(self, timeout=30):
        """Until /healthz answers 200; then address and key are known."""

        def answers():
            assert self.process.poll() is None, f"the server ended with {self.process.returncode}:\n{self.log()}"
            return self.serves()

        processes.wait_until(answers, timeout, "a serving server")
        self.key = self.environment.get("PILOTLIGHT_API_KEY") or (self.data / "api-key").read_text().strip()

    def serves(self):
        try:
            self.origin = "http://" + (self.data / "address").read_text().strip()
            with urllib.request.urlopen(self.origin + "/healthz", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    # Looking

    @property
    def pid(self):
        return self.process.pid

    def server_pid(self):
        """The process that does the work; None while the keeper has none."""
        same = [pid for pid in processes.children(self.pid) if processes.executable(pid) == str(self.binary.resolve())]
        return same[0] if same else None

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def worker_logs(self):
        """{worker id: the lines of its log file, without their times, numbers and sources}"""
        logs = {path.stem: path.read_text(errors="replace") for path in (self.data / "workers").glob("*.log")}
        return {worker: re.sub(r"^\S+Z \d+ (container|system) ", "", text, flags=re.MULTILINE) for worker, text in logs.items()}

    def leftovers(self):
        """Processes that still name the data folder though its keeper has ended."""
        return processes.naming(self.data)

    # Ending

    def terminate(self, timeout=60):
        """SIGTERM to the keeper, as a service manager would; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def kill_server(self):
        """SIGKILL to the server alone, until it is gone; the keeper starts the next one."""
        pid = self.server_pid()
        if pid:
            processes.kill_all([pid])
            self._wait_gone(pid)
        return pid

    def kill_keeper(self):
        """SIGKILL to the keeper alone."""
        self.process.kill()
        self.process.wait()

    def kill_both(self):
        """SIGKILL to both, as close together as it gets, until both are gone."""
        server = self.server_pid()
        self.process.kill()
        if server:
            processes.kill_all([server])
        self.process.wait()
        if server:
            self._wait_gone(server)

    @staticmethod
    def _wait_gone(pid):
        """Until no thread of a killed process is left: the last one may answer for a moment longer."""
        processes.wait_until(lambda: not processes.has_threads(pid), 10, "the end of the killed server")

    def stop(self):
        """Ends it the quick way and kills what is left; the pids that had to be killed."""
        if self.process and self.process.poll() is None:
            for _ in range(2):  # the second signal ends the drain
                self.process.send_signal(signal.SIGTERM)
                try:
                    self.process.wait(5)
                    break
                except subprocess.TimeoutExpired:
                    pass
        if self.process and self.process.poll() is None:
            self.kill_both()
        left = self.leftovers()
        processes.kill_all(left)
        return left

    # The command line

    def command(self, *arguments, timeout=30, **environment):
        """Another command of the binary, finished: its CompletedProcess with text."""
        known = {"PILOTLIGHT_API_KEY": self.key} if self.key else {}
        return subprocess.run(
            [str(BINARY), *map(str, arguments)],
            env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | known | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def worker_env(self, endpoint):
        """What `pilotlight worker-env` prints for the endpoint, as a dictionary."""
        done = self.command("worker-env", endpoint, "--data", self.data)
        assert done.returncode == 0, done.stderr
        return dict(line.split("=", 1) for line in done.stdout.splitlines() if line)
