"""Clients that are slow, hasty or gone: their connections are cut, answered in order, or forgotten, and others go on."""

import json
import socket
import threading
import time

import pytest
from harness import processes
from harness.raw import connect, head, read_answer, read_answers

MEBIBYTE = 1 << 20
HEADER_LIMIT = WINDOW = 15  # seconds; docs/errors.md


# Slow ones


class Drip(threading.Thread):
    """Sends the first part of each (at once, slowly) and of the second one byte now and then, until the server has cut
    all connections or `give_up` seconds are over. `cut`: after how many seconds, by the number of the request."""

    def __init__(self, origin, requests, give_up=90):
        super().__init__()
        self.give_up = give_up
        self.cut, self.left = {}, {}
        for number, (at_once, slowly) in enumerate(requests):
            connection = connect(origin)
            connection.sendall(at_once)
            connection.setblocking(False)
            self.left[number] = (connection, slowly)
        self.began = time.monotonic()
        self.start()

    def run(self):
        position = 0
        while self.left and time.monotonic() - self.began < self.give_up:
            for number, (connection, data) in list(self.left.items()):
                try:
                    connection.send(data[position : position + 1])
                    connection.recv(1)
                except BlockingIOError:
                    continue
                except ConnectionError:
                    pass
                self.cut[number] = time.monotonic() - self.began
                self.left.pop(number)[0].close()
            position += 1
            time.sleep(0.25)
        for connection, _ in self.left.values():
            connection.close()


def test_slow_headers_and_bodies_are_cut_while_others_are_served(server, endpoint, worker):
    run = f"/v2/{endpoint}/run"
    sized = head("POST", run, server.key, content_length=MEBIBYTE)
    chunked = head("POST", run, server.key, transfer_encoding="chunked")
    headers = Drip(server.origin, [(b"", head("POST", run, server.key, x_pad="x" * 1000))] * 200)
    uploads = Drip(server.origin, [(sized, b"x" * 1000)] * 40 + [(chunked, b"1\r\nx\r\n" * 200)] * 40)
    finished = 0
    while headers.is_alive() or uploads.is_alive():
        job = server.run(endpoint, {"n": finished})
        assert worker.take()["id"] == job
        worker.finish(job, finished)
        assert server.status(endpoint, job)["output"] == finished
        finished += 1
        time.sleep(0.1)
    assert not headers.left and not uploads.left, "all are cut"
    # Connected one after the other, so the first were there for a little longer.
    assert min(headers.cut.values()) > HEADER_LIMIT - 3 and min(uploads.cut.values()) > WINDOW - 3
    assert finished > 20, "others were served"
    assert server.health(endpoint)["jobs"]["inQueue"] == 0


def test_an_empty_line_before_a_request_may_come_in_pieces(server):
    with connect(server.origin) as connection:
        connection.sendall(b"\r")
        time.sleep(0.2)
        connection.sendall(b"\n" + head("GET", "/healthz"))
        assert read_answer(connection).status == 200


def test_an_upload_of_an_honest_pace_takes_as_long_as_it_takes(server, endpoint):
    """Over the window, and above its least bytes in each."""
    body = json.dumps({"input": "x" * 400_000}).encode()
    with connect(server.origin) as connection:
        connection.sendall(head("POST", f"/v2/{endpoint}/run", server.key, content_length=len(body)))
        for at in range(0, len(body), 5_000):
            connection.sendall(body[at : at + 5_000])
            time.sleep((WINDOW + 5) / (len(body) / 5_000))
        assert read_answer(connection).status == 200


def test_a_large_result_reaches_a_client_on_a_slow_line(server, endpoint, worker):
    job = server.run(endpoint)
    output = "x" * (24 * MEBIBYTE)
    worker.finish(worker.take(), output)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
        host, port = server.origin.removeprefix("http://").split(":")
        connection.connect((host, int(port)))
        connection.sendall(head("GET", f"/v2/{endpoint}/status/{job}", server.key, connection="close"))
        begun, received = time.monotonic(), 0
        while piece := connection.recv(64 << 10):
            received += len(piece)
            if time.monotonic() - begun < 40:
                time.sleep(len(piece) / (300 << 10))  # 300 KiB/s, then as fast as it goes
    assert received > len(output)


# Hasty ones


def test_pipelined_requests_of_every_kind_are_answered_in_order(server, endpoint, worker):
    """Also behind one that waits: the runsync in the middle is answered when its job ends."""

    def post(operation, value):
        body = json.dumps({"input": value}).encode()
        return head("POST", f"/v2/{endpoint}/{operation}", server.key, content_length=len(body)) + body

    large = "x" * 300_000
    requests = [
        post("run", 0),
        head("GET", "/nowhere", server.key),
        post("run", large),
        head("GET", f"/v2/{endpoint}/health", "wrong"),
        post("runsync", 2),
        post("run", 3),
        head("DELETE", f"/v2/{endpoint}/run", server.key),
        head("GET", f"/v2/{endpoint}/health", server.key, connection="close"),
        post("run", "behind the end of the connection"),
    ]
    with connect(server.origin) as connection, connection.makefile("rb") as file:
        answers = worker.later(read_answers, file, 8)
        connection.sendall(b"".join(requests))
        taken = [worker.take()]
        while len(taken) < 3:
            worker.finish(taken[-1], "done")
            taken.append(worker.take())
        assert [job["input"] for job in taken] == [0, large, 2]
        assert not answers.done() and server.health(endpoint)["jobs"]["inQueue"] == 0, "nothing overtakes the one that waits"
        worker.finish(taken[-1], "done")
        answers = answers.result(30)
        assert file.read(1) == b"", "after its last answer"
    assert [answer.status for answer in answers] == [200, 404, 200, 401, 200, 200, 405, 200]
    assert [answer.json["id"] for answer in (answers[0], answers[2], answers[4])] == [job["id"] for job in taken]
    assert answers[4].json["output"] == "done"
    assert answers[7].json["jobs"]["inQueue"] == 1, "the job behind the runsync, and none behind the end"


def test_pipelined_jobs_keep_their_order(server, endpoint, worker):
    count = 200
    body = b'{"input": %4d}'
    requests = [head("POST", f"/v2/{endpoint}/run", server.key, content_length=15) + body % n for n in range(count)]
    with connect(server.origin) as connection, connection.makefile("rb") as file:
        answers = worker.later(read_answers, file, count)
        connection.sendall(b"".join(requests))
        jobs = [answer.json["id"] for answer in answers.result(60)]
    taken = []
    while len(taken) < count:
        batch = worker.take_batch(64, in_progress=1)
        taken += [(job["id"], job["input"]) for job in batch]
        for job in batch:
            worker.finish(job, 1)
    assert taken == list(zip(jobs, range(count)))


# Those who go


@pytest.mark.parametrize("stage", ["queued", "running"])
def test_clients_gone_during_runsync_leave_their_jobs(server, endpoint, make_worker, stage):
    count = 40
    body = b'{"input": "mine"}'
    request = head("POST", f"/v2/{endpoint}/runsync?wait=300000", server.key, content_length=len(body)) + body
    connections = [connect(server.origin) for _ in range(count)]
    for connection in connections:
        connection.sendall(request)
    processes.wait_until(lambda: server.health(endpoint)["jobs"]["inQueue"] == count, 20, "the jobs")
    worker = make_worker(server, endpoint)
    running = worker.take_batch(64) if stage == "running" else []
    for connection in connections:
        connection.close()
    running = running or worker.take_batch(64)
    assert len(running) == count
    for job in running:
        worker.finish(job, "nobody waits")
    listed = server.get(f"/v2/{endpoint}/requests?limit=100").json["requests"]
    assert {(job["id"], job["status"]) for job in listed} == {(job["id"], "COMPLETED") for job in running}
    assert server.status(endpoint, running[0]["id"])["output"] == "nobody waits"


def test_a_client_that_leaves_with_unread_bytes_takes_no_job(server, endpoint, worker):
    """Bytes that lie unread before the end must not hide it."""
    path = "/" + worker._take_url().split("/", 3)[3] + "&job_in_progress=0"
    with connect(server.origin) as connection:
        connection.sendall(head("GET", path) + head("GET", "/healthz"))
        time.sleep(0.5)
    job = server.run(endpoint)
    assert worker.take()["id"] == job
    worker.finish(job, 1)
    assert "retries" not in server.status(endpoint, job)


def test_a_worker_that_leaves_during_its_input_returns_the_job(server, endpoint, worker):
    job = server.run(endpoint, {"text": "x" * (9 * MEBIBYTE)})
    with connect(server.origin) as connection:
        connection.sendall(head("GET", "/" + worker._take_url().split("/", 3)[3] + "&job_in_progress=0"))
        assert job in connection.recv(2000).decode()
    processes.wait_until(lambda: server.status(endpoint, job)["status"] == "IN_QUEUE", 20, "the job")
    taken = worker.take()
    assert taken["id"] == job and len(taken["input"]["text"]) == 9 * MEBIBYTE
    worker.finish(taken, 1)
    assert "retries" not in server.status(endpoint, job)
