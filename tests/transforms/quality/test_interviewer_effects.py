"""Which share of variance is a problem, for which wave, and where it cannot be told."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from transforms.quality.interviewer_effects import COLUMNS, interviewer_effects, with_interviewer_effects
from transforms.quality.problems import Verdict

SIZE = 240  # interviews of each wave: 6 villages in two places, 4 interviewers of each place


def _panel(rho, seed=3, village=None, interviewer=None):
    """Two waves of answers with a share `rho` between interviewers, and of the index alike."""
    rng = np.random.default_rng(seed)
    number = np.arange(SIZE)
    place = number % 2
    who = place * 4 + number // 2 % 4
    where = place * 3 + number // 8 % 3
    frames = []
    for wave in ("before", "after"):
        own = rng.permutation(np.linspace(-1.3, 1.3, 8))[who] / 0.85
        frame = pd.DataFrame(
            {
                "wave": wave,
                "governorate": np.where(place, "There", "Here"),
                "strata": "all",
                "community": [f"v{code}" for code in where] if village is None else village(where, who),
                "interviewer": [f"i{code}" for code in who] if interviewer is None else interviewer(wave, who),
            }
        )
        frame["psu"] = frame["community"].astype("str")
        for name in ("t1", "t2", "trust"):
            frame[name] = np.sqrt(rho) * own + np.sqrt(1 - rho) * rng.standard_normal(SIZE)
        frames.append(frame)
    panel = pd.concat(frames, ignore_index=True)
    return panel.drop(columns="trust"), panel[["trust"]]


def _effects(study, rho, **changes):
    return interviewer_effects(*_panel(rho, **changes), study)


def _levels(effects, kind):
    return set(effects.loc[effects["kind"] == kind, "level"])


@pytest.mark.parametrize(
    ("rho", "settings", "index", "item", "why"),
    [
        (0.0, "", "small", "small", "no difference"),
        (0.25, "", "large", "noticeable", "a single question is warned of, an index stops the study"),
        (0.25, "[limits]\ninterviewer_effect_critical = 0.9", "noticeable", "noticeable", "the limit is a setting"),
        (0.25, "[limits]\ninterviewer_effect_warn = 0.9", "large", "small", "and so is the other"),
        (0.25, "[limits]\ninterviewer_effect_p = 1e-300", "small", "small", "a share that chance can make"),
    ],
)
def test_levels(study_with, rho, settings, index, item, why):
    effects = _effects(study_with(settings), rho)
    assert _levels(effects, "index") == {index}, why
    assert _levels(effects, "item") == {item}, why


def test_a_share_above_the_limit_can_be_chance(study):
    """Thirty interviews of each of eight: shares above .03 occur without any difference, and none is told."""
    effects = pd.concat([_effects(study, 0.0, seed=seed) for seed in range(40)])
    assert (effects["rho"] > 0.03).mean() > 0.02
    assert (effects["level"] != "small").mean() < 0.02


def test_every_wave_index_and_item_has_a_row(study):
    effects = _effects(study, 0.25)
    assert list(effects.columns) == list(COLUMNS)
    assert effects[["wave", "outcome"]].to_numpy().tolist() == [
        [wave, name] for wave in ("before", "after") for name in ("trust", "t1", "t2")
    ]
    assert set(effects["within"]) == {"community"}
    assert set(effects["interviewers"]) == {8}


def test_the_sampling_unit_goes_before_the_community_where_it_is_named(study_with):
    effects = _effects(study_with('community = "village" -> community = "village"\npsu = "village"'), 0.25)
    assert set(effects["within"]) == {"psu"}


def test_interviewers_with_communities_of_their_own_never_stop_a_study(study):
    effects = _effects(study, 0.25, village=lambda _where, who: [f"v{code}" for code in who])
    assert set(effects["within"]) == {"strata"}
    assert set(effects["level"]) == {"noticeable"}, "the communities may differ, not the interviewers"


@pytest.mark.parametrize(
    ("unknown", "within", "why"),
    [
        (["community"], "psu", "the sampling unit serves where communities are not known"),
        (["community", "psu"], "strata", "then only the stratum is left"),
    ],
)
def test_interviews_are_compared_in_the_smallest_place_that_is_known(study, unknown, within, why):
    panel, scores = _panel(0.25)
    effects = interviewer_effects(panel.assign(**dict.fromkeys(unknown)), scores, study)
    assert set(effects["within"]) == {within}, why


def test_what_has_no_column_has_no_row(study):
    panel, scores = _panel(0.0)
    effects = interviewer_effects(panel.drop(columns="t2"), scores.drop(columns="trust"), study)
    assert set(effects["outcome"]) == {"t1"}


@pytest.mark.parametrize(
    ("interviewer", "reason"),
    [
        (lambda wave, who: [None] * len(who), "not_recorded"),
        (lambda wave, who: [f"{wave}{row}" for row in range(len(who))], "not_shared"),
    ],
)
def test_waves_that_cannot_be_judged_say_why(study, interviewer, reason):
    effects = _effects(study, 0.25, interviewer=interviewer)
    assert set(effects["level"]) == {"unknown"}
    assert set(effects["reason"]) == {reason}
    assert effects["rho"].isna().all()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (lambda n: np.where(np.arange(n) == 0, 1.0, np.nan), "no_variance"),
        (np.ones, "no_variance"),
        (lambda n: np.where(np.arange(n) % 100 == 0, np.arange(n), np.nan), "too_few"),
    ],
)
def test_questions_that_cannot_be_judged_say_why(study, values, reason):
    panel, scores = _panel(0.0)
    effects = interviewer_effects(panel.assign(t1=values(len(panel))), scores, study)
    of_item = effects[effects["outcome"] == "t1"]
    assert set(of_item["reason"]) == {reason}
    assert (effects.loc[effects["outcome"] != "t1", "level"] == "small").all()


def test_a_wave_that_did_not_ask_has_no_row(study):
    panel, scores = _panel(0.0)
    effects = interviewer_effects(panel.assign(t1=panel["t1"].where(panel["wave"] == "before")), scores, study)
    assert effects.loc[effects["outcome"] == "t1", "wave"].tolist() == ["before"]


def test_a_study_without_interviewers_has_an_empty_table(study_with):
    effects = _effects(study_with('interviewer = "asked_by" -> '), 0.25)
    assert effects.empty
    assert list(effects.columns) == list(COLUMNS)


def _sent(own_sex, rho=0.0, gap=1.0, seed=3):
    """Two waves, 4 interviewers of each place; the even ones ask women in `own_sex` of their interviews.

    Women answer higher than men by `gap` SD; the others ask women in the rest. Nobody asks differently but for `rho`.
    """
    rng = np.random.default_rng(seed)
    panel, scores = _panel(rho, seed=seed)
    even = panel["interviewer"].str[1:].astype(int) % 2 == 0
    woman = np.where(even, rng.random(len(panel)) < own_sex, rng.random(len(panel)) >= own_sex)
    moved = np.where(woman, gap / 2, -gap / 2)
    panel = panel.assign(sex=np.where(woman, "Female", "Male"), **{name: panel[name] + moved for name in ("t1", "t2")})
    return panel, scores.assign(trust=scores["trust"] + moved)


@pytest.mark.parametrize(
    ("own_sex", "within", "why"),
    [
        (1.0, "community_sex", "women sent to women alone"),
        (0.85, "community_sex", "to women for the most part"),
        (0.5, "community", "to whom chance chose, as the demo does"),
    ],
)
def test_a_difference_between_the_sexes_is_none_between_interviewers(study, own_sex, within, why):
    """Nobody asks differently, and women answer a whole SD higher."""
    effects = pd.concat([interviewer_effects(*_sent(own_sex, seed=seed), study) for seed in range(20)])
    assert set(effects["within"]) == {within}, why
    assert (effects["level"] != "small").mean() < 0.02, why
    assert effects["rho_raw"].mean() == pytest.approx(0, abs=0.01), why


def test_without_the_sex_it_would_be_taken_for_one(study):
    panel, scores = _sent(1.0)
    assert _levels(interviewer_effects(panel.drop(columns="sex"), scores, study), "index") == {"large"}
    unknown = interviewer_effects(panel.assign(sex=None), scores, study)
    assert set(unknown["within"]) == {"community"}


def test_those_who_ask_differently_are_found_among_those_who_ask_women(study):
    effects = interviewer_effects(*_sent(1.0, rho=0.25), study)
    assert set(effects["within"]) == {"community_sex"}
    assert _levels(effects, "index") == {"large"}


def test_interviewers_of_one_sex_each_in_a_stratum_cannot_be_told_apart_from_the_sexes(study):
    panel, scores = _sent(1.0)
    one_each = panel.assign(interviewer=panel["governorate"] + panel["sex"])
    effects = interviewer_effects(one_each, scores, study)
    assert set(effects["reason"]) == {"not_shared_sex"}


def test_interviewers_with_communities_of_their_own_are_compared_within_sex_in_the_stratum(study):
    panel, scores = _sent(1.0, rho=0.25)
    apart = panel.assign(community="v" + panel["interviewer"], psu="v" + panel["interviewer"])
    effects = interviewer_effects(apart, scores, study)
    assert set(effects["within"]) == {"strata_sex"}
    assert _levels(effects, "index") == {"noticeable"}, "the communities may differ"


EMPTY = Verdict("scores", None, 0, 0, ())
WAIVER = """
[[waivers]]
check = "interviewer_effect_large"
action = "accept"
reason = "women asked women"
signed = "A manager, 2022"
"""


def test_an_index_that_depends_on_who_asked_stops_the_study_unless_somebody_signs(study, study_with):
    effects = _effects(study, 0.25)
    verdict = with_interviewer_effects(EMPTY, effects, study)
    assert verdict.refused
    assert (verdict.expectations, verdict.failed, len(verdict.problems)) == (6, 6, 6)
    found = {(problem.check, problem.severity, problem.variable) for problem in verdict.problems}
    assert found == {
        ("interviewer_effect_large", "critical", "trust"),
        ("interviewer_effect", "warning", "t1"),
        ("interviewer_effect", "warning", "t2"),
    }
    assert not with_interviewer_effects(EMPTY, effects, study_with(WAIVER)).refused


def test_a_share_that_cannot_be_told_is_neither_kept_nor_broken(study):
    effects = _effects(study, 0.25).assign(level="unknown")
    assert with_interviewer_effects(EMPTY, effects, study) == EMPTY


def test_what_was_found_before_stays(study):
    found = with_interviewer_effects(EMPTY, _effects(study, 0.25), study)
    again = with_interviewer_effects(found, _effects(study, 0.0), study)
    assert again == replace(found, expectations=12, outcomes=again.outcomes)
