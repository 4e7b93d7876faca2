"""Each planted problem is found, counted, placed and graded; a clean table has none."""

import numpy as np
import pandas as pd
import pytest

from expectations.check import check_panel, check_scores, check_wave


def _found(verdict):
    """check -> (severity, wave, variable, count, of) of the first problem of each check."""
    found = {}
    for each in sorted(verdict.problems):
        found.setdefault(each.check, (each.severity, each.wave, each.variable, each.count, each.of))
    return found


def _at(frame, column, **cells):
    """The frame with values of one column replaced: `row_3=7` in the fourth row."""
    values = frame[column].copy()
    for cell, value in cells.items():
        values.iloc[int(cell.removeprefix("row_"))] = value
    return frame.assign(**{column: values})


def test_a_clean_study_has_no_problem(study, wave, panel, scores):
    verdicts = [check_wave(wave, study, study.baseline), check_panel(panel, study), check_scores(scores, study)]
    for verdict in verdicts:
        assert (verdict.problems, verdict.failed, verdict.refused) == ((), 0, False), verdict.name
        assert verdict.expectations == len(verdict.outcomes) > 10
        assert all(outcome.unexpected == 0 for outcome in verdict.outcomes)


def _lined(wave):
    """Every interview of the first interviewer with one answer to the whole block."""
    theirs = wave["asked_by"] == "i0"
    return wave.assign(**{f"t{item}": wave[f"t{item}"].mask(theirs, 3.0) for item in range(1, 5)})


def _many(wave):
    """One problem of each kind that a single answer makes."""
    cells = {
        "person": {"row_3": None, "row_5": "p1", "row_9": "p1"},
        "place": {"row_3": np.nan, "row_4": 3.0},
        "village": {"row_3": np.nan},
        "factor": {"row_3": 0.0},
        "agreed": {"row_3": np.nan},
        "age": {"row_3": 17.0},
        "t1": {"row_3": 7.0, "row_4": -1.0},
        "t2": {"row_0": np.nan, "row_1": np.nan, "row_2": np.nan, "row_3": np.nan},
        "t3": {"row_0": np.nan, "row_1": np.nan, "row_2": np.nan},
        "words": {"row_3": "mid"},
        "t4": {"row_3": np.nan},
    }
    for column, values in cells.items():
        wave = _at(wave, column, **values)
    reasons = pd.Series("not_coded", index=wave.index).where(wave["t4"].isna())
    return wave.assign(t4__missing=pd.Categorical(reasons))


WAVES = {
    "many": _many,
    "lined": _lined,
    "gone": lambda wave: wave.drop(columns="t1"),
    "nobody": lambda wave: wave.head(0),
}
WAVE_PROBLEMS = [
    ("gone", ("columns_present", "critical", "t1", 1, 1), "a column is gone"),
    ("nobody", ("rows_enough", "critical", None, 1, 1), "nobody is left"),
    ("many", ("duplicate_respondents", "error", "person", 2, 39), "two more interviews of one person"),
    ("many", ("respondent_known", "error", "person", 1, 40), "unknown"),
    ("many", ("out_of_range", "error", "t1", 2, 40), "beyond a range, both ways"),
    ("many", ("out_of_range", "error", "age", 1, 40), "a child"),
    ("many", ("out_of_range", "error", "place", 1, 39), "no such code"),
    ("many", ("out_of_range", "error", "words", 1, 40), "no such word"),
    ("many", ("not_coded", "error", "t4", 1, 40), "words that match nothing"),
    ("many", ("governorate_known", "error", "place", 1, 40), "unknown"),
    ("many", ("cluster_known", "error", "village", 1, 40), "unknown"),
    ("many", ("weight_positive", "error", "factor", 1, 40), "counts nobody"),
    ("many", ("consent_missing", "note", "agreed", 1, 40), "not on file"),
    ("many", ("item_missing", "warning", "t2", 4, 40), "a tenth is the limit; three answers in t3 are below it"),
    ("lined", ("straight_lining", "warning", None, 10, 40), "ten straight lines"),
    ("lined", ("interviewer_pattern", "warning", "asked_by", 1, 4), "one of four interviewers"),
]


@pytest.fixture(scope="module")
def wave_verdicts(study, wave):
    return {name: check_wave(plant(wave), study, study.baseline) for name, plant in WAVES.items()}


@pytest.mark.parametrize(("planted", "expected", "why"), WAVE_PROBLEMS)
def test_problems_of_a_wave(wave_verdicts, planted, expected, why):
    verdict, (check, severity, variable, count, of) = wave_verdicts[planted], expected
    (found,) = [each for each in verdict.problems if (each.check, each.variable) == (check, variable)]
    assert (found.severity, found.wave, found.count, found.of) == (severity, "before", count, of), why
    (outcome,) = [each for each in verdict.outcomes if each.check == check and each.variable in {variable, None}]
    assert (outcome.success, outcome.severity) == (False, severity)


def test_a_wave_has_no_problem_beyond_those_planted(wave_verdicts):
    found = sorted(
        (name, each.check, each.variable) for name in WAVES for each in wave_verdicts[name].problems if name != "nobody"
    )
    assert found == sorted(
        (name, check, variable) for name, (check, _, variable, *_), _ in WAVE_PROBLEMS if name != "nobody"
    )
    refused = {name: verdict.refused for name, verdict in wave_verdicts.items()}
    assert refused == {"many": True, "lined": False, "gone": True, "nobody": True}


def test_missing_answers_below_the_limit_are_counted_all_the_same(wave_verdicts):
    (outcome,) = [
        each for each in wave_verdicts["many"].outcomes if (each.check, each.variable) == ("item_missing", "t3")
    ]
    assert (outcome.success, outcome.unexpected, outcome.evaluated) == (True, 3, 40)


def test_rows_to_look_up_are_rows_of_the_file(wave_verdicts):
    rows = {problem.check: problem.rows for problem in wave_verdicts["many"].problems if problem.variable == "person"}
    assert rows == {"duplicate_respondents": (3, 7, 11), "respondent_known": (5,)}, "as a spreadsheet counts"


def test_columns_that_are_gone_are_told_with_everything_else(study, wave):
    bad = _many(wave).drop(columns=["age", "t4"])
    found = check_wave(bad, study, study.baseline).problems
    assert [(problem.check, problem.variable) for problem in found][:4] == [
        ("columns_present", "age"),
        ("columns_present", "t4"),
        ("cluster_known", "village"),
        ("duplicate_respondents", "person"),
    ]


def test_what_is_signed_for_refuses_nothing(study_with, wave):
    waiver = """
[[waivers]]
check = "out_of_range"
wave = "before"
action = "set_missing"
reason = "slips of the keypad"
signed = "A manager"
"""
    study = study_with(waiver)
    verdict = check_wave(_at(wave, "t1", row_3=7.0), study, study.baseline)
    (problem,) = verdict.problems
    assert (problem.waived, problem.action, verdict.refused, verdict.failed) == ("A manager", "set_missing", False, 1)
    assert check_wave(_at(wave, "t1", row_3=7.0).drop(columns="age"), study, study.waves[1]).refused, "another wave"


def test_a_limit_makes_a_warning_of_an_error(study_with, wave):
    study = study_with("refuse_out_of_range_share = 0.1")
    assert not check_wave(_at(wave, "t1", row_3=7.0), study, study.baseline).refused


def _many_in_panel(panel):
    cells = {
        "arm": {"row_3": None, "row_1": "treated"},
        "weight": {"row_44": 0.0},
        "cluster": {"row_44": None},
        "governorate": {"row_44": None},
        "respondent": {"row_44": None, "row_45": "p1"},
        "sex": {"row_46": "9"},
    }
    for column, values in cells.items():
        panel = _at(panel, column, **values)
    return panel


def _mostly_new(panel):
    return panel["respondent"].mask(panel["file_row"] > 20, panel["respondent"] + panel["wave"].astype("str"))


PANELS = {
    "many": _many_in_panel,
    "gone": lambda panel: panel.drop(columns="wave"),
    "few": lambda panel: panel.head(1),
    "new": lambda panel: panel.assign(respondent=_mostly_new(panel)),
    "treated": lambda panel: panel.assign(arm="treated"),
    "one arm": lambda panel: panel.assign(arm=panel["arm"].mask(panel["governorate"] == "Here", "comparison")),
}
PANEL_PROBLEMS = [
    ("gone", ("columns_present", "critical", None, "wave", 1, 1), "not even a wave"),
    ("few", ("rows_enough", "critical", None, None, 1, 2), "one row for two waves"),
    ("many", ("duplicate_respondents", "error", "after", "person", 1, 39), "twice in one wave"),
    ("many", ("respondent_known", "error", "after", "person", 1, 40), "unknown"),
    ("many", ("arm_known", "error", "before", "village", 1, 40), "unknown"),
    ("many", ("arm_constant_in_cluster", "error", "before", "village", 1, 4), "one village has both arms"),
    ("many", ("arm_constant_in_cluster", "error", "after", "village", 1, 4), "and is told of in each wave"),
    ("many", ("weight_positive", "error", "after", "factor", 1, 40), "counts nobody"),
    ("many", ("cluster_known", "error", "after", "village", 1, 40), "unknown"),
    ("many", ("governorate_known", "error", "after", "place", 1, 40), "unknown"),
    ("many", ("panel_link", "warning", "after", "gender", 1, 39), "another sex"),
    ("new", ("panel_link", "warning", "after", "person", 21, 40), "most of a wave is new"),
    ("few", ("comparison_arm", "error", "before", "village", 1, 1), "and that row is treated"),
    ("treated", ("comparison_arm", "error", "before", "village", 1, 1), "everybody is treated"),
    ("treated", ("comparison_arm", "error", "after", "village", 1, 1), "and later too"),
    ("one arm", ("one_arm_in_governorate", "warning", "before", "place", 1, 2), "nobody is treated here"),
    ("one arm", ("one_arm_in_governorate", "warning", "after", "place", 1, 2), "nor later"),
]


@pytest.fixture(scope="module")
def panel_verdicts(study, panel):
    return {name: check_panel(plant(panel), study) for name, plant in PANELS.items()}


@pytest.mark.parametrize(("planted", "expected", "why"), PANEL_PROBLEMS)
def test_problems_of_the_panel(panel_verdicts, planted, expected, why):
    check, severity, wave, variable, count, of = expected
    found = [each for each in panel_verdicts[planted].problems if (each.check, each.wave) == (check, wave)]
    assert [(each.severity, each.variable, each.count, each.of) for each in found] == [
        (severity, variable, count, of)
    ], why


def test_the_panel_has_no_problem_beyond_those_planted(panel_verdicts):
    for name, verdict in panel_verdicts.items():
        planted = sorted((check, wave or "") for group, (check, _, wave, *_), _ in PANEL_PROBLEMS if group == name)
        assert sorted((each.check, each.wave or "") for each in verdict.problems) == planted, name
        assert verdict.refused is (name not in {"new", "one arm"}), name


def test_a_governorate_with_one_arm_is_told_by_its_name(panel_verdicts):
    assert {each.places for each in panel_verdicts["one arm"].problems} == {("Here",)}
    assert {each.places for each in panel_verdicts["many"].problems} == {()}


def test_half_of_a_wave_may_be_new(study, panel):
    half = panel["respondent"].mask(panel["file_row"] > 21, panel["respondent"] + panel["wave"].astype("str"))
    assert not check_panel(panel.assign(respondent=half), study).problems


SCORED = [
    (lambda s: s.drop(columns="trust"), "columns_present", ("critical", None, "trust", 1, 1), "a column is gone"),
    (
        lambda s: s.assign(trust=s["trust"].mask(s["file_row"].isin([2, 6, 10, 14]))),
        "score_present",
        ("warning", "after", "trust", 4, 40),
        "a tenth of each wave, all of them treated",
    ),
    (lambda s: _at(s, "trust", row_79=np.inf), "score_finite", ("error", "after", "trust", 1, 40), "infinite"),
    (lambda s: _at(s, "trust__pomp", row_3=101.0), "score_range", ("error", "before", "trust", 1, 40), "beyond 100"),
    (lambda s: s.assign(trust=s["trust"] + 1e-6), "reference_mean", ("error", "before", "trust", 1, 1), "moved"),
    (lambda s: s.assign(trust=s["trust"] * 1.001), "reference_sd", ("error", "before", "trust", 1, 1), "stretched"),
]


@pytest.mark.parametrize(("plant", "check", "expected", "why"), SCORED)
def test_problems_of_the_scores(study, scores, plant, check, expected, why):
    verdict = check_scores(plant(scores), study)
    assert _found(verdict)[check] == expected, why
    assert verdict.refused is (expected[0] != "warning"), why


def test_a_disagreement_between_two_counts_is_a_fault_of_ours(study, wave, monkeypatch):
    import expectations.check as check

    monkeypatch.setattr(check, "_validate", lambda table, some, tables: [False] * len(some))
    with pytest.raises(RuntimeError, match="Two ways to count disagree: duplicate_respondents of person"):
        check_wave(wave, study, study.baseline)


def test_the_frame_is_left_as_it_was(study, wave):
    before = wave.copy(deep=True)
    check_wave(wave, study, study.baseline)
    pd.testing.assert_frame_equal(wave, before)


def test_what_has_no_unit_is_a_warning_and_refuses_nothing(study, scores):
    empty = scores.assign(trust=np.nan, trust__pomp=np.nan)
    verdict = check_scores(empty, study, without_unit=["trust"])
    assert _found(verdict)["unit_known"] == ("warning", "before", "trust", 1, 1)
    assert {problem.variable for problem in verdict.problems} == {"trust"}
    assert (len(verdict.problems), verdict.refused) == (1, False)
