"""Limits soften, signatures let pass, and neither does more than the study says."""

import pytest

from transforms.quality.checks import WAIVER_ACTIONS
from transforms.quality.grading import grade
from transforms.quality.problems import Problem


def _problem(check="out_of_range", severity="error", count=2, wave="before", variable="t1"):
    return Problem(check, severity, "wave", wave, variable, count, 100)


@pytest.mark.parametrize(
    ("limit", "count", "severity", "why"),
    [
        ("", 1, "error", "without a limit any refuses"),
        ("[limits]\nrefuse_out_of_range_share = 0.02", 1, "warning", "below the limit"),
        ("[limits]\nrefuse_out_of_range_share = 0.02", 2, "error", "from the limit on"),
        ("[limits]\nrefuse_duplicate_share = 0.5", 2, "error", "a limit for something else"),
    ],
)
def test_limits(study_with, limit, count, severity, why):
    assert grade(_problem(count=count), study_with(limit)).severity == severity, why


def test_a_limit_for_duplicates(study_with):
    study = study_with("[limits]\nrefuse_duplicate_share = 0.5")
    assert grade(_problem("duplicate_respondents", variable="person"), study).severity == "warning"


@pytest.mark.parametrize(
    ("check", "count", "limit", "severity", "why"),
    [
        ("duration", 4, "", "note", "a few interviews are always long or short"),
        ("duration", 5, "", "warning", "one in twenty is more than a few"),
        ("duration", 4, "[limits]\nduration_warn = 0.04", "warning", "the limit is a setting"),
        ("alike_answers", 4, "", "note", "some people answer alike"),
        ("alike_answers", 5, "", "warning", "from one in twenty on"),
        ("alike_answers", 4, "[limits]\nnear_duplicate_warn = 0.01", "warning", "that is a setting too"),
        ("near_duplicates", 1, "", "warning", "chance does not explain a single one"),
    ],
)
def test_warnings_that_begin_as_notes(study_with, check, count, limit, severity, why):
    graded = grade(_problem(check, "warning", count, variable=None), study_with(limit))
    assert graded.severity == severity, why
    assert not graded.refuses


WAIVER = """
[[waivers]]
check = "out_of_range"
wave = "before"
variable = "t1"
action = "set_missing"
reason = "slips of the keypad"
signed = "A manager, 2022"
"""


@pytest.mark.parametrize(
    ("problem", "signed", "why"),
    [
        (_problem(), "A manager, 2022", "the very one"),
        (_problem(wave="after"), None, "another wave"),
        (_problem(variable="t2"), None, "another variable"),
        (_problem(check="weight_positive"), None, "another check"),
    ],
)
def test_waivers(study_with, problem, signed, why):
    graded = grade(problem, study_with(WAIVER))
    assert graded.waived == signed, why
    assert graded.action == ("set_missing" if signed else None), why
    assert graded.refuses == (signed is None), why


@pytest.mark.parametrize(
    ("check", "action", "signed", "why"),
    [
        ("rows_enough", "accept", False, "nobody can sign for what cannot be analysed"),
        ("reference_mean", "accept", False, "nor for a fault of ours"),
        ("out_of_range", "keep_first", False, "there is no first of an answer"),
        ("out_of_range", "accept", False, "an answer outside its scale has no place on it"),
        ("duplicate_respondents", "accept", True, "two interviews may both be meant"),
        ("arm_known", "remove", True, "nobody knows where they belong"),
    ],
)
def test_actions_a_waiver_may_take(study_with, check, action, signed, why):
    waiver = WAIVER.replace("out_of_range", check).replace("set_missing", action).replace('variable = "t1"\n', "")
    assert (grade(_problem(check), study_with(waiver)).waived is not None) is signed, why
    assert (action in WAIVER_ACTIONS.get(check, ())) is signed, why
