"""README.md: its first transcript, and each command of the table below it."""

import json
import re
import shutil

import pytest
from harness import processes
from harness.client import Client
from harness.pages import Reader
from harness.server import PYTHON, ROOT

TEXT = (ROOT / "README.md").read_text()


def commands():
    """{the first word of "you have": the command} of the table."""
    rows = re.findall(r"^\| an? (\w+).*? \| `(.+?)` \|", TEXT, re.MULTILINE) + re.findall(r"^\| (clients) .*? \| `(.+?)` \|", TEXT, re.MULTILINE)
    return dict(rows)


@pytest.fixture
def reader(tmp_path):
    reader = Reader(tmp_path / "folder")
    shutil.copytree(ROOT / "examples", reader.folder / "examples")
    for place in (reader.folder, reader.folder / "examples/hello"):
        (place / ".venv").symlink_to(PYTHON.parent.parent)
    (reader.folder / "test_input.json").write_text('{"input": {"name": "Grace"}}')
    yield reader
    reader.close()
    assert reader.leftovers() == []


def test_its_transcript_shows_what_the_command_does(reader):
    transcript = TEXT.split("```\n", 2)[1]
    command, *lines = transcript.splitlines()
    terminal = reader.start(command.removeprefix("$ "))
    terminal.wait_for("output: ")
    handler = reader.folder / "examples/hello/handler.py"
    handler.write_text(handler.read_text().replace("Hello", "Good morning"))
    processes.wait_until(lambda: terminal.output().count("is ready after") == 2, 60, "the next worker")
    terminal.process.terminate()
    assert terminal.process.wait(30) == 0
    seen = terminal.output()
    for line in lines:
        # Ids, keys, ports, folders and times are others each time.
        shape = re.sub(r"[^\s'\"]*\d[^\s'\"]*|/\S+", "\0", line)
        shape = ".+".join(re.escape(part) for part in shape.split("\0"))
        assert line == "^C" or re.search(f"^{shape}$", seen, re.MULTILINE), f"no {line!r} in\n{seen}"


def test_its_table_names_commands_that_work(reader):
    table = commands()
    assert len(table) == 4 and TEXT.count("| you type |") == 1, table
    assert "handler.py --once --input test_input.json" in table["handler"]
    assert reader.succeed(table["handler"]) == '{"greeting": "Hello, Grace!"}\n'
    server = reader.start(table["machine"])
    server.wait_for("server_ready")
    client = Client()
    client.origin = "http://" + (reader.folder / "pilotlight-data/address").read_text().strip()
    client.key = (reader.folder / "pilotlight-data/api-key").read_text().strip()
    endpoint = client.make_idle_endpoint()
    worker = reader.start(table["worker"].replace("ENDPOINT", endpoint).replace("python3", "python"))
    worker.wait_for("Starting Serverless Worker")
    (reader.folder / "client.py").write_text(
        f"import runpod\nrunpod.api_key = {client.key!r}\nprint(runpod.Endpoint({endpoint!r}).run_sync({{'name': 'Ada'}}, timeout=60))\n"
    )
    shown = reader.succeed(table["clients"].replace("http://127.0.0.1:8080", client.origin).replace("python3", "python"))
    assert "Hello, Ada!" in shown
    for terminal in (worker, server):
        terminal.process.terminate()
        terminal.process.wait(60)


def test_its_dev_row_serves_the_handler(reader):
    command = re.search(r"\| `(pilotlight dev handler.py)` \|", TEXT).group(1)
    terminal = reader.start(command)
    terminal.wait_for("  curl ")
    curl = next(line for line in terminal.output().splitlines() if line.startswith("  curl "))
    assert json.loads(reader.succeed(curl))["status"] == "COMPLETED"
    terminal.process.terminate()
    assert terminal.process.wait(30) == 0


def test_its_curl_commands_work_as_they_are_printed(reader):
    """With the ids that the first two answer in the place of the printed ones."""
    block = next(text for text in TEXT.split("```")[1::2] if "mutation { saveTemplate" in text and "U=http" in text)
    variables, *commands = block.strip().split("\n\n")
    server = reader.start("pilotlight serve")
    server.wait_for("server_ready")
    address = (reader.folder / "pilotlight-data/address").read_text().strip()
    variables = variables.replace("127.0.0.1:8080", address)
    printed = {"saveTemplate": "xkhgg72fuo", "saveEndpoint": "i02xupws21hp6i"}
    known, answers = {}, []
    for command in commands:
        for before, after in known.items():
            command = command.replace(before, after)
        answers.append(json.loads(reader.succeed(f"{variables}\n{command}"))["data"])
        for operation, answer in answers[-1].items():
            if operation in printed:
                known.setdefault(printed[operation], answer["id"])
    made = known["i02xupws21hp6i"]
    assert answers[1]["saveEndpoint"]["workersMax"] == 3 and answers[2]["saveEndpoint"] | {"id": made, "workersMax": 0} == answers[2]["saveEndpoint"]
    assert [endpoint["id"] for endpoint in answers[3]["myself"]["endpoints"]] == [made]
    assert answers[4] == {"deleteEndpoint": None}
    server.process.terminate()
    assert server.process.wait(30) == 0
