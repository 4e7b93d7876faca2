"""What each respondent of a group adds to the likelihood's slope: all that robust statistics need."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from transforms.measure.factors.information import observed_information
from transforms.measure.factors.model import Floats, Whole
from transforms.measure.factors.moments import Cases, Moments, stacked, used_groups
from transforms.measure.factors.patterns import inverse_of, item_moments, partial, pattern_codes

SAMPLED = 20_000  # respondents of a group from which robust statistics are taken, evenly spread, where there are more
BLOCK = 1 << 11  # respondents taken at a time


def with_cases(
    moments: Sequence[Moments],
    columns: Sequence[Floats],
    groups: Whole,
    weights: Floats | None = None,
    clusters: Whole | None = None,
) -> list[Moments]:
    """The same moments, none of them NaN, with their respondents; `clusters` are numbers 0, 1, ..., two in each group.

    Of a group of more than 20,000 drawn one by one an even sample of no more than those serves: the scale of chi2 and
    the errors are then known to about one per cent, at a cost that does not grow with the rows.
    """
    used = used_groups(columns, groups, weights)
    found = []
    for group, sample in enumerate(moments):
        rows = np.flatnonzero(used == group)
        if clusters is not None:
            rows = rows[np.argsort(clusters[rows], kind="stable")]
        mine = np.ones(len(rows)) if weights is None else weights[rows] * (len(rows) / weights[rows].sum())
        cases = _drawn_alone(columns, rows, mine) if clusters is None else _in_clusters(columns, rows, mine, clusters)
        cases = replace(
            cases, saturated_trace=_saturated_trace(sample, cases), baseline_trace=_baseline_trace(sample, cases)
        )
        found.append(replace(sample, cases=cases))
    return found


def _drawn_alone(columns: Sequence[Floats], rows: Whole, weights: Floats) -> Cases:
    every = -(-len(rows) // SAMPLED)
    some = rows[::every]
    adjustment = len(rows) / len(some)
    return Cases(stacked(columns, some), weights[::every], np.arange(len(some)), len(some), True, adjustment)


def _in_clusters(columns: Sequence[Floats], rows: Whole, weights: Floats, clusters: Whole) -> Cases:
    """With the factor C / (C - 1) for the C clusters of the group, as lavaan has it."""
    mine = len(np.unique(clusters[rows]))
    count = int(clusters.max()) + 1
    return Cases(stacked(columns, rows), weights, clusters[rows], count, False, mine / (mine - 1))


def case_scores(cases: Cases, mean: Floats, covariance: Floats, slopes: Floats | None = None) -> Floats:
    """[units, moments] slopes of the log likelihood at these moments, weighted, added up by unit.

    `slopes` [moments, parameters] make them slopes by parameters. They are multiplied so that their products are right.
    """
    whole = inverse_of(covariance)
    if whole is None:
        raise ValueError("There are no scores where Sigma is no covariance matrix.")
    seen = ~np.isnan(cases.answers)
    codes = pattern_codes(seen)
    marks = seen[np.unique(codes, return_index=True)[1]]
    found = partial(whole[0], marks)
    rows, columns = np.tril_indices(len(mean))
    flat = found.inverses(marks)[:, rows, columns]
    once = np.where(rows == columns, 0.5, 1.0)
    width = len(mean) + len(rows) if slopes is None else slopes.shape[1]
    total = np.zeros((cases.count, width))
    for start in range(0, len(codes), BLOCK):
        part = slice(start, start + BLOCK)
        gaps = np.where(seen[part], cases.answers[part] - mean, 0.0)
        pull = found.times(gaps, codes[part])
        pairs = once * (pull[:, rows] * pull[:, columns] - flat[codes[part]])
        scores = np.hstack([pull, pairs]) * cases.weights[part, None]
        _add_by_unit(total, cases.units[part], scores, slopes)
    adjusted: Floats = np.sqrt(cases.adjustment) * total
    return adjusted


def _add_by_unit(total: Floats, units: Whole, scores: Floats, slopes: Floats | None = None) -> None:
    """Add scores of respondents, who stand unit by unit, to those of their units, times `slopes`."""
    starts = np.flatnonzero(np.diff(units, prepend=-1))
    summed = np.add.reduceat(scores, starts)
    total[units[starts]] += summed if slopes is None else summed @ slopes


def _saturated_trace(sample: Moments, cases: Cases) -> float:
    """tr(A^-1 B) of the saturated model: A its observed information, B the products of the scores."""
    scores = case_scores(cases, sample.mean, sample.covariance)
    information = observed_information(sample.patterns, sample.mean, sample.covariance)
    return float(np.trace(np.linalg.solve(information, scores.T @ scores))) / sample.n


def _baseline_trace(sample: Moments, cases: Cases) -> float:
    """tr(A^-1 B) of the model in which no two items go together: A is diagonal, so that each item counts by itself."""
    shares, mean, variance = item_moments(sample.patterns)
    gaps = np.nan_to_num((cases.answers - mean) / np.sqrt(variance))
    squares = np.where(np.isnan(cases.answers), 0.0, gaps**2 - 1)
    total = np.zeros((cases.count, 2 * len(mean)))
    _add_by_unit(total, cases.units, np.hstack([gaps, squares / np.sqrt(2)]) * cases.weights[:, None])
    return float(cases.adjustment * (total**2 / np.tile(shares, 2)).sum()) / sample.n
