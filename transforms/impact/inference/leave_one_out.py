"""What each cluster does to an estimate: leave-one-out estimates, CR3, leverage, effective number of clusters."""

from dataclasses import dataclass

import numpy as np

from transforms.impact.cells.compression import Floats
from transforms.impact.cells.working_model import WorkingMoments
from transforms.impact.inference.solved import Solved

DETERMINED = 1e-8  # share of a combination that may lie outside the regressors left before it is called undetermined
RANK = 1e-9  # eigenvalue of the correlation form of X'WX below which a direction is not determined


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


def _pseudo_inverses(xwx: Floats) -> tuple[Floats, Floats]:
    """Pseudo-inverses [G, p, p] of X'WX without each cluster, and projections on the regressors that are left."""
    scale = np.sqrt(np.diag(xwx.sum(axis=0)))
    rest = (xwx.sum(axis=0) - xwx) / np.outer(scale, scale)
    values, vectors = np.linalg.eigh(rest)
    kept = values > RANK
    inverse_values = np.where(kept, 1 / np.where(kept, values, 1.0), 0.0)
    transposed = vectors.transpose(0, 2, 1)
    inverses = (vectors * inverse_values[:, None, :]) @ transposed / np.outer(scale, scale)
    projections = (vectors * kept[:, None, :]) @ transposed / scale[:, None] * scale
    return inverses, projections


def leave_one_out(solved: Solved, vector: Floats) -> LeaveOneOut:
    """Estimates of `vector` [p] x coefficients without each cluster, by p x p algebra (MacKinnon et al. 2023)."""
    inverses, projections = _pseudo_inverses(solved.moments.xwx)
    estimate = vector @ solved.coef
    change = np.einsum("p,gpq,gqm->gm", vector, inverses, solved.scores)
    lost = np.abs(vector @ projections.transpose(0, 2, 1) - vector).max(axis=1) > DETERMINED * np.abs(vector).max()
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
    shares: Floats = np.einsum("p,gpq,q->g", direction, solved.moments.xwx, direction) / (vector @ direction)
    return shares


def effective_clusters(solved: Solved, working: WorkingMoments, vector: Floats) -> float:
    """Effective number of clusters G* = G / (1 + variance of gamma_g / mean^2).

    Carter, Schnepel & Steigerwald 2017, with gamma_g the cluster's part of the variance of the combination if
    errors are independent with one variance: G*(0) of MacKinnon, Nielsen & Webb 2023, the one of their two that stays
    defined when regressors sum to zero within clusters, as they nearly do in difference-in-differences.
    """
    direction = solved.bread @ vector
    parts = np.einsum("p,gpq,q->g", direction, working.xwwx, direction)
    return float(solved.clusters / (1 + np.var(parts) / np.mean(parts) ** 2))
