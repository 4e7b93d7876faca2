"""How far an effect on an index moves when the index is scored in another defensible way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import isfinite, nan

import pandas as pd

from transforms.impact.around.imputed_effects import imputed_effects
from transforms.impact.cells.design import Cells
from transforms.impact.cells.panel import Panel
from transforms.impact.cells.sample import Sample
from transforms.impact.effects.everyone import governorate_effects, pooled_effect
from transforms.impact.effects.study_effects import respondents_of
from transforms.impact.effects.task import Task
from transforms.impact.estimate import POOLED, Estimate
from transforms.measure.alternatives.catalogue import Scoring
from transforms.study import Study
from transforms.study.records import records_table

HEADLINE, WITHOUT_ITEM, IMPUTED = "headline", "without_item", "imputed"
SMALLEST, LARGEST = "smallest", "largest"  # flags of the ends of the range of leaving an item out


@dataclass(frozen=True, slots=True)
class IndexEffect:
    """An effect on one index scored in one way, in SD of the reference group.

    detail: the item left out. shift: the estimate less the headline's; `shift_errors` in the headline's standard
    errors. flag: "smallest" or "largest" effect that leaving an item out gives in this place, "negative_weights",
    "singular". reason: a key of `REASONS`, `SCORING_REASONS`, or "no_rule_for_imputed".
    """

    index: str
    alternative: str
    detail: str
    governorate: str
    wave: str
    estimate: float = nan
    std_error: float = nan
    df: float = nan
    conf_low: float = nan
    conf_high: float = nan
    p_value: float = nan
    n: int = 0
    method: str = "none"
    shift: float = nan
    shift_errors: float = nan
    flag: str = ""
    status: str = "not_estimated"
    reason: str = ""


COPIED = (
    *("governorate", "wave", "estimate", "std_error", "df", "conf_low", "conf_high", "p_value", "n"),
    *("method", "status", "reason"),
)
Key = tuple[str, str]  # governorate, wave


def index_robustness(frame: pd.DataFrame, scorings: Sequence[Scoring], study: Study) -> pd.DataFrame:
    """One row for each index, way of scoring, place (governorates, pooled) and later wave.

    frame, scorings: of `alternative_scores`. Every way is estimated as the headline is: the same design, clusters,
    ladder and bootstrap samples. Nothing but the columns for a study of one wave. An index that cannot be scored in its
    own way is not examined in others: it has one row for each later wave, with the reason.
    """
    rows = () if study.analysis == "levels" else _rows(frame, scorings, study)
    return records_table(IndexEffect, rows)


def _rows(frame: pd.DataFrame, scorings: Sequence[Scoring], study: Study) -> Iterator[IndexEffect]:
    columns = [scoring.column for scoring in scorings if not scoring.reason]
    sample = _without_groups(frame, columns, study)
    found = _estimates(sample, study, scorings)
    for index in study.indices:
        mine = [scoring for scoring in scorings if scoring.index == index.name]
        yield from _flagged(_index_rows(mine, found, study.later_waves))


def _without_groups(frame: pd.DataFrame, columns: Sequence[str], study: Study) -> Sample | Panel:
    """The sample without groups of respondents: effects among everyone need no finer cells."""
    effects = study.settings.effects.model_copy(update={"groups": ()})
    settings = study.settings.model_copy(update={"effects": effects})
    return respondents_of(frame, study.model_copy(update={"settings": settings}), columns)


def _estimates(sample: Sample | Panel, study: Study, scorings: Sequence[Scoring]) -> dict[str, list[Estimate]]:
    """Estimates of every column; those of imputed data sets together, under the first one's name."""
    imputed = {scoring.column: scoring for scoring in scorings if scoring.alternative == IMPUTED}
    found: dict[str, list[Estimate]] = {}
    for positions in sample.patterns():
        names = [sample.outcomes[position] for position in positions]
        single = [position for position, name in zip(positions, names, strict=True) if name not in imputed]
        for row in _tested(sample, study, single):
            found.setdefault(row.outcome, []).append(row)
        for index in dict.fromkeys(imputed[name].index for name in names if name in imputed):
            sets = [
                at
                for at, name in zip(positions, names, strict=True)
                if name in imputed and imputed[name].index == index
            ]
            first = sample.outcomes[sets[0]]
            found[first] = list(_combined(sample, study, sets))
    return found


def _task(sample: Sample | Panel, study: Study, positions: Sequence[int]) -> tuple[Cells | str, Task]:
    """Cells of outcomes that share their rows, or why there are none; and what is to be estimated."""
    names = tuple(sample.outcomes[position] for position in positions)
    task = Task(study, names, sample.governorates, model="did" if study.design.treatment else "change", unit="sd")
    return sample.cells(study, positions), task


def _refused(task: Task, reason: str) -> list[Estimate]:
    return [row for wave in task.later_waves for row in task.case(wave, POOLED).refuse(reason)]


def _tested(sample: Sample | Panel, study: Study, positions: Sequence[int]) -> list[Estimate]:
    if not positions:
        return []
    cells, task = _task(sample, study, positions)
    if isinstance(cells, str):
        return _refused(task, cells)
    return [*governorate_effects(cells, task), *pooled_effect(cells, task)]


def _combined(sample: Sample | Panel, study: Study, positions: Sequence[int]) -> Iterable[Estimate]:
    cells, task = _task(sample, study, positions)
    first = sample.outcomes[positions[0]]
    if isinstance(cells, str):
        return [row for row in _refused(task, cells) if row.outcome == first]
    return imputed_effects(cells, task, first)


def _index_rows(
    scorings: Sequence[Scoring], found: dict[str, list[Estimate]], waves: Sequence[str]
) -> list[IndexEffect]:
    """Rows of one index in the order of its scorings; a way that could not be had has one for each place and wave.

    Without the headline there is nothing to set beside it: one row for each wave says why.
    """
    if scorings[0].reason:
        empty = IndexEffect(scorings[0].index, HEADLINE, "", POOLED, "", reason=scorings[0].reason)
        return [replace(empty, wave=wave) for wave in waves]
    headline = {_key(row): row for row in found.get(scorings[0].column, ())}
    rows: list[IndexEffect] = []
    for scoring in scorings:
        detail = scoring.detail if scoring.alternative == WITHOUT_ITEM else ""
        empty = IndexEffect(scoring.index, scoring.alternative, detail, "", "")
        if scoring.reason:
            rows += [replace(empty, governorate=place, wave=wave, reason=scoring.reason) for place, wave in headline]
        for row in found.get(scoring.column, ()):
            rows.append(_beside(_with_estimate(empty, row, scoring), headline.get(_key(row))))
    return rows


def _key(row: Estimate) -> Key:
    return row.governorate, row.wave


def _with_estimate(empty: IndexEffect, row: Estimate, scoring: Scoring) -> IndexEffect:
    flag = "negative_weights" if scoring.negative else "singular" if scoring.singular else ""
    return replace(empty, flag=flag, **{name: getattr(row, name) for name in COPIED})


def _beside(row: IndexEffect, headline: Estimate | None) -> IndexEffect:
    """The row with its distance from the headline, where both are known."""
    if headline is None:
        return row
    shift = row.estimate - headline.estimate
    errors = shift / headline.std_error if headline.std_error > 0 else nan
    return replace(row, shift=shift, shift_errors=errors)


def _flagged(rows: Sequence[IndexEffect]) -> list[IndexEffect]:
    """The rows with the ends of the range of leaving an item out marked in every place and wave."""
    ends: dict[Key, list[IndexEffect]] = {}
    for row in rows:
        if row.alternative == WITHOUT_ITEM and isfinite(row.estimate):
            ends.setdefault((row.governorate, row.wave), []).append(row)
    marks = {}
    for place, mine in ends.items():
        marks[place, min(mine, key=lambda row: row.estimate).detail] = SMALLEST
        marks[place, max(mine, key=lambda row: row.estimate).detail] = LARGEST
    return [
        replace(row, flag=marks.get(((row.governorate, row.wave), row.detail), row.flag)) if row.detail else row
        for row in rows
    ]
