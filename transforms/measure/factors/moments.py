"""Means and covariances of groups of respondents who need not have answered everything, and their answers themselves.

Where answers are missing, the means and covariances are those of maximum likelihood, by EM (Dempster, Laird & Rubin
1977; Little & Rubin 2002, section 11.2): the saturated model, against which chi2 is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from transforms.measure.factors.model import Floats, Whole
from transforms.measure.factors.patterns import Marks, Patterns, expand, item_moments, one_pattern, patterns_of

STEPS = 2000  # of EM, of which a few per cent of missing answers need about ten
SINGULAR = 1e-8  # least eigenvalue of the correlations, below which items predict one another
CLOSE = 1e-9  # change of means and covariances, in SDs, that ends them


@dataclass(frozen=True, slots=True)
class Cases:
    """Respondents of one group, for robust statistics: `answers` [respondents, items], NaN where there are none.

    `weights` add up to the group's. `units` say, in rising order, who was drawn together: numbers below `count`, which
    the groups share; `alone` is True where each respondent was drawn alone. Products of the units' scores are to
    be multiplied by `adjustment`. The traces are those that robust statistics of every model need (see `robust`).
    """

    answers: Floats
    weights: Floats
    units: Whole
    count: int
    alone: bool
    adjustment: float
    saturated_trace: float = float("nan")
    baseline_trace: float = float("nan")


@dataclass(frozen=True, slots=True)
class Moments:
    """Of the `n` respondents of one group who answered some item: divisor n, as maximum likelihood has it.

    Survey weights are made to add up to `n`. `partial` are the patterns of answers, None where nobody left anything
    out; `cases` are None where they were not asked for. Moments that the answers do not determine are NaN.
    """

    n: int
    mean: Floats
    covariance: Floats
    partial: Patterns | None = None
    cases: Cases | None = None

    @property
    def patterns(self) -> Patterns:
        return one_pattern(self.mean, self.covariance) if self.partial is None else self.partial


def answered_any(columns: Sequence[Floats]) -> Marks:
    """True for the rows with an answer in some column."""
    some: Marks = reduce(np.logical_or, (~np.isnan(column) for column in columns))
    return some


def group_moments(columns: Sequence[Floats], groups: Whole, count: int, weights: Floats | None = None) -> list[Moments]:
    """Moments of groups 0 to `count` - 1; `groups` has the group of each row, -1 for none of them."""
    return [with_saturated(sample) for sample in group_patterns(columns, groups, count, weights)]


def group_patterns(
    columns: Sequence[Floats], groups: Whole, count: int, weights: Floats | None = None
) -> list[Moments]:
    """The same before the moments of incomplete answers are sought: they are NaN.

    Rows without any answer, or without weight, are left out, and nobody else. NaN for a group of nobody.
    """
    used = used_groups(columns, groups, weights)
    found = []
    for group in range(count):
        rows = np.flatnonzero(used == group)
        answers, (n, p) = stacked(columns, rows), (len(rows), len(columns))
        sample = Moments(n, np.full(p, np.nan), np.full((p, p), np.nan))
        if n:
            patterns = patterns_of(answers, np.ones(n) if weights is None else weights[rows])
            sample = replace(sample, partial=patterns)
            if patterns.seen.all():
                sample = Moments(n, patterns.mean[0], patterns.covariance[0])
        found.append(sample)
    return found


def with_saturated(sample: Moments) -> Moments:
    """The group with the moments of greatest likelihood; NaN where there are none, or items predict one another."""
    mean, covariance = sample.mean, sample.covariance
    if sample.partial is not None:
        mean, covariance = saturated(sample.partial)
    sd = np.sqrt(np.diag(covariance))
    if not (sd > 0).all() or np.linalg.eigvalsh(covariance / np.outer(sd, sd))[0] < SINGULAR:
        mean, covariance = np.full_like(mean, np.nan), np.full_like(covariance, np.nan)
    return replace(sample, mean=mean, covariance=covariance)


def used_groups(columns: Sequence[Floats], groups: Whole, weights: Floats | None) -> Whole:
    """The group of each row that counts, -1 for the others."""
    counts = answered_any(columns) if weights is None else answered_any(columns) & (weights > 0)
    return np.where(counts, groups, -1)


def stacked(columns: Sequence[Floats], rows: Whole) -> Floats:
    """Answers of some rows, [rows, items]."""
    return np.column_stack([column[rows] for column in columns])


def saturated(patterns: Patterns) -> tuple[Floats, Floats]:
    """Mean and covariance of greatest likelihood; NaN where there are none.

    A step of EM in terms of the likelihood's slope: mu + Sigma b and Sigma - Sigma W Sigma - (Sigma b)(Sigma b)'.
    """
    _, mean, variances = item_moments(patterns)
    nothing = np.full(len(mean), np.nan), np.full((len(mean), len(mean)), np.nan)
    if not (variances > 0).all():
        return nothing
    covariance, unit = np.diag(variances), np.sqrt(variances)
    for _ in range(STEPS):
        here = expand(patterns, mean, covariance)
        if here is None:
            return nothing
        move = covariance @ here.by_mean
        change = -covariance @ here.by_covariance @ covariance - np.outer(move, move)
        mean, covariance = mean + move, covariance + change
        if max(np.abs(move / unit).max(), np.abs(change / np.outer(unit, unit)).max()) < CLOSE:
            return mean, covariance
    return nothing
