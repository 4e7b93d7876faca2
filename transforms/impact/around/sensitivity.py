"""How different trends would have to be to erase a finding, and how different they were where nothing was done."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite, nan

import pandas as pd

from transforms.impact.around.of_effect import OfEffect, names_of
from transforms.impact.effects.standardised import standardised
from transforms.impact.effects.study_effects import effects_on
from transforms.impact.estimate import EQUALITY, POOLED, Estimate
from transforms.study import Study
from transforms.study.columns import DESIGN_COLUMNS
from transforms.study.records import records_table


@dataclass(frozen=True, slots=True)
class Breakdown(OfEffect):
    """Trend differences between the arms, in the estimate's unit per wave, that would erase a finding.

    waves: steps from the baseline to this wave. erased: the difference at which the estimate would be zero.
    touches_zero: the smaller one at which its interval would touch zero; 0 where it already holds zero, NaN where there
    is no interval. Both have the sign of the estimate: a trend in its favour. placebo: the largest absolute difference
    seen per wave on an outcome the programme did not target, in SD; NaN where none was declared. holds: whether
    `touches_zero` is larger than that; None where either is not known, or not in SD.
    """

    estimate: float
    waves: int
    erased: float
    touches_zero: float
    placebo: float
    holds: bool | None


def _steps(row: Estimate, study: Study) -> int:
    return study.wave_names.index(row.wave)


def breakdown(row: Estimate, study: Study, placebo: float = nan) -> Breakdown:
    """Breakdown of one effect or change under a trend difference that is the same in every step between waves.

    With two waves parallel trends cannot be tested; what can be said is how wrong they may be. The linear violation of
    Rambachan & Roth (2023, sec. 2.4.3), without the set of smaller ones. placebo: see `largest_placebo`.
    """
    steps = _steps(row, study)
    nearest = nan
    if isfinite(row.conf_low) and isfinite(row.conf_high):
        nearest = max(row.conf_low, 0.0) + min(row.conf_high, 0.0)
    touches = nearest / steps
    comparable = isfinite(touches) and isfinite(placebo) and row.unit == "sd"
    return Breakdown(
        *names_of(row),
        estimate=row.estimate,
        waves=steps,
        erased=row.estimate / steps,
        touches_zero=touches,
        placebo=placebo,
        holds=abs(touches) > placebo if comparable else None,
    )


def placebo_effects(panel: pd.DataFrame, study: Study) -> tuple[Estimate, ...]:
    """Effects on the declared placebo outcomes, each in SD of the reference group, as the study's design gives them."""
    names = study.settings.effects.placebo
    columns = {name: standardised(panel[name], panel, study) for name in names}
    return effects_on(panel[list(DESIGN_COLUMNS)].assign(**columns), names, study, "placebo")


def largest_placebo(placebo: Iterable[Estimate], study: Study) -> float:
    """Largest absolute pooled placebo effect per wave, in SD; NaN where none was estimated."""
    sizes = [abs(row.estimate) / _steps(row, study) for row in placebo if _is_effect(row) and row.governorate == POOLED]
    return max((size for size in sizes if isfinite(size)), default=nan)


def _is_effect(row: Estimate) -> bool:
    return row.model != "level" and row.contrast != EQUALITY and row.status != "not_estimated"


def breakdown_table(estimates: Iterable[Estimate], placebo: Iterable[Estimate], study: Study) -> pd.DataFrame:
    """One row for every effect or change that was estimated, beside the largest placebo effect."""
    largest = largest_placebo(placebo, study)
    rows = [breakdown(row, study, largest) for row in estimates if _is_effect(row)]
    return records_table(Breakdown, rows)
