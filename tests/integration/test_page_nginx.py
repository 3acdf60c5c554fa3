"""docs/local/nginx.md: its configuration in a real nginx, with real workers and clients on both sides of it."""

import subprocess

import pytest
import requests
import runpod
from harness import processes
from harness.events import Events, messages
from harness.nginx import Nginx, settings
from harness.server import PYTHON, ROOT
from harness.worker import Worker

MIB = 1 << 20
LONGEST_WAIT_S = 300


@pytest.fixture(scope="module")
def nginx(tmp_path_factory):
    nginx = Nginx(tmp_path_factory.mktemp("nginx") / "nginx")
    yield nginx
    nginx.stop()


@pytest.fixture(scope="module")
def server(nginx, shared_servers):
    """Behind nginx, whose address is its public one."""
    server = shared_servers("--public-url", nginx.origin).start()
    nginx.configure(server.origin)
    nginx.start()
    return server


@pytest.fixture
def client_of(server, nginx, monkeypatch):
    """client_of(worker program): the package's client, through nginx, of a new endpoint; its worker goes through it too."""
    monkeypatch.setattr(runpod, "endpoint_url_base", nginx.origin + "/v2")
    trust = {"SSL_CERT_FILE": str(nginx.certificate), "REQUESTS_CA_BUNDLE": str(nginx.certificate)}
    for name, value in trust.items():
        monkeypatch.setenv(name, value)

    def make(program):
        endpoint = server.make_endpoint(f"{PYTHON} -u {ROOT}/tests/workers/{program}", env=trust, workersMax=1)
        return runpod.Endpoint(endpoint, api_key=server.key)

    return make


def asked(nginx, client, call):
    return any(f"/v2/{client.endpoint_id}/{call}" in line and '" 200 ' in line for line in nginx.requests())


def seconds(name):
    (value,) = settings()[name]
    return int(value.removesuffix("s"))


def test_nginx_accepts_the_configuration(nginx, server):
    done = subprocess.run(nginx.command("-t"), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr + (nginx.folder / "error.log").read_text()


def test_its_limits_are_wider_than_the_servers(server):
    assert seconds("proxy_read_timeout") > LONGEST_WAIT_S
    endpoint = server.make_idle_endpoint()
    too_long = server.post(f"/v2/{endpoint}/runsync?wait={LONGEST_WAIT_S * 1000 + 1}", {"input": {}})
    assert too_long.status == 400, "the server holds longer than this test knows"
    (largest,) = settings()["client_max_body_size"]
    assert "| `result-max` | SIZE, 1KiB to 1GiB | `64MiB` |" in (ROOT / "docs/options.md").read_text()
    assert largest == "80m"
    assert settings()["proxy_buffering"] == ["off"]


def test_a_worker_and_a_client_meet_through_it(nginx, client_of):
    client = client_of("sdk_worker.py")
    assert client.run_sync({"text": "ü"})["echo"] == {"text": "ü"}
    job = client.run({"raise": "no such model"})
    assert job.output(timeout=60) is None and job.status() == "FAILED"
    assert all(asked(nginx, client, call) for call in ("job-take/", "job-done/", "runsync", "status/"))
    processes.wait_until(lambda: asked(nginx, client, "ping/"), 30, "a ping through nginx")


def test_a_stream_goes_through_it(nginx, client_of):
    client = client_of("generator_worker.py")
    job = client.run({"count": 12})
    assert list(job.stream()) == [{"number": number} for number in range(12)]
    assert all(asked(nginx, client, call) for call in ("job-stream/", "stream/"))


def test_large_bodies_go_through_it(nginx, client_of):
    client = client_of("sdk_worker.py")
    text = "x" * (19 * MIB)
    assert client.run_sync({"text": text})["echo"] == {"text": text}
    assert len(client.run_sync({"size": 63 * MIB})) == 63 * MIB


def test_the_server_and_not_nginx_refuses_bodies_over_the_limit(nginx, server, client_of):
    client = client_of("sdk_worker.py")
    with pytest.raises(requests.HTTPError) as refused:
        client.run_sync({"text": "x" * (21 * MIB)})
    assert refused.value.response.json() == {"error": "exceeded max body size of 20MiB"}
    view = client.run({"size": 65 * MIB})
    view.output(timeout=60)
    assert "output too large" in server.status(client.endpoint_id, view.job_id)["error"]


def test_a_worker_that_hangs_up_in_a_poll_is_given_nothing(nginx, server):
    endpoint = server.make_idle_endpoint()
    poll = server.worker_env(endpoint)["RUNPOD_WEBHOOK_GET_JOB"]
    assert poll.startswith(nginx.origin)
    with pytest.raises(requests.ReadTimeout):
        requests.get(poll, timeout=1, verify=str(nginx.certificate))
    given_up = f"/v2/{endpoint}/job-take/"

    def was_seen():
        return any(given_up in line and '" 499 ' in line for line in nginx.requests())

    processes.wait_until(was_seen, 30, "the hang-up")
    job = server.run(endpoint, {"n": 1})
    variables = server.worker_env(endpoint)
    worker = Worker({name: value.replace(nginx.origin, server.origin) for name, value in variables.items()})
    assert worker.take(timeout=10)["id"] == job
    worker.finish(job, None)
    worker.close()
    assert "retries" not in server.status(endpoint, job)


def test_events_come_through_it_at_once(nginx, server):
    endpoint = server.make_idle_endpoint()
    worker = Worker({name: value.replace(nginx.origin, server.origin) for name, value in server.worker_env(endpoint).items()})
    try:
        events = Events(server, "POST", f"/v2/{endpoint}/run?stream=1", {"input": {}}, behind=nginx)
        job = events.next().data["id"]
        assert worker.take()["id"] == job
        for value in range(3):
            worker.chunk(job, value)
            assert messages(events.until("message")) == [value], "while the job goes on"
        worker.finish(job, [])
        assert events.until("end")[-1].data["status"] == "COMPLETED"
    finally:
        worker.close()
