"""The scoring key as a reader can check it: whose unit, which numbers, where from, and what changed."""

import math

from transforms.measure.scoring_key import DimensionKey, IndexKey, ItemKey, ReferenceKey
from transforms.present.context import Context
from transforms.present.disclosure import ALL
from transforms.present.document import Block, Callout, Cell, Column, Fact, Facts, Paragraph, Row, Table, body, group
from transforms.present.selection import Record, records
from transforms.study import Index
from transforms.study.columns import EVERYONE
from transforms.study.settings import Value
from transforms.study.suggest import spelling

DIGITS = 3
DETAILS = ("n", "mean_sd")  # changes that have a number before and after


def key_blocks(context: Context) -> list[Block]:
    """What the key is, what it is made of, and the changes the study accepted."""
    say = context.say
    origin = _origin(context)
    pinned = origin.get("origin") == "study"
    blocks: list[Block] = [Paragraph(say("methods.key_pinned" if pinned else "methods.key_text")), _facts(context)]
    changes = records(context.results.table("key_changes"))
    if changes:
        blocks += [_accepted(context, str(origin.get("sha256_before") or "")), _changes(context, changes)]
    return [*blocks, _items(context)]


def _origin(context: Context) -> Record:
    found = records(context.results.table("key_origin"))
    return found[0] if found else {}


def _facts(context: Context) -> Facts:
    say, key = context.say, context.results.key
    facts = [Fact(say("methods.reference"), reference_words(context, key.reference))]
    for index in context.study.indices:
        own = next((part.reference for part in key.indices if part.name == index.name), None)
        if own is not None:
            facts.append(Fact(say("methods.own_reference", index=context.index(index)), reference_words(context, own)))
    facts.append(Fact(say("methods.key_items"), say.count(len(key.items))))
    return Facts((*facts, Fact(say("methods.key_sha"), key.sha256, "code")))


def reference_words(context: Context, reference: ReferenceKey) -> str:
    """Who a reference group is, and how many, as far as that may be told."""
    say, n = (
        context.say,
        context.suppressed.text if _hides_people(context, reference) else context.say.count(reference.n),
    )
    values = {"arm": context.arm(reference.arm), "wave": context.wave(reference.wave), "n": n}
    if not reference.where:
        return say("methods.reference_text", **values)
    chosen = (
        say("methods.reference_where", variable=_variable(context, name), values=_values(context, name, wanted))
        for name, wanted in reference.where.items()
    )
    return say("methods.reference_chosen", chosen=say("numbers.comma").join(chosen), **values)


def _hides_people(context: Context, reference: ReferenceKey) -> bool:
    """True where a reference group is small or hidden, or leaves few of its wave and arm."""
    whole = (reference.wave, ALL, ALL if reference.arm == EVERYONE else reference.arm, ALL)
    others = context.cells.counts.get(whole, 0) - reference.n if reference.where else 0
    return context.hidden.hides(whole, reference.n) or 0 < others < context.hidden.threshold


def _variable(context: Context, name: str) -> str:
    """Short name of a variable; a pinned key may speak of one that this study does not have."""
    known = {variable.name for variable in context.study.codebook.variables}
    return context.item(name) if name in known else name


def _values(context: Context, name: str, wanted: tuple[Value, ...]) -> str:
    """Values of a variable by their labels, where they have some."""
    known = {variable.name for variable in context.study.codebook.variables}
    labels = context.study.codebook.values_of(name) if name in known else {}
    words = {spelling(word): label for code, label in labels.items() for word in (code, label.en, label.ar) if word}
    found = ((words.get(spelling(value)), value) for value in wanted)
    return context.say.list(tuple(label.read(context.say.language) if label else str(value) for label, value in found))


def _accepted(context: Context, before: str) -> Callout:
    say = context.say
    texts = [say("methods.key_changed_text"), say("methods.key_changed_sha", sha=context.results.key.sha256)]
    if before:
        texts.append(say("methods.key_changed_before", sha=before))
    return Callout("caution", say("methods.key_changed"), tuple(texts))


def _changes(context: Context, changes: list[Record]) -> Table:
    say = context.say
    heads = ("part", "name", "what")
    columns = (
        *(Column(say(f"methods.change_{head}")) for head in heads),
        *(Column(say(f"methods.change_{head}"), "number") for head in ("before", "after")),
    )
    rows = tuple(
        body(
            say(f"methods.kind_{change['kind']}"),
            str(change["name"]) if isinstance(change["name"], str) else "",
            say(f"key_changes.{change['change']}"),
            *_numbers(context, change),
        )
        for change in changes
    )
    return Table(say("methods.changes_table"), columns, rows, (say("methods.changes_note"),))


def _numbers(context: Context, change: Record) -> tuple[Cell, Cell]:
    """Before and after; dashes where the change does not show in the digits printed, such as one of the SD alone."""
    before, after = (_number(context, change, when) for when in ("before", "after"))
    if before.text == after.text != context.suppressed.text:
        return Cell(context.say("numbers.none")), Cell(context.say("numbers.none"))
    return before, after


def _number(context: Context, change: Record, when: str) -> Cell:
    """A count or a mean of a reference group; hidden where the key itself does not show it."""
    value = float(change[when])
    if change["change"] not in DETAILS or not math.isfinite(value):
        return Cell(context.say("numbers.none"))
    few = change["change"] == "n" and 0 < value < context.hidden.threshold
    if few or _hides_unit(context, str(change["name"]) if change["kind"] == "item" else None):
        return context.suppressed
    return Cell(context.say.number(value, 0 if change["change"] == "n" else DIGITS), value)


def _items(context: Context) -> Table:
    """Every number of the key, folded: range and direction, mean and SD of each item, each dimension and each index."""
    say = context.say
    heads = ("low", "high", "mean", "sd", "needed")
    columns = (
        Column(say("methods.key_part")),
        Column(say("methods.key_direction")),
        *(Column(say(f"methods.key_{head}"), "number") for head in heads),
    )
    rows = [row for index in context.study.indices for row in _index_rows(context, index)]
    return Table(say("methods.key_table"), columns, tuple(rows), (say("methods.key_note"),), folded=True)


def _index_rows(context: Context, index: Index) -> list[Row]:
    key = context.results.key
    part = next(part for part in key.indices if part.name == index.name)
    items = {item.name: item for item in key.items}
    rows = [group(context.index(index))]
    for name in (item.name for item in context.items(index)):
        item = items[name]
        ends = (Cell(context.say.number(end, 0), end) for end in (item.low, item.high))
        rows.append(body(name, item.direction, *ends, *_unit(context, item), ""))
    for dimension in part.dimensions:
        name = context.dimension(index, dimension.name)
        unit = _unit(context, dimension)
        rows.append(body(name, "", "", "", *unit, context.count(dimension.minimum_items)))
    unit = _unit(context, part)
    return [*rows, body(context.index(index), "", "", "", *unit, context.count(part.minimum_parts))]


def _hides_unit(context: Context, item: str | None) -> bool:
    """True where no mean or SD of the reference group may be shown: it is small, or an answer of it to an item is
    hidden, which they could give away.
    """
    reference = context.results.key.reference
    where = (reference.wave, item, ALL if reference.arm == EVERYONE else reference.arm)
    return reference.n < context.hidden.threshold or any(
        (wave, item, arm) == where and answer.isdecimal() for _, wave, item, answer, arm, _ in context.answers.cells
    )


def _unit(context: Context, part: ItemKey | DimensionKey | IndexKey) -> tuple[Cell, Cell]:
    """Mean and SD of the reference group; a dash where it has none, hidden where the group is small."""
    if part.without_unit:
        return Cell(context.say("numbers.none")), Cell(context.say("numbers.none"))
    if _hides_unit(context, part.name if isinstance(part, ItemKey) else None):
        return context.suppressed, context.suppressed
    return Cell(context.say.number(part.mean, DIGITS), part.mean), Cell(context.say.number(part.sd, DIGITS), part.sd)
