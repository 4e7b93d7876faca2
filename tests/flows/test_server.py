"""Which Prefect server a run reports to, and that ours comes up whatever state it was left in."""

import os
import sqlite3

import pytest

from flows.outside import server
from flows.store.problems import UsageError

PROFILES = '[profiles.mine]\nPREFECT_API_URL = "http://prefect.example:4200/api"\n[profiles.local]\n'


@pytest.mark.parametrize(
    ("environment", "profiles", "expected", "why"),
    [
        ({}, None, None, "nothing is set: our own"),
        ({"PREFECT_API_URL": "http://a:1/api"}, PROFILES, "http://a:1/api", "the environment comes first"),
        ({}, 'active = "mine"\n' + PROFILES, "http://prefect.example:4200/api", "the active profile names one"),
        ({}, 'active = "local"\n' + PROFILES, None, "the active profile names none"),
        ({"PREFECT_PROFILE": "mine"}, 'active = "local"\n' + PROFILES, "http://prefect.example:4200/api", "chosen"),
        ({}, "not toml [", None, "Prefect itself complains about its settings"),
    ],
)
def test_the_server_the_user_named(tmp_path, monkeypatch, environment, profiles, expected, why):
    for name in ("PREFECT_API_URL", "PREFECT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    if profiles:
        (tmp_path / "profiles.toml").write_text(profiles)
    assert server.configured_url() == expected, why


def test_a_named_server_that_does_not_answer_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    with pytest.raises(UsageError, match="no Prefect server answers there"), server.orchestrator(tmp_path):
        pass


@pytest.mark.slow
def test_a_broken_database_is_made_anew(tmp_path, monkeypatch):
    for name in server.POINTING:
        monkeypatch.setenv(name, "")
    (tmp_path / "prefect.db").write_text("not a database")
    own = server.start(tmp_path)
    assert os.environ["PREFECT_API_URL"] == own.url
    own.wait()
    assert own.up
    own.stop()
    assert own.process.poll() is not None, "it has ended"
    with sqlite3.connect(tmp_path / "prefect.db") as database:
        assert database.execute("select count(*) from flow_run").fetchone() == (0,)
