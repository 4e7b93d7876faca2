"""Gaps filled from a normal model by data augmentation (Schafer 1997, ch. 5; Little & Rubin 2019, ch. 11.2).

Rows of a stratum share a covariance; rows of a cell of it share means. Two steps alternate: means and covariance are
drawn from their posterior given the filled rows (sums alone are needed), and every gap is drawn given the other answers
of its row. Data sets are taken so far apart that they are as good as independent. Filled values are not rounded nor
kept inside the scale: either would bias means (Horton, Lipsitz & Parzen 2003; von Hippel 2013).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.measure.alternatives.shares import Floats

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
RIDGE = 1e-6  # of the mean variance, added to variances: an answer everyone gives is drawn as that answer
ALIKE = 0.01  # correlation that is left between data sets taken one after the other
FEWEST_STEPS, MOST_STEPS, BURN_IN = 2, 20, 10


@dataclass(frozen=True, slots=True)
class Incomplete:
    """Answers [n, k] with gaps, sorted by stratum and then cell; cells are numbered across strata.

    stratum: [cells] of each cell. gap: [n, k] where an answer is to be drawn; NaN anywhere else is not allowed.
    """

    values: Floats
    gap: Bools
    cell: Ints
    stratum: Ints


@dataclass(frozen=True, slots=True)
class _Sums:
    """Rows and sums [C, k] of cells, cross-products [S, k, k] of strata."""

    rows: Floats
    total: Floats
    cross: Floats


def _sums(values: Floats, cell: Ints, stratum: Ints) -> _Sums:
    """Sums of rows that are sorted by cell."""
    cells, k = stratum.size, values.shape[1]
    rows, total = np.bincount(cell, minlength=cells).astype(np.float64), np.zeros((cells, k))
    starts = np.searchsorted(cell, np.arange(cells + 1))
    present = np.flatnonzero(rows)
    if present.size:
        total[present] = np.add.reduceat(values, starts[present], axis=0)
    cross = np.zeros((int(stratum.max()) + 1, k, k))
    edges = starts[np.searchsorted(stratum, np.arange(len(cross) + 1))]
    for place in range(len(cross)):
        mine = values[edges[place] : edges[place + 1]]
        cross[place] = mine.T @ mine
    return _Sums(rows, total, cross)


def _draw_parameters(sums: _Sums, stratum: Ints, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Means [C, k] and precision matrices [S, k, k] from their posterior under Jeffreys' prior.

    The precision is Wishart with as many degrees of freedom as rows less cells (Bartlett's decomposition), the means
    normal around the cells' means with the covariance over the cell's rows.
    """
    strata, k = len(sums.cross), sums.total.shape[1]
    mean = sums.total / sums.rows[:, None]
    within = sums.cross.copy()
    np.subtract.at(within, stratum, sums.rows[:, None, None] * mean[:, :, None] * mean[:, None, :])
    df = np.bincount(stratum, sums.rows, strata) - np.bincount(stratum, minlength=strata)
    diagonal = np.einsum("sii->si", within)
    diagonal += RIDGE * np.maximum(diagonal.mean(axis=1, keepdims=True), RIDGE)
    lower = np.linalg.cholesky(within)
    bartlett = np.tril(rng.standard_normal((strata, k, k)), -1)
    bartlett[:, np.arange(k), np.arange(k)] = np.sqrt(rng.chisquare(df[:, None] - np.arange(k)))
    root = np.linalg.solve(lower.transpose(0, 2, 1), bartlett)  # precision = root root'
    noise = rng.standard_normal((stratum.size, k))[:, :, None] / np.sqrt(sums.rows)[:, None, None]
    spread = np.linalg.solve(root.transpose(0, 2, 1)[stratum], noise)[:, :, 0]
    return mean + spread, root @ root.transpose(0, 2, 1)


def _draw_answers(
    values: Floats,
    gaps: list[Ints],
    place: tuple[Ints, Ints],
    parameters: tuple[Floats, Floats],
    rng: np.random.Generator,
) -> None:
    """Draw the gaps of one item after the other in place, each given the rest of its row (a Gibbs sweep).

    gaps: rows to draw for each item. place: cell and stratum of each row.
    """
    (cell, stratum), (mean, precision) = place, parameters
    apart = values - mean[cell]
    for item, rows in enumerate(gaps):
        if not rows.size:
            continue
        variance = 1 / precision[:, item, item]
        slopes = -precision[:, item] * variance[:, None]
        slopes[:, item] = 0.0
        at = stratum[rows]
        expected = np.einsum("nk,nk->n", apart[rows], slopes[at])
        apart[rows, item] = expected + np.sqrt(variance[at]) * rng.standard_normal(rows.size)
        values[rows, item] = mean[cell[rows], item] + apart[rows, item]


def steps_between(gap: Bools) -> int:
    """Steps after which two data sets are all but uncorrelated, from the largest share of an item that is missing.

    A step leaves about the share of missing information of the correlation (Schafer 1997, sec. 3.5.3), which the share
    of missing answers exceeds as a rule.
    """
    share = float(gap.mean(axis=0).max())
    wanted = np.log(ALIKE) / np.log(share) if 0 < share < 1 else MOST_STEPS
    return int(np.clip(np.ceil(wanted), FEWEST_STEPS, MOST_STEPS))


def filled(data: Incomplete, count: int, seed: int) -> Iterator[Floats]:
    """`count` filled copies [incomplete rows, k] of the rows that have gaps, in their order."""
    rng = np.random.default_rng(seed)
    open_rows: Bools = np.asarray(data.gap.any(axis=1))
    whole = _sums(data.values[~open_rows], data.cell[~open_rows], data.stratum)
    cell, gap = data.cell[open_rows], data.gap[open_rows]
    values = _started(data, open_rows)
    gaps = [np.flatnonzero(column) for column in gap.T]
    steps = steps_between(data.gap)
    until = max(BURN_IN, steps)
    for _ in range(count):
        for _ in range(until):
            partial = _sums(values, cell, data.stratum)
            sums = _Sums(whole.rows + partial.rows, whole.total + partial.total, whole.cross + partial.cross)
            parameters = _draw_parameters(sums, data.stratum, rng)
            _draw_answers(values, gaps, (cell, data.stratum[cell]), parameters, rng)
        until = steps
        yield values.copy()


def _started(data: Incomplete, open_rows: Bools) -> Floats:
    """Rows with gaps, each gap at the mean of its cell's answers."""
    known = np.where(data.gap, 0.0, data.values)
    cells = data.stratum.size
    answers = np.stack([np.bincount(data.cell, ~gap, cells) for gap in data.gap.T], axis=1)
    total = np.stack([np.bincount(data.cell, column, cells) for column in known.T], axis=1)
    mean = total / np.maximum(answers, 1)
    return np.where(data.gap, mean[data.cell], data.values)[open_rows]
