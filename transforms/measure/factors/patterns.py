"""Answers of one group by which items were answered: all that the likelihood of incomplete answers needs.

With answers missing at random each respondent counts with the items answered (Arbuckle 1996, "Full information
estimation in the presence of incomplete data"; R's lavaan: missing = "fiml"). Respondents of one pattern share
their Sigma, so everything is summed over patterns; a complete group has a single one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.linalg.lapack import dpotrf, dpotri

from transforms.measure.factors.model import Floats, Whole

Marks = npt.NDArray[np.bool_]
BLOCK = 1 << 11  # patterns taken at a time
BITS = 30  # items whose marks are read as one number


@dataclass(frozen=True, slots=True)
class Patterns:
    """[patterns, ...] the items `seen`, the `share` of the group's weight, and the answers' mean and covariance.

    Covariances have the pattern's weight as divisor. Items that a pattern has not seen are 0 in both.
    """

    seen: Marks
    share: Floats
    mean: Floats
    covariance: Floats


@dataclass(frozen=True, slots=True)
class Expansion:
    """-2 log likelihood of one respondent, less p log 2 pi, and half its derivatives.

    `by_mean` is the negative of half the derivative by mu; half that by a symmetric change dSigma is
    tr(`by_covariance` dSigma) / 2.
    """

    value: float
    by_mean: Floats
    by_covariance: Floats


def one_pattern(mean: Floats, covariance: Floats) -> Patterns:
    """Of a group in which everybody answered every item."""
    return Patterns(np.ones((1, len(mean)), dtype=bool), np.ones(1), mean[None], covariance[None])


def pattern_codes(seen: Marks) -> Whole:
    """For each row of marks the number of its pattern, 0, 1, ... in an order that no row decides."""
    codes = np.zeros(len(seen), dtype=np.int64)
    for start in range(0, seen.shape[1], BITS):
        part = seen[:, start : start + BITS]
        key = (codes << BITS) + part @ (1 << np.arange(part.shape[1], dtype=np.int64))
        codes = pd.factorize(key, sort=True)[0].astype(np.int64)
    return codes.astype(np.intp)


def patterns_of(answers: Floats, weights: Floats) -> Patterns:
    """Patterns of the respondents (rows; NaN is no answer), each of whom answered some item, with their weights."""
    seen = ~np.isnan(answers)
    codes = pattern_codes(seen)
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    marks = seen[order[starts]]
    sums = np.add.reduceat(weights[order], starts)
    means, covariances = np.zeros(marks.shape), np.zeros((*marks.shape, marks.shape[1]))
    for at, rows in enumerate(np.split(order, starts[1:])):
        known = np.where(marks[at], answers[rows], 0.0)
        share = weights[rows] / sums[at]
        means[at] = share @ known
        gap = known - means[at]
        covariances[at] = (gap * share[:, None]).T @ gap
    return Patterns(marks, sums / sums.sum(), means, covariances)


def item_moments(patterns: Patterns) -> tuple[Floats, Floats, Floats]:
    """Of each item the share of the group that answered it, and the mean and variance of those answers."""
    weights = patterns.share[:, None] * patterns.seen
    shares = weights.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (weights * patterns.mean).sum(axis=0) / shares
        spread = np.diagonal(patterns.covariance, axis1=1, axis2=2) + (patterns.mean - mean) ** 2
        return shares, mean, (weights * spread).sum(axis=0) / shares


def together(patterns: Patterns) -> Floats:
    """[items, items] share of the group that answered both items: the covariance coverage."""
    shares: Floats = (patterns.seen * patterns.share[:, None]).T @ patterns.seen
    return shares


def blocks(patterns: Patterns) -> Iterator[Patterns]:
    """The same patterns, not too many at a time."""
    for start in range(0, len(patterns.share), BLOCK):
        part = slice(start, start + BLOCK)
        yield Patterns(patterns.seen[part], patterns.share[part], patterns.mean[part], patterns.covariance[part])


def inverse_of(covariance: Floats) -> tuple[Floats, float] | None:
    """The inverse and the log determinant; None where the matrix is not positive definite."""
    if not np.isfinite(covariance).all():
        return None
    factor, failed = dpotrf(covariance)
    if failed:
        return None
    half = np.triu(dpotri(factor)[0])
    inverse: Floats = half + np.triu(half, 1).T
    return inverse, 2 * float(np.log(np.diag(factor)).sum())


def inverses(whole: Floats, seen: Marks) -> tuple[Floats, Floats]:
    """For each pattern the inverse of the seen part of Sigma, 0 elsewhere, and what its log determinant has more.

    From the inverse P of all of Sigma: P_oo - P_om P_mm^-1 P_mo, and log|P_mm|, m what is missing.
    """
    found, more = np.empty((len(seen), *whole.shape)), np.zeros(len(seen))
    missing = (~seen).sum(axis=1)
    found[missing == 0] = whole
    for count in np.unique(missing[missing > 0]):
        at = np.flatnonzero(missing == count)
        gone = np.nonzero(~seen[at])[1].reshape(len(at), count)
        inner, across = whole[gone[:, :, None], gone[:, None, :]], whole[gone]
        left = whole - across.swapaxes(1, 2) @ np.linalg.solve(inner, across)
        each = np.arange(len(at))[:, None]
        left[each, gone] = 0.0  # but for rounding it is
        left[each, :, gone] = 0.0
        found[at], more[at] = left, np.linalg.slogdet(inner)[1]
    return found, more


def expand(patterns: Patterns, mean: Floats, covariance: Floats) -> Expansion | None:
    """The likelihood of a group at these moments, and its slope; None where Sigma is no covariance matrix."""
    solved = inverse_of(covariance)
    if solved is None:
        return None
    value, by_mean, by_covariance = 0.0, np.zeros(len(mean)), np.zeros_like(covariance)
    for part in blocks(patterns):
        inverse, more = inverses(solved[0], part.seen)
        pull, spread = pulls(part, mean, inverse)
        gaps = (part.mean - mean) * part.seen
        trace = np.einsum("kij,kij->k", inverse, part.covariance)
        value += float(part.share @ (solved[1] + more + trace + (gaps * pull).sum(axis=1)))
        by_mean += part.share @ pull
        by_covariance += np.tensordot(part.share, inverse - spread, axes=1)
    return Expansion(value, by_mean, by_covariance)


def pulls(part: Patterns, mean: Floats, inverse: Floats) -> tuple[Floats, Floats]:
    """P (m - mu) of each pattern, and P (S + (m - mu)(m - mu)') P."""
    gaps = (part.mean - mean) * part.seen
    pull: Floats = (inverse @ gaps[:, :, None])[:, :, 0]
    spread = pull[:, :, None] * pull[:, None, :]
    several = np.flatnonzero(part.covariance.any(axis=(1, 2)))
    spread[several] += inverse[several] @ part.covariance[several] @ inverse[several]
    return pull, spread
