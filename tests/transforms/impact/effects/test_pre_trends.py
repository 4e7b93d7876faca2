"""More than two waves: the programme begins when the study says so, and what came before it is tested, not counted."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import MAIN_MODELS, Estimate
from transforms.study import Study
from transforms.study.columns import TREATED

MakeStudy = Callable[..., Study]
MakeScores = Callable[..., pd.DataFrame]
WAVES = ("w0", "w1", "w2", "w3")
PLACES = {"A": 0.0, "B": 0.0, "C": 0.0}
FAST = {"effects": {"draws": 999}}


def _drift(scores: pd.DataFrame, *steps: float) -> pd.DataFrame:
    """Treated clusters moved by a step in each wave, against comparison clusters."""
    by_wave = np.array(steps)[scores["wave"].cat.codes]
    return scores.assign(trust=scores["trust"] + by_wave * (scores["arm"] == TREATED))


def _found(scores: pd.DataFrame, study: Study) -> dict[tuple[str, str, str], Estimate]:
    return {(row.contrast, row.wave, row.governorate): row for row in estimate_effects(scores, study)}


def test_a_planted_trend_before_the_programme_is_found(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = _drift(draw_scores(1, PLACES, waves=WAVES), 0, 0.3, 0.6, 0.9)
    found = _found(scores, make_study(waves=WAVES, first_wave="w3", **FAST))
    for wave, planted in (("w1", 0.3), ("w2", 0.6)):
        row = found["pre-trend", wave, "pooled"]
        assert row.model == "pre-trend"
        assert row.estimate == pytest.approx(planted, abs=0.25)
    joint = found["pre-trends zero", "w2", "pooled"]
    assert (joint.model, joint.status, joint.method) == ("pre-trend", "ok", "CR2")
    assert joint.p_value < 0.001
    assert np.isnan([joint.estimate, joint.conf_low]).all()
    within = found["pre-trends zero", "w2", "A"]
    assert (within.method, within.clusters) == ("bootstrap", 12)


def test_without_a_trend_the_joint_test_keeps_its_size(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    """60 studies without trends, at 10 %: 6 expected, 13 or fewer in 99.8 of 100 such checks."""
    study = make_study(waves=WAVES[:3], first_wave="w2", design={"governorate": None}, **FAST)
    rejected = 0
    for seed in range(60):
        scores = draw_scores(100 + seed, {"everywhere": 0.0}, clusters=40, respondents=6, waves=WAVES[:3])
        rejected += _found(scores, study)["pre-trends zero", "w1", "pooled"].p_value < 0.10
    assert 1 <= rejected <= 13


def test_the_joint_test_does_not_depend_on_the_wave_that_is_compared_with(
    draw_scores: MakeScores, make_study: MakeStudy
) -> None:
    scores = draw_scores(3, PLACES, waves=WAVES)
    turned = ("w1", "w0", "w2", "w3")
    study, other = (make_study(waves=waves, first_wave="w3", **FAST) for waves in (WAVES, turned))
    again = scores.assign(wave=pd.Categorical(scores["wave"].astype(str), turned, ordered=True))
    one, two = (
        _found(frame, plan)["pre-trends zero", "w2", "pooled"] for frame, plan in ((scores, study), (again, other))
    )
    assert (one.statistic, one.df, one.p_value) == pytest.approx((two.statistic, two.df, two.p_value), rel=1e-9)


def test_waves_before_the_programme_have_no_effect(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(4, {"A": 0.2, "B": 0.1}, waves=WAVES)
    study = make_study(waves=WAVES, first_wave="w2", design={"group": "origin"}, **FAST)
    found = estimate_effects(scores, study)
    for wave, models in (("w1", {"pre-trend"}), ("w2", {"did", "pairwise"}), ("w3", {"did", "pairwise"})):
        assert {row.model for row in found if row.wave == wave} == models
    before = [(row.contrast, row.governorate, row.group) for row in found if row.wave == "w1"]
    pairs = [
        (contrast, place, "all") for place in ("A", "B", "pooled") for contrast in ("pre-trend", "pre-trends zero")
    ]
    assert before == [*pairs, ("pre-trend", "equal weight", "all")]
    assert all(np.isnan(row.p_adjusted) for row in found if row.model == "pre-trend")
    early = make_study(waves=WAVES, design={"group": "origin"}, **FAST)
    same = {
        (row.contrast, row.wave, row.governorate, row.group): row.estimate for row in estimate_effects(scores, early)
    }
    for row in found:
        if row.model in MAIN_MODELS and row.contrast != "governorates equal":
            assert row.estimate == same[row.contrast, row.wave, row.governorate, row.group], "against the first wave"


@pytest.mark.parametrize(
    ("keep", "place", "reason", "why"),
    [
        (lambda s: (s["wave"] != "w1") | (s["arm"] != TREATED) | (s["governorate"] != "A"), "A", "empty_cell",
         "an arm was not asked before the programme"),
        (lambda s: (s["governorate"] != "A") | s["cluster"].isin([f"c{c}" for c in range(6)]), "A",
         "few_clusters_for_joint_test", "3 clusters in each arm have a randomisation test, but no joint one"),
        (lambda s: (s["governorate"] != "A") | s["cluster"].isin([f"c{c}" for c in range(4)]), "A",
         "few_clusters", "4 clusters carry no test"),
        (lambda s: s["arm"] == TREATED, "pooled", "empty_cell", "nobody to compare with"),
    ],
)  # fmt: skip
def test_pre_trends_that_cannot_be_tested(
    keep: Callable[[pd.DataFrame], pd.Series],
    place: str,
    reason: str,
    why: str,
    draw_scores: MakeScores,
    make_study: MakeStudy,
) -> None:
    scores = draw_scores(5, PLACES, waves=WAVES)
    found = _found(scores[keep(scores)], make_study(waves=WAVES, first_wave="w3", **FAST))
    assert found["pre-trends zero", "w2", place].reason == reason, why
    assert np.isnan(found["pre-trends zero", "w2", place].p_value)
    if place == "A":
        assert found["pre-trends zero", "w2", "B"].status == "ok"
        assert found["pre-trends zero", "w2", "pooled"].status == "ok"


def test_first_wave_of_a_study(make_study: MakeStudy) -> None:
    later = make_study(waves=WAVES, first_wave="w2")
    assert (later.first_wave, later.later_waves) == (2, ("w2", "w3"))
    assert (make_study(waves=WAVES).first_wave, make_study(waves=WAVES, treated=None).later_waves) == (1, WAVES[1:])
    assert make_study(waves=("w0", "w3"), first_wave="w2").later_waves == ("w3",), "a part of a study's waves"
