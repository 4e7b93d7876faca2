"""Answers of one group by which items were answered: all that the likelihood of incomplete answers needs.

With answers missing at random each respondent counts with the items answered (Arbuckle 1996, "Full information
estimation in the presence of incomplete data"; R's lavaan: missing = "fiml"). Respondents of one pattern share
their Sigma, so everything is summed over patterns; a complete group has a single one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

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


@dataclass(frozen=True, slots=True)
class Partial:
    """For each pattern what its inverse P_k = P - R'R has less than P, the inverse of all of Sigma.

    `roots` R [patterns, most missing items, items] are rows of a Cholesky factor, 0 beyond those missing; `more` is
    what the log determinant of the seen part has more than that of Sigma.
    """

    whole: Floats
    roots: Floats
    more: Floats

    def times(self, gaps: Floats, patterns: Whole | slice = slice(None)) -> Floats:
        """P_k g for the rows g of `gaps`, 0 where nothing was seen, of these patterns; 0 there but for rounding."""
        roots = self.roots[patterns]
        inner = (roots @ gaps[:, :, None]).swapaxes(1, 2)
        times: Floats = gaps @ self.whole - (inner @ roots)[:, 0]
        return times

    def inverses(self, seen: Marks, patterns: Whole | slice = slice(None)) -> Floats:
        """P_k of these patterns, 0 where they have not seen."""
        roots = self.roots[patterns]
        found: Floats = self.whole - roots.swapaxes(1, 2) @ roots
        rows, items = np.nonzero(~seen[patterns])
        found[rows, items] = 0.0  # but for rounding it is
        found[rows, :, items] = 0.0
        return found


def partial(whole: Floats, seen: Marks) -> Partial:
    """P_k = P_oo - P_om P_mm^-1 P_mo and log|P_mm|, m what is missing: one item after the other, in all patterns."""
    turns = _turns(seen.tobytes(), seen.shape[1])
    roots, more = np.zeros((len(seen), len(turns), len(whole))), np.zeros(len(seen))
    for now, (at, item) in enumerate(turns):
        each, before = np.arange(len(at)), roots[at, :now]
        across = whole[item] - (before[each, :, item][:, None, :] @ before)[:, 0]
        pivot = across[each, item]
        roots[at, now] = across / np.sqrt(pivot)[:, None]
        more[at] += np.log(pivot)
    return Partial(whole, roots, more)


@lru_cache(maxsize=64)
def _turns(seen: bytes, items: int) -> list[tuple[Whole, Whole]]:
    """Patterns with a first, second, ... missing item, and which it is; a search asks for them at every step."""
    rows, columns = np.nonzero(~np.frombuffer(seen, dtype=bool).reshape(-1, items))
    turn = np.arange(len(rows)) - np.searchsorted(rows, rows)
    return [(rows[turn == now], columns[turn == now]) for now in range(int(turn.max(initial=-1)) + 1)]


def inverses(whole: Floats, seen: Marks) -> Floats:
    """For each pattern the inverse of the seen part of Sigma, 0 elsewhere, from the inverse of all of Sigma."""
    return partial(whole, seen).inverses(seen)


def expand(patterns: Patterns, mean: Floats, covariance: Floats) -> Expansion | None:
    """The likelihood of a group at these moments, and its slope; None where Sigma is no covariance matrix."""
    solved = inverse_of(covariance)
    if solved is None:
        return None
    value, by_mean, by_covariance = 0.0, np.zeros(len(mean)), np.zeros_like(covariance)
    for part in blocks(patterns):
        found, share = partial(solved[0], part.seen), part.share
        gaps = (part.mean - mean) * part.seen
        pull = found.times(gaps)
        value += float(share @ (solved[1] + found.more + (gaps * pull).sum(axis=1)))
        by_mean += share @ pull
        roots = (found.roots * np.sqrt(share)[:, None, None]).reshape(-1, len(mean))
        by_covariance += share.sum() * found.whole - roots.T @ roots - (pull * share[:, None]).T @ pull
        several = _several(part)
        inverse = found.inverses(part.seen, several)
        spread = inverse @ part.covariance[several]
        value += float(share[several] @ np.trace(spread, axis1=1, axis2=2))
        by_covariance -= np.tensordot(share[several], spread @ inverse, axes=1)
    return Expansion(value, by_mean, by_covariance)


def _several(part: Patterns) -> Whole:
    """Patterns whose answers vary; those of one respondent do not."""
    found: Whole = np.flatnonzero(np.diagonal(part.covariance, axis1=1, axis2=2).any(axis=1))
    return found


def pulls(part: Patterns, mean: Floats, inverse: Floats) -> tuple[Floats, Floats]:
    """P (m - mu) of each pattern, and P (S + (m - mu)(m - mu)') P."""
    gaps = (part.mean - mean) * part.seen
    pull: Floats = (inverse @ gaps[:, :, None])[:, :, 0]
    spread = pull[:, :, None] * pull[:, None, :]
    several = _several(part)
    spread[several] += inverse[several] @ part.covariance[several] @ inverse[several]
    return pull, spread
