"""The solved normal equations every uncertainty starts from: bread, coefficients and cluster scores."""

from dataclasses import dataclass

import numpy as np

from transforms.impact.cells.compression import ClusterMoments, Floats
from transforms.impact.cells.support import Support
from transforms.impact.inference.least_squares import cluster_scores, inverse_products


@dataclass(frozen=True, slots=True)
class Solved:
    """A weighted regression of m outcomes on p regressors, in G clusters.

    bread: [p, p] inverse of X'WX. coef: [p, m]. scores: [G, q, m], X_g'W(y - X_g b) of the regressors each cluster
    has. moments: where it comes from.
    """

    bread: Floats
    coef: Floats
    scores: Floats
    moments: ClusterMoments

    @property
    def clusters(self) -> int:
        """G."""
        return int(self.scores.shape[0])

    @property
    def support(self) -> Support:
        """Which regressors each cluster has."""
        return self.moments.support


def solve(moments: ClusterMoments) -> Solved:
    """Solve the normal equations.

    Raises
    ------
    RankDeficientError
        If the regressors are collinear.
    """
    xwx, xwy = moments.totals()
    bread = inverse_products(xwx)
    coef = bread @ xwy
    coef = coef + bread @ (xwy - xwx @ coef)  # one step of refinement
    return Solved(bread, coef, cluster_scores(moments, coef), moments)


def cr1_factor(moments: ClusterMoments) -> float:
    """G/(G-1) x (N-1)/(N-K): Stata's factor for the sandwich of cluster scores; NaN without degrees of freedom."""
    clusters, k = len(moments.xwy), moments.support.regressors
    n = int(moments.rows.sum())
    return clusters / (clusters - 1) * (n - 1) / (n - k) if clusters > 1 and n > k else float("nan")


def cr1_std_errors(solved: Solved, vector: Floats) -> Floats:
    """[m] CR1 standard errors of `vector` [p] x coefficients (Liang & Zeger 1986)."""
    parts = np.sum(solved.support.gather(solved.bread @ vector)[:, :, None] * solved.scores, axis=1)
    errors: Floats = np.sqrt(cr1_factor(solved.moments) * np.sum(parts**2, axis=0))
    return errors
