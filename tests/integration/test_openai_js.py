"""The OpenAI API, asked by the packages of npm: openai, and RunPod's provider for the AI SDK."""

import pytest
from harness.node import NodeClient
from harness.server import PYTHON, ROOT


@pytest.fixture(scope="module")
def client(shared_servers):
    server = shared_servers().start()
    command = f"{PYTHON} -u {ROOT}/tests/workers/openai_worker.py"
    client = NodeClient("openai.mjs", server, server.make_endpoint(command, workersMax=1, idleTimeout=300))
    yield client
    client.close()


def test_whole_answers(client):
    assert client.value("chat", "say hello there") == "echo hello there"
    assert client.value("completion", "say hello") == "echo hello"


def test_models_embeddings_and_responses(client):
    assert client.value("models") == ["small"]
    assert client.value("embedding", "a text") == [0.1, -2.5, 1e-07]
    assert client.value("response", "say hello") == "echo hello"


@pytest.mark.parametrize("word", ["say", "fragments", "objects"])
def test_streamed_answers(client, word):
    assert client.value("chatStream", word + " one two üñï three") == "one two üñï three "


def test_errors(client):
    failed = client.call("chat", "error")
    assert failed.status == 500 and "it's the worker" in failed.error
    assert len(failed.requests) == 1, "the package was told not to repeat it"
    assert client.call("chatStream", "error").status == 500
    assert client.call("chat", "refuse").status == 400
    assert "broke in the middle" in client.call("chatStream", "late-error").error


def test_the_provider_of_the_ai_sdk(client):
    assert client.value("generateText", "say hello there") == "echo hello there"
    assert client.value("streamText", "say one two three") == "one two three "
    assert "it's the worker" in client.call("generateText", "error").error
