"""Beside the effects: differences between governorates, and how the arms moved before the programme began."""

import math
from collections.abc import Sequence

from transforms.impact.estimate import EVERY_GROUP, NO_PRE_TREND, POOLED, Estimate, Model
from transforms.present.context import Context
from transforms.present.document import Cell, Column, Row, Table, body, total
from transforms.present.selection import TOGETHER
from transforms.study import Index


def _p_value(context: Context, value: float) -> Cell:
    return Cell(context.say.p_value(value), value if math.isfinite(value) else None)


def _rows(context: Context, model: Model, index: Index) -> list[Estimate]:
    """Rows of a model on an index, among everyone."""
    return [
        row for row in context.every_estimate if (row.model, row.outcome, row.group) == (model, index.name, EVERY_GROUP)
    ]


def _numbers(context: Context, row: Estimate) -> tuple[Cell, ...]:
    """Estimate, interval, statistic, p, clusters, method; dashes where it was not estimated."""
    say, none = context.say, Cell(context.say("numbers.none"))
    if row.status == "not_estimated":
        return (Cell(say("effects.not_estimated")), *(none,) * 5)
    joint = row.contrast == NO_PRE_TREND
    return (
        none if joint else context.cell(row.estimate, row.unit, signed=True),
        none if joint else context.interval(row.conf_low, row.conf_high, row.unit, signed=True),
        context.cell(row.statistic, signed=not joint),
        _p_value(context, row.p_value),
        context.clusters(row),
        Cell(say.name("methods_short", row.method)),
    )


def _columns(context: Context, first: str, last: Sequence[str] = ()) -> tuple[Column, ...]:
    say = context.say
    interval = say("effects.interval", confidence=context.confidence)
    heads = (say(f"effects.estimate_{context.study.analysis}"), interval, say("effects.statistic"), say("effects.p"))
    numbers = (*heads, *last, say("effects.clusters"))
    return (Column(first), *(Column(head, "number") for head in numbers), Column(say("effects.method")))


def _notes(context: Context, rows: Sequence[tuple[str, Estimate]]) -> tuple[str, ...]:
    """One note for each reason, with the rows it belongs to."""
    say, told = context.say, dict[tuple[str, str], list[str]]()
    for name, row in rows:
        if row.reason:
            told.setdefault((row.status, row.reason), []).append(name)
    return tuple(
        say(f"effects.status_{status}", places=say.list(tuple(names)), reason=say.name("reasons", reason))
        for (status, reason), names in told.items()
    )


def _pair_names(context: Context) -> dict[str, str]:
    """Both governorates of each pair in the reader's language, and what stands for all pairs together."""
    say, places = context.say, {place: context.governorate(place) for place in context.governorates}
    pairs = {
        f"{b} - {a}": say("effects.pair_name", first=later, second=first)
        for a, first in places.items()
        for b, later in places.items()
    }
    return {POOLED: say("effects.every_pair")} | pairs


def pairs_table(context: Context, index: Index, wave: str) -> Table | None:
    """Each pair of governorates, with the p-value adjusted for all of them; None where there are no pairs."""
    say, kind = context.say, context.study.analysis
    compared = [row for row in _rows(context, "pairwise", index) if row.wave == wave]
    if not compared:
        return None
    names = _pair_names(context)
    rows = [(names[row.governorate], row) for row in compared]
    lines = []
    for name, row in rows:
        *numbers, clusters, method = _numbers(context, row)
        lines.append(body(name, *numbers, _p_value(context, row.p_adjusted), clusters, method))
    caption = say(f"effects.pairs_{kind}", index=context.index(index), wave=context.wave(wave))
    columns = _columns(context, say("effects.pair"), (say("effects.adjusted"),))
    notes = (*_notes(context, rows), say("effects.pairs_note"))
    return Table(caption, columns, tuple(lines), notes, folded=True)


def pre_trends_table(context: Context, index: Index) -> Table | None:
    """Effects before the programme began and their joint tests, by place; None where no wave could show any."""
    say = context.say
    rows = [(_pre_trend(context, row), row) for row in _rows(context, "pre-trend", index)]
    if not rows:
        return None
    lines: list[Row] = []
    for name, row in rows:
        line = total if row.governorate in TOGETHER else body
        lines.append(line(name, *_numbers(context, row)))
    note = say("effects.pre_trends_note", first=context.wave(context.study.baseline.name))
    caption = say("effects.pre_trends", index=context.index(index))
    return Table(caption, _columns(context, say("effects.where")), tuple(lines), (*_notes(context, rows), note))


def _pre_trend(context: Context, row: Estimate) -> str:
    key = "effects.pre_trend_joint" if row.contrast == NO_PRE_TREND else "effects.pre_trend_wave"
    return context.say(key, place=context.governorate(row.governorate), wave=context.wave(row.wave))
