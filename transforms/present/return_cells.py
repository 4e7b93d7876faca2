"""Who came back, who was lost and who is new: which of these counts must not be shown.

Two tables and a sentence tell of the same people: retention by arm, losses by place and arm, and the share of everybody
who came back. What one hides must not follow from another, so all of them are one system of sums. How many were asked
in a wave is known from the table of respondents, unless it is hidden there.
"""

import math
from collections.abc import Iterator, Mapping

from transforms.present.disclosure import ALL, CellKey, CountCells, Hidden, crossed, suppress
from transforms.present.results import Results
from transforms.study import Study
from transforms.study.columns import ARM, EVERYONE, GOVERNORATE, WAVE

LOST, FOUND = "lost", "found"  # among those an effect is estimated of
GONE, AGAIN, NEW = "gone", "again", "new"  # among everybody who answered
KNOWN = ("known",)
Sum = tuple[CellKey, tuple[CellKey, ...]]


def hidden_returns(results: Results, study: Study, hidden: Hidden, asked: CountCells) -> frozenset[CellKey]:
    """(wave, place, arm, what) of counts that must not be shown, `all` for the sum over places or arms.

    hidden, asked: cells of respondents by wave, governorate, arm and group.
    """
    counts = {**_by_arm(results, study), **_by_place(results, asked)}
    cells, wholes = crossed(counts), _wholes(counts, study)
    telling = {whole: asked.counts.get(whole, 0) for whole, _ in wholes if whole in hidden}
    sums = (*cells.sums, *((whole if whole in telling else KNOWN, parts) for whole, parts in wholes), *_links(counts))
    return suppress(CountCells({**cells.counts, **telling}, sums), hidden.threshold, telling) - telling.keys()


def _by_arm(results: Results, study: Study) -> dict[CellKey, int]:
    """Of those who answered first, how many are gone and how many answered again; and how many are new."""
    rows = results.participants.retention.to_dict("records")
    first = {_arm(row[ARM]): int(row["n"]) for row in rows if row[WAVE] == study.baseline.name}
    came = {(str(row[WAVE]), _arm(row[ARM])): (int(row["n"]), int(row["again"])) for row in rows}
    counts: dict[CellKey, int] = {}
    for wave in study.wave_names[1:] if rows else ():
        for arm in dict.fromkeys((*first, *(arm for of, arm in came if of == wave))):
            now, again = came.get((wave, arm), (0, 0))
            for what, count in ((GONE, first.get(arm, 0) - again), (AGAIN, again), (NEW, now - again)):
                counts[wave, ALL, arm, what] = count
                if arm != ALL:
                    counts[wave, ALL, ALL, what] = counts.get((wave, ALL, ALL, what), 0) + count
    return counts


def _arm(name: object) -> str:
    return ALL if name == EVERYONE else str(name)


def _by_place(results: Results, asked: CountCells) -> dict[CellKey, int]:
    """Lost and found again by place and arm, where there is anybody to lose; the new, who are those asked but found."""
    counts: dict[CellKey, int] = {}
    for row in results.table("attrition").to_dict("records"):
        if math.isfinite(row["share_lost"]):
            key = (str(row[WAVE]), str(row[GOVERNORATE]), str(row[ARM]))
            counts[*key, LOST] = int(row["lost"])
            counts[*key, FOUND] = int(row["of_baseline"]) - int(row["lost"])
            if key[1] != ALL and (*key, ALL) in asked.counts:
                counts[*key, NEW] = max(asked.counts[*key, ALL] - counts[*key, FOUND], 0)
    return counts


def _wholes(counts: Mapping[CellKey, int], study: Study) -> list[Sum]:
    """What adds up to the respondents of a cell, in the first wave or in this one."""
    first, found = study.baseline.name, list[Sum]()
    for wave, place, arm in dict.fromkeys(key[:3] for key in counts):
        last = (wave, (AGAIN if place == ALL else FOUND, NEW))
        for of, pair in ((first, (LOST, FOUND)), (first, (GONE, AGAIN)), last):
            parts = tuple((wave, place, arm, what) for what in pair)
            if all(part in counts for part in parts):
                found.append(((of, place, arm, ALL), parts))
    return found


def _links(counts: Mapping[CellKey, int]) -> Iterator[Sum]:
    """Losses are told twice: among everybody, and among those an effect is estimated of.

    The reader is taken to know how many these differ by.
    """
    for key in counts:
        twin = (*key[:3], {LOST: GONE, FOUND: AGAIN}.get(key[3], ""))
        if twin in counts:
            yield twin, (key,)
