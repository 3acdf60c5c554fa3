"""docs/local/dev.md: what it types does what it says."""

import json

import pytest
from harness.pages import Page, Reader
from harness.server import PYTHON

PAGE = Page("local/dev.md")


@pytest.fixture
def reader(tmp_path):
    reader = Reader(tmp_path / "folder")
    (reader.folder / ".venv").symlink_to(PYTHON.parent.parent)
    yield reader
    reader.close()
    assert reader.leftovers() == []


def test_its_command_serves_the_handler_until_it_is_ended(reader):
    terminal = reader.start(PAGE.command("dev handler.py\n"))
    terminal.wait_for("saved file restarts the workers")
    curl = next(line for line in terminal.output().splitlines() if line.startswith("  curl "))
    assert json.loads(reader.succeed(curl))["output"] == {"greeting": "Hello, world!"}
    terminal.process.terminate()
    assert terminal.process.wait(30) == 0


def test_its_one_job_prints_the_output_alone(reader):
    assert reader.succeed(PAGE.command("--once")) == '{"greeting": "Hello, Ada!"}\n'
