"""Fixtures: servers that always end, workers that always hang up."""

import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from harness.server import Server  # noqa: E402
from harness.worker import Worker  # noqa: E402

LOG_LINES = 30


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """The report of a failed test ends with the last lines of its servers' logs."""
    report = yield
    if report.failed:
        for name in ("servers", "shared_servers"):
            for server in getattr(item.funcargs.get(name), "made", []):
                report.sections.append((f"log of the server on {server.data}", "\n".join(server.log().splitlines()[-LOG_LINES:])))
    return report


@pytest.fixture(scope="module")
def shared_servers(tmp_path_factory):
    """make(*options, **settings): servers that live as long as the module's tests."""
    yield from _server_factory(lambda: tmp_path_factory.mktemp("server"))


@pytest.fixture
def servers(tmp_path_factory):
    """make(*options, **settings): servers of one test, not started yet."""
    yield from _server_factory(lambda: tmp_path_factory.mktemp("server"))


def _server_factory(new_folder):
    made = []

    def make(*options, **settings):
        made.append(Server(settings.pop("data", None) or new_folder() / "data", *options, **settings))
        return made[-1]

    make.made = made
    yield make
    left = [(server.data, server.stop()) for server in made]
    assert not any(pids for _, pids in left), f"processes were left behind: {left}"


@pytest.fixture
def open_folder():
    """A folder that other users may enter. They may not enter pytest's: each run that begins closes all of them."""
    with tempfile.TemporaryDirectory(prefix="pilotlight-", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o755)
        yield Path(place)


@pytest.fixture(scope="module")
def server(shared_servers):
    """A running server that all tests of the module share; each makes its own endpoint."""
    return shared_servers().start()


@pytest.fixture
def endpoint(server):
    """An endpoint of the test's own, whose workers are all started by hand."""
    return server.make_idle_endpoint()


@pytest.fixture
def worker(server, endpoint, make_worker):
    """A worker of it."""
    return make_worker(server, endpoint)


@pytest.fixture
def make_worker():
    """make(server, endpoint): a worker started by hand, as `pilotlight worker-env` describes it."""
    made = []

    def make(server, endpoint, **settings):
        made.append(Worker(server.worker_env(endpoint), **settings))
        return made[-1]

    yield make
    for worker in made:
        worker.close()
