"""Every effect a study asks for: by governorate, pooled, by group, and the test that governorates are equal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from transforms.impact.clusters import count_clusters, refusal
from transforms.impact.compression import Ints, patterns
from transforms.impact.design import Cells, carrying_cells, usable_waves
from transforms.impact.estimate import EQUAL_WEIGHT, EQUALITY, EVERY_GROUP, POOLED, Estimate, estimated_outcomes
from transforms.impact.levels import level_estimates
from transforms.impact.models import (
    Case,
    FittedModel,
    combination_vector,
    fit_model,
    not_estimated,
    read_combination,
    read_equality,
)
from transforms.impact.sample import Sample, group_codes, outcome_cells, study_sample
from transforms.study import Study


@dataclass(frozen=True, slots=True)
class Task:
    """Outcomes that share their rows, and the labels of what is estimated from them."""

    study: Study
    outcomes: tuple[str, ...]
    governorates: tuple[str, ...]
    group: str
    minimum: int  # respondents needed in every arm and wave

    @property
    def later_waves(self) -> range:
        return range(1, len(self.study.waves))

    def case(self, wave: int, governorate: str, contrast: str = "") -> Case:
        name = self.study.wave_names[wave]
        return Case(contrast or contrast_name(self.study, name), name, governorate, self.group)

    def refuse(self, case: Case, reason: str) -> list[Estimate]:
        return [not_estimated(case, outcome, self.study, reason) for outcome in self.outcomes]


def contrast_name(study: Study, wave: str) -> str:
    """What is compared: arms over time, or one wave with the baseline."""
    return "treated x post" if study.design.treatment else f"{wave} - {study.baseline.name}"


def _fit(cells: Cells, effect_of: Ints) -> FittedModel | str:
    return fit_model(cells, effect_of) if cells.unit.size else "empty_cell"


def _governorate_effects(cells: Cells, task: Task) -> list[Estimate]:
    """Each governorate's own effect, from its own rows and clusters alone."""
    found = []
    for unit, name in enumerate(task.governorates):
        inside = cells.select(cells.unit == unit)
        reasons = usable_waves(inside, len(task.study.waves), task.minimum)
        carrying = inside.select(carrying_cells(inside, len(task.study.waves)))
        model = _fit(carrying, carrying.unit)
        for wave in task.later_waves:
            case = task.case(wave, name)
            if reasons[wave] or isinstance(model, str):
                found += task.refuse(case, reasons[wave] or str(model))
                continue
            vector = combination_vector(model, {(unit, wave): 1.0})
            found += read_combination(case, task.outcomes, task.study, model, vector)
    return found


def _left_out(cells: Cells, wave: int, units: int) -> str:
    """Remark if some unit does not carry the effect of a wave."""
    return "governorates_left_out" if np.unique(cells.unit[cells.wave == wave]).size < units else ""


def _pooled_effect(cells: Cells, task: Task) -> list[Estimate]:
    """The effect common to all governorates that carry one, which least squares weights by precision."""
    waves = len(task.study.waves)
    units = len(cells.units)
    reasons = usable_waves(cells, waves, task.minimum)
    carrying = cells.select(carrying_cells(cells, waves))
    model = _fit(carrying, np.zeros_like(carrying.unit))
    found = []
    for wave in task.later_waves:
        case = task.case(wave, POOLED)
        reason = reasons[wave] or (model if isinstance(model, str) else "")
        if isinstance(model, str) or reason or (0, wave) not in model.effects:
            found += task.refuse(case, reason or "empty_cell")
            continue
        vector = combination_vector(model, {(0, wave): 1.0})
        remark = _left_out(carrying, wave, max(units, len(task.governorates)))
        found += read_combination(case, task.outcomes, task.study, model, vector, remark)
    return found


def _across_governorates(cells: Cells, task: Task) -> list[Estimate]:
    """Equal-weight mean of the governorates' effects and the joint test that they are equal."""
    carrying = cells.select(carrying_cells(cells, len(task.study.waves)))
    model = _fit(carrying, carrying.unit)
    found = []
    for wave in task.later_waves:
        mean, equality = task.case(wave, EQUAL_WEIGHT), task.case(wave, POOLED, EQUALITY)
        units = [] if isinstance(model, str) else sorted(unit for unit, at in model.effects if at == wave)
        if isinstance(model, str) or len(units) < 2:
            reason = model if isinstance(model, str) else "one_governorate"
            found += task.refuse(mean, reason) + task.refuse(equality, reason)
            continue
        vector = combination_vector(model, {(unit, wave): 1 / len(units) for unit in units})
        remark = _left_out(carrying, wave, len(task.governorates))
        found += read_combination(mean, task.outcomes, task.study, model, vector, remark)
        columns = [model.effects[unit, wave] for unit in units]
        refused = _weakest_governorate(carrying, task.study, units)
        found += read_equality(equality, task.outcomes, task.study, model, columns, refused)
    return found


def _weakest_governorate(cells: Cells, study: Study, units: Sequence[int]) -> str:
    """The joint test needs every governorate to carry a p-value of its own."""
    reasons = [refusal(count_clusters(cells.select(cells.unit == unit)), study) for unit in units]
    return "few_clusters_in_a_governorate" if any(reasons) else ""


def _all_effects(cells: Cells, task: Task) -> list[Estimate]:
    """Effects among everyone, or within one group."""
    if task.study.design.governorates_are_clusters:
        return _pooled_effect(cells, task)
    found = _governorate_effects(cells, task) + _pooled_effect(cells, task)
    if len(task.governorates) > 1 and task.group == EVERY_GROUP:
        found += _across_governorates(cells, task)
    return found


def _group_difference(cells: Cells, groups: Ints, task: Task, place: str, column: str) -> list[Estimate]:
    """Effect in group 1 minus effect in group 0 (a triple difference), each common to the cells' units.

    Every effect of unit, stratum, wave and arm is group 0's or group 1's own; clusters hold both groups together.
    """
    waves = len(task.study.waves)
    reasons = [usable_waves(cells.select(groups == group), waves, task.minimum) for group in (0, 1)]
    paired = cells.with_unit(cells.unit * 2 + groups)
    keep = carrying_cells(paired, waves)
    model = _fit(paired.select(keep), groups[keep])
    found = []
    for wave in task.later_waves:
        case = task.case(wave, place, f"{contrast_name(task.study, task.study.wave_names[wave])} x {column}")
        reason = reasons[0][wave] or reasons[1][wave] or (model if isinstance(model, str) else "")
        if isinstance(model, str) or reason or not {(0, wave), (1, wave)} <= set(model.effects):
            found += task.refuse(case, reason or "empty_cell")
            continue
        vector = combination_vector(model, {(0, wave): -1.0, (1, wave): 1.0})
        found += read_combination(case, task.outcomes, task.study, model, vector)
    return found


def _group_effects(cells: Cells, task: Task, column: str, values: Sequence[str]) -> list[Estimate]:
    """Effects within each group of a column, then the differences of each later group from the first."""
    codes = group_codes(cells, column, values)
    minimum = task.study.settings.effects.minimum_cell
    found = []
    for code, value in enumerate(values):
        group = Task(task.study, task.outcomes, task.governorates, value, minimum)
        found += _all_effects(cells.select(codes == code), group)
    for code, value in enumerate(values[1:], start=1):
        pair = Task(task.study, task.outcomes, task.governorates, f"{value} - {values[0]}", minimum)
        keep = np.isin(codes, [0, code])
        both, groups = cells.select(keep), (codes[keep] == code).astype(np.int64)
        if not task.study.design.governorates_are_clusters:
            for unit, name in enumerate(task.governorates):
                inside = both.unit == unit
                found += _group_difference(both.select(inside), groups[inside], pair, name, column)
        found += _group_difference(both, groups, pair, POOLED, column)
    return found


def _pattern_effects(sample: Sample, study: Study, positions: list[int]) -> list[Estimate]:
    """Every estimate of the outcomes at `positions`, which share their rows."""
    names = tuple(sample.table.outcomes[position] for position in positions)
    cells = outcome_cells(sample, study, positions)
    task = Task(study, names, sample.governorates, EVERY_GROUP, 1)
    reason = "" if cells.unit.size else "no_answers"
    reason = reason if sample.weights_valid else "weights_not_positive"
    if reason:
        return [row for wave in task.later_waves for row in task.refuse(task.case(wave, POOLED), reason)]
    found = _all_effects(cells, task)
    for column, values in sample.groups.items():
        found += _group_effects(cells, task, column, values)
    return found


def _in_order(estimates: Iterable[Estimate], outcomes: Sequence[str]) -> tuple[Estimate, ...]:
    """By outcome; within one, everyone first, then groups; governorates, pooled, equal weight, test; waves in order."""
    place = {outcome: position for position, outcome in enumerate(outcomes)}
    return tuple(sorted(estimates, key=lambda estimate: place[estimate.outcome]))


def estimate_effects(scores: pd.DataFrame, study: Study) -> tuple[Estimate, ...]:
    """Every estimate the study's design allows, for every outcome it asks for.

    scores: one row per respondent x wave, the design columns and one column per outcome (NaN where not scored). With a
    comparison arm: differences-in-differences (each later wave against the baseline); without one: changes over time;
    with one wave: levels. Estimates whose clusters cannot carry a p-value come without one and say why; what cannot be
    estimated has a row with its reason, and the others still come.
    """
    outcomes = estimated_outcomes(study)
    if study.analysis == "levels":
        return level_estimates(scores, study)
    sample = study_sample(scores, study, outcomes)
    found = [row for positions in patterns(sample.table) for row in _pattern_effects(sample, study, positions)]
    return _in_order(found, outcomes)
