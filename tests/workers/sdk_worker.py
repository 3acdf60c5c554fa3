"""A worker on the unmodified runpod package that does what the job's input says."""

import datetime
import os
import signal
import time

import runpod


UNWRITABLE = {"set": {1, 2}, "datetime": datetime.datetime(2026, 1, 31), "bytes": b"abc", "surrogate": "\ud83d"}


def handler(job):
    task = job["input"]
    if "print" in task:
        print(task["print"].replace("TOKEN", os.environ["RUNPOD_AI_API_KEY"]))
    if "sleep" in task:
        time.sleep(task["sleep"])
    if "exit" in task:
        os._exit(task["exit"])
    if "signal" in task:
        os.kill(os.getpid(), signal.Signals[task["signal"]])
        time.sleep(60)
    if "raise" in task:
        raise ValueError(task["raise"])
    if "size" in task:
        return "x" * task["size"]
    if "unwritable" in task:
        return {"no JSON": UNWRITABLE[task["unwritable"]]}
    if "progress" in task:
        runpod.serverless.progress_update(job, task["progress"])
        time.sleep(1)
    return {"echo": task, "worker": os.environ["RUNPOD_POD_ID"], "pid": os.getpid()}


runpod.serverless.start({"handler": handler})
