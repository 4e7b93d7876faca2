"""Where studies, results, runs and the pseudonym key are."""

import os
import stat
from pathlib import Path

import pytest

from flows.store import key, runs
from flows.store.paths import RunPaths, find_study, list_studies, results_root
from flows.store.problems import UsageError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        (tmp_path / "data/raw" / name).mkdir(parents=True)
        (tmp_path / "data/raw" / name / "study.toml").touch()
    (tmp_path / "data/raw/notes").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("name", "start", "why"),
    [
        ("one", ".", "its name, in the project"),
        ("data/raw/one", ".", "its path"),
        ("data/raw/one/study.toml", ".", "its file"),
        ("one", "data/raw/two", "its name, below the project"),
        (".", "data/raw/one", "the folder one is in"),
    ],
)
def test_a_study_is_found(project, name, start, why):
    assert find_study(name, project / start) == project / "data/raw/one", why


def test_results_stand_beside_the_raw_data(project, tmp_path_factory, monkeypatch):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    assert results_root(project / "data/raw/one") == project / "data/processed"
    assert results_root(elsewhere / "study") == elsewhere / "data/processed", "a study outside of any project"


def test_studies_are_listed_for_who_misspells_one(project):
    assert list_studies(project) == ("one", "two")
    with pytest.raises(UsageError, match="Studies here: one, two"):
        find_study("thre", project)
    with pytest.raises(UsageError, match=r"without study\.toml"):
        find_study("data/raw/notes", project)


def test_publishing_is_one_switch(tmp_path):
    first, second = runs.new_run(tmp_path, tmp_path), runs.new_run(tmp_path, tmp_path)
    assert runs.latest_run(tmp_path) is None
    for paths in (first, second):
        link = runs.publish(paths)
        assert runs.latest_run(tmp_path) == paths.run.resolve()
    assert not os.path.isabs(os.readlink(link)), "the folder of results can be moved"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["latest", "runs"], "no draft is left"


def test_pruning_keeps_the_newest_and_always_the_latest_good_run(tmp_path):
    made = [RunPaths(study=tmp_path, run=tmp_path / "runs" / f"2020010{day}T000000Z-000000") for day in range(1, 6)]
    for paths in made:
        paths.run.mkdir(parents=True)
    runs.publish(made[0])
    assert runs.prune(tmp_path, 2) == (made[2].id, made[1].id)
    assert [run.name for run in sorted((tmp_path / "runs").iterdir())] == [made[0].id, made[3].id, made[4].id]


def test_a_study_is_free_after_a_run_that_broke(tmp_path):
    with pytest.raises(RuntimeError), runs.only_run(tmp_path):
        raise RuntimeError
    with runs.only_run(tmp_path), pytest.raises(UsageError, match=f"process {os.getpid()}"), runs.only_run(tmp_path):
        pass


def test_the_key_is_made_once_for_its_owner_only(tmp_path, monkeypatch):
    monkeypatch.delenv("TAMASUK_KEY")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    made = key.pseudonym_key()
    path = tmp_path / "tamasuk" / "pseudonym.key"
    assert len(made) == 64
    assert made == key.pseudonym_key()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["pseudonym.key"]
    path.chmod(0o644)
    with pytest.raises(UsageError, match="chmod 600"):
        key.pseudonym_key()


def test_a_key_that_another_run_made_first_counts(tmp_path):
    path = tmp_path / "pseudonym.key"
    path.write_text("the first one, and long enough")
    key._create(path)
    assert path.read_text() == "the first one, and long enough"
    assert [found.name for found in tmp_path.iterdir()] == ["pseudonym.key"]


def test_a_short_key_protects_nobody(monkeypatch):
    monkeypatch.setenv("TAMASUK_KEY", "short")
    with pytest.raises(UsageError, match="at least 16"):
        key.pseudonym_key()


def test_a_fingerprint_names_a_key_and_does_not_tell_it():
    assert key.fingerprint(b"a" * 32) == key.fingerprint(b"a" * 32)
    assert key.fingerprint(b"a" * 32) != key.fingerprint(b"b" * 32)
    assert len(key.fingerprint(b"a" * 32)) == 16
