"""Who came back and who was lost are told in two tables and a sentence: no small number follows from them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given

from tests.transforms.present.returns import ARMS, CELLS, PLACES, Counts, hidden_range, mask, numbers, tables, truth_of
from transforms.present.disclosure import ALL
from transforms.present.results import Results
from transforms.present.return_cells import AGAIN, FOUND, GONE, LOST, NEW, hidden_returns
from transforms.study import Study

HIDDEN = "[c]"


def hidden_of(told: Any) -> set[tuple[str, ...]]:
    return {key[1:] for key in told.context.hidden_returns}


@pytest.fixture
def told_of(tell: Callable[..., Any], results: Results) -> Callable[..., Any]:
    return lambda counts: tell(tables(results, counts))


MANY: Counts = [(40, 60, 50), (50, 70, 60), (30, 80, 40), (45, 65, 35)]


@pytest.mark.parametrize(
    ("first", "hidden", "shown", "why"),
    [
        ((40, 60, 50), set(), {(ALL, "treated", NEW)}, "all are many"),
        ((40, 60, 0), set(), {(ALL, "treated", NEW)}, "nobody is new in Irbid: that tells nobody's answer"),
        ((4, 96, 50), {("Irbid", "treated", LOST), ("Irbid", "treated", FOUND), ("Amman", "treated", LOST)},
         {(ALL, ALL, AGAIN)}, "the other place would give it away"),
    ],
)  # fmt: skip
def test_a_small_number_takes_companions(
    told_of: Callable[..., Any], first: tuple[int, ...], hidden: set[Any], shown: set[Any], why: str
) -> None:
    found = hidden_of(told_of([first, *MANY[1:]]))
    assert hidden <= found if hidden else not found, why
    assert shown.isdisjoint(found), why


def test_few_new_people_do_not_follow_from_those_who_came_back(told_of: Callable[..., Any]) -> None:
    """Seven are new in the programme's places: how many came back says so, and how many were lost says that."""
    told = told_of([(40, 60, 3), (50, 70, 4), *MANY[2:]])
    retained = told.rows("participants", "again")
    assert retained["Programme"][2:] == [HIDDEN] * 3
    assert retained["Comparison"][2:] == [HIDDEN] * 3, "everybody less these leaves those"
    assert {(ALL, arm, what) for arm in ARMS for what in (AGAIN, GONE, LOST, FOUND)} <= hidden_of(told)
    assert "62\u00a0% of the first wave" in told.words("claims"), "the total is told"
    few = told_of([(1, 60, 3), (2, 70, 4), (1, 30, 50), (1, 90, 50)])
    assert "[c] of the first wave" in few.words("claims"), "five were lost in all"


def test_what_is_not_told_of_respondents_is_not_told_of_those_lost(told_of: Callable[..., Any]) -> None:
    """Three were asked in Irbid's programme places: neither lost nor found may be told there, nor in a sum with it."""
    found = hidden_of(told_of([(0, 3, 40), *MANY[1:]]))
    assert ("Irbid", "treated", FOUND) in found
    assert {("Amman", "treated", FOUND), ("Irbid", "comparison", FOUND)} <= found


def test_people_left_out_of_the_effects_do_not_matter(tell: Callable[..., Any], results: Results) -> None:
    """Two without a weight answered: retention counts them, losses do not, and nothing is hidden for it."""
    made = tables(results, MANY)
    retention = made.participants.retention
    more = retention.assign(n=retention["n"] + 2, again=retention["again"] + 2)
    told = tell(replace(made, participants=replace(made.participants, retention=more)))
    assert hidden_of(told) == set()


def test_without_arms_everybody_is_one(
    make_study: Callable[..., Study], tell: Callable[..., Any], results: Results
) -> None:
    plain = make_study(('[design.treatment]\nvariable = "village"\nvalues = ["a"]\n', ""))
    retention = pd.DataFrame(
        [("before", "everyone", 200, 200), ("after", "everyone", 190, 185)], columns=["wave", "arm", "n", "again"]
    )
    people = pd.DataFrame(
        [("before", "Irbid", "everyone", "Syrian", 200), ("after", "Irbid", "everyone", "Syrian", 190)],
        columns=["wave", "governorate", "arm", "group", "n"],
    )
    made = replace(results.participants, retention=retention, respondents=people)
    told = tell(replace(results, participants=made, tables={}), plain)
    assert hidden_of(told) == {(ALL, ALL, what) for what in (NEW, AGAIN, GONE)}, "five are new"
    assert told.rows("participants", "again")["Everyone"][2:] == [HIDDEN] * 3


def test_nothing_came_back_where_nobody_was_asked_twice(tell: Callable[..., Any], results: Results) -> None:
    context = tell(results).context
    none = replace(results, participants=replace(results.participants, retention=pd.DataFrame()), tables={})
    assert hidden_returns(none, context.study, context.hidden, context.cells) == frozenset()


def told_counts(told: Any) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """What the report tells of lost, found and new, and what it hides, as sums over places and arms."""
    wholes = (("before", (LOST, FOUND)), ("after", (FOUND, NEW)))
    shown = [mask(*cell, *of) for cell in CELLS for wave, of in wholes if (wave, *cell, ALL) not in told.context.hidden]
    everywhere = {LOST: LOST, FOUND: FOUND}
    names = {ALL: {**everywhere, GONE: LOST, AGAIN: FOUND, NEW: NEW}, **dict.fromkeys(PLACES, everywhere)}
    parts = [((*cell, name), mask(*cell, what)) for cell in CELLS for name, what in names[cell[0]].items()]
    hidden = hidden_of(told)
    derived = [mask(place, arm, NEW) for place in PLACES for arm in (ALL, *ARMS)]  # asked less found again: never told
    rows = [row for key, row in parts if key not in hidden]
    return [*shown, *rows], [*derived, *(row for key, row in parts if key in hidden)]


@example([(0, 0, 0), (0, 0, 0), (1, 10, 0), (10, 10, 0)])  # nobody is new: who was found follows from who was asked
@given(numbers)
def test_no_reader_works_out_a_small_number(tell: Callable[..., Any], results: Results, counts: Counts) -> None:
    """Against integer programming over both tables, the sentence, and the table of respondents."""
    shown, hidden = told_counts(tell(tables(results, counts)))
    truth = truth_of(counts)
    for row in shown:
        assert not 0 < row @ truth < 10, "told"
    for row in hidden:
        low, high = hidden_range(shown, truth, row) if 0 < row @ truth < 10 else (0, 1)
        assert high > low, "worked out"
