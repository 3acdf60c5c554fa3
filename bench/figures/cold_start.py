"""Submit at zero workers to the worker process's own first instruction: without a folder, and with a given one, over which
an overlay lies."""

from statistics import median

from harness.processes import wait_until
from setting import PROGRAMS
from table import Row

SPAWNS = 3
PAUSE_US = 10_000  # about what lies between two starts here; the floor then finds a machine as much asleep


def stamp(path):
    """What the worker wrote; empty until it did."""
    return path.read_text().strip() if path.exists() else ""


def start_ms(setting, server, folder, name, image=""):
    """One job on an endpoint of its own, so that no back-off and no idle worker plays a part."""
    path = folder / f"stamp-{name}"
    server.endpoint = server.make_endpoint(f"{PROGRAMS / 'bench_stamp'} {path}", image=image, workersMax=1)
    submitted = setting.drive_server("submit", server, connections=1, count=1)
    assert submitted["failed"] == 0
    text = wait_until(lambda: stamp(path), 10, "a worker", pause=0.005)
    return (int(text) - submitted["started_ns"]) / 1e6


def overlay_ms(setting):
    """The bare cost of a mount namespace with an overlay."""
    with setting.folder() as folder:
        return setting.tool("bench_overlay", 40, PAUSE_US, folder)["p50_ms"]


def row(name, starts, floors):
    # Slice by slice, for disk and machine change by the second.
    ratio = median(start / floor for start, floor in zip(starts, floors))
    return Row(name, ratio * median(floors), median(floors), 1.0, "ms")


def measure(setting):
    count = setting.pick(15, 10, 3)
    with setting.folder() as folder:
        given = folder / "given"
        given.mkdir()
        starts, own_starts, floors, own_floors, spawns, commits, overlays = [], [], [], [], [], [], []
        with setting.server("--runtime", "process") as server:
            cgroups = "off" if "keeper.no_cgroups" in server.log() else "made ahead where the machine has them (the default)"
            has_overlay = "keeper.worker_folders are=overlay" in server.log()
            for slice_number in range(setting.short_slices):
                spawns.append(setting.tool("bench_spawn", "stamp", 40, PAUSE_US, PROGRAMS / "bench_stamp", folder / "stamp")["p50_ms"])
                commits.append(setting.lone_commit_ms(PAUSE_US))
                numbers = range(slice_number * count, (slice_number + 1) * count)
                starts.append(median(start_ms(setting, server, folder, n) for n in numbers))
                floors.append(commits[-1] + SPAWNS * spawns[-1])
                if not has_overlay:
                    continue
                overlays.append(overlay_ms(setting))
                own_starts.append(median(start_ms(setting, server, folder, f"own-{n}", f"process:{given}") for n in numbers))
                own_floors.append(floors[-1] + overlays[-1])
    print(f"medians of {len(starts)} slices: submit to exec p50 {median(starts):.3f} ms; s {median(commits):.3f} ms, "
          f"posix_spawn {median(spawns):.3f} ms; cgroups {cgroups}")
    rows = [row("cold start, submit to exec", starts, floors)]
    if has_overlay:
        print(f"with a given folder p50 {median(own_starts):.3f} ms; mount namespace and overlay {median(overlays):.3f} ms")
        rows.append(row("cold start with a given folder", own_starts, own_floors))
    return rows
