"""Which rules a study makes, and what the rules of the scores find."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from transforms.quality.checks import CHECKS
from transforms.quality.panel_rules import panel_rules
from transforms.quality.reference import beyond, mean_not_zero, no_score, not_finite, reference_group, sd_not_one
from transforms.quality.rules import below
from transforms.quality.score_rules import score_rules
from transforms.quality.wave_rules import wave_rules, wave_variables


def _checks(rules):
    return dict(Counter(rule.check for rule in rules))


def test_a_wave_has_the_rules_its_questions_allow(study):
    before, after = study.waves
    assert _checks(wave_rules(study, before)) == {
        "duplicate_respondents": 1,
        "respondent_known": 1,
        "governorate_known": 1,
        "cluster_known": 1,
        "weight_positive": 1,
        "consent_missing": 1,
        "out_of_range": 13,
        "not_coded": 18,
        "item_missing": 10,
        "straight_lining": 1,
        "goes_against": 9,
        "interviewer_pattern": 1,
        "numeric_outliers": 1,
    }
    assert _checks(wave_rules(study, after))["out_of_range"] == 12, "age was not asked again"


def test_the_variables_of_a_wave_leave_out_free_text(study):
    before, after = study.waves
    assert "note" not in wave_variables(study, before)
    assert set(wave_variables(study, before)) - set(wave_variables(study, after)) == {"age"}


@pytest.mark.parametrize(
    ("change", "absent", "why"),
    [
        ('kind = "panel" -> kind = "cross-sections"', "respondent_known", "fresh people need no identifier"),
        ('interviewer = "asked_by" -> ', "interviewer_pattern", "nobody to judge"),
        ('weight = "factor" -> ', "weight_positive", "no weights"),
        ("[limits]\nstraight_line_items = 9", "straight_lining", "no block is that long"),
    ],
)
def test_a_study_without_a_thing_has_no_rule_for_it(study_with, change, absent, why):
    study = study_with(change)
    assert absent not in _checks(wave_rules(study, study.baseline)), why


def test_a_study_without_consent_is_told_so(study_with):
    study = study_with('consent = "agreed" -> ')
    (rule,) = [rule for rule in wave_rules(study, study.baseline) if rule.check == "consent_missing"]
    assert rule.applies(pd.DataFrame())
    assert rule.find(pd.DataFrame(index=[0, 1])).broken.all()


def test_interviewers_are_judged_by_missing_answers_alone_where_no_line_is_possible(study_with):
    study = study_with("[limits]\nstraight_line_items = 9")
    (rule,) = [rule for rule in wave_rules(study, study.baseline) if rule.check == "interviewer_pattern"]
    items = [variable for variable in study.codebook.variables if variable.type == "item"]
    answers = {item.name: [1.0] * 10 + [np.nan] * 5 for item in items}
    frame = pd.DataFrame({"asked_by": list("aaaaabbbbbccccc"), "origin": [2.0] * 15, **answers})
    assert rule.find(frame).rows.tolist() == [False] * 10 + [True] * 5


def test_the_panel_has_a_link_rule_for_each_later_wave_and_for_sex(study):
    assert _checks(panel_rules(study)) == {
        "duplicate_respondents": 1,
        "governorate_known": 1,
        "cluster_known": 1,
        "weight_positive": 1,
        "respondent_known": 1,
        "arm_known": 1,
        "arm_constant_in_cluster": 1,
        "treated_arm": 1,
        "comparison_arm": 1,
        "one_arm_in_governorate": 1,
        "panel_link": 2,
        "mirrored_between_waves": 1,
    }


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ('governorate = "place" -> ', "one place"),
        ('variable = "village" -> variable = "place"', "whole governorates are in an arm"),
        ('values = ["1"] -> values = ["1"]\nassigned_by = "place"', "whole governorates were assigned"),
    ],
)
def test_arms_of_governorates_are_not_asked_for_where_they_are_none(study_with, change, why):
    rules = _checks(panel_rules(study_with(change)))
    assert "one_arm_in_governorate" not in rules, why
    assert rules["comparison_arm"] == 1


def test_cross_sections_without_arms_have_no_link_and_no_arm(study_with):
    study = study_with('[design.treatment]\nvariable = "village"\nvalues = ["1"]\n -> ')
    assert "arm_known" not in _checks(panel_rules(study))
    study = study_with('kind = "panel" -> kind = "cross-sections"')
    assert "panel_link" not in _checks(panel_rules(study))
    assert _checks(panel_rules(study_with('sex = "gender" -> ')))["panel_link"] == 1


@pytest.mark.parametrize(
    ("rule", "expected", "why"),
    [
        ("summary", {"reference_mean": 3, "reference_sd": 1}, "index and both dimensions; the SD is the index's"),
        ("flat", {"reference_mean": 1, "reference_sd": 1}, "no dimensions"),
        ("mean", {}, "in units of the scale, not of the reference group"),
    ],
)
def test_rules_of_scores(study, rule, expected, why):
    index = study.indices[0].model_copy(update={"rule": rule})
    study = study.model_copy(update={"settings": study.settings.model_copy(update={"indices": (index,)})})
    found = _checks(score_rules(study))
    assert {check: count for check, count in found.items() if check.startswith("reference")} == expected, why
    assert found["score_present"] == 2 * found["score_finite"], "each wave is judged alone"


SCORES = pd.DataFrame(
    {
        "wave": ["before"] * 4 + ["after"] * 2,
        "arm": ["comparison", "comparison", "comparison", "treated", "comparison", "treated"],
        "weight": [1.0, 3.0, 0.0, 1.0, 1.0, 1.0],
        "trust": [-1.5, 0.5, 99.0, 7.0, np.nan, np.inf],
    }
)


def test_the_reference_group_is_the_comparison_arm_at_baseline(study, study_with):
    assert reference_group(SCORES, study).tolist() == [True] * 3 + [False] * 3
    alone = study_with('[design.treatment]\nvariable = "village"\nvalues = ["1"]\n -> ')
    assert reference_group(SCORES, alone).tolist() == [True] * 4 + [False] * 2


@pytest.mark.parametrize(
    ("shift", "stretch", "mean_broken", "sd_broken", "why"),
    [
        (0.0, 1.0, False, False, "weighted mean (-1.5 + 3 x 0.5) / 4 = 0, and an SD of 1"),
        (1e-6, 1.0, True, False, "moved"),
        (0.0, 1.000001, False, True, "stretched"),
        (0.0, np.nan, False, False, "nobody of the reference group has a score"),
    ],
)
def test_units_of_the_reference_group(study, shift, stretch, mean_broken, sd_broken, why):
    # Weighted variance: 2/1 x (1 x 2.25 + 3 x 0.25) / 4 = 1.5; the row of weight 0 does not count.
    scores = SCORES.assign(trust=SCORES["trust"] / np.sqrt(1.5) * stretch + shift)
    for find, broken in ((mean_not_zero, mean_broken), (sd_not_one, sd_broken)):
        found = find(scores, "trust", study)
        assert found.broken.tolist() == [broken] + [False] * 5, why
        assert found.evaluated.tolist() == [not np.isnan(stretch)] + [False] * 5, why
        assert not found.rows.any()


def test_an_infinite_score_of_the_reference_group_is_not_in_its_unit(study):
    scores = SCORES.assign(trust=[np.inf, 0.5, 0.0, 0.0, 0.0, 0.0])
    assert mean_not_zero(scores, "trust", study).broken[0]
    assert sd_not_one(scores, "trust", study).broken[0]


def test_scores_that_are_missing_infinite_or_beyond():
    assert no_score(SCORES, "trust", "after").evaluated.tolist() == [False] * 4 + [True] * 2
    assert no_score(SCORES, "trust", "after").broken.tolist() == [False] * 4 + [True, False]
    assert not_finite(SCORES["trust"]).broken.tolist() == [False] * 5 + [True]
    assert not_finite(SCORES["trust"]).evaluated.tolist() == [True] * 4 + [False, True]
    found = beyond(pd.Series([-1e-12, 100 + 1e-12, -0.1, 100.1, np.nan]), 0, 100)
    assert found.broken.tolist() == [False, False, True, True, False]


@pytest.mark.parametrize(
    ("limit", "missing", "of", "reported", "why"),
    [
        (0.10, 10, 100, True, "from the limit on"),
        (0.10, 9, 100, False, "below it"),
        (0.07, 7, 100, True, "1 - 0.07 is not 0.93 in binary"),
        (0.10, 400_000, 4_000_000, True, "nor does a large file change it"),
        (0.10, 399_999, 4_000_000, False, "by one row"),
        (1.00, 5, 5, True, "everybody"),
        (1.00, 4, 5, False, "not everybody"),
    ],
)
def test_a_limit_is_a_limit(limit, missing, of, reported, why):
    assert ((of - missing) / of < below(limit)) is reported, why


def test_every_rule_is_a_known_check_with_words_and_a_flag_of_its_own(study):
    rules = [*wave_rules(study, study.baseline), *panel_rules(study), *score_rules(study)]
    for check in CHECKS.values():
        assert check.expects.endswith("."), check.name
        assert check.advice.endswith("."), check.name
    assert {rule.check for rule in rules} <= set(CHECKS)
    for some in (wave_rules(study, study.baseline), panel_rules(study), score_rules(study)):
        assert len({rule.flag for rule in some}) == len(some)


def _rule(rules, check, variable=None):
    return next(rule for rule in rules if rule.check == check and variable in (None, rule.variable))


def test_an_interviewer_with_straight_lines_stands_out(study):
    items = [f"t{position}" for position in range(1, 9)]
    frame = pd.DataFrame(np.tile(np.arange(8.0) % 5, (15, 1)), columns=items)
    frame.loc[10:, items] = 2.0
    frame = frame.assign(asked_by=list("aaaaabbbbbccccc"), origin=2.0, yes=1.0, words="low")
    rule = _rule(wave_rules(study, study.baseline), "interviewer_pattern")
    assert rule.applies(frame)
    assert not rule.applies(frame.drop(columns="yes")), "it cannot be judged on half of the questions"
    assert rule.find(frame).rows.tolist() == [False] * 10 + [True] * 5


def test_rules_of_scores_read_their_own_outcome(study):
    scores = pd.DataFrame({"trust": [0.0, np.inf], "trust__pomp": [101.0, 50.0], "trust.court__pomp": [-1.0, 0.0]})
    rules = score_rules(study)
    assert _rule(rules, "score_finite", "trust").find(scores).broken.tolist() == [False, True]
    assert _rule(rules, "score_range", "trust").find(scores).broken.tolist() == [True, False]
    assert _rule(rules, "score_range", "trust.court").find(scores).broken.tolist() == [True, False]


@pytest.mark.parametrize(
    ("without_unit", "broken", "present", "why"),
    [
        ((), [], {"trust", "trust.court"}, "everything has a unit"),
        (("trust.court",), ["trust.court"], {"trust"}, "nobody can have such a score"),
        (("trust.court", "t1"), ["trust.court", "t1"], {"trust"}, "an item is told of after the outcomes"),
    ],
)
def test_what_has_no_unit_is_a_problem_once(study, without_unit, broken, present, why):
    rules = score_rules(study, without_unit=without_unit)
    found = [rule.variable for rule in rules if rule.check == "unit_known" and rule.find(SCORES).broken.any()]
    assert found == broken, why
    missing = {rule.variable for rule in rules if rule.check == "score_present"}
    assert missing & {"trust", "trust.court"} == present, why
