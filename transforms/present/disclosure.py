"""Cells too small to be shown, and those that must go with them so that no total gives them away.

Threshold and rule: methods 7 (ONS and OECD practice: frequencies under the threshold are suppressed, with
complementary suppression). Whether a hidden cell could be worked out is decided by linear algebra over every total
that is printed, not by counting marks in a row.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pandas as pd

from transforms.study.columns import ARM, GOVERNORATE, GROUP, WAVE

ALL = "all"
SENSITIVE_BASE = 20  # below it, nobody and everybody are not shown for a sensitive item
CellKey = tuple[str, str, str, str]  # wave, governorate, arm, group; `all` sums over one of them


@dataclass(frozen=True, slots=True)
class CountCells:
    """Counts that are printed together, and how they add up."""

    counts: dict[CellKey, int]
    sums: tuple[tuple[CellKey, tuple[CellKey, ...]], ...]


@dataclass(frozen=True, slots=True)
class Hidden:
    """Cells that must not be shown, and the threshold."""

    cells: frozenset[CellKey] = field(default=frozenset())
    threshold: int = 10

    def __contains__(self, cell: CellKey) -> bool:
        return cell in self.cells

    def hides(self, cell: CellKey, n: float) -> bool:
        """True where a figure on `n` respondents of `cell` must not be shown."""
        return cell in self.cells or not n >= self.threshold


def printed_cells(respondents: pd.DataFrame) -> CountCells:
    """The cells of "who answered": governorate by arm, group by arm, and their totals, for every wave.

    respondents: wave, governorate, arm, group, n.
    """
    table = respondents[[WAVE, GOVERNORATE, ARM, GROUP, "n"]].astype({WAVE: "str"})
    waves, places, arms, groups = (sorted(set(table[name])) for name in (WAVE, GOVERNORATE, ARM, GROUP))
    rows = [*((place, ALL) for place in places), *((ALL, name) for name in groups), (ALL, ALL)]
    counts = {(wave, place, arm, name): 0 for wave in waves for place, name in rows for arm in (*arms, ALL)}
    for wave, place, arm, name, n in table.itertuples(index=False, name=None):
        for (row_place, row_name), row_arm in product(((place, ALL), (ALL, name), (ALL, ALL)), (arm, ALL)):
            counts[wave, row_place, row_arm, row_name] += int(n)
    sums: list[tuple[CellKey, tuple[CellKey, ...]]] = []
    for wave, arm in product(waves, [*arms, ALL]):
        whole = (wave, ALL, arm, ALL)
        sums.append((whole, tuple((wave, place, arm, ALL) for place in places)))
        sums.append((whole, tuple((wave, ALL, arm, name) for name in groups)))
    for wave, (place, name) in product(waves, rows):
        sums.append(((wave, place, ALL, name), tuple((wave, place, arm, name) for arm in arms)))
    return CountCells(counts, tuple(sums))


def recoverable(cells: CountCells, hidden: Iterable[CellKey]) -> tuple[CellKey, ...]:
    """Hidden cells whose value follows exactly from the cells and totals that are shown.

    A cell follows if no vector of the null space of the sums (over the hidden cells) moves it.
    """
    unknown = sorted(set(hidden))
    if not unknown:
        return ()
    place = {key: position for position, key in enumerate(unknown)}
    equations = np.zeros((len(cells.sums), len(unknown)))
    for row, (whole, parts) in enumerate(cells.sums):
        for key, sign in ((whole, -1.0), *((part, 1.0) for part in parts)):
            if key in place:
                equations[row, place[key]] += sign
    _, values, vectors = np.linalg.svd(equations, full_matrices=True)
    rank = int((values > 1e-9).sum())
    movable = np.abs(vectors[rank:]).max(axis=0, initial=0.0) > 1e-9
    return tuple(key for key in unknown if not movable[place[key]])


def _tight(cells: CountCells, hidden: frozenset[CellKey], threshold: int) -> tuple[CellKey, ...]:
    """Hidden cells of a sum so small that its parts are all but known: each is at least 1 where 0 is shown."""
    tight: list[CellKey] = []
    for whole, parts in cells.sums:
        unknown = [part for part in parts if part in hidden]
        if whole not in hidden and unknown:
            total = sum(cells.counts[part] for part in unknown)
            if total < threshold + len(unknown) - 1:
                tight += unknown
    return tuple(dict.fromkeys(tight))


def _companion(cells: CountCells, known: Iterable[CellKey], hidden: frozenset[CellKey]) -> CellKey | None:
    """The shown cell to hide next: a part before a total, the one that helps most sums, the smallest.

    It stands in a sum with a known cell; it helps a sum of which a single cell is hidden.
    """
    wanted = set(known)
    near: dict[CellKey, bool] = {}
    helped: Counter[CellKey] = Counter()
    for whole, parts in cells.sums:
        members = (whole, *parts)
        shown = [key for key in members if key not in hidden and cells.counts[key] > 0]
        if not wanted.isdisjoint(members):
            near |= {key: key == whole and near.get(key, True) for key in shown}
        if sum(key in hidden for key in members) == 1:
            helped.update(shown)
    return min(near, key=lambda key: (near[key], -helped[key], cells.counts[key], key), default=None)


def suppress(cells: CountCells, threshold: int) -> frozenset[CellKey]:
    """Cells to hide: those with 1 to `threshold` - 1 respondents, and companions until none can be worked out.

    An empty cell is shown: there is nobody in it whose answer could be told.
    """
    hidden = frozenset(key for key, count in cells.counts.items() if 0 < count < threshold)
    while True:
        known = recoverable(cells, hidden) or _tight(cells, hidden, threshold)
        companion = _companion(cells, known, hidden)
        if companion is None:
            return hidden
        hidden |= {companion}


def hidden_cells(cells: CountCells, threshold: int) -> Hidden:
    """What to hide of the printed counts, and of figures on the same cells."""
    return Hidden(suppress(cells, threshold), threshold)


@dataclass(frozen=True, slots=True)
class Segment:
    """Part of a bar: the answers `first` to `last` (positions on the scale) and their share."""

    first: int
    last: int
    share: float


def bar_segments(counts: Sequence[int], shares: Sequence[float], threshold: int) -> tuple[Segment, ...]:
    """Answers in scale order (how many gave each, and their weighted share), those of too few pooled with a neighbour.

    An answer nobody gave has no segment; one given by fewer than `threshold` is pooled with the smaller of its
    neighbours until the pool has enough. Empty where all answers together are too few.
    """
    if sum(counts) < threshold:
        return ()
    pools = [
        (Segment(position, position, share), count)
        for position, (count, share) in enumerate(zip(counts, shares, strict=True))
        if count > 0
    ]
    while (small := next((at for at, (_, count) in enumerate(pools) if count < threshold), None)) is not None:
        neighbours = [at for at in (small - 1, small + 1) if 0 <= at < len(pools)]
        first = min(small, min(neighbours, key=lambda at: pools[at][1]))
        (left, left_count), (right, right_count) = pools[first : first + 2]
        pool = Segment(left.first, right.last, left.share + right.share)
        pools[first : first + 2] = [(pool, left_count + right_count)]
    return tuple(segment for segment, _ in pools)


def too_telling(counts: Sequence[int], sensitive: bool) -> bool:
    """True where a sensitive item's bar would tell that nobody, or everybody, of a small group gave an answer."""
    n = sum(counts)
    return sensitive and n < SENSITIVE_BASE and any(count in (0, n) for count in counts)
