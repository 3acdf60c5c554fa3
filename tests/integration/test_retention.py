"""How long results are kept: the shortest time (a minute, here less) after /runsync, longer with `wait` and after /run."""

import time

from harness import processes


def test_results_are_kept_as_long_as_their_operation_says(servers, make_worker):
    server = servers(limits={"retention-runsync": "4s"}).start()
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)

    def finished(path):
        asked = worker.later(server.post, f"/v2/{endpoint}/{path}", {"input": {"large": "x" * 100_000}})
        job = worker.take()
        worker.finish(job, {"large": "y" * 100_000})
        assert asked.result(20).status == 200
        return f"/v2/{endpoint}/status/{job['id']}"

    begun = time.monotonic()
    run, waited, plain = finished("run"), finished("runsync?wait=20000"), finished("runsync")
    assert {server.get(job).status for job in (run, waited, plain)} == {200}
    processes.wait_until(lambda: server.get(plain).status == 404, 30, "the end of the result", pause=0.2)
    assert time.monotonic() - begun > 3.9
    assert {server.get(job).json["status"] for job in (run, waited)} == {"COMPLETED"}
