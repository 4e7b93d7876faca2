"""Effects with covariates held constant, given the outcome at baseline, and of all who were interviewed in a panel."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from transforms.impact.cells.compression import Floats
from transforms.impact.effects.study_effects import ALL_INTERVIEWED, design_effects
from transforms.impact.estimate import ESTIMATE_COLUMNS, Estimate, Model, estimated_outcomes
from transforms.impact.rows.held import Held, held_covariates, standard
from transforms.impact.rows.places import Specification, place_effects
from transforms.impact.rows.respondents import (
    Placed,
    Respondents,
    place_rows,
    regression,
    same_rows,
    sections,
    twice_seen,
)
from transforms.study import Study
from transforms.study.columns import WEIGHT

ORDER: tuple[Model, ...] = (ALL_INTERVIEWED, "covariates", "ancova")


def _together(
    spec: Specification, respondents: Respondents, outcomes: Sequence[str], values: Sequence[Floats]
) -> Iterator[Estimate]:
    """Effects on outcomes (values: [n] each) with the specification's covariates held constant."""
    held = spec.held
    known = [~np.isnan(column) & held.known for column in values]
    complete = [bool(held.known[~np.isnan(column)].all()) for column in values]
    for positions in same_rows(known):
        names, rows = tuple(outcomes[at] for at in positions), known[positions[0]]
        if not rows.any():
            yield from spec.refuse(names, "no_answers")
            continue
        data = regression(respondents, rows, held.columns, [values[at] for at in positions], spec.study)
        yield from place_effects(spec, names, data, all(complete[at] for at in positions))


def _given_baseline(
    spec: Specification, respondents: Respondents, outcomes: Sequence[str], scores: pd.DataFrame
) -> Iterator[Estimate]:
    """Effects on each outcome's later value given its own value at baseline, of those who have both."""
    for outcome in outcomes:
        values = scores[outcome].to_numpy(dtype=np.float64)
        before, after = values[respondents.described], values[respondents.later]
        both = ~np.isnan(before) & ~np.isnan(after)
        held = Held((standard(before, both),), (outcome,), (outcome,), both)
        yield from _together(replace(spec, held=held), respondents, [outcome], [np.where(both, after, np.nan)])


def _panel_effects(panel: pd.DataFrame, scores: pd.DataFrame, study: Study, placed: Placed) -> Iterator[Estimate]:
    """Of respondents seen twice: changes given covariates at baseline, and ANCOVA if arms were drawn by lot.

    Before them the study's design on everybody interviewed, seen twice or not.
    """
    outcomes, treatment = estimated_outcomes(study), study.design.treatment
    for row in design_effects(scores, outcomes, study, ALL_INTERVIEWED):
        yield Estimate(*(getattr(row, name) for name in ESTIMATE_COLUMNS))
    for wave in () if treatment is None else range(study.first_wave, len(study.waves)):
        respondents = twice_seen(scores, study, placed, study.wave_names[wave])
        held = held_covariates(panel, study, respondents.described)
        spec = Specification(study, "covariates", (wave,), 2, True, placed.governorates, held)
        if study.settings.effects.covariates:
            columns = (scores[name].to_numpy(dtype=np.float64) for name in outcomes)
            changes = [column[respondents.later] - column[respondents.described] for column in columns]
            yield from _together(spec, respondents, outcomes, changes)
        if treatment is not None and treatment.randomised:
            yield from _given_baseline(replace(spec, model="ancova"), respondents, outcomes, scores)


def _section_effects(panel: pd.DataFrame, scores: pd.DataFrame, study: Study, placed: Placed) -> Iterator[Estimate]:
    """Of the answers of every wave: the study's design with covariates."""
    if not study.settings.effects.covariates:
        return
    respondents, outcomes = sections(scores, study, placed), estimated_outcomes(study)
    held = held_covariates(panel, study, respondents.later)
    values = [scores[name].to_numpy(dtype=np.float64)[respondents.later] for name in outcomes]
    waves = tuple(range(study.first_wave, len(study.waves)))
    spec = Specification(study, "covariates", waves, 1, False, placed.governorates, held)
    yield from _together(spec, respondents, outcomes, values)


def row_effects(panel: pd.DataFrame, scores: pd.DataFrame, study: Study) -> tuple[Estimate, ...]:
    """The study's effects by regressions on rows, for every outcome, governorate and later wave, and pooled.

    panel, scores: as `prepare` and `measure` leave them, with the same rows. "all interviewed", in a panel: everybody
    interviewed in either wave, as if they were fresh people, which shows what losses do. "covariates", where the study
    declares them: held constant as they were at baseline, with a trend of their own, in a panel (which has respondent
    effects too); as answered in each wave, otherwise. "ancova", in a panel with arms drawn by lot: the later score
    given the earlier (McKenzie 2012). Every rule of the ladder, and every refusal, holds as for the study's effects.
    Empty with one wave.
    """
    if study.analysis == "levels" or not (scores[WEIGHT] >= 0).all():
        return ()  # with a weight below zero the study's own effects are refused, and say why
    place = {outcome: position for position, outcome in enumerate(estimated_outcomes(study))}
    described = _panel_effects if study.design.kind == "panel" else _section_effects
    found = described(panel, scores, study, place_rows(scores, study))
    return tuple(sorted(found, key=lambda row: (ORDER.index(row.model), place[row.outcome])))
