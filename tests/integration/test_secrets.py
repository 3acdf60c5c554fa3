"""Secrets: nobody reads them again, and workers get them."""

import stat
import tempfile
from pathlib import Path

import pytest
from harness import processes
from harness.shims import Dial, preload

SECRET = "pl4nted-s3cret-Zq7"
CHANGED = "ch4nged-s3cret-Wx9"
PASSWORD = "pl4nted-p4ssword-Kj5"
SELECTED = "id name description createdAt updatedAt"
CREATE = f"mutation M($input: SecretCreateInput!) {{ secretCreate(input: $input) {{ {SELECTED} }} }}"
CHANGE = f"mutation M($input: SecretValueUpdateInput!) {{ secretValueUpdate(input: $input) {{ {SELECTED} }} }}"
DESCRIBE = f"mutation M($input: SecretDescriptionUpdateInput!) {{ secretDescriptionUpdate(input: $input) {{ {SELECTED} }} }}"
LIST = f"{{ myself {{ secrets {{ {SELECTED} }} }} }}"
FULL, UNTOUCHED = 0, -2  # of the shim disk_space
NAME_RULE = "name must have 1 to 191 characters: letters, digits and _ . - /, beginning with a letter or _"


def create(server, name, value=SECRET, **settings):
    return server.graphql(CREATE, {"input": {"name": name, "value": value, **settings}})["secretCreate"]


def delete(server, secret):
    return server.graphql_answer(f'mutation {{ secretDelete(id: "{secret}") }}').json


def listed(server):
    return server.graphql(LIST)["myself"]["secrets"]


def pairs(env):
    return [{"key": key, "value": value} for key, value in (env or {}).items()]


def started(server, folder, command, env=None, own=None, **settings):
    """The log of a worker that runs this command in a shell and then waits, and its endpoint. `own`: the endpoint's variables."""
    script = Path(tempfile.mkdtemp(dir=folder)) / "worker.sh"
    script.write_text(f"{command}\necho all said\nexec sleep 600\n")
    template = server.save_template(dockerArgs=f"sh {script}", env=pairs(env))["id"]
    endpoint = server.save_endpoint(templateId=template, env=pairs(own), **settings)["id"]
    server.run(endpoint)

    def log():
        return [text for text in server.worker_logs().values() if "all said" in text and str(script) in text]

    return processes.wait_until(log, 30, "a worker's output")[0], endpoint


# Their life


def test_one_life_of_a_secret(servers):
    server = servers().start()
    made = create(server, "TOKEN", description="for the hub")
    assert (made["name"], made["description"]) == ("TOKEN", "for the hub") and made["createdAt"] == made["updatedAt"]
    assert listed(server) == [made]
    changed = server.graphql(CHANGE, {"input": {"id": made["id"], "value": CHANGED}})["secretValueUpdate"]
    assert changed["updatedAt"] > made["updatedAt"] and changed | {"updatedAt": made["updatedAt"]} == made
    described = server.graphql(DESCRIBE, {"input": {"id": made["id"], "description": ""}})["secretDescriptionUpdate"]
    assert described["description"] is None and described["name"] == "TOKEN"
    server.kill_server()
    server.wait_ready()
    assert listed(server) == [described]
    assert delete(server, made["id"]) == {"data": {"secretDelete": None}}
    assert listed(server) == [] and delete(server, made["id"])["errors"][0]["message"] == "Secret not found"


def test_they_need_a_key_of_the_role_all(servers):
    server = servers().start()
    create(server, "TOKEN")
    key = server.post("/admin/v1/keys", {"role": "jobs"}).json["key"]
    assert server.graphql_answer(LIST, key=key).status == 403
    assert server.graphql_answer(LIST, key=None).json == {"data": {"myself": None}}
    assert server.graphql_answer(CREATE, {"input": {"name": "a", "value": SECRET}}, key=None).status == 401
    assert len(listed(server)) == 1


# Workers


def test_workers_get_secrets_and_cannot_log_them(servers, tmp_path):
    server = servers().start()
    create(server, "TOKEN")
    create(server, "user.name", "Ada-Lovelace")
    env = {"A": "{{ RUNPOD_SECRET_TOKEN }}", "B": "x:{{RUNPOD_SECRET_user.name}}@{{ RUNPOD_SECRET_TOKEN }}", "C": "{{ RUNPOD_SECRET_none }}", "D": "1"}
    own = {"D": "{{ RUNPOD_SECRET_TOKEN }}"}
    text, _ = started(server, tmp_path, f"echo A=$A B=$B C=$C D=$D; env >{tmp_path}/env", env)
    seen = dict(line.split("=", 1) for line in (tmp_path / "env").read_text().splitlines() if "=" in line)
    assert seen["A"] == SECRET and seen["B"] == f"x:Ada-Lovelace@{SECRET}" and seen["C"] == env["C"] and seen["D"] == "1"
    assert "A=*** B=*** C={{ RUNPOD_SECRET_none }} D=1" in text
    assert "variable C: {{ RUNPOD_SECRET_none }} stays as it is, because there is no secret of this name" in text
    assert SECRET not in text and "Lovelace" not in text
    text, _ = started(server, tmp_path, f"echo D=$D; env >{tmp_path}/own", env, own)
    assert f"D={SECRET}\n" in (tmp_path / "own").read_text() and "D=***" in text, "the endpoint's own variables have secrets, too"


def test_a_changed_secret_is_for_workers_that_start_later(servers, tmp_path):
    server = servers().start()
    made = create(server, "TOKEN")
    command = f"echo $A >>{tmp_path}/seen"
    _, endpoint = started(server, tmp_path, command, {"A": "{{ RUNPOD_SECRET_TOKEN }}"}, workersMin=1, workersMax=1)
    before = server.graphql(f'{{ myself {{ endpoint(id: "{endpoint}") {{ version pods {{ id }} }} }} }}')
    server.graphql(CHANGE, {"input": {"id": made["id"], "value": CHANGED}})
    assert server.graphql(f'{{ myself {{ endpoint(id: "{endpoint}") {{ version pods {{ id }} }} }} }}') == before, "no worker is restarted"
    server.post(f"/v2/{endpoint}/workers/restart?kill=1")
    processes.wait_until(lambda: len((tmp_path / "seen").read_text().split()) == 2, 60, "the next worker")
    assert (tmp_path / "seen").read_text().split() == [SECRET, CHANGED]
    assert "errors" not in delete(server, made["id"])
    server.post(f"/v2/{endpoint}/workers/restart?kill=1")
    processes.wait_until(lambda: len((tmp_path / "seen").read_text().splitlines()) == 3, 60, "the worker after that")
    assert (tmp_path / "seen").read_text().splitlines()[2] == "{{ RUNPOD_SECRET_TOKEN }}"


def test_what_is_read_back_has_the_name_and_not_the_secret(servers):
    server = servers().start()
    create(server, "TOKEN")
    env = [{"key": "A", "value": "{{ RUNPOD_SECRET_TOKEN }}"}]
    assert server.save_template(env=env, select="env { key value }") == {"env": env}


# Planted values


def test_planted_values_are_found_nowhere(servers, tmp_path):
    """Made, used by a worker that prints them, changed, read by every door, and killed in between."""
    server = servers().start()
    answers = []

    def told(answer):
        answers.append(answer.text)
        assert answer.status < 300 and "errors" not in answer.text, answer.text
        return answer.json

    made = told(server.graphql_answer(CREATE, {"input": {"name": "TOKEN", "value": SECRET, "description": "about"}}))["data"]["secretCreate"]["id"]
    told(server.graphql_answer(f'mutation {{ secretCreate(input: {{ name: "SECOND", value: "{SECRET}" }}) {{ {SELECTED} }} }}'))
    registry = told(server.post("/v2/registries", {"name": "hub", "username": "me", "password": PASSWORD}))["id"]
    told(server.graphql_answer(f'mutation {{ saveRegistryAuth(input: {{ name: "hub2", username: "me", password: "{PASSWORD}" }}) {{ id name registryAuth }} }}'))
    server.kill_server()
    server.wait_ready()
    command = "echo $A $B; echo $A >&2; printf %s $A; sleep 0.2; echo; echo error $B"
    env = {"A": "{{ RUNPOD_SECRET_TOKEN }}", "B": "x{{RUNPOD_SECRET_SECOND}}x", "C": "{{ RUNPOD_SECRET_none }}"}
    text, endpoint = started(server, tmp_path, command, env, workersMax=1)
    assert text.count("***") >= 4
    told(server.graphql_answer(CHANGE, {"input": {"id": made, "value": CHANGED}}))
    told(server.graphql_answer(f'mutation {{ updateRegistryAuth(input: {{ id: "{registry}", username: "u", password: "{PASSWORD}" }}) {{ id name }} }}'))
    server.kill_both()
    server.start()
    text, _ = started(server, tmp_path, command, env, workersMax=1)
    refused_doors(server, answers)
    read_doors(server, endpoint, registry, answers)
    assert "errors" not in delete(server, made)
    assert_nowhere(server, answers)
    server.terminate()
    assert_nowhere(server, answers)


def assert_nowhere(server, answers):
    """Neither in an answer nor in anything that the server has written."""
    kept = {path: path.read_bytes() for path in server.data.rglob("*") if path.is_file() and not path.is_symlink()}
    names = {str(path.relative_to(server.data)).split("/")[0] for path in kept}
    assert {"pilotlight.db", "trace", "workers", "secret-key"} <= names, names
    for value in (SECRET, CHANGED, PASSWORD):
        assert value not in "\n".join(answers) and value not in server.log()
        for form in (value.encode(), value.encode().hex().encode()):
            assert not [path for path, content in kept.items() if form in content]


def refused_doors(server, answers):
    """Requests with secrets in them that are refused."""
    for input_ in ({"name": "TOKEN", "value": SECRET}, {"name": "a b", "value": SECRET}, {"name": "x", "value": SECRET + "\0"}, {"name": "x", "value": SECRET * 5000}):
        answers.append(server.graphql_answer(CREATE, {"input": input_}).text)
    answers.append(server.graphql_answer(CREATE, {"input": {"name": 1, "value": SECRET}}).text)
    answers.append(server.graphql_answer(CHANGE, {"input": {"id": "none", "value": SECRET}}).text)
    for body in ({"name": "hub", "username": "me", "password": PASSWORD}, {"name": "x" * 200, "username": "me", "password": PASSWORD}, {"password": PASSWORD}, {"password": [PASSWORD]}):
        answers.append(server.post("/v2/registries", body).text)
    answers.append(server.request("PUT", "/v2/registries", {"password": PASSWORD}).text)
    assert all('"errors"' in text or '"detail"' in text for text in answers[-11:])


def read_doors(server, endpoint, registry, answers):
    """Everything that can be read."""
    document = f"""{{ myself {{ id secrets {{ {SELECTED} }} containerRegistryCreds {{ id name registryAuth }}
        podTemplates {{ id name env {{ key value }} containerRegistryAuthId config }}
        endpoints {{ id env {{ key value }} template {{ id env {{ key value }} }} pods {{ id env dockerArgs }} }} }} }}"""
    answers.append(server.graphql_answer(document).text)
    assert '"errors"' not in answers[-1], answers[-1]
    job = server.run(endpoint)
    paths = ["health", "metrics", "workers", "requests", f"status/{job}", "batch", "dead-letters"]
    for path in [*(f"/v2/{endpoint}/{path}" for path in paths), "/v2/registries", f"/v2/registries/{registry}", "/v2/openapi.json", "/admin/v1/keys"]:
        answer = server.get(path)
        assert answer.status == 200, path
        answers.append(answer.text)
    answers.append(server.post(f"/v2/{endpoint}/worker-env").text)
    assert len(listed(server)) == 2


def test_no_command_of_the_trace_shows_them(servers):
    server = servers().start()
    create(server, "TOKEN")
    server.terminate()
    trace = b"".join(path.read_bytes() for path in (server.data / "trace").rglob("*") if path.is_file())
    assert b"TOKEN" in trace and SECRET.encode() not in trace


# The key


def test_the_first_secret_makes_a_key_for_the_server_alone(servers, tmp_path):
    for options, path in (((), None), (("--secret-key-file", tmp_path / "key"), tmp_path / "key")):
        server = servers(*options).start()
        path = path or server.data / "secret-key"
        assert not path.exists()
        create(server, "TOKEN")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600 and len(path.read_text()) == 65
        assert not list(path.parent.glob("*key.new"))


def test_a_lost_key_destroys_nothing_and_says_so(servers, tmp_path):
    server = servers().start()
    secret = create(server, "TOKEN")
    server.terminate()
    key = server.data / "secret-key"
    key.rename(tmp_path / "key")
    server.start()
    assert f"secret_key_missing file={key} sealed=1" in server.log()
    assert listed(server) == [secret]
    missing = f"the file {key} with the secret key is missing, and stored secrets or passwords were sealed with it; "
    assert server.graphql_error(CREATE, {"input": {"name": "b", "value": SECRET}}).startswith(missing)
    answer = server.post("/v2/registries", {"name": "hub", "username": "me", "password": PASSWORD})
    assert answer.status == 503 and "Retry-After" in answer.headers and answer.json["detail"].startswith(missing)
    text, _ = started(server, tmp_path, "echo A=$A", {"A": "{{ RUNPOD_SECRET_TOKEN }}"})
    assert "A={{ RUNPOD_SECRET_TOKEN }}" in text and f"because the file {key} with the secret key is missing" in text
    assert not key.exists()
    (tmp_path / "key").rename(key)
    text, _ = started(server, tmp_path, "echo A=$A", {"A": "{{ RUNPOD_SECRET_TOKEN }}"})
    assert "A=***" in text, "the file counts again as soon as it is back"


def test_another_key_opens_nothing_and_says_so(servers, tmp_path):
    server = servers().start()
    secret = create(server, "TOKEN")
    server.terminate()
    key = server.data / "secret-key"
    key.write_text("a" * 64 + "\n")
    server.start()
    assert "secret_key_of_others" in server.log() and "cannot_be_opened=1" in server.log()
    text, _ = started(server, tmp_path, "echo A=$A", {"A": "{{ RUNPOD_SECRET_TOKEN }}"})
    assert f"because it was sealed with another key than that in {key}" in text
    server.graphql(CHANGE, {"input": {"id": secret["id"], "value": CHANGED}})
    text, _ = started(server, tmp_path, "echo A=$A", {"A": "{{ RUNPOD_SECRET_TOKEN }}"})
    assert "A=***" in text, "a new value is sealed with the key that is there"


@pytest.mark.parametrize(
    "content, mode, told",
    [
        ("a" * 64, 0o644, "can be read or changed by other users; run chmod 600 on it"),
        ("a" * 64, 0o640, "can be read or changed by other users; run chmod 600 on it"),
        ("", 0o600, "must be 64 hexadecimal digits and nothing else; put the file back as it was made"),
        ("a" * 63, 0o600, "must be 64 hexadecimal digits and nothing else; put the file back as it was made"),
        ("g" * 64, 0o600, "must be 64 hexadecimal digits and nothing else; put the file back as it was made"),
    ],
)
def test_a_key_that_cannot_be_trusted_refuses_the_start(servers, content, mode, told):
    server = servers()
    server.data.mkdir(mode=0o700)
    key = server.data / "secret-key"
    key.write_text(content)
    key.chmod(mode)
    assert server.spawn().wait(30) != 0
    assert f"the secret key in {key} {told}" in server.log()
    assert key.read_text() == content


def test_a_full_disk_stores_nothing_half(servers, tmp_path):
    free = Dial(tmp_path / "free", FULL)
    server = servers(environment=preload("disk_space") | {"PILOTLIGHT_TEST_DISK_SPACE": str(free.path)})
    free.set(UNTOUCHED)
    server.start()
    free.set(FULL)
    body = {"name": "hub", "username": "me", "password": PASSWORD}
    answer = processes.wait_until(lambda: refused(server.post("/v2/registries", body), "nothing was saved: "), 15, "a refusal")
    assert "Retry-After" in answer.headers and PASSWORD not in answer.text
    assert server.graphql_error(CREATE, {"input": {"name": "TOKEN", "value": SECRET}}).startswith("nothing was saved: ")
    assert not list(server.data.glob("secret-key*"))
    free.set(UNTOUCHED)
    processes.wait_until(lambda: server.post("/v2/registries", body).status == 201, 15, "space again")
    create(server, "TOKEN")


def refused(answer, told):
    assert answer.status == 503, answer.text
    return answer if answer.json["detail"].startswith(told) else None


# Bad input


@pytest.mark.parametrize("name", ["", " ", "a b", "a\nb", "a}}", "{{a", "1a", "-a", "é", "a\0", "a:b", "x" * 192])
def test_names_that_no_variable_could_have(server, name):
    assert server.graphql_error(CREATE, {"input": {"name": name, "value": SECRET}}) == NAME_RULE
    assert listed(server) == []


@pytest.mark.parametrize("name", ["RUNPOD", "RUNPOD_API_KEY", "runpod-x"])
def test_reserved_names(server, name):
    assert server.graphql_error(CREATE, {"input": {"name": name, "value": SECRET}}) == "name must not begin with RUNPOD, which is reserved"


@pytest.mark.parametrize(
    "value, told",
    [
        ("", "value must not be empty"),
        ("x" * 65_537, "value must not have more than 65536 bytes"),
        ("x" * 1_000_000, "value must not have more than 65536 bytes"),
        ("é" * 32_769, "value must not have more than 65536 bytes"),
        (SECRET + "\0", "value must not have a NUL character: no variable can hold one"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_values_that_no_variable_could_hold(server, value, told):
    assert server.graphql_error(CREATE, {"input": {"name": "a", "value": value}}) == told
    assert server.graphql_error(CHANGE, {"input": {"id": "none", "value": value}}) == told
    assert listed(server) == []


def test_odd_requests(servers):
    server = servers().start()
    made = create(server, "TOKEN", "x" * 65_536, description="d" * 65_535)
    assert server.graphql_error(CREATE, {"input": {"name": "TOKEN", "value": SECRET}}) == "a secret of this name already exists; names are unique, choose another"
    create(server, "token")
    long_text = {"input": {"id": made["id"], "description": "d" * 65_536}}
    assert server.graphql_error(DESCRIBE, long_text) == "description must not have more than 65535 bytes"
    registry = server.post("/v2/registries", {"name": "hub", "username": "me", "password": PASSWORD}).json["id"]
    for other in ("", "none", made["id"][:-1], made["id"].upper(), registry, server.make_idle_endpoint(), "a/b", "TOKEN"):
        assert server.graphql_error(CHANGE, {"input": {"id": other, "value": SECRET}}) == "Secret not found"
        assert server.graphql_error(DESCRIBE, {"input": {"id": other, "description": ""}}) == "Secret not found"
        assert delete(server, other)["errors"][0]["message"] == "Secret not found"
    assert server.graphql_error('mutation { updateRegistryAuth { id } }') == "input must be given"
    field = 'secretDelete(id: "%s")' % made["id"]
    answer = server.graphql_answer(f"mutation {{ a: {field} b: {field} }}").json
    assert answer["data"] == {"a": None, "b": None} and [error["message"] for error in answer["errors"]] == ["Secret not found"]
    assert [one["name"] for one in listed(server)] == ["token"]


def test_a_thousand_secrets_and_no_more(servers):
    server = servers().start()
    for first in range(0, 1000, 100):
        fields = " ".join(f's{n}: secretCreate(input: {{ name: "s{n}", value: "{SECRET}" }}) {{ id }}' for n in range(first, first + 100))
        server.graphql(f"mutation {{ {fields} }}")
    message = server.graphql_error(CREATE, {"input": {"name": "more", "value": SECRET}})
    assert message == "there are 1000 secrets, and no more can be made; delete some that nobody uses"
    assert len(listed(server)) == 1000
