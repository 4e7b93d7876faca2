"""Levels of an index less what divides host and displaced people: a high mean of unequal groups is less cohesion."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import nan, sqrt

import numpy as np
import pandas as pd

from transforms.impact.cells.compression import CellTable, Floats, compress
from transforms.impact.cells.sample import ordered_values
from transforms.impact.estimate import outcome_unit
from transforms.study import Study
from transforms.study.columns import ARM, COMPARISON, GROUP, TREATED, WAVE, WEIGHT, pomp_column
from transforms.study.records import records_table

EVERY_ARM = "all"


@dataclass(frozen=True, slots=True)
class GapLevel:
    """Mean of an index in a wave and arm, and the same adjusted for the spread between groups.

    between: SD of the groups' means, weighted by the groups' shares. adjusted: mean - between. gap: mean of the last
    group less the first one's; gap_sd: in SD within groups, the root of their variances' mean (Cohen 1988, eq. 2.3.2).
    unit: "sd", "points", or "pomp" (0-100).
    """

    index: str
    unit: str
    wave: str
    arm: str
    n: int = 0
    mean: float = nan
    between: float = nan
    adjusted: float = nan
    gap: float = nan
    gap_sd: float = nan
    status: str = "not_estimated"
    reason: str = ""


def gap_adjusted_levels(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """One row for each index, unit, wave and arm; none where the study names no groups.

    adjusted = mean x (1 - coefficient of variation between groups) = mean - between, with groups weighted by their
    share: the variance-adjusted index of Langer, Stewart, Smedts & Demarest (2017), with the population-weighted
    coefficient of variation of Stewart, Brown & Mancini (2010). In this form the result does not hang on where the
    scale has its zero. Sampling alone makes `between` larger than nothing, the more so in small groups.
    """
    rows = [] if study.design.group is None else list(_rows(scores, study))
    return records_table(GapLevel, rows)


def _rows(scores: pd.DataFrame, study: Study) -> Iterator[GapLevel]:
    outcomes = [name for index in study.indices for name in (index.name, pomp_column(index.name))]
    known = (scores[WEIGHT].to_numpy(dtype=np.float64) > 0) & scores[GROUP].notna().to_numpy(dtype=bool)
    table = compress(scores, outcomes, [WAVE, ARM, GROUP], WEIGHT, known)
    groups = ordered_values(study, study.design.group, table.keys[GROUP])
    arms = [arm for arm in (TREATED, COMPARISON) if (table.keys[ARM] == arm).any()]
    arms = [*arms, EVERY_ARM] if len(arms) > 1 else [EVERY_ARM]
    for at, outcome in enumerate(outcomes):
        index = study.indices[at // 2].name
        unit = "pomp" if outcome != index else outcome_unit(study, index)
        for wave, arm in product(study.wave_names, arms):
            inside = (table.keys[WAVE].astype("str") == wave).to_numpy()
            if arm != EVERY_ARM:
                inside = inside & (table.keys[ARM] == arm).to_numpy(dtype=bool)
            moments = _moments(table.select(inside, [at]), groups)
            yield _level(GapLevel(index, unit, wave, arm), moments, study.settings.limits.smallest_shown_cell)


@dataclass(frozen=True, slots=True)
class _Moments:
    """Respondents, sum of weights, mean and variance (n - 1) of each group that answered, in order."""

    rows: Floats
    weight: Floats
    mean: Floats
    variance: Floats


def _moments(table: CellTable, groups: tuple[str, ...]) -> _Moments:
    place = table.keys[GROUP].astype("str").to_numpy()
    sums = np.array(
        [
            [part[place == name].sum() for part in (table.rows, table.weight, table.total, table.square)]
            for name in groups
        ],
        dtype=np.float64,
    ).reshape(len(groups), 4)
    rows, weight, total, square = sums[sums[:, 0] > 0].T
    mean = total / weight
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.maximum(square / weight - mean**2, 0.0) * rows / (rows - 1)
    return _Moments(rows, weight, mean, variance)


def _level(row: GapLevel, found: _Moments, fewest: int) -> GapLevel:
    if found.rows.size < 2 or found.rows.min() < fewest:
        reason = "no_answers" if not found.rows.size else "one_group" if found.rows.size == 1 else "small_cell"
        return replace(row, reason=reason)
    mean = float(np.average(found.mean, weights=found.weight))
    between = sqrt(float(np.average((found.mean - mean) ** 2, weights=found.weight)))
    gap, within = float(found.mean[-1] - found.mean[0]), float(found.variance[[0, -1]].mean())
    return replace(
        row,
        n=int(found.rows.sum()),
        mean=mean,
        between=between,
        adjusted=mean - between,
        gap=gap,
        gap_sd=gap / sqrt(within) if within > 0 else nan,
        status="ok",
    )
