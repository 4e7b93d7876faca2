"""Whether answers crowd at the ends of their scales, where a change has no room left to show."""

import math
from collections.abc import Iterable, Iterator

from transforms.impact.estimate import Estimate
from transforms.measure.ceilings import WARN, IndexCeiling, ItemCeiling
from transforms.measure.lower_bounds import lower_bounds
from transforms.measure.margins import ALL
from transforms.present.answer_cells import BOTTOM, INDICES, ITEMS, PEOPLE, TOGETHER, TOP
from transforms.present.context import Context
from transforms.present.disclosure import hidden_rows
from transforms.present.document import Block, Cell, Column, Heading, Paragraph, Row, Table, body, group
from transforms.present.surroundings import typed_rows
from transforms.study import Index
from transforms.study.columns import TREATED
from transforms.study.records import records_table


def ceiling_blocks(context: Context, index: Index) -> Iterator[Block]:
    """What stands at the top and at the bottom in a few sentences, then two folded tables; nothing without numbers."""
    items, whole = _items(context, index), _indices(context, index)
    if not items or not whole:
        return
    yield Heading(f"ceilings-{index.name}", context.say("ceilings.heading"))
    yield Paragraph(" ".join(_sentences(context, index, items, whole)))
    yield _items_table(context, index, items)
    yield _groups_table(context, index, whole)


def lower_bound_sentence(context: Context, index: Index, row: Estimate) -> str:
    """That a rise is read as a lower bound; nothing where it is no rise, or the index is not at its ceiling."""
    share = lower_bounds(context.results.table(INDICES), row.wave).get(index.name)
    if share is None or not row.estimate > 0:
        return ""
    rows = [found for found in _indices(context, index) if found.wave == row.wave and found.group == ALL]
    full = next((found for found in rows if found.lower_bound and found.mean_top_share == share), None)
    if full is None or not _tells_bound(context, full):
        return ""
    say, key = context.say, "lower_bound" if context.study.analysis == "did" else "lower_bound_change"
    most = say("ceilings.more_than", warn=say.percent(context.study.settings.measures.ceiling_warn))
    written = say.percent(share) if _shown(context, full, TOGETHER) else most
    return say(f"ceilings.{key}", share=written, index=context.index(index), wave=context.wave(row.wave))


def shown_room(context: Context, index: Index, wave: str) -> list[IndexCeiling]:
    """How full an index is in a wave among all groups, by arm, as far as it may be told."""
    rows = (row for row in _indices(context, index) if (row.wave, row.group) == (wave, ALL))
    return [row for row in rows if _shown(context, row, TOGETHER) and _tells_bound(context, row)]


def programme_is_hidden(context: Context, index: Index, wave: str) -> bool:
    """True where the programme's arm was looked at and may not be told, so that nobody knows whether it is full."""
    all_rows = typed_rows(context, IndexCeiling, INDICES, index=index.name)
    looked_at = any((row.wave, row.group, row.arm) == (wave, ALL, TREATED) for row in all_rows)
    return looked_at and all(row.arm != TREATED for row in shown_room(context, index, wave))


def _items(context: Context, index: Index) -> list[ItemCeiling]:
    """Rows of as many respondents as may be shown."""
    typed = typed_rows(context, ItemCeiling, ITEMS, index=index.name)
    return [row for row in typed if not context.hidden.hides((row.wave, ALL, row.arm, row.group), row.n)]


def _indices(context: Context, index: Index) -> list[IndexCeiling]:
    """Rows of as many respondents as may be shown, and of none that the others would give away."""
    rows = typed_rows(context, IndexCeiling, INDICES, index=index.name)
    telling = hidden_rows(records_table(IndexCeiling, rows), context.hidden).tolist() if rows else []
    return [row for row, hidden in zip(rows, telling, strict=True) if not hidden]


def _shown(context: Context, row: ItemCeiling | IndexCeiling, of: str, end: str = TOP) -> bool:
    """True where a share of an item, of people or of all answers together may be shown."""
    return (row.index, row.wave, of, end, row.arm, row.group) not in context.answers


def _many(context: Context, n: int) -> bool:
    """True where more or less than the share to warn of says nothing of a hidden count.

    Either is then true of as many people as may be shown, or of more.
    """
    warn = context.study.settings.measures.ceiling_warn
    return min(warn, 1 - warn) * n >= context.hidden.threshold


def _tells_bound(context: Context, row: IndexCeiling) -> bool:
    """True where it may be told whether an index is at its ceiling: it follows from what is shown, or tells little."""
    return _many(context, row.n) or (_shown(context, row, PEOPLE) and _shown(context, row, TOGETHER))


def _everybody(rows: Iterable[ItemCeiling], wave: str) -> dict[str, ItemCeiling]:
    return {row.item: row for row in rows if (row.wave, row.arm, row.group) == (wave, ALL, ALL)}


def _sentences(context: Context, index: Index, items: list[ItemCeiling], whole: list[IndexCeiling]) -> Iterator[str]:
    """The whole index in the last wave, the questions warned of at either end, and answers that hardly anybody gave."""
    say, measures, waves = context.say, context.study.settings.measures, context.study.wave_names
    for row in whole:
        if (row.wave, row.arm, row.group) == (waves[-1], ALL, ALL) and math.isfinite(row.top_share):
            yield from _at_the_top(context, row)
    now = [row for row in _everybody(items, waves[-1]).values() if _many(context, row.n)]
    top, bottom = ([row.item for row in now if getattr(row, mark) == WARN] for mark in ("mark_top", "mark_bottom"))
    warn = say.percent(measures.ceiling_warn)
    for key, names in (("top", top), ("bottom", bottom)):
        if names:
            yield say(f"ceilings.{key}", warn=warn, items=_names(context, names))
    if now and not top and not bottom:
        yield say("ceilings.none", warn=warn)
    sparse = [row.item for wave in waves for row in _everybody(items, wave).values() if row.sparse]
    if sparse:
        yield say("ceilings.sparse", least=measures.sparse_category, items=_names(context, sparse))


def _at_the_top(context: Context, row: IndexCeiling) -> Iterator[str]:
    """What is at the top of the whole index, as far as it may be shown."""
    if _shown(context, row, TOGETHER):
        share = context.say.percent(row.mean_top_share)
        yield context.say("ceilings.answers", wave=context.wave(row.wave), share=share)
    if _shown(context, row, PEOPLE):
        yield context.say("ceilings.people_top", people=context.say.percent(row.top_share))


def _names(context: Context, items: Iterable[str]) -> str:
    return context.say.list(tuple(map(context.item, dict.fromkeys(items))))


def _share(context: Context, share: float, shown: bool, mark: str = "") -> Cell:
    """A share with its mark, no closer than it is printed: a count must not follow from it."""
    if not math.isfinite(share):
        return Cell(context.say("numbers.none"))
    if not shown:
        return context.suppressed
    written = context.say.percent(share)
    return Cell(context.say(f"ceilings.marked_{mark}", share=written) if mark else written, round(share, 2))


def _items_table(context: Context, index: Index, rows: list[ItemCeiling]) -> Table:
    """Every question by dimension: its ends in each wave, and the arm or group with most at the top."""
    say, waves = context.say, context.study.wave_names
    everybody = {wave: _everybody(rows, wave) for wave in waves}
    heads = [say(f"ceilings.{end}", wave=context.wave(wave)) for wave in waves for end in ("top_share", "bottom_share")]
    lines: list[Row] = []
    for dimension in context.study.dimensions(index):
        lines.append(group(context.dimension(index, dimension)))
        for item in context.study.items(index, dimension):
            cells = [cell for wave in waves for cell in _ends(context, everybody[wave].get(item.name))]
            lines.append(body(context.item(item.name), *cells, _highest(context, rows, item.name)))
    columns = (Column(say("ceilings.question")), *(Column(head, "number") for head in heads))
    columns += (Column(say("ceilings.highest"), "number"),)
    marks = context.study.settings.measures
    notes = [say("ceilings.note", note=say.percent(marks.ceiling_note), warn=say.percent(marks.ceiling_warn))]
    return _table(context, say("ceilings.table", index=context.index(index)), columns, lines, notes)


def _ends(context: Context, row: ItemCeiling | None) -> tuple[Cell, Cell]:
    if row is None:
        return (Cell(context.say("numbers.none")),) * 2
    top = _share(context, row.top_share, _shown(context, row, row.item), row.mark_top)
    return top, _share(context, row.bottom_share, _shown(context, row, row.item, BOTTOM), row.mark_bottom)


def _highest(context: Context, rows: list[ItemCeiling], item: str) -> Cell:
    """The largest share at the top in any arm or any group of any wave that may be shown."""
    parts = [
        row
        for row in rows
        if row.item == item
        and row.wave != ALL
        and (row.arm == ALL) != (row.group == ALL)
        and math.isfinite(row.top_share)
        and _shown(context, row, row.item)
    ]
    if not parts:
        return Cell(context.say("numbers.none"))
    top = max(parts, key=lambda row: row.top_share)
    return _share(context, top.top_share, True, top.mark_top)


def _groups_table(context: Context, index: Index, rows: list[IndexCeiling]) -> Table:
    """The whole index by wave, arm and group."""
    say = context.say
    lines: list[Row] = []
    for wave in context.study.wave_names:
        lines.append(group(context.wave(wave)))
        lines += [_group_row(context, row) for row in rows if row.wave == wave]
    heads = (Column(say(f"ceilings.{name}"), "number") for name in ("n", "people", "mean_top", "warned"))
    columns = (Column(say("ceilings.who")), *heads, Column(say("ceilings.bound")))
    notes = [say("ceilings.groups_note", warn=say.percent(context.study.settings.measures.ceiling_warn))]
    return _table(context, say("ceilings.groups_table", index=context.index(index)), columns, lines, notes)


def _group_row(context: Context, row: IndexCeiling) -> Row:
    say, many = context.say, _many(context, row.n)
    bound = Cell(say("ceilings.yes" if row.lower_bound else "ceilings.no"))
    return body(
        _who(context, row),
        context.count(row.n),
        _share(context, row.top_share, _shown(context, row, PEOPLE)),
        _share(context, row.mean_top_share, _shown(context, row, TOGETHER)),
        _share(context, row.items_warned, many),
        bound if _tells_bound(context, row) else context.suppressed,
    )


def _who(context: Context, row: IndexCeiling) -> str:
    names = [context.arm(row.arm)] if row.arm != ALL else []
    names += [context.group(row.group)] if row.group != ALL else []
    return context.say("reliability.separator").join(names) or context.say("ceilings.everybody")


def _table(context: Context, caption: str, columns: tuple[Column, ...], lines: list[Row], notes: list[str]) -> Table:
    """Folded, with a word on what is hidden in it."""
    if any(cell == context.suppressed for line in lines for cell in line.cells):
        notes.append(context.say("disclosure.note", threshold=context.hidden.threshold))
    return Table(caption, columns, tuple(lines), tuple(notes), folded=True)
