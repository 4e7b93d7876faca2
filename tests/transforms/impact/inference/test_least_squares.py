"""Regression from moments equals regression from rows: by hand, and against statsmodels on random designs."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from transforms.impact.cells.compression import Floats, Ints, cluster_moments, compress, patterns
from transforms.impact.inference.least_squares import Fit, RankDeficientError, fit, wald_test


def _compressed(x: Floats, cluster: Ints, weight: Floats, outcomes: Floats) -> Fit:
    """The fit by way of the cell table; outcomes [N, m] without missing."""
    names = [f"y{at}" for at in range(outcomes.shape[1])]
    regressors = [f"x{at}" for at in range(x.shape[1])]
    frame = pd.DataFrame(np.column_stack([x, outcomes]), columns=[*regressors, *names])
    table = compress(frame.assign(cluster=cluster, weight=weight), names, [*regressors, "cluster"], "weight")
    assert patterns(table) == [list(range(len(names)))]
    return fit(cluster_moments(table.keys[regressors].to_numpy(float), table.keys["cluster"].to_numpy(), table))


def test_two_means_by_hand() -> None:
    """y = 1, 3 | 4, 8 in clusters a, b | c, d: effect 4; CR1 = 4/3 x 3/2 x sandwich."""
    x = np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]])
    found = _compressed(x, np.arange(4), np.ones(4), np.array([[1.0], [3], [4], [8]]))
    np.testing.assert_allclose(found.coef[:, 0], [2, 4])
    # residuals -1, 1, -2, 2: residual sum of squares 10 on 2 degrees of freedom
    np.testing.assert_allclose(found.sigma2, [5])
    np.testing.assert_allclose(found.vcov_classical[0], [[2.5, -2.5], [-2.5, 5]])
    # each mean's sandwich: (1 + 1) / 4 and (4 + 4) / 4
    np.testing.assert_allclose(found.vcov[0], 4 / 3 * 3 / 2 * np.array([[0.5, -0.5], [-0.5, 2.5]]))
    assert (found.n, found.k, found.clusters, found.df) == (4, 2, 4, 3)


@given(
    seed=st.integers(0, 100_000),
    clusters=st.integers(4, 15),
    n=st.integers(60, 200),
    p=st.integers(2, 5),
    scale=st.sampled_from([0.01, 1.0, 100.0]),
)
def test_equals_the_uncompressed_regression(seed: int, clusters: int, n: int, p: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), rng.integers(0, 3, (n, p - 1))])
    cluster, weight = rng.integers(0, clusters, n), rng.uniform(0.2, 4, n)
    y = scale * (rng.normal(0, 1, (n, 2)) + rng.normal(0, 1, clusters)[cluster][:, None] + 2)
    found = _compressed(x, cluster, weight, y)
    for at in range(2):
        model = sm.WLS(y[:, at], x, weights=weight)
        robust = model.fit(cov_type="cluster", cov_kwds={"groups": cluster})
        np.testing.assert_allclose(found.coef[:, at], robust.params, rtol=1e-10, atol=1e-10 * scale)
        np.testing.assert_allclose(found.vcov[at], robust.cov_params(), rtol=1e-10, atol=1e-10 * scale**2)
        np.testing.assert_allclose(found.vcov_classical[at], model.fit().cov_params(), rtol=1e-10)


def test_wald_test_equals_statsmodels() -> None:
    rng = np.random.default_rng(11)
    x = np.column_stack([np.ones(120), rng.integers(0, 2, (120, 3))])
    cluster, weight, y = rng.integers(0, 12, 120), rng.uniform(0.5, 2, 120), rng.normal(0, 1, (120, 1))
    contrasts = np.array([[0.0, 1, -1, 0], [0, 0, 1, -1]])
    found = wald_test(_compressed(x, cluster, weight, y), 0, contrasts)
    model = sm.WLS(y[:, 0], x, weights=weight)
    robust = model.fit(cov_type="cluster", cov_kwds={"groups": cluster}, use_t=True)
    expected = robust.f_test(contrasts)
    assert found.statistic == pytest.approx(float(expected.fvalue), rel=1e-10)
    assert found.p_value == pytest.approx(float(expected.pvalue), rel=1e-9)
    assert (found.df_numerator, found.df_denominator) == (2, 11)


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ([1.0, 1, 1, 1], "a copy of the constant"),
        ([0.0, 0, 0, 0], "nobody has it"),
        ([2.0, 2, 5, 5], "a sum of the others"),
    ],
)
def test_collinear_regressors_are_refused(extra: list[float], why: str) -> None:
    x = np.column_stack([[1.0, 1, 1, 1], [0.0, 0, 1, 1], extra])
    with pytest.raises(RankDeficientError):
        _compressed(x, np.arange(4), np.ones(4), np.array([[1.0], [3], [4], [8]]))


def test_one_cluster_has_no_cluster_robust_error() -> None:
    found = _compressed(np.ones((3, 1)), np.zeros(3, dtype=np.int64), np.ones(3), np.array([[1.0], [2], [6]]))
    assert found.coef[0, 0] == 3
    assert np.isnan(found.vcov).all()
    assert found.vcov_classical[0, 0, 0] == pytest.approx(14 / 2 / 3)


def test_as_many_rows_as_regressors_leave_no_variance() -> None:
    found = _compressed(np.eye(2), np.arange(2), np.ones(2), np.array([[1.0], [2]]))
    np.testing.assert_allclose(found.coef[:, 0], [1, 2])
    assert np.isnan(found.vcov).all()
    assert np.isnan(found.sigma2).all()


def test_a_test_without_variance_is_refused() -> None:
    found = _compressed(np.eye(2)[[0, 0, 1, 1]], np.arange(4), np.ones(4), np.array([[1.0], [1], [2], [4]]))
    with pytest.raises(RankDeficientError):
        wald_test(found, 0, np.eye(2))  # the first mean has no variance
