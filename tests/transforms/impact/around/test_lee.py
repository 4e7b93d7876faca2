"""Lee bounds by hand, against the known answer, and their errors over draws."""

from math import isnan

import numpy as np
import pytest
from scipy import stats

from transforms.impact.around.doubly_robust import clustered_error
from transforms.impact.around.lee import LeeBounds, bounds_interval, lee_bounds

NONE = np.nan


@pytest.mark.parametrize(
    ("treated", "comparison", "low", "high", "trimmed", "why"),
    [
        ([1, 2, 3, 4], [0, 0, NONE, NONE], 1.5, 3.5, 0.5, "half of the treated go, from either end"),
        ([0, 0, NONE, NONE], [1, 2, 3, 4], -3.5, -1.5, 0.5, "the comparison arm is trimmed where it has more"),
        ([1, 2, 3, 4], [1, 1, 1, 1], 1.5, 1.5, 0.0, "as many found in both arms: nothing to bound"),
        ([1, 1, 1, 5], [0, 0, NONE, NONE], 1.0, 3.0, 0.5, "answers that are alike at the cut"),
        ([2, 2, 3, NONE], [0, 0, NONE, NONE], 2.0, 2.5, 1 / 3, "2 of 3 remain"),
        ([1, 4, 4, 4], [0, 0, 0, NONE], 3.0, 4.0, 0.25, "3 of 4 remain"),
    ],
)
def test_by_hand(
    treated: list[float], comparison: list[float], low: float, high: float, trimmed: float, why: str
) -> None:
    change, arm = np.array([*treated, *comparison], dtype=float), np.repeat([1.0, 0.0], 4)
    found = lee_bounds(change, arm, np.ones(8))
    assert (found.low, found.high, found.trimmed) == pytest.approx((low, high, trimmed)), why


def test_a_respondent_at_the_cut_counts_in_part() -> None:
    change = np.array([1.0, 2.0, 3.0, 0.0, 0.0, 0.0, NONE, NONE, NONE])
    found = lee_bounds(change, np.repeat([1.0, 0.0], [3, 6]), np.ones(9))
    assert (found.low, found.high) == pytest.approx(((1 + 2 / 2) / 1.5, (3 + 2 / 2) / 1.5)), "1.5 of 3 remain"


def test_a_weight_of_two_is_two_respondents() -> None:
    change, arm = np.array([1.0, 2.0, 4.0, 0.0, NONE]), np.array([1.0, 1.0, 1.0, 0.0, 0.0])
    weighted = lee_bounds(change, arm, np.array([2.0, 1.0, 1.0, 3.0, 1.0]))
    repeated = lee_bounds(np.repeat(change, [2, 1, 1, 3, 1]), np.repeat(arm, [2, 1, 1, 3, 1]), np.ones(8))
    assert (weighted.low, weighted.high) == pytest.approx((repeated.low, repeated.high))


def _draw(rng: np.random.Generator, n: int, kept: tuple[float, float]) -> LeeBounds:
    arm = np.arange(n) % 2.0
    change = rng.normal(size=n) + 0.3 * arm
    found = rng.uniform(size=n) < np.where(arm == 1, *kept)
    return lee_bounds(np.where(found, change, NONE), arm, rng.uniform(0.5, 2, n))


@pytest.mark.parametrize("kept", [(0.9, 0.75), (0.75, 0.9)])
def test_bounds_of_a_normal_outcome_and_their_errors(kept: tuple[float, float]) -> None:
    rng, share = np.random.default_rng(4), 0.75 / 0.9
    draws = [_draw(rng, 600, kept) for _ in range(400)]
    away = stats.norm.pdf(stats.norm.ppf(share)) / share  # distance of the trimmed mean from the mean
    for side, known in (("low", 0.3 - away), ("high", 0.3 + away)):
        values = np.array([getattr(draw, side) for draw in draws])
        errors = [clustered_error(getattr(draw, f"{side}_influence"), np.arange(600)) for draw in draws]
        assert values.mean() == pytest.approx(known, abs=4 * values.std() / 20 + 0.005)
        assert np.mean(errors) == pytest.approx(values.std(), rel=0.1)
        assert getattr(draws[0], f"{side}_influence").mean() == pytest.approx(0.0, abs=1e-12)


def test_interval_of_the_effect_between_its_bounds() -> None:
    point = bounds_interval((0.2, 0.2), (0.1, 0.1), 1e9, 0.95)
    assert point == pytest.approx((0.2 - 1.959964 * 0.1, 0.2 + 1.959964 * 0.1), abs=1e-6), (
        "one bound: the usual interval"
    )
    wide = bounds_interval((0.0, 9.0), (0.1, 0.2), 1e9, 0.95)
    assert wide == pytest.approx((-1.644854 * 0.1, 9 + 1.644854 * 0.2), abs=1e-6), "far apart: one side at a time"
    assert all(map(isnan, bounds_interval((0.0, 1.0), (0.0, 0.0), 9, 0.95)))
    assert all(map(isnan, bounds_interval((0.0, 1.0), (0.1, 0.1), 0, 0.95)))
