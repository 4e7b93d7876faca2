"""How far the effect on an index moves when the index is scored in another defensible way."""

import math
from collections.abc import Iterator

from transforms.impact.around.index_robustness import HEADLINE, WITHOUT_ITEM, IndexEffect
from transforms.impact.estimate import EVERY_GROUP, POOLED
from transforms.measure.alternatives.catalogue import KINDS
from transforms.present.context import DECIMALS, Context
from transforms.present.document import (
    Block,
    Cell,
    Column,
    Figure,
    Paragraph,
    Row,
    Table,
    body,
    total,
)
from transforms.present.figures.shift import ShiftRow, shift_svg
from transforms.present.interval_cell import interval_cell
from transforms.present.scorings import ENDS, SD, estimated, scoring_effects, scorings_of, shown_ways, way_name
from transforms.present.sections.item_weights import weights_table
from transforms.study import Index

MOST_PLACES = 4  # columns of governorates a page can carry


def robustness_panel(context: Context, index: Index, wave: str) -> list[Block]:
    """A sentence and a figure of the pooled effect in every way; its numbers, those by governorate and weights folded.

    Nothing where the run did not score in other ways; only the weights where it has no effects.
    """
    say, rows = context.say, scoring_effects(context, index, wave)
    ways = shown_ways(rows, POOLED)
    blocks: list[Block] = []
    if estimated(ways):
        blocks.append(Paragraph(say("scorings.lead"), "aside"))
        if sentence := _sentence(context, index, ways):
            blocks.append(Paragraph(sentence))
        blocks += [_figure(context, index, wave, ways), _table(context, index, wave, ways)]
        if by_place := _places_table(context, index, rows):
            blocks.append(by_place)
    if weights := weights_table(context, index):
        blocks.append(weights)
    return blocks


def _others(ways: tuple[IndexEffect, ...]) -> tuple[IndexEffect, ...]:
    return tuple(row for row in estimated(ways) if row.alternative != HEADLINE)


def _headline(ways: tuple[IndexEffect, ...]) -> IndexEffect | None:
    return next((row for row in estimated(ways) if row.alternative == HEADLINE), None)


def _sentence(context: Context, index: Index, ways: tuple[IndexEffect, ...]) -> str:
    """Where the other ways lie, and in how many of them zero stays on the same side of the interval."""
    say, main, others = context.say, _headline(ways), _others(ways)
    if main is None or not others:
        return ""
    low, high = (pick(others, key=lambda row: row.estimate) for pick in (min, max))
    sentence = say(
        "scorings.range",
        headline=context.amount(main.estimate, SD),
        low=context.amount(low.estimate, SD),
        high=context.amount(high.estimate, SD),
        low_way=way_name(context, index, low),
        high_way=way_name(context, index, high),
    )
    tested = [row for row in others if math.isfinite(row.p_value)]
    if not (tested and math.isfinite(main.p_value)):
        return sentence
    alpha = 1 - context.study.settings.effects.confidence
    away = sum(row.p_value < alpha for row in tested)
    key = "scorings.headline_away" if main.p_value < alpha else "scorings.headline_around"
    return f"{sentence} {say(key, count=away, ways=len(tested), confidence=context.confidence)}"


def _figure(context: Context, index: Index, wave: str, ways: tuple[IndexEffect, ...]) -> Figure:
    say, kind = context.say, context.study.analysis
    rows = tuple(_figure_rows(context, index, ways))
    name = f"figure-scorings-{index.name}-{wave}"
    values = {"index": context.index(index), "wave": context.wave(wave), "confidence": context.confidence}
    written = " ".join(say("effects.alt_row", place=row.label, text=row.text) for row in rows)
    axis = say(f"effects.axis_{kind}", unit=say(f"units.{SD}"))
    return Figure(
        name,
        shift_svg(name, rows, axis, mirrored=context.mirrored),
        say(f"scorings.caption_{kind}", **values),
        say("scorings.alt", rows=written, **values),
    )


def _figure_rows(context: Context, index: Index, ways: tuple[IndexEffect, ...]) -> Iterator[ShiftRow]:
    """The headline first, then every way; leaving one item out is one row, from the smallest effect to the largest."""
    say, left_out = context.say, [row for row in estimated(ways) if row.alternative == WITHOUT_ITEM]
    for row in estimated(ways):
        if row.alternative != WITHOUT_ITEM:
            kind = "headline" if row.alternative == HEADLINE else "way"
            text = _with_interval(context, row).text
            name = way_name(context, index, row)
            yield ShiftRow(
                name, row.estimate, row.conf_low, row.conf_high, text, "headline" if kind == HEADLINE else "way"
            )
        elif row is left_out[0]:
            low, high = (pick(found.estimate for found in left_out) for pick in (min, max))
            text = say.interval(low, high, DECIMALS[SD], signed=True)
            yield ShiftRow(say("scorings.way_without_item"), math.nan, low, high, text, "range")


def _with_interval(context: Context, row: IndexEffect) -> Cell:
    """An estimate with its interval, where it has one, in one cell."""
    return interval_cell(context, row.estimate, row.conf_low, row.conf_high, SD)


def _cells(context: Context, row: IndexEffect) -> tuple[Cell, ...]:
    say = context.say
    if row.status == "not_estimated":
        return (Cell(say("effects.not_estimated")), *(Cell(say("numbers.none")),) * 5)
    main = row.alternative == HEADLINE
    return (
        context.cell(row.estimate, SD, signed=True),
        context.interval(row.conf_low, row.conf_high, SD, signed=True),
        Cell(say.p_value(row.p_value), row.p_value if math.isfinite(row.p_value) else None),
        context.people(row.wave, row.governorate, EVERY_GROUP, row.n),
        Cell(say("numbers.none")) if main else context.cell(row.shift, SD, signed=True),
        Cell(say("numbers.none")) if main else context.cell(row.shift_errors, SD, signed=True),
    )


def _table(context: Context, index: Index, wave: str, ways: tuple[IndexEffect, ...]) -> Table:
    say, kind = context.say, context.study.analysis
    rows: list[Row] = []
    for row in ways:
        line = total if row.alternative == HEADLINE else body
        rows.append(line(way_name(context, index, row), *_cells(context, row)))
    heads = (
        say(f"effects.estimate_{kind}"),
        say("effects.interval", confidence=context.confidence),
        *(say(f"effects.{name}") for name in ("p", "n")),
        say("scorings.shift"),
        say("scorings.shift_errors"),
    )
    columns = (
        Column(say("scorings.way")),
        *(Column(head, "number") for head in heads),
    )
    caption = say(f"scorings.table_{kind}", index=context.index(index), wave=context.wave(wave))
    return Table(caption, columns, tuple(rows), tuple(_notes(context, index, ways)), folded=True)


def _notes(context: Context, index: Index, ways: tuple[IndexEffect, ...]) -> Iterator[str]:
    """Weights below zero, what a way left out, and why a number is not there."""
    say = context.say
    yield say("scorings.note")
    for scoring in scorings_of(context, index):
        name = say(f"scorings.way_{scoring.alternative}")
        if scoring.negative:
            yield say("scorings.negative", way=name, count=scoring.negative)
        if scoring.singular:
            yield say("scorings.singular", way=name)
        if scoring.left_out and scoring.alternative != WITHOUT_ITEM:
            items = say.list(tuple(context.item(item) for item in scoring.left_out.split()))
            yield say("scorings.left_out", way=name, items=items)
    for row in ways:
        if row.reason:
            yield say(
                f"effects.status_{row.status}",
                places=way_name(context, index, row),
                reason=say.find(f"scoring_reasons.{row.reason}") or say.name("reasons", row.reason),
            )


def _places_table(context: Context, index: Index, rows: tuple[IndexEffect, ...]) -> Table | None:
    """Every way by governorate, folded; None where governorates have no effects, or too many for a page."""
    say, kind = context.say, context.study.analysis
    places = [place for place in context.governorates if estimated(shown_ways(rows, place))]
    if not 0 < len(places) <= MOST_PLACES:
        return None
    cells: dict[str, dict[str, Cell]] = {}
    for place in places:
        for row in estimated(shown_ways(rows, place)):
            name = say(f"scorings.way_without_item_{row.flag}") if row.detail else way_name(context, index, row)
            cells.setdefault(name, {})[place] = _with_interval(context, row)
    lines = [
        body(name, *(mine.get(place, Cell(say("numbers.none"))) for place in places)) for name, mine in cells.items()
    ]
    columns = (Column(say("scorings.way")), *(Column(context.governorate(place), "number") for place in places))
    caption = say(f"scorings.places_{kind}", index=context.index(index), confidence=context.confidence)
    return Table(caption, columns, tuple(lines), tuple(_ranges(context, rows, places)), folded=True)


def _ranges(context: Context, rows: tuple[IndexEffect, ...], places: list[str]) -> Iterator[str]:
    """For each place, which questions the ends of the range are without."""
    for place in places:
        ends = {row.flag: context.item(row.detail) for row in shown_ways(rows, place) if row.flag in ENDS}
        if len(ends) == len(ENDS):
            yield context.say("scorings.range_place", place=context.governorate(place), **ends)


def ways_table(context: Context) -> Table | None:
    """What every way of scoring that occurs does, folded; the same for all indices. None where the run has none."""
    say, imputations = context.say, context.study.settings.measures.imputations
    found = {scoring.alternative for index in context.study.indices for scoring in scorings_of(context, index)}
    rows = tuple(
        body(say(f"scorings.way_{kind}"), say(f"scorings.explained_{kind}", imputations=imputations))
        for kind in KINDS
        if kind in found and kind != HEADLINE
    )
    columns = (Column(say("scorings.way")), Column(say("scorings.what")))
    return Table(say("scorings.ways"), columns, rows, folded=True) if rows else None
