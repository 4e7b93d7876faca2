"""`corrections.csv` beside the codebook: replayed by every run, held against the files by `tamasuk correct`."""

import csv
import hashlib
import json
import re
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from flows.store import files
from transforms.study.corrections import CORRECTION_COLUMNS

IDENTIFIER, CODE, REASON = "CANARYPERSON", "77123459", "the CANARYPERSON said four"
LINE = {"wave": "before", "respondent": f"{IDENTIFIER}-1-N1-0", "variable": "t1", "old_value": CODE, "new_value": "4"}
SIGNED = {"reason": REASON, "who": "CANARYSIGNER", "when": "2026-03-01"}
ROOT = Path(__file__).parents[2]


def write_log(folder: Path, *lines: dict[str, str], name: str = "corrections.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(CORRECTION_COLUMNS), restval="")
        table.writeheader()
        table.writerows({**SIGNED, **line} for line in lines)
    return path


def respondents(folder: Path, wave: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{wave}.csv", dtype=str)


@pytest.fixture
def spoiled(make_study) -> Path:
    """A study that an impossible answer stops."""
    return make_study(planted=True)


def test_a_correction_solves_what_stopped_the_study(spoiled, tamasuk) -> None:
    before = (spoiled / "before.csv").read_bytes()
    code, output = tamasuk("check", "towns")
    assert (code, "out_of_range: t1: 1 of 96" in output) == (1, True), output
    assert "tamasuk correct" in output, "it says what may be done"
    log = write_log(spoiled, LINE)
    code, output = tamasuk("check", "towns")
    assert code == 0, "validation sees the corrected answers"
    assert re.search(r"before +t1 +changed +1", output), "and how many were corrected is said"
    made = spoiled.parents[1] / "processed" / "towns" / "check"
    assert files.read_frame(made / "waves" / "before.parquet").t1[0] == 4
    assert (spoiled / "before.csv").read_bytes() == before, "the file stays as received"
    kept = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    assert kept["corrections"]["sha256"] == hashlib.sha256(log.read_bytes()).hexdigest()
    assert kept["corrections"]["answers_changed"] == 1
    log.unlink()
    assert tamasuk("check", "towns")[0] == 1, "without the line the file's answer is back"
    assert json.loads((made / "manifest.json").read_text(encoding="utf-8"))["corrections"] is None


def test_interviews_taken_out_are_counted_and_nothing_of_the_log_is_kept(spoiled, tamasuk) -> None:
    gone = respondents(spoiled, "after").id[:3]
    removed = [{"wave": "after", "respondent": name, "action": "remove", "reason": "pilot"} for name in gone]
    changed = [
        {"wave": "after", "row": str(row), "variable": "q2", "old_value": cell, "new_value": str(6 - int(cell))}
        for row, cell in enumerate(respondents(spoiled, "after").q2, start=2)
        if cell != "3" and row > 40
    ]
    write_log(spoiled, LINE, *removed, *(line | {"reason": "scale turned"} for line in changed))
    assert tamasuk("check", "towns")[0] == 0
    made = spoiled.parents[1] / "processed" / "towns" / "check"
    rows = files.read_table(made / "row_counts.csv").set_index(["wave", "step"])
    assert rows.loc[("after", "corrections"), ["removed", "remaining"]].tolist() == [3, 93]
    assert rows.loc[("after", "corrections"), "reason"] == "rows_removed_by_correction"
    counts = (
        files.read_table(made / "correction_counts.csv").fillna("").set_index(["wave", "variable", "status"])["count"]
    )
    assert counts.to_dict() == {
        ("before", "t1", "changed"): 1,
        ("after", "", "removed"): 3,
        ("after", "t2", "changed"): len(changed),
    }
    reasons = files.read_table(made / "correction_reasons.csv").fillna("")
    assert set(reasons.reason) == {"", "scale turned"}, "words of few lines are not kept"
    written = [path for path in made.rglob("*") if path.is_file()]
    assert len(written) > 10
    for path in written:
        content = path.read_bytes()
        assert not [word for word in (IDENTIFIER, CODE, "CANARYSIGNER") if word.encode() in content], path.name


REFUSED = [
    ({"old_value": "5"}, "row 2 (before, t1): the old value is not what the file holds", "somebody read another row"),
    ({"new_value": "7"}, "row 2 (before, t1): the new value is no code or label", "not on the scale"),
    ({"variable": "t9"}, "row 2 (before): neither the codebook nor the file has this variable", "a slip"),
    ({"respondent": IDENTIFIER}, "row 2 (before, t1): no interview of the wave has this respondent", "nobody"),
    ({"wave": "after"}, "row 2 (after, t1): no interview of the wave has this respondent", "not in that wave"),
]


@pytest.mark.parametrize(("change", "words", "why"), REFUSED)
def test_a_line_that_does_not_fit_refuses_the_data(spoiled, tamasuk, change, words, why) -> None:
    write_log(spoiled, {**LINE, **change})
    code, output = tamasuk("correct", "towns")
    assert code == 1, why
    assert f"corrections.csv, {words}" in output, why
    assert not [word for word in (IDENTIFIER, CODE, "CANARYSIGNER") if word in output], "no line is quoted"


def test_all_lines_of_all_waves_are_refused_at_once(spoiled, tamasuk) -> None:
    write_log(
        spoiled, LINE, {**LINE, "new_value": "5"}, {"wave": "after", "row": "3", "variable": "t1", "old_value": "x"}
    )
    for command in ("correct", "check"):
        code, output = tamasuk(command, "towns")
        assert code == 1
        assert "2 corrections do not fit the files" in output
        assert "row 3 (before, t1)" in output
        assert "row 4 (after, t1)" in output
    assert not (spoiled.parents[1] / "processed" / "towns" / "check" / "panel.parquet").exists()


def test_what_else_is_wrong_is_told_in_the_same_go(spoiled, tamasuk) -> None:
    write_log(spoiled, {**LINE, "new_value": "7"})
    code, output = tamasuk("check", "towns")
    assert code == 1
    assert "1 correction does not fit the files" in output
    assert "The data was refused for 1 reason" in output
    assert "before: out_of_range: t1: 1 of 96 (error)" in output


def test_a_log_that_cannot_be_read_is_a_wrong_study(spoiled, tamasuk) -> None:
    write_log(spoiled, {**LINE, "who": ""}, {**LINE, "wave": IDENTIFIER})
    for command in ("correct", "check", "run"):
        code, output = tamasuk(command, "towns")
        assert code == 2
        assert "corrections.csv, row 2: who: is empty." in output
        assert "corrections.csv, row 3: wave: names no wave of the study." in output
        assert IDENTIFIER not in output


def test_correct_shows_counts_and_writes_nothing(spoiled, tamasuk) -> None:
    write_log(spoiled, LINE, {**LINE, "action": "none"}, {**LINE, "variable": "remark", "old_value": "x"})
    code, output = tamasuk("correct", "towns")
    assert code == 0, output
    for words in ("t1", "changed", "(column not used)", "unused", "1 more line", "Every correction fits"):
        assert words in output
    assert not [word for word in (IDENTIFIER, CODE, "CANARYSIGNER") if word in output]
    assert not (spoiled.parents[1] / "processed").exists()


def test_a_log_is_begun_once(spoiled, tamasuk) -> None:
    assert "There is no correction yet." in tamasuk("correct", "towns")[1]
    code, output = tamasuk("correct", "towns", "--template")
    assert code == 0, output
    log = spoiled / "corrections.csv"
    assert log.read_text(encoding="utf-8-sig").strip().split(",") == list(CORRECTION_COLUMNS)
    assert "There is no correction yet." in tamasuk("correct", "towns")[1], "a header is no correction"
    assert tamasuk("correct", "towns", "--template")[0] == 2, "nothing is overwritten"


def test_a_workbook_is_not_begun_as_text(make_study, tamasuk) -> None:
    folder = make_study(tables='[corrections]\nfile = "log.xlsx"')
    code, output = tamasuk("correct", "towns", "--template")
    assert (code, "is a workbook" in output) == (2, True)
    assert not (folder / "log.xlsx").exists()


def test_a_log_that_is_named_must_be_there(make_study, tamasuk) -> None:
    make_study(tables='[corrections]\nfile = "cleaning.csv"')
    code, output = tamasuk("correct", "towns")
    assert code == 2
    assert "corrections.file: there is no file cleaning.csv." in output


@pytest.mark.parametrize("study", ["mystudy", "demo"])
def test_git_keeps_no_log(study) -> None:
    command = ["git", "check-ignore", "-q", f"data/raw/{study}/corrections.csv"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0
