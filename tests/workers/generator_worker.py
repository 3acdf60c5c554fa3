"""A worker that yields: COUNT values, in order; with "fail" it raises after them."""

import runpod


def handler(job):
    for number in range(job["input"]["count"]):
        yield {"number": number}
    if job["input"].get("fail"):
        raise ValueError("after the last")


runpod.serverless.start({"handler": handler, "return_aggregate_stream": True})
