"""Means, covariances and fourth moments of groups of respondents: all that factor models by maximum likelihood need."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from transforms.measure.factors.model import Floats, Whole

BLOCK = 1 << 13  # rows taken at a time: the products of their answers stay small


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


def complete_rows(columns: Sequence[Floats]) -> np.ndarray:
    """True for the rows without NaN in any column."""
    complete = ~np.isnan(columns[0])
    for column in columns[1:]:
        complete &= ~np.isnan(column)
    return complete


def group_moments(columns: Sequence[Floats], groups: Whole, count: int, *, fourth: bool = False) -> list[Moments]:
    """Moments of groups 0 to `count` - 1 from columns of answers; `groups` is -1 for rows of none of them.

    Rows with a missing answer are left out (listwise). Means and covariances of a group of nobody are NaN. Rows are
    read in blocks, once for the mean, once for the rest.
    """
    groups = np.where(complete_rows(columns), groups, -1)
    p = len(columns)
    size = np.array([np.sum(groups == group) for group in range(count)])
    sums = np.zeros((count, p))
    for group, rows in _blocks(columns, groups, count):
        sums[group] += rows.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums / size[:, None]
    width = p + p * (p + 1) // 2 if fourth else p
    products, totals = np.zeros((count, width, width)), np.zeros((count, width))
    lower = np.tril_indices(p)
    for group, rows in _blocks(columns, groups, count):
        deviations = rows - means[group]
        if fourth:
            deviations = np.hstack([deviations, deviations[:, lower[0]] * deviations[:, lower[1]]])
        products[group] += deviations.T @ deviations
        totals[group] += deviations.sum(axis=0)
    return [
        _moments(int(size[group]), means[group], products[group], totals[group], fourth=fourth)
        for group in range(count)
    ]


def _blocks(columns: Sequence[Floats], groups: Whole, count: int) -> Iterator[tuple[int, Floats]]:
    for start in range(0, len(groups), BLOCK):
        here = groups[start : start + BLOCK]
        block = np.column_stack([column[start : start + BLOCK] for column in columns])
        for group in range(count):
            rows = here == group
            if rows.any():
                yield group, block[rows]


def _moments(n: int, mean: Floats, products: Floats, totals: Floats, *, fourth: bool) -> Moments:
    if n == 0:
        nothing = np.full((len(mean), len(mean)), np.nan)
        return Moments(0, mean, nothing, np.full(products.shape, np.nan) if fourth else None)
    p = len(mean)
    return Moments(
        n=n,
        mean=mean,
        covariance=products[:p, :p] / n,
        fourth=products / n - np.outer(totals, totals) / n**2 if fourth else None,
    )
