"""Were the arms alike before the programme: normalised differences at baseline."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from transforms.impact.around.balance import ADJUST, FINE, balance_mark
from transforms.impact.estimate import POOLED
from transforms.measure.without_unit import without_unit
from transforms.present.context import Context
from transforms.present.disclosure import ALL, CellKey, CountCells, suppress
from transforms.present.document import Block, Cell, Column, Figure, Heading, Paragraph, Table, body
from transforms.present.figures.balance import BalanceRow, BalanceWords, balance_svg
from transforms.present.naming import characteristic_name, outcome_name
from transforms.present.page import bare
from transforms.present.selection import Record
from transforms.present.surroundings import known, table_rows
from transforms.study.columns import COMPARISON, GROUP, TREATED

MOST_LINES = 40
MOST_PLACES = 4  # columns of governorates a page can carry
ARMS = (TREATED, COMPARISON)


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One line: its name, and the rows of the places it may be shown for, "pooled" among them."""

    label: str
    share: bool
    places: dict[str, Record]

    @property
    def together(self) -> float:
        """Normalised difference of all places together; NaN where it may not be shown."""
        return self.at(POOLED)

    def at(self, place: str) -> float:
        """Normalised difference in one place; NaN where it may not be shown."""
        return float(self.places[place]["difference"]) if place in self.places else math.nan


def characteristics(context: Context) -> tuple[Characteristic, ...]:
    """What the arms are compared by, without what small cells hide; of two values of a variable, only the first.

    Outcomes without a unit have no value to compare.
    """
    unscored = {part.outcome for part in without_unit(context.results.key) if part.part != "item"}
    rows = [row for row in table_rows(context, "balance") if row["variable"] not in unscored]
    hidden = _hidden(context, rows)
    lines: dict[tuple[str, str], dict[str, Record]] = {}
    for row in rows:
        key = (str(row["variable"]), _value(row))
        lines.setdefault(key, {})
        if (str(row["governorate"]), *key) not in hidden:
            lines[key][str(row["governorate"])] = row
    values: dict[str, list[str]] = {}
    for variable, value in lines:
        values.setdefault(variable, []).append(value)
    return tuple(
        Characteristic(_label(context, variable, value), value != "", places)
        for (variable, value), places in lines.items()
        if len(values[variable]) != 2 or value == values[variable][0]
    )


def _value(row: Record) -> str:
    return str(row["value"]) if known(row["value"]) else ""


def _label(context: Context, variable: str, value: str) -> str:
    return characteristic_name(context, variable, value) if value else outcome_name(context, variable)


def _hidden(context: Context, rows: list[Record]) -> set[tuple[str, str, str]]:
    """(place, variable, value) of rows that must not be shown: an arm is too small, or a value too rare in one."""
    threshold = context.hidden.threshold
    keys = [(str(row["governorate"]), str(row["variable"]), _value(row)) for row in rows]
    hidden = {
        key for key, row in zip(keys, rows, strict=True) if min(row["n_treated"], row["n_comparison"]) < threshold
    }
    cells = suppress(_cells(rows), threshold)
    for key in keys:
        place, variable, value = key
        if any((variable, _place(place), arm, value) in cells for arm in ARMS):
            hidden.add(key)
        of_group = ((context.study.baseline.name, _place(place), arm, value) for arm in ARMS)
        if variable == GROUP and any(cell in context.hidden for cell in of_group):
            hidden.add(key)
    return hidden


def _place(name: str) -> str:
    return ALL if name == POOLED else name


def _cells(rows: list[Record]) -> CountCells:
    """Respondents with each value of each category, by place and arm, and how they add up."""
    counts: dict[CellKey, int] = {}
    for row in rows:
        if not _value(row):
            continue
        for arm in ARMS:
            key = (str(row["variable"]), _place(str(row["governorate"])), arm, _value(row))
            counts[key] = int(row[f"with_{arm}"])
            counts[(*key[:3], ALL)] = int(row[f"n_{arm}"])
    places: dict[CellKey, list[CellKey]] = {}
    values: dict[CellKey, list[CellKey]] = {}
    for variable, place, arm, value in counts:
        key = (variable, place, arm, value)
        if place != ALL:
            places.setdefault((variable, ALL, arm, value), []).append(key)
        if value != ALL:
            values.setdefault((variable, place, arm, ALL), []).append(key)
    sums = [(whole, tuple(parts)) for whole, parts in (*places.items(), *values.items())]
    return CountCells(counts, tuple(sums))


def far_apart(context: Context) -> tuple[str, ...]:
    """Names of the characteristics in which the arms are not comparable."""
    return tuple(one.label for one in characteristics(context) if balance_mark(one.together) == "not_comparable")


def balance_sentence(context: Context) -> str:
    """How many characteristics are alike, and which are too far apart; empty where nothing was compared."""
    say, found = context.say, [one for one in characteristics(context) if known(one.together)]
    if not found:
        return ""
    far = far_apart(context)
    near = sum(balance_mark(one.together) == "fine" for one in found)
    values: dict[str, str | int] = {
        "all": len(found),
        "fine": near,
        "limit": say.number(FINE),
        "far": say.number(ADJUST),
    }
    if far:
        return say("balance.far_apart", names=say.list(far), count=len(far), **values)
    return say("balance.alike" if near == len(found) else "balance.near", **values)


def balance_blocks(context: Context) -> Iterator[Block]:
    """A figure of the differences, and the means behind them, folded."""
    found = characteristics(context)
    if not any(known(one.together) for one in found):
        return
    say = context.say
    yield Heading("balance", say("balance.heading"))
    yield Paragraph(say("balance.lead"))
    yield _figure(context, found)
    yield _table(context, found)


def _figure(context: Context, found: tuple[Characteristic, ...]) -> Figure:
    """The largest differences where there are too many for one figure, in the order of the table."""
    say = context.say
    drawn = sorted((one for one in found if known(one.together)), key=lambda one: -abs(one.together))[:MOST_LINES]
    lines = [one for one in found if one in drawn]
    places = [place for place in context.governorates if any(known(one.at(place)) for one in lines)]
    places = places if len(places) > 1 else []
    rows = tuple(
        BalanceRow(bare(one.label), one.together, tuple(one.at(place) for place in places if known(one.at(place))))
        for one in lines
    )
    words = BalanceWords(say("balance.axis"), say("balance.together"), say("balance.places"))
    largest = drawn[0]
    alt = say(
        "balance.alt",
        all=len(rows),
        name=largest.label,
        largest=say.number(largest.together, signed=True),
        limit=say.number(FINE),
        far=say.number(ADJUST),
    )
    svg = balance_svg("figure-balance", rows, words, (FINE, ADJUST), mirrored=context.mirrored)
    cut = len([one for one in found if known(one.together)]) > MOST_LINES
    notes = (say("balance.largest", lines=MOST_LINES),) if cut else ()
    return Figure("figure-balance", svg, say("balance.caption"), alt, notes)


def _table(context: Context, found: tuple[Characteristic, ...]) -> Table:
    say = context.say
    places = [place for place in context.governorates if any(place in one.places for one in found)]
    places = places if 1 < len(places) <= MOST_PLACES else []
    heads = [Column(say("balance.characteristic")), Column(context.arm(TREATED), "number")]
    heads += [Column(context.arm(COMPARISON), "number"), Column(say("balance.difference"), "number")]
    heads += [Column(say("balance.mark"))]
    heads += [Column(say("balance.in_place", place=context.governorate(place)), "number") for place in places]
    rows = tuple(body(one.label, *_line(context, one, places)) for one in found)
    notes = [say("balance.note", limit=say.number(FINE), far=say.number(ADJUST))]
    if any(cell == context.suppressed for row in rows for cell in row.cells):
        notes.append(say("disclosure.note", threshold=context.hidden.threshold))
    return Table(say("balance.table"), tuple(heads), rows, tuple(notes), folded=True)


def _line(context: Context, one: Characteristic, places: list[str]) -> Iterator[Cell]:
    row = one.places.get(POOLED)
    if row is None:
        yield from (context.suppressed,) * 4
    else:
        for arm in ARMS:
            mean = float(row[f"mean_{arm}"])
            yield Cell(context.say.percent(mean)) if one.share else context.cell(mean)
        yield context.cell(one.together, signed=True)
        yield Cell(context.say(f"marks.{row['mark']}"))
    for place in places:
        yield context.cell(one.at(place), signed=True) if place in one.places else context.suppressed
