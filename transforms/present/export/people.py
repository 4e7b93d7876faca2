"""Respondents behind estimates: which numbers must not be told, whichever table tells them."""

from collections.abc import Iterator
from typing import TypeAlias

import pandas as pd

from transforms.impact.estimate import EQUAL_WEIGHT, POOLED
from transforms.present.context import Context
from transforms.present.disclosure import ALL, CellKey, crossed, suppress
from transforms.study.columns import GOVERNORATE, GROUP, WAVE

Place: TypeAlias = tuple[str, str, str]  # wave, governorate, group
BY = {  # tables that count respondents by place and group, and what tells their rows apart
    "estimates": ("outcome", "model", "contrast", "unit"),
    "index_robustness": ("index", "alternative", "detail"),
    "power": ("outcome", "unit"),
}
WHOLE = {POOLED: ALL, EQUAL_WEIGHT: ALL}


def places(table: pd.DataFrame) -> pd.Series:
    """Wave, governorate and group of every row, `all` for the sum over one."""
    group = table[GROUP] if GROUP in table else pd.Series(ALL, index=table.index)
    columns = (table[WAVE].astype(str), table[GOVERNORATE].replace(WHOLE).astype(str), group.astype(str))
    return pd.Series(list(zip(*columns, strict=True)), index=table.index, dtype=object)


def hidden_people(context: Context) -> frozenset[Place]:
    """Places of which no table may say how many respondents an estimate rests on.

    A place is hidden everywhere if it is small in one table, if respondents or a mean of it are hidden in its wave or
    the first, or as the companion of such a one.
    """
    threshold = context.hidden.threshold
    hidden = frozenset(_hidden_elsewhere(context))
    blocks = [block for name, by in BY.items() for block in _blocks(context, name, by)]
    while True:
        found = set(hidden)
        for wave, counts in blocks:
            also = {key for key in counts if (wave, *key) in hidden}
            found |= {(wave, key[0], key[1]) for key in suppress(crossed(counts), threshold, also)}
        if found == hidden:
            return hidden
        hidden = frozenset(found)


def known_places(context: Context) -> frozenset[tuple[str, str]]:
    """Governorates and groups that are parts of a sum, unlike differences between two of them."""
    levels = context.results.levels
    return frozenset((place, name) for place in {*levels[GOVERNORATE]} for name in {*levels[GROUP]})


def _hidden_elsewhere(context: Context) -> Iterator[Place]:
    """Places of hidden respondents or means; what is hidden in the first wave is so in every comparison with it."""
    cells = {cell for cell in context.hidden.cells if len(cell) == 4} | {key[1:] for key in context.hidden_levels}
    for wave, place, arm, name in cells:
        if arm == ALL:
            yield wave, place, name
            if wave == context.study.baseline.name:
                yield from ((later, place, name) for later in context.study.wave_names[1:])


def _blocks(context: Context, name: str, by: tuple[str, ...]) -> Iterator[tuple[str, dict[CellKey, int]]]:
    """Counts that add up, with their wave: of one outcome, model and contrast."""
    table = context.results.estimates if name == "estimates" else context.results.table(name)
    if not len(table):
        return
    known = known_places(context)
    table = table.assign(place=places(table))
    part = table["place"].map(lambda key: key[1:] in known).astype(bool)
    counted = table[part & table["n"].notna()]
    for _, rows in counted.groupby([*by, WAVE], sort=False, dropna=False, observed=True):
        keys = [(key[1], key[2]) for key in rows["place"]]
        yield str(rows[WAVE].iloc[0]), {key: int(n) for key, n in zip(keys, rows["n"], strict=True)}
