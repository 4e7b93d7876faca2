"""Cluster scores under a hypothesis, which the wild bootstrap gives its signs: of one restricted fit, or jackknifed."""

import numpy as np

from transforms.impact.cells.compression import Floats
from transforms.impact.inference.solved import Solved

RANK = 1e-9  # eigenvalue of the correlation form of X'WX below which a direction is not determined


def restricted_scores(solved: Solved, contrasts: Floats) -> tuple[Floats, Floats]:
    """Scores of the fit under C b = C b_fit - d: those at d = 0 [G, p, m], and their change per unit of d [G, p, q].

    contrasts: C [q, p]. The residuals of Cameron, Gelbach & Miller's (2008) restricted bootstrap, WCR-C.
    """
    direction = solved.bread @ contrasts.T
    return solved.scores, solved.moments.xwx @ direction @ np.linalg.inv(contrasts @ direction)


def jackknifed_scores(solved: Solved, contrasts: Floats) -> tuple[Floats, Floats]:
    """The same, where the restricted fit that gives a cluster its residuals is made without that cluster.

    WCR-S of MacKinnon, Nielsen & Webb 2023b ("Fast and reliable jackknife and bootstrap methods", sec. 4). With z such
    that C z = I and B_g the inverse of the other clusters' X'WX within the coefficients that C leaves free, the fit to
    the residuals under C b = -d without cluster g is B_g (-s_g + (X'WX - A_g) z d) - z d. Coefficients the other
    clusters do not determine are taken as in the fit itself.
    """
    xwx = solved.moments.xwx
    scale = 1 / np.sqrt(np.diag(xwx.sum(axis=0)))
    scaled = contrasts * scale
    basis = np.linalg.svd(scaled)[2][len(contrasts) :].T  # scaled coefficients with C b = 0
    free = scale[:, None] * basis
    rest = xwx.sum(axis=0) - xwx
    inverse = free @ np.linalg.pinv(free.T @ rest @ free, rcond=RANK, hermitian=True) @ free.T  # [G, p, p]
    point = scale[:, None] * scaled.T @ np.linalg.inv(scaled @ scaled.T)  # z [p, q]
    push = xwx @ (point - inverse @ (rest @ point))
    return solved.scores + xwx @ (inverse @ solved.scores), push
