"""The command as a user runs it: a process of its own, with a server of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.slow
GUARD = """
import os, socket
HERE = ("127.0.0.1", "::1", "localhost", "", None, b"localhost")
def note(host):
    with open(os.environ["OUTGOING"], "a") as file:
        file.write(f"{host}\\n")
    raise OSError("no network in this test")
connect, lookup = socket.socket.connect, socket.getaddrinfo
def guarded_connect(self, address):
    if self.family != socket.AF_UNIX and address[0] not in HERE:
        note(address[0])
    return connect(self, address)
def guarded_lookup(host, *rest, **options):
    if host not in HERE:
        note(host)
    return lookup(host, *rest, **options)
socket.socket.connect, socket.getaddrinfo = guarded_connect, guarded_lookup
"""
INSIDE = re.compile(r"^(\.config|\.cache)/(matplotlib|fontconfig)(/|$)")  # caches of fonts


@pytest.fixture
def alone(tmp_path: Path) -> dict[str, str]:
    """Environment of a user with an empty home and no network: every attempt to call out is noted and fails."""
    (tmp_path / "guard").mkdir()
    (tmp_path / "home").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "XDG", "GX_"))}
    return kept | {
        "HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(tmp_path / "guard"),
        "OUTGOING": str(tmp_path / "outgoing"),
        "DO_NOT_TRACK": "0",  # a user's setting does not turn telemetry on
        "PREFECT_SERVER_ANALYTICS_ENABLED": "true",
    }


def test_a_run_calls_nobody_and_writes_nothing_outside_its_results(make_study, tmp_path, alone):
    folder, outgoing = make_study(), tmp_path / "outgoing"
    subprocess.run(
        [sys.executable, "-c", "import socket; socket.getaddrinfo('a.example', 80)"],
        env=alone,
        check=False,
        stderr=subprocess.DEVNULL,
    )
    assert outgoing.read_text() == "a.example\n", "the guard sees who calls out"
    outgoing.unlink()
    command = [sys.executable, "-m", "flows.cli", "run", str(folder)]
    done = subprocess.run(command, env=alone, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", "nothing of Prefect's, of no library's, reaches the user"
    assert "Report" in done.stdout
    assert not outgoing.exists(), outgoing.read_text()
    home = tmp_path / "home"
    written = [path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()]
    assert [name for name in written if not INSIDE.match(name)] == []


def test_a_served_study_runs_when_somebody_asks_for_it(make_study, tmp_path, alone):
    folder = make_study()
    command = [
        sys.executable,
        "-m",
        "flows.cli",
        "serve",
        str(folder),
        "--cron",
        "0 6 * * 1",
        "--timezone",
        "Asia/Amman",
    ]
    options = {"env": alone, "cwd": tmp_path, "start_new_session": True, "text": True}
    serving = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    try:
        page = _page(serving)
        api = f"{page}/api"
        assert httpx.get(page).status_code == 200, "the web page is there"
        deployment = _wait_for(lambda: httpx.post(f"{api}/deployments/filter", json={}).json())[0]
        assert deployment["schedules"][0]["schedule"]["cron"] == "0 6 * * 1"
        assert _wait_for(lambda: _runs(api, "SCHEDULED")), "Prefect has planned the runs of the schedule"
        httpx.post(f"{api}/deployments/{deployment['id']}/create_flow_run", json={}).raise_for_status()
        assert _wait_for(lambda: [run for run in _runs(api, "COMPLETED") if not run["parent_task_run_id"]])
        run = tmp_path / "data/processed/towns/latest"
        assert json.loads((run / "run.json").read_text())["status"] == "done"
    finally:
        os.killpg(serving.pid, signal.SIGINT)
        rest = serving.communicate(timeout=60)[0]
    assert serving.returncode == 0
    assert "Serving has ended." in rest
    with pytest.raises(httpx.ConnectError):
        httpx.get(page)


def _page(serving: "subprocess.Popen[str]") -> str:
    assert serving.stdout
    for line in serving.stdout:
        if found := re.search(r"Web page\s+(http://\S+)", line):
            return found[1]
    raise AssertionError("serving ended before it said where")


def _runs(api: str, state: str) -> list[dict[str, object]]:
    asked = {"flow_runs": {"state": {"type": {"any_": [state]}}}}
    return httpx.post(f"{api}/flow_runs/filter", json=asked).json()


def _wait_for(found, seconds: float = 180):
    deadline = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.5)
    return answer
