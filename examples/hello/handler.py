"""A worker, as it would be written for RunPod: it greets whoever the job names."""

import runpod


def handler(job):
    name = job["input"].get("name", "world")
    return {"greeting": f"Hello, {name}!"}


runpod.serverless.start({"handler": handler})
