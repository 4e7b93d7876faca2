"""Every effect a study asks for: by governorate, pooled, by group, on secondary outcomes, and the tests beside them."""

from collections.abc import Iterable, Sequence

import pandas as pd

from transforms.impact.cells.design import Cells
from transforms.impact.cells.panel import Panel, panel_of
from transforms.impact.cells.sample import Sample, study_sample
from transforms.impact.description.levels import level_estimates
from transforms.impact.effects.everyone import across_governorates, governorate_effects, pooled_effect
from transforms.impact.effects.families import adjust_families
from transforms.impact.effects.groups import group_effects
from transforms.impact.effects.pairwise import pairwise_differences
from transforms.impact.effects.task import Task
from transforms.impact.estimate import POOLED, Estimate, Model, Unit, estimated_outcomes
from transforms.study import Study

ALL_INTERVIEWED: Model = "all interviewed"
OF_SECTIONS: tuple[Model, ...] = (ALL_INTERVIEWED, "composition")  # what a wave's respondents say, whoever they are


def _among_everyone(cells: Cells, task: Task) -> list[Estimate]:
    """Effects among everyone; the study's own outcomes also have each pair of governorates compared."""
    found = governorate_effects(cells, task) + pooled_effect(cells, task)
    if len(task.places) > 1:
        found += across_governorates(cells, task)
        found += pairwise_differences(cells, task) if task.model is None else []
    return found


def _pattern_effects(respondents: Sample | Panel, positions: list[int], task: Task) -> list[Estimate]:
    """Every estimate of the outcomes at `positions`, which share their rows; `task` with those outcomes."""
    cells = respondents.cells(task.study, positions)
    if isinstance(cells, str):
        return [row for wave in task.later_waves for row in task.case(wave, POOLED).refuse(cells)]
    if task.model == ALL_INTERVIEWED:
        return governorate_effects(cells, task) + pooled_effect(cells, task)
    found = _among_everyone(cells, task)
    for at, (column, values) in enumerate(respondents.groups.items()):
        found += group_effects(cells, cells.groups[:, at], task, column, values)
    return found


def respondents_of(
    frame: pd.DataFrame, study: Study, outcomes: Sequence[str], model: Model | None = None
) -> Sample | Panel:
    """Whom effects on some columns of a frame rest on: in a panel each respondent's own changes, otherwise all answers.

    Rows of the models in `OF_SECTIONS` take everybody interviewed in each wave in a panel too.
    """
    own = study.design.kind == "panel" and model not in OF_SECTIONS
    return (panel_of if own else study_sample)(frame, study, outcomes)


def _without_groups(study: Study) -> Study:
    effects = study.settings.effects.model_copy(update={"groups": ()})
    return study.model_copy(update={"settings": study.settings.model_copy(update={"effects": effects})})


def design_effects(
    frame: pd.DataFrame, outcomes: Sequence[str], study: Study, model: Model | None = None, unit: Unit | None = None
) -> list[Estimate]:
    """The study's design estimated on columns of a frame that has the design columns, with p-values not yet adjusted.

    model, unit: of columns that are no outcome of the study; these are estimated among everyone only, and after the
    programme began. Every rule of the ladder and every refusal holds alike. Nothing for a study of one wave.
    """
    if not outcomes or study.analysis == "levels":
        return []
    study = study if model is None else _without_groups(study)
    respondents = respondents_of(frame, study, outcomes, model)
    found = []
    for positions in respondents.patterns():
        names = tuple(outcomes[position] for position in positions)
        task = Task(study, names, respondents.governorates, model=model, unit=unit)
        found += _pattern_effects(respondents, positions, task)
    return found


def _in_order(estimates: Iterable[Estimate], outcomes: Sequence[str]) -> tuple[Estimate, ...]:
    """By outcome; then everyone before groups; governorates, pooled, equal weight, tests, pairs; waves in order."""
    place = {outcome: position for position, outcome in enumerate(outcomes)}
    return tuple(sorted(estimates, key=lambda estimate: place[estimate.outcome]))


def effects_on(
    frame: pd.DataFrame, columns: Sequence[str], study: Study, model: Model, unit: Unit = "sd"
) -> tuple[Estimate, ...]:
    """The study's design estimated on other columns of a frame, in rows called `model`, which are one family.

    unit: of the columns; "sd" if they are `standardised`. See `design_effects`.
    """
    return _in_order(adjust_families(design_effects(frame, columns, study, model, unit), study), columns)


def estimate_effects(scores: pd.DataFrame, study: Study, secondary: pd.DataFrame | None = None) -> tuple[Estimate, ...]:
    """Every estimate the study's design allows, for every outcome it asks for.

    scores: one row per respondent x wave, the design columns and one column per outcome (NaN where not scored). With a
    comparison arm: differences-in-differences (each wave after the programme began against the baseline; those before
    it are pre-trends); without one: changes over time; with one wave: levels. In a panel every respondent has a
    constant of her own, so those who answered in one wave only carry nothing and are not in `n`. Each comes with the
    uncertainty its clusters can carry (see `ladder`), and with a p-value adjusted for the family of its outcome.
    Estimates whose clusters carry no p-value come without one and say why; what cannot be estimated has a row with its
    reason, and the others still come. secondary: as `secondary_outcomes` makes it, with the same rows; without it these
    have none.
    """
    outcomes = estimated_outcomes(study)
    if study.analysis == "levels":
        return level_estimates(scores, study)
    found = design_effects(scores, outcomes, study)
    names = study.secondary_outcomes() if secondary is not None else ()
    if secondary is not None:
        others = design_effects(secondary, names, study, "secondary", "sd")
        found = [*found, *others]
    return _in_order(adjust_families(found, study), [*outcomes, *names])
