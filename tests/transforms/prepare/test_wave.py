"""Rows, columns, counts and notes of a typed wave."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.prepare.raw import RawTable
from transforms.prepare.rows import RowCount
from transforms.prepare.wave import needed_columns, type_wave
from transforms.study import DataRefusedError


def test_types_of_columns_and_no_free_text(small_study, raw_table):
    study = small_study()
    raw = raw_table(
        {
            "q1": [1.0, 97.0],
            "gov": ["Amman", "Irbid"],
            "camp": [1.0, 2.0],
            "age": ["30", "40"],
            "mark": [0.0, 50.0],
            "friend": ["Yes", "No"],
            "id": [1.0, 2.0],
            "day": ["2021-07-05", "2021-07-06"],
            "story": ["secret", "secret"],
        }
    )
    frame = type_wave(raw, study, study.waves[0]).frame
    kinds = {name: str(dtype) for name, dtype in frame.dtypes.items()}
    assert kinds == {
        "file_row": "int64",
        "near": "float64",
        "near__missing": "category",
        "place": "str",
        "camp": "str",
        "age": "float64",
        "mark": "float64",
        "friend": "float64",
        "person": "str",
        "day": "str",
    }
    assert "secret" not in frame.to_string()
    assert frame.near__missing.isna().tolist() == [True, False]
    assert "story" not in needed_columns(study, study.waves[0])


def test_rows_are_chosen_counted_and_keep_their_number(small_study, raw_table, variable_row, variable_rows):
    study = small_study(
        [*variable_rows("near", "place", "camp"), variable_row("consent", type="category", scale="yes_no", base="ok")],
        where='where = { round = [7], land = ["Mali", "ML"] }',
        design='consent = "consent"',
        keep='[keep]\nplace = ["IRBID", "amman"]',
    )
    raw = raw_table(
        {
            "round": ["7", "7.0", "7", "6", "7", "7", None],
            "land": [1.0, 1.0, 1.0, 1.0, 2.0, 1.0, 1.0],
            "q1": [1.0, 2.0, 3.0, 1.0, 1.0, 1.0, 1.0],
            "gov": ["Amman", "Zarqa", "Irbid", "Amman", "Amman", "amman", "Amman"],
            "camp": ["a"] * 7,
            "ok": ["Yes", "Yes", "yes", "Yes", "Yes", "No", "Yes"],
        },
        value_labels={"land": {1.0: "Mali", 2.0: "Niger"}},
    )
    typed = type_wave(raw, study, study.waves[0])
    assert typed.frame.file_row.tolist() == [2, 4]
    assert typed.frame.near.tolist() == [1.0, 3.0]
    assert typed.counts == (
        RowCount("base", "file", 0, 7, "rows_in_file"),
        RowCount("base", "where", 3, 4, "rows_of_another_wave"),
        RowCount("base", "keep", 1, 3, "rows_not_kept"),
        RowCount("base", "consent", 1, 2, "rows_without_consent"),
    )


def test_children_stay_where_guardian_and_child_agreed(small_study, raw_table, variable_row, variable_rows):
    asked = [variable_row(name, type="category", scale="yes_no", base=name) for name in ("guardian", "child")]
    later = variable_row("later", type="category", scale="yes_no", base="", end="later")
    both = [{**each, "end": each["base"]} for each in (*variable_rows("near", "place"), *asked)]
    study = small_study(
        [*both, later],
        design='assent = ["guardian", "child", "later"]',
        later='[[waves]]\nname = "end"\nfile = "end.csv"',
    )
    pairs = (
        ("Yes", "Yes"),  # agreed
        ("Not applicable", "not applicable"),  # an adult
        ("Yes", "No"),  # the child did not
        ("No", "Yes"),  # the guardian did not
        ("Yes", None),  # nobody wrote it down
        ("Refused", "Yes"),  # no answer is no consent
    )
    guardians, children = zip(*pairs, strict=True)
    columns = {"q1": [1.0] * 6, "gov": ["amman"] * 6, "guardian": list(guardians), "child": list(children)}
    typed = type_wave(raw_table(columns), study, study.waves[0])
    assert typed.frame.file_row.tolist() == [2, 3]
    assert typed.counts[-1] == RowCount("base", "assent", 4, 2, "rows_without_assent")
    assert "later was not asked in base: no row was removed by it" in typed.notes


def test_rows_left_out_by_the_reader_keep_the_numbers_of_the_others(small_study, raw_table, variable_rows):
    study = small_study(variable_rows("near", "place"))
    raw = raw_table({"q1": [1.0, 2.0, 3.0], "gov": ["Amman"] * 3})
    gap = RawTable(raw.frame.drop(index=1), raw.missing.drop(index=1), {}, {}, "test")
    assert type_wave(gap, study, study.waves[0]).frame.file_row.tolist() == [2, 4]


@pytest.mark.parametrize(("value", "remaining"), [("true", 1), ("1", 1), ("0", 0)])
def test_a_wave_can_be_chosen_by_true(small_study, raw_table, variable_rows, value, remaining):
    study = small_study(variable_rows("near", "place"), where="where = { last = [true] }")
    raw = raw_table({"last": [value], "q1": ["1"], "gov": ["amman"]})
    assert len(type_wave(raw, study, study.waves[0]).frame) == remaining


def test_a_wave_without_rows_keeps_its_columns(small_study, raw_table, variable_rows):
    study = small_study(variable_rows("near", "place", "camp", "age"), where="where = { round = [7] }")
    raw = raw_table({"round": [6.0], "q1": [1.0], "gov": ["amman"], "camp": ["x"], "age": ["3"]})
    frame = type_wave(raw, study, study.waves[0]).frame
    assert list(frame) == ["file_row", "near", "place", "camp", "age"]
    assert frame.empty


def test_notes_count_and_never_quote(small_study, raw_table, variable_row, variable_rows):
    both = [{**each, "end": each["base"]} for each in variable_rows("near", "place")]
    later = variable_row("host", type="category", base="", end="host")
    study = small_study(
        [*both, later], later='[[waves]]\nname = "end"\nfile = "end.csv"', keep='[keep]\nhost = ["yes"]'
    )
    raw = raw_table({"form/q1": ["1", "secret", "secret"], "gov": ["amman"] * 3}, notes=("2 rows were odd",))
    notes = type_wave(raw, study, study.waves[0]).notes
    assert notes == (
        "2 rows were odd",
        "1 column was found inside a group of the form (group/name)",
        "host was not asked in base: no row was removed by it",
        "2 answers to near match no code or label and became missing (not_coded)",
    )


def test_every_absent_column_is_named_at_once(small_study, raw_table):
    study = small_study(where="where = { round = [7] }")
    raw = raw_table({"Q1": [1.0], "gov": ["x"], "cmap": ["x"], "age": [1.0], "mark": [1.0], "id": ["a"]})
    with pytest.raises(DataRefusedError) as refused:
        type_wave(raw, study, study.waves[0])
    assert str(refused.value).splitlines() == [
        "base.csv (wave base) lacks 5 columns that are needed:",
        "  - round, by which wave base is chosen",
        "  - q1, which the codebook names for near. Close to it: Q1",
        "  - camp, which the codebook names for camp. Close to it: cmap",
        "  - friend, which the codebook names for friend",
        "  - day, which the codebook names for day",
        "Correct the column base of codebook.csv, or the file.",
    ]


def test_one_absent_column(small_study, raw_table, variable_rows):
    study = small_study(variable_rows("near", "place"))
    with pytest.raises(DataRefusedError, match="lacks 1 column that is needed"):
        type_wave(raw_table({"q1": [1.0]}), study, study.waves[0])


def test_columns_that_were_not_read_are_not_absent(small_study, raw_table, variable_rows):
    study = small_study(variable_rows("near", "place"))
    raw = raw_table({"q1": [1.0], "gov": ["amman"]}, all_columns=("q1", "gov", "q2"))
    assert len(type_wave(raw, study, study.waves[0]).frame) == 1


@given(st.lists(st.sampled_from([1.0, 2.0, 3.0, 9.0, 97.0, 98.0, 7.0, 4.0, None]), min_size=1, max_size=30))
def test_an_answer_is_there_or_its_reason_is(small_study, raw_table, variable_rows, values):
    study = small_study(variable_rows("near", "place"), ())
    numbers = raw_table({"q1": values, "gov": ["amman"] * len(values)})
    words = {1.0: "Disagree", 3.0: "3-Agree", 97.0: "٩٧", None: None}
    texts = [words.get(value, None if value is None else str(value)) for value in values]
    as_text = raw_table({"q1": texts, "gov": ["amman"] * len(values)})
    one = type_wave(numbers, study, study.waves[0]).frame
    other = type_wave(as_text, study, study.waves[0]).frame
    pd.testing.assert_frame_equal(one, other)
    reasons = one.get("near__missing", pd.Series(np.nan, index=one.index))
    assert (one.near.isna() == reasons.notna()).all()
    assert not (one.near == 0).any()


def test_the_raw_table_is_not_changed(small_study, raw_table, variable_rows):
    study = small_study(variable_rows("near", "place"))
    raw = raw_table({"q1": ["Agree", "97", None], "gov": ["amman"] * 3})
    before = raw.frame.copy(deep=True)
    type_wave(raw, study, study.waves[0])
    pd.testing.assert_frame_equal(raw.frame, before)


@pytest.mark.parametrize(("columns", "hint"), [({"Survey": ["q1"], "column_2": ["gov"]}, True), ({"q1": [1.0]}, False)])
def test_names_in_a_later_row_are_thought_of_where_none_is_there(small_study, raw_table, variable_rows, columns, hint):
    study = small_study(variable_rows("near", "place"))
    with pytest.raises(DataRefusedError) as refused:
        type_wave(raw_table(columns), study, study.waves[0])
    assert ("if the names stand in a later row, remove what is above" in str(refused.value)) is hint
