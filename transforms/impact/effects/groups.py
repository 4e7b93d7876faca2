"""Effects within groups of respondents, and their differences: host and displaced, women and men."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from transforms.impact.cells.compression import Ints
from transforms.impact.cells.design import Cells, carrying_cells, usable_waves
from transforms.impact.effects.everyone import governorate_effects, pooled_effect
from transforms.impact.effects.fitted_model import fit_model
from transforms.impact.effects.task import Task, read_effects
from transforms.impact.estimate import POOLED, Estimate


def _difference(cells: Cells, groups: Ints, task: Task, place: str, column: str) -> list[Estimate]:
    """Effect in group 1 minus effect in group 0 (a triple difference), each common to the cells' units.

    Every effect of unit, stratum, wave and arm is group 0's or group 1's own; clusters hold both groups together.
    """
    reasons = [usable_waves(cells.select(groups == group), task.waves, task.minimum) for group in (0, 1)]
    paired = replace(cells, unit=cells.unit * 2 + groups)
    keep = carrying_cells(paired, task.waves)
    model = fit_model(paired.select(keep), groups[keep])
    found = []
    for wave in task.later_waves:
        case = task.case(wave, place, f"{task.contrast(wave)} x {column}")
        refused = reasons[0][wave] or reasons[1][wave]
        found += read_effects(case, model, {(0, wave): -1.0, (1, wave): 1.0}, refused)
    return found


def group_effects(cells: Cells, codes: Ints, task: Task, column: str, values: Sequence[str]) -> list[Estimate]:
    """Effects within each group of a column (codes: [C]), then the differences of each later group from the first."""
    task = replace(task, minimum=task.study.settings.effects.minimum_cell)
    found = []
    for code, value in enumerate(values):
        inside, group = cells.select(codes == code), replace(task, group=value)
        found += governorate_effects(inside, group) + pooled_effect(inside, group)
    for code, value in enumerate(values[1:], start=1):
        pair = replace(task, group=f"{value} - {values[0]}")
        keep = np.isin(codes, [0, code])
        both, groups = cells.select(keep), (codes[keep] == code).astype(np.int64)
        for unit, name in enumerate(task.places):
            inside = both.unit == unit
            found += _difference(both.select(inside), groups[inside], pair, name, column)
        found += _difference(both, groups, pair, POOLED, column)
    return found
