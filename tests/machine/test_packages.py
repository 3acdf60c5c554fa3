"""docs/local/packages.md, followed word for word on a fresh Debian machine."""

import json
import re

import pytest
from harness import processes
from harness.pages import Page

PAGE = Page("local/packages.md")
HANDLER = """\
import os, time
import runpod

def handler(job):
    time.sleep(job["input"].get("sleep", 0))
    open("written", "w").close()
    if "keep" in job["input"]:
        open(job["input"]["keep"], "w").close()
    return {"user": os.getuid(), "folder": os.getcwd(), "home": os.path.expanduser("~"), "files": sorted(os.listdir("."))}

runpod.serverless.start({"handler": handler})
"""
ASK = """
U=http://127.0.0.1:8080
KEY=$(cat /var/lib/pilotlight/api-key)
ask() { curl --silent --show-error --header "authorization: Bearer $KEY" "$U/v2/$@"; }
"""


@pytest.fixture
def prepared(machine, package):
    """A machine with the deb in /root and the page's handler with its environment in /srv/hello."""
    machine.save(package("deb"), "/root")
    machine.path("/usr/share/doc/pilotlight/examples/hello").mkdir(parents=True)
    machine.path("/usr/share/doc/pilotlight/examples/hello/handler.py").write_text(HANDLER)
    machine.run_unbooted(PAGE.command("pip install"), timeout=600)
    return machine


def first_job(run):
    """Follows the page; (what its last command printed, the endpoint)."""
    done = run(PAGE.command("graphql()") + "\necho; echo $ENDPOINT")
    *_, answer, endpoint = done.stdout.split("\n")[:-1]
    return json.loads(answer), endpoint


def status(run, endpoint, job):
    return json.loads(run(ASK + f"ask {endpoint}/status/{job}").stdout)


def submit(run, endpoint, job_input):
    body = json.dumps({"input": job_input})
    return json.loads(run(ASK + f"ask {endpoint}/run --data '{body}'").stdout)["id"]


def wait_status(run, endpoint, job, wanted):
    return processes.wait_until(
        lambda: (view := status(run, endpoint, job))["status"] == wanted and view, 60, f"{wanted} of {job}"
    )


def install(machine, file):
    """With apt-get, as the page does; what it printed."""
    machine.run("rm -f /root/pilotlight_*.deb")
    machine.save(file, "/root")
    done = machine.run("cd /root; " + PAGE.command("apt-get install"))
    return done.stdout + done.stderr


def test_the_service_from_its_installation_to_its_end(prepared, package, other_version):
    machine, own = prepared.boot(), package("deb").name.split("_")[1]
    printed = machine.run("cd /root; " + PAGE.command("apt-get install"))
    assert "did not start" not in printed.stdout
    unit = dict(line.split("=", 1) for line in machine.run("systemctl show pilotlight").stdout.splitlines())
    assert (unit["ActiveState"], unit["UnitFileState"], unit["StatusText"]) == ("active", "enabled", "Listening on 127.0.0.1:8080")
    machine.run("systemd-analyze verify --man=no pilotlight.service")
    key = machine.path("/var/lib/pilotlight/api-key").read_text().strip()
    assert "API key: in /var/lib/pilotlight/api-key" in machine.journal() and key not in machine.journal()

    view, endpoint = first_job(machine.run)
    assert view["status"] == "COMPLETED", view
    user = int(machine.run("id -u pilotlight").stdout)
    assert view["output"] == {
        "user": user, "folder": "/srv/hello", "home": "/var/cache/pilotlight", "files": [".venv", "handler.py", "written"],
    }
    assert not machine.path("/srv/hello/written").exists()

    # A new version while a job runs.
    job = submit(machine.run, endpoint, {"sleep": 15})
    wait_status(machine.run, endpoint, job, "IN_PROGRESS")
    upgrade = install(machine, other_version("9.1.0"))
    assert re.search(r"^pilotlight: /usr/lib/pilotlight/bin/pilotlight serves as process \d+; workers and jobs went on\.$", upgrade, re.MULTILINE), upgrade
    assert f"the keeper stays at version {own}" in upgrade
    assert machine.run("pilotlight --version").stdout == "pilotlight 9.1.0\n"
    after = wait_status(machine.run, endpoint, job, "COMPLETED")
    assert after["workerId"] == view["workerId"]

    # One that cannot serve.
    upgrade = install(machine, other_version("9.2.0", serves=False))
    assert "the new version does not serve yet: The server of /usr/lib/pilotlight/bin/pilotlight ended with status 2" in upgrade
    assert "The previous program serves again" in upgrade
    assert status(machine.run, endpoint, job)["status"] == "COMPLETED"

    # The next one mends that.
    assert "workers and jobs went on" in install(machine, other_version("9.3.0"))
    assert "workers and jobs went on" in machine.run("systemctl reload pilotlight; journalctl --no-pager --unit pilotlight").stdout

    # An override of the page, and a restart.
    machine.run(PAGE.command("ReadWritePaths"))
    kept = submit(machine.run, endpoint, {"keep": "/srv/models/kept"})
    wait_status(machine.run, endpoint, kept, "COMPLETED")
    assert machine.path("/srv/models/kept").exists()
    refused = submit(machine.run, endpoint, {"keep": "/srv/hello/../kept"})
    assert "Read-only file system" in wait_status(machine.run, endpoint, refused, "FAILED")["error"]

    # Removed, and installed again.
    machine.run(PAGE.command("apt-get remove"))
    assert machine.run("systemctl is-active pilotlight", check=False).stdout.strip() == "inactive"
    assert machine.run(f"grep --files-with-matches --extended-regexp '^Uid:\\s+{user}\\s' /proc/[0-9]*/status || true").stdout == ""
    assert machine.path("/var/lib/pilotlight/api-key").read_text().strip() == key
    assert machine.path("/etc/pilotlight/pilotlight.toml").exists()
    machine.run("cd /root; " + PAGE.command("apt-get install"))
    assert status(machine.run, endpoint, job)["status"] == "COMPLETED"

    machine.run(PAGE.command("apt-get purge"))
    for folder in ("/var/lib/pilotlight", "/var/cache/pilotlight", "/etc/pilotlight", "/usr/lib/pilotlight"):
        assert not machine.path(folder).exists(), folder
    assert machine.run("systemctl is-active pilotlight", check=False).stdout.strip() == "inactive"


def test_a_stopped_service_that_was_disabled_stays_so(prepared, other_version):
    machine = prepared.boot()
    machine.run("cd /root; " + PAGE.command("apt-get install"))
    machine.run("systemctl disable --now pilotlight")
    install(machine, other_version("9.1.0"))
    assert machine.run("systemctl is-active pilotlight", check=False).stdout.strip() == "inactive"
    assert machine.run("systemctl is-enabled pilotlight", check=False).stdout.strip() == "disabled"


def test_a_taken_port_fails_the_start_and_not_the_installation(prepared):
    machine = prepared.boot()
    machine.run("systemd-run --unit other python3 -m http.server --bind 127.0.0.1 8080")
    processes.wait_until(lambda: machine.run("curl --silent 127.0.0.1:8080", check=False).returncode == 0, 30, "the other server")
    printed = machine.run("cd /root; " + PAGE.command("apt-get install"))
    assert "the service did not start; 'journalctl --unit pilotlight' says why" in printed.stdout
    assert "127.0.0.1:8080" in machine.journal()
    machine.run("systemctl stop other")
    processes.wait_until(
        lambda: machine.run("systemctl is-active pilotlight", check=False).stdout.strip() == "active", 60, "another try"
    )


def test_without_systemd_a_server_by_hand_is_taken_over_too(prepared, other_version):
    """As in a container: one shell, nothing booted."""
    prepared.save(other_version("9.1.0"), "/root/newer")
    script = "\n".join([
        "cd /root; dpkg --install pilotlight_*.deb >&2",
        PAGE.command("runuser").strip() + " >/root/log 2>&1 &",
        "until curl --silent --fail http://127.0.0.1:8080/healthz >&2; do sleep 0.1; done",
        PAGE.command("graphql()") + "\necho",
        "dpkg --install /root/newer",
        "if dpkg --remove pilotlight; then exit 9; fi",
        "kill $(cat /var/lib/pilotlight/lock)",
        "wait",
        "dpkg --remove pilotlight >&2; ls /var/lib/pilotlight/api-key; dpkg --purge pilotlight >&2; ls -d /var/lib/pilotlight || echo gone",
    ])
    done = prepared.run_unbooted(script, network=False)
    lines = done.stdout.splitlines()
    assert json.loads(lines[0])["status"] == "COMPLETED", done.stdout
    assert "serves as process" in done.stdout and "workers and jobs went on" in done.stdout
    assert "pilotlight: a server runs on /var/lib/pilotlight, process" in done.stderr
    assert lines[-2:] == ["/var/lib/pilotlight/api-key", "gone"]


def test_the_tar_serves_an_ordinary_user(machine, package):
    machine.save(package("tar"), "/home/ada")
    machine.path("/home/ada/handler.py").write_text(HANDLER)
    machine.run_unbooted("useradd ada; python3 -m venv /home/ada/.venv; /home/ada/.venv/bin/pip install --quiet runpod; chown --recursive ada: /home/ada")
    follow = PAGE.command("tar --extract").strip() + """ --once --input '{"input": {}}'"""
    machine.path("/home/ada/follow").write_text(f"cd /home/ada\n{follow}\n")
    done = machine.run_unbooted("exec runuser --user ada -- /bin/sh -e /home/ada/follow", network=False)
    assert json.loads(done.stdout)["folder"] == "/home/ada", done.stderr
