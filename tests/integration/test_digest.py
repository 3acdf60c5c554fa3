"""`sim --digest`: the same for the same behaviour, another for any other, so that a move of code can be shown to be one."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from harness.server import ROOT

SIM = Path(os.environ.get("PILOTLIGHT_SIM", ROOT / "build/release/sim"))
SEEDS = ["--seeds", "12", "--digest"]


def digest(*options):
    """Laws may be broken: then a seed ends there."""
    done = subprocess.run([SIM, *SEEDS, *options], capture_output=True, text=True, timeout=300)
    return re.search(r"^digest ([0-9a-f]{16})$", done.stdout, re.MULTILINE).group(1)


@pytest.fixture(scope="module")
def unbroken():
    return digest()


def test_it_depends_on_the_seeds_alone(unbroken):
    assert digest("--threads", "1") == unbroken
    assert digest("--first", "2") != unbroken


@pytest.mark.parametrize("mutant", ["workers_max_ignored", "retries_not_counted", "old_worker_goes_on", "store_forgets_leases"])
def test_any_other_behaviour_changes_it(unbroken, mutant):
    assert digest("--mutant", mutant) != unbroken
