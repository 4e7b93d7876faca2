"""A file of back-checks is read as the wave's file is, without the questions that were not asked again."""

import pandas as pd
import pytest

from transforms.prepare.back_checks import CORRECTED, back_check_wave, replay_corrections, type_back_checks
from transforms.study import DataRefusedError
from transforms.study.columns import FILE_ROW

CHECK = '[[back_checks]]\nwave = "base"\nfile = "again.csv"\nsheet = "calls"'


@pytest.fixture
def study(small_study):
    return small_study(design='respondent = "person"', keep=CHECK, where="where = { round = [1] }")


def test_answers_are_read_by_the_wave_s_recodes_and_missing_codes(study, raw_table):
    raw = raw_table({"id": ["R1", "R002"], "gov": ["11", "Irbid"], "q1": ["97", "3"]})
    frame = type_back_checks(raw, study, study.settings.back_checks[0])
    assert frame[["person", "place"]].to_numpy().tolist() == [["R001", "amman"], ["R002", "irbid"]]
    assert frame["near"].isna().tolist() == [True, False]
    assert frame[FILE_ROW].tolist() == [2, 3]
    assert "age" not in frame, "it was not asked again"


def test_a_file_without_identifiers_is_refused(study, raw_table):
    with pytest.raises(DataRefusedError, match=r"again.csv \(back-checks of base\) lacks the column id"):
        type_back_checks(raw_table({"gov": ["11"]}), study, study.settings.back_checks[0])


def test_the_wave_has_the_back_checks_file(study):
    wave = back_check_wave(study.settings.back_checks[0], study)
    assert (wave.name, wave.file, wave.sheet, wave.where, wave.form) == ("base", "again.csv", "calls", {}, None)
    assert study.waves[0].file == "base.csv"


def _answers(rows: dict[int, tuple[str | None, float | None, float | None]]) -> pd.DataFrame:
    """Rows of the file with the respondent and two answers."""
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["person", "near", "far"]).rename_axis(FILE_ROW)
    return frame.astype({"person": "str", "near": "float64", "far": "float64"}).reset_index()


@pytest.mark.parametrize(
    ("now", "person", "corrected", "why"),
    [
        ((2, "a", 1, 1), "a", 0, "nothing was corrected"),
        ((2, "a", 4, 1), "a", 1, "held against the corrected answer, and said to be"),
        ((2, "a", 4, 4), "a", 1, "a question that was not answered again is compared with nothing"),
        ((2, "a", None, 1), "a", 0, "nor is one that has become missing"),
        ((2, "z", 1, 1), "z", 0, "the identifier was misspelled in both files"),
        ((2, "z", 4, 1), "z", 1, "and an answer was wrong too"),
        (None, "a", 0, "an interview that was removed is told as unmatched"),
    ],
)
def test_the_log_is_replayed_on_the_back_checks(now, person, corrected, why):
    was = _answers({2: ("a", 1, 1), 3: ("b", 2, 2), 4: (None, 3, 3)})
    after = {3: ("b", 2, 2), 4: (None, 3, 3)} | ({now[0]: now[1:]} if now else {})
    again = _answers({2: ("a", 4, None), 3: ("new", 4, 4)})
    replayed = replay_corrections(again, was, _answers(after), "person")
    assert replayed["person"].tolist() == [person, "new"], why
    assert replayed[CORRECTED].tolist() == [corrected, 0], why
    assert replayed[["near", "far"]].equals(again[["near", "far"]]), "what was answered again stays"
    assert CORRECTED not in again


def test_why_an_answer_is_missing_is_no_answer():
    was, now, again = (
        _answers({2: ("a", None, 1)}).assign(near__missing=reason) for reason in ("dk", "refused", "refused")
    )
    assert replay_corrections(again, was, now, "person")[CORRECTED].tolist() == [0]


def test_an_identifier_somebody_else_still_has_is_not_renamed():
    """Of two interviews of `a` one was given to `z`: the back-check stays with the other."""
    was = _answers({2: ("a", 1, 1), 3: ("a", 2, 2)})
    replayed = replay_corrections(_answers({2: ("a", 4, 4)}), was, _answers({2: ("z", 1, 1), 3: ("a", 2, 2)}), "person")
    assert replayed["person"].tolist() == ["a"]
