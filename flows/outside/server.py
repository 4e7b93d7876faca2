"""The Prefect server a run reports to: the user's own if one is named, else one for the length of the run.

This module imports no Prefect: the server has to be on its way before that is done.
"""

import http.client
import os
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict
from urllib.parse import urlsplit

from flows.outside import database
from flows.store.problems import UsageError

Kind = Literal["run", "lasting"]
URL = "PREFECT_API_URL"
POINTING = (URL, "PREFECT_HOME", "NO_PROXY")  # what points a process to a server
LOOPBACK = "127.0.0.1"
PATIENCE = 180.0  # seconds a slow machine may need to start the server
POLL = 0.05
BACKLOG = 128
LOG = "server.log"
FAREWELL = 10.0  # seconds the server has to write down what it holds
QUIET = {"PREFECT_SERVER_LOGGING_LEVEL": "ERROR", "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false"}
SETTINGS: dict[Kind, dict[str, str]] = {
    "lasting": QUIET,
    "run": QUIET
    | {
        "PREFECT_UI_ENABLED": "false",
        "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
        "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED": "false",
    },
}


class Streams(TypedDict):
    """Standard streams of a process."""

    stdin: int
    stdout: int
    stderr: int


@dataclass
class Server:
    """A server of our own: where it keeps things, its address, its process."""

    home: Path
    kind: Kind
    url: str
    process: subprocess.Popen[bytes]
    up: bool = False

    @property
    def log(self) -> Path:
        return self.home / LOG

    def wait(self, patience: float = PATIENCE) -> None:
        """Return when the server answers.

        One that cannot start is tried once more with an empty database: a database that was left half made, or that
        another version of Prefect made, holds nothing but the history of runs.

        Raises
        ------
        RuntimeError
            If it ends or does not answer in time.
        """
        for attempt in range(2):
            if attempt:
                self.process = _restart(self)
            self.up = self._answers(patience)
            if self.up:
                return
        raise RuntimeError(f"Prefect's embedded server does not start; its log is {self.log}")

    def _answers(self, patience: float) -> bool:
        deadline = time.monotonic() + patience
        while self.process.poll() is None and time.monotonic() < deadline:
            if _healthy(self.url, deadline - time.monotonic()):
                return True
            time.sleep(POLL)
        return False

    def stop(self) -> None:
        """End the server; what it has been told is on disk afterwards.

        One that is still starting is left to end by itself, which it does as soon as its database is whole.
        """
        self.let_go()
        if not self.up:
            return
        try:
            self.process.wait(FAREWELL)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def let_go(self) -> None:
        """Hold the server up no longer; it ends when nobody does."""
        if self.process.stdin:
            with suppress(OSError):
                self.process.stdin.close()


def configured_url() -> str | None:
    """Address of the server the user named: in the environment, or in the active profile of their Prefect settings."""
    if url := os.environ.get(URL):
        return url
    home = Path(os.environ.get("PREFECT_HOME") or Path.home() / ".prefect")
    try:
        profiles = tomllib.loads((home / "profiles.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None  # Prefect says itself what is wrong with its settings, to those who use them
    name = os.environ.get("PREFECT_PROFILE") or profiles.get("active")
    url = profiles.get("profiles", {}).get(name, {}).get(URL)
    return str(url) if url else None


@contextmanager
def orchestrator(home: Path, kind: Kind = "run", port: int = 0) -> Iterator[Server | None]:
    """A Prefect server for the time of the block: None where the user's own is used, else ours, which may still start.

    Our own keeps its history in `home`, apart from the user's Prefect settings and from other studies, so that two
    runs never wait for one database.
    """
    if url := configured_url():
        check_reachable(url)
        yield None
        return
    before = {name: os.environ.get(name) for name in POINTING}
    server = start(home, kind, port)
    try:
        yield server
    finally:
        server.stop()
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def page(url: str) -> str:
    """Address of Prefect's web page, from the address of its API."""
    return url.removesuffix("/").removesuffix("/api")


def check_reachable(url: str) -> None:
    """Raise a UsageError if nothing answers at `url`. Prefect Cloud is left to Prefect, which holds its key."""
    if urlsplit(url).hostname in (LOOPBACK, "localhost") and not _healthy(url, 10):
        raise UsageError(f"{URL} is {url}, but no Prefect server answers there. Start it, or unset {URL}.")


def start(home: Path, kind: Kind = "run", port: int = 0) -> Server:
    """Start a server and point this process to it. Returns at once; `Server.wait` waits for it.

    `port` 0 is any that is free; another is taken if it is.
    """
    home.mkdir(parents=True, exist_ok=True)
    database.copy_to(home)
    try:
        listening = socket.create_server((LOOPBACK, port), backlog=BACKLOG)
    except OSError:
        listening = socket.create_server((LOOPBACK, 0), backlog=BACKLOG)
    url = f"http://{LOOPBACK}:{listening.getsockname()[1]}/api"
    os.environ["PREFECT_HOME"] = str(home)
    os.environ[URL] = url
    os.environ["NO_PROXY"] = ",".join(filter(None, (os.environ.get("NO_PROXY"), LOOPBACK)))
    with listening:
        return Server(home, kind, url, _spawn(listening, kind, home))


def _restart(server: Server) -> subprocess.Popen[bytes]:
    """Start it again on the same port, with nothing of its database left."""
    server.process.kill()
    server.process.wait()
    for file in server.home.glob(f"{database.DATABASE}*"):
        file.unlink()
    port = urlsplit(server.url).port or 0
    with socket.create_server((LOOPBACK, port), backlog=BACKLOG) as listening:
        return _spawn(listening, server.kind, server.home)


def _spawn(listening: socket.socket, kind: Kind, home: Path) -> subprocess.Popen[bytes]:
    """Start the server in a group of its own, so that Ctrl-C ends the run first and the server after it."""
    environment = os.environ | SETTINGS[kind]
    environment[database.URL] = database.address(home / database.DATABASE)
    environment["PREFECT_UI_STATIC_DIRECTORY"] = str(home / "pages")
    command = [sys.executable, "-m", "flows.outside.embedded"]
    with (home / LOG).open("wb") as sink:
        streams: Streams = {"stdin": subprocess.PIPE, "stdout": sink.fileno(), "stderr": sink.fileno()}
        if sys.platform == "win32":
            port = listening.getsockname()[1]
            listening.close()
            group = subprocess.CREATE_NEW_PROCESS_GROUP
            return subprocess.Popen([*command, f"port:{port}", kind], env=environment, creationflags=group, **streams)
        inherited = listening.fileno()
        return subprocess.Popen(
            [*command, f"fd:{inherited}", kind],
            env=environment,
            pass_fds=(inherited,),
            start_new_session=True,
            **streams,
        )


def _healthy(url: str, patience: float) -> bool:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or LOOPBACK, parts.port, timeout=max(patience, POLL))
    try:
        connection.request("GET", f"{parts.path}/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
