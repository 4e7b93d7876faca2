"""p-values that stay honest when several outcomes are tested: Holm, Romano-Wolf, sharpened q."""

import numpy as np

from transforms.impact.cells.compression import Floats
from transforms.impact.inference.bootstrap import TIE

GRID = 1000  # sharpened q-values are multiples of 1 / 1000, as in Anderson's program


def _known(p_values: Floats) -> np.ndarray:
    return np.flatnonzero(~np.isnan(p_values))


def holm(p_values: Floats) -> Floats:
    """Holm's (1979) adjusted p-values of a family [m]; missing ones (NaN) are no part of the family."""
    known = _known(p_values)
    order = known[np.argsort(p_values[known], kind="stable")]
    factors = np.arange(order.size, 0, -1)
    adjusted = np.full(p_values.shape, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(factors * p_values[order]), 1.0)
    return adjusted


def romano_wolf(statistics: Floats, draws: Floats, exact: bool) -> Floats:
    """Romano & Wolf's (2005; 2016) step-down p-values of a family of two-sided tests.

    statistics: [m] observed t; NaN is no part of the family. draws: [B, m] t under the hypotheses, drawn jointly: the
    same weights (or assignments) for all outcomes. exact: whether the observed sample is one of the draws. Each
    hypothesis, from the largest |t| down, is compared with the largest |t*| of those not yet passed; ties count
    against it.
    """
    known = _known(statistics)
    order = known[np.argsort(-np.abs(statistics[known]), kind="stable")]
    sizes = np.nan_to_num(np.abs(draws[:, order]), nan=np.inf)
    largest = np.maximum.accumulate(sizes[:, ::-1], axis=1)[:, ::-1]
    count = np.count_nonzero(largest >= np.abs(statistics[order]) * (1 - TIE), axis=0)
    p_values = count / len(draws) if exact else (1 + count) / (1 + len(draws))
    adjusted = np.full(statistics.shape, np.nan)
    adjusted[order] = np.maximum.accumulate(p_values)
    return adjusted


def _rejected(p_values: Floats, level: Floats) -> np.ndarray:
    """How many of the sorted p-values [m] Benjamini & Hochberg's step-up rejects, at each level [L]."""
    ranks = np.arange(1, p_values.size + 1)
    passed = p_values <= level[:, None] * ranks / max(p_values.size, 1)
    return np.asarray(np.max(np.where(passed, ranks, 0), axis=1, initial=0))


def sharpened_q(p_values: Floats) -> Floats:
    """Anderson's (2008) sharpened two-stage q-values (Benjamini, Krieger & Yekutieli 2006, def. 6) of a family [m].

    The smallest level, in steps of 0.001, at which the two-stage procedure rejects a hypothesis; 1 where none does.
    Missing p-values (NaN) are no part of the family.
    """
    known = _known(p_values)
    order = known[np.argsort(p_values[known], kind="stable")]
    m = order.size
    levels = np.arange(GRID, 0, -1) / GRID
    first = levels / (1 + levels)
    true_nulls = m - _rejected(p_values[order], first)
    second = np.where(true_nulls > 0, first * m / np.maximum(true_nulls, 1), np.inf)
    reached = np.arange(1, m + 1) <= _rejected(p_values[order], second)[:, None]  # [L, m]
    q_values = np.full(p_values.shape, np.nan)
    q_values[order] = np.min(np.where(reached, levels[:, None], 1.0), axis=0, initial=1.0)
    return q_values
