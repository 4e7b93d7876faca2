"""Ordered answers as categories: which there are in every group, and where a normal variable is cut into them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
MOST_CATEGORIES = 15  # house: an answer on a longer scale is a number, not a choice

NEVER_ANSWERED = "item_never_answered"
ONE_CATEGORY = "item_one_category"
TOO_MANY_CATEGORIES = "item_too_many_categories"


@dataclass(frozen=True, slots=True)
class Categories:
    """Answers of respondents as positions 0, 1, ... in the categories of each item.

    `codes` is respondents x items, `missing` where there is no answer, which is the greatest of `counts` (the number
    of categories of each item). `rows` are the places of the respondents in the table given, `group` the group of each
    (0, 1, ...). Every item has at least two categories and every group has answers in each of them. `left_out` says
    why an item is not among `items`; `merged` how many categories of an item went into a neighbour.
    """

    items: tuple[str, ...]
    codes: Ints
    counts: tuple[int, ...]
    group: Ints
    rows: Ints
    left_out: Mapping[str, str]
    merged: Mapping[str, int]

    @property
    def missing(self) -> int:
        """Code of no answer."""
        return max(self.counts, default=0)

    def of_group(self, group: int) -> Ints:
        """Codes of the respondents of one group."""
        codes: Ints = self.codes[self.group == group]
        return codes


def ordered_categories(answers: pd.DataFrame, group: Ints | None = None) -> Categories:
    """Categories of each item (column) that every group has used; NaN is no answer, rows without any are left out.

    A category nobody of some group chose goes into its neighbour towards the middle of the scale, in every group alike,
    for a threshold must exist in each of them. An item left with one category, never answered in a group, or with more
    than 15 categories is left out.
    """
    groups = np.zeros(len(answers), dtype=np.int64) if group is None else group
    used = int(groups.max(initial=0)) + 1
    found = {
        str(name): _joined(pd.factorize(answers[name], sort=True)[0].astype(np.int64), groups, used) for name in answers
    }
    joined = {name: result for name, result in found.items() if not isinstance(result, str)}
    left_out = {name: result for name, result in found.items() if isinstance(result, str)}
    some = np.logical_or.reduce([item.codes >= 0 for item in joined.values()], axis=0) if joined else np.empty(0)
    rows = np.flatnonzero(some).astype(np.int64)
    return _assembled(joined, rows, groups[rows], left_out)


@dataclass(frozen=True, slots=True)
class _Joined:
    """An item's answers as positions (-1 where none) in `count` categories, `merged` of which went into a neighbour."""

    codes: Ints
    count: int
    merged: int


def _joined(codes: Ints, group: Ints, groups: int) -> _Joined | str:
    """The item with categories that every group has used; the reason why there is none else."""
    there = codes >= 0
    most = int(codes.max(initial=-1)) + 1
    counts = np.bincount(group[there] * most + codes[there], minlength=groups * most).reshape(groups, most)
    if not counts.any(axis=1).all():
        return NEVER_ANSWERED
    present = counts.any(axis=0)
    if present.sum() > MOST_CATEGORIES:
        return TOO_MANY_CATEGORIES
    new = np.cumsum(present) - 1
    counts = counts[:, present]
    while counts.shape[1] > 1 and (counts == 0).any():
        counts, merge = _merged(counts)
        new = merge[new]
    if counts.shape[1] < 2:
        return ONE_CATEGORY
    return _Joined(np.where(there, new[codes], -1), counts.shape[1], int(present.sum()) - counts.shape[1])


def _merged(counts: Ints) -> tuple[Ints, Ints]:
    """Counts with the lowest category that some group lacks joined to its neighbour; new place of each category."""
    width = counts.shape[1]
    lacking = int(np.flatnonzero((counts == 0).any(axis=0))[0])
    lower = lacking if lacking < (width - 1) / 2 else lacking - 1  # of the two that become one
    joined = np.delete(counts, lower + 1, axis=1)
    joined[:, lower] += counts[:, lower + 1]
    return joined, np.arange(width) - (np.arange(width) > lower)


def _assembled(joined: Mapping[str, _Joined], rows: Ints, group: Ints, left_out: Mapping[str, str]) -> Categories:
    counts = tuple(item.count for item in joined.values())
    table = np.empty((len(rows), len(joined)), dtype=np.int64)
    for at, item in enumerate(joined.values()):
        table[:, at] = np.where(item.codes[rows] >= 0, item.codes[rows], max(counts))
    merged = {name: item.merged for name, item in joined.items() if item.merged}
    return Categories(tuple(joined), table, counts, group, rows, left_out, merged)


def threshold_edges(codes: Ints, counts: tuple[int, ...], weights: Floats | None = None) -> Floats:
    """Cuts of a standard normal variable with the shares of each item's categories: items x (most categories + 1).

    The first edge is -inf; an item's last, and those it does not have, are +inf. Olsson (1979), two-step estimator.
    Shares are of the `weights`, if given.
    """
    edges = np.full((len(counts), max(counts) + 1), np.inf)
    edges[:, 0] = -np.inf
    for at, count in enumerate(counts):
        answered = np.bincount(codes[:, at], weights, minlength=count)[:count]
        edges[at, 1:count] = ndtri(np.cumsum(answered)[:-1] / answered.sum())
    return edges
