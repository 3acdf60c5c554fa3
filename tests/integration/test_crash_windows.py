"""Crashes in chosen windows, over a disk that forgets what was not synced: shims/kill_point strikes there."""

import time

import pytest
import requests
from harness import processes
from harness.definitions import Database, save
from harness.shims import Dial, preload

HOUR = 3600
NONE, WAL_WRITTEN, WAL_SYNCED, BODY_COMPLETE, ANY_CHANGE = range(5)
LARGE = "x" * 100_000


@pytest.fixture
def clock(tmp_path):
    return Dial(tmp_path / "offset", 0)


@pytest.fixture
def point(tmp_path):
    return Dial(tmp_path / "point", NONE, 0)


@pytest.fixture
def server(servers, tmp_path, clock, point):
    environment = preload("kill_point", "forgetful_disk", "wall_clock") | {
        "PILOTLIGHT_TEST_KILL_POINT": str(point.path),
        "PILOTLIGHT_TEST_FORGETFUL_DISK": str(tmp_path),
        "PILOTLIGHT_TEST_DURABLE_DISK": str(tmp_path.with_name(tmp_path.name + ".durable")),
        "PILOTLIGHT_TEST_WALL_CLOCK": str(clock.path),
    }
    return servers(data=tmp_path / "data", environment=environment).start()


def bodies(server):
    return sorted(path.name for path in (server.data / "bodies").iterdir())


def struck(point):
    return point.get()[0] == NONE


def wait_next(server, before):
    """Until the keeper has another server than `before`, and it serves."""
    processes.wait_until(lambda: server.server_pid() not in (before, None), 30, "the next server")
    server.wait_ready()


def strike(server, point, kind, call, count=1):
    """The server dies at the `count`th moment of this kind in `call`, whose answer is lost; then the next one serves."""
    before = server.server_pid()
    point.set(kind, count)
    try:
        call()
    except (requests.exceptions.RequestException, AssertionError):
        pass
    processes.wait_until(lambda: struck(point), 10, "the kill")
    wait_next(server, before)


@pytest.mark.parametrize("kind", [WAL_WRITTEN, WAL_SYNCED])
def test_between_the_commit_and_the_write_of_a_take(server, point, make_worker, kind):
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    worker.ping()  # its first words are remembered before
    job = server.run(endpoint)
    strike(server, point, kind, worker.take)
    leased = kind == WAL_SYNCED
    assert server.status(endpoint, job)["status"] == ("IN_PROGRESS" if leased else "IN_QUEUE")
    assert worker.take()["id"] == job, "a poll that says it holds nothing brings it back"
    worker.finish(job, "once")
    view = server.status(endpoint, job)
    assert view["output"] == "once" and "retries" not in view, "nobody is charged"


@pytest.mark.parametrize("kind", [WAL_WRITTEN, WAL_SYNCED])
def test_between_the_commit_and_the_answer_of_a_result(server, point, make_worker, kind):
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    job = server.run(endpoint)
    worker.take()
    strike(server, point, kind, lambda: worker.done(job, {"output": "first"}))
    assert worker.done(job, {"output": "repeated"}).status == 200
    assert server.status(endpoint, job)["output"] == ("first" if kind == WAL_SYNCED else "repeated")
    assert server.health(endpoint)["jobs"]["completed"] == 1


def test_during_boot(server, point, make_worker):
    """The server dies before each change that a boot makes to what is remembered, one boot after the other."""
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    done, running, queued = (server.run(endpoint, {"n": n, "padding": LARGE}) for n in range(3))
    worker.finish(worker.take(), "done")
    worker.take()
    deaths = 0
    for count in range(1, 200):
        before = server.server_pid()
        point.set(ANY_CHANGE, count)
        server.kill_server()
        wait_next(server, before)
        if not struck(point):
            break  # this boot makes fewer changes
        deaths += 1
        assert server.status(endpoint, done)["output"] == "done", count
        assert server.status(endpoint, running)["status"] == "IN_PROGRESS", count
        assert server.status(endpoint, queued)["status"] == "IN_QUEUE", count
    assert 0 < deaths < 190
    point.set(NONE, 0)
    worker.finish(running, "after all")
    taken = worker.take()
    assert taken["id"] == queued and taken["input"]["padding"] == LARGE


def test_between_a_large_bodys_rename_and_its_command(server, point, make_worker):
    endpoint = server.make_idle_endpoint()
    kept = server.run(endpoint, {"padding": LARGE})
    before = bodies(server)
    strike(server, point, BODY_COMPLETE, lambda: server.run(endpoint, {"padding": "lost" + LARGE}))
    assert server.health(endpoint)["jobs"]["inQueue"] == 1, "what was not answered is not there"
    assert bodies(server) == before, "the orphan is swept"
    assert make_worker(server, endpoint).take()["id"] == kept


@pytest.mark.parametrize("kind", [WAL_WRITTEN, WAL_SYNCED, BODY_COMPLETE])
def test_between_an_idempotency_key_and_its_answer(server, point, make_worker, kind):
    endpoint = server.make_idle_endpoint()

    def send():
        answer = server.post(f"/v2/{endpoint}/run", {"input": LARGE}, headers={"idempotency-key": "k"})
        assert answer.status == 200, answer.text
        return answer.json["id"]

    strike(server, point, kind, send)
    assert server.health(endpoint)["jobs"]["inQueue"] == (kind == WAL_SYNCED)
    job = send()
    strike(server, point, WAL_WRITTEN, lambda: server.run(endpoint))
    assert send() == job
    assert server.health(endpoint)["jobs"]["inQueue"] == 1
    assert make_worker(server, endpoint).take()["input"] == LARGE and len(bodies(server)) == 1


def test_between_a_large_results_rename_and_its_command(server, point, make_worker):
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    job = server.run(endpoint)
    worker.take()
    strike(server, point, BODY_COMPLETE, lambda: worker.done(job, {"output": LARGE}))
    assert server.status(endpoint, job)["status"] == "IN_PROGRESS" and bodies(server) == []
    assert worker.done(job, {"output": LARGE + "again"}).status == 200
    assert server.status(endpoint, job)["output"] == LARGE + "again"


@pytest.mark.parametrize("kind", [WAL_WRITTEN, WAL_SYNCED, ANY_CHANGE])
def test_while_retention_deletes(server, clock, point, make_worker, kind):
    endpoint = server.make_idle_endpoint()
    worker = make_worker(server, endpoint)
    ended = [server.run(endpoint, {"padding": LARGE}) for _ in range(3)]
    for job in ended:
        worker.finish(worker.take(), LARGE)
    waiting = server.run(endpoint, {"padding": LARGE})
    assert server.terminate() == 0
    clock.set(2 * HOUR)  # retention is over
    server.start()
    strikes = 0
    for count in range(1, 7):
        if len(bodies(server)) <= 1:
            break
        before = server.server_pid()
        point.set(kind, count)
        if struck_within(point, 5):
            wait_next(server, before)
            strikes += 1
    assert strikes > 0
    point.set(NONE, 0)
    processes.wait_until(lambda: len(bodies(server)) == 1, 20, "the end of the expired bodies")
    assert all(server.get(f"/v2/{endpoint}/status/{job}").status == 404 for job in ended)
    taken = make_worker(server, endpoint).take()
    assert taken["id"] == waiting and taken["input"]["padding"] == LARGE
    assert server.health(endpoint)["jobs"]["completed"] == 3


def struck_within(point, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end and not struck(point):
        time.sleep(0.01)
    return struck(point)


def test_between_the_parts_of_an_endpoint_and_its_template(server, point):
    """The server dies before each change on disk of a save: the endpoint is there with its template, or neither is."""
    large = [{"key": "LARGE", "value": LARGE}]
    there = things(server)
    for count in range(1, 100):
        before = server.server_pid()
        own = {"name": "own", "dockerArgs": "", "containerDiskInGb": 1, "env": large if count % 2 else []}
        point.set(ANY_CHANGE, count)
        try:
            save(server, name=f"endpoint {count}", gpuIds="ADA_24", workersMax=0, template=own)
        except (requests.exceptions.RequestException, AssertionError):
            pass
        if not struck(point):
            break  # a save makes fewer changes
        wait_next(server, before)
        made = [one for one in listed_endpoints(server) if one["name"] == f"endpoint {count}"]
        assert len(made) <= 1 and all(one["template"]["boundEndpointId"] == one["id"] for one in made), made
        assert things(server) == there + 2 * len(made), count
        there += 2 * len(made)
    assert 3 < count < 90
    point.set(NONE, 0)
    (last,) = [one for one in listed_endpoints(server) if one["name"] == f"endpoint {count}"]
    server.graphql(f'mutation {{ deleteEndpoint(id: "{last["id"]}") }}')
    assert things(server) == there


def test_between_the_removals_of_an_endpoint_and_its_template(server, point):
    there = things(server)
    for count in range(1, 100):
        own = {"name": "own", "dockerArgs": "", "containerDiskInGb": 1, "env": [{"key": "A", "value": "1"}]}
        made = save(server, name="to be deleted", gpuIds="ADA_24", workersMax=0, template=own)
        before = server.server_pid()
        point.set(ANY_CHANGE, count)
        try:
            server.graphql(f'mutation {{ deleteEndpoint(id: "{made["id"]}") }}')
        except (requests.exceptions.RequestException, AssertionError):
            pass
        if not struck(point):
            break  # a removal makes fewer changes
        wait_next(server, before)
        left = len([one for one in listed_endpoints(server) if one["id"] == made["id"]])
        assert things(server) == there + 2 * left, count
        there += 2 * left
    assert 2 < count < 90 and things(server) == there
    point.set(NONE, 0)


def test_between_the_parts_of_a_change_of_a_template(server, point):
    """The server dies before each change on disk of a PATCH: the template is as it was or as it is to be, whole."""
    made = server.post("/v2/templates", {"name": "changed", "image": "image:0", "env": {"A": "0" * 100_000}}).json["id"]

    def change(count):
        return server.request("PATCH", f"/v2/templates/{made}", {"image": f"image:{count}", "env": {"A": str(count) * 70_000}})

    for count in range(1, 100):
        before, old = server.server_pid(), server.get(f"/v2/templates/{made}").json
        point.set(ANY_CHANGE, count)
        try:
            change(count)
        except requests.exceptions.RequestException:
            pass
        if not struck(point):
            break  # a change makes fewer changes on disk
        wait_next(server, before)
        new = server.get(f"/v2/templates/{made}").json
        assert new in (old, old | {"image": f"image:{count}", "env": {"A": str(count) * 70_000}}), count
        processes.wait_until(lambda: len(bodies(server)) == 1, 10, "the end of the other environment's file")
    assert 3 < count < 90
    point.set(NONE, 0)


def test_between_the_parts_of_a_copy_of_a_template(server, point):
    """The server dies before each change on disk of a REST v2 change, which copies the shared template."""
    shared = server.save_template(imageName="image:0", env=[{"key": "A", "value": LARGE}])["id"]
    there, copied = things(server), False
    made = save(server, name="to be changed", gpuIds="ADA_24", workersMax=0, templateId=shared)["id"]
    for count in range(1, 100):
        before = server.server_pid()
        point.set(ANY_CHANGE, count)
        try:
            server.request("PATCH", f"/v2/serverless/{made}", {"image": f"image:{count}"})
        except requests.exceptions.RequestException:
            pass
        if not struck(point):
            break  # such a change makes fewer changes on disk
        wait_next(server, before)
        (seen,) = listed_endpoints(server)
        copied = seen["template"]["boundEndpointId"] == made
        assert things(server) == there + 1 + copied, count
        view = server.get(f"/v2/serverless/{made}").json
        assert view["image"] == (f"image:{count}" if copied else "image:0") and view["env"] == {"A": LARGE}
        assert server.get(f"/v2/templates/{shared}").json["image"] == "image:0"
        if copied:
            server.graphql(f'mutation {{ deleteEndpoint(id: "{made}") }}')
            made = save(server, name="to be changed", gpuIds="ADA_24", workersMax=0, templateId=shared)["id"]
    assert 3 < count < 90
    point.set(NONE, 0)


def things(server):
    """Read by a new connection: the disk that forgets has put other files in place."""
    return Database(server).things()


def listed_endpoints(server):
    return server.graphql("{ myself { endpoints { id name template { boundEndpointId } } } }")["myself"]["endpoints"]
