"""What each cluster does to an estimate: leave-one-out estimates, CR3, leverage, effective number of clusters."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.impact.cells.compression import Floats
from transforms.impact.cells.working_model import WorkingMoments
from transforms.impact.inference.solved import Solved
from transforms.impact.inference.without_cluster import WithoutCluster, without_cluster

DETERMINED = 1e-8  # share of a combination that may lie outside the regressors left before it is called undetermined


@dataclass(frozen=True, slots=True)
class LeaveOneOut:
    """A linear combination without each cluster in turn.

    without: [G, m] the estimate without cluster g; NaN where the other clusters do not determine it. cr3: [m] standard
    error, square root of the sum over clusters of (estimate without g - estimate)^2 (Bell & McCaffrey 2002;
    clubSandwich's CR3). jackknife: [m] the same about the mean of the G estimates, its square times (G - 1) / G
    (MacKinnon, Nielsen & Webb 2023, sec. 3). Both NaN where some cluster cannot be left out. low, high: [m] range of
    `without`.
    """

    without: Floats
    cr3: Floats
    jackknife: Floats
    low: Floats
    high: Floats


def _lost(without: WithoutCluster, vector: Floats) -> NDArray[np.bool_]:
    """[G] whether the other clusters do not determine `vector` [p] x coefficients."""
    lost = np.zeros(len(without.values), dtype=bool)
    sized = vector / without.scale
    for cluster in without.undetermined.tolist():
        directions = without.lost_directions(cluster)
        outside = directions @ (directions.T @ sized) * without.scale
        lost[cluster] = np.abs(outside).max() > DETERMINED * np.abs(vector).max()
    return lost


def leave_one_out(solved: Solved, vector: Floats) -> LeaveOneOut:
    """Estimates of `vector` [p] x coefficients without each cluster, from moments alone (MacKinnon et al. 2023)."""
    scale = np.sqrt(np.diag(solved.moments.totals()[0]))
    without_each = without_cluster(solved.moments, solved.bread, scale)
    size = np.where((size := solved.support.gather(scale)) > 0, size, 1.0)[:, :, None]
    direction = solved.support.gather(solved.bread @ vector)[:, :, None] * size
    change = np.sum(direction * without_each.predicted(solved.scores / size), axis=1)
    lost, estimate = _lost(without_each, vector), vector @ solved.coef
    without = np.where(lost[:, None], np.nan, estimate - change)
    clusters = solved.clusters
    spread = np.sum((without - without.mean(axis=0)) ** 2, axis=0)
    known = without[~lost] if not lost.all() else without
    return LeaveOneOut(
        without=without,
        cr3=np.sqrt(np.sum((without - estimate) ** 2, axis=0)),
        jackknife=np.sqrt((clusters - 1) / clusters * spread),
        low=known.min(axis=0),
        high=known.max(axis=0),
    )


def partial_leverage(solved: Solved, vector: Floats) -> Floats:
    """[G] each cluster's share of the variation that determines `vector` x coefficients; they add up to one.

    MacKinnon, Nielsen & Webb 2023, sec. 5, for the regressor whose coefficient is the combination, after all others
    have been partialled out.
    """
    direction = solved.bread @ vector
    shares: Floats = _quadratic(solved, solved.moments.xwx, direction) / (vector @ direction)
    return shares


def _quadratic(solved: Solved, squares: Floats, direction: Floats) -> Floats:
    """[G] direction' squares_g direction, for a direction [p] and local squares [G, q, q]."""
    local = solved.support.gather(direction)[:, :, None]
    return np.asarray((local.swapaxes(1, 2) @ squares @ local)[:, 0, 0])


def effective_clusters(solved: Solved, working: WorkingMoments, vector: Floats) -> float:
    """Effective number of clusters G* = G / (1 + variance of gamma_g / mean^2).

    Carter, Schnepel & Steigerwald 2017, with gamma_g the cluster's part of the variance of the combination if
    errors are independent with one variance: G*(0) of MacKinnon, Nielsen & Webb 2023, the one of their two that stays
    defined when regressors sum to zero within clusters, as they nearly do in difference-in-differences.
    """
    direction = solved.bread @ vector
    parts = _quadratic(solved, working.xwwx, direction)
    return float(solved.clusters / (1 + np.var(parts) / np.mean(parts) ** 2))
