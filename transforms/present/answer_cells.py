"""Which shares of answers must not be shown, and which answers are drawn together so that none can be worked out.

A share is two counts: of how many people it is known, so it tells how many gave an answer and how many did not. It is
hidden where either is under the threshold, and so is every companion from which it would follow: counts of answers are
suppressed like counts of people (`disclosure.suppress`). Everything the report says of the answers to an index in a
wave is one table: bars by arm with what they pool, ends of the scale of everybody, by arm and by group, people whose
every answer is at the top, and what is at the top of all items together. Weights and rounding make a share less telling
than its count; no use is made of that, but for the mean over items (`_together`).

How many did not answer at all follows from what is shown: that says nothing about what anybody answered.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pandas as pd

from transforms.present.disclosure import (
    ALL,
    REST,
    SENSITIVE_BASE,
    CellKey,
    CountCells,
    Hidden,
    Segment,
    bar_segments,
    crossed,
    suppress,
    too_telling,
)
from transforms.present.results import Results
from transforms.study import Study
from transforms.study.columns import ARM, EVERYONE, GROUP, WAVE

TOP, BOTTOM = "top", "bottom"
MIDDLE = "middle"  # neither end
ITEMS, INDICES = "ceilings", "index_ceilings"
PRECISION = 0.01  # of a share that is printed
TOGETHER = "together"  # in the place of an item: all answers to the items of an index
PEOPLE = "people"  # in the place of an item: respondents, by whether all their answers are at the top
Bars: TypeAlias = Mapping[tuple[str, str], "Bar"]  # by item and arm
Rows: TypeAlias = list[dict[str, Any]]
AnswerKey: TypeAlias = tuple[str, ...]  # index, wave, item, answer, arm, group


@dataclass(frozen=True, slots=True)
class Bar:
    """Answers to an item in one wave and arm, in the order of the scale; positions of its cohesive and other end."""

    counts: tuple[int, ...]
    shares: tuple[float, ...]
    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class HiddenAnswers:
    """Cells of answers that must not be shown, and the segments of every bar (by item, wave and arm)."""

    cells: frozenset[AnswerKey] = field(default=frozenset())
    segments: Mapping[tuple[str, str, str], tuple[Segment, ...]] = field(default_factory=dict)

    def __contains__(self, cell: AnswerKey) -> bool:
        return cell in self.cells


@dataclass(frozen=True, slots=True)
class Table:
    """How many stand at an end (item, end, arm, group) and of how many; by arm and group, for each item the same."""

    cells: CountCells
    bases: Mapping[CellKey, int]
    given: Mapping[tuple[str, str], tuple[list[int], list[int]]]


def hidden_answers(results: Results, study: Study, hidden: Hidden) -> HiddenAnswers:
    """What to hide of the answers to headline items, and to those beside the indices. hidden: cells of respondents."""
    every = _bars(results, study)
    cells: set[AnswerKey] = set()
    segments: dict[tuple[str, str, str], tuple[Segment, ...]] = {}
    rows = {name: _by(results.table(name), "index", WAVE) for name in (ITEMS, INDICES)}
    wholes = [(index.name, [item.name for item in study.items(index)]) for index in study.indices]
    beside = [(item.name, [item.name]) for item in study.codebook.secondary()]
    for (index, items), wave in ((which, wave) for which in (*wholes, *beside) for wave in study.wave_names):
        bars = {(item, arm): bar for (item, of, arm), bar in every.items() if of == wave and item in items}
        sensitive = {item for item in items if study.codebook.variable(item).sensitive}
        ends, people = (rows[name].get((index, wave), []) for name in (ITEMS, INDICES))
        table = _table(items, ends, people, hidden.threshold)
        closed = {
            (item, arm)
            for (item, arm), bar in bars.items()
            if too_telling(bar.counts, item in sensitive) or (wave, ALL, arm, ALL) in hidden
        }
        also = {*_few(table, hidden.threshold), *_telling(table, sensitive), *_answers(bars, closed)}
        also |= {key for key in table.cells.counts if (wave, ALL, *key[2:]) in hidden}
        joined = _with_small_totals(CountCells(*_joined(table, bars)), bars, hidden.threshold)
        drawn = {key: bar for key, bar in bars.items() if key not in closed}
        found, parts = _settled(joined, drawn, hidden.threshold, also)
        cells |= {(index, wave, *key) for key in found}
        segments |= {(item, wave, arm): bar for (item, arm), bar in parts.items()}
    return HiddenAnswers(frozenset(cells), segments)


def _by(frame: pd.DataFrame, *names: str) -> dict[tuple[str, ...], Rows]:
    found: dict[tuple[str, ...], Rows] = {}
    for row in frame.to_dict("records"):
        found.setdefault(tuple(str(row[name]) for name in names), []).append({str(key): row[key] for key in row})
    return found


def _bars(results: Results, study: Study) -> dict[tuple[str, str, str], Bar]:
    """Bars by item, wave and arm; the arm of a study without arms is `all`, as in the other tables."""
    counted, beside = results.distributions, {item.name for item in study.codebook.secondary()}
    found = _by(counted, "item", WAVE, ARM)
    if len(shares := results.table("shares")):
        found |= _by(shares[shares["item"].isin(beside)], "item", WAVE, ARM)
    bars = {}
    for (item, wave, arm), rows in found.items():
        codes = [float(row["code"]) for row in rows]
        ends = codes.index(min(codes)), codes.index(max(codes))
        bottom, top = ends[::-1] if study.codebook.variable(item).direction == "-" else ends
        counts, shares_of = tuple(int(row["n"]) for row in rows), tuple(float(row["share"]) for row in rows)
        bars[item, wave, ALL if arm == EVERYONE else arm] = Bar(counts, shares_of, top, bottom)
    return bars


def _table(items: Collection[str], ends: Rows, people: Rows, threshold: int) -> Table:
    """People at the ends of the scales of some items, and of all of them together."""
    counts: dict[CellKey, int] = {}
    bases: dict[CellKey, int] = {}
    for row in ends:
        where = (str(row[ARM]), str(row[GROUP]))
        if ALL in where:
            for end, name in ((TOP, "at_top"), (BOTTOM, "at_bottom"))[: 2 if where[1] == ALL else 1]:
                key = (str(row["item"]), end, *where)
                counts[key], bases[key] = int(row[name]), int(row["n"])
        if where == (ALL, ALL):
            key = (str(row["item"]), MIDDLE, *where)
            counts[key], bases[key] = int(row["n"]) - int(row["at_top"]) - int(row["at_bottom"]), int(row["n"])
    for row in people:
        key = (PEOPLE, TOP, str(row[ARM]), str(row[GROUP]))
        counts[key], bases[key] = int(row["at_top"]), int(row["n"])
    given = _given(ends)
    cells = crossed({**counts, **{(TOGETHER, TOP, *where): sum(top) for where, (top, _) in given.items()}})
    bases = crossed(bases).counts
    cells = crossed({**dict.fromkeys(bases, 0), **cells.counts})  # people of no known arm, none of them at the end
    asked = [key[0] for key in counts if key[1] == MIDDLE]
    scales = ((("known",), tuple((item, part, ALL, ALL) for part in (TOP, MIDDLE, BOTTOM))) for item in asked)
    sums = (*cells.sums, *scales, *_together(items, cells, given, threshold))
    return Table(CountCells(cells.counts, sums), bases, given)


def _given(ends: Rows) -> dict[tuple[str, str], tuple[list[int], list[int]]]:
    """By arm and group, how many stand at the top of each item, and how many do not."""
    found: dict[tuple[str, str], tuple[list[int], list[int]]] = {}
    for row in ends:
        top, others = found.setdefault((str(row[ARM]), str(row[GROUP])), ([], []))
        top.append(int(row["at_top"]))
        others.append(int(row["n"]) - int(row["at_top"]))
    return found


def _together(
    items: Collection[str], cells: CountCells, given: Mapping[tuple[str, str], tuple[list[int], list[int]]], few: int
) -> Iterator[tuple[CellKey, tuple[CellKey, ...]]]:
    """The mean over items as the sum of their tops, and of one item as the people at the top.

    All are told in whole per cent, so one item's count follows from the others and the mean to within one per cent of
    people for each other item and as many as there are items for the mean: where these are many, nothing follows.
    """
    for where, (top, others) in given.items():
        parts = tuple(key for key in ((item, TOP, *where) for item in items) if key in cells.counts)
        people = (sum(top) + sum(others)) / len(top)
        if len(parts) == len(items) and PRECISION * (2 * len(items) - 1) * people < few:
            yield (TOGETHER, TOP, *where), parts
        if len(items) == 1 and (PEOPLE, TOP, *where) in cells.counts:
            yield (TOGETHER, TOP, *where), ((PEOPLE, TOP, *where),)


def _joined(table: Table, bars: Bars) -> tuple[dict[CellKey, int], tuple[tuple[CellKey, tuple[CellKey, ...]], ...]]:
    """Counts and sums of the table with the bars: an end of the scale is part of the outermost answer of a bar."""
    counts = dict(table.cells.counts)
    sums = list(table.cells.sums)
    for (item, arm), bar in bars.items():
        answers = tuple((item, str(at), arm, ALL) for at in range(len(bar.counts)))
        counts |= dict(zip(answers, bar.counts, strict=True))
        sums.append((("known",), answers))
        for end, at in ((TOP, bar.top), (BOTTOM, bar.bottom)):
            part = (item, end, arm, ALL)
            if part in counts:
                inner, rest = (item, f"{end} {REST}", arm, ALL), bar.counts[at] - counts[part]
                counts |= {inner: rest} if rest > 0 else {}
                sums.append((answers[at], (part, inner) if rest > 0 else (part,)))
    return counts, tuple(sums)


def _with_small_totals(cells: CountCells, bars: Bars, threshold: int) -> CountCells:
    """The cells, with answers that few gave in all arms together: no drawing has them, but sums may tell them."""
    found: dict[CellKey, list[CellKey]] = {}
    for (item, arm), bar in bars.items():
        for at in range(len(bar.counts) if arm != ALL else 0):
            found.setdefault((item, str(at), ALL, ALL), []).append((item, str(at), arm, ALL))
    totals = {whole: sum(cells.counts[part] for part in parts) for whole, parts in found.items()}
    small = {whole: total for whole, total in totals.items() if 0 < total < threshold}
    sums = [(whole, tuple(found[whole])) for whole in small]
    for item in dict.fromkeys(whole[0] for whole in small):
        ends = tuple(key for key in ((item, end, ALL, ALL) for end in (TOP, BOTTOM)) if key in cells.counts)
        at_ends = {str(at) for (name, _), bar in bars.items() if name == item for at in (bar.top, bar.bottom)}
        middle = [whole for whole in found if whole[0] == item and whole[1] not in at_ends]
        parts = [part for whole in middle for part in ([whole] if whole in small else found[whole])]
        sums.append((("known",), (*ends, *parts)))  # the ends are printed for everybody: the middle is what they leave
    return CountCells(cells.counts | small, (*cells.sums, *sums))


def _few(table: Table, threshold: int) -> Iterator[CellKey]:
    """Shares of a few people, or that all but a few have; and of all items together, where it may be that a few gave
    those answers.

    As many people gave them as gave the one of them that most gave, at the least.
    """
    for key, base in table.bases.items():
        if 0 < base < threshold or 0 < base - table.cells.counts[key] < threshold:
            yield key
    for where, both in table.given.items():
        if any(sum(given) > 0 and max(given) < threshold for given in both):
            yield (TOGETHER, TOP, *where)


def _telling(table: Table, sensitive: Collection[str]) -> Iterator[CellKey]:
    """Nobody and everybody of a small group: of a sensitive item, or of an index with one."""
    items = {*sensitive, PEOPLE} if sensitive else sensitive
    for key, base in table.bases.items():
        if key[0] in items and base < SENSITIVE_BASE and table.cells.counts[key] in (0, base):
            yield key
            if key[0] == PEOPLE:
                yield (TOGETHER, *key[1:])


def _answers(bars: Bars, of: Collection[tuple[str, str]]) -> set[CellKey]:
    """Every answer of some bars."""
    return {(item, str(at), arm, ALL) for item, arm in of for at in range(len(bars[item, arm].counts))}


def _settled(
    cells: CountCells, bars: Bars, threshold: int, also: Collection[CellKey]
) -> tuple[frozenset[CellKey], dict[tuple[str, str], tuple[Segment, ...]]]:
    """Hidden cells, and segments of bars: what a segment pools is a sum that the drawing tells, so both are found.

    Bars are left as they are where something else can be hidden instead.
    """
    hidden, answers = frozenset(also), _answers(bars, bars.keys())
    while True:
        drawn = {key: _segments(key, bar, hidden, threshold) for key, bar in bars.items()}
        pools = [pool for key, parts in drawn.items() for pool in _pools(key, parts)]
        sums = (*cells.sums, *((("drawn",), tuple(pool)) for pool in pools))
        pooled = {cell for pool in pools for cell in pool} | _answers(bars, {key for key in drawn if not drawn[key]})
        again = suppress(CountCells(cells.counts, sums), threshold, hidden | pooled, answers)
        if again == hidden:
            return hidden, drawn
        hidden = again


def _segments(key: tuple[str, str], bar: Bar, hidden: frozenset[CellKey], threshold: int) -> tuple[Segment, ...]:
    """Segments of a bar; none where too few people answered."""
    item, arm = key
    places = [at for at in range(len(bar.counts)) if (item, str(at), arm, ALL) in hidden]
    return bar_segments(bar.counts, bar.shares, threshold, places)


def _pools(key: tuple[str, str], parts: tuple[Segment, ...]) -> Iterator[list[CellKey]]:
    """The answers that each segment of more than one pools."""
    for part in parts:
        if part.first != part.last:
            yield [(key[0], str(at), key[1], ALL) for at in range(part.first, part.last + 1)]
