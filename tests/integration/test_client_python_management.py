"""The management functions of the runpod package, unmodified."""

import pytest
import runpod
from runpod.error import QueryError


@pytest.fixture(autouse=True)
def pointed_here(server, monkeypatch):
    monkeypatch.setattr(runpod, "api_key", server.key)
    monkeypatch.setenv("RUNPOD_API_BASE_URL", server.origin)


def test_gpus_are_listed_and_found(server):
    gpus = runpod.get_gpus()
    assert len(gpus) > 40 and all(set(gpu) == {"id", "displayName", "memoryInGb"} for gpu in gpus)
    gpu = runpod.get_gpu("NVIDIA L4", 2)
    assert (gpu["displayName"], gpu["memoryInGb"], gpu["maxGpuCount"]) == ("L4", 24, 8)
    assert gpu["lowestPrice"] == {"minimumBidPrice": 0, "uninterruptablePrice": 0}


def test_a_gpu_that_is_not_there_is_a_value_error(server):
    with pytest.raises(ValueError, match="No GPU found"):
        runpod.get_gpu("NVIDIA L5")


def test_endpoints_are_listed_with_what_is_null(server, endpoint):
    (mine,) = [one for one in runpod.get_endpoints() if one["id"] == endpoint]
    assert mine["aiKey"] is None and mine["networkVolume"] is None and mine["workersMax"] == 0


def test_pods_are_none(server):
    assert runpod.get_pods() == [] and runpod.get_pod("xedezhzb9la3ye") is None


def test_registry_credentials_are_refused_in_a_sentence(server):
    with pytest.raises(QueryError, match="not supported yet") as refused:
        runpod.create_container_registry_auth("hub", "me", "PLANTED")
    assert "PLANTED" not in str(refused.value) + server.log()
