"""Means, covariances and fourth moments of groups, by hand and against NumPy."""

import numpy as np
import pytest

from transforms.measure.factors import moments as module
from transforms.measure.factors.moments import Moments, complete_rows, group_moments, with_fourth

NAN = np.nan


def test_rows_with_a_gap_and_rows_of_no_group_are_left_out() -> None:
    columns = [np.array([1.0, 3, NAN, 5, 9]), np.array([2.0, 6, 1, NAN, 9])]
    found = group_moments(columns, np.array([0, 0, 0, 0, -1]), 1)[0]
    assert found.n == 2
    np.testing.assert_allclose(found.mean, [2, 4])
    np.testing.assert_allclose(found.covariance, [[1, 2], [2, 4]])
    assert found.fourth is None
    assert complete_rows(columns).tolist() == [True, True, False, False, True]


def test_a_group_of_nobody_has_no_moments() -> None:
    nobody, somebody = group_moments([np.array([1.0, 2]), np.array([3.0, 4])], np.array([1, 1]), 2)
    assert nobody.n == 0
    assert np.isnan(nobody.mean).all()
    assert np.isnan(nobody.covariance).all()
    assert somebody.n == 2
    everyone_missing = group_moments([np.array([NAN])], np.array([0]), 1)[0]
    assert everyone_missing.n == 0


@pytest.mark.parametrize("block", [7, 1000])
def test_blocks_of_rows_add_up(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", block)
    draw = np.random.default_rng(1)
    rows, codes = 1e6 + draw.normal(size=(60, 3)), draw.integers(0, 2, 60)
    for group, found in enumerate(with_fourth(group_moments(list(rows.T), codes, 2), list(rows.T), codes)):
        mine = rows[codes == group]
        np.testing.assert_allclose(found.mean, mine.mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(found.covariance, np.cov(mine.T, bias=True), atol=1e-8)
        lower = np.tril_indices(3)
        deviations = mine - mine.mean(axis=0)
        both = np.hstack([deviations, deviations[:, lower[0]] * deviations[:, lower[1]]])
        np.testing.assert_allclose(found.fourth, np.cov(both.T, bias=True), atol=1e-8)


def test_fourth_moments_by_hand() -> None:
    """Deviations -1 and 1: d is -1, 1, d squared always 1."""
    columns, codes = [np.array([1.0, 3])], np.array([0, 0])
    np.testing.assert_allclose(
        with_fourth(group_moments(columns, codes, 1), columns, codes)[0].fourth, [[1, 0], [0, 0]]
    )


def test_fourth_moments_of_very_many_are_those_of_an_even_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAMPLED", 10)
    values = np.random.default_rng(2).normal(size=25)
    known = [Moments(25, np.zeros(1), np.ones((1, 1)))]
    found = with_fourth(known, [values], np.zeros(25, dtype=int))[0]
    sample = values[::3]
    assert len(sample) <= 10
    assert found.fourth is not None
    assert found.fourth[0, 0] == pytest.approx(sample.var())
    assert (found.n, found.mean[0]) == (25, 0), "n and means stay those of all"
