"""The command trace of a real server, killed and restarted, replays to the same outcomes."""

import os
import subprocess

SIM = os.environ.get("PILOTLIGHT_SIM", "build/release/sim")


def replay(folder):
    return subprocess.run([SIM, "--replay", str(folder)], capture_output=True, text=True, timeout=120)


def work(server, endpoint, worker, count):
    for number in range(count):
        job = server.run(endpoint, {"number": number, "secret": "input-body"}, s3Config={"accessSecret": "storage-secret"})
        if number % 3 == 0:
            server.post(f"/v2/{endpoint}/cancel/{job}")
        else:
            worker.finish(worker.take(), number)


def test_every_segment_replays(servers, make_worker):
    server = servers().start()
    endpoint = server.make_endpoint(env={"TOKEN": "environment-secret"}, workersMax=0)
    worker = make_worker(server, endpoint)
    for _ in range(3):
        work(server, endpoint, worker, 20)
        server.kill_server()
        server.wait_ready()
    assert server.terminate() == 0
    server.start()
    work(server, endpoint, make_worker(server, endpoint), 10)
    assert server.terminate() == 0

    done = replay(server.data)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5" in done.stdout, f"five starts are five segments: {done.stdout}"


def test_no_secret_and_no_body_is_in_the_trace(servers, make_worker):
    server = servers().start()
    endpoint = server.make_endpoint(env={"TOKEN": "environment-secret"}, workersMax=0)
    worker = make_worker(server, endpoint)
    work(server, endpoint, worker, 10)
    assert server.terminate() == 0
    traces = [path for path in server.data.rglob("*") if path.is_file() and "trace" in str(path.relative_to(server.data))]
    assert traces
    for path in traces:
        content = path.read_bytes()
        for secret in ("environment-secret", "storage-secret", "input-body", server.key, worker.token):
            assert secret.encode() not in content, (path, secret)


def test_a_tampered_trace_is_noticed(servers, make_worker):
    server = servers().start()
    endpoint = server.make_idle_endpoint()
    work(server, endpoint, make_worker(server, endpoint), 10)
    assert server.terminate() == 0
    largest = max((path for path in server.data.rglob("*trace*/*") if path.is_file()), key=lambda path: path.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 1
    largest.write_bytes(content)
    assert replay(server.data).returncode != 0
