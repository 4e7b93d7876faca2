"""Adjusted p-values: by hand, against published q-values, and what must always hold."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.impact.inference.multiplicity import holm, romano_wolf, sharpened_q

P_VALUES = st.lists(st.floats(0.0001, 1), min_size=1, max_size=12).map(np.array)


@pytest.mark.parametrize(
    ("p_values", "expected", "why"),
    [
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06], "3 x 0.01, 2 x 0.03, and 0.04 not below the one before"),
        ([0.5, 0.9], [1.0, 1.0], "never above one"),
        ([0.02, np.nan, 0.03], [0.04, np.nan, 0.04], "a missing test is no part of the family"),
        ([np.nan], [np.nan], "an empty family"),
    ],
)
def test_holm_by_hand(p_values, expected, why):
    np.testing.assert_allclose(holm(np.array(p_values)), expected, err_msg=why)


def test_sharpened_q_is_that_of_the_stata_program(shared_data):
    cases = pd.read_csv(shared_data / "references" / "sharpened_q.csv")
    for _, case in cases.groupby("case"):
        np.testing.assert_allclose(sharpened_q(case["p"].to_numpy()), case["stata_q"], atol=0.0005)


@pytest.mark.parametrize(
    ("p_values", "expected", "why"),
    [
        ([0.01, np.nan], [0.011, np.nan], "alone: the smallest q with q / (1 + q) >= 0.01"),
        ([0.9, 0.8], [1.0, 1.0], "nothing is rejected at any level"),
        ([], [], "an empty family"),
    ],
)
def test_sharpened_q_by_hand(p_values, expected, why):
    np.testing.assert_allclose(sharpened_q(np.array(p_values)), expected, err_msg=why)


def test_romano_wolf_by_hand():
    """Largest |t*| of both: 3, 2, 1, 4 against 3.5; then of the second alone: 3, 1, 1, 0.5 against 2."""
    draws = np.array([[1.0, -3.0], [2.0, 1.0], [0.0, 1.0], [-4.0, 0.5]])
    np.testing.assert_allclose(romano_wolf(np.array([-3.5, 2.0]), draws, True), [0.25, 0.25])
    np.testing.assert_allclose(romano_wolf(np.array([-3.5, 2.0]), draws, False), [0.4, 0.4])
    np.testing.assert_allclose(romano_wolf(np.array([-5.0, 2.0]), draws, True), [0.0, 0.25])


def test_romano_wolf_leaves_missing_tests_out():
    draws = np.array([[1.0, np.nan], [3.0, np.nan]])
    np.testing.assert_allclose(romano_wolf(np.array([2.0, np.nan]), draws, True), [0.5, np.nan])


@given(st.integers(0, 10_000), st.integers(1, 6))
def test_romano_wolf_is_between_the_single_test_and_bonferroni(seed, m):
    rng = np.random.default_rng(seed)
    statistics, draws = rng.normal(0, 2, m), rng.normal(size=(400, m))
    single = np.mean(np.abs(draws) >= np.abs(statistics), axis=0)
    adjusted = romano_wolf(statistics, draws, True)
    assert (adjusted >= single - 1e-12).all()
    assert (adjusted <= np.minimum(m * single.max(), 1) + 1e-12).all()
    order = np.argsort(-np.abs(statistics))
    assert (np.diff(adjusted[order]) >= 0).all()


def test_romano_wolf_gains_from_outcomes_that_move_together():
    """With one outcome repeated the adjustment is nothing at all, where Holm doubles."""
    draws = np.random.default_rng(1).normal(size=(999, 1))
    alone = romano_wolf(np.array([2.0]), draws, False)[0]
    np.testing.assert_allclose(romano_wolf(np.array([2.0, 2.0]), np.hstack([draws, draws]), False), [alone, alone])


@given(P_VALUES)
def test_adjusted_p_values_keep_the_order_and_are_not_smaller(p_values):
    adjusted = holm(p_values)
    order = np.argsort(p_values, kind="stable")
    assert (np.diff(adjusted[order]) >= 0).all()
    assert (adjusted >= p_values).all()
    assert (np.diff(sharpened_q(p_values)[order]) >= 0).all()


@given(P_VALUES, st.randoms(use_true_random=False))
def test_order_of_the_family_does_not_matter(p_values, random):
    order = list(range(p_values.size))
    random.shuffle(order)
    np.testing.assert_array_equal(sharpened_q(p_values[order]), sharpened_q(p_values)[order])
    np.testing.assert_allclose(holm(p_values[order]), holm(p_values)[order])
