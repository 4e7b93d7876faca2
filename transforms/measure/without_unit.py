"""What a scoring key cannot score, because its reference group did not answer it, or answered alike."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from transforms.measure.scoring_key import IndexKey, ItemKey, NoUnit, ScoringKey

Part = Literal["index", "dimension", "item"]


@dataclass(frozen=True, slots=True)
class WithoutUnit:
    """One part of an index that has no unit, and why."""

    index: str
    part: Part
    name: str
    reason: NoUnit

    @property
    def outcome(self) -> str:
        """Name under which problems speak of it: `index`, `index.dimension`, or the item."""
        return f"{self.index}.{self.name}" if self.part == "dimension" else self.name


def without_unit(key: ScoringKey) -> tuple[WithoutUnit, ...]:
    """Every part of `key` without a unit: index by index, each before its dimensions, and these before its items."""
    items = {item.name: item for item in key.items}
    return tuple(found for index in key.indices for found in _of_index(index, items))


def _of_index(index: IndexKey, items: Mapping[str, ItemKey]) -> Iterator[WithoutUnit]:
    if index.without_unit:
        yield WithoutUnit(index.name, "index", index.name, index.without_unit)
    for dimension in index.dimensions:
        if dimension.without_unit:
            yield WithoutUnit(index.name, "dimension", dimension.name, dimension.without_unit)
    for item in (items[name] for name in item_names(index)):
        if item.without_unit:
            yield WithoutUnit(index.name, "item", item.name, item.without_unit)


def unscored(key: ScoringKey) -> tuple[str, ...]:
    """Outcomes that `key` cannot score, and items that an index which it can score goes without."""
    whole = {index.name for index in key.indices if not index.without_unit}
    return tuple(part.outcome for part in without_unit(key) if part.part != "item" or part.index in whole)


def item_names(index: IndexKey, dimension: str | None = None) -> tuple[str, ...]:
    """Items of an index, or of one of its dimensions, in the key's order."""
    if not index.dimensions:
        return index.parts
    wanted = [part for part in index.dimensions if dimension in {None, part.name}]
    return tuple(name for part in wanted for name in part.items)


def answered_without_unit(key: ScoringKey, panel: pd.DataFrame) -> frozenset[str]:
    """Indices and dimensions (`index.dimension`) without a unit of which somebody answered an item, in any wave."""
    indices = {index.name: index for index in key.indices}
    found = set()
    for part in without_unit(key):
        names = item_names(indices[part.index], part.name if part.part == "dimension" else None)
        if part.part != "item" and panel[list(names)].notna().to_numpy().any():
            found.add(part.outcome)
    return frozenset(found)
