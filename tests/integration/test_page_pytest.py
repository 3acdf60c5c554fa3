"""docs/local/pytest.md: its two files, run by pytest as a user's."""

import pytest
from harness import processes
from harness.pages import Page, Reader

PAGE = Page("local/pytest.md")


@pytest.fixture
def reader(tmp_path):
    reader = Reader(tmp_path / "folder")
    reader.save(PAGE, "conftest.py")
    reader.save(PAGE, "test_handler.py")
    yield reader
    reader.close()


def outcome(reader, **environment):
    """The finished pytest; whatever came of its tests, nothing that it started is left."""
    done = reader.run("python -m pytest -p no:cacheprovider --basetemp=made --color=no", timeout=300, **environment)
    left = reader.leftovers()
    assert left == [], [processes.executable(pid) for pid in left]
    return done


def test_its_tests_pass(reader):
    done = outcome(reader)
    assert done.returncode == 0 and "3 passed" in done.stdout, done.stdout


def test_a_variable_reaches_the_worker_as_the_page_says(reader):
    """The page's own words: `"--env", "NAME=value"` in the command."""
    conftest, handler = reader.folder / "conftest.py", reader.folder / "handler.py"
    text = conftest.read_text()
    conftest.write_text(text.replace("sys.executable]", 'sys.executable, "--env", "NAME=value"]'))
    handler.write_text(handler.read_text().replace('name = job["input"].get', 'name = __import__("os").environ.get'))
    handler.write_text(handler.read_text().replace('"name", "world"', '"NAME", "world"'))
    done = outcome(reader)
    assert conftest.read_text() != text and "'Hello, value!'" in done.stdout, done.stdout


def test_its_tests_fail_with_a_handler_that_is_wrong(reader):
    handler = reader.folder / "handler.py"
    handler.write_text(handler.read_text().replace("Hello", "Goodbye"))
    done = outcome(reader)
    assert done.returncode == 1 and "2 failed, 1 passed" in done.stdout, done.stdout
    assert "Goodbye, Ada!" in done.stdout


def test_a_server_that_does_not_start_says_why(reader):
    done = outcome(reader, PILOTLIGHT_DISK_RESERVE="no size")
    assert done.returncode == 1 and "3 errors" in done.stdout, done.stdout
    assert "disk-reserve" in done.stdout


def test_pilotlight_may_be_anywhere(reader):
    program = reader.folder / "programs/pilotlight"
    elsewhere = program.rename(reader.folder / "elsewhere")
    assert "3 errors" in outcome(reader).stdout
    assert "3 passed" in outcome(reader, PILOTLIGHT=str(elsewhere)).stdout
