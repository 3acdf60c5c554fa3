"""Webhooks: who is told what of a job's end, how often, and with which proof."""

import pytest
from harness.processes import wait_until
from harness.receiver import Receiver
from standardwebhooks.webhooks import Webhook


@pytest.fixture(scope="module")
def server(shared_servers):
    return shared_servers("--webhook-internal", "on").start()


@pytest.fixture
def receive():
    """receive(*answers): a receiver."""
    made = []

    def make(*answers):
        made.append(Receiver(*answers))
        return made[-1]

    yield make
    for receiver in made:
        receiver.close()


def log(server, endpoint, job):
    answer = server.get(f"/v2/{endpoint}/webhooks/{job}")
    assert answer.status == 200, answer.text
    return answer.json


def wait_log(server, endpoint, job, status):
    return wait_until(lambda: (found := log(server, endpoint, job))["status"] == status and found, 30, status)


def secret_of(server):
    return (server.data / "webhook-secret").read_text().strip()


def test_a_completed_job_is_told_with_input_and_output(server, endpoint, worker, receive):
    receiver = receive()
    job = server.run(endpoint, {"n": [1, "ü"]}, webhook=receiver.url, s3Config={"accessSecret": "hidden"})
    taken = worker.take()
    assert taken["webhook"] == receiver.url
    worker.finish(job, {"answer": 42})
    (told,) = receiver.wait(1)
    view = server.status(endpoint, job)
    assert told == {**view, "input": {"n": [1, "ü"]}, "webhook": receiver.url}
    assert set(told) == {"delayTime", "executionTime", "id", "input", "output", "status", "webhook", "workerId"}
    delivered = wait_log(server, endpoint, job, "DELIVERED")
    assert [attempt["answer"] for attempt in delivered["attempts"]] == [200]
    receiver.stays_at(1)


@pytest.mark.parametrize("end", ["FAILED", "CANCELLED"])
def test_every_other_end_is_told_too(server, endpoint, worker, receive, end):
    receiver = receive()
    job = server.run(endpoint, {"n": 1}, webhook=receiver.url)
    if end == "CANCELLED":
        server.post(f"/v2/{endpoint}/cancel/{job}")
    else:
        worker.take()
        worker.done(job, {"error": "it broke"})
    (told,) = receiver.wait(1)
    assert told["status"] == end and told["id"] == job and told["input"] == {"n": 1}
    assert told.get("error") == ("it broke" if end == "FAILED" else None)


def test_the_signature_is_that_of_the_standard(server, endpoint, receive):
    receiver = receive()
    job = server.run(endpoint, {"text": "ü"}, webhook=receiver.url)
    server.post(f"/v2/{endpoint}/cancel/{job}")
    receiver.wait(1)
    headers, body = receiver.told[0]
    headers = {name.lower(): value for name, value in headers.items()}
    assert Webhook(secret_of(server)).verify(body, headers)["id"] == job
    assert headers["content-type"] == "application/json" and headers["user-agent"].startswith("Pilotlight/")
    with pytest.raises(Exception, match="signature"):
        Webhook(secret_of(server)).verify(body + b" ", headers)


def test_a_failure_is_tried_again_with_the_same_id(server, endpoint, receive):
    receiver = receive(500, 200)
    job = server.run(endpoint, {}, webhook=receiver.url)
    server.post(f"/v2/{endpoint}/cancel/{job}")
    receiver.wait(1)
    waiting = wait_until(lambda: (found := log(server, endpoint, job))["attempts"] and found, 10, "the first attempt")
    assert waiting["status"] == "OPEN" and waiting["attempts"][0]["answer"] == 500
    assert waiting["next"] > waiting["attempts"][0]["at"]
    receiver.wait(2, 40)
    ids = [headers["webhook-id"] for headers, _ in receiver.told]
    assert ids == [waiting["id"]] * 2 and job in ids[0]
    assert receiver.told[0][1] == receiver.told[1][1]
    assert wait_log(server, endpoint, job, "DELIVERED")["attempts"][1]["answer"] == 200


def test_a_delivery_names_a_damaged_result_and_is_retried(server, endpoint, worker, receive):
    receiver = receive(500, 200)
    job = server.run(endpoint, {}, webhook=receiver.url)
    worker.take()
    before = set((server.data / "bodies").iterdir())
    worker.finish(job, "y" * 100_000)
    receiver.wait(1)
    (result,) = set((server.data / "bodies").iterdir()) - before
    result.write_bytes(result.read_bytes().replace(b"y", b"z", 1))
    attempts = wait_until(lambda: (found := log(server, endpoint, job)["attempts"])[1:] and found, 40, "another attempt")
    assert "cannot read a payload" in attempts[1].get("detail", ""), attempts
    assert log(server, endpoint, job)["status"] == "OPEN"
    receiver.stays_at(1)


def test_a_retried_job_ends_in_another_delivery(server, endpoint, worker, receive):
    receiver = receive()
    job = server.run(endpoint, {}, webhook=receiver.url)
    worker.take()
    worker.done(job, {"error": "it broke"})
    receiver.wait(1)
    first = wait_log(server, endpoint, job, "DELIVERED")
    assert server.post(f"/v2/{endpoint}/retry/{job}").status == 200
    assert worker.take()["id"] == job
    worker.finish(job, "better")
    told = receiver.wait(2)
    assert [one["status"] for one in told] == ["FAILED", "COMPLETED"] and told[1]["output"] == "better"
    assert log(server, endpoint, job)["id"] != first["id"]


def test_large_bodies_arrive_whole(server, endpoint, worker, receive):
    receiver = receive()
    job = server.run(endpoint, {"large": "i" * 3_000_000}, webhook=receiver.url)
    worker.take()
    worker.finish(job, "o" * 15_000_000)
    (told,) = receiver.wait(1)
    assert told["input"]["large"] == "i" * 3_000_000 and told["output"] == "o" * 15_000_000


def test_what_is_owed_survives_kill_9(servers, make_worker, receive):
    server = servers("--runtime", "none", "--webhook-internal", "on").start()
    endpoint = server.make_idle_endpoint()
    receiver = receive(503, 503, 200)
    job = server.run(endpoint, {"n": 1}, webhook=receiver.url)
    server.post(f"/v2/{endpoint}/cancel/{job}")
    receiver.wait(1)
    server.kill_server()
    told = receiver.wait(3, 60)
    assert [one["id"] for one in told] == [job] * 3
    assert len({headers["webhook-id"] for headers, _ in receiver.told}) == 1
    assert wait_log(server, endpoint, job, "DELIVERED")


def test_a_secret_can_be_given(servers, receive):
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    server = servers("--runtime", "none", "--webhook-internal", "on", environment={"PILOTLIGHT_WEBHOOK_SECRET": secret})
    server.start()
    endpoint = server.make_idle_endpoint()
    receiver = receive()
    job = server.run(endpoint, {}, webhook=receiver.url)
    server.post(f"/v2/{endpoint}/cancel/{job}")
    receiver.wait(1)
    headers, body = receiver.told[0]
    assert Webhook(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    assert not (server.data / "webhook-secret").exists()


def test_internal_addresses_are_refused_and_said(servers, receive):
    server = servers("--runtime", "none").start()
    endpoint = server.make_idle_endpoint()
    receiver = receive()
    for url in (receiver.url, receiver.url.replace("127.0.0.1", "localhost"), "http://169.254.169.254/latest"):
        job = server.run(endpoint, {}, webhook=url)
        server.post(f"/v2/{endpoint}/cancel/{job}")
        found = wait_until(lambda job=job: (seen := log(server, endpoint, job))["attempts"] and seen, 20, "an attempt")
        assert found["status"] == "OPEN" and found["attempts"][0]["answer"] is None
        assert "webhook-internal" in found["attempts"][0]["detail"]
    receiver.stays_at(0)


def test_a_receiver_that_is_not_there_is_said(server, endpoint):
    job = server.run(endpoint, {}, webhook="http://127.0.0.1:1/")
    server.post(f"/v2/{endpoint}/cancel/{job}")
    found = wait_until(lambda: (seen := log(server, endpoint, job))["attempts"] and seen, 20, "an attempt")
    assert found["attempts"][0]["answer"] is None and found["attempts"][0]["detail"]


NEVER = ["nonsense", "//example.org/x", "ftp://example.org/", "http://", "http://h:0/", "http://h/a\r\nX: y", "http://h/\0"]


@pytest.mark.parametrize("url", [*NEVER, "http://h/" + "a" * 8192])
def test_a_url_that_can_never_work_is_refused_at_the_door(server, endpoint, url):
    one = {"input": 1, "webhook": url}
    for door, body in (("run", one), ("runsync", one), ("batch", [one]), ("batch", {"requests": [one]})):
        answer = server.post(f"/v2/{endpoint}/{door}", body)
        assert answer.status == 400 and "webhook can never be reached: the URL" in answer.json["error"], answer.text
    assert server.health(endpoint)["jobs"]["inQueue"] == 0


def test_refusals(server, endpoint):
    job = server.run(endpoint, {}, webhook="")
    assert server.get(f"/v2/{endpoint}/webhooks/{job}").status == 404
    server.post(f"/v2/{endpoint}/cancel/{job}")
    answer = server.get(f"/v2/{endpoint}/webhooks/{job}")
    assert answer.status == 404 and answer.json["error"] == "the job has no webhook"
    assert server.get(f"/v2/{endpoint}/webhooks/{job}", key=None).status == 401
    assert server.post(f"/v2/{endpoint}/run", {"input": 1, "webhook": 7}).json["error"].startswith("webhook must be")
