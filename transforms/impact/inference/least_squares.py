"""Weighted least squares with cluster-robust covariance, from moments alone."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg, special

from transforms.impact.cells.compression import ClusterMoments, Floats

RANK_TOLERANCE = 1e-9  # smallest eigenvalue of the correlation form of X'WX that counts as more than zero


class RankDeficientError(Exception):
    """The regressors are collinear in the rows at hand: some coefficient is not determined."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted linear model for m outcomes on the same p regressors.

    coef: [p, m]. vcov: [m, p, p], CR1. vcov_classical: [m, p, p], as if rows were independent with one variance.
    sigma2: [m] residual variance. n rows, k = p, clusters = G.
    """

    coef: Floats
    vcov: Floats
    vcov_classical: Floats
    sigma2: Floats
    n: int
    k: int
    clusters: int

    @property
    def df(self) -> int:
        """Degrees of freedom of CR1: clusters - 1."""
        return self.clusters - 1


@dataclass(frozen=True, slots=True)
class WaldTest:
    """F test that linear combinations of the coefficients are all zero."""

    statistic: float
    df_numerator: int
    df_denominator: float
    p_value: float


def inverse_products(xwx: Floats) -> Floats:
    """Inverse of X'WX [p, p], after scaling every regressor to length one.

    Raises
    ------
    RankDeficientError
    """
    scale = np.sqrt(np.diag(xwx))
    if not (scale > 0).all():
        raise RankDeficientError
    correlation = xwx / np.outer(scale, scale)
    if linalg.eigvalsh(correlation, subset_by_index=[0, 0])[0] < RANK_TOLERANCE:
        raise RankDeficientError
    inverse: Floats = linalg.cho_solve(linalg.cho_factor(correlation), np.eye(len(scale))) / np.outer(scale, scale)
    return (inverse + inverse.T) / 2


def cluster_scores(moments: ClusterMoments, coef: Floats) -> Floats:
    """X_g'W(y - X_g b) of each cluster, of the regressors it has: [G, q, m]."""
    scores: Floats = moments.xwy - moments.xwx @ moments.support.gather(coef)
    return scores


def _meat(moments: ClusterMoments, scores: Floats) -> Floats:
    """[m, p, p] sums over clusters of the products of their scores."""
    if moments.support.columns is None:
        return np.asarray(np.einsum("gpm,gqm->mpq", scores, scores))
    by_outcome = np.moveaxis(scores, 2, 0)
    return np.stack([moments.support.add_squares(own[:, :, None] * own[:, None, :]) for own in by_outcome])


def fit(moments: ClusterMoments) -> Fit:
    """Coefficients, classical errors, and CR1 = G/(G-1) x (N-1)/(N-K) x sandwich of cluster scores.

    Source: Liang & Zeger 1986, with Stata's factor. Variances are NaN where degrees of freedom are zero (one cluster;
    as many rows as regressors).

    Raises
    ------
    RankDeficientError
        If the regressors are collinear.
    """
    clusters, k = len(moments.xwy), moments.support.regressors
    n = int(moments.rows.sum())
    (xwx, xwy), ywy = moments.totals(), moments.ywy.sum(axis=0)
    bread = inverse_products(xwx)
    coef = bread @ xwy
    coef = coef + bread @ (xwy - xwx @ coef)  # one step of refinement
    meat = _meat(moments, cluster_scores(moments, coef))
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.float64(clusters) / (clusters - 1) * np.float64(n - 1) / (n - k)
        residual = ywy - 2 * np.sum(coef * xwy, axis=0) + np.einsum("pm,pq,qm->m", coef, xwx, coef)
        sigma2 = np.maximum(residual, 0.0) / np.float64(n - k)
        factor = factor if np.isfinite(factor) else np.float64(np.nan)
    return Fit(
        coef=coef,
        vcov=factor * (bread @ meat @ bread),
        vcov_classical=sigma2[:, None, None] * bread,
        sigma2=sigma2,
        n=n,
        k=k,
        clusters=clusters,
    )


def wald_test(fitted: Fit, outcome: int, contrasts: Floats) -> WaldTest:
    """Test that `contrasts` [q, p] x coefficients are zero: F(q, G - 1) with the CR1 covariance.

    Raises
    ------
    RankDeficientError
        If the covariance of the contrasts is singular.
    """
    q = contrasts.shape[0]
    difference = contrasts @ fitted.coef[:, outcome]
    variance = contrasts @ fitted.vcov[outcome] @ contrasts.T
    spread = linalg.eigvalsh(variance)
    if not spread[0] > RANK_TOLERANCE * spread[-1]:
        raise RankDeficientError
    statistic = float(difference @ linalg.solve(variance, difference, assume_a="sym") / q)
    return WaldTest(statistic, q, fitted.df, float(special.fdtrc(q, fitted.df, statistic)))
