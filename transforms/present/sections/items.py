"""The questions as they were asked, and the answers they allowed."""

from transforms.present.context import Context
from transforms.present.document import Block, Cell, Column, Paragraph, Row, Section, Table, body, group
from transforms.present.questions import answers_of, languages_of, written
from transforms.study import Index, Language, Variable


def items_section(context: Context) -> Section:
    """A table of items for each index, then the scales."""
    say = context.say
    tables = tuple(_items(context, index) for index in context.study.indices)
    blocks: tuple[Block, ...] = (Paragraph(say("items.lead")), *tables, _scales(context))
    return Section("items", say("sections.items"), blocks)


def _items(context: Context, index: Index) -> Table:
    say, items = context.say, context.items(index)
    languages = languages_of((item.text for item in items), say)
    columns = (
        Column(say("items.variable"), "code"),
        *(Column(say(f"items.wording_{language}"), "wording") for language in languages),
        Column(say("items.scale"), "code"),
        Column(say("items.direction")),
        Column(say("items.source")),
    )
    rows: list[Row] = []
    for dimension in context.study.dimensions(index):
        rows.append(group(context.dimension(index, dimension)))
        rows += [_item(context, item, languages) for item in context.study.items(index, dimension)]
    return Table(say("items.table", index=context.index(index)), columns, tuple(rows))


def _item(context: Context, item: Variable, languages: tuple[Language, ...]) -> Row:
    direction = context.say("items.reversed" if item.direction == "-" else "items.straight")
    words = (Cell(written(item.text, language)) for language in languages)
    return body(item.name, *words, item.scale or "", direction, item.source)


def _scales(context: Context) -> Table:
    say = context.say
    used = dict.fromkeys(item.scale for index in context.study.indices for item in context.items(index))
    scales = tuple(scale for scale in context.study.codebook.scales if scale.name in used)
    languages = languages_of((choice.label for scale in scales for choice in scale.choices), say)
    columns = (
        Column(say("items.scale"), "code"),
        *(Column(say(f"items.answers_{language}"), "wording") for language in languages),
    )
    rows = tuple(body(scale.name, *(answers_of(scale, language, say) for language in languages)) for scale in scales)
    return Table(say("items.scales_table"), columns, rows)
