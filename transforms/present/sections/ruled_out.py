"""Which effects an interval rules out, and which difference in trends would erase the effect."""

import math
from collections.abc import Iterator

import pandas as pd

from transforms.impact.around.equivalence import LEVEL, Equivalence
from transforms.impact.around.sensitivity import Breakdown
from transforms.impact.estimate import POOLED, Estimate
from transforms.present.context import DECIMALS, Context
from transforms.present.document import Block, Cell, Column, Paragraph, Row, Table, body, total
from transforms.present.selection import TOGETHER, effects, headline
from transforms.present.surroundings import breakdowns, equivalences
from transforms.study import Index

ABOUT_ZERO = (
    "negligible",
    "small",
    "undecided",
    "nonzero",
    "no_margin",
)  # verdicts that say or leave open whether it is 0
ABOUT_MARGIN = ("negligible", "small", "undecided", "nonzero", "large")  # on the smallest effect


def size(context: Context, value: float, unit: str) -> str:
    """A size without sign, with its unit."""
    return context.say(f"units.{unit}_amount", number=context.say.number(value, DECIMALS[unit]))


def outwards(value: float, unit: str, side: int) -> float:
    """A limit rounded up (side 1) or down (-1): what lies beyond it as printed is ruled out indeed."""
    scale = 10.0 ** DECIMALS[unit]
    return side * math.ceil(side * value * scale - 1e-9) / scale if math.isfinite(value) else value


def vanishes(value: float, unit: str) -> bool:
    """True where nothing is left of a size at the decimals it is printed with."""
    return round(abs(value), DECIMALS[unit]) == 0


def ruled_out_sentence(context: Context, index: Index, wave: str) -> str:
    """What the pooled effect on an index rules out, and what of it only just; empty where the run does not say."""
    found = equivalences(context, index.name, wave).get(POOLED)
    if found is None:
        return ""
    values = {"margin": size(context, found.margin, found.unit), "ruled_out": _beyond(context, found)}
    sentence = context.say(
        f"ruled_out.{context.study.analysis}_{found.verdict}", interval=_interval(context, found), **values
    )
    return " ".join((sentence, *_only_just(context, found, headline(context, index.name, wave))))


def _only_just(context: Context, found: Equivalence, row: Estimate | None) -> Iterator[str]:
    """Where a limit as printed is the value it is held against, or p rounds to .05: another sample may say otherwise.

    Such a claim is neither made nor denied with confidence, on whichever side of the line it fell.
    """
    if row is not None and found.verdict in ABOUT_ZERO:
        limits = (limit for limit in (row.conf_low, row.conf_high) if math.isfinite(limit))
        if round(row.p_value, 2) == LEVEL or any(vanishes(limit, row.unit) for limit in limits):
            yield context.say("ruled_out.only_just_zero", p=context.say.p_phrase(row.p_value))
    nearest = min(abs(found.low), abs(found.high)) if found.verdict == "large" else found.ruled_out
    if found.verdict in ABOUT_MARGIN and vanishes(nearest - found.margin, found.unit):
        yield context.say("ruled_out.only_just_margin", margin=size(context, found.margin, found.unit))


def _beyond(context: Context, row: Equivalence) -> str:
    return size(context, outwards(row.ruled_out, row.unit, 1), row.unit)


def _limits(context: Context, row: Equivalence) -> str:
    low, high = outwards(row.low, row.unit, -1), outwards(row.high, row.unit, 1)
    return context.say.interval(low, high, DECIMALS[row.unit], signed=True)


def _interval(context: Context, row: Equivalence) -> str:
    """The interval a verdict rests on, with its level: 90 % where the tests have one, else the estimate's own."""
    say = context.say
    level = say.percent(1 - 2 * LEVEL) if row.basis == "t" else context.confidence
    return say("summary.interval", confidence=level, interval=_limits(context, row))


def ruled_out_blocks(context: Context, index: Index, wave: str) -> Iterator[Block]:
    """For an index: what is ruled out and what would erase the effect, in sentences; then place by place, folded."""
    if sentence := ruled_out_sentence(context, index, wave):
        yield Paragraph(sentence)
    if context.study.analysis == "did" and (found := breakdowns(context, index.name, wave).get(POOLED)):
        yield Paragraph(breakdown_sentence(context, found))
    if any(row.basis != "none" for row in equivalences(context, index.name, wave).values()):
        yield _table(context, index, tuple(_rows(context, index, wave)))


def breakdown_sentence(context: Context, row: Breakdown) -> str:
    """The trend difference that would erase an effect, and how it compares with those on untargeted outcomes."""
    say = context.say
    parts = [say("ruled_out.erased", size=size(context, abs(row.erased), row.unit))]
    if row.touches_zero:
        parts += _touched(context, row)
    if not math.isfinite(row.placebo):
        parts.append(say("ruled_out.no_placebo"))
    elif pd.isna(row.holds):
        parts.append(say("ruled_out.placebo", placebo=size(context, row.placebo, "sd")))
    else:
        key = "ruled_out.placebo_holds" if row.holds else "ruled_out.placebo_fails"
        parts.append(say(key, placebo=size(context, row.placebo, "sd")))
    return " ".join(parts)


def _touched(context: Context, row: Breakdown) -> Iterator[str]:
    if not math.isfinite(row.touches_zero):
        return
    if vanishes(row.touches_zero, row.unit):
        yield context.say("ruled_out.touched_any")
    else:
        yield context.say("ruled_out.touched", size=size(context, abs(row.touches_zero), row.unit))


def _rows(context: Context, index: Index, wave: str) -> Iterator[Row]:
    ruled, erased = equivalences(context, index.name, wave), breakdowns(context, index.name, wave)
    for row in effects(context, index.name, wave):
        found, trend = ruled.get(row.governorate), erased.get(row.governorate)
        if found is None or row.status == "not_estimated":
            continue
        line = total if row.governorate in TOGETHER else body
        yield line(context.governorate(row.governorate), *_cells(context, found), *_trend_cells(context, trend))


def _cells(context: Context, row: Equivalence) -> tuple[Cell, ...]:
    offered = math.isfinite(row.ruled_out)
    level = context.say.percent(1 - 2 * LEVEL) if row.basis == "t" else context.confidence
    interval = _limits(context, row)
    return (
        Cell(context.say("ruled_out.at_level", interval=interval, confidence=level) if offered else interval),
        context.cell(outwards(row.ruled_out, row.unit, 1), row.unit),
        Cell(context.say(f"verdicts.{row.verdict}")),
    )


def _trend_cells(context: Context, row: Breakdown | None) -> tuple[Cell, ...]:
    if context.study.analysis != "did":
        return ()
    values = (abs(row.erased), abs(row.touches_zero)) if row else (math.nan, math.nan)
    return tuple(context.cell(value, row.unit if row else "sd") for value in values)


def _table(context: Context, index: Index, rows: tuple[Row, ...]) -> Table:
    say, kind = context.say, context.study.analysis
    names = [("interval", "number"), ("beyond", "number"), ("verdict", "text")]
    names += [("erased_by", "number"), ("touched_by", "number")] if kind == "did" else []
    heads = (Column(say(f"ruled_out.{name}"), "number" if form == "number" else "text") for name, form in names)
    margin = size(context, context.study.settings.effects.smallest_effect, "sd")
    notes = [say("ruled_out.note", margin=margin)]
    if kind == "did":
        notes.append(say("ruled_out.trend_note"))
    caption = say(f"ruled_out.table_{kind}", index=context.index(index))
    return Table(caption, (Column(say("effects.where")), *heads), rows, tuple(notes), folded=True)
