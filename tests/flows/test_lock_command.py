"""`tamasuk lock`, and what check and a run make of a lock."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest

from flows.pipeline import run_study
from flows.store import files, locks
from flows.store.demo_folder import copy_description, demo_folder
from flows.store.demo_lock import lock_demo
from flows.store.paths import RunPaths
from transforms.study import StudyError
from transforms.study.lock import LOCK_FILE, deviations

CHANGED = ('name = "trust"', 'name = "trust"\nminimum_items = 1')
REASON = '\n[[deviations]]\nsetting = "indices.trust"\nreason = "One answer is enough."\nsigned = "A. Tester, 2022"\n'


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "study.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def planned(make_study) -> Path:
    """A study whose later wave has not been collected."""
    folder = make_study()
    (folder / "after.csv").rename(folder / "kept.csv")
    return folder


def collect(folder: Path) -> None:
    (folder / "kept.csv").rename(folder / "after.csv")


def test_a_plan_is_locked_before_there_are_data(planned, tamasuk):
    code, output = tamasuk("lock", "towns")
    assert code == 0, output
    (lock,) = json.loads((planned / LOCK_FILE).read_text(encoding="utf-8"))["locks"]
    assert lock["sha256"] in output
    assert lock["files"]["after"] is None
    assert len(lock["files"]["before"]) == 64
    assert str(planned.parent) not in (planned / LOCK_FILE).read_text(encoding="utf-8"), "no path of a machine"
    assert "Warning" not in output


def test_locking_twice_changes_nothing(planned, tamasuk):
    tamasuk("lock", "towns")
    before = (planned / LOCK_FILE).read_bytes()
    code, output = tamasuk("lock", "towns", "--again")
    assert (code, (planned / LOCK_FILE).read_bytes()) == (0, before)
    assert "has not changed" in output


def test_a_changed_plan_is_locked_only_again_and_keeps_the_old_lock(planned, tamasuk):
    tamasuk("lock", "towns")
    before = (planned / LOCK_FILE).read_bytes()
    edit(planned, *CHANGED)
    code, output = tamasuk("lock", "towns")
    assert (code, (planned / LOCK_FILE).read_bytes()) == (2, before)
    assert "indices.trust.minimum_items: 2 -> 1" in output
    assert "--again" in output
    code, output = tamasuk("lock", "towns", "--again")
    assert code == 0
    assert len(locks.read_lock(planned).locks) == 2
    assert "1 earlier" in output


def test_many_differences_are_counted(planned, tamasuk):
    tamasuk("lock", "towns")
    edit(planned, '[[indices]]\nname = "trust"', '[[indices]]\nname = "faith"')
    text = (planned / "codebook.csv").read_text(encoding="utf-8")
    lines = [*text.replace(",trust,general", ",faith,general").splitlines()]
    more = [f"m{number},item,More,1-5,,,m{number},m{number}" for number in range(14)]
    (planned / "codebook.csv").write_text("\n".join([*lines, *more]) + "\n", encoding="utf-8")
    code, output = tamasuk("lock", "towns")
    assert code == 2
    assert "codebook.m0: added" in output
    assert "and 6 more" in output


def test_a_late_lock_says_that_it_is_late(make_study, tamasuk):
    folder = make_study()
    code, output = tamasuk("lock", "towns")
    assert code == 0
    assert "when wave after could be seen: its file was there" in output
    assert not locks.read_lock(folder).binding.beforehand


def test_locking_again_when_the_data_are_there_excuses_nothing(planned, tamasuk):
    tamasuk("lock", "towns")
    collect(planned)
    edit(planned, *CHANGED)
    code, output = tamasuk("lock", "towns", "--again")
    assert code == 0
    assert "The report still compares with the lock of" in output
    code, output = tamasuk("check", "towns")
    assert code == 0
    assert "1 undeclared" in output


@pytest.mark.parametrize(
    ("declared", "says", "silent", "why"),
    [
        ("", ("is not kept", "indices.trust.minimum_items", "1 undeclared"), "does not differ", "nothing declared"),
        (REASON, ("One answer is enough.",), "undeclared", "declared by its section"),
        (
            REASON.replace("indices.trust", "indices.trst"),
            (
                "a deviation of indices.trst, which does not differ. Did you mean indices.trust.minimum_items?",
                "1 undec",
            ),
            "One answer",
            "a typo in the declaration",
        ),
    ],
)
def test_check_names_what_departs_from_the_plan(planned, tamasuk, declared, says, silent, why):
    tamasuk("lock", "towns")
    collect(planned)
    edit(planned, *CHANGED)
    with (planned / "study.toml").open("a", encoding="utf-8") as file:
        file.write(declared)
    code, output = tamasuk("check", "towns")
    assert code == 0, "a deviation stops nothing"
    assert all(part in " ".join(output.split()) for part in says), f"{why}: {output}"
    assert silent not in output


def test_check_says_that_nothing_is_locked(make_study, tamasuk):
    make_study()
    assert "was not locked beforehand" in tamasuk("check", "towns")[1]


@pytest.mark.parametrize("command", ["lock", "check", "run", "serve"])
def test_a_damaged_lock_is_refused_in_words(make_study, tamasuk, command):
    folder = make_study()
    tamasuk("lock", "towns")
    text = (folder / LOCK_FILE).read_text(encoding="utf-8")
    (folder / LOCK_FILE).write_text(text.replace('"effects.minimum_cell": 30', '"effects.minimum_cell": 3'))
    code, output = tamasuk(command, "towns")
    assert code == 2
    assert "study.lock, row" in output
    assert "was changed after it was written" in output
    assert "Traceback" not in output


def test_a_lock_that_is_no_text_is_refused_in_words(make_study, tamasuk):
    (make_study() / LOCK_FILE).write_bytes(b"\xff\xfe\x00binary")
    code, output = tamasuk("lock", "towns")
    assert (code, "study.lock: file: is not written in UTF-8" in output) == (2, True)


def test_a_folder_that_cannot_be_written_is_said(make_study, tamasuk, monkeypatch):
    folder = make_study()

    def full(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(folder / LOCK_FILE))

    monkeypatch.setattr(os, "replace", full)
    code, output = tamasuk("lock", "towns")
    assert code == 2
    assert "Permission denied" in output
    assert not list(folder.glob(".study.lock*")), "no draft is left behind"
    assert not (folder / LOCK_FILE).exists()


def test_lock_needs_a_study(make_study, tamasuk):
    make_study(settings='fundr = "x"')
    assert tamasuk("lock", "nosuch")[0] == 2
    code, output = tamasuk("lock", "towns")
    assert (code, "Did you mean funder" in output) == (2, True)


def test_waves_are_read_once_a_run_came_to_estimates(make_study, tmp_path):
    folder, home = make_study(), tmp_path / "home"
    study = files.read_study(folder)
    assert locks.waves_read(home) == ()
    run = RunPaths(study=folder, run=home / "runs" / "one")
    manifest = {"study": "towns", "seed": 1, "synthetic": True, "study_files": {}, "pseudonym_key": "", "python": ""}
    wave = {
        "wave": "after",
        "file": "a",
        "sha256": "",
        "bytes": 1,
        "rows": 1,
        "columns": 1,
        "reader": "",
        "encoding": None,
    }
    files.write_json(manifest | {"waves": [wave], "packages": {}}, run.manifest)
    assert locks.waves_read(home) == (), "refused before it came to estimates"
    files.write_text("", run.estimates)
    assert locks.waves_read(home) == ("after",)
    assert study.wave_names == ("before", "after")


def test_the_demo_keeps_its_plan():
    folder = demo_folder()
    file = locks.read_lock(folder)
    assert file is not None
    assert deviations(file.binding, files.read_study(folder)) == (), "the demo's plan has changed: run `make docs`"
    assert file.binding.beforehand


def test_the_demo_is_locked_anew_only_where_it_changed(tmp_path):
    copy_description(tmp_path / "demo")
    before = (tmp_path / "demo" / LOCK_FILE).read_bytes()
    assert not lock_demo(tmp_path / "demo")
    edit(tmp_path / "demo", 'signed = "Demo data manager, 2022-11-01"', 'signed = "Somebody"')
    assert not lock_demo(tmp_path / "demo"), "waivers are no plan"
    edit(tmp_path / "demo", "seed = 20201005", "seed = 3")
    assert lock_demo(tmp_path / "demo")
    assert (tmp_path / "demo" / LOCK_FILE).read_bytes() != before
    assert len(locks.read_lock(tmp_path / "demo").locks) == 1


@pytest.mark.usefixtures("prefect_server")
def test_a_run_keeps_how_it_stood_to_the_plan(planned, tamasuk, tmp_path):
    tamasuk("lock", "towns")
    collect(planned)
    edit(planned, *CHANGED)
    run = run_study(planned, tmp_path / "data" / "processed", True)
    (row,) = pd.read_csv(run / "deviations.csv").to_dict("records")
    assert (row["setting"], row["locked"], row["now"]) == ("indices.trust.minimum_items", 2, 1)
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["lock"] == locks.read_lock(planned).binding.sha256
    page = (run / "report" / "report.en.html").read_text(encoding="utf-8")
    assert "The analysis departs from its plan" in page
    (planned / LOCK_FILE).write_text("{")
    with pytest.raises(StudyError, match=r"study\.lock"):
        run_study(planned, tmp_path / "data" / "processed", True)
