"""The log of corrections as a table: what a line becomes, and what is said of one that cannot be read."""

import pytest

from transforms.study.corrections import CORRECTION_COLUMNS, Correction, Corrections, parse_corrections
from transforms.study.problems import StudyError

CANARY = "CANARY99"
RIGHT = {"wave": "before", "respondent": CANARY, "variable": "age", "old_value": CANARY, "new_value": "25"}
SIGNED = {"reason": "slip of the keypad", "who": "A. Manager", "when": "2026-03-01"}
WAVES = ("before", "after")


def read(*lines, settings=None, waves=WAVES, identified=True):
    return parse_corrections(lines, settings or Corrections(), waves, identified=identified)


def problems(*lines, **more):
    with pytest.raises(StudyError) as refused:
        read(*lines, **more)
    return [str(problem) for problem in refused.value.problems]


def line(**changes):
    return {name: {**RIGHT, **SIGNED, **changes}.get(name, "") for name in CORRECTION_COLUMNS}


def test_lines_keep_their_row_in_the_log_and_their_order() -> None:
    log = read(line(), line(action="none"), line(wave="after", action="remove_survey", respondent="", row="7"))
    assert log.lines == (
        Correction(2, "before", "change", CANARY, None, "age", CANARY, "25", "slip of the keypad"),
        Correction(4, "after", "remove", "", 7, "age", CANARY, "25", "slip of the keypad"),
    )
    assert log.left_alone == 1
    assert [each.line for each in log.of("after")] == [4]
    assert CANARY not in repr(log), "a traceback shows no line"


@pytest.mark.parametrize(
    ("word", "action", "why"),
    [
        ("", "change", "most lines are changes"),
        ("change_response", "change", "REACH's word"),
        ("Blank Response", "blank", "spelling is free"),
        ("remove", "remove", "ours"),
    ],
)
def test_actions(word: str, action: str, why: str) -> None:
    assert read(line(action=word, new_value="")).lines[0].action == action, why


@pytest.mark.parametrize(
    ("changes", "words", "why"),
    [
        ({"wave": "befor"}, "row 2: wave: names no wave of the study. Did you mean before?", "a slip"),
        ({"wave": ""}, "row 2: wave: names no wave of the study. There are: before, after.", "which of two?"),
        ({"action": CANARY}, "row 2: action: is none of the actions.", "not guessed"),
        ({"variable": ""}, "row 2: variable: is empty. Name the variable; to take out", "what is corrected?"),
        ({"respondent": ""}, "row 2: respondent: is empty.", "whose answer?"),
        ({"row": CANARY}, "row 2: row: is no row of a file.", "a row is a number"),
        ({"row": "٣"}, "row 2: row: is no row of a file.", "in plain digits"),
        ({"who": ""}, "row 2: who: is empty. Every correction is signed", "nobody signed"),
        ({"when": " "}, "row 2: when: is empty.", "a space is no day"),
        ({"reason": ""}, "row 2: reason: is empty.", "no reason"),
        ({"new_value": CANARY}, "row 2: new_value: is the old value. Write none", "changes nothing"),
        ({"action": "blank"}, "row 2: new_value: stands beside blank.", "which of the two?"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_not_quoted(changes, words, why) -> None:
    found = problems(line(**changes))
    assert len(found) == 1, why
    assert words in found[0], why
    assert CANARY not in found[0], "a column may have slipped"


def test_every_problem_of_every_line_comes_at_once() -> None:
    assert len(problems(line(who="", when=""), line(), line(variable="", row="x"))) == 4


def test_a_removal_needs_neither_variable_nor_values() -> None:
    assert read(line(action="remove", variable="", old_value="", new_value="")).lines[0].action == "remove"


def test_one_wave_needs_no_name() -> None:
    assert read(line(wave=""), waves=("only",)).lines[0].wave == "only"


def test_without_identifiers_a_line_names_the_row() -> None:
    assert "Name the interview by its row." in problems(line(), identified=False)[0]
    assert read(line(respondent="", row="3"), identified=False).lines[0].row == 3


@pytest.mark.parametrize(
    ("header", "words", "why"),
    [
        ("variable", ["variable: this column is missing."], "needed"),
        ("wave", ["wave: this column is missing."], "needed where there are two"),
        ("respondent", ["respondent: this column is missing."], "one of the two handles"),
        ("who", ["who: this column is missing."], "signed"),
    ],
)
def test_columns_that_are_needed(header, words, why) -> None:
    short = {name: cell for name, cell in line().items() if name not in {header, "row"}}
    assert [problem.split(", row 1: ")[1].split(" Add")[0] for problem in _parse(short)] == words, why


def _parse(*rows, settings=None):
    with pytest.raises(StudyError) as refused:
        parse_corrections(rows, settings or Corrections(), WAVES, identified=True)
    return [str(problem) for problem in refused.value.problems]


def test_a_column_nobody_knows_is_told_but_a_missing_header_is_not_quoted() -> None:
    assert (
        "acton: this column is not known. Did you mean action?"
        in _parse({name if name != "action" else "acton": cell for name, cell in line().items()})[0]
    )
    assert CANARY not in " ".join(_parse({CANARY: "x", "1": "y"})), "without a header the first row is an interview"


def test_a_log_of_another_form_is_read_by_its_columns() -> None:
    columns = {"respondent": "uuid", "variable": "question", "action": "change_type"}
    settings = Corrections(columns=columns, reason="not said", who="Field team", when="2021")
    reach = {"uuid": "u1", "question": "age", "issue": "outlier", "old_value": "250", "new_value": "25"}
    log = parse_corrections([{**reach, "change_type": "change_response"}], settings, ("only",), identified=True)
    assert log.lines == (Correction(2, "only", "change", "u1", None, "age", "250", "25", "not said"),)
    short = {name: cell for name, cell in reach.items() if name != "question"}
    found = _parse(short, settings=settings)
    assert [problem for problem in found if "question: this column is missing" in problem]
    assert [problem for problem in found if "change_type: this column is missing" in problem], "it was named"


def test_an_empty_log_changes_nothing() -> None:
    assert parse_corrections([], Corrections(), WAVES, identified=True).lines == ()
