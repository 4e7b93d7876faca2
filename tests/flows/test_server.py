"""Which Prefect server a run reports to, and that ours comes up whatever state it was left in."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from flows.outside import database, server
from flows.store.problems import UsageError

ROOT = Path(__file__).resolve().parents[2]
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


def test_a_study_begins_with_a_copy_of_the_empty_database_and_keeps_its_own(tmp_path, monkeypatch):
    made, home = tmp_path / "made.db", tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr(database, "empty_database", lambda: made)
    database.copy_to(home)
    assert not list(home.iterdir()), "there is none to copy"
    made.write_text("empty")
    database.copy_to(home)
    assert [path.name for path in home.iterdir()] == ["prefect.db"]
    made.write_text("another")
    database.copy_to(home)
    assert (home / "prefect.db").read_text() == "empty", "what a study has stays"


@pytest.mark.slow
@pytest.mark.parametrize("broken", ["prefect.db", "made.db"])
def test_a_broken_database_is_made_anew(tmp_path, monkeypatch, broken):
    for name in server.POINTING:
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(database, "empty_database", lambda: tmp_path / "made.db")
    (tmp_path / broken).write_text("not a database")
    own = server.start(tmp_path)
    assert os.environ["PREFECT_API_URL"] == own.url
    own.wait()
    assert own.up
    own.stop()
    assert own.process.poll() is not None, "it has ended"
    with sqlite3.connect(tmp_path / "prefect.db") as connection:
        assert connection.execute("select count(*) from flow_run").fetchone() == (0,)


@pytest.mark.slow
def test_the_empty_database_has_the_tables_a_server_makes_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "empty_database", lambda: tmp_path / "none.db")
    for name in server.POINTING:
        monkeypatch.setenv(name, "")
    own = server.start(tmp_path / "home")
    own.wait()
    own.stop()
    code = "import sys; sys.prefix = sys.argv[1]; from flows.outside import database; database.make()"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, cwd=ROOT)
    (made,) = (tmp_path / "share" / "tamasuk").iterdir()
    assert _tables(made) == _tables(tmp_path / "home" / "prefect.db")
    with sqlite3.connect(made) as connection:
        assert connection.execute("select count(*) from configuration").fetchone() == (0,), "no key, nothing of anybody"


def _tables(path):
    """Tables and indices with their lines in one order: that of the constraints is chance."""
    with sqlite3.connect(path) as connection:
        found = connection.execute("select type, name, sql from sqlite_master where sql is not null").fetchall()
    return sorted((kind, name, sorted(line.strip(" \t,") for line in sql.split("\n"))) for kind, name, sql in found)
