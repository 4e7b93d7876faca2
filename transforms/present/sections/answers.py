"""How every headline question was answered: bars by item, arm and wave."""

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
from transforms.present.selection import Answers, item_answers
from transforms.study import Index, Variable

Asked = tuple[tuple[Variable, tuple[Answers, ...]], ...]
LONGEST_LABEL = 95  # letters that fit above a bar


def answers_section(context: Context) -> Section:
    """For each index, a figure for each dimension with the answers to its items, and the numbers behind it."""
    say, answers = context.say, item_answers(context)
    blocks: list[Block] = [Paragraph(say("answers.lead", threshold=context.hidden.threshold))]
    for index in context.study.indices:
        blocks.append(Heading(f"answers-{index.name}", context.index(index)))
        for dimension in context.study.dimensions(index):
            items = context.study.items(index, dimension)
            asked = tuple((item, answers[item.name]) for item in items if item.name in answers)
            if asked:
                blocks += [_figure(context, index, dimension, asked), _table(context, index, dimension, asked)]
    return Section("answers", say("sections.answers"), tuple(blocks))


def _label(context: Context, answers: Answers) -> str:
    wave = context.wave(answers.wave)
    return wave if len(context.arms) < 2 else context.say("answers.bar", arm=context.arm(answers.arm), wave=wave)


def _segments(context: Context, item: Variable, answers: Answers) -> tuple[Segment, ...]:
    """Parts of a bar that may be shown; none where it would tell too much."""
    if too_telling(answers.counts, item.sensitive):
        return ()
    return bar_segments(answers.counts, answers.shares, context.hidden.threshold)


def _item_bars(context: Context, item: Variable, bars: tuple[Answers, ...]) -> ItemBars:
    drawn = []
    for answers in bars:
        segments = _segments(context, item, answers)
        drawn.append(Bar(_label(context, answers), segments, _top(context, item, len(answers.counts), segments)))
    text = context.item(item.name)
    label = text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1].rstrip()}…"
    return ItemBars(label, max(len(answers.counts) for answers in bars), tuple(drawn), item.direction == "-")


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


def _table(context: Context, index: Index, dimension: str, asked: Asked) -> Table:
    """The numbers behind one figure, small answers pooled as in it."""
    say, rows = context.say, list[Row]()
    for item, bars in asked:
        rows.append(group(context.item(item.name)))
        for answers in bars:
            n = sum(answers.counts)
            shown = context.suppressed if n < context.hidden.threshold else context.count(n)
            rows.append(body(_label(context, answers), shown, Cell(_shares(context, item, answers))))
    values = {"index": context.index(index), "dimension": context.dimension(index, dimension)}
    columns = (Column(say("answers.who")), Column(say("answers.n"), "number"), Column(say("answers.shares")))
    return Table(say("answers.table", **values), columns, tuple(rows), folded=True)


def _shares(context: Context, item: Variable, answers: Answers) -> str:
    """Every shown answer with its share, in the order of the scale."""
    say = context.say
    labels = {label.en: label.read(say.language) for label in context.study.codebook.values_of(item.name).values()}
    names = [labels.get(label, label) for label in answers.labels]
    parts = []
    for segment in _segments(context, item, answers):
        whole = names[segment.first]
        if segment.first != segment.last:
            whole = say("answers.range", first=whole, last=names[segment.last])
        parts.append(say("answers.part", answer=whole, share=say.percent(segment.share)))
    return say("answers.separator").join(parts) or context.suppressed.text
