"""How far items go together, from their covariances: alpha, omega and item-rest correlations."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.intp]
BLOCK = 1 << 14  # rows taken at a time: small enough for a processor's cache


def pairwise_covariance(values: Floats) -> Floats:
    """Covariance (ddof 1) of each two columns over the rows that have both; NaN where fewer than two have.

    `values` is rows x columns with NaN where missing. This is R's `cov(x, use = "pairwise")`.
    """
    [covariance] = covariance_of(pair_sums(list(values.T), np.zeros(len(values), dtype=np.intp), 1))
    return np.asarray(covariance)


def pair_sums(columns: Sequence[Floats], cells: Whole, count: int) -> Floats:
    """For each of `count` cells, sums over its rows that `covariance_of` makes covariances of; cells can be added.

    `cells` is the cell of each row, -1 for none. [count, 2k, 2k]: products of the k columns' answers (less a constant,
    0 where missing) and of the marks that there is one, each with each.
    """
    k = len(columns)
    centre = np.array([[_first_answer(column)] for column in columns])  # any constant serves; this makes constants 0
    sums = np.zeros((count, 2 * k, 2 * k))
    for cell in range(count):
        rows = np.flatnonzero(cells == cell)
        for start in range(0, len(rows), BLOCK):
            at = rows[start : start + BLOCK]
            block = np.stack([column[at] for column in columns]) - centre
            there = ~np.isnan(block)
            both_kinds = np.concatenate([np.where(there, block, 0.0), there])
            sums[cell] += both_kinds @ both_kinds.T
    return sums


def covariance_of(sums: Floats) -> Floats:
    """[..., k, k] covariance of each two columns over the rows that have both, from `pair_sums`."""
    k = sums.shape[-1] // 2
    products, both, ours = sums[..., :k, :k], sums[..., k:, k:], sums[..., :k, k:]
    with np.errstate(invalid="ignore", divide="ignore"):  # ours: of the row's item, over those who answered the other
        covariance: Floats = (products - ours * np.swapaxes(ours, -1, -2) / both) / (both - 1)
    return np.where(both > 1, covariance, np.nan)


def _first_answer(column: Floats) -> float:
    """First value of a column that is not NaN; 0 where all are."""
    there = ~np.isnan(column)
    return float(column[there.argmax()]) if there.any() else 0.0


def cronbach_alpha(covariance: Floats) -> float:
    """Alpha = k/(k-1) (1 - trace(C) / sum(C)) of k items with covariance C (Cronbach 1951, eq. 2)."""
    k = len(covariance)
    total = covariance.sum()
    if k < 2 or not total > 0:
        return float("nan")
    return float(k / (k - 1) * (1 - np.trace(covariance) / total))


def omega_total(covariance: Floats, unexplained: Floats) -> float:
    """Omega = 1 - sum(U) / sum(C): the share of the sum's variance that is no item's own (McDonald 1999, eq. 6.20b).

    `unexplained` is the variance U of each item that the common factor leaves, in the units of the covariance C.
    """
    total = covariance.sum()
    return float(1 - unexplained.sum() / total) if total > 0 else float("nan")


def item_rest_correlations(covariance: Floats) -> Floats:
    """Correlation of each item with the sum of the others, from their covariance; NaN for an item that never varies."""
    variances = np.diag(covariance)
    with_all = covariance.sum(axis=1)
    rest_variances = covariance.sum() - 2 * with_all + variances
    with np.errstate(invalid="ignore", divide="ignore"):
        correlations: Floats = (with_all - variances) / np.sqrt(variances * rest_variances)
    return correlations
