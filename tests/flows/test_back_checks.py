"""`[[back_checks]]` beside the waves: read, hashed and matched by every run, told in counts alone."""

import json
from pathlib import Path

import pandas as pd
import pytest

from flows.store import files

CHECK = '[[back_checks]]\nwave = "after"\nfile = "again.csv"\nfacts = ["t1"]\n'


@pytest.fixture
def checked(make_study) -> Path:
    """A study of which every fourth interview was asked again; the codes of the first question are turned."""
    folder = make_study(tables=CHECK)
    wave = pd.read_csv(folder / "after.csv", dtype=str)
    again = wave.iloc[::4][["id", "q1", "q2"]].assign(q1=lambda rows: (6 - rows.q1.astype(int)).astype(str))
    again.iloc[0, 0] = "CANARYPERSON-unknown"
    again.to_csv(folder / "again.csv", index=False)
    return folder


def test_back_checks_are_matched_by_pseudonym_and_told_in_counts(checked, tamasuk) -> None:
    code, output = tamasuk("check", "towns")
    assert code == 0, output
    made = checked.parents[1] / "processed" / "towns" / "check"
    (row,) = files.read_table(made / "back_checks.csv").to_dict("records")
    assert (row["interviews"], row["checked"], row["unmatched"]) == (96, 23, 1)
    answers = files.read_table(made / "back_check_answers.csv").set_index("variable")
    assert answers.loc["t1", "differ"] > 10
    assert answers.loc["t2", "differ"] == 0
    problems = files.read_table(made / "problems.csv")
    assert {"back_check_unmatched", "back_check_variable"} <= set(problems["check"])
    kept = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    assert [source["file"] for source in kept["waves"]] == ["before.csv", "after.csv", "again.csv"]
    written = [path.read_bytes() for path in sorted(made.rglob("*")) if path.is_file()]
    assert not any(b"CANARYPERSON" in text for text in written)
    assert "CANARY" not in output


def test_a_file_of_back_checks_that_is_not_there_is_named(checked, tamasuk) -> None:
    (checked / "again.csv").unlink()
    code, output = tamasuk("check", "towns")
    assert code == 2
    assert "there is no file again.csv" in output.replace("\n", " ")


def test_corrections_are_replayed_on_back_checks(checked, tamasuk) -> None:
    wave = pd.read_csv(checked / "after.csv", dtype=str)
    again = pd.read_csv(checked / "again.csv", dtype=str)
    at = wave.index[wave["id"] == again["id"][1]][0]
    old, new = wave["q1"][at], again["q1"][1] if again["q1"][1] != wave["q1"][at] else "1"
    who = again["id"][1]
    lines = [f"after,{who},t1,{old},{new},called back,A,2022-01-01"]
    header = "wave,respondent,variable,old_value,new_value,reason,who,when"
    (checked / "corrections.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    code, output = tamasuk("check", "towns")
    assert code == 0, output
    made = checked.parents[1] / "processed" / "towns" / "check"
    (row,) = files.read_table(made / "back_checks.csv").to_dict("records")
    assert row["corrected"] == 1
    assert "back_check_corrected" in set(files.read_table(made / "problems.csv")["check"])
