"""Cells too small to be shown, and those that must go with them so that no total gives them away.

Threshold and rule: methods 7 (ONS and OECD practice: frequencies under the threshold are suppressed, with
complementary suppression). Whether a hidden cell could be worked out is decided by linear algebra over every total
that is printed, not by counting marks in a row.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from transforms.study.columns import ARM, GOVERNORATE, GROUP, WAVE

ALL = "all"
REST = "rest"  # what the parts of a sum leave: people of no known arm or group
AXES = (WAVE, GOVERNORATE, ARM, GROUP)
SENSITIVE_BASE = 20  # below it, nobody and everybody are not shown for a sensitive item
CellKey: TypeAlias = tuple[str, ...]  # wave, governorate, arm, group, or other axes; `all` sums over one of them


@dataclass(frozen=True, slots=True)
class CountCells:
    """Counts that are printed together, and how they add up.

    The whole of a sum need not be a count of its own: such a sum is known to the reader whatever is hidden.
    """

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
    counts: dict[CellKey, int] = {
        (wave, place, arm, name): 0 for wave in waves for place, name in rows for arm in (*arms, ALL)
    }
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


def crossed(counts: Mapping[CellKey, int]) -> CountCells:
    """Counts by any axes, `all` on an axis for the sum over it, with every sum there is among them.

    What the parts of a sum leave is a cell of its own (`rest`): whoever subtracts them from it has that number too.
    """
    cells = dict(counts)
    axes = range(len(next(iter(cells), ())))
    for axis in axes:
        for whole, parts in _sums_over(cells, axis).items():
            rest = cells[whole] - sum(cells[part] for part in parts)
            if rest > 0:
                cells[*whole[:axis], REST, *whole[axis + 1 :]] = rest
    sums = (over for axis in axes for over in _sums_over(cells, axis).items())
    return CountCells(cells, tuple((whole, tuple(parts)) for whole, parts in sums))


def _sums_over(cells: Collection[CellKey], axis: int) -> dict[CellKey, list[CellKey]]:
    """The cells that `all` on an axis sums up, by the cell of the sum."""
    found: dict[CellKey, list[CellKey]] = {}
    for key in cells:
        whole = (*key[:axis], ALL, *key[axis + 1 :])
        if key[axis] != ALL and whole in cells:
            found.setdefault(whole, []).append(key)
    return found


@dataclass(frozen=True, slots=True)
class _Equations:
    """The sums as equations [sums, cells], with what was found of cells that they bind together."""

    place: dict[CellKey, int]
    matrix: sparse.csc_array
    found: dict[tuple[int, ...], NDArray[np.bool_]] = field(default_factory=dict)

    def known(self, hidden: Iterable[CellKey]) -> tuple[CellKey, ...]:
        """Hidden cells that follow from the others. Cells that no sum binds together are looked at apart."""
        unknown = sorted(set(hidden))
        part = self.matrix[:, [self.place[key] for key in unknown]]
        joined = abs(part).T @ abs(part)
        count, labels = csgraph.connected_components(joined, directed=False)
        fixed = np.zeros(len(unknown), dtype=bool)
        ends = np.cumsum(np.bincount(labels, minlength=count))[:-1]
        for mine in np.split(np.argsort(labels, kind="stable"), ends):
            together = tuple(self.place[unknown[at]] for at in mine)
            if together not in self.found:
                self.found[together] = _fixed(part[:, mine])
            fixed[mine] = self.found[together]
        return tuple(key for key, follows in zip(unknown, fixed.tolist(), strict=True) if follows)


def _equations(cells: CountCells) -> _Equations:
    keys = (cells.counts, *((whole, *parts) for whole, parts in cells.sums))
    place = {key: at for at, key in enumerate(dict.fromkeys(key for some in keys for key in some))}
    signed = [(row, place[whole], -1.0) for row, (whole, _) in enumerate(cells.sums)]
    signed += [(row, place[part], 1.0) for row, (_, parts) in enumerate(cells.sums) for part in parts]
    rows, columns, signs = np.array(signed).reshape(-1, 3).T
    shape = (len(cells.sums), len(place))
    return _Equations(place, sparse.csc_array((signs, (rows.astype(int), columns.astype(int))), shape=shape))


def _fixed(equations: sparse.csc_array) -> NDArray[np.bool_]:
    """Unknowns that have one value only: no vector of the null space moves them."""
    rows = np.unique(equations.indices)
    _, values, vectors = np.linalg.svd(equations[rows].toarray(), full_matrices=True)
    rank = int((values > 1e-9).sum())
    return np.asarray(np.abs(vectors[rank:]).max(axis=0, initial=0.0) <= 1e-9)


def recoverable(cells: CountCells, hidden: Iterable[CellKey]) -> tuple[CellKey, ...]:
    """Hidden cells whose value follows exactly from the cells and totals that are shown."""
    return _equations(cells).known(hidden) if hidden else ()


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


def _companion(
    cells: CountCells, sums: _Equations, known: Sequence[CellKey], hidden: frozenset[CellKey], last: Collection[CellKey]
) -> CellKey | None:
    """The shown cell to hide next, of those in a sum with a known cell.

    An empty one only where there is no other, and none of `last` before others; then the one that leaves fewest hidden
    cells known, a part before a total, the one that helps most of the sums of which a single cell is hidden, the
    smallest.
    """
    near: dict[CellKey, bool] = {}
    helped: Counter[CellKey] = Counter()
    for whole, parts in cells.sums:
        members = (whole, *parts)
        shown = [key for key in members if key not in hidden and key in cells.counts]
        if not set(known).isdisjoint(members):
            near |= {key: key == whole and near.get(key, True) for key in shown}
        if sum(key in hidden for key in members) == 1:
            helped.update(shown)
    some = [key for key in near if cells.counts[key] > 0] or list(near)
    first = [key for key in some if key not in last] or some
    left = {key: len(sums.known(hidden | {key})) for key in first}
    return min(first, key=lambda key: (left[key], near[key], -helped[key], cells.counts[key], key), default=None)


def suppress(
    cells: CountCells, threshold: int, also: Collection[CellKey] = (), last: Collection[CellKey] = ()
) -> frozenset[CellKey]:
    """Cells to hide: those with 1 to `threshold` - 1 respondents, and companions until none can be worked out.

    An empty cell is shown unless nothing else is left to hide: there is nobody in it whose answer could be told. also:
    cells to hide for another reason. last: companions of the last resort.
    """
    small = frozenset(key for key, count in cells.counts.items() if 0 < count < threshold or key in also)
    apart = (_suppressed(block, threshold, small & block.counts.keys(), last) for block in _blocks(cells))
    return frozenset(key for hidden in apart for key in hidden)


def _blocks(cells: CountCells) -> Iterator[CountCells]:
    """The cells that sums bind together, apart from the others."""
    place = {key: position for position, key in enumerate(cells.counts)}
    bound = [[place[key] for key in (whole, *parts) if key in place] for whole, parts in cells.sums]
    pairs = np.array([(one[0], other) for one in bound for other in one], dtype=np.intp).reshape(-1, 2)
    joined = sparse.coo_array((np.ones(len(pairs)), pairs.T), shape=(len(place), len(place)))
    labels = csgraph.connected_components(joined, directed=False)[1].tolist()
    counts: dict[int, dict[CellKey, int]] = {}
    sums: dict[int, list[tuple[CellKey, tuple[CellKey, ...]]]] = {}
    for key, label in zip(cells.counts, labels, strict=True):
        counts.setdefault(label, {})[key] = cells.counts[key]
    for one, total in zip(bound, cells.sums, strict=True):
        sums.setdefault(labels[one[0]], []).append(total)
    return (CountCells(counts[label], tuple(sums.get(label, ()))) for label in counts)


def _suppressed(
    cells: CountCells, threshold: int, hidden: frozenset[CellKey], last: Collection[CellKey]
) -> frozenset[CellKey]:
    sums = _equations(cells)
    while hidden:
        known = sums.known(hidden) or _tight(cells, hidden, threshold)
        companion = _companion(cells, sums, known, hidden, last)
        if companion is None:
            break
        hidden |= {companion}
    return hidden


def hidden_cells(cells: CountCells, threshold: int) -> Hidden:
    """What to hide of the printed counts, and of figures on the same cells."""
    return Hidden(suppress(cells, threshold), threshold)


def hidden_rows(frame: pd.DataFrame, hidden: Hidden, by: Sequence[str] = ()) -> pd.Series:
    """True for rows of a tidy table that must not be shown: on too few, on hidden cells, and companions of these.

    frame: n, and those of wave, governorate, arm and group that it has, `all` for the sum over one; a cell has one row
    for each value of the columns `by`.
    """
    keys = pd.DataFrame({name: frame[name].astype(str) if name in frame else ALL for name in AXES}, index=frame.index)
    cells = pd.Series(list(keys.itertuples(index=False, name=None)), index=frame.index, dtype=object)
    found = pd.Series(False, index=frame.index)
    known: dict[tuple[tuple[CellKey, int], ...], frozenset[CellKey]] = {}  # outcomes of one table often share their n
    parts = [part.index for _, part in frame.groupby(list(by), sort=False, dropna=False)] if by else [frame.index]
    for rows in parts:
        counts = tuple(zip(cells[rows], frame.loc[rows, "n"].astype(int), strict=True))
        if counts not in known:
            known[counts] = suppress(crossed(dict(counts)), hidden.threshold, hidden.cells)
        found[rows] = cells[rows].isin(known[counts])
    return found


@dataclass(frozen=True, slots=True)
class Segment:
    """Part of a bar: the answers `first` to `last` (positions on the scale) and their share."""

    first: int
    last: int
    share: float


def bar_segments(
    counts: Sequence[int], shares: Sequence[float], threshold: int, hidden: Collection[int] = ()
) -> tuple[Segment, ...]:
    """Answers in scale order (how many gave each, and their weighted share), those of too few pooled with a neighbour.

    An answer nobody gave has no segment; one given by fewer than `threshold` is pooled with the smaller of its
    neighbours until the pool has enough, and one that is `hidden` until it does not stand alone. Empty where all
    answers together are too few, or the only one is hidden.
    """
    if sum(counts) < threshold:
        return ()
    pools = [
        (Segment(position, position, share), count)
        for position, (count, share) in enumerate(zip(counts, shares, strict=True))
        if count > 0
    ]

    def telling(pool: tuple[Segment, int]) -> bool:
        return pool[1] < threshold or (pool[0].first == pool[0].last and pool[0].first in hidden)

    while (small := next((at for at, pool in enumerate(pools) if telling(pool)), None)) is not None:
        neighbours = [at for at in (small - 1, small + 1) if 0 <= at < len(pools)]
        if not neighbours:
            return ()
        first = min(small, min(neighbours, key=lambda at: pools[at][1]))
        (left, left_count), (right, right_count) = pools[first : first + 2]
        pool = Segment(left.first, right.last, left.share + right.share)
        pools[first : first + 2] = [(pool, left_count + right_count)]
    return tuple(segment for segment, _ in pools)


def too_telling(counts: Sequence[int], sensitive: bool) -> bool:
    """True where a sensitive item's bar would tell that nobody, or everybody, of a small group gave an answer."""
    n = sum(counts)
    return sensitive and n < SENSITIVE_BASE and any(count in (0, n) for count in counts)
