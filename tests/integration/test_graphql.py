"""Management through GraphQL beyond the seed: templates, errors, variables."""

import pytest


def own_templates(server):
    return {entry["name"]: entry for entry in server.graphql("{ myself { podTemplates { id name } } }")["myself"]["podTemplates"]}


def test_templates_are_made_changed_listed_and_deleted(server):
    made = server.save_template(
        "id name imageName dockerArgs containerDiskInGb volumeInGb env { key value } isServerless",
        name="mine",
        imageName="registry.example.org/a:1",
        dockerArgs="python -u handler.py",
        env=[{"key": "A", "value": "1"}],
    )
    assert made["name"] == "mine" and made["env"] == [{"key": "A", "value": "1"}] and made["isServerless"] is True
    server.save_template(id=made["id"], name="renamed", dockerArgs="python -u handler.py")
    assert own_templates(server)["renamed"]["id"] == made["id"] and "mine" not in own_templates(server)
    assert server.graphql('mutation { deleteTemplate(templateName: "renamed") }') == {"deleteTemplate": None}
    assert "renamed" not in own_templates(server)


def test_template_names_are_unique(server):
    server.save_template(name="once")
    fields = 'name: "once", dockerArgs: "", env: [], containerDiskInGb: 1, volumeInGb: 0'
    assert "once" in server.graphql_error(f"mutation {{ saveTemplate(input: {{ {fields} }}) {{ id }} }}")


def test_a_template_in_use_is_not_deleted(server):
    template = server.save_template(name="in use")
    server.save_endpoint(templateId=template["id"], workersMax=0)
    assert "use" in server.graphql_error('mutation { deleteTemplate(templateName: "in use") }')
    assert "in use" in own_templates(server)


def test_deleting_what_is_not_there_says_not_found(server):
    assert "not found" in server.graphql_error('mutation { deleteTemplate(templateName: "never was") }')
    assert "not found" in server.graphql_error('mutation { deleteEndpoint(id: "neverwas000000") }')


def test_changing_an_endpoint_that_is_not_there_says_not_found(server):
    template = server.save_template()["id"]
    fields = f'id: "neverwas000000", name: "never was", gpuIds: "AMPERE_16", templateId: "{template}"'
    assert "not found" in server.graphql_error(f"mutation {{ saveEndpoint(input: {{ {fields} }}) {{ id }} }}")


def test_variables_that_are_absent_leave_the_default(server):
    query = """
      mutation Make($template: String, $idle: Int, $most: Int) {
        saveEndpoint(input: {name: "by variable", gpuIds: "AMPERE_16", templateId: $template, idleTimeout: $idle, workersMax: $most}) {
          idleTimeout workersMax scalerValue
        }
      }
    """
    answer = server.graphql(query, {"template": server.save_template()["id"], "most": 7})
    assert answer["saveEndpoint"] == {"idleTimeout": 10, "workersMax": 7, "scalerValue": 4}


def test_one_endpoint_by_its_id(server):
    endpoint = server.make_idle_endpoint()
    query = "query One($id: String!) { myself { endpoint(id: $id) { id } } }"
    assert server.graphql(query, {"id": endpoint})["myself"]["endpoint"] == {"id": endpoint}
    assert server.graphql(query, {"id": "neverwas000000"})["myself"]["endpoint"] is None


def test_aliases_fragments_and_directives(server):
    query = """
      query Q($skip: Boolean = true) {
        me: myself { ...F endpoints @skip(if: $skip) { id } __typename }
      }
      fragment F on User { id }
    """
    me = server.graphql(query)["me"]
    assert set(me) == {"id", "__typename"} and me["id"]


@pytest.mark.parametrize(
    "query, message",
    [
        ("{ myself { endpoints { id } }", "Syntax Error"),
        ("{ myself { nothing } }", 'Cannot query field "nothing"'),
        ("{ myself { endpoints } }", "must have a selection of subfields"),
        ("mutation { saveEndpoint { id } }", 'argument "input"'),
        ("mutation { saveEndpoint(input: { name: 5 }) { id } }", "String cannot represent"),
        ("", "Syntax Error"),
    ],
)
def test_what_a_query_gets_wrong_is_said_with_its_place(server, query, message):
    answer = server.graphql_answer(query)
    assert answer.status == 400, answer.text
    error = answer.json["errors"][0]
    assert message in error["message"], error
    assert error["locations"][0]["line"] >= 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"query"', b'{"query": 5}', b'{"variables": {}}', b"\xff\xfe", b'{"query": "{ myself { id } }", "variables": 7}'])
def test_a_body_that_is_no_request(server, body):
    answer = server.post("/graphql", body)
    assert answer.status == 400 and answer.json["errors"][0]["message"], answer.text


def test_keys(server):
    query = {"query": "{ myself { endpoints { id } } }"}
    assert server.post("/graphql", query, key="wrong").status == 401
    assert server.post(f"/graphql?api_key={server.key}", query, key=None).status == 200
    nobody = server.post("/graphql", query, key=None)
    assert nobody.status == 401 or nobody.json["data"]["myself"] is None
