"""Levels of every outcome by wave, governorate, arm and group, with design-based errors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from transforms.impact.cells.compression import CellTable, compress
from transforms.impact.cells.sample import declared_groups, ordered_values
from transforms.impact.description.linearisation import DomainMeans, domain_means, sampling_units
from transforms.impact.estimate import EVERY_GROUP, POOLED, Estimate, Status, estimated_outcomes, outcome_unit
from transforms.study import Study
from transforms.study.columns import (
    ARM,
    COMPARISON,
    FPC,
    GOVERNORATE,
    PSU,
    STRATA,
    TREATED,
    WAVE,
    WEIGHT,
    pomp_column,
)

EVERY = "all"
LEVEL_COLUMNS = (
    "outcome",
    "wave",
    "governorate",
    "arm",
    "group",
    "n",
    "mean",
    "std_error",
    "df",
    "conf_low",
    "conf_high",
    "unit",
    "cv",
    "design_effect",
    "n_effective",
)
MEASURED = LEVEL_COLUMNS[: LEVEL_COLUMNS.index("unit")]
Choice = tuple[str, str]  # (column, value); the value EVERY leaves the column free


@dataclass(frozen=True, slots=True)
class Level:
    """A weighted mean of one outcome in one domain. `std_error` is NaN where a single PSU answers."""

    outcome: str
    wave: str
    governorate: str
    arm: str
    group: str
    n: int
    mean: float
    std_error: float
    df: int
    conf_low: float
    conf_high: float
    psus: int
    design_effect: float


def _choices(study: Study, table: CellTable) -> Iterator[tuple[Choice, Choice, Choice]]:
    """Domains (governorate, arm, group), everyone first, in the study's order."""
    place = study.design.governorate
    governorates = (EVERY, *(ordered_values(study, place, table.keys[GOVERNORATE]) if place else ()))
    arms = (EVERY, TREATED, COMPARISON) if study.design.treatment else (EVERY,)
    groups: list[Choice] = [("", EVERY)]
    for column, variable in declared_groups(study).items():
        groups += [(column, value) for value in ordered_values(study, variable, table.keys[column])]
    yield from product(((GOVERNORATE, name) for name in governorates), ((ARM, arm) for arm in arms), groups)


def _inside(keys: pd.DataFrame, choice: tuple[Choice, ...]) -> NDArray[np.bool_]:
    inside = np.ones(len(keys), dtype=bool)
    for column, value in choice:
        if value != EVERY:
            inside &= (keys[column].astype(str) == value).to_numpy()
    return inside


def _levels(means: DomainMeans, outcomes: Sequence[str], place: tuple[str, ...], confidence: float) -> Iterator[Level]:
    wave, governorate, arm, group = place
    for at, outcome in enumerate(outcomes):
        mean, error, df = float(means.mean[at]), float(means.std_error[at]), int(means.df[at])
        half = float(special.stdtrit(df, (1 + confidence) / 2)) * error if df > 0 else nan
        n, psus, deff = int(means.rows[at]), int(means.psus[at]), float(means.design_effect[at])
        yield Level(outcome, wave, governorate, arm, group, n, mean, error, df, mean - half, mean + half, psus, deff)


def _wave_levels(scores: pd.DataFrame, study: Study, wave: str, outcomes: Sequence[str]) -> Iterator[Level]:
    """Levels of one wave, which is one survey with its own sampling units."""
    keep = (scores[WAVE] == wave).to_numpy() & (scores[WEIGHT].to_numpy(dtype=np.float64) > 0)
    place = [STRATA, GOVERNORATE, PSU]
    by = [*place, ARM, *declared_groups(study), FPC]
    table = compress(scores, outcomes, by, WEIGHT, keep)
    if not len(table.keys):
        return
    units, unit = sampling_units(table.keys, place, table.keys[FPC].to_numpy(dtype=np.float64))
    for choice in _choices(study, table):
        inside = _inside(table.keys, choice)
        if inside.any():
            means = domain_means(table.take(inside), unit[inside], units)
            domain = (wave, *(value for _, value in choice))
            yield from _levels(means, outcomes, domain, study.settings.effects.confidence)


def _all_levels(scores: pd.DataFrame, study: Study, outcomes: Sequence[str]) -> list[Level]:
    place = {outcome: position for position, outcome in enumerate(outcomes)}
    found = [level for wave in study.wave_names for level in _wave_levels(scores, study, wave, outcomes)]
    return sorted(found, key=lambda level: place[level.outcome])


def levels_table(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Mean of every outcome by wave, governorate, arm and group, each also for "all", with t intervals.

    Outcomes are followed by their values on 0-100 (`pomp_column`, unit "pomp") where `scores` has them.
    Taylor linearisation with strata, PSUs, weights and finite population correction; df = PSUs - strata of the domain.
    Domains without respondents are absent. A domain of a single PSU has no standard error. cv: the error as a share of
    the mean, which says something of 0-100 only. design_effect: see `DomainMeans`; n_effective: n divided by it.
    """
    units: dict[str, str] = {outcome: outcome_unit(study, outcome) for outcome in study.outcomes()}
    units |= {name: "pomp" for outcome in study.outcomes() if (name := pomp_column(outcome)) in scores}
    rows = [
        [*(getattr(level, name) for name in MEASURED), units[level.outcome], *_precision(level)]
        for level in _all_levels(scores, study, tuple(units))
    ]
    return pd.DataFrame(rows, columns=list(LEVEL_COLUMNS))


def _precision(level: Level) -> tuple[float, float, float]:
    """Coefficient of variation of the mean, design effect, and effective sample size n / design effect."""
    cv = level.std_error / abs(level.mean) if level.mean else nan
    return cv, level.design_effect, level.n / level.design_effect if level.design_effect > 0 else nan


def _level_estimate(level: Level, study: Study) -> Estimate:
    status: Status = "ok" if level.df > 0 else "no_p_value" if level.n else "not_estimated"
    return Estimate(
        outcome=level.outcome,
        model="level",
        contrast="level",
        wave=level.wave,
        governorate=POOLED if level.governorate == EVERY else level.governorate,
        group=EVERY_GROUP if level.group == EVERY else level.group,
        unit=outcome_unit(study, level.outcome),
        estimate=level.mean,
        std_error=level.std_error,
        df=float(level.df),
        conf_low=level.conf_low,
        conf_high=level.conf_high,
        n=level.n,
        clusters=level.psus,
        method="taylor" if status == "ok" else "none",
        status=status,
        reason={"ok": "", "no_p_value": "one_psu", "not_estimated": "no_answers"}[status],
    )


def level_estimates(scores: pd.DataFrame, study: Study) -> tuple[Estimate, ...]:
    """Levels as estimates, for a study with a single wave: by governorate and group; nothing is compared or tested."""
    levels = _all_levels(scores, study, estimated_outcomes(study))
    return tuple(_level_estimate(level, study) for level in levels if level.arm == EVERY)
