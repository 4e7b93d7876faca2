"""Differences between governorates: what they are, which clusters carry them, and how they are adjusted."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import Estimate
from transforms.impact.inference.multiplicity import holm
from transforms.study import Study

MakeStudy = Callable[..., Study]
MakeScores = Callable[..., pd.DataFrame]
THREE = {"A": 0.4, "B": 0.1, "C": 0.0}
PAIRS = ["B - A", "C - A", "C - B"]


def by_place(scores: pd.DataFrame, study: Study) -> dict[str, Estimate]:
    found = estimate_effects(scores, study)
    return {row.governorate: row for row in found if row.contrast != "governorates equal"}


def test_a_pair_is_the_difference_of_two_effects_carried_by_the_clusters_of_both(
    draw_scores: MakeScores, make_study: MakeStudy
) -> None:
    found = by_place(draw_scores(1, THREE), make_study())
    for pair in PAIRS:
        later, first = (found[place] for place in pair.split(" - "))
        row = found[pair]
        assert row.estimate == pytest.approx(later.estimate - first.estimate, abs=1e-12)
        assert (row.n, row.clusters) == (later.n + first.n, 24)
        assert (row.method, row.contrast, row.model) == ("bootstrap", pair, "pairwise")
        assert row.conf_low < row.estimate < row.conf_high
        assert row.std_error == pytest.approx(np.hypot(later.std_error, first.std_error), rel=0.05)


def test_with_two_governorates_the_pair_is_the_test_of_equality(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(2, {"A": 0.3, "B": 0.0}, clusters=36)
    found = estimate_effects(scores, make_study())
    pair = next(row for row in found if row.model == "pairwise")
    joint = next(row for row in found if row.contrast == "governorates equal")
    assert pair.method == joint.method == "CR2"
    assert (pair.statistic**2, pair.df, pair.p_value) == pytest.approx((joint.statistic, joint.df, joint.p_value))
    assert (np.isnan(pair.p_adjusted), pair.adjustment) == (True, ""), "one pair is not adjusted"


def test_pairs_of_an_outcome_and_wave_are_adjusted_together(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    waves = ("before", "after", "late")
    scores = draw_scores(3, THREE, waves=waves, outcomes=("trust", "trust.one", "trust.two"))
    study = make_study(waves=waves, dimensions=("one", "two"), effects={"draws": 999})
    found = [row for row in estimate_effects(scores, study) if row.model == "pairwise"]
    assert len(found) == 3 * 2 * len(PAIRS)
    for outcome in ("trust", "trust.one", "trust.two"):
        for wave in waves[1:]:
            rows = [row for row in found if (row.outcome, row.wave) == (outcome, wave)]
            adjusted = holm(np.array([row.p_value for row in rows]))
            assert [row.p_adjusted for row in rows] == adjusted.tolist()
            assert {row.adjustment for row in rows} == {"Holm"}


def test_a_governorate_whose_clusters_carry_no_effect_carries_no_difference(
    draw_scores: MakeScores, make_study: MakeStudy
) -> None:
    scores = draw_scores(4, THREE)
    few = (scores["governorate"] == "A") & ~scores["cluster"].isin(["c0", "c1", "c2", "c3"])
    found = by_place(scores[~few], make_study())
    assert found["C - B"].status == "ok"
    for pair in ("B - A", "C - A"):
        assert (found[pair].status, found[pair].reason) == ("no_p_value", "few_clusters_in_a_governorate")
        assert np.isfinite(found[pair].estimate)
        assert np.isnan(found[pair].p_value)
    gone = (scores["governorate"] == "A") & (scores["wave"] == "after")
    found = by_place(scores[~gone], make_study())
    assert (found["B - A"].status, found["B - A"].reason) == ("not_estimated", "empty_cell")
    assert found["C - B"].status == "ok"


def test_changes_over_time_are_compared_too(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    found = by_place(draw_scores(5, THREE), make_study(treated=None))
    assert found["C - B"].estimate == pytest.approx(found["C"].estimate - found["B"].estimate, abs=1e-12)


def test_more_governorates_than_are_compared_in_pairs_have_one_row_that_says_so(
    draw_scores: MakeScores, make_study: MakeStudy
) -> None:
    waves = ("before", "after", "late")
    scores = draw_scores(5, THREE, clusters=6, respondents=4, waves=waves)
    found = estimate_effects(scores, make_study(waves=waves, effects={"draws": 999, "pairs_up_to": 2}))
    rows = [row for row in found if row.model == "pairwise"]
    assert [(row.governorate, row.wave, row.contrast) for row in rows] == [
        ("pooled", "after", "each pair of governorates"),
        ("pooled", "late", "each pair of governorates"),
    ]
    assert {(row.status, row.reason) for row in rows} == {("not_estimated", "too_many_pairs")}
    joint = [row for row in found if row.contrast == "governorates equal"]
    assert [row.status for row in joint] == ["ok", "ok"], "the joint test still says whether they differ"
