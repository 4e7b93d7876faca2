"""Indices, dimensions and questions that could not be scored, and why: said wherever their numbers would stand."""

from collections.abc import Iterator, Sequence

from transforms.measure.without_unit import WithoutUnit, without_unit
from transforms.present.context import Context
from transforms.present.document import Block, Callout
from transforms.present.sections.scoring_key import reference_words
from transforms.study import Index


def lacking(context: Context, index: Index) -> tuple[WithoutUnit, ...]:
    """What of one index has no unit."""
    return tuple(part for part in without_unit(context.results.key) if part.index == index.name)


def has_unit(context: Context, index: Index) -> bool:
    """Whether the index as a whole could be scored."""
    return all(part.part != "index" for part in lacking(context, index))


def unit_sentences(context: Context, index: Index) -> tuple[str, ...]:
    """Why an index has no result, or what it is made without."""
    say, name, parts = context.say, context.index(index), lacking(context, index)
    whole = [part for part in parts if part.part == "index"]
    texts = [say("without_unit.index", index=name, reason=_reason(context, part)) for part in whole]
    known = {part.reason for part in whole} & {"not_answered"}  # then the same holds for everything in the index
    rest = [part for part in parts if part.part != "index" and part.reason not in known]
    if len(context.study.dimensions(index)) > 1:
        texts += _dimensions(context, index, rest, "without_unit.dimension" if whole else "without_unit.left_out")
    return (*texts, *_items(context, index, rest))


def _dimensions(context: Context, index: Index, parts: Sequence[WithoutUnit], key: str) -> Iterator[str]:
    for part in parts:
        if part.part == "dimension":
            values = {"dimension": context.dimension(index, part.name), "index": context.index(index)}
            yield context.say(key, reason=_reason(context, part), **values)


def _items(context: Context, index: Index, parts: Sequence[WithoutUnit]) -> Iterator[str]:
    """One sentence for the questions of each reason."""
    items = [part for part in parts if part.part == "item"]
    for reason in dict.fromkeys(part.reason for part in items):
        mine = [part for part in items if part.reason == reason]
        names = context.say.list(tuple(context.item(part.name) for part in mine))
        values = {"items": names, "index": context.index(index), "reason": _reason(context, mine[0])}
        yield context.say("without_unit.items", **values)


def _reason(context: Context, part: WithoutUnit) -> str:
    return context.say.name("unit_reasons", part.reason)


def unit_note(context: Context, indices: Sequence[Index]) -> list[Block]:
    """A caution with what could not be scored, and who should have set the unit; nothing where all could be."""
    say, key = context.say, context.results.key
    missing = [index for index in indices if lacking(context, index)]
    if not missing:
        return []
    texts = [sentence for index in missing for sentence in unit_sentences(context, index)]
    own = {part.name: part.reference or key.reference for part in key.indices}
    groups = dict.fromkeys(reference_words(context, own[index.name]) for index in missing)
    texts += [say("without_unit.reference", group=group) for group in groups]
    return [Callout("caution", say("without_unit.title"), tuple(texts))]
