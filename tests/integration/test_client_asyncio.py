"""The runpod package's asyncio client, unmodified. It checks no status and reads every answer as JSON."""

import asyncio

import aiohttp
import pytest
import runpod
from harness.client import unlike


@pytest.fixture
def using(server, endpoint, monkeypatch):
    """using(steps): runs the coroutine `steps(client)` to its end."""
    monkeypatch.setattr(runpod, "endpoint_url_base", server.origin + "/v2")

    def run(steps, endpoint=endpoint, key=server.key):
        async def whole():
            async with aiohttp.ClientSession() as session:
                return await steps(runpod.AsyncioEndpoint(endpoint, session, api_key=key))

        return asyncio.run(whole())

    return run


def test_a_job_from_run_to_output(using, worker):
    async def steps(client):
        job = await client.run({"n": 1})
        assert await job.status() == "IN_QUEUE"
        taken = await asyncio.to_thread(worker.take)
        assert (taken["id"], taken["input"]) == (job.job_id, {"n": 1})
        assert await job.status() == "IN_PROGRESS"
        waiting = asyncio.create_task(job.output(timeout=60))
        await asyncio.to_thread(worker.finish, taken, {"answer": "ü"})
        assert await waiting == {"answer": "ü"} and await job.status() == "COMPLETED"

    using(steps)


def test_a_job_that_fails_has_no_output(using, worker):
    async def steps(client):
        job = await client.run({"n": 1})
        await asyncio.to_thread(worker.take)
        await asyncio.to_thread(worker.done, job.job_id, {"error": "no such model"})
        assert await job.output(timeout=60) is None and await job.status() == "FAILED"

    using(steps)


def test_output_gives_up_after_its_timeout(using):
    async def steps(client):
        with pytest.raises(TimeoutError):
            await (await client.run({"n": 1})).output(timeout=1)

    using(steps)


def test_many_jobs_at_once(using, worker):
    def serve(count):
        while count > 0:
            for taken in worker.take_several():
                worker.finish(taken, taken["input"]["n"] * 2)
                count -= 1

    async def steps(client):
        served = asyncio.create_task(asyncio.to_thread(serve, 20))
        jobs = await asyncio.gather(*(client.run({"n": n}) for n in range(20)))
        outputs = await asyncio.gather(*(job.output(timeout=60) for job in jobs))
        await served
        assert outputs == [2 * n for n in range(20)]

    using(steps)


def test_a_stream_ends_with_the_job(using, worker):
    async def steps(client):
        job = await client.run({"n": 1})
        await asyncio.to_thread(worker.take)
        stream = job.stream()
        await asyncio.to_thread(worker.chunk, job.job_id, "first")
        assert await anext(stream) == "first"
        await asyncio.to_thread(worker.chunk, job.job_id, {"second": 2})
        await asyncio.to_thread(worker.done, job.job_id, {"output": []}, stream="true")
        assert [value async for value in stream] == [{"second": 2}]
        assert await job.status() == "COMPLETED"

    using(steps)


def test_cancel_health_and_purge_queue(using, worker):
    async def steps(client):
        jobs = [await client.run({"n": n}) for n in range(3)]
        await asyncio.to_thread(worker.take)
        counts = (await client.health())["jobs"]
        assert (counts["inProgress"], counts["inQueue"]) == (1, 2)
        assert await jobs[2].cancel() == {"id": jobs[2].job_id, "status": "CANCELLED"}
        assert await jobs[2].status() == "CANCELLED"
        assert await client.purge_queue() == {"removed": 1, "status": "completed"}
        assert (await jobs[0].cancel())["status"] == "CANCELLED"
        assert await asyncio.to_thread(worker.stops) == [jobs[0].job_id]

    using(steps)


def test_refusals_are_json_that_it_can_read(server, using):
    async def submit(client):
        with pytest.raises(KeyError, match="id"):  # it looks for the id in what is a refusal
            await client.run({"n": 1})

    async def health(client):
        return await client.health()

    async def status(client):
        job = await client.run({"n": 1})
        job.job_id = unlike(job.job_id)
        with pytest.raises(KeyError, match="status"):
            await job.status()

    using(submit, key="wrong")
    using(submit, endpoint="abcdefghijklmn")
    using(status)
    assert using(health, key="wrong")["title"] == "Unauthorized"
    assert "endpoint not found" in using(health, endpoint="abcdefghijklmn")["error"]
