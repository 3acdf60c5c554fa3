"""docs/local/github-actions.md: the scripts of its steps, in order, as a runner runs them.

`Build Pilotlight` alone is not run: what it would have built is there. What `Install the worker` would download is where its
Python looks for packages already.
"""

import pytest
import yaml
from harness.pages import Page, Reader
from harness.server import BINARY, PYTHON, ROOT

PAGE = Page("local/github-actions.md")
WORKFLOW = yaml.safe_load(PAGE.file(".github/workflows/worker.yml"))
JOB = WORKFLOW["jobs"]["through-pilotlight"]
STEPS = {step["name"]: step for step in JOB["steps"] if "run" in step}
BUILD, INSTALL, RUN = "Build Pilotlight", "Install the worker", "Run a job"


class Runner(Reader):
    """Steps one after the other, with the variables that they leave for the next ones."""

    def __init__(self, folder):
        super().__init__(folder)
        (folder / "requirements.txt").write_text("runpod==1.12.0\n")
        temp = folder / "temp"
        program = temp / "pilotlight/build/release/pilotlight"
        program.parent.mkdir(parents=True)
        program.symlink_to(BINARY)
        (packages,) = (PYTHON.parents[1] / "lib").glob("python*/site-packages")
        of_the_user = folder / ".local/lib" / packages.parent.name / "site-packages"
        of_the_user.parent.mkdir(parents=True)
        of_the_user.symlink_to(packages)
        self.variables = folder / "variables"
        self.variables.touch()
        self.environment |= {"RUNNER_TEMP": str(temp), "GITHUB_ENV": str(self.variables)} | JOB["env"]

    def step(self, script):
        """As `shell: bash` runs it."""
        assert JOB["defaults"]["run"]["shell"] == "bash"
        (self.folder / "step.sh").write_text(script)
        left = dict(line.split("=", 1) for line in self.variables.read_text().splitlines())
        return self.run("bash --noprofile --norc -eo pipefail step.sh", **left)

    def all_steps(self):
        """{name: the finished process} of those that a runner would run."""
        done = {}
        for name, step in STEPS.items():
            failed = any(process.returncode for process in done.values())
            if name != BUILD and (not failed or step.get("if") == "always()"):
                done[name] = self.step(step["run"])
        return done


@pytest.fixture
def runner(tmp_path):
    runner = Runner(tmp_path / "folder")
    yield runner
    runner.close()


def test_the_build_uses_what_the_repository_has():
    script = STEPS[BUILD]["run"]
    assert "\ntools/install-packages\ntools/build release pilotlight\n" in script
    assert all((ROOT / "tools" / name).stat().st_mode & 0o100 for name in ("install-packages", "build"))
    assert '"$RUNNER_TEMP/pilotlight/build/release/pilotlight" dev' in STEPS[RUN]["run"]
    assert JOB["steps"][0]["uses"].startswith("actions/checkout@")


def test_all_steps_succeed_and_leave_nothing_running(runner):
    done = runner.all_steps()
    assert list(done) == [name for name in STEPS if name != BUILD]
    for name, process in done.items():
        assert process.returncode == 0, (name, process.stdout, process.stderr)
    assert runner.leftovers() == []
    assert "Starting Serverless Worker" in done[RUN].stderr, "what the worker wrote is shown"


def test_a_wrong_answer_or_a_failure_fails_the_job(runner):
    handler = runner.folder / "handler.py"
    text = handler.read_text()
    for wrong, shown in ((text.replace("Hello", "Goodbye"), "COMPLETED"), (text.replace("name = job", "raise ValueError; name = job"), "FAILED")):
        handler.write_text(wrong)
        done = runner.all_steps()
        assert done[RUN].returncode != 0 and shown in done[RUN].stderr and runner.leftovers() == []


def test_a_server_that_does_not_start_fails_the_job(runner):
    runner.environment["PILOTLIGHT_DISK_RESERVE"] = "no size"
    done = runner.all_steps()[RUN]
    assert done.returncode != 0 and "disk-reserve" in done.stderr


def test_with_the_fixture_one_step_does_it_all(runner):
    for name in ("conftest.py", "test_handler.py"):
        runner.save(Page("local/pytest.md"), name)
    (step,) = yaml.safe_load([text for _, language, text in PAGE.blocks if language == "yaml"][1])
    assert runner.step(STEPS[INSTALL]["run"]).returncode == 0
    done = runner.step(step["run"])
    assert done.returncode == 0 and "3 passed" in done.stdout, done.stdout + done.stderr
