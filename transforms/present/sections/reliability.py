"""Whether the questions of an index go together well enough for it to be a headline."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transforms.measure.margins import ALL
from transforms.measure.reliability import FORMATIVE, Reliability
from transforms.measure.reliability_verdicts import IndexReliability
from transforms.present.context import Context
from transforms.present.document import Block, Cell, Column, Heading, Highlight, Paragraph, Row, Table, body, group
from transforms.study import Index
from transforms.study.records import parse_records


@dataclass(frozen=True, slots=True)
class Weakest:
    """The lowest reliability of a set of items among the arms and groups of a wave that may be shown."""

    row: Reliability
    value: float


def verdict_on(context: Context, index: Index) -> IndexReliability:
    """The verdict on one index."""
    return context.reliabilities[index.name]


def reliability_sentence(context: Context, index: Index) -> str:
    """How reliable an index is in the wave in which it is least so, and what follows for its place in the report."""
    return context.say(f"reliability.index_{verdict_on(context, index).verdict}", **_values(context, index))


def reliability_in_short(context: Context, index: Index) -> str:
    """The same in a few words."""
    return context.say(f"in_short.reliable_{verdict_on(context, index).verdict}", **_values(context, index))


def _values(context: Context, index: Index) -> dict[str, str]:
    """What the sentences on the verdict name."""
    found, say, measures = verdict_on(context, index), context.say, context.study.settings.measures
    return {
        "index": context.index(index),
        "omega": say.number(found.reliability),
        "wave": context.wave(found.wave),
        "good": say.number(measures.good_omega),
        "least": say.number(measures.least_omega),
    }


def unreliable_highlight(context: Context, index: Index) -> Highlight | None:
    """What stands in place of the number of an index too unreliable for a headline; None for any other."""
    if verdict_on(context, index).headline:
        return None
    say = context.say
    return Highlight(
        context.index(index),
        say("reliability.highlight"),
        (say("reliability.highlight_note", **_values(context, index)),),
    )


def unreliable_sentence(context: Context, index: Index) -> str:
    """What is said before the numbers of such an index; nothing for any other."""
    return "" if verdict_on(context, index).headline else context.say("reliability.summary", **_values(context, index))


def reliability_blocks(context: Context, index: Index) -> Iterator[Block]:
    """The weakest group, questions that do not fit; then the table, folded. The page's verdict has told the rest."""
    rows = _rows(context, index)
    yield Heading(f"reliability-{index.name}", context.say("reliability.heading"))
    if sentence := _weakest_sentence(context, rows):
        yield Paragraph(sentence)
    if sentence := _misfits(context, rows):
        yield Paragraph(sentence)
    yield _table(context, index, rows)


def _rows(context: Context, index: Index) -> list[Reliability]:
    """Every set of items of an index in every wave, arm and group."""
    table = context.results.reliability
    return list(parse_records(Reliability, table[table["index"] == index.name]))


def _judged(row: Reliability) -> float:
    """Omega, or alpha where omega is missing or doubtful."""
    return row.omega if row.status == "ok" else row.alpha


def _hidden(context: Context, row: Reliability) -> bool:
    return context.hidden.hides((row.wave, ALL, row.arm, row.group), row.n)


def _everybody(rows: Sequence[Reliability], wave: str) -> list[Reliability]:
    return [row for row in rows if (row.wave, row.arm, row.group) == (wave, ALL, ALL)]


def _weakest(context: Context, rows: Sequence[Reliability], dimension: str, wave: str | None) -> Weakest | None:
    """Among arms and groups of one wave, or of every wave; None where no number may be shown."""
    parts = [
        Weakest(row, _judged(row))
        for row in rows
        if row.dimension == dimension
        and row.wave != ALL
        and wave in (None, row.wave)
        and (row.arm, row.group) != (ALL, ALL)
        and math.isfinite(_judged(row))
        and not _hidden(context, row)
    ]
    return min(parts, key=lambda part: part.value, default=None)


def _who(context: Context, row: Reliability) -> str:
    """An arm, a group, or a group of an arm."""
    names = [context.arm(row.arm)] if row.arm != ALL else []
    names += [context.group(row.group)] if row.group != ALL else []
    return context.say("reliability.separator").join(names)


def _weakest_sentence(context: Context, rows: Sequence[Reliability]) -> str:
    weakest = _weakest(context, rows, ALL, None)
    if weakest is None:
        return ""
    row, say = weakest.row, context.say
    values = {"omega": say.number(weakest.value), "who": _who(context, row), "wave": context.wave(row.wave)}
    return say("reliability.weakest", **values)


def _misfits(context: Context, rows: Sequence[Reliability]) -> str:
    """Questions that go with the others of the index, or of their dimension, less than they should in some wave."""
    least = context.study.settings.measures.least_item_rest
    low = [
        row.item_rest_item
        for wave in context.study.wave_names
        for row in _everybody(rows, wave)
        if row.item_rest_min < least and not _hidden(context, row)
    ]
    if not low:
        return ""
    items = context.say.list(tuple(map(context.item, dict.fromkeys(low))))
    return context.say("reliability.misfits", items=items, least=context.say.number(least))


def _table(context: Context, index: Index, rows: Sequence[Reliability]) -> Table:
    say = context.say
    ordinal = any(math.isfinite(row.ordinal_alpha) for row in rows)
    numbers = ("items", "n", "alpha", "omega", *(("ordinal",) if ordinal else ()), "item_rest")
    heads = (
        *(Column(say(f"reliability.{name}"), "number") for name in numbers),
        Column(say("reliability.lowest_item")),
    )
    ends = (Column(say("reliability.weakest_group"), "number"), Column(say("reliability.verdict")))
    lines: list[Row] = []
    for wave in context.study.wave_names:
        lines.append(group(context.wave(wave)))
        lines += [_line(context, index, row, rows, ordinal) for row in _everybody(rows, wave)]
    columns = (Column(say("reliability.set")), *heads, *ends)
    notes = tuple(_notes(context, index, rows))
    return Table(say("reliability.table", index=context.index(index)), columns, tuple(lines), notes, folded=True)


def _name(context: Context, index: Index, row: Reliability) -> str:
    return context.say("reliability.whole") if row.dimension == ALL else context.dimension(index, row.dimension)


def _line(context: Context, index: Index, row: Reliability, rows: Sequence[Reliability], ordinal: bool) -> Row:
    say, name = context.say, _name(context, index, row)
    if _hidden(context, row):
        return body(name, context.count(row.items), *(context.suppressed,) * (6 + ordinal), Cell(say("numbers.none")))
    weakest = _weakest(context, rows, row.dimension, row.wave)
    numbers = (row.alpha, row.omega, *((row.ordinal_alpha,) if ordinal else ()), row.item_rest_min)
    return body(
        name,
        context.count(row.items),
        context.count(row.n),
        *(context.cell(number) for number in numbers),
        Cell(context.item(row.item_rest_item) if row.item_rest_item else say("numbers.none")),
        context.cell(weakest.value) if weakest else Cell(say("numbers.none")),
        Cell(say(f"reliability.{row.verdict}")),
    )


def _notes(context: Context, index: Index, rows: Sequence[Reliability]) -> Iterator[str]:
    """How to read it; why a number is missing or doubtful among everybody; questions that everybody answered alike."""
    say, measures = context.say, context.study.settings.measures
    marks = {"good": measures.good_omega, "least": measures.least_omega, "item_rest": measures.least_item_rest}
    yield say("reliability.note", **{name: say.number(mark) for name, mark in marks.items()})
    if any(row.verdict == FORMATIVE for row in rows):
        yield say("reliability.formative_note")
    told: dict[tuple[str, str], list[str]] = {}
    for wave in context.study.wave_names:
        for row in _everybody(rows, wave):
            if row.reason:
                told.setdefault((row.status, row.reason), []).append(_name(context, index, row))
    for (status, reason), names in told.items():
        yield say(
            f"reliability.status_{status}",
            sets=say.list(tuple(dict.fromkeys(names))),
            reason=say.find(f"reliability_reasons.{reason}") or say.name("reasons", reason),
        )
