"""Clients and workers that go on through every crash, and a ledger of what they were told."""

import http.client
import itertools
import json
import random
import threading
import time
from collections import Counter

FINAL = {"COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"}
# A server that starts slowly may be killed several times before it answers a post.
POSTS_MAX = 6
BROKEN = (http.client.HTTPException, OSError)


class Connection:
    """Keep-alive requests to one address; a broken connection is opened anew with the next request."""

    def __init__(self, address, headers):
        self.address, self.headers = address, headers
        self.open = None

    def request(self, method, path, body=None):
        """(status, body); raises one of BROKEN if the connection broke before the whole answer was read."""
        if self.open is None:
            self.open = http.client.HTTPConnection(*self.address, timeout=40)
        try:
            self.open.request(method, path, body, self.headers)
            answer = self.open.getresponse()
            return answer.status, answer.read()
        except BROKEN:
            self.open.close()
            self.open = None
            raise


class Load:
    """`submitters` clients that run and look up jobs, and one thread for each set of worker variables.

    The ledger: `accepted` {job: number sent}, `seen` {job: final view}, `posted` {job: results posted},
    `problems`: sentences about everything that must not happen.
    """

    def __init__(self, address, key, endpoint, worker_variables, submitters=6):
        self.address, self.key, self.endpoint = address, key, endpoint
        self.accepted, self.seen, self.problems = {}, {}, []
        self.posted = Counter()
        self.repeated = 0
        self.unclear = 0
        self._numbers = itertools.count()
        self._submitting, self._working = threading.Event(), threading.Event()
        self._submitting.set()
        self._working.set()
        self._clients = [threading.Thread(target=self._submit, args=(n,)) for n in range(submitters)]
        self._workers = [threading.Thread(target=self._work, args=(variables,)) for variables in worker_variables]

    def start(self):
        for thread in self._clients + self._workers:
            thread.start()

    def stop_submitting(self):
        self._submitting.clear()
        for thread in self._clients:
            thread.join()

    def stop(self):
        self.stop_submitting()
        self._working.clear()
        for thread in self._workers:
            thread.join()

    # Clients

    def _submit(self, seed):
        chance = random.Random(seed)
        connection = Connection(self.address, {"authorization": self.key, "content-type": "application/json"})
        mine = []
        while self._submitting.is_set():
            number = next(self._numbers)
            # Some inputs are large enough to be files, some small enough to ride with their record.
            padding = "x" * (chance.choice((0, 0, 0, 0, 0, 0, 0, 100_000)))
            body = json.dumps({"input": {"number": number, "padding": padding}})
            try:
                status, text = connection.request("POST", f"/v2/{self.endpoint}/run", body)
            except BROKEN:
                self.unclear += 1
                time.sleep(0.005)
                continue
            if status == 200:
                job = json.loads(text)["id"]
                if job in self.accepted:
                    self.problems.append(f"{job} was given out twice")
                self.accepted[job] = number
                mine.append(job)
            elif status != 503:
                self.problems.append(f"/run answered {status} {text[:200]}")
            if mine and chance.random() < 0.3:
                self._look_up(connection, chance.choice(mine))

    def _look_up(self, connection, job):
        try:
            status, text = connection.request("GET", f"/v2/{self.endpoint}/status/{job}")
        except BROKEN:
            return
        if status == 200:
            self.note(job, json.loads(text))
        elif status != 503:
            self.problems.append(f"the accepted {job} has status {status} {text[:200]}")

    def note(self, job, view):
        """What a client saw of a job. A final view never changes, whatever crashes."""
        earlier = self.seen.get(job)
        if earlier is not None and earlier != view:
            self.problems.append(f"{job} ended as {earlier} and later as {view}")
        if view["status"] in FINAL:
            self.seen[job] = view
            self._check_result(job, view)

    def _check_result(self, job, view):
        if view["status"] != "COMPLETED":
            self.problems.append(f"{job} ended as {view}")
        elif view["output"]["number"] != self.accepted.get(job, view["output"]["number"]):
            self.problems.append(f"{job} has another job's result: {view}")

    # Workers

    def _work(self, variables):
        worker, token = variables["RUNPOD_POD_ID"], variables["RUNPOD_AI_API_KEY"]
        origin = "http://%s:%d" % self.address
        take = variables["RUNPOD_WEBHOOK_GET_JOB"].removeprefix(origin).replace("$ID", worker) + "&job_in_progress=0"
        agent = "RunPod-Python-SDK/1.12.0 (Linux 6.1; x86_64) Language/Python 3.11.2"
        connection = Connection(self.address, {"authorization": token, "user-agent": agent})
        while self._working.is_set():
            try:
                status, text = connection.request("GET", take)
            except BROKEN:
                time.sleep(0.005)
                continue
            if status == 200:
                taken = json.loads(text)
                for job in taken if isinstance(taken, list) else [taken]:
                    self._finish(connection, variables, job)
            elif status != 204:
                time.sleep(0.05)

    def _finish(self, connection, variables, job):
        """Posts the result; while the connection breaks, the very same post again, as a careful worker would."""
        attempt = random.getrandbits(60)
        path = variables["RUNPOD_WEBHOOK_POST_OUTPUT"].removeprefix("http://%s:%d" % self.address)
        path = path.replace("$RUNPOD_POD_ID", variables["RUNPOD_POD_ID"]).replace("$ID", job["id"]) + "&isStream=false"
        body = json.dumps({"output": {"number": job["input"]["number"], "attempt": attempt}})
        self.posted[job["id"]] += 1
        for _ in range(POSTS_MAX):
            try:
                status, text = connection.request("POST", path, body)
            except BROKEN:
                self.repeated += 1
                time.sleep(0.02)
                continue
            if status != 200:
                self.problems.append(f"job-done answered {status} {text[:200]}")
            return
