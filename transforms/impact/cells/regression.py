"""The study's regression on its cells: design and moments, of answers as they are or of a panel's own changes."""

from dataclasses import dataclass

import numpy as np

from transforms.impact.cells.compression import ClusterMoments, Floats, Ints, cluster_moments
from transforms.impact.cells.design import Cells, DesignMatrix, design_matrix, effect_columns, one_hot, stratum_effects
from transforms.impact.cells.panel_cells import PanelCells
from transforms.impact.cells.support import Support, row_support
from transforms.impact.cells.working_model import UnweightedSums, WorkingMoments, working_moments


@dataclass(frozen=True, slots=True)
class _Regressors:
    """Regressors of panel cells, cluster after cluster.

    order: [C] the cells' positions in that order. starts: [G] where a cluster begins. support: which regressors each
    cluster has. x: [C, q] those, in order. base, wave: [C], in order, bases numbered without gaps.
    """

    order: Ints
    starts: Ints
    support: Support
    x: Floats
    base: Ints
    wave: Ints

    def scores(self, values: Floats) -> Floats:
        """[G, q, m] sums within clusters of x values', for values [C, m] of the cells as they came."""
        return self._add(self.x[:, :, None] * values[self.order][:, None, :])

    def sums(self, values: Floats) -> Floats:
        """[G, m] sums within clusters of values [C, m] of the cells as they came."""
        return self._add(values[self.order])

    def products(self, kernel: Floats) -> Floats:
        """[G, q, q] sums within clusters of x kernel x', for a kernel [C, T] of the cells as they came."""
        waves = np.zeros((int(self.base.max()) + 1, kernel.shape[1], self.x.shape[1]))
        waves[self.base, self.wave] = self.x
        mates = np.einsum("ct,ctq->cq", kernel[self.order], waves[self.base], optimize=True)
        found = self._add(self.x[:, :, None] * mates[:, None, :])
        symmetric: Floats = (found + found.swapaxes(1, 2)) / 2  # but for rounding it is
        return symmetric

    def _add(self, values: Floats) -> Floats:
        added: Floats = np.add.reduceat(values, self.starts, axis=0)
        return added


def _regressors(cells: PanelCells, x: Floats) -> _Regressors:
    order = np.argsort(cells.cluster, kind="stable")
    cluster = cells.cluster[order]
    starts = np.flatnonzero(np.diff(cluster, prepend=cluster[:1] - 1))
    support = row_support(x[order], starts)
    position = np.repeat(np.arange(starts.size), np.diff(starts, append=len(x)))
    base = np.unique(cells.base[order], return_inverse=True)[1]
    return _Regressors(order, starts, support, support.rows(x[order], position), base, cells.wave[order])


def moments_of(cells: Cells, x: Floats) -> ClusterMoments:
    """Moments of the regression of the cells' outcomes on `x` [C, p], after the within transform in a panel.

    rows: of a panel's cluster, its answers less one for every respondent.
    """
    if not isinstance(cells, PanelCells):
        return cluster_moments(x, cells.cluster, cells.sums)
    of, products = _regressors(cells, x), cells.products
    left = products.plain[np.arange(x.shape[0]), cells.wave]
    return ClusterMoments(
        xwx=of.products(products.weighted),
        xwy=of.scores(cells.sums.total),
        ywy=of.sums(cells.sums.square),
        rows=of.sums(left).round().astype(np.int64),
        sparse=of.support,
    )


def working_of(cells: Cells, x: Floats) -> WorkingMoments:
    """Moments of the working model of the same regression."""
    if not isinstance(cells, PanelCells):
        sums = cells.sums
        return working_moments(x, cells.cluster, UnweightedSums(cells.rows, sums.weight_square[:, 0], sums.plain))
    of, products = _regressors(cells, x), cells.products
    return WorkingMoments(of.products(products.plain), of.products(products.squared), of.scores(cells.sums.plain))


def within_design(cells: PanelCells, effect_of: Ints) -> DesignMatrix:
    """The study's design without what every respondent's constant explains: the first wave, and lasting differences.

    unit x stratum x later wave effects + treated x later wave; without a comparison arm the later waves alone.
    """
    if not cells.comparison:
        x, effects = effect_columns(cells, effect_of, 0)
        return DesignMatrix(x, effects, True, x, np.zeros(x.shape[1], dtype=bool), cells.unit)
    stratum, left_out = stratum_effects(cells)
    block, waves = cells.unit * (stratum.max() + 1) + stratum, int(cells.wave.max()) + 1
    base, codes = one_hot(block * waves + cells.wave)
    base = base[:, np.diff(codes // waves, prepend=-1) == 0]
    indicators, effects = effect_columns(cells, effect_of, base.shape[1])
    if_treated = np.hstack([base, indicators])
    switched = np.arange(if_treated.shape[1]) >= base.shape[1]
    x = if_treated * np.where(switched, cells.treated[:, None], 1)
    return DesignMatrix(x, effects, not left_out, if_treated, switched, block)


def design_of(cells: Cells, effect_of: Ints) -> DesignMatrix:
    """The study's design on its cells (see `did_design` for `effect_of`)."""
    return within_design(cells, effect_of) if isinstance(cells, PanelCells) else design_matrix(cells, effect_of)


def answer_sums(cells: Cells) -> tuple[Floats, Floats]:
    """[m] weighted sums of the answers' squares and of the answers, before any transform."""
    sums = cells.products if isinstance(cells, PanelCells) else cells.sums
    return sums.square.sum(axis=0), sums.total.sum(axis=0)
