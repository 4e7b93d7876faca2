"""Means, covariances and fourth moments of groups of respondents: all that factor models by maximum likelihood need."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from transforms.measure.factors.model import Floats, Whole

BLOCK = 1 << 13  # rows taken at a time: small enough for a processor's cache
SAMPLED = 20_000  # respondents of a group from which fourth moments are taken, evenly spread, where there are more


@dataclass(frozen=True, slots=True)
class Moments:
    """Of the `n` respondents of one group who answered every item: divisor n, as maximum likelihood has it.

    `fourth` is the covariance (divisor n) of the respondents' (x, vech(d d')), d their deviations from the mean and
    vech in the order of `numpy.tril_indices`: Gamma of Browne (1984). None where it was not asked for.
    """

    n: int
    mean: Floats
    covariance: Floats
    fourth: Floats | None = None


def complete_rows(columns: Sequence[Floats]) -> npt.NDArray[np.bool_]:
    """True for the rows without NaN in any column."""
    complete: npt.NDArray[np.bool_] = ~np.isnan(columns[0])
    for column in columns[1:]:
        complete &= ~np.isnan(column)
    return complete


def group_moments(columns: Sequence[Floats], groups: Whole, count: int) -> list[Moments]:
    """Means and covariances of groups 0 to `count` - 1; `groups` has the group of each row, -1 for none of them.

    Rows with a missing answer in any of the columns are left out (listwise). NaN for a group of nobody. Rows are read
    once, in blocks.
    """
    p = len(columns)
    shift = _first_complete(columns)  # any constant serves; one near the mean keeps digits
    size, sums, products = np.zeros(count, dtype=np.int64), np.zeros((count, p)), np.zeros((count, p, p))
    for start in range(0, len(groups), BLOCK):
        block = np.column_stack([column[start : start + BLOCK] for column in columns]) - shift
        here = np.where(np.isnan(block).any(axis=1), -1, groups[start : start + BLOCK])
        for group in range(count):
            rows = block[here == group]
            size[group] += len(rows)
            sums[group] += rows.sum(axis=0)
            products[group] += rows.T @ rows
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums / size[:, None]
        covariances = products / size[:, None, None] - means[:, :, None] * means[:, None, :]
    return [Moments(int(size[group]), means[group] + shift, covariances[group]) for group in range(count)]


def with_fourth(moments: Sequence[Moments], columns: Sequence[Floats], groups: Whole) -> list[Moments]:
    """The same moments with their fourth ones; no group may be empty.

    Of a group of more than 20,000 an even sample of no more than those serves: the scale of chi2 and the errors are
    then known to about one per cent, at a cost that does not grow with the rows.
    """
    where = np.where(complete_rows(columns), groups, -1)
    found = []
    for group, sample in enumerate(moments):
        rows = np.flatnonzero(where == group)
        rows = rows[:: -(-len(rows) // SAMPLED)]
        found.append(replace(sample, fourth=_fourth(np.column_stack([column[rows] for column in columns]))))
    return found


def _fourth(answers: Floats) -> Floats:
    lower = np.tril_indices(answers.shape[1])
    deviations = answers - answers.mean(axis=0)
    width = answers.shape[1] + len(lower[0])
    products, sums = np.zeros((width, width)), np.zeros(width)
    for start in range(0, len(answers), BLOCK):
        block = deviations[start : start + BLOCK]
        both = np.hstack([block, block[:, lower[0]] * block[:, lower[1]]])
        products += both.T @ both
        sums += both.sum(axis=0)
    fourth: Floats = products / len(answers) - np.outer(sums, sums) / len(answers) ** 2
    return fourth


def _first_complete(columns: Sequence[Floats]) -> Floats:
    """First row without NaN; zeros where there is none."""
    for start in range(0, len(columns[0]), BLOCK):
        block = np.column_stack([column[start : start + BLOCK] for column in columns])
        complete = np.flatnonzero(~np.isnan(block).any(axis=1))
        if complete.size:
            found: Floats = block[complete[0]]
            return found
    return np.zeros(len(columns))
