"""How every question was answered: bars by item, arm and wave, and every share with its interval."""

import math
from collections.abc import Iterator
from dataclasses import replace

from transforms.present.context import Context
from transforms.present.disclosure import ALL, Segment
from transforms.present.document import Block, Cell, Column, Figure, Row, Table, body, group
from transforms.present.figures.likert import Bar, ItemBars, LikertWords, likert_svg
from transforms.present.selection import Answers, Limits, item_answers, secondary_answers, share_limits
from transforms.study import Index, Variable
from transforms.study.columns import EVERYONE

Asked = tuple[tuple[Variable, tuple[Answers, ...]], ...]
LONGEST_LABEL = 95  # letters that fit above a bar
MOST_COLUMNS = 6  # of shares with their intervals, that a page can carry


def answer_blocks(context: Context, index: Index) -> Iterator[Block]:
    """For each dimension of an index, a figure of the answers to its items and, folded, the numbers behind it."""
    answers = item_answers(context)
    for dimension in context.study.dimensions(index):
        items = context.study.items(index, dimension)
        asked = tuple((item, answers[item.name]) for item in items if item.name in answers)
        if asked:
            values = {"index": context.index(index), "dimension": context.dimension(index, dimension)}
            yield _figure(context, index, dimension, asked)
            yield from _tables(context, context.say("answers.table", **values), asked)


def secondary_blocks(context: Context) -> Iterator[Block]:
    """The numbers of the items that stand beside the indices, folded."""
    answers = secondary_answers(context)
    items = context.study.codebook.secondary()
    if asked := tuple((item, answers[item.name]) for item in items if item.name in answers):
        yield from _tables(context, context.say("answers.secondary_table"), asked)


def _label(context: Context, arm: str, wave: str) -> str:
    name = context.wave(wave)
    return name if len(context.arms) < 2 else context.say("answers.bar", arm=context.arm(arm), wave=name)


def _segments(context: Context, item: Variable, answers: Answers) -> tuple[Segment, ...]:
    """Parts of a bar that may be shown; none where it would tell too much."""
    return context.answers.segments.get((item.name, answers.wave, _place(answers.arm)), ())


def _place(arm: str) -> str:
    """The arm as tables of cells call it."""
    return ALL if arm == EVERYONE else arm


def _item_bars(context: Context, item: Variable, bars: tuple[Answers, ...]) -> ItemBars:
    drawn = []
    for answers in bars:
        segments = _segments(context, item, answers)
        written = _top(context, item, len(answers.counts), segments)
        drawn.append(Bar(_label(context, answers.arm, answers.wave), _rounded(segments), written))
    text = context.item(item.name)
    label = text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1].rstrip()}…"
    return ItemBars(label, max(len(answers.counts) for answers in bars), tuple(drawn), item.direction == "-")


def _rounded(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Shares no closer than they are printed: a drawing is text too."""
    return tuple(replace(segment, share=round(segment.share, 2)) for segment in segments)


def _top(context: Context, item: Variable, answers: int, segments: tuple[Segment, ...]) -> str:
    """Share at the cohesive end: the upper half of the scale's answers, a middle one left out.

    Empty where a pool of small answers reaches over the border, which would tell what the pool hides.
    """
    half = answers // 2
    first, last = (0, half - 1) if item.direction == "-" else (answers - half, answers - 1)
    border = half if item.direction == "-" else answers - half
    if not segments or any(segment.first < border <= segment.last for segment in segments):
        return ""
    return context.say.percent(sum(part.share for part in segments if first <= part.first and part.last <= last))


def _figure(context: Context, index: Index, dimension: str, asked: Asked) -> Figure:
    say = context.say
    items = tuple(_item_bars(context, item, bars) for item, bars in asked)
    words = LikertWords(*(say(f"answers.{key}") for key in ("low", "high", "pooled", "share")))
    values = {"index": context.index(index), "dimension": context.dimension(index, dimension)}
    parts = []
    for item in items:
        bars = (say("answers.alt_bar", bar=bar.label, share=bar.text or say("numbers.none")) for bar in item.bars)
        parts.append(say("answers.alt_item", item=item.label, bars=say("numbers.comma").join(bars)))
    name = f"figure-answers-{index.name}-{dimension}"
    svg = likert_svg(name, items, words, mirrored=context.mirrored)
    notes = (say("answers.reversed"),) if any(item.reversed for item in items) else ()
    return Figure(
        name, svg, say("answers.caption", **values), say("answers.alt", items=" ".join(parts), **values), notes
    )


def _tables(context: Context, caption: str, asked: Asked) -> Iterator[Table]:
    """The numbers behind one figure, small answers hidden as in it; a table for each wave where one is too wide."""
    say, limits = context.say, share_limits(context)
    places = list(dict.fromkeys((bar.arm, bar.wave) for _, bars in asked for bar in bars))
    waves = dict.fromkeys(wave for _, wave in places)
    parts = [places] if len(places) <= MOST_COLUMNS else [[at for at in places if at[1] == wave] for wave in waves]
    for part in parts:
        heads = [_label(context, arm, wave) for arm, wave in part]
        rows = [row for item, bars in asked for row in _item_rows(context, item, _in_order(bars, part), limits)]
        columns = (Column(say("answers.answer")), *(Column(head, "number") for head in heads))
        name = caption if len(parts) == 1 else say("answers.table_wave", table=caption, wave=context.wave(part[0][1]))
        notes = (say("answers.note", confidence=context.confidence, threshold=context.hidden.threshold),)
        yield Table(name, columns, tuple(rows), notes, folded=True)


def _in_order(bars: tuple[Answers, ...], places: list[tuple[str, str]]) -> list[Answers | None]:
    found = {(bar.arm, bar.wave): bar for bar in bars}
    return [found.get(place) for place in places]


def _item_rows(context: Context, item: Variable, bars: list[Answers | None], limits: Limits) -> Iterator[Row]:
    """Everybody who answered, then each answer in the order of the scale."""
    say = context.say
    present = [bar for bar in bars if bar is not None]
    if not present:
        return
    labels = {label.en: label.read(say.language) for label in context.study.codebook.values_of(item.name).values()}
    cells = [_shares(context, item, bar, limits) if bar else {} for bar in bars]
    yield group(context.item(item.name))
    yield body(say("answers.n"), *(_base(context, bar) for bar in bars))
    for at, label in enumerate(max(present, key=lambda bar: len(bar.labels)).labels):
        yield body(labels.get(label, label), *(shown.get(at, Cell(say("numbers.none"))) for shown in cells))


def _base(context: Context, bar: Answers | None) -> Cell:
    n = sum(bar.counts) if bar else 0
    if bar is None:
        return Cell(context.say("numbers.none"))
    hidden = context.hidden.hides((bar.wave, ALL, _place(bar.arm), ALL), n)
    return context.suppressed if hidden else context.count(n)


def _shares(context: Context, item: Variable, bar: Answers, limits: Limits) -> dict[int, Cell]:
    """Share of each answer by its place on the scale; those in a pool, or in a bar that is not drawn, are hidden."""
    segments = _segments(context, item, bar)
    hidden = {at for part in segments if part.first != part.last for at in range(part.first, part.last + 1)}
    found = dict.fromkeys(range(len(bar.counts)), context.suppressed)
    for at, share in enumerate(bar.shares) if segments else ():
        if at not in hidden:
            found[at] = _share(context, share, limits.get((item.name, bar.wave, bar.arm, bar.codes[at])))
    return found


def _share(context: Context, share: float, limits: tuple[float, float] | None) -> Cell:
    say = context.say
    number = say.percent(share)
    if limits is None or math.isnan(limits[0]):
        return Cell(number, round(share, 2))  # no closer than it is printed: a count must not follow from it
    interval = say.interval(100 * limits[0], 100 * limits[1], 0)
    return Cell(say("effects.with_interval", number=number, interval=interval))
