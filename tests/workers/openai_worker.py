"""A small worker that answers as worker-vllm does: one value for a whole answer, raw event text for a streamed one.

The prompt's first word says what to do, so that a test can ask for every kind of ending."""

import asyncio
import json

import runpod

MODEL = "small"


def completion(request, text):
    kind = "text_completion" if "prompt" in request else "chat.completion"
    choice = {"index": 0, "finish_reason": "stop", "logprobs": None}
    choice |= {"text": text} if "prompt" in request else {"message": {"role": "assistant", "content": text}}
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
    return {"id": "c-1", "object": kind, "created": 1, "model": request["model"], "choices": [choice], "usage": usage}


def chunk(request, text, finish=None):
    kind = "text_completion" if "prompt" in request else "chat.completion.chunk"
    choice = {"index": 0, "finish_reason": finish, "logprobs": None}
    choice |= {"text": text} if "prompt" in request else {"delta": {"role": "assistant", "content": text}}
    return {"id": "c-1", "object": kind, "created": 1, "model": request["model"], "choices": [choice]}


def event(value):
    return f"data: {json.dumps(value)}\n\n"


def response(request, text):
    part = {"type": "output_text", "text": text, "annotations": []}
    message = {"id": "m-1", "type": "message", "role": "assistant", "status": "completed", "content": [part]}
    return {
        "id": "r-1",
        "object": "response",
        "created_at": 1,
        "status": "completed",
        "model": request["model"],
        "output": [message],
        "parallel_tool_calls": False,
        "tool_choice": "auto",
        "tools": [],
    }


def prompt_of(request):
    if "prompt" in request:
        return request["prompt"]
    if "messages" in request:
        return request["messages"][-1]["content"]
    return request.get("input", "")


async def streamed(request, word, rest):
    if word == "late-error":
        yield event(chunk(request, "so far"))
        raise ValueError("the worker broke in the middle")
    if word == "objects":  # as with RAW_OPENAI_OUTPUT=0
        for text in rest:
            yield chunk(request, text + " ")
        return
    if word == "fragments":  # bytes of a server behind the worker, cut anywhere
        whole = "".join(event(chunk(request, text + " ")) for text in rest) + event(chunk(request, "", "stop"))
        whole += "data: [DONE]"  # and no end of the event
        for at in range(0, len(whole), 7):
            yield whole[at : at + 7]
        return
    for number, text in enumerate(rest):
        if word == "slow" and number > 0:
            await asyncio.sleep(1)
        yield event(chunk(request, text + " "))
    yield event(chunk(request, "", "stop")) + "data: [DONE]\n\n"


async def handler(job):
    route, request = job["input"]["openai_route"], job["input"]["openai_input"]
    if route == "/v1/models":
        assert request == {}
        yield {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 1, "owned_by": "us"}]}
        return
    word, *rest = prompt_of(request).split() or [""]
    if word == "refuse":
        yield {"object": "error", "message": "too long", "type": "BadRequestError", "param": None, "code": 400}
    elif word == "error":
        yield {"error": {"message": "it's the worker", "type": "worker_error", "code": None}}
    elif word == "raise":
        raise ValueError("no such thing")
    elif word == "sleep":
        await asyncio.sleep(600)
    elif route == "/v1/embeddings":
        vectors = [{"object": "embedding", "index": 0, "embedding": [0.1, -2.5, 1e-07]}]
        yield {"object": "list", "model": MODEL, "data": vectors, "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    elif route == "/v1/responses":
        yield response(request, "echo " + " ".join(rest))
    elif request.get("stream"):
        async for piece in streamed(request, word, rest):
            yield piece
    elif word == "text":  # some workers yield the JSON's text
        yield json.dumps(completion(request, "as text"))
    else:
        yield completion(request, "echo " + " ".join(rest))


if __name__ == "__main__":
    runpod.serverless.start(
        {"handler": handler, "return_aggregate_stream": True, "concurrency_modifier": lambda current: 30}
    )
