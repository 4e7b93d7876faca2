"""The study's design fitted to cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from transforms.impact.cells.clusters import ClusterCounts, count_clusters
from transforms.impact.cells.compression import ClusterMoments, Floats, Ints
from transforms.impact.cells.design import Cells, DesignMatrix
from transforms.impact.cells.regression import answer_sums, design_of, moments_of, working_of
from transforms.impact.cells.working_model import WorkingMoments
from transforms.impact.inference.cr2 import Cr2, cr2
from transforms.impact.inference.least_squares import Fit, RankDeficientError, fit
from transforms.impact.inference.randomisation import ArmMoments
from transforms.impact.inference.solved import Solved, solve

NO_VARIATION = 1e-10  # share of the outcome's mean square below which its variation is rounding


@dataclass(frozen=True)
class FittedModel:
    """A fit with what is needed to read it: design, cells, moments of its clusters, and how many there are.

    What only some rungs of the ladder need is worked out when it is asked for, once. Clusters are in the order of their
    codes everywhere.
    """

    fit: Fit
    design: DesignMatrix
    cells: Cells
    moments: ClusterMoments
    counts: ClusterCounts
    constant: tuple[bool, ...]  # for each outcome, whether it does not vary at all
    exact: tuple[bool, ...]  # for each outcome, whether the design predicts it without error

    @property
    def effects(self) -> dict[tuple[int, int], int]:
        """Column of the effect of (unit, wave)."""
        return self.design.effects

    @property
    def n(self) -> int:
        """Interviews behind the fit."""
        return int(self.cells.rows.sum())

    @cached_property
    def clusters(self) -> Ints:
        """[G] codes of the clusters."""
        return np.unique(self.cells.cluster)

    @cached_property
    def solved(self) -> Solved:
        """The normal equations, solved."""
        return solve(self.moments)

    @cached_property
    def working(self) -> WorkingMoments:
        """Moments without weights and with squared weights."""
        return working_of(self.cells, self.design.x)

    @cached_property
    def cr2(self) -> Cr2:
        """The fit with CR2's adjusted scores."""
        return cr2(self.moments, self.working)

    @cached_property
    def arms(self) -> ArmMoments:
        """What another assignment of arms needs; only where every cluster is in one arm."""
        moments = moments_of(self.cells, self.design.if_treated)
        treated = np.isin(self.clusters, self.cells.cluster[self.cells.treated == 1])
        return ArmMoments(moments, self.design.switched, treated)

    @cached_property
    def blocks(self) -> Ints:
        """[G] codes of the strata among whose clusters arms are exchanged; strata that share a cluster are one."""
        cluster = np.searchsorted(self.clusters, self.cells.cluster)
        _, block = np.unique(self.design.block, return_inverse=True)
        size = self.clusters.size + int(block.max()) + 1
        links = coo_array((np.ones(cluster.size), (cluster, self.clusters.size + block)), shape=(size, size))
        codes: Ints = connected_components(links, directed=False)[1][: self.clusters.size].astype(np.int64)
        return codes

    def combination(self, weights: Mapping[tuple[int, int], float]) -> Floats:
        """[p] the linear combination of coefficients that weights the effects of (unit, wave)."""
        vector = np.zeros(self.fit.k)
        for effect, weight in weights.items():
            vector[self.effects[effect]] = weight
        return vector


def degenerate(cells: Cells, fitted: Fit) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """For each outcome, whether it is constant, and whether the design leaves no residual to take errors from.

    In a panel an outcome that differs between respondents and changes for none of them is predicted without error.
    """
    square, total = answer_sums(cells)
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
    design = design_of(cells, effect_of)
    moments = moments_of(cells, design.x)
    try:
        fitted = fit(moments)
    except RankDeficientError:
        return "rank_deficient"
    constant, exact = degenerate(cells, fitted)
    return FittedModel(fitted, design, cells, moments, count_clusters(cells), constant, exact)
