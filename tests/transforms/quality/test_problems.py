"""Problems and verdicts: what refuses, in which order they are told, and what their tables hold."""

import pytest

from transforms.quality.problems import PROBLEM_COLUMNS, Problem, Verdict, problem_rows_table, problems_table


def _problem(severity="error", waived=None, **more):
    given = {"check": "out_of_range", "stage": "wave", "wave": "before", "variable": "t1", "count": 2, "of": 8} | more
    return Problem(severity=severity, waived=waived, **given)


@pytest.mark.parametrize(
    ("severity", "waived", "refused", "why"),
    [
        ("critical", None, True, "nothing can be done with such a wave"),
        ("error", None, True, "an error nobody signed for"),
        ("error", "A manager", False, "somebody decided to go on"),
        ("warning", None, False, "a warning is for reading"),
        ("note", None, False, "so is a note"),
    ],
)
def test_what_refuses(severity, waived, refused, why):
    verdict = Verdict("wave", "before", 1, 1, (_problem("note"), _problem(severity, waived)))
    assert verdict.refused is refused, why


def test_no_problem_no_refusal():
    assert not Verdict("panel", None, 3, 0, ()).refused


def test_problems_are_told_the_worst_first_whatever_their_place():
    panel = _problem("warning", stage="panel", wave=None, variable=None, check="panel_link")
    wave = _problem("warning", check="item_missing")
    worst = _problem("critical", stage="scores", wave=None, variable=None, check="rows_enough")
    verdicts = [Verdict("panel", None, 1, 1, (panel,)), Verdict("wave", "before", 2, 2, (wave, worst))]
    assert list(problems_table(verdicts)["check"]) == ["rows_enough", "item_missing", "panel_link"]
    assert verdicts[0].name == "panel"
    assert verdicts[1].name == "wave before"


def test_the_shared_table_has_counts_and_no_rows():
    found = problems_table([Verdict("wave", "before", 1, 1, (_problem(rows=(70_707, 3)),))])
    assert tuple(found) == PROBLEM_COLUMNS
    assert found.loc[0, ["count", "of", "share"]].tolist() == [2, 8, 0.25]
    assert "70707" not in found.to_csv()


def test_rows_never_show_where_a_problem_is_printed():
    assert "70707" not in repr(Verdict("wave", "before", 1, 1, (_problem(rows=(70_707,)),)))


def test_a_share_of_nothing_is_zero():
    assert _problem(of=0).share == 0.0


def test_tables_of_no_problems_have_their_columns():
    assert tuple(problems_table([])) == PROBLEM_COLUMNS
    assert list(problem_rows_table([Verdict("panel", None, 1, 1, (_problem(),))])) == [
        "wave",
        "file_row",
        "check",
        "variable",
    ]


def test_rows_are_listed_by_wave_and_row():
    first = _problem(rows=(9, 4), wave="b")
    second = _problem(rows=(7,), wave="a", check="duplicate_respondents", variable="person")
    rows = problem_rows_table([Verdict("wave", "b", 1, 1, (first,)), Verdict("wave", "a", 1, 1, (second,))])
    assert rows.values.tolist() == [
        ["a", 7, "duplicate_respondents", "person"],
        ["b", 4, "out_of_range", "t1"],
        ["b", 9, "out_of_range", "t1"],
    ]
