"""Effects on an outcome whose gaps were filled several times, combined by Rubin's rules."""

from collections.abc import Iterator
from dataclasses import replace
from math import isnan

import numpy as np

from transforms.impact.cells.compression import Floats
from transforms.impact.cells.design import Cells, Mask, carrying_cells, usable_waves
from transforms.impact.effects.fitted_model import FittedModel, fit_model
from transforms.impact.effects.reading import ROUNDING
from transforms.impact.effects.task import Task
from transforms.impact.estimate import POOLED, Estimate
from transforms.impact.inference.cr2 import satterthwaite_test
from transforms.impact.inference.ladder import choose_method
from transforms.impact.inference.rubin import combine_imputed

RUBIN = "CR2, Rubin"  # method: CR2 within each data set, Rubin's rules across them
NO_RULE = "no_rule_for_imputed"  # reason: too few clusters for CR2, and what replaces it has no rule across data sets


def imputed_effects(cells: Cells, task: Task, outcome: str) -> Iterator[Estimate]:
    """The pooled effect and each governorate's own, in every later wave, from the task's m outcomes together.

    Each data set is estimated from the same moments as any outcome. Its variance is CR2's and its degrees of freedom
    Satterthwaite's, also where the ladder takes the bootstrap, which gives no variance that Rubin's rules could
    combine. Where the ladder takes randomisation inference or nothing, the mean estimate stands without error.
    """
    for place, inside in _places(cells, task):
        mine = cells.select(inside)
        carrying = mine.select(carrying_cells(mine, task.waves))
        model, reasons = fit_model(carrying, np.zeros_like(carrying.unit)), usable_waves(mine, task.waves)
        for wave in task.later_waves:
            row, reason = task.case(wave, place).row(outcome), reasons[wave] or _obstacle(model, wave)
            yield replace(row, reason=reason) if isinstance(model, str) or reason else _combined(row, model, wave, task)


def _obstacle(model: FittedModel | str, wave: int) -> str:
    """Why a model does not hold the effect of a wave on all outcomes; "" if it does."""
    if isinstance(model, str):
        return model
    if all(model.constant):
        return "no_variation"
    return "" if (0, wave) in model.effects else "empty_cell"


def _places(cells: Cells, task: Task) -> Iterator[tuple[str, Mask]]:
    """Each governorate that has an effect of its own with its cells, then all together."""
    for unit, name in enumerate(task.places):
        yield name, cells.unit == unit
    yield POOLED, np.ones(cells.unit.size, dtype=bool)


def _combined(row: Estimate, model: FittedModel, wave: int, task: Task) -> Estimate:
    counts, vector = model.counts, model.combination({(0, wave): 1.0})
    estimates = vector @ model.fit.coef
    row = replace(
        row,
        n=model.n,
        clusters=counts.clusters,
        clusters_treated=counts.treated,
        clusters_comparison=counts.comparison,
        estimate=float(estimates.mean()),
        status="no_p_value",
    )
    rung = choose_method(counts, task.study)
    if rung.method in ("none", "randomisation"):
        return replace(row, reason=rung.reason or NO_RULE)
    test = satterthwaite_test(model.cr2, vector)
    if all(model.exact) or not _varies(model, vector) or isnan(test.df):
        return replace(row, reason="perfect_fit")
    found = combine_imputed(test.estimate, test.std_error**2, test.df)
    low, high = found.interval(task.study.settings.effects.confidence)
    return replace(
        row,
        std_error=found.std_error,
        statistic=found.statistic,
        df=found.df,
        p_value=found.p_value,
        conf_low=low,
        conf_high=high,
        method=RUBIN,
        status="ok",
        reason="" if model.design.strata else "strata_left_out",
    )


def _varies(model: FittedModel, vector: Floats) -> bool:
    """Whether an effect differs between clusters by more than rounding in any data set."""
    robust, classical = (
        np.einsum("p,mpq,q->m", vector, vcov, vector) for vcov in (model.fit.vcov, model.fit.vcov_classical)
    )
    return bool((robust > ROUNDING * classical).any())
