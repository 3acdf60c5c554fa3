"""The matrix: every test is a row, every version of the runpod package a column.

    pytest tests/matrix                     the short cut: four versions, the most telling rows
    pytest tests/matrix --all [--sdk V]     everything [of one version]
    pytest tests/matrix --all --write       everything, into the table of docs/compatibility.md

Without --write, what is seen must be what the table says.
"""

import importlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))
sys.path.insert(0, str(Path(__file__).parent))

import table  # noqa: E402
from harness.server import Server  # noqa: E402
from proxy import Proxy  # noqa: E402
from sdk import RESULT_MAX, Notes, Sdk, Version, listed_versions  # noqa: E402

seen = {}  # {(row, version): cell}
findings = []  # where the page says something else


def pytest_addoption(parser):
    parser.addoption("--all", action="store_true", help="every row, and every version unless --sdk names some")
    parser.addoption("--sdk", action="append", help="only this version; may be repeated")
    parser.addoption("--write", action="store_true", help="write docs/compatibility.md instead of comparing with it")


def pytest_configure(config):
    config.addinivalue_line("markers", "row(name, since=None, until=None, short=False): a row of the table")


def row_of(item):
    return item.get_closest_marker("row")


def all_rows():
    """Every row there is, in the order of the files and their tests, whatever was chosen of them."""
    files = [importlib.import_module(path.stem) for path in sorted(Path(__file__).parent.glob("test_*.py"))]
    marks = [mark for file in files for test in vars(file).values() for mark in getattr(test, "pytestmark", ())]
    return [mark.args[0] for mark in marks if mark.name == "row"]


def pytest_generate_tests(metafunc):
    listed = listed_versions()
    every = metafunc.config.getoption("--all")
    chosen = metafunc.config.getoption("--sdk") or [version for version, short in listed.items() if every or short]
    metafunc.parametrize("sdk", chosen, indirect=True, scope="session")


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--all"):
        left_out = [item for item in items if not row_of(item).kwargs.get("short")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    options = ["--result-max", str(RESULT_MAX), "--webhook-internal", "on"]
    server = Server(tmp_path_factory.mktemp("server") / "data", *options).start()
    yield server
    left = server.stop()
    assert not left, f"processes were left behind: {left}"


@pytest.fixture(scope="session")
def proxy(server):
    proxy = Proxy(server.origin)
    yield proxy
    proxy.close()


@pytest.fixture(scope="session")
def sdk(request, server, proxy):
    sdk = Sdk(request.param, server, proxy)
    yield sdk
    sdk.close()


@pytest.fixture
def notes(tmp_path):
    notes = Notes(tmp_path)
    yield notes
    notes.open()  # nobody waits for a test that failed


class Cell:
    """What the table shall say about the row and the version beyond "yes"."""

    def __init__(self):
        self.word = table.YES
        self.notes = []

    def note(self, name):
        """It works, and this note (a key of NOTES) says how it differs."""
        self.notes.append(name)

    def no(self, name):
        """The package cannot do it, as the test has just asserted, and this note says why."""
        self.word = table.NO
        self.notes.append(name)


@pytest.fixture(autouse=True)
def cell(request):
    row, version = row_of(request.node), Version(request.node.callspec.params["sdk"])
    cell = request.node.cell = Cell()
    if version < row.kwargs.get("since", "0") or not version < row.kwargs.get("until", "9"):
        cell.word = table.NOT_THERE
        pytest.skip("the version has nothing for it")
    return cell


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped or (report.when == "call" and report.passed):
        cell = item.cell
        seen[row_of(item).args[0], item.callspec.params["sdk"]] = table.text_of(cell.word, cell.notes)
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    if not seen or session.testsfailed:
        return
    old = table.read()
    rows = table.merge(old, seen, all_rows(), list(listed_versions()))
    if session.config.getoption("--write"):
        table.write(rows)
        return
    for (row, version), cell in seen.items():
        said = old.get(row, {}).get(version)
        if said != cell:
            findings.append(f"{row}, {version}: the page says {said}, seen was {cell}")
    if not findings and not table.is_current(rows):
        findings.append("rows, versions or notes are not those of the page")
    if findings:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    rows, versions = (list(dict.fromkeys(names)) for names in zip(*seen)) if seen else ([], [])
    width = max(map(len, rows), default=0)
    for some in [versions[at : at + 7] for at in range(0, len(versions), 7)]:
        terminalreporter.line("")
        terminalreporter.line(" " * width + "".join(f"{version:>12}" for version in some))
        for row in rows:
            cells = (seen.get((row, version), "") for version in some)
            terminalreporter.line(f"{row:{width}}" + "".join(f"{cell:>12}" for cell in cells))
    for finding in findings:
        terminalreporter.line(f"docs/compatibility.md: {finding}. Run with --all --write if that is right")
