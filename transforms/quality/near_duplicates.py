"""Interviews whose answers are too much like another one's."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from transforms.quality.likeness import (
    FEWEST,
    NO_ANSWER,
    Closest,
    Floats,
    Ints,
    answer_codes,
    closest,
    comparison_groups,
)
from transforms.quality.rules import NEAR, Finding, found
from transforms.study.study import Study

QUARTILES = (0.25, 0.5, 0.75)
NORMAL_IQR = 1.3489795  # interquartile range of the standard normal distribution
Flags = npt.NDArray[np.bool_]
PARTNERS = 500  # other interviews, evenly spaced, from which the quartiles of an interview's comparisons are taken


def near_duplicates(frame: pd.DataFrame, items: tuple[str, ...], study: Study) -> Finding:
    """Interviews more like another one of their stratum than chance, and than their own other comparisons, explain.

    Evaluated are interviews that share enough answered questions with another one. The share of equal answers is that
    of Kuriakose & Robbins (2016), "Don't get duped: Fraud through duplication in public opinion surveys".
    """
    limits = study.settings.limits

    def too_close(codes: Ints, near: Closest) -> Flags:
        own = own_chance(near, limits.near_duplicate_share)
        rows = np.flatnonzero(own < limits.near_duplicate_p)
        flagged = np.zeros(len(codes), dtype=bool)
        flagged[rows] = shuffled_chance(codes, near, rows) < limits.near_duplicate_p
        return flagged

    return _find(frame, items, study, too_close)


def alike_answers(frame: pd.DataFrame, items: tuple[str, ...], study: Study) -> Finding:
    """Interviews that share at least the share `limits.near_duplicate_share` of their answers with another one."""
    limit = study.settings.limits.near_duplicate_share - NEAR
    return _find(frame, items, study, lambda _, near: near.share >= limit)


def _find(
    frame: pd.DataFrame, items: tuple[str, ...], study: Study, judge: Callable[[Ints, Closest], Flags]
) -> Finding:
    """What `judge` says of the interviews of each group that have a partner."""
    broken, evaluated = np.zeros((2, len(frame)), dtype=bool)
    groups = comparison_groups(frame, study)
    compared = np.concatenate([np.empty(0, dtype=np.int64), *groups])
    codes = answer_codes(frame, items, compared)
    ends = np.cumsum([len(group) for group in groups], dtype=np.int64)
    for group, end in zip(groups, ends, strict=True):
        theirs = codes[end - len(group) : end]
        near = closest(theirs, study.settings.limits.near_duplicate_answers)
        evaluated[group] = near.common > 0
        broken[group] = judge(theirs, near)
    return found(pd.Series(broken, index=frame.index), pd.Series(evaluated, index=frame.index))


def shuffled_chance(codes: Ints, near: Closest, rows: Ints) -> Floats:
    """Chance that any pair of the group is as alike as each of `rows` and its partner, were each item shuffled.

    The permutation null of Kuriakose & Robbins (2016), without drawing: if each item's answers are shuffled among those
    of the group who gave one, a pair agrees on item j with the probability sum_c n_jc (n_jc - 1) / (n_j (n_j - 1)),
    items agree independently of each other, and the number of equal answers is Poisson-binomial. Times the number of
    pairs (Bonferroni), at most 1.
    """
    chances = _agreement(codes)
    both = (codes[rows] != NO_ANSWER) & (codes[near.partner[rows]] != NO_ANSWER)
    tails = _poisson_binomial_tail(np.where(both, chances, 0.0), near.equal[rows].astype(np.int64))
    return np.minimum(tails * _pairs(near), 1.0)


def own_chance(near: Closest, line: float) -> Floats:
    """Chance that any pair is as alike as each interview and its partner, judged by what is usual for these two.

    Shuffling each item by itself takes away what makes honest interviews alike: who trusts one authority trusts others
    (Simmons, Mercer, Schwarzer & Kennedy 2016, "Evaluating a new proposal for detecting data falsification in
    surveys"). So the pair is also held against the other comparisons of both interviews: the smaller of its distances
    from the two medians, in SD (IQR / 1.349), on a normal distribution, times the number of pairs (Bonferroni), at most
    1. Comparisons that reach `line` are not usual ones, or a block of copies would hide in the spread it makes; with
    fewer than FEWEST usual ones nothing is said, and the chance is 1. [house]
    """
    step = -(-near.shares.shape[1] // PARTNERS)
    usual = near.shares[:, ::step]
    usual = np.where(usual < line - NEAR, usual, np.float32(np.nan))
    first, middle, third = quartiles(usual)
    sd = np.where((~np.isnan(usual)).sum(axis=1) < FEWEST, np.nan, (third - first) / NORMAL_IQR)
    with np.errstate(divide="ignore", invalid="ignore"):
        here, there = ((near.share - middle[rows]) / sd[rows] for rows in (np.arange(len(sd)), near.partner))
    distance = np.nan_to_num(np.minimum(here, there), nan=-np.inf)
    return np.asarray(np.minimum(norm.sf(distance) * _pairs(near), 1.0))


def quartiles(values: npt.NDArray[np.float32]) -> tuple[Floats, ...]:
    """Quartiles of each row without its NaN, interpolated; NaN where a row has nothing else."""
    ordered = np.sort(values, axis=1)  # NaN last
    last = np.maximum((~np.isnan(ordered)).sum(axis=1) - 1, 0)
    rows = np.arange(len(values))

    def at(share: float) -> Floats:
        place = share * last
        low = np.floor(place).astype(np.int64)
        part = place - low
        return np.asarray(ordered[rows, low] * (1 - part) + ordered[rows, np.minimum(low + 1, last)] * part)

    return tuple(at(share) for share in QUARTILES)


def _agreement(codes: Ints) -> Floats:
    """Probability of each item that two of those who answered gave the same answer."""
    counts = [np.bincount(item[item != NO_ANSWER]) for item in codes.T]
    same = np.array([(count * (count - 1)).sum() for count in counts], dtype=np.float64)
    pairs = np.array([count.sum() * (count.sum() - 1) for count in counts], dtype=np.float64)
    return same / np.maximum(pairs, 1)


def _poisson_binomial_tail(chances: Floats, at_least: Ints) -> Floats:
    """For each row of `chances`, the probability of at least so many successes."""
    rows, items = chances.shape
    exactly = np.zeros((rows, items + 1))
    exactly[:, 0] = 1.0
    for item in range(items):
        chance = chances[:, [item]]
        exactly[:, 1:] = exactly[:, 1:] * (1 - chance) + exactly[:, :-1] * chance
        exactly[:, [0]] *= 1 - chance
    tails = np.cumsum(exactly[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(tails[np.arange(rows), at_least])


def _pairs(near: Closest) -> float:
    """Pairs of the group that were compared."""
    return max(float((~np.isnan(near.shares)).sum()) / 2, 1.0)
