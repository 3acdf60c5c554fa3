"""The OpenAI API in front of a worker that answers as worker-vllm does, asked by the official package."""

import asyncio
import json
import time

import openai
import pytest
from harness.events import Events
from harness.processes import wait_until
from harness.server import PYTHON, ROOT

MODEL = "small"


@pytest.fixture(scope="module")
def endpoint(shared_server):
    return shared_server.make_endpoint(f"{PYTHON} -u {ROOT}/tests/workers/openai_worker.py", workersMax=1, idleTimeout=300)


@pytest.fixture(scope="module")
def shared_server(shared_servers):
    return shared_servers().start()


@pytest.fixture(scope="module")
def settings(shared_server, endpoint):
    return {"base_url": f"{shared_server.origin}/v2/{endpoint}/openai/v1", "api_key": shared_server.key}


@pytest.fixture(scope="module")
def client(settings):
    """The package with its own retries: whatever a test sees, it saw at the first try."""
    return openai.OpenAI(**settings, timeout=120)


def chat(client, prompt, **options):
    return client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}], **options)


def text_of(stream):
    return "".join(part.choices[0].delta.content or "" for part in stream)


def jobs_of(server, endpoint):
    """Jobs that ended in this way or another."""
    counts = server.health(endpoint)["jobs"]
    return counts["completed"] + counts["failed"], counts["inProgress"] + counts["inQueue"]


def test_whole_answers(client):
    answer = chat(client, "say hello there")
    assert answer.choices[0].message.content == "echo hello there" and answer.usage.total_tokens == 3
    assert chat(client, "text").choices[0].message.content == "as text"
    completion = client.completions.create(model=MODEL, prompt="say hello")
    assert completion.choices[0].text == "echo hello"


def test_models_embeddings_and_responses(client):
    assert [model.id for model in client.models.list()] == [MODEL]
    vectors = client.embeddings.create(model=MODEL, input="a text", encoding_format="float")
    assert vectors.data[0].embedding == [0.1, -2.5, 1e-07]
    assert client.responses.create(model=MODEL, input="say hello").output_text == "echo hello"


@pytest.mark.parametrize("word", ["say", "fragments", "objects"])
def test_streamed_answers(client, word):
    assert text_of(chat(client, word + " one two üñï three", stream=True)) == "one two üñï three "


def test_completions_stream_too(client):
    parts = client.completions.create(model=MODEL, prompt="say one two", stream=True)
    assert "".join(part.choices[0].text for part in parts) == "one two "


def test_what_is_streamed_comes_at_once(client):
    start = time.monotonic()
    stream = chat(client, "slow " + "word " * 6, stream=True)
    next(stream)
    first = time.monotonic() - start
    rest = text_of(stream)
    whole = time.monotonic() - start
    assert rest == "word " * 5 and whole - first > 4, (first, whole)


def test_many_at_once(settings):
    async def ask(client, number):
        messages = [{"role": "user", "content": f"say {number} {number}"}]
        if number % 2:
            answer = await client.chat.completions.create(model=MODEL, messages=messages)
            return answer.choices[0].message.content
        stream = await client.chat.completions.create(model=MODEL, messages=messages, stream=True)
        return "".join([part.choices[0].delta.content or "" async for part in stream])

    async def all_of_them():
        async with openai.AsyncOpenAI(**settings, timeout=120) as client:
            return await asyncio.gather(*(ask(client, number) for number in range(60)))

    answers = asyncio.run(all_of_them())
    assert answers == [f"echo {n} {n}" if n % 2 else f"{n} {n} " for n in range(60)]


@pytest.mark.parametrize("stream", [False, True])
def test_errors_of_the_worker(shared_server, endpoint, client, stream):
    before = jobs_of(shared_server, endpoint)[0]
    with pytest.raises(openai.InternalServerError) as failed:
        chat(client, "error", stream=stream)
    assert failed.value.body["message"] == "it's the worker" and failed.value.body["type"] == "worker_error"
    with pytest.raises(openai.InternalServerError) as raised:
        chat(client, "raise", stream=stream)
    assert "no such thing" in raised.value.body["message"]
    assert jobs_of(shared_server, endpoint)[0] == before + 2, "the package was told not to run them again"


def test_a_refusal_of_the_worker_has_its_status(client):
    with pytest.raises(openai.BadRequestError) as refused:
        chat(client, "refuse")
    assert "too long" in str(refused.value)


def test_an_error_in_the_middle_of_a_stream(client):
    stream = chat(client, "late-error", stream=True)
    assert next(stream).choices[0].delta.content == "so far"
    with pytest.raises(openai.APIError) as broke:
        next(stream)
    assert "broke in the middle" in broke.value.message


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_goes_takes_its_job_along(shared_server, endpoint, settings, stream):
    hasty = openai.OpenAI(**settings, timeout=2, max_retries=0)
    with pytest.raises(openai.APITimeoutError):
        chat(hasty, "sleep", stream=stream)
    wait_until(lambda: jobs_of(shared_server, endpoint)[1] == 0, 20, "the job's end")


def test_a_client_that_goes_in_the_middle_of_a_stream(shared_server, endpoint, client):
    stream = chat(client, "slow " + "word " * 600, stream=True)
    next(stream)
    stream.close()
    wait_until(lambda: jobs_of(shared_server, endpoint)[1] == 0, 20, "the job's end")


def test_the_job_can_be_looked_at(shared_server, endpoint):
    body = {"model": MODEL, "messages": [{"role": "user", "content": "say hello"}]}
    answer = shared_server.post(f"/v2/{endpoint}/openai/v1/chat/completions", body, timeout=120)
    assert answer.json["choices"][0]["message"]["content"] == "echo hello"
    view = shared_server.status(endpoint, answer.headers["x-runpod-job-id"])
    assert view["status"] == "COMPLETED" and view["output"] == [answer.json]


def test_refusals(shared_server, endpoint, settings):
    with pytest.raises(openai.AuthenticationError) as stranger:
        chat(openai.OpenAI(base_url=settings["base_url"], api_key="wrong"), "say")
    assert stranger.value.body["message"] == "invalid api key"
    nowhere = settings["base_url"].replace(endpoint, "abcdefghijklmn")
    with pytest.raises(openai.NotFoundError) as lost:
        chat(openai.OpenAI(base_url=nowhere, api_key=settings["api_key"]), "say")
    assert "endpoint not found" in lost.value.body["message"]
    path = f"/v2/{endpoint}/openai/v1/chat/completions"
    for body, told in ((b"", "the body is empty"), (b"{", "not valid JSON"), (b'{"a":NaN}', "not valid JSON")):
        answer = shared_server.post(path, body)
        assert answer.status == 400 and told in answer.json["error"]["message"]
        assert answer.json["error"]["type"] == "invalid_request_error"
    large = shared_server.post(path, b'"' + b"x" * (20 << 20) + b'"')
    assert large.status == 413 and large.json["error"]["message"] == "exceeded max body size of 20MiB"
    assert shared_server.request("DELETE", path).status == 405
    assert shared_server.get(f"/v2/{endpoint}/openai").status == 404


def test_a_lost_worker_in_the_middle_is_an_error(servers, make_worker):
    server = servers().start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    body = {"model": MODEL, "messages": [], "stream": True}
    asked = worker.later(Events, server, "POST", f"/v2/{endpoint}/openai/v1/chat/completions", body)
    job = worker.take()["id"]
    worker.chunk(job, 'data: {"a": 1}\n\n')
    events = asked.result(20)
    assert events.next().data == {"a": 1}
    time.sleep(0.05)
    assert worker.take()["id"] == job, "delivered again"
    worker.chunk(job, 'data: {"a": 1}\n\n')
    assert "the worker was lost" in events.next().data["error"]["message"]
    assert list(events) == []
    assert server.wait_final(endpoint, job)["status"] == "CANCELLED"


def test_a_stream_without_done_ends_with_its_job(server, endpoint_of_hand):
    """Some workers forget it; the response is whole all the same."""
    endpoint, worker = endpoint_of_hand
    body = {"model": MODEL, "messages": [], "stream": True}
    asked = worker.later(Events, server, "POST", f"/v2/{endpoint}/openai/v1/chat/completions", body)
    job = worker.take()["id"]
    worker.chunk(job, 'data: {"a": 1}\n\n')
    worker.finish(job, [])
    events = asked.result(20)
    assert [event.data for event in events] == [{"a": 1}] and not events.cut


def test_nothing_answered(server, endpoint_of_hand):
    endpoint, worker = endpoint_of_hand
    path = f"/v2/{endpoint}/openai/v1/embeddings"
    asked = worker.later(server.post, path, {"input": "x"})
    worker.finish(worker.take()["id"], [])
    assert asked.result(20).status == 500 and "returned no output" in asked.result().text
    asked = worker.later(server.post, path, {"input": "x"})
    job = worker.take()["id"]
    worker.chunk(job, {"streamed": "only"})
    worker.finish(job, [])
    assert asked.result(20).json == {"streamed": "only"}, "without an aggregate the first chunk counts"
    asked = worker.later(server.post, path, {"input": "x"})
    worker.finish(worker.take()["id"], {"data": [1]})
    assert asked.result(20).json == {"data": [1]}


@pytest.fixture
def endpoint_of_hand(server, make_worker):
    endpoint = server.make_idle_endpoint()
    return endpoint, make_worker(server, endpoint)
