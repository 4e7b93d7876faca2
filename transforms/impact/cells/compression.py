"""From millions of respondents to a table of clusters x cells that holds all a regression needs.

When every regressor is discrete, weighted least squares and its cluster-robust covariance depend on the data only
through sums within cluster x cell (Wong, Lewis & Wardrop 2021; MacKinnon, Nielsen & Webb 2023, sec. 2). The sums of
blocks of rows add up, so size of memory and order of reading do not matter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.impact.cells.support import Support, row_support

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Number = TypeVar("Number", np.int64, np.float64)

BLOCK_ROWS = 1 << 17  # rows summed at once: small enough for the processor's cache
DENSE_CELLS = 1 << 22  # largest table of possible cells that is looked up instead of sorted
WEIGHTED = ("weight", "total", "square", "weight_square", "plain")  # the sums beside the number of rows


@dataclass(frozen=True, slots=True)
class CellSums:
    """Sums within C cells for m outcomes, each outcome over the rows that answered it.

    rows: [C, m] respondents. weight: [C, m] sums of weights. total: [C, m] weighted sums of the outcome. square: [C, m]
    weighted sums of its square. weight_square: [C, m] sums of squared weights. plain: [C, m] sums of the outcome
    without weights.
    """

    rows: Ints
    weight: Floats
    total: Floats
    square: Floats
    weight_square: Floats
    plain: Floats

    def take(self, cells: NDArray[np.bool_] | Ints) -> "CellSums":
        """The sums of some of the cells (mask or positions)."""
        return CellSums(self.rows[cells], *(getattr(self, name)[cells] for name in WEIGHTED))


@dataclass(frozen=True, slots=True)
class CellTable(CellSums):
    """Sums within cells, with what the cells are.

    keys: C rows, one column per key, sorted by the keys. outcomes: names of the m outcomes.
    """

    keys: pd.DataFrame
    outcomes: tuple[str, ...]

    def select(self, cells: NDArray[np.bool_], outcomes: Sequence[int] | None = None) -> "CellTable":
        """Some of the cells (mask) and outcomes (positions; all where not given)."""
        positions = range(len(self.outcomes)) if outcomes is None else outcomes
        at = np.ix_(np.flatnonzero(cells), np.asarray(positions, dtype=np.int64))
        return CellTable(
            rows=self.rows[at],
            **{name: getattr(self, name)[at] for name in WEIGHTED},
            keys=self.keys.loc[cells].reset_index(drop=True),
            outcomes=tuple(self.outcomes[position] for position in positions),
        )


def _densify(codes: Ints, size: int) -> tuple[Ints, int]:
    """Codes that occur, renumbered from 0 in the same order; and how many there are."""
    if size > max(DENSE_CELLS, codes.size):
        present, renumbered = np.unique(codes, return_inverse=True)
        return renumbered.astype(np.int64), present.size
    used = np.bincount(codes, minlength=size) > 0
    return (np.cumsum(used) - 1)[codes], int(used.sum())


def _column_codes(column: pd.Series) -> tuple[Ints, int]:
    """Codes of a column's values in sorted (or category) order, missing as a value of its own, last."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, size = column.cat.codes.to_numpy(), len(column.cat.categories)
    else:
        codes, values = pd.factorize(column, sort=True)
        size = len(values)
    codes = codes.astype(np.int64)
    return np.where(codes < 0, size, codes), size + 1


def cell_codes(frame: pd.DataFrame, by: Sequence[str]) -> tuple[Ints, Ints]:
    """Cell of each row, numbered in the order of the keys, and the first row of each cell."""
    codes, size = np.zeros(len(frame), dtype=np.int64), 1
    for name in by:
        column, values = _column_codes(frame[name])
        codes, size = _densify(codes * values + column, size * values)
    first = np.empty(size if len(frame) else 0, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(frame) - 1, -1, -1)
    return codes, first


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows summed at once: their cells, weights and values [n] of each outcome; whether weights other than 1 occur."""

    codes: Ints
    weight: Floats
    outcomes: list[Floats]
    weighted: bool


def _add_block(rows: Ints, sums: dict[str, Floats], block: _Block) -> None:
    """Add one block of rows to the numbers of rows and the sums, which have one spare cell at the end.

    Where every weight is 1, the sums of squared weights and without weights are left to `compress`.
    """
    size = rows.shape[0]

    def add(codes: Ints, values: Floats) -> Floats:
        return np.bincount(codes, values, minlength=size).astype(np.float64, copy=False)

    def weights(codes: Ints, weight: Floats) -> dict[str, Floats]:
        found = {"weight": add(codes, weight)}
        return found | ({"weight_square": add(codes, weight * weight)} if block.weighted else {})

    counted, everyone = np.bincount(block.codes, minlength=size), weights(block.codes, block.weight)
    for position, answers in enumerate(block.outcomes):
        answered = ~np.isnan(answers)
        if answered.all():
            codes, weight, values, added = block.codes, block.weight, answers, dict(everyone)
            rows[:, position] += counted
        else:
            codes, weight, values = block.codes[answered], block.weight[answered], answers[answered]
            added = weights(codes, weight)
            rows[:, position] += np.bincount(codes, minlength=size)
        if block.weighted:
            added["plain"] = add(codes, values)
        product = weight * values
        added["total"] = add(codes, product)
        product *= values
        added["square"] = add(codes, product)
        for name, part in added.items():
            sums[name][:, position] += part


def compress(
    frame: pd.DataFrame,
    outcomes: Sequence[str],
    by: Sequence[str],
    weight: str,
    keep: NDArray[np.bool_] | None = None,
) -> CellTable:
    """Sums of `outcomes` within the cells of `by`, over the rows of `keep` (all rows where not given).

    `frame` is read column by column in blocks and never copied. A missing outcome (NaN) leaves the row out of that
    outcome only; a missing key is a value of its own.
    """
    codes, first = cell_codes(frame, by)
    cells = first.size
    if keep is not None:
        codes = np.where(keep, codes, cells)
    weights = frame[weight].to_numpy(dtype=np.float64)
    columns = [frame[name].to_numpy(dtype=np.float64) for name in outcomes]
    shape = (cells + 1, len(outcomes))
    rows, sums = np.zeros(shape, dtype=np.int64), {name: np.zeros(shape) for name in WEIGHTED}
    weighted = not bool(np.all(weights == 1))
    step = max(BLOCK_ROWS, cells)
    for start in range(0, len(frame), step):
        at = slice(start, start + step)
        _add_block(rows, sums, _Block(codes[at], weights[at], [column[at] for column in columns], weighted))
    if not weighted:
        sums |= {"weight_square": sums["weight"], "plain": sums["total"]}
    keys = frame[list(by)].iloc[first].reset_index(drop=True)
    summed = {name: values[:cells] for name, values in sums.items()}
    table = CellTable(rows=rows[:cells], **summed, keys=keys, outcomes=tuple(outcomes))
    occurs = np.bincount(codes, minlength=cells + 1)[:cells] > 0
    return table if occurs.all() else table.select(occurs)


def combine(tables: Iterable[CellTable]) -> CellTable:
    """The table of all rows together, from tables of blocks of rows with the same keys and outcomes."""
    parts = list(tables)
    keys = pd.concat([part.keys for part in parts], ignore_index=True)
    codes, first = cell_codes(keys, list(keys.columns))

    def add(blocks: list[NDArray[Number]]) -> NDArray[Number]:
        sums = np.zeros((first.size, len(parts[0].outcomes)), dtype=blocks[0].dtype)
        np.add.at(sums, codes, np.concatenate(blocks))
        return sums

    return CellTable(
        keys=keys.iloc[first].reset_index(drop=True),
        outcomes=parts[0].outcomes,
        rows=add([part.rows for part in parts]),
        **{name: add([getattr(part, name) for part in parts]) for name in WEIGHTED},
    )


def patterns(table: CellTable) -> list[list[int]]:
    """Positions of outcomes with the same rows and weights in every cell: one set of cross-products serves them."""
    groups: dict[tuple[bytes, ...], list[int]] = {}
    for position in range(len(table.outcomes)):
        key = tuple(sums[:, position].tobytes() for sums in (table.rows, table.weight, table.weight_square))
        groups.setdefault(key, []).append(position)
    return list(groups.values())


@dataclass(frozen=True, slots=True)
class ClusterMoments:
    """Cross-products within each of G clusters, for p regressors and m outcomes with the same rows.

    xwx: [G, q, q]. xwy: [G, q, m]. ywy: [G, m]. rows: [G]. sparse: the q of the p regressors that each cluster has;
    q = p where not given. Everything a linear model needs, and additive: moments of more clusters stand below one
    another, moments of more rows of a cluster add up.
    """

    xwx: Floats
    xwy: Floats
    ywy: Floats
    rows: Ints
    sparse: Support | None = None

    @property
    def support(self) -> Support:
        """Which regressors each cluster has."""
        return self.sparse or Support(self.xwx.shape[1])

    def totals(self) -> tuple[Floats, Floats]:
        """X'WX [p, p] and X'Wy [p, m]."""
        return self.support.add_squares(self.xwx), self.support.add(self.xwy)

    def dense(self) -> "ClusterMoments":
        """The same with all p regressors of every cluster."""
        scatter = self.support.scatter
        across = scatter(scatter(self.xwx).swapaxes(1, 2))
        return ClusterMoments(across, scatter(self.xwy), self.ywy, self.rows)


def cluster_moments(x: Floats, cluster: Ints, sums: CellSums) -> ClusterMoments:
    """Moments of the regression of the outcomes on `x`, of the regressors each cluster has (see `row_support`).

    x: [C, p] regressors of each cell. cluster: [C] codes of the cells' clusters; the moments are in their order.
    sums: C cells whose outcomes share rows and weights (see `patterns`); cells without rows must be left out.
    """
    order = np.argsort(cluster, kind="stable")
    starts = np.flatnonzero(np.diff(cluster[order], prepend=cluster[order[:1]] - 1))
    x, weight = x[order], sums.weight[order, :1]
    support = row_support(x, starts)
    x = support.rows(x, np.repeat(np.arange(starts.size), np.diff(starts, append=len(x))))

    def add(values: NDArray[np.float64]) -> Floats:
        added: Floats = np.add.reduceat(values, starts, axis=0)
        return added

    return ClusterMoments(
        xwx=add((x * weight)[:, :, None] * x[:, None, :]),
        xwy=add(x[:, :, None] * sums.total[order][:, None, :]),
        ywy=add(sums.square[order]),
        rows=np.add.reduceat(sums.rows[order, 0], starts),
        sparse=support,
    )
