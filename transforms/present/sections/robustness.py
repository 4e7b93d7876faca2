"""What stands behind each effect: other standard errors, what single clusters do to it, its p-value among others."""

import math

from transforms.impact.estimate import POOLED, Estimate
from transforms.present.context import DECIMALS, Context
from transforms.present.document import Cell, Column, Row, Table, body, group, total
from transforms.present.selection import TOGETHER, effects
from transforms.study import Index


def robustness_table(context: Context, index: Index, wave: str) -> Table | None:
    """Effects on an index by place and on its dimensions together, folded; None where nothing was tested."""
    say = context.say
    tested = [row for row in effects(context, index.name, wave) if row.status == "ok"]
    rows: list[Row] = []
    for row in tested:
        line = total if row.governorate in TOGETHER else body
        rows.append(line(context.governorate(row.governorate), *_cells(context, row)))
    dimensions = _dimensions(context, index, wave)
    if dimensions:
        rows.append(group(say("robustness.dimensions")))
        rows += [body(context.outcome(row.outcome), *_cells(context, row)) for row in dimensions]
    if not rows:
        return None
    names = ("cr1", "cr3", "without", "effective", "adjusted")
    columns = (Column(say("effects.where")), *(Column(say(f"robustness.{name}"), "number") for name in names))
    caption = say("robustness.table", index=context.index(index), wave=context.wave(wave))
    return Table(caption, columns, tuple(rows), (say("robustness.note"),), folded=True)


def _dimensions(context: Context, index: Index, wave: str) -> list[Estimate]:
    """The pooled effect on each dimension that was tested."""
    names = [f"{index.name}.{dimension}" for dimension in context.study.dimensions(index)]
    found = [row for name in names for row in effects(context, name, wave)]
    return [row for row in found if row.governorate == POOLED and row.status == "ok"]


def _cells(context: Context, row: Estimate) -> tuple[Cell, ...]:
    say, unit = context.say, row.unit
    low, high = row.loo_low, row.loo_high
    closed = context.hides_clusters(row.wave, row.governorate, row.group, row.n)
    return (
        context.cell(row.std_error_cr1, "points"),
        context.cell(row.std_error_cr3, "points"),
        Cell(say.interval(low, high, DECIMALS[unit], signed=True)),
        context.suppressed if closed else Cell(say.number(row.clusters_effective, 1)),
        _adjusted(context, row),
    )


def _adjusted(context: Context, row: Estimate) -> Cell:
    """The p-value adjusted for the outcomes tested together, and how; a dash where the outcome is alone."""
    say = context.say
    if not math.isfinite(row.p_adjusted):
        return Cell(say("numbers.none"))
    how = say.name("adjustments", row.adjustment)
    return Cell(say("robustness.adjusted_by", p=say.p_value(row.p_adjusted), how=how), row.p_adjusted)
