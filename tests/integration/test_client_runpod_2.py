"""Version 2 of the runpod package, which manages over REST v2: its functions and its command line rp, unmodified."""

import subprocess

import pytest
from harness import clients_page
from harness.package import PUBLIC_KEY, Package, Raised, listed, make_template, versions
from harness.server import GREETER, ROOT

[VERSION] = versions("2.0.0rc2")


@pytest.fixture(scope="module")
def package(server):
    package = Package(VERSION, server)
    yield package
    package.close()


@pytest.fixture(scope="module")
def rp(package, server, tmp_path_factory):
    """rp(*words): the text that the command prints; with `refused`, the error that it ends with."""
    home = tmp_path_factory.mktemp("home")

    def run(*words, refused=False):
        done = subprocess.run(
            [package.folder / "bin/rp", *words],
            env=package.environment | {"HOME": str(home), "RUNPOD_HAPI_URL": server.origin, "NO_COLOR": "1", "COLUMNS": "200"},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        )
        assert (done.returncode != 0) == refused, done.stdout + done.stderr
        name = " ".join(["rp", words[0], *words[2:]] if words[0] == "logs" else ["rp", *words[:2]])
        error = done.stderr.strip().split("\n")[-1].partition(", url=")[0] if refused else None
        package.seen.note(name, error)
        return error or done.stdout

    return run


def workers_of(server, endpoint_id):
    return server.get(f"/v2/serverless/{endpoint_id}/workers").json["workers"]


def test_one_life_of_an_endpoint(server, package, rp):
    made = package.create_endpoint("life", make_template(package, "life"), gpu_ids="ADA_24,-NVIDIA L4", workers_max=1, idle_timeout=60)
    assert made["gpu"]["pools"] == ["ADA_24"] and made["gpu"]["excludedTypes"] == ["NVIDIA L4"]
    [endpoint] = listed(package, made["id"])
    assert (endpoint["name"], endpoint["workers"]["idleTimeout"], endpoint["env"]) == ("life", 60, {"A": "1", "B": "ü"})

    finished = server.post(f"/v2/{made['id']}/runsync?wait=90000", {"input": {"name": "Ada"}})
    assert finished.json["output"] == {"greeting": "Hello, Ada!"}, finished.text

    [worker] = workers_of(server, made["id"])
    assert "Started." in rp("logs", worker["id"])
    assert "[container]" in rp("logs", worker["id"], "--type", "container") and "[container]" not in rp("logs", worker["id"], "--type", "system")
    for source in ("container", "system"):  # of a pod, as the command asks: there are none
        assert rp("logs", worker["id"], "-f", "--type", source, refused=True).endswith("404, message='Not Found'")

    other = package.create_template("other", f"process:{ROOT}", docker_start_cmd=GREETER, env={"B": "2"}, is_serverless=True)["id"]
    changed = package.update_endpoint_template(made["id"], other)
    assert changed["env"] == {"B": "2"}
    assert server.request("DELETE", f"/v2/serverless/{made['id']}").status == 204
    assert listed(package, made["id"]) == []
    followed = rp("logs", worker["id"], "-f")  # ends with the worker
    assert "[container]" in followed and "Started." in followed


def test_flashboot(server, package):
    template = make_template(package, "flashboot")
    with package.seen.way("create_endpoint(flashboot=True)"):
        made = package.create_endpoint("flash", template, flashboot=True)
    assert server.get(f"/v2/serverless/{made['id']}").json["flashboot"] == "FLASHBOOT"


def test_the_user_and_the_public_key(package):
    assert package.update_user_settings(PUBLIC_KEY)["pubKey"] == PUBLIC_KEY
    user = package.get_user()
    assert user["id"] and user["pubKey"] == PUBLIC_KEY and user["networkVolumes"] == []
    package.update_user_settings("")


def test_what_can_be_rented(package):
    assert len(package.get_gpus()) > 40
    assert package.get_gpu("NVIDIA H200", 2)["id"] == "NVIDIA H200"
    with package.seen.misuse(), pytest.raises(Raised, match="No GPU found with the specified ID"):
        package.get_gpu("NVIDIA NOPE")


def test_registry_credentials(package, rp):
    made = package.create_container_registry_auth("hub", "me", "planted-password")
    assert set(made) >= {"id", "name"} and "planted-password" not in str(made)
    package.update_container_registry_auth(made["id"], "you", "planted-password-2")
    assert "hub" in rp("registry", "list")
    assert package.delete_container_registry_auth(made["id"]) is True
    rp("registry", "add", "second", "--username", "me", "--password", "planted-password")
    assert "second" in rp("registry", "list")
    rp("registry", "delete", "second", "--yes")
    assert "second" not in rp("registry", "list")


def test_secrets(rp):
    rp("secret", "add", "token", "--value", "planted-value", "--description", "of the hub")
    listed_secrets = rp("secret", "list")
    assert "token" in listed_secrets and "of the hub" in listed_secrets and "planted-value" not in listed_secrets
    rp("secret", "delete", "token", "--yes")
    assert "token" not in rp("secret", "list")


def test_there_are_no_pods(package):
    assert package.get_pods() == [] and package.get_pod("none") is None
    for refused in (
        lambda: package.create_pod("pod", "image", "NVIDIA H200"),
        lambda: package.stop_pod("none"),
        lambda: package.terminate_pod("none"),
    ):
        with pytest.raises(Raised, match="out of scope"):
            refused()


def test_a_wrong_key_is_an_authentication_error(server):
    stranger = Package(VERSION, server, key="not-a-key-of-this-server")
    with pytest.raises(Raised) as refused:
        stranger.get_endpoints()
    stranger.close()
    assert refused.value.kind == "AuthenticationError"


def test_page_says_what_works(package):
    clients_page.check("runpod 2", package.seen)
