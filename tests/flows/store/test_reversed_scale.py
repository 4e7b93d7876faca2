"""A scale that is reversed in one wave is found in what SPSS, Stata and Kobo files hold; the first wave is right."""

import pandas as pd
import pyreadstat
import pytest
import xlsxwriter

from flows.store import files
from flows.store.readers import read_raw
from flows.store.waves import make_record
from transforms.prepare.wave import type_wave
from transforms.quality.asked import with_asked
from transforms.quality.problems import Verdict

STUDY = """
id = "turned"
title = "Turned"
question = "Is it found?"
[[waves]]
name = "before"
file = "before.{kind}"
{before}
[[waves]]
name = "after"
file = "after.{kind}"
{after}
[design]
[[indices]]
name = "trust"
"""
CODEBOOK = "variable,type,text_en,scale,index,before,after\nnear,item,Trust them?,AGREE,trust,q1,q1\n"
SCALES = "scale,code,label_en\nAGREE,1,Disagree\nAGREE,2,Neither\nAGREE,3,Agree\n"
LABELS = ("Disagree", "Neither", "Agree")


def write(path, labels, wording):
    """A file of three answers whose codes mean `labels`; a CSV of codes has a form beside it."""
    frame = pd.DataFrame({"q1": [1.0, 2.0, 3.0]})
    named = {"q1": dict(zip((1, 2, 3), labels, strict=True))}
    if path.suffix == ".sav":
        pyreadstat.write_sav(frame, path, column_labels=[wording], variable_value_labels=named)
    elif path.suffix == ".dta":
        pyreadstat.write_dta(frame, path, column_labels=[wording], variable_value_labels=named)
    else:
        path.write_text("q1\n1\n2\n3\n", encoding="utf-8")
        _write_form(path.with_suffix(".xlsx"), labels, wording)


def _write_form(path, labels, wording):
    sheets = {
        "survey": [("type", "name", "label"), ("select_one agree", "q1", wording)],
        "choices": [
            ("list_name", "name", "label"),
            *(("agree", str(code), label) for code, label in enumerate(labels, 1)),
        ],
    }
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)


@pytest.fixture
def problems(tmp_path):
    """Checks, counts and severities of the second wave."""

    def find(kind, labels, wording):
        forms = {wave: f'form = "{wave}.xlsx"' if kind == "csv" else "" for wave in ("before", "after")}
        (tmp_path / "study.toml").write_text(STUDY.format(kind=kind, **forms), encoding="utf-8")
        (tmp_path / "codebook.csv").write_text(CODEBOOK, encoding="utf-8")
        (tmp_path / "scales.csv").write_text(SCALES, encoding="utf-8")
        write(tmp_path / f"before.{kind}", LABELS, "Q1. Trust them?")
        write(tmp_path / f"after.{kind}", labels, wording)
        study = files.read_study(tmp_path)
        asked = {}
        for wave in study.waves:
            raw = read_raw(tmp_path / wave.file)
            asked[wave.name] = make_record(raw, type_wave(raw, study, wave), wave, study, tmp_path).asked
        before, after = with_asked([Verdict("wave", wave, 0, 0, ()) for wave in study.wave_names], asked, study)
        assert before.problems == ()
        assert len(after.outcomes) >= 3, "there was something to compare"
        return [(each.check, each.count, each.of, each.severity) for each in after.problems]

    return find


@pytest.mark.parametrize("kind", ["sav", "dta", "csv"])
@pytest.mark.parametrize(
    ("labels", "wording", "expected", "why"),
    [
        (LABELS, "q17) TRUST  them ?", [], "another number, case and spaces"),
        (LABELS[::-1], "Trust them?", [("codes_swapped", 2, 3, "error")], "the most harmful mistake of all"),
        (LABELS, "Do you fear them?", [("wording_changed", 1, 1, "note")], "another question"),
        (("Disagree", "Neither", "Certainly"), "Trust them?", [("choices_changed", 1, 3, "warning")], "another answer"),
    ],
)
def test_what_changed_between_waves_is_found_in_files(problems, kind, labels, wording, expected, why):
    assert problems(kind, labels, wording) == expected, why


def test_a_form_that_is_not_there_is_told_with_its_line(problems, tmp_path):
    problems("csv", LABELS, "Trust them?")
    (tmp_path / "after.xlsx").unlink()
    with pytest.raises(files.StudyError) as caught:
        files.check_wave_files(files.read_study(tmp_path), tmp_path)
    (found,) = caught.value.problems
    assert (found.where, found.file) == ("waves.1.form", "study.toml")
    assert "after.xlsx" in found.message


def test_a_run_keeps_the_fingerprint_of_each_form(problems, tmp_path):
    problems("csv", LABELS, "Trust them?")
    own = files.study_files(tmp_path, files.read_study(tmp_path).settings)
    assert {"before.xlsx", "after.xlsx"} < {path.name for path in own.values()}
