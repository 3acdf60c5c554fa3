"""Credentials for container registries, over REST v2 and GraphQL."""

import pytest
from harness.raw import exchange, head
from harness.rest_v2 import is_answer, is_problem, validator

PATH = "/v2/registries"
BODY = {"name": "hub", "username": "me", "password": "pl4nted-p4ssword"}
ONE = validator({"$ref": "#/components/schemas/Registry"})
IN_USE = "this container registry credential is in use by template TEMPLATE; change or delete the template first"


@pytest.fixture
def server(servers):
    return servers().start()


def create(server, name, **settings):
    answer = server.post(PATH, BODY | {"name": name} | settings)
    assert is_answer(answer, None, 201), answer.text
    ONE.validate(answer.json)
    assert answer.json == {"id": answer.json["id"], "name": name}
    return answer.json["id"]


def names(server, query=""):
    answer = server.get(PATH + query)
    assert is_answer(answer, PATH)
    return [one["name"] for one in answer.json["registries"]]


def test_one_life_of_a_credential(server):
    assert names(server) == []
    made = create(server, "hub")
    answer = server.get(f"{PATH}/{made}")
    assert is_answer(answer, None) and answer.json == {"id": made, "name": "hub"}
    document = "{ myself { containerRegistryCreds { id name registryAuth } } }"
    assert server.graphql(document)["myself"]["containerRegistryCreds"] == [{"id": made, "name": "hub", "registryAuth": None}]
    answer = server.request("DELETE", f"{PATH}/{made}")
    assert (answer.status, answer.text) == (204, "") and "x-request-id" in answer.headers
    assert names(server) == [] and server.graphql(document)["myself"]["containerRegistryCreds"] == []
    for method in ("GET", "DELETE"):
        assert is_problem(server.request(method, f"{PATH}/{made}"), 404, "resource not found")


def test_the_list_is_newest_first_and_in_pages(server):
    ids = [create(server, f"r{number}") for number in range(5)]
    assert names(server) == ["r4", "r3", "r2", "r1", "r0"]
    page = server.get(f"{PATH}?limit=2").json
    assert [one["name"] for one in page["registries"]] == ["r4", "r3"] and page["pagination"]["hasNextPage"]
    server.request("DELETE", f"{PATH}/{ids[3]}")
    create(server, "new")
    assert names(server, f"?limit=2&cursor={page['pagination']['nextCursor']}") == ["r2", "r1"]
    whole = server.get(PATH).json["pagination"]
    assert whole == {"hasNextPage": False, "nextCursor": None}
    assert is_problem(server.get(f"{PATH}?cursor=abc"), 422) and is_problem(server.get(f"{PATH}?limit=0"), 422)


def test_credentials_outlive_the_server(server):
    create(server, "hub")
    server.kill_server()
    server.wait_ready()
    assert names(server) == ["hub"]
    server.kill_both()
    server.start()
    assert names(server) == ["hub"]


def test_a_credential_in_use_is_not_deleted(server):
    made = create(server, "hub")
    template = server.save_template(name="user", containerRegistryAuthId=made, select="id containerRegistryAuthId")
    assert template["containerRegistryAuthId"] == made
    assert is_problem(server.request("DELETE", f"{PATH}/{made}"), 400, IN_USE.replace("TEMPLATE", template["id"]))
    document = f'mutation {{ deleteRegistryAuth(registryAuthId: "{made}") }}'
    assert server.graphql_error(document) == IN_USE.replace("TEMPLATE", template["id"])
    server.graphql('mutation { deleteTemplate(templateName: "user") }')
    own = {"name": "own", "dockerArgs": "", "containerDiskInGb": 5, "env": [], "containerRegistryAuthId": made}
    endpoint = server.save_endpoint(workersMax=0, template=own)["id"]
    told = f"this container registry credential is in use by endpoint {endpoint}; change or delete the endpoint first"
    assert is_problem(server.request("DELETE", f"{PATH}/{made}"), 400, told)
    server.graphql(f'mutation {{ deleteEndpoint(id: "{endpoint}") }}')
    assert server.graphql(document) == {"deleteRegistryAuth": None}
    assert "not found" in server.graphql_error(document)


def test_a_template_may_name_a_credential_that_is_not_here(server):
    """Templates come from elsewhere, with ids of RunPod's."""
    kept = server.save_template(containerRegistryAuthId="clzdaifot0001l90809257ynb", select="containerRegistryAuthId")
    assert kept == {"containerRegistryAuthId": "clzdaifot0001l90809257ynb"}


def test_graphql_changes_username_and_password(server):
    made = create(server, "hub")
    document = "mutation M($input: UpdateRegistryAuthInput) { updateRegistryAuth(input: $input) { id name } }"
    changed = server.graphql(document, {"input": {"id": made, "username": "you", "password": "0ther-p4ssword"}})
    assert changed == {"updateRegistryAuth": {"id": made, "name": "hub"}}
    for other in ("", "none", made[:-1], server.save_template()["id"], made.upper()):
        message = server.graphql_error(document, {"input": {"id": other, "username": "you", "password": "0ther-p4ssword"}})
        assert message == "Container registry credential not found"


@pytest.mark.parametrize(
    "settings, status, told",
    [
        ({"name": "taken"}, 400, "a container registry credential of this name already exists; names are unique, choose another"),
        ({"name": "x" * 192}, 400, "name must not have more than 191 bytes"),
        ({"name": "a\nb"}, 400, "name must not have control characters"),
        ({"username": "x" * 192}, 400, "username must not have more than 191 bytes"),
        ({"password": "x" * 65_537}, 400, "password must not have more than 65536 bytes"),
        ({"password": "pl4nted\0"}, 400, "password must not have a NUL character: no variable can hold one"),
        ({"name": ""}, 422, "$.name: minLength: got 0, want 1"),
        ({"password": ""}, 422, "$.password: minLength: got 0, want 1"),
        ({"password": 5}, 422, "$.password: got number, want string"),
        ({"password": None}, 422, "$.password: got null, want string"),
        ({"registryAuth": "x"}, 422, "$: additional properties 'registryAuth' not allowed"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bodies_that_are_refused(server, settings, status, told):
    create(server, "taken")
    answer = server.post(PATH, BODY | settings)
    assert is_problem(answer, status) and "pl4nted" not in answer.text
    assert (answer.json["errors"] == [told]) if status == 422 else (answer.json["detail"] == told)
    assert names(server) == ["taken"]


def test_requests_that_make_no_sense(server):
    made = create(server, "hub")
    for body in (b"", b"{", b"null", b"[]"):
        assert is_problem(server.post(PATH, body), 400 if len(body) < 2 else 422)
    for method in ("PUT", "PATCH"):
        assert server.request(method, PATH, {}).headers["Allow"] == "GET, POST"
        assert server.request(method, f"{PATH}/{made}", {}).headers["Allow"] == "GET, DELETE"
    for other in ("x", made.upper(), f"{made}%2F", "..%2F" + made, "%00", "delegations2", made + "x", "-"):
        for method in ("GET", "DELETE"):
            assert is_problem(exchange(server.origin, head(method, f"{PATH}/{other}", server.key, connection="close")), 404)
    assert server.get(f"{PATH}/delegations").json["delegations"] == []
    assert is_problem(server.request("DELETE", f"{PATH}/delegations"), 404)
    assert names(server) == ["hub"]
    key = server.post("/admin/v1/keys", {"role": "jobs"}).json["key"]
    assert is_problem(server.get(PATH, key=key), 403) and is_problem(server.post(PATH, BODY, key=key), 403)
