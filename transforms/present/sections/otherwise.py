"""The same effect, estimated otherwise: the headline first, then every other way, and how far each moves it."""

import math
from collections.abc import Iterator

from transforms.impact.estimate import Estimate, Model
from transforms.present.context import DECIMALS, Context
from transforms.present.document import Block, Cell, Column, Paragraph, Row, Table, body, group, total
from transforms.present.naming import outcome_name
from transforms.present.selection import headline
from transforms.present.surroundings import other_rows
from transforms.study import Index

WAYS: tuple[Model, ...] = ("doubly robust", "loss weights", "all interviewed", "covariates", "ancova")
ON_ITEMS: tuple[Model, ...] = ("ordered logit",)


def otherwise_blocks(context: Context, index: Index, wave: str) -> Iterator[Block]:
    """A sentence on how far the effect on an index moves, and the table behind it, folded."""
    main = headline(context, index.name, wave)
    ways = [row for model in WAYS for row in other_rows(context, model, wave) if row.outcome == index.name]
    items = [row for model in ON_ITEMS for row in other_rows(context, model, wave) if _is_of(context, index, row)]
    if main is None or not (ways or items):
        return
    if sentence := _sentence(context, main, ways):
        yield Paragraph(sentence)
    yield _table(context, index, main, ways, items)


def _is_of(context: Context, index: Index, row: Estimate) -> bool:
    return row.outcome in {item.name for item in context.items(index)}


def moved(main: Estimate, row: Estimate) -> float:
    """How far another estimate lies from the headline, in the headline's standard errors; NaN where it has none."""
    error = main.std_error if math.isfinite(main.std_error) else math.nan
    return (row.estimate - main.estimate) / error if row.unit == main.unit and error > 0 else math.nan


def _sentence(context: Context, main: Estimate, ways: list[Estimate]) -> str:
    """The range of the other estimates, and the one furthest from the headline."""
    say = context.say
    found = [row for row in ways if math.isfinite(row.estimate) and row.unit == main.unit]
    if not found or not math.isfinite(main.estimate):
        return ""
    low, high = (pick(row.estimate for row in found) for pick in (min, max))
    furthest = max(found, key=lambda row: abs(row.estimate - main.estimate))
    limits = {"low": context.amount(low, main.unit), "high": context.amount(high, main.unit)}
    sentence = say("otherwise.one" if len(found) == 1 else "otherwise.range", ways=len(found), **limits)
    far = abs(moved(main, furthest))
    if not math.isfinite(far):
        return sentence
    return f"{sentence} {say('otherwise.furthest', way=say(f'models.{furthest.model}'), errors=say.number(far, 1))}"


def _table(context: Context, index: Index, main: Estimate, ways: list[Estimate], items: list[Estimate]) -> Table:
    say, kind = context.say, context.study.analysis
    rows: list[Row] = [total(say("otherwise.headline"), *_cells(context, main, Cell(say("numbers.none"))))]
    rows += [body(say(f"models.{row.model}"), *_cells(context, row, _moved(context, main, row))) for row in ways]
    for row in items:
        rows.append(group(outcome_name(context, row.outcome)))
        rows.append(body(say(f"models.{row.model}"), *_cells(context, row, Cell(say("numbers.none")))))
    heads = (
        say(f"effects.estimate_{kind}"),
        say("effects.interval", confidence=context.confidence),
        *(say(f"effects.{name}") for name in ("p", "n")),
        say("otherwise.moved"),
    )
    columns = (Column(say("otherwise.way")), *(Column(head, "number") for head in heads))
    columns = (*columns, Column(say("effects.method")))
    notes = (say("otherwise.note"), *_reasons(context, [*ways, *items]))
    return Table(say(f"otherwise.table_{kind}", index=context.index(index)), columns, tuple(rows), notes, folded=True)


def _moved(context: Context, main: Estimate, row: Estimate) -> Cell:
    far = moved(main, row)
    return Cell(context.say.number(far, 1, signed=True), far if math.isfinite(far) else None)


def _cells(context: Context, row: Estimate, far: Cell) -> tuple[Cell, ...]:
    """Effect, interval, p, interviews, distance, method."""
    say = context.say
    if row.status == "not_estimated":
        return (Cell(say("effects.not_estimated")), *(Cell(say("numbers.none")),) * 5)
    return (
        context.cell(row.estimate, row.unit, signed=True),
        Cell(say.interval(row.conf_low, row.conf_high, DECIMALS[row.unit], signed=True)),
        Cell(say.p_value(row.p_value), row.p_value if math.isfinite(row.p_value) else None),
        context.people(row.wave, row.governorate, row.group, row.n),
        far,
        Cell(say.name("methods_short", row.method)),
    )


def _reasons(context: Context, rows: list[Estimate]) -> Iterator[str]:
    """Why a row is not there, or without interval."""
    for row in rows:
        if row.reason and row.status != "ok":
            yield context.say(
                f"effects.status_{row.status}",
                places=context.say(f"models.{row.model}"),
                reason=context.say.name("reasons", row.reason),
            )
