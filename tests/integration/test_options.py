"""One table of options feeds flags, environment, config file and documentation."""

import re
import subprocess

import pytest
from harness.server import BINARY, ROOT

PAGE = ROOT / "docs/options.md"


def run(*arguments, **environment):
    return subprocess.run(
        [BINARY, *arguments], env={"PATH": "/usr/bin:/bin"} | environment, capture_output=True, text=True, timeout=20
    )


def documented():
    """(name, variable) of every row of the page."""
    return re.findall(r"^\| `([a-z-]+)` \|.*\| `(PILOTLIGHT_[A-Z_]+)` \|", PAGE.read_text(), re.MULTILINE)


def test_the_page_is_what_the_program_prints():
    printed = run("options", "--markdown").stdout
    assert printed == PAGE.read_text(), "docs/options.md is stale: build/release/pilotlight options --markdown > docs/options.md"


def test_every_option_is_a_flag_unless_it_is_secret():
    help_text = run("serve", "--help").stdout
    names = [name for name, _ in documented()]
    assert len(names) > 15
    assert [name for name in names if f"--{name} " not in help_text] == ["api-key", "webhook-secret"]


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "pilotlight.toml"

    def write(text):
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize("named", ["file", "variable", "flag"])
def test_flag_beats_environment_beats_file(config, tmp_path, named):
    """The value that counts is the one that the refusal quotes."""
    path = config('grace = "of the file"\n')
    environment = {"PILOTLIGHT_GRACE": "of the variable"} if named != "file" else {}
    flags = ["--grace", "of the flag"] if named == "flag" else []
    done = run("serve", "--data", tmp_path / "data", "--config", path, *flags, **environment)
    assert done.returncode == 2
    assert f'"of the {named}"' in done.stderr, done.stderr


def test_every_option_is_read_from_environment_and_config_file(config, tmp_path):
    takes_any_text = {"data", "cgroup-root", "secret-key-file"}
    secret = {"api-key", "webhook-secret"}
    data = ["--data", tmp_path / "data"]
    for name, variable in documented():
        if name in takes_any_text:
            continue
        for done in (
            run("serve", *data, **{variable: "no such value"}),
            run("serve", *data, "--config", config(f'{name} = "no such value"')),
        ):
            assert done.returncode != 0 and name in done.stderr, (name, done.stderr)
            assert ("no such value" in done.stderr) == (name not in secret), "a secret is not repeated"


def test_the_config_file_of_the_data_folder_is_found(tmp_path):
    (tmp_path / "pilotlight.toml").write_text("runtime = 'steam'\n")
    done = run("serve", "--data", tmp_path)
    assert done.returncode == 2 and "steam" in done.stderr


@pytest.mark.parametrize(
    "text, named",
    [
        ("grac = '3s'\n", "line 1.*grac"),
        ("\ngrace = 3.5\n", "line 2.*grace"),
        ("grace = \n", "line 1"),
        ("[serve]\ngrace = '3s'\n", "serve"),
    ],
)
def test_a_mistake_in_the_file_is_shown_with_its_line(config, tmp_path, text, named):
    done = run("serve", "--data", tmp_path / "data", "--config", config(text))
    assert done.returncode == 2 and re.search(named, done.stderr), done.stderr


def test_a_config_file_that_is_not_there_is_named(tmp_path):
    done = run("serve", "--data", tmp_path / "data", "--config", tmp_path / "none.toml")
    assert done.returncode == 2 and "none.toml" in done.stderr and "line" not in done.stderr, done.stderr


@pytest.mark.parametrize("name", ["data", "listen", "runtime"])
def test_an_empty_value_is_no_value(name, tmp_path):
    done = subprocess.run([BINARY, "serve", f"--{name}", ""], cwd=tmp_path, capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and name in done.stderr, done.stderr
    assert list(tmp_path.iterdir()) == []
