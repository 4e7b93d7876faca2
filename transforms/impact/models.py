"""The study's design fitted to cells."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from transforms.impact.clusters import ClusterCounts, count_clusters
from transforms.impact.compression import Floats, Ints, cluster_moments
from transforms.impact.design import Cells, design_matrix
from transforms.impact.least_squares import Fit, RankDeficientError, fit

NO_VARIATION = 1e-10  # share of the outcome's mean square below which its variation is rounding


@dataclass(frozen=True, slots=True)
class FittedModel:
    """A fit with what is needed to read it: the column of each (unit, wave) effect and the clusters behind it."""

    fit: Fit
    effects: dict[tuple[int, int], int]
    counts: ClusterCounts
    strata: bool
    constant: tuple[bool, ...]  # for each outcome, whether it does not vary at all
    exact: tuple[bool, ...]  # for each outcome, whether the design predicts it without error

    def combination(self, weights: Mapping[tuple[int, int], float]) -> Floats:
        """[p] the linear combination of coefficients that weights the effects of (unit, wave)."""
        vector = np.zeros(self.fit.k)
        for effect, weight in weights.items():
            vector[self.effects[effect]] = weight
        return vector


def _degenerate(cells: Cells, fitted: Fit) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """For each outcome, whether it is constant, and whether the design leaves no residual to take errors from."""
    square, total = cells.sums.square.sum(axis=0), cells.sums.total.sum(axis=0)
    variation = square - total**2 / cells.sums.weight.sum(axis=0)
    constant = variation <= NO_VARIATION * square
    residual = fitted.sigma2 * (fitted.n - fitted.k)  # NaN where there are as many coefficients as rows
    exact = ~(residual > NO_VARIATION * variation)
    return tuple(constant.tolist()), tuple(exact.tolist())


def fit_model(cells: Cells, effect_of: Ints) -> FittedModel | str:
    """The design of the study fitted to the cells; the reason if that cannot be done.

    effect_of: [C] which effect each cell carries (see `did_design`).
    """
    if not cells.unit.size:
        return "empty_cell"
    design = design_matrix(cells, effect_of)
    try:
        fitted = fit(cluster_moments(design.x, cells.cluster, cells.sums))
    except RankDeficientError:
        return "rank_deficient"
    constant, exact = _degenerate(cells, fitted)
    return FittedModel(fitted, design.effects, count_clusters(cells), design.strata, constant, exact)
