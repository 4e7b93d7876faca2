"""Alerts reach a real mail server and a real web endpoint, and carry counts and names of rules only."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from prefect.blocks.system import Secret

from flows.outside import alerts
from flows.outside.alerts import Alert, AlertError, check_harmless, compose
from flows.pipeline import run_study
from flows.store.problems import StageError
from transforms.quality.problems import Problem
from transforms.study import DataRefusedError

pytestmark = pytest.mark.usefixtures("prefect_server")
SECRET = "TAMASUK_TEST_ALERTS"
ASKS = f'[alerts]\nsecret = "{SECRET}"\non = ["refused", "problems", "failed", "done"]'
WAIVER = '\n[[waivers]]\ncheck = "out_of_range"\naction = "set_missing"\nreason = "A slip."\nsigned = "A. Tester"'
PASSWORD = "open-sesame-4711"


class _Mailbox:
    """Handler of the mail server: keeps what it is sent."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802 - its name
        self.messages.append(envelope.content.decode())
        return "250 OK"


@pytest.fixture
def mail() -> Iterator[SimpleNamespace]:
    """A mail server on this machine: its Apprise address and its messages."""
    mailbox = _Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    address = f"mailto://127.0.0.1:{port}?from=tamasuk@example.org&to=manager@example.org&mode=insecure"
    yield SimpleNamespace(address=address, messages=mailbox.messages)
    controller.stop()


@pytest.fixture
def web() -> Iterator[SimpleNamespace]:
    """A web endpoint on this machine: its Apprise address, its messages, and how often it fails first."""
    found = SimpleNamespace(messages=[], failures=0, address="")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.messages.append(json.loads(body))
            found.failures -= 1
            self.send_response(500 if found.failures >= 0 else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.address = f"json://user:{PASSWORD}@127.0.0.1:{server.server_port}/hook"
    yield found
    server.shutdown()


@pytest.fixture(autouse=True)
def no_delay(monkeypatch):
    monkeypatch.setattr(alerts.send, "retry_delay_seconds", [0, 0])


@pytest.fixture
def run_refused(make_study, tmp_path) -> Callable[..., None]:
    """Run a study whose data is refused."""

    def run(tables: str = ASKS) -> None:
        with pytest.raises(DataRefusedError):
            run_study(make_study(planted=True, tables=tables), tmp_path / "out")

    return run


def test_refused_data_is_told_by_mail_and_web(run_refused, tmp_path, mail, web, monkeypatch):
    monkeypatch.setenv(SECRET, f"{mail.address}\n{web.address}\n")
    run_refused()
    assert len(mail.messages) == 1
    assert len(web.messages) == 1
    for text in (mail.messages[0], json.dumps(web.messages[0])):
        assert "towns" in text
        assert "before: out_of_range (error): 1" in text
        assert "data refused" in text
        assert not any(secret in text for secret in ("CANARY", "77123459", PASSWORD, str(tmp_path)))


def test_planted_problems_are_told_when_a_run_is_done(make_study, tmp_path, web, monkeypatch):
    monkeypatch.setenv(SECRET, web.address)
    run_study(make_study(planted=True, tables=ASKS + WAIVER), tmp_path / "out")
    assert [message["title"] for message in web.messages] == ["tamasuk: towns: done, with problems"]
    assert "out_of_range (error): 1, 1 of 1 waived" in web.messages[0]["message"]


def test_a_failed_run_is_told_without_its_message(make_study, tmp_path, mail, monkeypatch):
    def broken(*_: object) -> None:
        raise ValueError("CANARYPERSON")

    monkeypatch.setenv(SECRET, mail.address)
    monkeypatch.setattr("flows.stages.validate.check_wave", broken)
    with pytest.raises(StageError):
        run_study(make_study(tables=ASKS), tmp_path / "out")
    assert len(mail.messages) == 1
    assert "failed; the last good run stays" in mail.messages[0]
    assert "CANARY" not in mail.messages[0]


@pytest.mark.parametrize(
    ("failures", "heard", "why"),
    [
        (1, 2, "an endpoint that fails once is tried again"),
        (9, 3, "three attempts, then the person at the keyboard is told"),
    ],
)
def test_an_endpoint_that_fails(run_refused, web, monkeypatch, caplog, failures, heard, why):  # noqa: PLR0913 - a table
    web.failures = failures
    monkeypatch.setenv(SECRET, web.address)
    run_refused()
    assert len(web.messages) == heard, why
    assert ("Alert not sent: address 1 of 1" in caplog.text) is (failures > heard), why
    assert PASSWORD not in caplog.text, "an address is a secret"
    assert "127.0.0.1/hook" not in caplog.text


def test_an_alert_that_cannot_be_sent_changes_nothing(run_refused, monkeypatch, caplog, prefect_server):
    monkeypatch.setenv(SECRET, f"nonsense://user:{PASSWORD}@nowhere\n")
    run_refused()
    assert "Alert not sent: address 1 of 1" in caplog.text
    assert PASSWORD not in caplog.text
    assert not any(PASSWORD.encode() in path.read_bytes() for path in prefect_server.iterdir() if path.is_file())


def test_an_absent_secret_is_said(run_refused, monkeypatch, caplog):
    monkeypatch.delenv(SECRET, raising=False)
    run_refused()
    assert f"no address in the environment variable or Prefect secret {SECRET}" in caplog.text


def test_a_prefect_secret_holds_the_addresses(run_refused, web, monkeypatch):
    monkeypatch.delenv(SECRET, raising=False)
    Secret(value=web.address).save("tamasuk-test-alerts", overwrite=True)
    run_refused()
    assert len(web.messages) == 1


@pytest.mark.parametrize(
    ("on", "sent", "why"),
    [
        ('["failed"]', 0, "refused data was not asked for"),
        ('["refused"]', 1, "it was"),
        ("[]", 0, "nothing was"),
    ],
)
def test_only_what_is_asked_for_is_told(run_refused, web, monkeypatch, on, sent, why):
    monkeypatch.setenv(SECRET, web.address)
    run_refused(f'[alerts]\nsecret = "{SECRET}"\non = {on}')
    assert len(web.messages) == sent, why


def test_an_alert_sums_up_by_rule_and_names_no_variable():
    problems = [
        Problem("out_of_range", "error", "wave", "endline", "q1", 3, 100, "A. Tester", "set_missing", (5, 6, 7)),
        Problem("out_of_range", "error", "wave", "endline", "q2", 4, 100),
        Problem("panel_link", "warning", "panel", None, None, 2, 50),
    ]
    body = compose("problems", "demo", "20260101T060000Z-abc123", problems).body
    assert "- endline: out_of_range (error): 7, 1 of 2 waived" in body
    assert "- panel: panel_link (warning): 2" in body
    assert "q1" not in body
    assert "A. Tester" not in body


@pytest.mark.parametrize(
    ("text", "harmless", "why"),
    [
        ("Run: 20260101T060000Z-abc123", True, "the name of a run"),
        ("- endline: out_of_range (error): 123456", True, "a count"),
        ("someone@example.org", False, "an e-mail address"),
        ("+962 79 123 4567", False, "a telephone number"),
        ("0791234567", False, "a telephone number without the country"),
        ("9871234567", False, "a national number"),
        ("0123456789abcdef0123456789abcdef", False, "a pseudonym"),
        ("123-45C67890", False, "a UNHCR number"),
        ("JO94CBJO0010000000000131000302", False, "an account number"),
    ],
)
def test_what_looks_like_an_identifier_is_not_sent(text, harmless, why):
    if harmless:
        check_harmless(Alert("title", text))
    else:
        with pytest.raises(AlertError, match="looks like"):
            check_harmless(Alert("title", text))
