"""No small cell is shown, and none can be worked out from what is shown."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from transforms.present.disclosure import (
    CellKey,
    CountCells,
    Hidden,
    bar_segments,
    hidden_cells,
    printed_cells,
    recoverable,
    suppress,
    too_telling,
)

ALL = "all"


def counts(*rows: tuple[str, str, str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["wave", "governorate", "arm", "group", "n"])


def interviews(places: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """One wave and group; programme and comparison of each place."""
    rows = [("w", place, arm, "g", n) for place, pair in places.items() for arm, n in zip("tc", pair, strict=True)]
    return counts(*rows)


def possible(cells: CountCells, hidden: frozenset[CellKey]) -> dict[CellKey, tuple[float, float]]:
    """Lowest and highest value each hidden cell can have for a reader who sees all the others."""
    names = sorted(hidden)
    rows, values = [], []
    for whole, parts in cells.sums:
        row = [float((name in parts) - (name == whole)) for name in names]
        known = sum(cells.counts[part] for part in parts if part not in hidden)
        rows.append(row)
        values.append((0 if whole in hidden else cells.counts[whole]) - known)
    ranges = {}
    for place, name in enumerate(names):
        goal = np.eye(len(names))[place]
        ends = [linprog(sign * goal, A_eq=rows, b_eq=values, bounds=(0, 400)).x[place] for sign in (1, -1)]
        ranges[name] = (round(ends[0], 6), round(ends[1], 6))
    return ranges


@pytest.mark.parametrize(
    ("places", "hidden", "why"),
    [
        ({"A": (40, 40), "B": (30, 30)}, set(), "nothing is small"),
        ({"A": (40, 0), "B": (30, 30)}, set(), "an empty cell tells nobody's answer"),
        ({"A": (40, 4), "B": (30, 30), "C": (20, 50)}, {("A", "c"), ("A", "t"), ("B", "c"), ("B", "t")},
         "one small cell takes three others with it, or its row and column give it away"),
    ],
)  # fmt: skip
def test_small_cells_take_companions(
    places: dict[str, tuple[int, int]], hidden: set[tuple[str, str]], why: str
) -> None:
    cells = printed_cells(interviews(places))
    found = suppress(cells, 10)
    assert {(place, arm) for _, place, arm, group in found if group == ALL and ALL not in (place, arm)} == hidden, why
    assert not recoverable(cells, found)


def test_a_single_small_cell_would_be_worked_out() -> None:
    cells = printed_cells(interviews({"A": (40, 4), "B": (30, 30)}))
    assert recoverable(cells, [("w", "A", "c", ALL)]) == (("w", "A", "c", ALL),)
    assert recoverable(cells, []) == ()


def test_two_small_cells_alone_in_a_total_are_not_left_to_guess() -> None:
    """1 + 1 = 2: both hidden, but the total says it; a third cell or the total must go."""
    cells = printed_cells(interviews({"A": (1, 1), "B": (50, 50), "C": (60, 60)}))
    hidden = suppress(cells, 10)
    ranges = possible(cells, hidden)
    assert ranges["w", "A", "t", ALL][1] - ranges["w", "A", "t", ALL][0] >= 9


def test_a_total_of_few_hidden_ones_hides_a_third() -> None:
    """4 + 5 leave 9 to share out: each would be known to within a few."""
    cells = printed_cells(interviews({"A": (4, 50), "B": (5, 60), "C": (70, 80)}))
    hidden = suppress(cells, 10)
    assert ("w", "C", "t", ALL) in hidden or ("w", ALL, "t", ALL) in hidden


def test_an_empty_cell_is_hidden_where_nothing_else_is_left() -> None:
    """Forty were asked and none of them is gone: the nine new follow from it, and from those who came back."""
    counts: dict[CellKey, int] = {("gone",): 0, ("again",): 31, ("new",): 9}
    sums = ((("asked",), (("gone",), ("again",))), (("now",), (("again",), ("new",))))
    assert suppress(CountCells(counts, sums), 10) == counts.keys()
    assert suppress(CountCells(counts, sums[1:]), 10) == {("again",), ("new",)}


def test_where_nothing_can_help_everything_small_is_hidden_all_the_same() -> None:
    cells = printed_cells(interviews({"A": (3, 0)}))
    assert suppress(cells, 10) >= {("w", "A", "t", ALL), ("w", "A", ALL, ALL), ("w", ALL, ALL, ALL)}


@given(
    st.lists(st.integers(0, 60), min_size=12, max_size=12),
    st.integers(5, 15),
)
def test_no_hidden_cell_can_be_worked_out(numbers: list[int], threshold: int) -> None:
    """Against an independent reader: linear programming over everything printed."""
    keys = product("ABC", "tc", ("host", "displaced"))
    frame = counts(*(("w", place, arm, group, n) for (place, arm, group), n in zip(keys, numbers, strict=True)))
    cells = printed_cells(frame)
    hidden = suppress(cells, threshold)
    shown = {key: count for key, count in cells.counts.items() if key not in hidden}
    assert not [key for key, count in shown.items() if 0 < count < threshold]
    if len(hidden) < len(cells.counts):
        for key, (low, high) in possible(cells, hidden).items():
            assert high - low > 1e-6, key


def test_figures_on_a_hidden_cell_or_on_few_people_are_hidden_too() -> None:
    hidden = hidden_cells(printed_cells(interviews({"A": (40, 4), "B": (30, 30)})), 10)
    assert isinstance(hidden, Hidden)
    assert hidden.hides(("w", "A", "t", ALL), 39), "a companion"
    assert hidden.hides(("w", ALL, "t", ALL), 9), "few scores in a cell of many"
    assert not hidden.hides(("w", ALL, "t", ALL), 70)
    assert ("w", "A", "c", ALL) in hidden


@pytest.mark.parametrize(
    ("given_by", "expected", "why"),
    [
        ((20, 30, 50), [(0, 0), (1, 1), (2, 2)], "nothing is small"),
        ((4, 30, 66), [(0, 1), (2, 2)], "a small end goes with its only neighbour"),
        ((40, 3, 57), [(0, 1), (2, 2)], "between two, with the smaller one"),
        ((57, 3, 40), [(0, 0), (1, 2)], "to either side"),
        ((2, 3, 4, 91), [(0, 3)], "small ones pool until they are many, and take what they need"),
        ((0, 40, 60), [(1, 1), (2, 2)], "nobody gave the first answer"),
        ((3, 0, 97), [(0, 2)], "an answer nobody gave lies inside the pool"),
        ((2, 3, 4), [], "too few altogether"),
    ],
)
def test_answers_of_few_are_pooled(given_by: tuple[int, ...], expected: list[tuple[int, int]], why: str) -> None:
    shares = [count / sum(given_by) for count in given_by]
    assert [(part.first, part.last) for part in bar_segments(given_by, shares, 10)] == expected, why


@given(st.lists(st.integers(0, 40), min_size=1, max_size=11), st.integers(5, 20))
def test_bars_are_whole_and_hold_no_small_part(given_by: list[int], threshold: int) -> None:
    n = sum(given_by)
    segments = bar_segments(given_by, [count / n if n else 0.0 for count in given_by], threshold)
    assert bool(segments) == (n >= threshold)
    for part in segments:
        assert sum(given_by[part.first : part.last + 1]) >= threshold
    assert sum(part.share for part in segments) == pytest.approx(1.0 if segments else 0.0)


@pytest.mark.parametrize(
    ("given_by", "sensitive", "hidden", "why"),
    [
        ((0, 15), True, True, "nobody and everybody of 15"),
        ((5, 10), True, False, "mixed"),
        ((0, 15), False, False, "not sensitive"),
        ((0, 20), True, False, "20 are enough"),
    ],
)
def test_nobody_and_everybody_are_not_told_of_few(
    given_by: tuple[int, ...], sensitive: bool, hidden: bool, why: str
) -> None:
    assert too_telling(given_by, sensitive) is hidden, why
