"""Did other things move: the mix of those who answered, and outcomes the programme did not target."""

import math
from collections.abc import Iterator

from transforms.impact.estimate import Estimate, Model
from transforms.present.context import DECIMALS, Context
from transforms.present.document import Block, Cell, Column, Heading, Paragraph, Row, Table, body, group
from transforms.present.naming import outcome_name
from transforms.present.surroundings import other_rows

PERCENT = {"share"}  # units printed in percentage points


def _found(context: Context, model: Model, wave: str) -> list[Estimate]:
    """Rows of a model for everyone together that have an estimate."""
    return [row for row in other_rows(context, model, wave) if math.isfinite(row.estimate)]


def _scaled(row: Estimate, value: float) -> tuple[float, int]:
    """A value and the decimals to print it with: shares in percentage points."""
    return (100 * value, 1) if row.unit in PERCENT else (value, DECIMALS[row.unit])


def mix_sentences(context: Context) -> Iterator[str]:
    """For every later wave, the characteristic of the sample whose share moved most differently between the arms."""
    say = context.say
    for wave in context.study.wave_names[1:]:
        shares = [row for row in _found(context, "composition", wave) if row.unit in PERCENT]
        if shares:
            largest = max(shares, key=lambda row: abs(row.estimate))
            yield say(
                "mix.largest",
                name=outcome_name(context, largest.outcome),
                points=say.number(100 * abs(largest.estimate), 1),
                wave=context.wave(wave),
            )


def placebo_sentences(context: Context) -> Iterator[str]:
    """The largest movement of an outcome that was not targeted; or that the study names none."""
    say = context.say
    if not context.study.settings.effects.placebo:
        yield say("placebo.none")
    for wave in context.study.wave_names[1:]:
        found = _found(context, "placebo", wave)
        if found:
            largest = max(found, key=lambda row: abs(row.estimate))
            amount = context.amount(largest.estimate, largest.unit)
            yield say(
                "placebo.largest", name=outcome_name(context, largest.outcome), amount=amount, wave=context.wave(wave)
            )


def mix_blocks(context: Context) -> Iterator[Block]:
    """A table of each, folded: the sentences at the head of the section have told the most."""
    parts: tuple[tuple[Model, str], ...] = (("composition", "mix"), ("placebo", "placebo"))
    for model, key in parts:
        rows = tuple(_rows(context, model))
        if rows:
            yield Heading(key, context.say(f"{key}.heading"))
            if model == "composition" and context.study.design.kind != "panel":
                yield Paragraph(context.say("mix.sections"), "aside")
            yield Paragraph(context.say(f"{key}.lead"), "aside")
            yield _table(context, key, rows)


def _rows(context: Context, model: Model) -> Iterator[Row]:
    waves = [wave for wave in context.study.wave_names[1:] if other_rows(context, model, wave)]
    for wave in waves:
        if len(waves) > 1:
            yield group(context.wave(wave))
        for row in other_rows(context, model, wave):
            yield body(outcome_name(context, row.outcome), *_cells(context, row))


def _cells(context: Context, row: Estimate) -> tuple[Cell, ...]:
    say = context.say
    if row.status == "not_estimated":
        none = Cell(say("numbers.none"))
        return (Cell(say("mix.not_estimated", reason=say.name("reasons", row.reason))), none, none, none)
    value, decimals = _scaled(row, row.estimate)
    low, high = _scaled(row, row.conf_low)[0], _scaled(row, row.conf_high)[0]
    return (
        Cell(say("mix.amount", number=say.number(value, decimals, signed=True), unit=say(f"mix.units.{row.unit}"))),
        Cell(say.interval(low, high, decimals, signed=True)),
        Cell(say.p_value(row.p_value), row.p_value if math.isfinite(row.p_value) else None),
        context.people(row.wave, row.governorate, row.group, row.n),
    )


def _table(context: Context, key: str, rows: tuple[Row, ...]) -> Table:
    say = context.say
    interval = say("effects.interval", confidence=context.confidence)
    heads = (say(f"{key}.difference"), interval, say("effects.p"), say("effects.n"))
    columns = (Column(say(f"{key}.name")), *(Column(head, "number") for head in heads))
    return Table(say(f"{key}.table"), columns, rows, (say(f"{key}.note"),), folded=True)
