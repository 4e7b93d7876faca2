"""Studentised randomisation inference for arms assigned to whole clusters, from moments of clusters alone.

Under the hypothesis of no effect for anyone, outcomes do not depend on the assignment. A regressor of an assignment is
either the same under all of them (strata x waves) or switched on with the cluster's arm (treated, treated x wave), so
with moments F_g computed as if every cluster were treated, those of an assignment are F_g with the rows and columns of
switched regressors set to zero in comparison clusters. The statistic is CR1's t: studentised, the test is also valid in
large samples for a mean effect of zero (Chung & Romano 2013; Wu & Ding 2021).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.impact.cells.compression import ClusterMoments, Floats
from transforms.impact.inference.assignments import Assignments
from transforms.impact.inference.bootstrap import TIE, share

CHUNK = 256  # assignments whose [G, p] products are held at once
RANK = 1e-9


@dataclass(frozen=True, slots=True)
class ArmMoments:
    """moments: of the regressors as they would be if every cluster were treated. switched: [p] which depend on the arm.

    treated: [G] the actual arms.
    """

    moments: ClusterMoments
    switched: NDArray[np.bool_]
    treated: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RandomisationTest:
    """Test of no effect for each of m outcomes.

    statistic: the t of the actual assignment (without CR1's factor, which is the same in all). p_value: share of
    assignments whose |t| reaches it, ties counted; (1 + number) / (1 + D) for a sample of D. An assignment that does
    not determine the effect counts as reaching it. smallest_p: what the design could reach at all. draws: [D, m] t of
    each assignment.
    """

    statistic: Floats
    p_value: Floats
    smallest_p: float
    draws: Floats


def _solve(xwx: Floats, vector: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Of a stack [D, p, p]: pseudo-inverses, directions M c [D, p], and whether c'b is determined."""
    scale = np.sqrt(np.maximum(np.einsum("dpp->dp", xwx), np.finfo(float).tiny))
    sizes = scale[:, :, None] * scale[:, None, :]
    inverse = np.linalg.pinv(xwx / sizes, rcond=RANK, hermitian=True) / sizes
    direction = inverse @ vector
    recovered = np.einsum("dpq,dq->dp", xwx, direction)
    determined = np.abs(recovered - vector).max(axis=1) <= 1e-6 * np.abs(vector).max()
    return inverse, direction, determined


def _statistics(case: ArmMoments, vector: Floats, arms: NDArray[np.bool_]) -> Floats:
    """[D, m] t statistics of the assignments `arms` [D, G]; infinite where the effect is not determined."""
    moments = case.moments.dense()
    keep = np.where(case.switched, arms[:, :, None], True).astype(np.float64)  # [D, G, p]
    either = case.switched[:, None] | case.switched[None, :]
    fixed = np.where(either, 0.0, moments.xwx).sum(axis=0)
    xwx = fixed + np.tensordot(arms.astype(np.float64), np.where(either, moments.xwx, 0.0), axes=1)
    xwy = np.einsum("dgp,gpm->dpm", keep, moments.xwy, optimize=True)
    inverse, direction, determined = _solve(xwx, vector)
    coef = inverse @ xwy
    pointing = keep * direction[:, None, :]
    fitted = (np.einsum("dgp,gpq->dgq", pointing, moments.xwx, optimize=True) * keep) @ coef
    parts = np.einsum("dgp,gpm->dgm", pointing, moments.xwy, optimize=True) - fitted
    with np.errstate(divide="ignore", invalid="ignore"):
        values = (vector @ coef) / np.sqrt(np.sum(parts**2, axis=1))
    return np.where(determined[:, None], values, np.inf)


def randomisation_test(case: ArmMoments, vector: Floats, assignments: Assignments) -> RandomisationTest:
    """Test that `vector` [p] x coefficients is zero because nobody was affected, under the declared assignment."""
    statistic = _statistics(case, vector, case.treated[None, :])[0]
    starts = range(0, len(assignments.arms), CHUNK)
    draws = np.vstack([_statistics(case, vector, assignments.arms[start : start + CHUNK]) for start in starts])
    count = np.count_nonzero(~(np.abs(draws) < np.abs(statistic) * (1 - TIE)), axis=0)
    p_value = [share(int(number), len(draws), assignments.exact) for number in count]
    known = np.isfinite(statistic)
    return RandomisationTest(
        statistic=np.where(known, statistic, np.nan),
        p_value=np.where(known, p_value, np.nan),
        smallest_p=assignments.smallest_p,
        draws=draws,
    )
