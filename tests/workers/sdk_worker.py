"""A worker on the unmodified runpod package that does what the job's input says."""

import os
import time

import runpod


def handler(job):
    task = job["input"]
    if "sleep" in task:
        time.sleep(task["sleep"])
    if "exit" in task:
        os._exit(task["exit"])
    if "raise" in task:
        raise ValueError(task["raise"])
    if "size" in task:
        return "x" * task["size"]
    if "unwritable" in task:
        return {"no JSON": {1, 2}}
    if "progress" in task:
        runpod.serverless.progress_update(job, task["progress"])
        time.sleep(1)
    return {"echo": task, "worker": os.environ["RUNPOD_POD_ID"], "pid": os.getpid()}


runpod.serverless.start({"handler": handler})
