"""Clean = raw + log: what a line changes, what it must match, and that leaving it out brings the file back."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from transforms.prepare.corrections import BLANKED, CHANGED, REMOVED, REPEATED, UNUSED
from transforms.prepare.wave import type_wave
from transforms.study.corrections import Correction
from transforms.study.design import Wave

FILE = {
    "q1": ["1", "Agree", "98", None, "5"],
    "gov": ["amman", "irbid", "amman", "irbid", "12"],
    "camp": ["A", "B", "A", "B", "C"],
    "age": ["250", "31", "999", "", "40,5"],
    "mark": ["10", "20", "30", "40", "50"],
    "friend": ["1", "0", "Yes", "don't know", "maybe"],
    "id": ["P1", "P2", "P3", "P3", None],
    "day": ["2026-01-02", "05/07/2026", None, "2026-01-04", "2026-01-05"],
    "story": ["a", "b", "c", "d", "e"],
    "other": ["u", "v", "w", "x", "y"],
}


@pytest.fixture(scope="module")
def study(small_study):
    return small_study(design='respondent = "person"')


def line(number=2, variable="", old="", new="", **more):
    given_row = more.pop("row", None)
    respondent = more.pop("respondent", "" if given_row else "P1")
    action = more.pop("action", "change")
    return Correction(number, "base", action, respondent, given_row, variable, old, new, more.pop("reason", ""))


@pytest.fixture(scope="module")
def replay(study, raw_table):
    """The wave and what became of each line."""

    def run(*lines, file=None, missing=None, labels=None):
        typed = type_wave(raw_table(file or FILE, missing, labels), study, study.waves[0], lines)
        return typed.frame, [outcome.status for outcome in typed.corrections]

    return run


@pytest.mark.parametrize(
    ("variable", "row", "change", "expected", "why"),
    [
        ("age", 2, ("250", "25"), 25.0, "a slip of the keypad"),
        ("age", 2, ("250.0", "٢٥"), 25.0, "spellings of a number are one value"),
        ("age", 5, ("", "44"), 44.0, "what the file does not hold can be filled in"),
        ("age", 6, ("40.5", "41"), 41.0, "a decimal comma"),
        ("near", 2, ("Disagree", "3"), 3.0, "by label or by code"),
        ("near", 3, ("3", "أوافق بشدة"), 9.0, "in any language"),
        ("near", 4, ("98", "2"), 2.0, "a missing answer is named as the file writes it"),
        ("near", 4, ("Refused", "2"), 2.0, "or by its words"),
        ("near", 6, ("5", "1"), 1.0, "recodes read the log as they read the file: 5 is 3 here"),
        ("near", 6, ("3", "1"), 1.0, "so that the code of the study is the same value"),
        ("q1", 2, ("1", "2"), 2.0, "the column's own name, as in a log of the field team"),
        ("place", 2, ("Amman", "11"), "amman", "recoded as the file is"),
        ("place", 2, ("amman", "irbid"), "irbid", "a scale of words"),
        ("camp", 2, ("A", "Z"), "Z", "any text where there is no scale"),
        ("friend", 4, ("1", "No"), 0.0, "what the file writes as Yes is 1"),
        ("friend", 6, ("maybe", "Yes"), 1.0, "words nobody can read are compared as written"),
        ("day", 3, ("05/07/2026", "2026-07-05"), "2026-07-05", "so is a day nobody can read"),
        ("day", 2, ("2026-01-02", "2026-01-03"), "2026-01-03", "a day"),
        ("person", 4, ("P3", "P4"), "P4", "an identifier that stood twice"),
    ],
)
def test_an_answer_is_corrected(replay, variable, row, change, expected, why) -> None:
    raw, _ = replay()
    clean, found = replay(line(variable=variable, row=row, old=change[0], new=change[1]))
    assert found == [CHANGED], why
    name = "near" if variable == "q1" else variable
    assert clean[name][row - 2] == expected, why
    assert_frame_equal(clean.drop(index=row - 2), raw.drop(index=row - 2), check_dtype=False)
    others = [column for column in raw if not column.startswith(name)]
    assert_frame_equal(clean[others], raw[others])


@pytest.mark.parametrize(
    ("new", "reason", "why"),
    [("", "blank", "the answer becomes missing"), ("98", "refused", "for a reason the study knows")],
)
def test_an_answer_can_become_missing(replay, new, reason, why) -> None:
    clean, found = replay(line(variable="near", old="1", new=new))
    assert found == [BLANKED]
    assert np.isnan(clean.near[0])
    assert clean.near__missing[0] == reason, why


@pytest.mark.parametrize(
    ("change", "rule", "why"),
    [
        (line(variable="age", old="251", new="25"), "old_value", "not what the file holds"),
        (line(variable="age", old="", new="25"), "old_value", "the file holds something"),
        (line(variable="near", row=4, old="", new="2"), "old_value", "somebody refused: that is not nothing"),
        (line(variable="near", row=4, old="97", new="2"), "old_value", "missing for another reason"),
        (line(variable="friend", row=6, old="perhaps", new="1"), "old_value", "other words nobody can read"),
        (line(variable="near", old="1", new="4"), "new_value", "no code of its scale"),
        (line(variable="near", old="1", new="Agreed much"), "new_value", "no label of its scale"),
        (line(variable="mark", old="10", new="101"), "new_value", "beyond the range"),
        (line(variable="day", old="2026-01-02", new="01/02/2026"), "new_value", "January or February?"),
        (line(variable="age", old="250", new="twenty-five"), "new_value", "no number"),
        (line(variable="agee", old="250", new="25"), "unknown_variable", "a slip"),
        (line(variable="", old="250", new="25"), "unknown_variable", "nothing named"),
        (line(variable="age", old="250", new="25", respondent="P9"), "unknown_respondent", "nobody of this name"),
        (line(variable="age", old="", new="25", respondent="P3"), "several_interviews", "which of the two?"),
        (line(variable="age", row=7, old="", new="25"), "unknown_row", "the file ends before"),
        (line(variable="age", row=3, respondent="P1", old="31", new="3"), "other_respondent", "row and name disagree"),
        (line(action="remove", respondent="P9"), "unknown_respondent", "nobody to take out"),
    ],
)
def test_a_line_that_does_not_fit_changes_nothing(replay, change, rule, why) -> None:
    raw, _ = replay()
    clean, found = replay(change)
    assert found == [rule], why
    assert_frame_equal(clean, raw)


def test_the_row_tells_two_interviews_of_one_respondent_apart(replay) -> None:
    clean, found = replay(line(variable="mark", row=5, respondent="P3", old="40", new="41"))
    assert found == [CHANGED]
    assert clean.mark.tolist() == [10, 20, 30, 41, 50]


def test_lines_on_one_answer_follow_each_other(replay) -> None:
    ages = [("250", "25"), ("25", "52"), ("52", "53")]
    chain = [line(number, "age", old, new) for number, (old, new) in enumerate(ages, start=2)]
    clean, found = replay(*chain)
    assert found == [CHANGED] * 3
    assert clean.age[0] == 53
    _, found = replay(*reversed(chain))
    assert found == [CHANGED, "old_value", "old_value"], "in another order they are ambiguous"
    _, found = replay(chain[0], line(3, "age", "250", "26"))
    assert found == [CHANGED, "chain"], "two new values for one answer"
    clean, found = replay(chain[0], line(3, "age", "250.0", "25"))
    assert (found, clean.age[0]) == ([CHANGED, REPEATED], 25), "the same said twice"


def test_an_interview_is_taken_out_with_its_corrections(replay, study, raw_table) -> None:
    lines = [line(2, "mark", "10", "11"), line(3, action="remove"), line(4, action="remove", row=2)]
    clean, found = replay(*lines, line(5, action="remove", row=6))
    assert found == [UNUSED, REMOVED, REPEATED, REMOVED]
    assert clean.file_row.tolist() == [3, 4, 5]
    counts = type_wave(raw_table(FILE), study, study.waves[0], lines).counts
    assert [(count.step, count.removed, count.remaining, count.reason) for count in counts] == [
        ("file", 0, 5, "rows_in_file"),
        ("corrections", 1, 4, "rows_removed_by_correction"),
    ]


def test_columns_the_study_does_not_read_are_counted_as_such(replay) -> None:
    raw, _ = replay()
    clean, found = replay(line(2, "other", "nobody knows", "x"), line(3, "story", "a", "b"))
    assert found == [UNUSED, UNUSED]
    assert_frame_equal(clean, raw)


def test_corrections_come_before_rows_are_chosen(small_study, raw_table) -> None:
    """Who is kept depends on the corrected answer; rows of another wave of the file are nobody's here."""
    settings = {"design": 'respondent = "person"', "keep": '[keep]\nplace = ["amman"]'}
    study = small_study(where='where = { other = ["u", "v", "w", "x"] }', **settings)
    lines = [line(2, "place", "irbid", "amman", row=3), line(3, "age", "40.5", "4", row=6), line(4, "other", "u", "v")]
    typed = type_wave(raw_table(FILE), study, study.waves[0], lines)
    assert typed.frame.file_row.tolist() == [2, 3, 4]
    assert [outcome.status for outcome in typed.corrections] == [CHANGED, "unknown_row", "chooses_rows"]


def test_every_variable_of_a_column_is_corrected(small_study, raw_table, variable_row, variable_rows) -> None:
    rows = [*variable_rows("near", "place", "age", "person"), variable_row("years", type="number", base="age")]
    rows += [variable_row("old", type="number", scale="0-300", base="age")]
    study = small_study(rows, design='respondent = "person"')
    typed = type_wave(raw_table(FILE), study, study.waves[0], [line(2, "years", "250", "25")])
    assert typed.frame[["age", "years", "old"]].iloc[0].tolist() == [25, 25, 25]
    typed = type_wave(raw_table(FILE), study, study.waves[0], [line(2, "years", "250", "301")])
    assert [outcome.status for outcome in typed.corrections] == ["new_value"], "one of them does not allow it"


def test_a_wave_that_did_not_ask(small_study, raw_table, variable_rows, variable_row) -> None:
    rows = [*variable_rows("near", "place", "age"), variable_row("person", type="identifier", base="", next="id")]
    rows = [{"next": each["base"], **each} for each in rows] + [
        variable_row("late", type="number", base="", next="mark")
    ]
    later = '[[waves]]\nname = "next"\nfile = "next.csv"'
    study = small_study(rows, design='respondent = "person"', later=later)
    lines = [line(2, "age", "250", "25"), line(3, "late", "10", "11", row=2)]
    typed = type_wave(raw_table(FILE), study, study.waves[0], lines)
    assert [outcome.status for outcome in typed.corrections] == ["no_identifier", "not_asked"]


def test_statistical_files_keep_their_codes_and_tags(replay) -> None:
    file = {**FILE, "q1": [1.0, 3.0, None, None, 2.0], "age": [250.0, 0.10000000149011612, None, 4.0, 5.0]}
    missing = {"q1": [None, None, "a", "96", None]}
    labels = {"q1": {1.0: "Not at all", "a": "Skip it", 96.0: "Went away"}}
    lines = [
        line(2, "near", "Not at all", "9", row=2),
        line(3, "near", ".a", "2", row=4),
        line(4, "near", "96", ".z", row=5),
        line(5, "age", "0.1", "31", row=3),
        line(6, "age", "250", ".", row=2),
    ]
    clean, found = replay(*lines, file=file, missing=missing, labels=labels)
    assert found == [CHANGED, CHANGED, BLANKED, CHANGED, BLANKED]
    assert clean.near.fillna(-1).tolist() == [9, 3, 2, -1, 2]
    assert clean.near__missing[3] == "dk", "the variable's own tag z"
    assert clean.age.fillna(-1).tolist() == [-1, 31, -1, 4, 5], "Stata's float keeps seven digits"


def test_a_log_of_nothing_and_a_wave_of_nobody(small_study, raw_table) -> None:
    study = small_study(design='respondent = "person"', keep='[keep]\nplace = ["zarqa"]')
    lines = [line(2, "age", "250", "25"), line(3, "mark", "1", "2")]
    typed = type_wave(raw_table({**FILE, "gov": ["irbid"] * 5}), study, study.waves[0], lines)
    assert len(typed.frame) == 0
    assert [outcome.status for outcome in typed.corrections] == [CHANGED, "old_value"]


VALUES = {"near": ["1", "2", "3", "10", "9", "98", ""], "camp": ["A", "B", "", "C"]}
COLUMNS = {"near": "q1", "camp": "camp"}


@st.composite
def logs(draw):
    """A file of six interviews and lines that fit it, as they were decided one after another."""
    names = sorted(VALUES)
    file = {COLUMNS[name]: [draw(st.sampled_from(VALUES[name])) for _ in range(6)] for name in names}
    now = {(name, row): file[COLUMNS[name]][row] for name in names for row in range(6)}
    lines = []
    for number in range(draw(st.integers(0, 8))):
        name, row = draw(st.sampled_from(names)), draw(st.integers(0, 5))
        new = draw(st.sampled_from([value for value in VALUES[name] if value != now[name, row]]))
        lines.append(line(number + 2, name, now[name, row], new, row=row + 2))
        now[name, row] = new
    return file, lines, now


@pytest.fixture(scope="module")
def replay_file(small_study, raw_table, variable_rows):
    study = small_study(variable_rows("near", "camp", "place"))
    assert isinstance(study.waves[0], Wave)

    def run(file, lines):
        whole = {"gov": ["amman"] * 6, **{name: [cell or None for cell in cells] for name, cells in file.items()}}
        frame = {name: pd.Series(cells, dtype="str") for name, cells in whole.items()}
        typed = type_wave(raw_table(frame), study, study.waves[0], lines)
        return typed.frame, [outcome.status for outcome in typed.corrections]

    return run


@settings(max_examples=12)
@given(made=logs())
def test_replaying_gives_the_file_as_it_should_have_been(made, replay_file) -> None:
    file, lines, now = made
    should = {COLUMNS[name]: [now[name, row] for row in range(6)] for name in VALUES}
    clean, found = replay_file(file, lines)
    assert set(found) <= {CHANGED, BLANKED}
    assert_frame_equal(clean, replay_file(should, [])[0])


@settings(max_examples=12)
@given(made=logs())
def test_the_reversed_log_brings_the_file_back(made, replay_file) -> None:
    """A log and then its reverse, in one file or on the corrected file, is the file as received."""
    file, lines, now = made
    back = [line(100 - each.line, each.variable, each.new, each.old, row=each.row) for each in reversed(lines)]
    raw, _ = replay_file(file, [])
    both, found = replay_file(file, [*lines, *back])
    assert set(found) <= {CHANGED, BLANKED}
    assert_frame_equal(both, raw)
    corrected = {COLUMNS[name]: [now[name, row] for row in range(6)] for name in VALUES}
    assert_frame_equal(replay_file(corrected, back)[0], raw)


@settings(max_examples=12)
@given(made=logs(), random=st.randoms(use_true_random=False))
def test_the_order_of_lines_matters_only_within_one_answer(made, random, replay_file) -> None:
    file, lines, _ = made
    cells = {}
    for each in lines:
        cells.setdefault((each.variable, each.row), []).append(each)
    order = [cell for cell, chain in cells.items() for _ in chain]
    random.shuffle(order)
    left = {cell: iter(chain) for cell, chain in cells.items()}
    assert_frame_equal(replay_file(file, [next(left[cell]) for cell in order])[0], replay_file(file, lines)[0])
