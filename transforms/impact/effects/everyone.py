"""Effects by governorate, together, and the tests that governorates have one effect and no trend beforehand."""

from collections.abc import Sequence

import numpy as np

from transforms.impact.cells.clusters import count_clusters, few_for_mean
from transforms.impact.cells.compression import Floats
from transforms.impact.cells.design import Cells, carrying_cells, usable_waves
from transforms.impact.effects.fitted_model import FittedModel, fit_model
from transforms.impact.effects.reading import read_joint
from transforms.impact.effects.task import FEW_SOMEWHERE, Task, left_out, read_effects, units_with_effect, with_remark
from transforms.impact.estimate import EQUAL_WEIGHT, EQUALITY, NO_PRE_TREND, POOLED, Estimate
from transforms.impact.inference.ladder import Rung, choose_method


def governorate_effects(cells: Cells, task: Task) -> list[Estimate]:
    """Each governorate's own effect, from its own rows and clusters alone."""
    found = []
    for unit, name in enumerate(task.places):
        inside = cells.select(cells.unit == unit)
        reasons = usable_waves(inside, task.waves, task.minimum)
        carrying = inside.select(carrying_cells(inside, task.waves))
        model = fit_model(carrying, carrying.unit)
        for wave in task.compared_waves:
            found += read_effects(task.case(wave, name), model, {(unit, wave): 1.0}, reasons[wave])
        found += _no_pre_trend(task, name, model, unit)
    return found


def pooled_effect(cells: Cells, task: Task) -> list[Estimate]:
    """The effect common to all governorates that carry one, which least squares weights by precision."""
    units = 1 if task.study.design.governorates_are_clusters else len(task.governorates)
    reasons = usable_waves(cells, task.waves, task.minimum)
    carrying = cells.select(carrying_cells(cells, task.waves))
    model = fit_model(carrying, np.zeros_like(carrying.unit))
    found = []
    for wave in task.compared_waves:
        rows = read_effects(task.case(wave, POOLED), model, {(0, wave): 1.0}, reasons[wave])
        found += with_remark(rows, left_out(carrying, wave, units))
    return found + _no_pre_trend(task, POOLED, model, 0)


def _no_pre_trend(task: Task, place: str, model: FittedModel | str, unit: int) -> list[Estimate]:
    """Joint test that arms moved alike in every wave before the programme; the same whichever of them is compared with.

    A joint test has no randomisation distribution here, so clusters that carry only that carry no joint test.
    """
    if not task.pre_waves:
        return []
    case = task.case(task.pre_waves[-1], place, NO_PRE_TREND)
    effects = [(unit, wave) for wave in task.pre_waves]
    if isinstance(model, str) or not set(effects) <= set(model.effects):
        return case.refuse(model if isinstance(model, str) else "empty_cell")
    rung = choose_method(model.counts, task.study)
    if rung.method == "randomisation":
        rung = Rung("none", "few_clusters_for_joint_test")
    return read_joint(case, model, np.stack([model.combination({effect: 1.0}) for effect in effects]), rung)


def common_rung(rungs: Sequence[Rung]) -> Rung:
    """The rung of a test of several governorates: none if one is refused, CR2 if all reach it, else the bootstrap."""
    methods = {rung.method for rung in rungs}
    if "none" in methods:
        return Rung("none", FEW_SOMEWHERE)
    return Rung("CR2" if methods == {"CR2"} else "bootstrap", "")


def _differences(model: FittedModel, wave: int, units: Sequence[int]) -> Floats:
    """[units - 1, p] each governorate's effect minus the first one's."""
    first, *others = units
    return np.stack([model.combination({(first, wave): -1.0, (unit, wave): 1.0}) for unit in others])


def across_governorates(cells: Cells, task: Task) -> list[Estimate]:
    """Equal-weight mean of the governorates' effects, and the joint test that they are equal."""
    carrying = cells.select(carrying_cells(cells, task.waves))
    model = fit_model(carrying, carrying.unit)
    found = []
    for wave in task.compared_waves:
        mean, equality = task.case(wave, EQUAL_WEIGHT), task.case(wave, POOLED, EQUALITY)
        tested = wave in task.later_waves
        units = [] if isinstance(model, str) else units_with_effect(model, wave)
        if isinstance(model, str) or len(units) < 2:
            reason = model if isinstance(model, str) else "one_governorate"
            found += mean.refuse(reason) + (equality.refuse(reason) if tested else [])
            continue
        counts = [count_clusters(carrying.select(carrying.unit == unit)) for unit in units]
        weak = FEW_SOMEWHERE if any(map(few_for_mean, counts)) else ""  # an arm's only cluster shows no variation
        means = read_effects(mean, model, {(unit, wave): 1 / len(units) for unit in units}, "", weak)
        found += with_remark(means, left_out(carrying, wave, len(task.governorates)))
        if tested:
            rung = common_rung([choose_method(count, task.study) for count in counts])
            found += read_joint(equality, model, _differences(model, wave, units), rung)
    return found
