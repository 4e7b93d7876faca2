"""Behind which effects it must not be told how many people stand, whichever table tells it.

In a panel an effect counts those who answered twice. Who answered in each wave is printed too, so the difference is
how many were seen once: the lost and the new. An effect's number is therefore hidden where these are few, where one of
them is hidden (`return_cells`), where the respondents or a mean of the place are, and where another place would follow.
Every table and sentence asks here: the report's effects, its robustness, and the tables that are handed on.

How many gave no answer to a question is not protected: it says nothing of what anybody answered.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import pandas as pd

from transforms.impact.estimate import EQUAL_WEIGHT, MAIN_MODELS, POOLED
from transforms.present.disclosure import ALL, CellKey, Hidden, crossed, suppress
from transforms.present.results import Results
from transforms.study import Study
from transforms.study.columns import ARM, GOVERNORATE, GROUP, WAVE

Place: TypeAlias = tuple[str, str, str]  # wave, governorate, group
BY = {  # tables that count respondents by place and group, and what tells their rows apart
    "estimates": ("outcome", "model", "contrast", "unit"),
    "index_robustness": ("index", "alternative", "detail"),
    "power": ("outcome", "unit"),
}
WHOLE = {POOLED: ALL, EQUAL_WEIGHT: ALL}


@dataclass(frozen=True, slots=True)
class HiddenPeople:
    """Places whose number of respondents must not be told; `parts` are those whose numbers add up to others."""

    cells: frozenset[Place] = field(default=frozenset())
    parts: frozenset[tuple[str, str]] = field(default=frozenset())  # governorate and group
    apart: frozenset[str] = field(default=frozenset())  # waves of which no other set of people is counted

    def __contains__(self, place: Place) -> bool:
        wave, *where = place
        return place in self.cells or (tuple(where) not in self.parts and wave in self.apart)


def places(table: pd.DataFrame) -> pd.Series:
    """Wave, governorate and group of every row, `all` for the sum over one."""
    group = table[GROUP] if GROUP in table else pd.Series(ALL, index=table.index)
    columns = (table[WAVE].astype(str), table[GOVERNORATE].replace(WHOLE).astype(str), group.astype(str))
    return pd.Series(list(zip(*columns, strict=True)), index=table.index, dtype=object)


def hidden_people(
    results: Results, study: Study, hidden: Hidden, levels: Iterable[CellKey], returns: Iterable[CellKey]
) -> HiddenPeople:
    """Places of which no table may say how many respondents an estimate rests on.

    hidden: cells of respondents; levels: hidden means by outcome, wave, place, arm and group; returns: hidden counts
    of who came back, by wave, place, arm and what. Sets that are no part of a sum, such as women or the difference of
    two groups, are not counted in a wave that hides anything.
    """
    threshold, parts = hidden.threshold, _parts(results.levels)
    cells = {cell for cell in hidden.cells if len(cell) == len((WAVE, GOVERNORATE, ARM, GROUP))}
    found = set(_with_later_waves({*cells, *(key[1:] for key in levels)}, study))
    found |= {(wave, place, ALL) for wave, place, arm, _ in returns if arm == ALL}
    found |= set(_few_seen_once(results, study, threshold))
    few = results.estimates[_small(results.estimates["n"], threshold)]
    apart = {place[0] for place in places(few) if place[1:] not in parts}
    blocks = [block for name, by in BY.items() for block in _blocks(_table(results, name), by, parts)]
    while True:
        before = frozenset(found)
        for wave, counts in blocks:
            also = {key for key in counts if (wave, *key) in before}
            found |= {(wave, key[0], key[1]) for key in suppress(crossed(counts), threshold, also)}
        if found == before:
            return HiddenPeople(before, parts, frozenset(apart | {wave for wave, _, _ in before}))


def _parts(levels: pd.DataFrame) -> frozenset[tuple[str, str]]:
    """Governorates and groups that are parts of a sum, unlike differences between two of them."""
    return frozenset((place, name) for place in {*levels[GOVERNORATE]} for name in {*levels[GROUP]})


def _with_later_waves(cells: Collection[CellKey], study: Study) -> Iterator[Place]:
    """Places of cells of both arms; what is hidden in the first wave is so in every comparison with it."""
    for wave, place, arm, name in cells:
        if arm == ALL:
            yield wave, place, name
            if wave == study.baseline.name:
                yield from ((later, place, name) for later in study.wave_names[1:])


def _few_seen_once(results: Results, study: Study, threshold: int) -> Iterator[Place]:
    """Places where a main effect rests on nearly all, but not on all, of those whose means are told of two waves."""
    levels = results.levels[results.levels[ARM] == ALL]
    told = dict(zip(_outcomes(levels), levels["n"], strict=True))
    main = results.estimates[results.estimates["model"].isin(MAIN_MODELS) & results.estimates["n"].notna()]
    for (outcome, *where), n in zip(_outcomes(main), main["n"], strict=True):
        waves = dict.fromkeys((study.baseline.name, str(where[0])))
        asked = sum(told.get((outcome, wave, *where[1:]), 0) for wave in waves)
        if 0 < asked - n < threshold:
            yield str(where[0]), str(where[1]), str(where[2])


def _outcomes(table: pd.DataFrame) -> list[CellKey]:
    """Outcome, wave, governorate and group of every row."""
    return [(str(outcome), *place) for outcome, place in zip(table["outcome"], places(table), strict=True)]


def _small(n: pd.Series, threshold: int) -> pd.Series:
    return (n > 0) & (n < threshold)


def _table(results: Results, name: str) -> pd.DataFrame:
    return results.estimates if name == "estimates" else results.table(name)


def _blocks(
    table: pd.DataFrame, by: tuple[str, ...], parts: Collection[tuple[str, str]]
) -> Iterator[tuple[str, dict[CellKey, int]]]:
    """Counts that add up, with their wave: of one outcome, model and contrast."""
    if not len(table):
        return
    table = table.assign(place=places(table))
    part = table["place"].map(lambda key: key[1:] in parts).astype(bool)
    counted = table[part & table["n"].notna()]
    for _, rows in counted.groupby([*by, WAVE], sort=False, dropna=False, observed=True):
        keys = [(key[1], key[2]) for key in rows["place"]]
        yield str(rows[WAVE].iloc[0]), {key: int(n) for key, n in zip(keys, rows["n"], strict=True)}
