"""What differs between an interview and its back-check, whose fault it is, and which problems that makes."""

import numpy as np
import pandas as pd
import pytest

from transforms.quality.back_checks import (
    VARIABLE_COLUMNS,
    WAVE_COLUMNS,
    compare_back_checks,
    variable_table,
    wave_table,
    with_back_checks,
)
from transforms.quality.problems import Verdict

CHECK = '\n[[back_checks]]\nwave = "before"\nfile = "again.csv"\n'


def _wave(people=40, interviewers=4):
    number = np.arange(people)
    return pd.DataFrame(
        {
            "file_row": number + 2,
            "person": [f"r{code}" for code in number],
            "asked_by": [f"i{code % interviewers}" for code in number],
            "gender": np.where(number % 2, "f", "m"),
            "age": 30.0 + number,
            "village": "v",
            "t1": 1.0,
            "t2": 2.0,
        }
    )


def _again(wave, **changes):
    return wave.drop(columns=["asked_by", "t2"]).assign(**changes)


def _compared(study, wave, again):
    return compare_back_checks(wave, again, study.settings.back_checks[0], study)


def _problems(study, wave, again):
    verdict = Verdict("wave", "before", 0, 0, ())
    (found,) = with_back_checks([verdict], [_compared(study, wave, again)], study)
    return {problem.check: (problem.severity, problem.count, problem.of) for problem in found.problems}


@pytest.fixture(scope="module")
def checked(study_with):
    return study_with(CHECK)


def test_what_agrees_is_no_problem(checked):
    wave = _wave()
    assert _problems(checked, wave, _again(wave)) == {}


def test_every_kind_of_variable_is_counted(checked):
    wave = _wave()
    again = _again(wave, gender=["x", *wave["gender"][1:]], t1=[3.0] * 20 + [np.nan] * 20)
    found = _compared(checked, wave, again)
    assert found.variables.drop(columns="wave").to_numpy().tolist() == [
        ["facts", "gender", 40, 1, 1 / 40],
        ["facts", "age", 40, 0, 0.0],
        ["opinions", "t1", 20, 20, 1.0],
    ], "the village is a place, t2 was not asked again, and a missing answer is not compared"
    assert list(variable_table([found]).columns) == list(VARIABLE_COLUMNS)
    assert list(wave_table([found]).columns) == list(WAVE_COLUMNS)
    assert variable_table([]).empty
    assert _problems(checked, wave, again) == {}, "opinions are nobody's fault"


@pytest.mark.parametrize(
    ("settings", "kinds"),
    [
        ("", {"gender": "facts", "age": "facts", "t1": "opinions"}),
        ('facts = ["gender"]', {"gender": "facts", "age": "opinions", "t1": "opinions"}),
        ('facts = ["gender"]\nharder = ["t1"]', {"gender": "facts", "age": "opinions", "t1": "harder"}),
    ],
)
def test_a_study_says_what_interviewers_are_judged_by(study_with, settings, kinds):
    study = study_with(CHECK + settings)
    found = _compared(study, _wave(), _again(_wave())).variables
    assert dict(zip(found["variable"], found["kind"], strict=True)) == kinds


@pytest.mark.parametrize(
    ("different", "expected", "why"),
    [
        (2, {}, "2 of 20 facts are no more than a tenth"),
        (3, {"back_check_retrain": ("warning", 1, 4)}, "3 of 20 are"),
        (8, {"back_check_retrain": ("warning", 1, 4)}, "8 of 20 are no more than 40 %"),
        (9, {"back_check_redo": ("error", 1, 4)}, "9 of 20 are"),
    ],
)
def test_interviewers_are_judged_by_the_share_of_facts_that_differ(checked, different, expected, why):
    """Ten interviews of each of four, with two facts each; the first interviewer's differ."""
    wave = _wave()
    theirs = np.flatnonzero(wave["asked_by"] == "i0")
    gender, age = wave["gender"].copy(), wave["age"].copy()
    gender.iloc[theirs[: different - different // 2]] = "x"
    age.iloc[theirs[: different // 2]] += 10
    problems = _problems(checked, wave, _again(wave, gender=gender, age=age))
    assert {name: found for name, found in problems.items() if name != "back_check_variable"} == expected, why


def test_the_interviews_behind_a_problem_are_listed_and_nobody_is_named(checked):
    wave = _wave()
    again = _again(wave, gender=wave["gender"].where(wave["asked_by"] != "i1", "x"))
    again["age"] = again["age"] + 5 * (wave["asked_by"] == "i1")
    found = _compared(checked, wave, again)
    assert found.rows["redo"] == tuple(wave.loc[wave["asked_by"] == "i1", "file_row"])
    (verdict,) = with_back_checks([Verdict("wave", "before", 0, 0, ())], [found], checked)
    assert verdict.refused
    assert "i1" not in repr(verdict)
    assert {problem.check: (problem.count, problem.of) for problem in verdict.problems} == {
        "back_check_redo": (1, 4),
        "back_check_variable": (10, 40),
    }


def test_few_answers_judge_nobody(checked):
    wave = _wave(people=16)
    again = _again(wave, gender="x").iloc[:4]
    found = _compared(checked, wave, again)
    assert found.counts["judged"] == 0
    assert set(_problems(checked, wave, again)) == set()


def test_coverage_and_interviewers_without_a_back_check(checked):
    wave = _wave(people=100)
    problems = _problems(checked, wave, _again(wave).iloc[[0, 4, 8, 12, 16, 20, 24, 28, 32]])
    assert problems == {
        "back_check_coverage": ("warning", 9, 100),
        "back_check_interviewers": ("warning", 3, 4),
    }
    assert "back_check_coverage" not in _problems(checked, wave, _again(wave).iloc[:10]), "a tenth is enough"


def test_back_checks_without_an_interview_are_counted(checked):
    wave = _wave()
    again = pd.concat([_again(wave), _again(wave).iloc[:3].assign(person=["nobody", None, "r0"])], ignore_index=True)
    found = _compared(checked, wave, again)
    assert (found.counts["unmatched"], found.counts["checked"]) == (2, 40)
    assert _problems(checked, wave, again) == {"back_check_unmatched": ("warning", 2, 43)}


def test_ages_may_differ_by_a_year_where_the_study_names_them(study_with):
    wave = _wave()
    again = _again(wave, age=wave["age"] + 1)
    study = study_with(CHECK)
    assert _compared(study, wave, again).variables.set_index("variable").loc["age", "differ"] == 40
    aged = study.model_copy(
        update={
            "settings": study.settings.model_copy(update={"design": study.design.model_copy(update={"age": "age"})})
        }
    )
    assert _compared(aged, wave, again).variables.set_index("variable").loc["age", "differ"] == 0


def test_a_wave_that_does_not_say_who_asked_is_compared_all_the_same(checked):
    wave = _wave()
    found = _compared(checked, wave.drop(columns="asked_by"), _again(wave))
    assert (found.counts["checked"], found.counts["interviewers"]) == (40, 0)
    assert _problems(checked, wave.drop(columns="asked_by"), _again(wave)) == {}


def test_other_waves_are_left_as_they_are(checked):
    other = Verdict("wave", "after", 3, 0, ())
    assert with_back_checks([other], [_compared(checked, _wave(), _again(_wave()))], checked) == (other,)
