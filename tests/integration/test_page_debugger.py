"""docs/local/debugger.md, followed word for word: breakpoints in a worker are hit, and its jobs wait for the person."""

import json
import socket
import time

import pytest
from harness import processes
from harness.client import Client
from harness.dap import Editor
from harness.pages import Page, Reader

PAGE = Page("local/debugger.md")
# The first line of the handler, in every command of the page.
LINE = 7
# Three pings of a worker that nobody hears from, and some.
MISSED_S = 35


@pytest.fixture
def reader(tmp_path):
    """With the page's server, endpoint and test_input.json."""
    reader = Reader(tmp_path / "folder")
    try:
        reader.start(PAGE.command("pilotlight serve"))
        address = reader.folder / "pilotlight-data/address"
        processes.wait_until(lambda: address.exists() and address.read_text(), 30, "the server's address")
        reader.save(PAGE, "make_endpoint.py")
        reader.save(PAGE, "test_input.json")
        reader.succeed(PAGE.command("make_endpoint.py"))
        yield reader
    finally:
        reader.close()


@pytest.fixture
def submit(reader):
    """submit(): the page's runsync, begun in another terminal once the worker has asked for a job."""

    def begin():
        processes.wait_until(lambda: health(reader)["workers"]["idle"], 60, "a worker that waits for jobs")
        return reader.start(PAGE.command("curl"))

    return begin


def health(reader):
    server = Client()
    server.origin = "http://" + (reader.folder / "pilotlight-data/address").read_text().strip()
    server.key = (reader.folder / "pilotlight-data/api-key").read_text().strip()
    return server.health((reader.folder / "endpoint").read_text().strip())


def answer_in(terminal):
    terminal.process.wait(60)
    return json.loads(terminal.output().splitlines()[-1])


def test_pdb_stops_in_the_handler(reader, submit):
    worker = reader.start(PAGE.command("-m pdb"))
    client = submit()
    worker.wait_for(f"handler.py({LINE})handler()")
    worker.type("p 'the job has', job['input']")
    worker.wait_for("('the job has', {'name': 'Ada'})")
    worker.type("job['input']['name'] = 'Grace'")
    worker.type("continue")
    view = answer_in(client)
    assert view["status"] == "COMPLETED" and view["output"] == {"greeting": "Hello, Grace!"}


def test_a_breakpoint_in_the_handler_does_the_same(reader, submit):
    handler = reader.folder / "handler.py"
    handler.write_text(handler.read_text().replace("    return", "    breakpoint()\n    return"))
    before, options, after = PAGE.command("-m pdb").partition('-m pdb -c "break handler.py:7" -c continue ')
    assert options
    worker = reader.start(before + after)
    client = submit()
    worker.wait_for(f"handler.py({LINE + 2})handler()")
    worker.type("name = 'Grace'")
    worker.type("continue")
    assert answer_in(client)["output"] == {"greeting": "Hello, Grace!"}


def test_an_editor_may_look_at_a_job_for_as_long_as_it_likes(reader, submit):
    configuration = json.loads(PAGE.file(".vscode/launch.json"))["configurations"][0]
    command, printed = PAGE.command("--listen"), configuration["connect"]["port"]
    assert f":{printed} " in command
    with socket.create_server(("127.0.0.1", 0)) as free:
        configuration["connect"]["port"] = port = free.getsockname()[1]
    reader.start(command.replace(f":{printed} ", f":{port} "))
    editor = Editor(configuration)
    editor.run_with_breakpoint(reader.folder / "handler.py", LINE)
    client = submit()
    frame = editor.wait_stopped()
    assert (frame["name"], frame["line"]) == ("handler", LINE)
    assert editor.evaluate(frame, "job['input']") == "{'name': 'Ada'}"
    time.sleep(MISSED_S)
    assert client.process.poll() is None, client.output()
    editor.evaluate(frame, "job['input']['name'] = 'Barbara'")
    editor.go_on()
    view = answer_in(client)
    assert view["output"] == {"greeting": "Hello, Barbara!"}
    assert "retries" not in view and view["executionTime"] >= MISSED_S * 1000
    editor.close()


def test_a_worker_that_is_ended_gives_its_job_back(reader, submit):
    first = reader.start(PAGE.command("-m pdb"))
    client = submit()
    first.wait_for(f"handler.py({LINE})handler()")
    first.end()
    second = reader.start(PAGE.command("-m pdb"))
    second.wait_for(f"handler.py({LINE})handler()", timeout=120)
    second.type("continue")
    view = answer_in(client)
    assert view["output"] == {"greeting": "Hello, Ada!"} and view["retries"] == 1


def test_a_job_before_the_first_worker_is_refused(reader):
    refused = reader.start(PAGE.command("curl"))
    assert answer_in(refused) == {"error": "ENDPOINT_PAUSED"}
