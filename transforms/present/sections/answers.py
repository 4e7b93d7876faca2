"""How every headline question was answered: bars by item, arm and wave."""

from collections.abc import Iterator

import pandas as pd

from transforms.present.context import Context
from transforms.present.disclosure import Segment, bar_segments, too_telling
from transforms.present.document import (
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    Paragraph,
    Row,
    Section,
    Table,
    body,
    group,
)
from transforms.present.figures.likert import Bar, ItemBars, LikertWords, likert_svg
from transforms.study import Index, Variable
from transforms.study.columns import ARM, WAVE

LONGEST_LABEL = 95  # letters that fit above a bar


def answers_section(context: Context) -> Section:
    """For each index, a figure for each dimension with the answers to its items."""
    say = context.say
    blocks: list[Block] = [Paragraph(say("answers.lead", threshold=context.hidden.threshold))]
    for index in context.study.indices:
        blocks.append(Heading(f"answers-{index.name}", context.index(index)))
        for dimension in context.study.dimensions(index):
            items = tuple(_item_bars(context, item) for item in context.study.items(index, dimension))
            shown = tuple(item for item in items if item.bars)
            if shown:
                blocks += [_figure(context, index, dimension, shown), _table(context, index, dimension)]
    return Section("answers", say("sections.answers"), tuple(blocks))


def _rows(context: Context, item: str) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Arm, wave and rows of every bar of an item, the waves of an arm together."""
    table = context.results.distributions
    table = table[table["item"] == item]
    for arm in context.arms:
        for wave in context.study.wave_names:
            rows = table[(table[ARM] == arm) & (table[WAVE] == wave)]
            if len(rows):
                yield arm, wave, rows


def _label(context: Context, arm: str, wave: str) -> str:
    if len(context.arms) < 2:
        return context.wave(wave)
    return context.say("answers.bar", arm=context.arm(arm), wave=context.wave(wave))


def _item_bars(context: Context, item: Variable) -> ItemBars:
    bars, answers = [], 1
    for arm, wave, rows in _rows(context, item.name):
        counts, shares = rows["n"].astype(int).tolist(), rows["share"].tolist()
        answers = max(answers, len(counts))
        hidden = too_telling(counts, item.sensitive)
        segments = () if hidden else bar_segments(counts, shares, context.hidden.threshold)
        bars.append(Bar(_label(context, arm, wave), segments, _top(context, item, len(counts), segments)))
    text = context.item(item.name)
    label = text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1].rstrip()}…"
    return ItemBars(label, answers, tuple(bars), item.direction == "-")


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


def _figure(context: Context, index: Index, dimension: str, items: tuple[ItemBars, ...]) -> Figure:
    say = context.say
    name = f"figure-answers-{index.name}-{dimension}"
    words = LikertWords(*(say(f"answers.{key}") for key in ("low", "high", "pooled", "share")))
    values = {"index": context.index(index), "dimension": context.dimension(index, dimension)}
    parts = []
    for item in items:
        bars = tuple(say("answers.alt_bar", bar=bar.label, share=bar.text or say("numbers.none")) for bar in item.bars)
        parts.append(say("answers.alt_item", item=item.label, bars=say("numbers.comma").join(bars)))
    notes = (say("answers.reversed"),) if any(item.reversed for item in items) else ()
    return Figure(
        name,
        likert_svg(name, items, words, mirrored=say.direction == "rtl"),
        say("answers.caption", **values),
        say("answers.alt", items=" ".join(parts), **values),
        notes,
    )


def _table(context: Context, index: Index, dimension: str) -> Table:
    """The numbers behind one figure, small answers pooled as in it."""
    say = context.say
    columns = (Column(say("answers.who")), Column(say("answers.n"), "number"), Column(say("answers.shares")))
    rows: list[Row] = []
    for item in context.study.items(index, dimension):
        rows.append(group(context.item(item.name)))
        for arm, wave, answers in _rows(context, item.name):
            counts = answers["n"].astype(int).tolist()
            n = context.count(sum(counts)) if sum(counts) >= context.hidden.threshold else context.suppressed
            rows.append(body(_label(context, arm, wave), n, Cell(_shares(context, item, answers))))
    values = {"index": context.index(index), "dimension": context.dimension(index, dimension)}
    return Table(say("answers.table", **values), columns, tuple(rows), folded=True)


def _shares(context: Context, item: Variable, answers: pd.DataFrame) -> str:
    """Every shown answer with its share, in the order of the scale."""
    say = context.say
    counts, shares = answers["n"].astype(int).tolist(), answers["share"].tolist()
    if too_telling(counts, item.sensitive):
        return context.suppressed.text
    labels = {str(label.en): label.read(say.language) for label in context.study.codebook.values_of(item.name).values()}
    names = [labels.get(str(label), str(label)) for label in answers["label"]]
    parts = []
    for segment in bar_segments(counts, shares, context.hidden.threshold):
        whole = names[segment.first]
        if segment.first != segment.last:
            whole = say("answers.range", first=whole, last=names[segment.last])
        parts.append(say("answers.part", answer=whole, share=say.percent(segment.share)))
    return say("answers.separator").join(parts) or context.suppressed.text
