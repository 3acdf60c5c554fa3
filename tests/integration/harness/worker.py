"""A worker that speaks the raw protocol, driven step by step by a test."""

import json
from concurrent.futures import ThreadPoolExecutor

import requests

from harness.client import Answer

SDK = "1.12.0"


class Worker:
    """Made from the variables that a worker is started with. Polls may be parked: `later` runs a call beside."""

    def __init__(self, environment, sdk=SDK):
        self.environment = environment
        self.id = environment["RUNPOD_POD_ID"]
        self.token = environment["RUNPOD_AI_API_KEY"]
        self.sdk = sdk
        self._threads = ThreadPoolExecutor(16)
        self._session = requests.Session()
        self._session.trust_env = False

    def hang_up(self):
        """Ends its open connections; the next call makes a new one."""
        self._session.close()

    def close(self):
        self.hang_up()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def later(self, call, *arguments, **options):
        """A future of `call(...)`, which may wait on the server."""
        return self._threads.submit(call, *arguments, **options)

    # Polls

    def take(self, in_progress=0, timeout=60):
        """The job that one poll brings, or None for 204. Where many short jobs wait: see take_several."""
        answer = self.take_answer(in_progress, timeout)
        assert answer.status in (200, 204), (answer.status, answer.text)
        return answer.json if answer.status == 200 else None

    def take_several(self, in_progress=0, timeout=60):
        """The jobs that one poll for one job brings: the server may send more, as the package runs a list too."""
        taken = self.take(in_progress, timeout)
        return taken if isinstance(taken, list) else [taken] if taken else []

    def take_answer(self, in_progress=0, timeout=60):
        told = {} if in_progress is None else {"job_in_progress": in_progress}
        return self._call("GET", self._take_url(), told, timeout=timeout)

    def take_batch(self, size, in_progress=0, timeout=60):
        """A list of jobs, empty for 204."""
        url = self._take_url().replace("/job-take/", "/job-take-batch/")
        answer = self._call("GET", url, {"batch_size": size, "job_in_progress": in_progress}, timeout=timeout)
        assert answer.status in (200, 204), (answer.status, answer.text)
        return answer.json if answer.status == 200 else []

    def stops(self, timeout=60):
        """The job ids that one job-stop poll brings."""
        url = self._take_url().replace("/job-take/", "/job-stop/")
        answer = self._call("GET", url, {}, timeout=timeout)
        assert answer.status in (200, 204), (answer.status, answer.text)
        return answer.json["jobsToStop"] if answer.status == 200 else []

    # Reports

    def ping(self, *jobs):
        told = {"job_id": ",".join(jobs)} if jobs else {}
        return self._call("GET", self._expand("RUNPOD_WEBHOOK_PING"), {**told, "runpod_version": self.sdk})

    def done(self, job, body=None, *, raw=None, stream="false", timeout=60):
        """Posts a result; `body` is the JSON object, `raw` any bytes instead."""
        data = raw if raw is not None else json.dumps({"output": None} if body is None else body).encode()
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "charset": "utf-8",
            "x-request-id": job,
        }
        url = self._expand("RUNPOD_WEBHOOK_POST_OUTPUT", job)
        return self._call("POST", url, {"isStream": stream}, data=data, headers=headers, timeout=timeout)

    def finish(self, job, output):
        """A result that must be answered 200."""
        answer = self.done(job["id"] if isinstance(job, dict) else job, {"output": output})
        assert answer.status == 200, (answer.status, answer.text)

    def chunk(self, job, output=None, *, raw=None, timeout=60):
        """Posts one chunk of a job's stream."""
        data = raw if raw is not None else json.dumps({"output": output}).encode()
        url = self._expand("RUNPOD_WEBHOOK_POST_STREAM", job)
        return self._call("POST", url, {"isStream": "false"}, data=data, timeout=timeout)

    def progress(self, job, output):
        return self.done(job, {"status": "IN_PROGRESS", "output": output})

    # The SDK's way to make URLs

    def _take_url(self):
        return self.environment["RUNPOD_WEBHOOK_GET_JOB"].replace("$ID", self.id)

    def _expand(self, name, job=""):
        return self.environment[name].replace("$RUNPOD_POD_ID", self.id).replace("$ID", job)

    def _call(self, method, url, query, *, data=None, headers=None, timeout=60):
        """Appends `&name=value` as the SDK does: blindly."""
        url += "".join(f"&{name}={requests.utils.quote(str(value), safe='')}" for name, value in query.items())
        sent = {
            "authorization": self.token,
            "user-agent": f"RunPod-Python-SDK/{self.sdk} (Linux 6.1; x86_64) Language/Python 3.11.2",
            "content-type": "application/json",
            **(headers or {}),
        }
        done = self._session.request(method, url, data=data, headers=sent, timeout=timeout)
        return Answer(done.status_code, done.text, done.headers)
