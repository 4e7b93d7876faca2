"""The questions as they were asked, the answers they allowed, and how they were answered."""

from collections.abc import Iterator

from transforms.present.context import Context
from transforms.present.document import Block, Cell, Column, Heading, Paragraph, Row, Section, Table, body, group
from transforms.present.questions import answers_of, languages_of, written
from transforms.present.sections.answers import answer_blocks, secondary_blocks
from transforms.study import Index, Language, Variable


def items_section(context: Context) -> Section:
    """For each index its questions and the answers to them; then the secondary outcomes, then the scales."""
    return Section("items", context.say("sections.items"), tuple(_blocks(context)), annex=True)


def _blocks(context: Context) -> Iterator[Block]:
    say = context.say
    yield Paragraph(say("items.lead"))
    yield Paragraph(say("answers.lead", threshold=context.hidden.threshold))
    for index in context.study.indices:
        yield Heading(f"items-{index.name}", context.index(index))
        yield _index_table(context, index)
        yield from answer_blocks(context, index)
    if items := context.study.codebook.secondary():
        yield Heading("items-secondary", say("items.secondary"))
        languages = languages_of((item.text for item in items), say)
        rows = tuple(_item(context, item, languages) for item in items)
        yield Table(say("items.secondary_table"), _columns(context, languages), rows)
        yield from secondary_blocks(context)
    if of_children := context.study.codebook.of_children:
        yield Paragraph(say("items.of_children", questions=say.list(tuple(item.name for item in of_children))))
    yield Heading("items-scales", say("items.scales"))
    yield _scales(context)


def _index_table(context: Context, index: Index) -> Table:
    languages = languages_of((item.text for item in context.items(index)), context.say)
    rows: list[Row] = []
    for dimension in context.study.dimensions(index):
        rows.append(group(context.dimension(index, dimension)))
        rows += [_item(context, item, languages) for item in context.study.items(index, dimension)]
    return Table(context.say("items.table", index=context.index(index)), _columns(context, languages), tuple(rows))


def _columns(context: Context, languages: tuple[Language, ...]) -> tuple[Column, ...]:
    say = context.say
    return (
        Column(say("items.variable"), "code"),
        *(Column(say(f"items.wording_{language}"), "wording") for language in languages),
        Column(say("items.scale"), "code"),
        Column(say("items.direction")),
        Column(say("items.source")),
    )


def _item(context: Context, item: Variable, languages: tuple[Language, ...]) -> Row:
    direction = context.say("items.reversed" if item.direction == "-" else "items.straight")
    if item.sensitive:
        direction = context.say("items.sensitive", direction=direction)
    words = (Cell(written(item.text, language)) for language in languages)
    return body(item.name, *words, item.scale or "", direction, item.source)


def _scales(context: Context) -> Table:
    say = context.say
    listed = (
        *(item for index in context.study.indices for item in context.items(index)),
        *context.study.codebook.secondary(),
    )
    used = {item.scale for item in listed}
    scales = tuple(scale for scale in context.study.codebook.scales if scale.name in used)
    languages = languages_of((choice.label for scale in scales for choice in scale.choices), say)
    columns = (
        Column(say("items.scale"), "code"),
        *(Column(say(f"items.answers_{language}"), "wording") for language in languages),
    )
    rows = tuple(body(scale.name, *(answers_of(scale, language, say) for language in languages)) for scale in scales)
    return Table(say("items.scales_table"), columns, rows)
