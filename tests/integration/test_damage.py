"""Data folders whose database or body files were damaged: the right value, or words, and never another's value."""

import http.client
import json
import os
import random
import shutil
from collections import Counter

import pytest
import requests
from harness import documented, processes
from harness.nginx import free_port

PAGE = 4096
SIZES = (20, 6_000, 70_000)  # beside its job or in a small row, on pages of its own, in a file
PASSES = int(os.environ.get("PILOTLIGHT_DAMAGES", "1"))
"""How often each page is damaged, each time in another way."""


def text(name, size):
    """A text that nothing else has."""
    return f"{name}-" + "".join(random.Random(name).choices("abcdefghijklmnopqrstuvwxyz", k=size))


class Folder:
    """A data folder with something of everything, and what the server says to each question while it is whole."""

    def __init__(self, server, make_worker):
        self.server = server
        self.endpoint = server.make_idle_endpoint()
        self.worker = make_worker(server, self.endpoint)
        self.base = f"/v2/{self.endpoint}"
        self.inputs = {}
        self.jobs = [self.ended(size, word) for size in SIZES for word in ("output", "error")]
        self.streamed = self.stream()
        self.batch = self.ended_batch()
        for size in SIZES:
            self.inputs[server.run(self.endpoint, text(f"queued {size}", size))] = text(f"queued {size}", size)
        self.expected = {path: self.ask(path) for path in self.questions()}
        assert {status for status, _ in self.expected.values()} == {200}, self.expected

    def ended(self, size, word):
        job = self.server.run(self.endpoint, text(f"input {size} {word}", size))
        self.worker.take()
        assert self.worker.done(job, {word: text(f"result {size} {word}", size)}).status == 200
        return job

    def stream(self):
        job = self.server.run(self.endpoint, "streamed")
        self.worker.take()
        for size in SIZES:
            assert self.worker.chunk(job, text(f"chunk {size}", size)).status == 200
        self.worker.finish(job, text("end of the stream", 20))
        return job

    def ended_batch(self):
        answer = self.server.post(f"{self.base}/batch", [{"input": text(f"batched {i}", 20)} for i in range(3)])
        batch = answer.json["id"]
        assert self.server.post(f"{self.base}/batch/{batch}/finalize").status == 200
        for i in range(3):
            for job in self.worker.take_several():
                self.worker.finish(job, text(f"result of batch {job['id']}", 20))
        return batch

    def questions(self):
        for job in [*self.jobs, self.streamed, *self.inputs]:
            yield f"{self.base}/status/{job}"
        for job in self.jobs[:2]:
            yield f"{self.base}/jobs/{job}/events"
        yield f"{self.base}/stream/{self.streamed}"
        yield f"{self.base}/batch/{self.batch}"
        yield f"{self.base}/batch/{self.batch}/requests"
        yield f"{self.base}/requests?limit=100"

    def ask(self, path, connection=None):
        """(status, the answer without what changes by itself); a stream is read as events, which take nothing."""
        connection = connection or self.connect()
        events = "/stream/" in path
        headers = {"authorization": f"Bearer {self.server.key}"} | ({"accept": "text/event-stream"} if events else {})
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        documented.check(answer.status, body)
        if events and answer.status == 200:
            return 200, body
        found = json.loads(body)
        found.pop("pilotlight", None)
        return answer.status, found

    def connect(self):
        return http.client.HTTPConnection(self.server.origin.removeprefix("http://"), timeout=20)

    def start(self):
        """What is known of the database once it is checked; None: the server refuses to start, with words."""
        self.server.log_path.write_text("")
        self.server.start(wait=False)

        def refuses():
            return self.server.process.poll() is not None or "\npilotlight: " in "\n" + self.server.log()

        processes.wait_until(lambda: self.server.serves() or refuses(), 20, "a start or a refusal", 0.01)
        if refuses():
            return None
        checked = lambda: (found := self.server.get("/healthz").json["store"])["integrity"] != "running" and found
        return processes.wait_until(checked, 20, "the end of the check", 0.005)

    def judge(self):
        """How the server starts and answers; fails where it says what is not so."""
        store = self.start()
        if store is None:
            return "refused"
        damaged = store["integrity"] == "damaged"
        assert damaged == bool(store.get("finding"))
        outcomes = {self.judge_answer(path, damaged) for path in self.expected} | {self.judge_inputs()}
        return ", ".join(sorted(outcomes - {None}) + ["damaged"] * damaged) or "right"

    def judge_answer(self, path, damaged):
        """None: it is right."""
        status, found = self.ask(path)
        wanted = self.expected[path][1]
        if status == 200 and found == wanted:
            return None
        if status == 500:
            assert found["error"].startswith("cannot read"), found
            return "500"
        if "/stream/" in path and status == 200:
            before, _, after = found.partition("event: error\n")
            assert wanted.startswith(before) and after.startswith('data: {"error":"cannot read'), found[-300:]
            return "500"
        assert damaged, f"{path}: {status} {found}, and the check of the database found nothing"
        if status == 404:
            return "404"
        assert status == 200, (path, status, found)
        assert "/requests" in path, f"{path}: {found}"
        assert all(request in wanted["requests"] for request in found["requests"]), found
        return "lost rows"

    def judge_inputs(self):
        """What a worker is given is what was sent."""
        try:
            answer = self.worker._call("GET", self.worker._take_url(), {"job_in_progress": 0}, timeout=0.2)
        except requests.exceptions.Timeout:
            return "no job"
        except requests.exceptions.ConnectionError:
            # A commit met the damage: the server stops, with words.
            assert "store_failed" in self.server.log()
            return "stopped"
        if answer.status != 200:
            return f"a poll is answered {answer.status}"
        job = answer.json
        assert job["input"] == self.inputs[job["id"]], job
        return None


@pytest.fixture
def folder(servers, make_worker):
    server = servers("--trace", "off", "--run-ahead", "0s", listen=f"127.0.0.1:{free_port()}").start()
    return Folder(server, make_worker)


def damaged(whole, page, turn):
    """The database with this page zeroed, or with bits of it flipped."""
    chance = random.Random(page * 1_000 + turn)
    begin, bytes_ = page * PAGE, bytearray(whole)
    kind = (page + turn) % 3
    if kind == 0:
        bytes_[begin : begin + PAGE] = bytes(PAGE)
    for _ in range(0 if kind == 0 else 1 if kind == 1 else 40):
        bytes_[begin + chance.randrange(PAGE)] ^= 1 << chance.randrange(8)
    return bytes(bytes_)


def test_each_page_of_a_database_damaged_in_turn(folder, tmp_path):
    server = folder.server
    assert server.terminate() == 0
    database, bodies = server.data / "pilotlight.db", server.data / "bodies"
    whole = database.read_bytes()
    shutil.copytree(bodies, tmp_path / "bodies")
    seen = Counter()
    for turn in range(PASSES):
        for page in range(len(whole) // PAGE):
            for rest in ("pilotlight.db-wal", "pilotlight.db-shm", "clean"):
                (server.data / rest).unlink(missing_ok=True)
            shutil.rmtree(bodies)
            shutil.copytree(tmp_path / "bodies", bodies)
            database.write_bytes(damaged(whole, page, turn))
            try:
                seen[folder.judge()] += 1
            except BaseException:
                print(f"page {page} of {len(whole) // PAGE}, turn {turn}")
                raise
            server.kill_both()
    print(seen)
    assert seen["refused"] and any("500" in outcome for outcome in seen), seen
    assert any("damaged" in outcome for outcome in seen), seen


def test_each_range_of_a_body_file_damaged_in_turn(folder):
    server = folder.server
    files = sorted((server.data / "bodies").iterdir())
    assert len(files) >= 5
    for path in files:
        whole = path.read_bytes()
        asked = []
        for begin in range(0, len(whole), len(whole) // 7):
            bytes_ = bytearray(whole)
            bytes_[begin] ^= 1
            asked.append(bytes(bytes_))
        for content in [*asked, whole[:-1], None]:
            path.unlink() if content is None else path.write_bytes(content)
            outcomes = Counter(folder.judge_answer(question, False) for question in folder.expected)
            assert set(outcomes) <= {None, "500"}, outcomes
        path.write_bytes(whole)
    assert {folder.judge_answer(question, False) for question in folder.expected} == {None}
