"""Endpoints: what saving one costs beside many, and listing many."""

import json
import os
import threading
import time
import urllib.request
from statistics import median

from setting import server_cpu_us
from table import Row

LISTED = 1000
SAVE_BOUND, LIST_BOUND_MS, SHORT_BOUND_MS, BESIDE_BOUND, CONTROL_BOUND = 1.25, 20, 3, 1.5, 1.25
SAVE_RATE_BOUND, READ_BOUND = 0.5, 1.5
FIELDS = """id name userId templateId type computeType gpuIds gpuCount instanceIds idleTimeout scalerType scalerValue
workersMin workersMax workersStandby workersPFBTarget executionTimeoutMs locations dataCenterIds networkVolumeId
networkVolumeIds { networkVolumeId dataCenterId } allowedCudaVersions minCudaVersion flashBootType env { key value }
modelReferences compliance retriesMax retryFailed retryDelayMs retryDelayMaxMs deadLetterKeepMs queueMax version createdAt
pods { id name desiredStatus } template { id name imageName dockerArgs env { key value } } aiKey activeBuildid idePodId
networkVolume { id name size dataCenterId } repo { repoName } hubRelease { id } builds { id }
workerState(input: { granularity: LIVE }) { time initializing idle running throttled unhealthy }
webhookRequests(input: { granularity: LIVE }) { time responses }"""
LIST = f"{{ myself {{ endpoints {{ {FIELDS} }} }} }}"
SHORT_LIST = "{ myself { endpoints { id name } } }"


def asked(server, query):
    """The answer's bytes, and how long they took in ms."""
    request = urllib.request.Request(
        server.origin + "/graphql", json.dumps({"query": query}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {server.key}"},
    )
    before = time.perf_counter()
    with urllib.request.urlopen(request) as response:
        body = response.read()
    took = (time.perf_counter() - before) * 1000
    assert b'"errors"' not in body, body[:500]
    return body, took


def got(server, path):
    """How long a GET took in ms."""
    request = urllib.request.Request(server.origin + path, headers={"Authorization": f"Bearer {server.key}"})
    before = time.perf_counter()
    with urllib.request.urlopen(request) as response:
        response.read()
    return (time.perf_counter() - before) * 1000


def make_endpoints(server, count):
    template = json.loads(asked(server, "{ myself { podTemplates { id } } }")[0])["data"]["myself"]["podTemplates"][0]["id"]
    for first in range(0, count, 100):
        made = " ".join(
            f'e{i}: saveEndpoint(input: {{ name: "endpoint {i}", templateId: "{template}", gpuIds: "AMPERE_16", workersMin: 0, '
            "workersMax: 0 }) { id }"
            for i in range(first, min(first + 100, count))
        )
        asked(server, f"mutation {{ {made} }}")


def save_slice(server, count):
    """(median of a save in ms, the server's CPU of one in µs)"""
    before = server_cpu_us(server)
    times = [
        asked(server, f'mutation {{ saveEndpoint(input: {{ id: "{server.endpoint}", name: "measured", gpuIds: "AMPERE_16", '
              f"workersMax: {i % 2} }}) {{ id name workersMax template {{ name }} pods {{ id }} }} }}")[1]
        for i in range(count)
    ]
    return median(times), (server_cpu_us(server) - before) / count


def read_slice(server, count):
    """(median of endpoint(id) in ms, median of GET /v2/serverless/{id} in ms)"""
    query = f'{{ myself {{ endpoint(id: "{server.endpoint}") {{ {FIELDS} }} }} }}'
    return (
        median(asked(server, query)[1] for _ in range(count)),
        median(got(server, f"/v2/serverless/{server.endpoint}") for _ in range(count)),
    )


def beside_many_rows(setting):
    count, many = setting.pick(400, 100, 5), setting.pick(9_900, 2_000, 50)
    alone, crowded, read_alone, read_crowded = [], [], [], []
    with setting.server("--runtime", "none") as few, setting.server("--runtime", "none") as full:
        make_endpoints(few, 9)
        make_endpoints(full, many)
        for _ in range(setting.short_slices):
            alone.append(save_slice(few, count))
            crowded.append(save_slice(full, count))
            read_alone.append(read_slice(few, count))
            read_crowded.append(read_slice(full, count))
    print(f"saveEndpoint beside 10: {median(s[0] for s in alone):.2f} ms; beside {many + 1}: {median(s[0] for s in crowded):.2f} ms")
    return [
        Row("saveEndpoint beside many, CPU", median(s[1] for s in crowded), median(s[1] for s in alone), SAVE_BOUND, "µs"),
        Row("saveEndpoint beside many, p50", median(s[0] for s in crowded), median(s[0] for s in alone), SAVE_BOUND, "ms"),
        Row("endpoint(id) beside many, p50", median(r[0] for r in read_crowded), median(r[0] for r in read_alone), READ_BOUND, "ms"),
        Row("GET an endpoint beside many, p50", median(r[1] for r in read_crowded), median(r[1] for r in read_alone), READ_BOUND, "ms"),
    ]


def accepted(setting, server):
    count = setting.pick(20_000, 5_000, 200)
    return setting.drive_server("submit", server, connections=8, count=count)["p99_ms"]


def beside_listing(setting, server, listed):
    """The p99 of accept at a server while the endpoints of `listed` are listed in a loop."""
    over = threading.Event()

    def list_on():
        # Its processor time is the client's, which is on a machine of its own where that counts.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
        while not over.is_set():
            asked(listed, LIST)

    thread = threading.Thread(target=list_on)
    thread.start()
    try:
        return accepted(setting, server)
    finally:
        over.set()
        thread.join()


def list_rows(setting):
    times, short, rest, quiet, beside, control = [], [], [], [], [], []
    with setting.server("--runtime", "none") as server, setting.server("--runtime", "none") as other:
        for one in (server, other):
            make_endpoints(one, LISTED - 1)
        for _ in range(setting.pick(60, 20, 2)):
            times.append(asked(server, LIST)[1])
            short.append(asked(server, SHORT_LIST)[1])
            rest.append(got(server, "/v2/serverless"))
        for _ in range(setting.short_slices):
            quiet.append(accepted(setting, server))
            beside.append(beside_listing(setting, server, server))
            # The other server shares only the processors with this one.
            control.append(beside_listing(setting, server, other))
    ratio = median(b / q for b, q in zip(beside, quiet))
    own = median(b / c for b, c in zip(beside, control))
    measured = median(beside)
    return [
        Row(f"{LISTED} endpoints with all fields, p50", median(times), 0, LIST_BOUND_MS, "ms", absolute=True),
        Row(f"{LISTED} endpoints with id and name, p50", median(short), 0, SHORT_BOUND_MS, "ms", absolute=True),
        Row(f"{LISTED} endpoints by REST v2, p50", median(rest), 0, LIST_BOUND_MS, "ms", absolute=True),
        Row("accept beside a loop of such lists, p99", measured, measured / ratio, BESIDE_BOUND, "ms"),
        Row("the same, to lists of another server", measured, measured / own, CONTROL_BOUND, "ms"),
    ]


def save_rate_rows(setting):
    """Saves a second over 64 connections, each of another name, beside /run a second."""
    count = setting.pick(10_000, 3_000, 200)
    saves, runs = [], []
    with setting.server("--runtime", "none") as server:
        change = f'mutation {{ saveEndpoint(input: {{ id: "{server.endpoint}", name: "NNNNNNNN", workersMax: 0 }}) {{ id name }} }}'
        for _ in range(setting.slices):
            saves.append(setting.drive_server("submit", server, target="/graphql", body=json.dumps({"query": change}), count=count)["rate"])
            runs.append(setting.drive_server("submit", server, count=count)["rate"])
    return [Row("saveEndpoint at 64 connections, rate", max(saves), max(runs), SAVE_RATE_BOUND, "/s", at_least=True)]


def measure(setting):
    return list_rows(setting) + beside_many_rows(setting) + save_rate_rows(setting)
