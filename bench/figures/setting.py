"""How large a run is, where it happens, and the programs it uses."""

import platform
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import usage
from harness.server import BINARY, Server

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "build/release/bench"
WHOLE, QUICK, TINY = range(3)


def figures_of(line):
    """{"rate": 123.0, …} from a line of key=value words."""
    return {key: float(value) for key, _, value in (word.partition("=") for word in line.split()) if value}


class Setting:
    def __init__(self, size, binary=BINARY):
        self.size = ["whole", "quick", "tiny"].index(size)
        self.binary = binary

    def pick(self, whole, quick, tiny):
        return (whole, quick, tiny)[self.size]

    @property
    def slices(self):
        return self.pick(5, 2, 1)

    @property
    def short_slices(self):
        """For latencies: floor and product are compared slice by slice, and the median of all comparisons counts."""
        return self.pick(15, 4, 1)

    def machine(self):
        model = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
        cores = sum(line.startswith("processor") for line in Path("/proc/cpuinfo").read_text().splitlines())
        return f"{model.partition(':')[2].strip()}, {cores} cores, Linux {platform.release()}, {self.filesystem()}"

    def filesystem(self):
        shown = subprocess.run(["stat", "-f", "-c", "%T", ROOT], capture_output=True, text=True, check=True)
        return shown.stdout.strip()

    # Places and programs

    @contextmanager
    def folder(self):
        """A folder on the disk that the build is on; /tmp may be memory."""
        (ROOT / "build").mkdir(exist_ok=True)
        path = Path(tempfile.mkdtemp(prefix="bench-", dir=ROOT / "build"))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def server(self, *options):
        """A server on a fresh data folder; `bench.endpoint` is one whose workers are all started by hand."""
        with self.folder() as folder:
            server = Server(folder / "data", *options, binary=self.binary)
            try:
                server.start()
                for pid in (server.pid, server.server_pid()):
                    usage.share_as_ours(pid)
                server.endpoint = server.make_idle_endpoint()
                yield server
            finally:
                server.stop()

    @contextmanager
    def floor(self, program, *arguments):
        """A floor that serves requests: (port, its process)."""
        process = subprocess.Popen([PROGRAMS / program, *arguments], stdout=subprocess.PIPE, text=True)
        try:
            yield int(process.stdout.readline()), process.pid
        finally:
            process.kill()
            process.wait()

    def drive(self, mode, port, **options):
        """Runs the load generator; its figures."""
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        command = [PROGRAMS / "bench_drive", mode, "--port", str(port), *words]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        return figures_of(done.stdout)

    def drive_server(self, mode, server, **options):
        return self.drive(mode, port_of(server), endpoint=server.endpoint, key=server.key, **options)

    def tool(self, program, *arguments):
        """Runs a floor that ends by itself; its figures."""
        command = [PROGRAMS / program, *map(str, arguments)]
        return figures_of(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)

    def lone_commit_ms(self, pause_us=0):
        """s: the median of single commits of a bare SQLite database; after pauses, a disk and a processor that slept."""
        with self.folder() as folder:
            count = self.pick(150 if pause_us else 1000, 100, 50)
            return self.tool("bench_store", "single", folder / "db", count, pause_us)["p50_ms"]


def port_of(server):
    return int(server.origin.rpartition(":")[2])


def server_cpu_us(server):
    """CPU that server and keeper have used so far."""
    return usage.cpu_us(server.pid) + usage.cpu_us(server.server_pid())


def fold(into, measured, best):
    """Keeps the best of each named figure over slices."""
    for name, value in measured.items():
        into[name] = value if name not in into else best(into[name], value)
