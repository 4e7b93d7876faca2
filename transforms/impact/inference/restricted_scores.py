"""Cluster scores under a hypothesis, which the wild bootstrap gives its signs: of one restricted fit, or jackknifed."""

import numpy as np

from transforms.impact.cells.compression import Floats
from transforms.impact.inference.solved import Solved
from transforms.impact.inference.without_cluster import WithoutCluster, without_cluster


def restricted_scores(solved: Solved, contrasts: Floats) -> tuple[Floats, Floats]:
    """Scores of the fit under C b = C b_fit - d: those at d = 0 [G, q, m], and their change per unit of d [G, q, k].

    contrasts: C [k, p]. Of the q regressors each cluster has. The residuals of Cameron, Gelbach & Miller's (2008)
    restricted bootstrap, WCR-C.
    """
    return solved.scores, solved.moments.xwx @ solved.support.gather(_pull(solved, contrasts))


def _pull(solved: Solved, contrasts: Floats) -> Floats:
    """[p, k] how far the hypothesis C b = C b_fit - d moves the coefficients down, per unit of d."""
    direction = solved.bread @ contrasts.T
    return np.asarray(direction @ np.linalg.inv(contrasts @ direction))


def jackknifed_scores(solved: Solved, contrasts: Floats) -> tuple[Floats, Floats]:
    """The same, where the restricted fit that gives a cluster its residuals is made without that cluster.

    WCR-S of MacKinnon, Nielsen & Webb 2023b ("Fast and reliable jackknife and bootstrap methods", sec. 4), from the
    scores of the one restricted fit (see `without_cluster`). Coefficients the other clusters do not determine are taken
    as in the unrestricted fit, as far as the hypothesis allows: what moves is the least in units of the regressors'
    length.
    """
    base, push = restricted_scores(solved, contrasts)
    pull = _pull(solved, contrasts)
    restricted = solved.bread - pull @ (contrasts @ solved.bread)
    scale = np.sqrt(np.diag(solved.moments.totals()[0]))
    without = without_cluster(solved.moments, (restricted + restricted.T) / 2, scale)
    size = np.where((size := solved.support.gather(scale)) > 0, size, 1.0)[:, :, None]
    scores = without.predicted(np.concatenate([base, push], axis=2) / size)
    moved = np.hstack([np.zeros((len(scale), base.shape[2])), pull]) * scale[:, None]
    for cluster in without.undetermined.tolist():
        scores[cluster] -= _taken_back(without, cluster, moved, scores[cluster])
    scores *= size
    return scores[:, :, : base.shape[2]], scores[:, :, base.shape[2] :]


def _taken_back(without: WithoutCluster, cluster: int, moved: Floats, scores: Floats) -> Floats:
    """What the scores of a cluster lose when the fit without it does not move along what the others leave open."""
    lost = without.lost_directions(cluster)
    move = moved + without.moved(cluster, scores)
    return without.fitted(cluster, lost @ (lost.T @ move))
