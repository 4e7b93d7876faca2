"""One pass over the rows: every product of answers and covariates, summed within cells, that a regression can ask for.

With regressors that differ between respondents (covariates, a score at baseline) a cluster's moments are sums of
products within the cells of the design, and these add up over cells and blocks of rows. So one pass serves every
governorate, all of them together, and every rung of the ladder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.impact.cells.compression import BLOCK_ROWS, CellSums, ClusterMoments, Floats, Ints
from transforms.impact.cells.working_model import WorkingMoments

Column = NDArray[Any]  # numbers, or True and False


@dataclass(frozen=True, slots=True)
class Grams:
    """Sums within C cells of products of a = (1, k covariates, m outcomes), among rows that have all of them.

    plain, weighted, squared: [C, 1 + k + m, 1 + k + m] sums of a a', w a a' and w^2 a a'. covariates: k.
    """

    plain: Floats
    weighted: Floats
    squared: Floats
    covariates: int

    def take(self, cells: NDArray[np.bool_]) -> "Grams":
        """Those of some of the cells (mask)."""
        return Grams(self.plain[cells], self.weighted[cells], self.squared[cells], self.covariates)

    def with_covariates(self, kept: Sequence[int]) -> "Grams":
        """Those of some of the covariates (positions)."""
        last = self.plain.shape[1]
        at = np.array([0, *(1 + position for position in kept), *range(1 + self.covariates, last)])
        inner = np.ix_(np.arange(len(self.plain)), at, at)
        return Grams(self.plain[inner], self.weighted[inner], self.squared[inner], len(kept))

    def sums(self) -> CellSums:
        """The outcomes' sums, as `compress` gives them."""
        first = 1 + self.covariates
        m = self.plain.shape[1] - first

        def common(values: Floats) -> Floats:
            return np.repeat(values[:, :1, 0], m, axis=1)

        return CellSums(
            rows=common(self.plain).astype(np.int64),
            weight=common(self.weighted),
            total=self.weighted[:, 0, first:],
            square=np.einsum("cmm->cm", self.weighted[:, first:, first:]).copy(),
            weight_square=common(self.squared),
            plain=self.plain[:, 0, first:],
        )


def _add_block(grams: tuple[Floats, Floats, Floats], code: Ints, weight: Floats, columns: Floats) -> None:
    """Add rows to the sums of their cells. columns: [n, q]."""
    narrow = code.astype(np.uint16) if len(grams[0]) <= np.iinfo(np.uint16).max else code  # sorts much faster
    order = np.argsort(narrow, kind="stable")
    code, weight, columns = code[order], weight[order], columns[order]
    weighted = columns * weight[:, None]
    edges = np.flatnonzero(np.diff(code, prepend=-1))
    for start, end in zip(edges, [*edges[1:], code.size], strict=True):
        cell, own, raised = code[start], columns[start:end], weighted[start:end]
        grams[0][cell] += own.T @ own
        grams[1][cell] += raised.T @ own
        grams[2][cell] += raised.T @ raised


def row_grams(
    code: Ints, weight: Floats, covariates: Sequence[Column], outcomes: Sequence[Column], cells: int
) -> Grams:
    """The products of all rows, which are read in blocks.

    code: [n] cell of each row, below `cells`. weight, covariates, outcomes: [n] each, nothing missing.
    """
    size = 1 + len(covariates) + len(outcomes)
    found = (np.zeros((cells, size, size)), np.zeros((cells, size, size)), np.zeros((cells, size, size)))
    for start in range(0, code.size, BLOCK_ROWS):
        at = slice(start, start + BLOCK_ROWS)
        columns = np.empty((code[at].size, size))
        columns[:, 0] = 1.0
        for position, column in enumerate((*covariates, *outcomes), start=1):
            columns[:, position] = column[at]
        _add_block(found, code[at], weight[at], columns)
    return Grams(*found, covariates=len(covariates))


def _design_products(x: Floats, gram: Floats, covariates: int) -> tuple[Floats, Floats, Floats]:
    """Of regressors [x, covariates], in each cell: products with each other and with outcomes; outcomes' squares."""
    first, p = 1 + covariates, x.shape[1] + covariates
    across = x[:, :, None] * gram[:, None, 0, 1:]  # [C, p0, k + m]
    xx = np.empty((len(x), p, p))
    xx[:, : x.shape[1], : x.shape[1]] = (x * gram[:, :1, 0])[:, :, None] * x[:, None, :]
    xx[:, : x.shape[1], x.shape[1] :] = across[:, :, :covariates]
    xx[:, x.shape[1] :, : x.shape[1]] = across[:, :, :covariates].swapaxes(1, 2)
    xx[:, x.shape[1] :, x.shape[1] :] = gram[:, 1:first, 1:first]
    xy = np.concatenate([across[:, :, covariates:], gram[:, 1:first, first:]], axis=1)
    return xx, xy, np.einsum("cmm->cm", gram[:, first:, first:])


def gram_moments(x: Floats, cluster: Ints, grams: Grams) -> tuple[ClusterMoments, WorkingMoments]:
    """Moments of the regression of the outcomes on `x` [C, p0] and the covariates, clusters in order of their codes."""
    order = np.argsort(cluster, kind="stable")
    starts = np.flatnonzero(np.diff(cluster[order], prepend=cluster[order[:1]] - 1))

    def add(values: Floats) -> Floats:
        added: Floats = np.add.reduceat(values[order], starts, axis=0)
        return added

    def products(gram: Floats) -> tuple[Floats, Floats, Floats]:
        xx, xy, yy = _design_products(x, gram, grams.covariates)
        return add(xx), add(xy), add(yy)

    (xwx, xwy, ywy), plain, squared = (products(gram) for gram in (grams.weighted, grams.plain, grams.squared))
    rows = add(grams.plain[:, 0, 0]).round().astype(np.int64)
    return ClusterMoments(xwx, xwy, ywy, rows), WorkingMoments(plain[0], squared[0], plain[1])
