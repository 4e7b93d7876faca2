"""Bad input: a stated reason for what cannot be estimated, and the other estimates still come."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import Estimate
from transforms.study import Study
from transforms.study.columns import COMPARISON, TREATED

MakeStudy = Callable[..., Study]
MakeScores = Callable[..., pd.DataFrame]
THREE = {"A": 0.4, "B": 0.1, "C": 0.0}


def by_place(scores: pd.DataFrame, study: Study) -> dict[str, Estimate]:
    found = estimate_effects(scores, study)
    return {"equal?" if row.contrast == "governorates equal" else row.governorate: row for row in found}


def has_no_uncertainty(row: Estimate) -> None:
    shown = (row.std_error, row.statistic, row.df, row.p_value, row.conf_low, row.conf_high)
    assert np.isnan(shown).all()
    assert row.method == "none"


def _in_a(scores: pd.DataFrame) -> pd.Series:
    return scores["governorate"] == "A"


def _treated(scores: pd.DataFrame) -> pd.Series:
    return scores["arm"] == TREATED


def _clusters(scores: pd.DataFrame, *numbers: int) -> pd.Series:
    return scores["cluster"].isin([f"c{number}" for number in numbers])


@pytest.mark.parametrize(
    ("drop", "status", "reason", "why"),
    [
        (lambda s: _in_a(s) & _treated(s), "not_estimated", "empty_cell", "one arm empty"),
        (lambda s: _in_a(s) & (s["wave"] == "before"), "not_estimated", "empty_cell", "no baseline"),
        (_in_a, None, "", "a governorate that does not occur has no row"),
        (lambda s: _in_a(s) & ~_clusters(s, 0, 1, 2, 3), "no_p_value", "few_clusters", "four clusters left"),
        (lambda s: _in_a(s) & _clusters(s, 1, 3, 5, 7), "no_p_value", "few_treated_clusters", "two treated left"),
        (lambda s: _in_a(s) & _clusters(s, 0, 2, 4, 6), "no_p_value", "few_comparison_clusters", "two comparison"),
    ],
)
def test_a_governorate_that_cannot_carry_its_effect(
    drop: Callable[[pd.DataFrame], pd.Series],
    status: str | None,
    reason: str,
    why: str,
    draw_scores: MakeScores,
    make_study: MakeStudy,
) -> None:  # fmt: skip
    scores = draw_scores(1, THREE)
    found = by_place(scores[~drop(scores)], make_study())
    if status is None:
        assert "A" not in found, why
    else:
        assert (found["A"].status, found["A"].reason) == (status, reason), why
        has_no_uncertainty(found["A"])
    for place in ("B", "C", "pooled", "equal weight"):
        assert found[place].status == "ok", why
    assert found["equal?"].status == ("no_p_value" if status == "no_p_value" else "ok"), why


def test_one_lone_cluster_takes_the_error_from_the_equal_weight_mean(
    draw_scores: MakeScores, make_study: MakeStudy
) -> None:
    """Its governorate's effect would enter without any variation; the pooled effect keeps its error."""
    scores = draw_scores(2, THREE)
    found = by_place(scores[~(_in_a(scores) & _clusters(scores, 1, 3, 5, 7, 9))], make_study())
    assert (found["equal weight"].status, found["equal weight"].reason) == (
        "no_p_value",
        "few_clusters_in_a_governorate",
    )
    assert np.isfinite(found["equal weight"].estimate)
    assert found["pooled"].status == "ok"
    assert found["equal?"].reason == "few_clusters_in_a_governorate"
    has_no_uncertainty(found["equal?"])


def test_a_cluster_in_both_arms(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(3, THREE)
    swapped = _in_a(scores) & _clusters(scores, 1) & (scores["wave"] == "after")
    found = by_place(scores.assign(arm=scores["arm"].mask(swapped, COMPARISON)), make_study())
    assert (found["A"].status, found["A"].reason) == ("no_p_value", "cluster_in_both_arms")
    assert found["B"].status == "ok"


@pytest.mark.parametrize(
    ("values", "status", "reason", "why"),
    [
        (lambda s: s["trust"] * np.nan, "not_estimated", "no_answers", "all missing"),
        (lambda s: s["trust"] * 0 + 3, "not_estimated", "no_variation", "a constant"),
        (lambda s: _treated(s) * 1.0 + (s["wave"] == "after"), "no_p_value", "perfect_fit", "perfect prediction"),
    ],
)
def test_an_outcome_that_cannot_be_estimated(
    values: Callable[[pd.DataFrame], pd.Series],
    status: str,
    reason: str,
    why: str,
    draw_scores: MakeScores,
    make_study: MakeStudy,
) -> None:  # fmt: skip
    scores = draw_scores(4, THREE, outcomes=("trust", "trust.one", "trust.two"))
    scores = scores.assign(**{"trust.one": values(scores)})
    found = estimate_effects(scores, make_study(dimensions=("one", "two")))
    broken = [row for row in found if row.outcome == "trust.one"]
    assert {(row.status, row.reason) for row in broken} == {(status, reason)}, why
    for row in broken:
        has_no_uncertainty(row)
    assert {row.status for row in found if row.outcome != "trust.one"} == {"ok"}


def test_an_outcome_constant_in_two_governorates_has_no_test_of_equality(
    draw_scores: MakeScores, make_study: MakeStudy
) -> None:
    scores = draw_scores(5, THREE)
    found = by_place(scores.assign(trust=scores["trust"].where(_in_a(scores), 1.0)), make_study())
    assert found["equal?"].reason == "no_variation"
    assert found["A"].status == "ok"
    assert found["B"].reason == "no_variation"


def test_strata_within_arms_are_left_out_with_a_remark(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(6, THREE)
    found = by_place(scores.assign(strata=scores["arm"]), make_study())
    expected = by_place(scores.assign(strata="all"), make_study())
    assert (found["A"].status, found["A"].reason) == ("ok", "strata_left_out")
    assert found["A"].std_error == pytest.approx(expected["A"].std_error)


@pytest.mark.parametrize("weight", [-1.0, np.nan])
def test_weights_that_are_no_weights(weight: float, draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(7, THREE)
    (row,) = estimate_effects(scores.assign(weight=scores["weight"].where(scores.index != 5, weight)), make_study())
    assert (row.status, row.reason) == ("not_estimated", "weights_not_positive")


def test_weights_that_drown_an_arm_are_refused(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(8, {"A": 0.2})
    found = by_place(scores.assign(weight=scores["weight"].mask(~_treated(scores), 1e-14)), make_study())
    assert (found["A"].status, found["A"].reason) == ("not_estimated", "rank_deficient")


def test_only_one_governorate_that_carries_an_effect(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(9, {"A": 0.2, "B": 0.1})
    found = by_place(scores[_in_a(scores) | _treated(scores)], make_study())
    assert found["equal weight"].reason == "one_governorate"
    assert found["equal?"].reason == "one_governorate"
    assert (found["pooled"].status, found["pooled"].reason) == ("ok", "governorates_left_out")


def test_no_governorate_carries_an_effect(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(9, {"A": 0.2, "B": 0.1})
    found = by_place(scores[_treated(scores)], make_study())
    assert {(row.status, row.reason) for row in found.values()} == {("not_estimated", "empty_cell")}


def test_a_pooled_wave_that_no_single_governorate_carries(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    """Both arms were asked in both waves, but never in one governorate."""
    scores = draw_scores(10, {"A": 0.2, "B": 0.1})
    found = by_place(scores[_in_a(scores) == _treated(scores)], make_study())
    assert found["pooled"].reason == "empty_cell"


def test_whole_governorates_as_arms_give_the_four_means_and_no_p_value(
    draw_scores: MakeScores, make_study: MakeStudy
) -> None:
    scores = draw_scores(11, {"A": 0.4, "B": 0.1})
    scores = scores.assign(arm=np.where(_in_a(scores), TREATED, COMPARISON))
    study = make_study(treated="place", design={"group": "origin"})
    row, *groups = estimate_effects(scores, study)
    total = (scores["trust"] * scores["weight"]).groupby([scores["arm"], scores["wave"]], observed=True).sum()
    means = total / scores["weight"].groupby([scores["arm"], scores["wave"]], observed=True).sum()
    gain = means[:, "after"] - means[:, "before"]
    assert row.estimate == pytest.approx(gain[TREATED] - gain[COMPARISON], abs=1e-12)
    assert (row.clusters, row.clusters_treated, row.clusters_comparison) == (2, 1, 1)
    assert [group.group for group in groups] == ["host", "displaced", "displaced - host"]
    for found in (row, *groups):
        assert (found.governorate, found.status, found.reason) == ("pooled", "no_p_value", "governorates_are_clusters")
        has_no_uncertainty(found)
