"""Management through GraphQL beyond the seed: templates, errors, variables."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

MEBIBYTE = 1 << 20


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


def test_several_endpoints_by_their_ids(server):
    """A few are read one by one, more of them with all the others."""
    ids = [server.make_idle_endpoint() for _ in range(3)]
    for more in (0, 20):
        wanted = [*ids, "neverwas000000", "", *[ids[0]] * more]
        fields = " ".join(f'e{n}: endpoint(id: "{one}") {{ ...F }}' for n, one in enumerate(wanted))
        shown = server.graphql(f"{{ myself {{ {fields} }} }} fragment F on Endpoint {{ id template {{ name }} workerState {{ idle }} }}")["myself"]
        assert [one and one["id"] for one in shown.values()] == [*ids, None, None, *[ids[0]] * more]
        assert all(one["template"]["name"] and one["workerState"] for one in shown.values() if one)


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


def test_a_refusal_is_a_200_with_a_null_field_and_its_path(server):
    answer = server.graphql_answer('mutation { gone: deleteEndpoint(id: "neverwas000000") }')
    assert answer.status == 200 and answer.json["data"] == {"gone": None}
    (error,) = answer.json["errors"]
    assert error["path"] == ["gone"] and error["locations"] == [{"line": 1, "column": 12}]
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}


def test_an_error_in_a_non_null_field_makes_the_data_null(server):
    fields = 'id: "neverwas000000", name: "never was"'
    answer = server.graphql_answer(f"mutation {{ saveEndpoint(input: {{ {fields} }}) {{ id }} }}")
    assert answer.status == 200 and answer.json["data"] is None and answer.json["errors"][0]["path"] == ["saveEndpoint"]


def test_an_answer_without_errors_has_no_key_for_them(server):
    assert list(server.graphql_answer("{ myself { id } }").json) == ["data"]


@pytest.mark.parametrize(
    "setting, words",
    [
        ({"name": "ab"}, "at least 3"),
        ({"name": "x" * 192}, "191"),
        ({"workersMin": -1}, "negative"),
        ({"workersMax": 10001}, "10000"),
        ({"workersMin": 3, "workersMax": 2}, "workersMin"),
        ({"idleTimeout": 0}, "idleTimeout"),
        ({"idleTimeout": 3601}, "3600"),
        ({"scalerValue": 0}, "scalerValue"),
        ({"scalerType": "FAST"}, "QUEUE_DELAY"),
        ({"gpuCount": 0}, "gpuCount"),
        ({"executionTimeoutMs": 4999}, "executionTimeoutMs"),
        ({"executionTimeoutMs": -1}, "executionTimeoutMs"),
        ({"gpuIds": ""}, "gpuIds"),
        ({"templateId": "nosuchtemp"}, "Unable to find template"),
        ({"type": "LB"}, "QB"),
        ({"locations": "x" * 70000}, "65536"),
        ({"env": [{"key": "RUNPOD_INIT_TIMEOUT", "value": "ten"}]}, "RUNPOD_INIT_TIMEOUT must be whole seconds"),
    ],
)
def test_settings_out_of_range_say_what_is_allowed(server, setting, words):
    fields = {"name": "out of range", "gpuIds": "AMPERE_16", "templateId": server.save_template()["id"]} | setting
    query = "mutation Save($input: EndpointInput!) { saveEndpoint(input: $input) { id } }"
    assert words in server.graphql_error(query, {"input": fields})


def test_a_template_that_is_not_for_serverless_is_refused(server):
    template = server.save_template(isServerless=False)["id"]
    query = "mutation Save($input: EndpointInput!) { saveEndpoint(input: $input) { id } }"
    fields = {"name": "on a pod template", "gpuIds": "AMPERE_16", "templateId": template}
    assert "Please use a serverless template" in server.graphql_error(query, {"input": fields})


@pytest.mark.parametrize(
    "variables, message",
    [
        ({}, 'Variable "$input" of required type "EndpointInput!" was not provided.'),
        ({"input": {"name": "abc", "workersMax": "three"}}, "Int cannot represent non-integer value"),
        ({"input": {"name": "abc", "workersMax": 10**12}}, "32-bit"),
        ({"input": {"name": "abc", "flashBootType": ""}}, 'Value "" does not exist in "FlashBootType" enum.'),
        ({"input": {"name": "abc", "executionTimeout": 5}}, 'Field "executionTimeout" is not defined by type "EndpointInput".'),
        ({"input": {"name": "abc", "networkVolumeIds": [{"networkVolumeId": "v", "dataCenterId": None}]}}, 'Field "dataCenterId" is not defined'),
        ({"input": {"workersMax": 1}}, 'Field "name" of required type "String!" was not provided.'),
    ],
)
def test_variables_that_do_not_fit(server, variables, message):
    answer = server.graphql_answer("mutation Save($input: EndpointInput!) { saveEndpoint(input: $input) { id } }", variables)
    assert answer.status == 400 and message in answer.json["errors"][0]["message"]
    assert answer.json["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_mutations_need_a_key_and_queries_without_one_see_nobody(server):
    made = server.post("/graphql", {"query": 'mutation { deleteTemplate(templateName: "x") }'}, key=None)
    assert made.status == 401 and made.json["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    asked = server.post("/graphql", {"query": "{ myself { id } }"}, key=None)
    assert (asked.status, asked.json) == (200, {"data": {"myself": None}})


def test_the_secrets_of_a_template_are_shown_to_its_owner_only(server):
    server.save_template(name="with secret", env=[{"key": "TOKEN", "value": "s3cr3t"}])
    query = "{ myself { podTemplates { name env { key value } } } }"
    assert "s3cr3t" in server.graphql_answer(query).text
    assert "s3cr3t" not in server.post("/graphql", {"query": query}, key=None).text + server.log()


def test_a_response_that_would_be_huge_is_refused(server):
    for _ in range(30):
        server.save_template()
    fields = " ".join(f"a{n}: name" for n in range(4500))
    query = "{ myself { a: podTemplates { ...F } b: podTemplates { ...F } } } fragment F on PodTemplate { " + fields + " }"
    answer = server.graphql_answer(query)
    assert answer.status == 200 and answer.json["data"] is None
    assert "more than 250000 values" in answer.json["errors"][0]["message"]


def test_a_slash_behind_the_path_changes_nothing(server):
    query = {"query": "{ myself { id } }"}
    first, *others = (server.post(path, query).json for path in ("/graphql", "/graphql/", "/graphql/?a=b"))
    assert first["data"]["myself"]["id"] and others == [first] * 2
    asked = server.post(f"/graphql/?api_key={server.key}", query, key=None)
    assert asked.status == 200 and asked.json == first
    assert [server.get(path).status for path in ("/graphql", "/graphql/", "/graphql//")] == [405, 405, 404]


def test_templates_and_endpoints_have_a_limit(servers):
    """What is there when the limit is lowered stays and can be changed."""
    server = servers().start()
    templates = [server.save_template(name=f"t{n}")["id"] for n in range(3)]
    endpoints = [server.save_endpoint(templateId=templates[0], workersMax=0)["id"] for _ in range(2)]
    assert server.terminate() == 0
    server.start("--templates-max", "2", "--endpoints-max", "2")
    assert len(own_templates(server)) == 3
    template = "mutation { saveTemplate(input: { %s, dockerArgs: \"\", env: [], containerDiskInGb: 1, volumeInGb: 0 }) { id } }"
    refused = server.graphql_error(template % 'name: "new"')
    assert "there are 3 templates already" in refused and "templates-max" in refused, refused
    assert server.save_template(id=templates[0], name="t0", imageName="changed")["id"] == templates[0]
    fields = f'name: "new", gpuIds: "AMPERE_16", templateId: "{templates[0]}", workersMax: 0'
    endpoint = f"mutation {{ saveEndpoint(input: {{ {fields} }}) {{ id }} }}"
    refused = server.graphql_error(endpoint)
    assert "there are 2 endpoints already" in refused and "endpoints-max" in refused, refused
    server.run(endpoints[0])
    server.graphql(f'mutation {{ deleteEndpoint(id: "{endpoints[1]}") }}')
    server.graphql(endpoint)
    for name in ("t1", "t2"):
        server.graphql(f'mutation {{ deleteTemplate(templateName: "{name}") }}')
    server.graphql(template % 'name: "new"')


def peak(server):
    """The most memory that the server ever had."""
    status = Path(f"/proc/{server.server_pid()}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) << 10


def many(server, count, mutation):
    """{name: id} of what so many mutations have made, a hundred in a request."""

    def make(first):
        fields = " ".join(f"m{n}: {mutation(n)} {{ id name }}" for n in range(first, min(count, first + 100)))
        return {one["name"]: one["id"] for one in server.graphql(f"mutation {{ {fields} }}").values()}

    with ThreadPoolExecutor(10) as pool:
        return {name: made for part in pool.map(make, range(0, count, 100)) for name, made in part.items()}


def test_a_large_account_is_shown_as_far_as_it_is_asked_for(servers):
    """A hundred aliases do not make a hundred copies of it."""
    server = servers("--runtime", "none").start()
    more = 'dockerArgs: "python -u handler.py", env: [], containerDiskInGb: 5, volumeInGb: 0, isServerless: true'
    templates = many(server, 3000, lambda n: f'saveTemplate(input: {{ name: "t{n}", {more} }})')
    more = 'gpuIds: "AMPERE_16", workersMax: 0'
    endpoints = many(server, 1000, lambda n: f'saveEndpoint(input: {{ name: "e {n}", templateId: "{templates["t" + str(n)]}", {more} }})')

    def grown(select, aliases=100):
        before = peak(server)
        answer = server.graphql_answer("{ " + " ".join(f"a{n}: myself {{ {select} }}" for n in range(aliases)) + " }").json
        return peak(server) - before, answer

    bytes_grown, answer = grown("id")
    assert bytes_grown < 10 * MEBIBYTE and len(answer["data"]) == 100
    bytes_grown, answer = grown("endpoints { id name version template { id name } }", aliases=1)
    shown = answer["data"]["a0"]["endpoints"]
    assert {one["name"]: one["id"] for one in shown} == endpoints
    assert all(one["template"]["name"] == one["name"].replace("e ", "t") for one in shown)
    assert bytes_grown < 50 * MEBIBYTE
    last = server.graphql(f'{{ myself {{ endpoint(id: "{endpoints["e 999"]}") {{ name template {{ id }} }} }} }}')["myself"]["endpoint"]
    assert last == {"name": "e 999", "template": {"id": templates["t999"]}}
    bytes_grown, answer = grown("podTemplates { id }")
    assert bytes_grown < 50 * MEBIBYTE and "250000 values" in answer["errors"][0]["message"]


def test_a_response_with_very_much_text_is_refused(server):
    server.save_template(readme="r" * 65_000)
    query = "{ myself { podTemplates { " + " ".join(f"r{n}: readme" for n in range(300)) + " } } }"
    assert "16777216 bytes of text" in server.graphql_error(query)


@pytest.mark.parametrize("pair", [{"key": "A=B", "value": "1"}, {"key": "", "value": "1"}, {"key": "N\0", "value": "1"}, {"key": "A", "value": "1\0"}], ids=str)
def test_variables_that_no_process_can_have(server, pair):
    what = "value" if pair["key"] == "A" else "name"
    told = {
        "name": "the name of a variable in env must not be empty or contain = or NUL",
        "value": "the value of a variable in env must not contain NUL",
    }[what]
    template = server.save_template(env=[{"key": "A", "value": "1"}])["id"]
    endpoint = server.save_endpoint(workersMax=0, templateId=template, env=[{"key": "A", "value": "1"}])["id"]
    own = {"name": "own", "dockerArgs": "", "containerDiskInGb": 5, "env": [pair]}
    for fields in ({"env": [pair]}, {"template": own}):
        document = "mutation ($input: EndpointInput!) { saveEndpoint(input: $input) { id } }"
        assert server.graphql_error(document, {"input": {"id": endpoint, "name": "abc"} | fields}) == told
    document = "mutation ($input: SaveTemplateInput) { saveTemplate(input: $input) { id } }"
    fields = {"dockerArgs": "", "containerDiskInGb": 5, "volumeInGb": 0, "env": [pair]}
    assert server.graphql_error(document, {"input": {"name": f"new {what}"} | fields}) == told
    assert server.graphql_error(document, {"input": {"id": template, "name": "changed"} | fields}) == told


def test_one_of_two_fields_that_name_places_changes_both(server):
    """Clients that know only networkVolumeId and locations manage endpoints that REST v2 made."""
    made = server.post(
        "/v2/serverless",
        {
            "name": "made", "type": "QUEUE", "image": "i", "gpu": {"pools": ["ADA_24"]}, "workers": {"max": 0}, "dataCenterIds": ["EU-RO-1"],
            "networkVolumes": [volume(server, "EU-RO-1")], "scaling": {"type": "QUEUE_DELAY", "queueDelay": 4},
        },
    ).json

    def save(**fields):
        document = "mutation ($input: EndpointInput!) { saveEndpoint(input: $input) { locations dataCenterIds networkVolumeId networkVolumeIds { networkVolumeId } } }"
        seen = server.graphql(document, {"input": {"id": made["id"], "name": "made"} | fields})["saveEndpoint"]
        shown = server.get(f"/v2/serverless/{made['id']}").json
        return seen, shown["dataCenterIds"], shown["networkVolumes"]

    other = volume(server, "US-KS-2")
    seen, centers, volumes = save(networkVolumeId=other, locations="US-KS-2")
    assert seen == {"locations": "US-KS-2", "dataCenterIds": ["US-KS-2"], "networkVolumeId": other, "networkVolumeIds": [{"networkVolumeId": other}]}
    assert centers == ["US-KS-2"] and volumes == [other]
    seen, centers, volumes = save(networkVolumeId="", locations="")
    assert seen == {"locations": "", "dataCenterIds": [], "networkVolumeId": None, "networkVolumeIds": []}
    assert centers == [] and volumes == []
    seen, centers, volumes = save(networkVolumeIds=[{"networkVolumeId": other}], dataCenterIds=["EU-CZ-1", "US-KS-2"])
    assert seen["locations"] == "EU-CZ-1,US-KS-2" and seen["networkVolumeId"] == other
    assert centers == ["EU-CZ-1", "US-KS-2"] and volumes == [other]
    for identifier in made["networkVolumes"]:
        assert server.request("DELETE", f"/v2/network-volumes/{identifier}").status == 204, "nobody names it any more"


def volume(server, center):
    return server.post("/v2/network-volumes", {"name": f"volume in {center}", "size": 10, "dataCenter": center}).json["id"]
