"""Every effect a study asks for: by governorate, pooled, by group, and the test that governorates are equal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from transforms.impact.cells.clusters import count_clusters, few_for_mean
from transforms.impact.cells.compression import Ints, patterns
from transforms.impact.cells.design import Cells, carrying_cells, usable_waves
from transforms.impact.cells.sample import Sample, outcome_cells, study_sample
from transforms.impact.description.levels import level_estimates
from transforms.impact.effects.families import adjust_families
from transforms.impact.effects.fitted_model import FittedModel, fit_model
from transforms.impact.effects.reading import Case, read_combination, read_equality
from transforms.impact.estimate import (
    EQUAL_WEIGHT,
    EQUALITY,
    EVERY_GROUP,
    POOLED,
    TREATED_POST,
    Estimate,
    estimated_outcomes,
)
from transforms.impact.inference.ladder import Rung, choose_method
from transforms.study import Study

FEW_SOMEWHERE = "few_clusters_in_a_governorate"


@dataclass(frozen=True, slots=True)
class Task:
    """Outcomes that share their rows, and among whom and how their effects are estimated."""

    study: Study
    outcomes: tuple[str, ...]
    governorates: tuple[str, ...]
    group: str = EVERY_GROUP
    minimum: int = 1  # respondents needed in every arm and wave

    @property
    def waves(self) -> int:
        return len(self.study.waves)

    def contrast(self, wave: int) -> str:
        """What is compared: arms over time, or a later wave with the baseline."""
        names = self.study.wave_names
        return TREATED_POST if self.study.design.treatment else f"{names[wave]} - {names[0]}"

    def case(self, wave: int, governorate: str, contrast: str = "") -> Case:
        names = self.study.wave_names
        contrast = contrast or self.contrast(wave)
        return Case(self.study, self.outcomes, contrast, names[wave], governorate, self.group)


def _places(task: Task) -> tuple[str, ...]:
    """Governorates with an effect of their own: none where the study has no governorates or they are the clusters."""
    design = task.study.design
    return () if design.governorate is None or design.governorates_are_clusters else task.governorates


def _obstacle(model: FittedModel | str, effects: Iterable[tuple[int, int]]) -> str:
    """Why a model does not hold these (unit, wave) effects; "" if it does."""
    if isinstance(model, str):
        return model
    return "" if set(effects) <= set(model.effects) else "empty_cell"


def _read(case: Case, model: FittedModel | str, weights: dict[tuple[int, int], float], reason: str) -> list[Estimate]:
    """A weighted sum of a model's effects; refused with `reason`, or where the model does not hold them."""
    reason = reason or _obstacle(model, weights)
    if reason or isinstance(model, str):
        return case.refuse(reason)
    return read_combination(case, model, model.combination(weights))


def _governorate_effects(cells: Cells, task: Task) -> list[Estimate]:
    """Each governorate's own effect, from its own rows and clusters alone."""
    found = []
    for unit, name in enumerate(_places(task)):
        inside = cells.select(cells.unit == unit)
        reasons = usable_waves(inside, task.waves, task.minimum)
        carrying = inside.select(carrying_cells(inside, task.waves))
        model = fit_model(carrying, carrying.unit)
        for wave, reason in reasons.items():
            found += _read(task.case(wave, name), model, {(unit, wave): 1.0}, reason)
    return found


def _remark(cells: Cells, wave: int, units: int) -> str:
    """Remark if fewer than all units carry the effect of a wave."""
    return "governorates_left_out" if np.unique(cells.unit[cells.wave == wave]).size < units else ""


def _with_remark(estimates: Iterable[Estimate], remark: str) -> list[Estimate]:
    return [replace(row, reason=remark) if remark and row.status == "ok" else row for row in estimates]


def _pooled_effect(cells: Cells, task: Task) -> list[Estimate]:
    """The effect common to all governorates that carry one, which least squares weights by precision."""
    units = 1 if task.study.design.governorates_are_clusters else len(task.governorates)
    carrying = cells.select(carrying_cells(cells, task.waves))
    model = fit_model(carrying, np.zeros_like(carrying.unit))
    found = []
    for wave, reason in usable_waves(cells, task.waves, task.minimum).items():
        rows = _read(task.case(wave, POOLED), model, {(0, wave): 1.0}, reason)
        found += _with_remark(rows, _remark(carrying, wave, units))
    return found


def _common_rung(rungs: Sequence[Rung]) -> Rung:
    """The rung of a test of several governorates: none if one is refused, CR2 if all reach it, else the bootstrap."""
    methods = {rung.method for rung in rungs}
    if "none" in methods:
        return Rung("none", FEW_SOMEWHERE)
    return Rung("CR2" if methods == {"CR2"} else "bootstrap", "")


def _across_governorates(cells: Cells, task: Task) -> list[Estimate]:
    """Equal-weight mean of the governorates' effects, and the joint test that they are equal."""
    carrying = cells.select(carrying_cells(cells, task.waves))
    model = fit_model(carrying, carrying.unit)
    found = []
    for wave in range(1, task.waves):
        mean, equality = task.case(wave, EQUAL_WEIGHT), task.case(wave, POOLED, EQUALITY)
        units = [] if isinstance(model, str) else sorted(unit for unit, at in model.effects if at == wave)
        if isinstance(model, str) or len(units) < 2:
            reason = model if isinstance(model, str) else "one_governorate"
            found += mean.refuse(reason) + equality.refuse(reason)
            continue
        counts = [count_clusters(carrying.select(carrying.unit == unit)) for unit in units]
        weak = FEW_SOMEWHERE  # a cluster alone in its arm and governorate shows no variation
        vector = model.combination({(unit, wave): 1 / len(units) for unit in units})
        remark = _remark(carrying, wave, len(task.governorates))
        means = read_combination(mean, model, vector, weak if any(map(few_for_mean, counts)) else "")
        found += _with_remark(means, remark)
        rung = _common_rung([choose_method(count, task.study) for count in counts])
        found += read_equality(equality, model, [model.effects[unit, wave] for unit in units], rung)
    return found


def _all_effects(cells: Cells, task: Task) -> list[Estimate]:
    """Effects among everyone, or within one group."""
    found = _governorate_effects(cells, task) + _pooled_effect(cells, task)
    if len(_places(task)) > 1 and task.group == EVERY_GROUP:
        found += _across_governorates(cells, task)
    return found


def _group_difference(cells: Cells, groups: Ints, task: Task, place: str, column: str) -> list[Estimate]:
    """Effect in group 1 minus effect in group 0 (a triple difference), each common to the cells' units.

    Every effect of unit, stratum, wave and arm is group 0's or group 1's own; clusters hold both groups together.
    """
    reasons = [usable_waves(cells.select(groups == group), task.waves, task.minimum) for group in (0, 1)]
    paired = replace(cells, unit=cells.unit * 2 + groups)
    keep = carrying_cells(paired, task.waves)
    model = fit_model(paired.select(keep), groups[keep])
    found = []
    for wave in range(1, task.waves):
        case = task.case(wave, place, f"{task.contrast(wave)} x {column}")
        found += _read(case, model, {(0, wave): -1.0, (1, wave): 1.0}, reasons[0][wave] or reasons[1][wave])
    return found


def _group_effects(cells: Cells, codes: Ints, task: Task, column: str, values: Sequence[str]) -> list[Estimate]:
    """Effects within each group of a column (codes: [C]), then the differences of each later group from the first."""
    task = replace(task, minimum=task.study.settings.effects.minimum_cell)
    found = []
    for code, value in enumerate(values):
        found += _all_effects(cells.select(codes == code), replace(task, group=value))
    for code, value in enumerate(values[1:], start=1):
        pair = replace(task, group=f"{value} - {values[0]}")
        keep = np.isin(codes, [0, code])
        both, groups = cells.select(keep), (codes[keep] == code).astype(np.int64)
        for unit, name in enumerate(_places(task)):
            inside = both.unit == unit
            found += _group_difference(both.select(inside), groups[inside], pair, name, column)
        found += _group_difference(both, groups, pair, POOLED, column)
    return found


def _pattern_effects(sample: Sample, study: Study, positions: list[int]) -> list[Estimate]:
    """Every estimate of the outcomes at `positions`, which share their rows."""
    names = tuple(sample.table.outcomes[position] for position in positions)
    cells = outcome_cells(sample, study, positions)
    task = Task(study, names, sample.governorates)
    reason = "" if cells.unit.size else "no_answers"
    reason = reason if sample.weights_valid else "weights_not_positive"
    if reason:
        return [row for wave in range(1, task.waves) for row in task.case(wave, POOLED).refuse(reason)]
    found = _all_effects(cells, task)
    for at, (column, values) in enumerate(sample.groups.items()):
        found += _group_effects(cells, cells.groups[:, at], task, column, values)
    return found


def _in_order(estimates: Iterable[Estimate], outcomes: Sequence[str]) -> tuple[Estimate, ...]:
    """By outcome; within one, everyone first, then groups; governorates, pooled, equal weight, test; waves in order."""
    place = {outcome: position for position, outcome in enumerate(outcomes)}
    return tuple(sorted(estimates, key=lambda estimate: place[estimate.outcome]))


def estimate_effects(scores: pd.DataFrame, study: Study) -> tuple[Estimate, ...]:
    """Every estimate the study's design allows, for every outcome it asks for.

    scores: one row per respondent x wave, the design columns and one column per outcome (NaN where not scored). With a
    comparison arm: differences-in-differences (each later wave against the baseline); without one: changes over time;
    with one wave: levels. Each comes with the uncertainty its clusters can carry (see `ladder`), and with a p-value
    adjusted for the family of its outcome. Estimates whose clusters carry no p-value come without one and say why;
    what cannot be estimated has a row with its reason, and the others still come.
    """
    outcomes = estimated_outcomes(study)
    if study.analysis == "levels":
        return level_estimates(scores, study)
    sample = study_sample(scores, study, outcomes)
    found = [row for positions in patterns(sample.table) for row in _pattern_effects(sample, study, positions)]
    return _in_order(adjust_families(found), outcomes)
