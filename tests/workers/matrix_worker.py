"""One worker for every version of the runpod package: the first argument names the kind of handler, the job's input
says what it does. The oldest version must be able to run it."""

import asyncio
import os
import sys
import time

# The package reads both when it is imported. A short interval: nobody waits ten seconds for what a ping proves.
os.environ["RUNPOD_PING_INTERVAL"] = "1000"
if "RESULTS_VIA" in os.environ:
    path = os.environ["RUNPOD_WEBHOOK_POST_OUTPUT"].split("/", 3)[3]
    os.environ["RUNPOD_WEBHOOK_POST_OUTPUT"] = os.environ["RESULTS_VIA"] + "/" + path

import runpod  # noqa: E402

PAUSE = 0.05
UNSENDABLE = {"set": {1, 2}, "half a pair": "\ud83d"}  # a job's input cannot hold them either
NOT_NUMBERS = {"nan": float("nan"), "infinite": [float("inf"), float("-inf")], "half": 0.5}
met = {}  # how many jobs have come to each place


def note(task, word):
    """A line in the file that the task names: what happened, and to whom."""
    if "notes" in task:
        with open(task["notes"], "a") as file:
            file.write(f"{word} {os.environ['RUNPOD_POD_ID']} {os.getpid()}\n")


def steps(job):
    """The work on a job: yields whenever it waits, and returns the output."""
    task = job["input"]
    note(task, "began")
    if "progress" in task:
        runpod.serverless.progress_update(job, task["progress"])
    if "meet" in task:
        met[task["meet"]] = met.get(task["meet"], 0) + 1
        while met[task["meet"]] < task["guests"]:
            yield
    while "until" in task and not os.path.exists(task["until"]):
        yield
    if "raise" in task:
        raise ValueError(task["raise"])
    if "exit" in task:
        print("no memory is left", flush=True)
        os._exit(task["exit"])
    if "unsendable" in task:
        return UNSENDABLE[task["unsendable"]]
    if "size" in task:
        return "x" * task["size"]
    if "not_numbers" in task:
        return NOT_NUMBERS
    if "who" in task:
        return {"worker": os.environ["RUNPOD_POD_ID"], "pid": os.getpid(), **task["who"]}
    return task["return"]


def finished(work):
    """(whether the work is done, its output)"""
    try:
        next(work)
    except StopIteration as end:
        return True, end.value
    return False, None


def blocking(job):
    work = steps(job)
    while True:
        done, output = finished(work)
        if done:
            note(job["input"], "ended")
            return output
        time.sleep(PAUSE)


async def waiting(job):
    work = steps(job)
    try:
        while True:
            done, output = finished(work)
            if done:
                return output
            await asyncio.sleep(PAUSE)
    except asyncio.CancelledError:
        note(job["input"], "stopped")
        raise


def generator(job):
    task = job["input"]
    yield from task.get("yield", [])
    note(task, "began")
    while "until" in task and not os.path.exists(task["until"]):
        time.sleep(PAUSE)
    for _ in range(task.get("large", 0)):
        yield "x" * task["size"]
    if "unsendable" in task:
        yield UNSENDABLE[task["unsendable"]]
    yield from task.get("then", [])
    if "raise" in task:
        raise ValueError(task["raise"])


async def async_generator(job):
    for value in generator(job):
        await asyncio.sleep(0)
        yield value


def concurrent():
    # Up to 1.3 it was a controller: whether the worker has enough to do.
    return {"handler": waiting, "concurrency_modifier": lambda now: 4, "concurrency_controller": lambda: False}


def unfit():
    @runpod.serverless.register_fitness_check
    def has_weights():
        raise RuntimeError("the weights are not there")

    return {"handler": blocking}


KINDS = {
    "blocking": lambda: {"handler": blocking},
    "brief": lambda: {"handler": blocking},
    "proxied": lambda: {"handler": blocking},
    "async": concurrent,
    "concurrent": concurrent,
    "generator": lambda: {"handler": generator},
    "generator_aggregate": lambda: {"handler": generator, "return_aggregate_stream": True},
    "async_generator": lambda: {"handler": async_generator},
    "async_generator_aggregate": lambda: {"handler": async_generator, "return_aggregate_stream": True},
    "refreshing": lambda: {"handler": blocking, "refresh_worker": True},
    "unfit": unfit,
}

runpod.serverless.start(KINDS[sys.argv[1]]())
