"""The option prices: every surface shows the prices that it sets, and 0 for everything else."""

import subprocess

import pytest
from harness.rest_v2 import SPECIFICATION, validator
from harness.server import BINARY

PRICES = "NVIDIA H200=3.99, NVIDIA L4=0, AMPERE_24=0.43, ADA_24=1000000, cpu3c=0.031, cpu5m=0.000001"
OF_CARDS = {
    "NVIDIA H200": 3.99, "NVIDIA RTX A5000": 0.43, "NVIDIA GeForce RTX 3090": 0.43, "NVIDIA GeForce RTX 4090": 1_000_000,
}  # fmt: skip
OF_VCPUS = {"cpu3c": 0.031, "cpu5m": 0.000001}


@pytest.fixture(scope="module")
def priced(shared_servers):
    return shared_servers("--prices", PRICES).start()


def rows(server, kind, schema):
    """{id: its price}, of the list and of the single rows alike."""
    answer = server.get(f"/v2/catalog/{kind}")
    assert answer.status == 200, answer
    validator(SPECIFICATION["components"]["schemas"][schema]).validate(answer.json[kind][0])
    listed = {row["id"]: row["price"] for row in answer.json[kind]}
    for name in listed:
        assert server.get(f"/v2/catalog/{kind}/{name.replace(' ', '%20')}").json["price"] == listed[name]
    return listed


def test_rest_v2_shows_prices_of_cards(priced):
    shown = rows(priced, "gpus", "GpuType")
    assert len(shown) == 48 and set(OF_CARDS) < set(shown)
    for name, price in shown.items():
        assert price == dict.fromkeys(("secure", "community", "serverless"), OF_CARDS.get(name, 0)), name


def test_rest_v2_shows_prices_of_virtual_cpus(priced):
    shown = rows(priced, "cpus", "CpuType")
    assert len(shown) == 6
    for name, price in shown.items():
        assert price == dict.fromkeys(("securePerVcpu", "serverlessPerVcpu"), OF_VCPUS.get(name, 0)), name


def test_numbers_are_written_as_people_write_them(priced):
    assert '"price":{"secure":3.99,"community":3.99,"serverless":3.99}' in priced.get("/v2/catalog/gpus/NVIDIA%20H200").text
    assert '"secure":1000000,' in priced.get("/v2/catalog/gpus/NVIDIA%20GeForce%20RTX%204090").text
    assert '"secure":0,' in priced.get("/v2/catalog/gpus/NVIDIA%20L4").text
    asked = '{ gpuTypes(input: { ids: ["NVIDIA H200", "NVIDIA L4", "NVIDIA GeForce RTX 4090"] }) { securePrice } }'
    shown = '{"data":{"gpuTypes":[{"securePrice":1000000},{"securePrice":3.99},{"securePrice":0}]}}'
    assert priced.graphql_answer(asked).text == shown


@pytest.mark.parametrize("keyed", [True, False], ids=["with key", "without key"])
def test_graphql_shows_prices_of_cards(priced, keyed):
    others = "secureSpotPrice communitySpotPrice oneWeekPrice oneMonthPrice threeMonthPrice sixMonthPrice oneYearPrice clusterPrice"
    asked = {"query": f"{{ gpuTypes {{ id securePrice communityPrice {others} }} }}"}
    for row in priced.post("/graphql", asked, **({} if keyed else {"key": None})).json["data"]["gpuTypes"]:
        price = OF_CARDS.get(row.pop("id"), 0)
        assert (row.pop("securePrice"), row.pop("communityPrice")) == (price, price)
        assert row == dict.fromkeys(others.split(), 0)


@pytest.mark.parametrize("count", range(1, 9))
def test_a_lowest_price_is_of_all_cards(priced, count):
    asked = f"lowestPrice(input: {{ gpuCount: {count} }}) {{ minimumBidPrice uninterruptablePrice clusterPrice }}"
    for row in priced.graphql(f"{{ gpuTypes {{ id {asked} }} }}")["gpuTypes"]:
        price = round(OF_CARDS.get(row["id"], 0) * count, 6)
        assert row["lowestPrice"] == {"minimumBidPrice": price, "uninterruptablePrice": price, "clusterPrice": 0}


@pytest.mark.parametrize("wish", ["gpuCount: 9", "gpuCount: -1", 'gpuCount: 1, dataCenterId: "XX-1"', 'gpuCount: 1, minCudaVersion: "99.9"'])
def test_cards_that_cannot_exist_have_no_price(priced, wish):
    document = f'{{ gpuTypes(input: {{ id: "NVIDIA H200" }}) {{ lowestPrice(input: {{ {wish} }}) {{ minimumBidPrice uninterruptablePrice }} }} }}'
    assert priced.graphql(document)["gpuTypes"] == [{"lowestPrice": {"minimumBidPrice": None, "uninterruptablePrice": None}}]


@pytest.mark.parametrize(
    "arguments, price",
    [
        ("", 0.031),
        ("(input: {})", 0.031),
        ('(input: { dataCenterId: "EU-RO-1", instanceId: "" })', 0.031),
        ('(input: { instanceId: "cpu3c-1-2" })', 0.031),
        ('(input: { dataCenterId: "", instanceId: "cpu3c-2-4" })', 0.062),
        ('(input: { instanceId: "cpu3c-32-64" })', 0.992),
    ],
)
def test_specifics_have_the_price_of_the_instance(priced, arguments, price):
    asked = f'{{ cpuFlavors(input: {{ id: "cpu3c" }}) {{ specifics{arguments} {{ securePrice slsPrice }} }} }}'
    assert priced.graphql(asked)["cpuFlavors"] == [{"specifics": {"securePrice": price, "slsPrice": price}}]


def test_specifics_of_a_flavour_without_a_price(priced):
    asked = '{ cpuFlavors(input: { id: "cpu3g" }) { specifics(input: { instanceId: "cpu3g-2-8" }) { securePrice slsPrice } } }'
    assert priced.graphql(asked)["cpuFlavors"] == [{"specifics": {"securePrice": 0, "slsPrice": 0}}]


def test_nothing_is_billed(priced):
    bill = priced.get("/v2/billing").json
    assert bill["records"] == [], bill
    spend = priced.graphql("{ myself { currentSpendPerHr clientBalance } }")["myself"]
    assert spend == {"currentSpendPerHr": 0, "clientBalance": 0}


def test_the_option_in_the_config_file_and_the_environment(servers, tmp_path):
    config = tmp_path / "pilotlight.toml"
    config.write_text('prices = """\n  NVIDIA H200=3.99,\n  cpu3c=0.031,\n"""\n')
    for server in (servers("--config", config), servers(environment={"PILOTLIGHT_PRICES": "NVIDIA H200=3.99,cpu3c=0.031"})):
        server.start()
        assert server.get("/v2/catalog/gpus/NVIDIA%20H200").json["price"]["secure"] == 3.99
        assert server.get("/v2/catalog/cpus/cpu3c").json["price"]["securePerVcpu"] == 0.031


@pytest.mark.parametrize(
    "value, told",
    [
        ("3.99", '"3.99" is not ID=DOLLARS such as NVIDIA H200=3.99, with dollars from 0 to 1000000 and at most 6 digits after the point'),
        ("cpu3c=1,NVIDIA H200=-1", '"NVIDIA H200=-1" is not ID=DOLLARS'),
        ("NVIDIA H200=nan", '"NVIDIA H200=nan" is not ID=DOLLARS'),
        ("NVIDIA H200=1e9", '"NVIDIA H200=1e9" is not ID=DOLLARS'),
        ("NVIDIA H200=1000000.1", '"NVIDIA H200=1000000.1" is not ID=DOLLARS'),
        ("NVIDIA H200=3,99", '"99" is not ID=DOLLARS'),
        ("nvidia h200=1", 'the catalog has no GPU type, pool or CPU flavor "nvidia h200"; it has ids such as NVIDIA H200, HOPPER_141 and cpu3c'),
        ("EU-RO-1=1", 'the catalog has no GPU type, pool or CPU flavor "EU-RO-1"'),
        ("cpu3c=1,cpu3c=1", '"cpu3c" is named twice'),
    ],
)
def test_values_that_are_refused_at_the_start(tmp_path, value, told):
    command = [BINARY, "serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0", "--prices", value]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and f'option "prices": {told}' in done.stderr, done.stderr
    assert not (tmp_path / "data").exists()
