"""The runpod package manages endpoints: its functions and its command line, unmodified, each version in an environment of
its own."""

import pytest
import requests
from harness import clients_page
from harness.package import PUBLIC_KEY, Package, Raised, listed, make_template, versions


PINNED = ["1.8.2", "1.12.0"]


@pytest.fixture(scope="module", params=versions(*PINNED))
def package(request, server):
    package = Package(request.param, server)
    yield package
    package.close()


def test_one_life_of_an_endpoint(server, package):
    version = package.folder.name
    template = make_template(package, f"life-{version}")
    made = package.create_endpoint(f"life-{version}", template, workers_max=1, idle_timeout=7, allowed_cuda_versions="12.4,12.5")
    assert made["templateId"] == template and made["allowedCudaVersions"] == "12.4,12.5"
    [endpoint] = listed(package, made["id"])
    assert (endpoint["name"], endpoint["idleTimeout"], endpoint["version"]) == (f"life-{version}", 7, 0)
    assert endpoint["aiKey"] is None and endpoint["networkVolume"] is None

    finished = server.post(f"/v2/{made['id']}/runsync?wait=90000", {"input": {"name": "Ada"}})
    assert finished.json["output"] == {"greeting": "Hello, Ada!"}, finished.text

    other = make_template(package, f"other-{version}")
    assert package.update_endpoint_template(made["id"], other) == {"id": made["id"], "templateId": other}
    [endpoint] = listed(package, made["id"])
    assert (endpoint["templateId"], endpoint["version"]) == (other, 1)

    server.graphql(f'mutation {{ saveEndpoint(input: {{ id: "{made["id"]}", name: "gone", workersMax: 0 }}) {{ id }} }}')
    server.graphql(f'mutation {{ deleteEndpoint(id: "{made["id"]}") }}')
    assert listed(package, made["id"]) == []


def test_flashboot(server, package):
    """Version 1.8.2 sends a text where GraphQL has an enumeration."""
    version = package.folder.name
    template = make_template(package, f"flashboot-{version}")
    with package.seen.way("create_endpoint(flashboot=True)"):
        if version == "1.8.2":
            with pytest.raises(Raised, match="FlashBootType"):
                package.create_endpoint("flash", template, flashboot=True)
            return
        made = package.create_endpoint("flash", template, flashboot=True)
    query = "query ($id: String!) { myself { endpoint(id: $id) { flashBootType } } }"
    assert server.graphql(query, {"id": made["id"]})["myself"]["endpoint"] == {"flashBootType": "FLASHBOOT"}


def test_the_user_and_the_public_key(package, tmp_path):
    assert package.update_user_settings(PUBLIC_KEY)["pubKey"] == PUBLIC_KEY
    user = package.get_user()
    assert user["id"] and user["pubKey"] == PUBLIC_KEY and user["networkVolumes"] == []
    keys = package.command("ssh", "list-keys", home=tmp_path)
    assert "laptop" in keys and "ssh-ed25519" in keys
    package.update_user_settings("")


def test_what_can_be_rented(package):
    cards = package.get_gpus()
    assert {"id", "displayName", "memoryInGb"} == set(cards[0]) and len(cards) > 40
    card = package.get_gpu("NVIDIA H200", 2)
    assert (card["memoryInGb"], card["manufacturer"]) == (141, "Nvidia")
    assert card["lowestPrice"] == {"minimumBidPrice": 0, "uninterruptablePrice": 0}
    with package.seen.misuse(), pytest.raises(Raised, match="No GPU found with the specified ID"):
        package.get_gpu("NVIDIA NOPE")


def test_one_life_of_a_registry_credential(server, package):
    version = package.folder.name
    made = package.create_container_registry_auth(f"hub-{version}", "me", "PLANTED")
    assert made["name"] == f"hub-{version}"
    changed = package.update_container_registry_auth(made["id"], "you", "PLANTED")
    assert changed == made
    with package.seen.misuse(), pytest.raises(Raised, match="already exists") as refused:
        package.create_container_registry_auth(f"hub-{version}", "me", "PLANTED")
    assert not package.delete_container_registry_auth(made["id"])
    with package.seen.misuse(), pytest.raises(Raised, match="not found"):
        package.delete_container_registry_auth(made["id"])
    assert "PLANTED" not in refused.value.text + server.log()


def test_there_are_no_pods(package, tmp_path):
    assert package.get_pods() == [] and package.get_pod("none") is None
    assert "Status" in package.command("pod", "list", home=tmp_path)
    for refused in (lambda: package.create_pod("pod", "image", "NVIDIA H200"), lambda: package.stop_pod("none")):
        with pytest.raises(Raised, match="Cannot query field"):
            refused()


def test_a_wrong_key_is_an_authentication_error(server, package):
    stranger = Package(package.folder.name, server, key="not-a-key-of-this-server")
    with pytest.raises(Raised) as refused:
        stranger.get_endpoints()
    stranger.close()
    assert refused.value.kind == "AuthenticationError"
    assert requests.post(server.origin + "/graphql", json={"query": "{ gpuTypes { id } }"}, timeout=30).ok


def test_page_says_what_works(package):
    if package.folder.name in PINNED:
        clients_page.check(f"runpod {package.folder.name}", package.seen)
