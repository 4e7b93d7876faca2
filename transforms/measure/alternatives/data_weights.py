"""Weights of items taken from the data: inverse of their covariance, and first principal component."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from transforms.measure.alternatives.shares import Floats

RANK = 1e-8  # eigenvalue, as a share of the largest, below which a direction of the items does not vary
BLOCK = 1 << 14  # rows taken at a time


@dataclass(frozen=True, slots=True)
class ItemWeights:
    """Weights [k], and how they came about.

    explained: share of variance on the first component, NaN where none was taken. singular: whether items follow from
    each other.
    """

    weights: Floats
    explained: float = float("nan")
    singular: bool = False

    @property
    def negative(self) -> int:
        """How many are below zero."""
        return int((self.weights < 0).sum())


def weighted_covariance(columns: Sequence[Floats], weights: Floats) -> Floats:
    """Covariance [k, k] of each two columns over the rows that have both, by weight; NaN where fewer than two have.

    Weights are scaled to the number of rows and the divisor is n - 1, so that with equal weights it is R's
    `cov(x, use = "pairwise")`. Rows without weight are left out.
    """
    k = len(columns)
    products, counts = np.zeros((2 * k, 2 * k)), np.zeros((k, k))
    for start in range(0, weights.size, BLOCK):
        mine = weights[start : start + BLOCK]
        block = np.stack([column[start : start + BLOCK] for column in columns])[:, mine > 0]
        there = ~np.isnan(block)
        both_kinds = np.concatenate([np.where(there, block, 0.0), there])
        products += (both_kinds * mine[mine > 0]) @ both_kinds.T
        counts += there.astype(np.float64) @ there.T
    both, sums = products[k:, k:], products[:k, k:]
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance: Floats = (products[:k, :k] - sums * sums.T / both) / both * counts / (counts - 1)
    return np.where(counts > 1, covariance, np.nan)


def _directions(covariance: Floats) -> tuple[Floats, Floats, bool]:
    """Eigenvalues and vectors that vary, and whether any had to be left out."""
    values, vectors = np.linalg.eigh(covariance)
    kept = values > RANK * values[-1]
    return values[kept], vectors[:, kept], not bool(kept.all())


def inverse_covariance_weights(covariance: Floats) -> ItemWeights | None:
    """Row sums of the inverse covariance, scaled to add up to 1 (Anderson 2008, sec. 3.2.1).

    The Moore-Penrose inverse where items follow from each other, or where covariances over different rows do not go
    together: twins then share one weight. None where there is no covariance, or the weights add up to nothing.
    """
    if np.isnan(covariance).any():
        return None
    values, vectors, singular = _directions(covariance)
    weights = vectors @ (vectors.sum(axis=0) / values)
    total = weights.sum()
    return ItemWeights(weights / total, singular=singular) if total > RANK * np.abs(weights).sum() else None


def nonnegative_weights(covariance: Floats) -> ItemWeights:
    """The weights of least variance that add up to 1 with none below zero.

    The inverse covariance gives the weights of least variance among all that add up to 1; this is the same problem
    with a limit, solved as least squares (Lawson & Hanson 1974, ch. 23). For a covariance that has such weights.
    """
    values, vectors, singular = _directions(covariance)
    root, inverse = np.sqrt(values)[:, None] * vectors.T, vectors / np.sqrt(values)
    weights, _ = nnls(root, inverse.sum(axis=0))
    return ItemWeights(weights / weights.sum(), singular=singular)


def first_component(correlation: Floats) -> ItemWeights | None:
    """Loadings of length 1 on the first principal component, their sum positive; None without correlations."""
    if np.isnan(correlation).any():
        return None
    values, vectors = np.linalg.eigh(correlation)
    loadings = vectors[:, -1] * (1.0 if vectors[:, -1].sum() >= 0 else -1.0)
    return ItemWeights(loadings, explained=float(values[-1] / np.trace(correlation)))
