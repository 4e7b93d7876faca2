"""A file of back-checks is read as the wave's file is, without the questions that were not asked again."""

import pytest

from transforms.prepare.back_checks import back_check_wave, type_back_checks
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
