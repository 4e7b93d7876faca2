"""What differs between two scoring keys, in names and counts; never an answer."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import nan
from typing import Literal, get_args

import pandas as pd

from transforms.measure.scoring_key import DimensionKey, IndexKey, ItemKey, ReferenceKey, ScoringKey
from transforms.study.records import records_table

Kind = Literal["reference", "item", "dimension", "index"]
Change = Literal[
    "added",
    "removed",
    "group",
    "n",
    "direction",
    "range",
    "rule",
    "items",
    "parts",
    "minimum",
    "weights",
    "mean_sd",
    "without_unit",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
CHANGES: tuple[Change, ...] = get_args(Change)
OF_THE_DATA: frozenset[Change] = frozenset({"n", "mean_sd", "without_unit"})  # the others come from the study's files
MOST_NAMED = 12  # names a message lists before it counts the rest

_WORDS: Mapping[Change, str] = {
    "added": "new",
    "removed": "gone",
    "group": "other people",
    "n": "another number of respondents",
    "direction": "another direction",
    "range": "another range",
    "rule": "another rule",
    "items": "other items",
    "parts": "other parts",
    "minimum": "another number of answers needed",
    "weights": "other weights",
    "mean_sd": "another mean or standard deviation",
    "without_unit": "a unit gained or lost",
}
_SETTINGS: Mapping[Change, tuple[str, ...]] = {
    "group": ("wave", "arm", "weighted", "where"),
    "n": ("n",),
    "direction": ("direction",),
    "range": ("low", "high"),
    "rule": ("rule",),
    "items": ("items",),
    "parts": ("parts",),
    "minimum": ("minimum_items", "minimum_parts"),
    "weights": ("weights",),
    "mean_sd": ("mean", "sd"),
    "without_unit": ("without_unit",),
}  # what of a part of the key each change is a change of
_NUMBERS: Mapping[Change, str] = {"n": "n", "mean_sd": "mean"}
_NAMES: Mapping[Kind, tuple[str, str]] = {
    "reference": ("reference group", "reference groups"),
    "item": ("item", "items"),
    "dimension": ("dimension", "dimensions"),
    "index": ("index", "indices"),
}  # one, and several


@dataclass(frozen=True, slots=True, order=True)
class KeyChange:
    """One part of a key that is not what it was; `before` and `after` are means of a reference group on 0-1 (or n)."""

    kind: Kind
    name: str
    change: Change
    before: float = nan
    after: float = nan


def key_changes(old: ScoringKey, new: ScoringKey) -> tuple[KeyChange, ...]:
    """Everything in which `new` differs from `old`: reference groups, items, dimensions, indices, in their order."""
    return (
        *_reference_changes("", old.reference, new.reference),
        *_each("item", _named(old.items), _named(new.items)),
        *_each("dimension", _dimensions(old), _dimensions(new)),
        *_each("index", _named(old.indices), _named(new.indices)),
    )


def misfits(key: ScoringKey, draft: ScoringKey) -> tuple[KeyChange, ...]:
    """What a key that was made elsewhere says otherwise than the study whose `draft` this is.

    Means, SDs, reference groups, weights and what has no unit are the key's own to say.
    """
    own = {"mean_sd", "without_unit", "weights"}
    return tuple(
        change for change in key_changes(draft, key) if change.kind != "reference" and change.change not in own
    )


def changes_table(changes: Iterable[KeyChange]) -> pd.DataFrame:
    """`key_changes.csv`: kind, name, change, before, after."""
    table = records_table(KeyChange, changes)
    return table.astype({"before": "float64", "after": "float64"})


def describe_changes(changes: Iterable[KeyChange]) -> tuple[str, ...]:
    """The changes in lines of counts and names, as `2 items with another direction: near, far`."""
    grouped: dict[tuple[Kind, Change], list[str]] = {}
    for change in changes:
        grouped.setdefault((change.kind, change.change), []).append(change.name)
    return tuple(_line(kind, change, names) for (kind, change), names in grouped.items())


def _line(kind: Kind, change: Change, names: list[str]) -> str:
    what = _NAMES[kind][len(names) > 1]
    words = _WORDS[change]
    told = f"{words} {what}" if change in {"added", "removed"} else f"{what} with {words}"
    listed = [name for name in names if name]
    more = len(listed) - MOST_NAMED
    shown = ", ".join(listed[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{len(names)} {told}" + (f": {shown}" if shown else "")


Part = ItemKey | DimensionKey | IndexKey


def _named(parts: Iterable[Part]) -> dict[str, Part]:
    return {part.name: part for part in parts}


def _dimensions(key: ScoringKey) -> dict[str, Part]:
    return {f"{index.name}.{part.name}": part for index in key.indices for part in index.dimensions}


def _each(kind: Kind, old: Mapping[str, Part], new: Mapping[str, Part]) -> Iterator[KeyChange]:
    """Parts that came, went or changed, by name: those of the old key first."""
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield KeyChange(kind, name, "removed")
        elif name not in old:
            yield KeyChange(kind, name, "added")
        else:
            yield from _differences(kind, name, old[name], new[name])


def _differences(kind: Kind, name: str, old: Part | ReferenceKey, new: Part | ReferenceKey) -> Iterator[KeyChange]:
    for change, settings in _SETTINGS.items():
        if any(getattr(old, setting, None) != getattr(new, setting, None) for setting in settings):
            number = _NUMBERS.get(change, "")
            yield KeyChange(kind, name, change, getattr(old, number, nan), getattr(new, number, nan))
    if isinstance(old, IndexKey) and isinstance(new, IndexKey):
        yield from _reference_changes(name, old.reference, new.reference)


def _reference_changes(name: str, old: ReferenceKey | None, new: ReferenceKey | None) -> Iterator[KeyChange]:
    if old is not None and new is not None:
        yield from _differences("reference", name, old, new)
    elif old is not new:
        yield KeyChange("reference", name, "group")
