"""How many people stand behind an effect: no small number of lost or new people follows from it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from tests.transforms.present.returns import CELLS, PLACES, Counts, hidden_range, mask, numbers, tables, truth_of
from transforms.impact.estimate import POOLED
from transforms.present.context import Context
from transforms.present.disclosure import ALL
from transforms.present.results import Results
from transforms.present.return_cells import AGAIN, FOUND, GONE, LOST, NEW

MANY: Counts = [(40, 60, 50), (50, 70, 60), (30, 80, 40), (45, 65, 35)]
WHATS = {LOST: LOST, GONE: LOST, FOUND: FOUND, AGAIN: FOUND, NEW: NEW}


def counted(results: Results, counts: Counts) -> Results:
    """The same with effects that rest on those found, twice each, and means of all who answered."""
    made, truth = tables(results, counts), truth_of(counts)
    estimates, levels = results.estimates.copy(), results.levels.copy()
    for place in (ALL, *PLACES):
        found = 2 * int(mask(place, ALL, FOUND) @ truth)
        here = estimates["governorate"].isin([POOLED, "equal weight"] if place == ALL else [place])
        estimates.loc[here & (estimates["group"] == ALL) & estimates["n"].notna(), "n"] = found
        for wave, whats in (("before", (LOST, FOUND)), ("after", (FOUND, NEW))):
            mine = (levels["governorate"] == place) & (levels["arm"] == ALL) & (levels["group"] == ALL)
            levels.loc[mine & (levels["wave"] == wave), "n"] = int(mask(place, ALL, *whats) @ truth)
    return replace(made, estimates=estimates[estimates["group"] == ALL], levels=levels)


@pytest.mark.parametrize(
    ("first", "hidden", "why"),
    [
        ((40, 60, 50), set(), "all are many"),
        ((0, 100, 50), set(), "nobody was lost"),
        ((4, 96, 50), {"Irbid", "Amman"}, "four were lost: half the effect's number, taken from those asked, is four"),
        ((40, 60, 3), {"Irbid", "Amman"}, "three are new"),
    ],
)
def test_few_lost_or_new_hide_the_number_behind_the_effect(
    first: tuple[int, int, int], hidden: set[str], why: str, tell: Callable[..., Any], results: Results
) -> None:
    alone = [first, *MANY[1:2], (0, 80, 0), *MANY[3:]]  # none of those compared in Irbid is lost or new
    context = tell(counted(results, alone)).context
    people = {place: context.people("after", place, ALL, 150) for place in (POOLED, *PLACES)}
    assert {place for place, cell in people.items() if cell == context.suppressed} == hidden, why


def test_few_seen_once_are_seen_without_a_table_of_losses(tell: Callable[..., Any], results: Results) -> None:
    """A run whose panel lists no losses still tells who answered in each wave."""
    few = [(3, 60, 0), (50, 70, 60), (0, 80, 0), (45, 65, 35)]
    context = tell(replace(counted(results, few), tables={})).context
    assert ("after", "Irbid", ALL) in context.hidden_people
    assert ("after", "Amman", ALL) in context.hidden_people, "the pooled number less this one leaves that"
    assert ("after", "Irbid", "Women") in context.hidden_people, "what is no part of a sum may be taken from it too"
    many = tell(replace(counted(results, MANY), tables={})).context
    assert ("after", "Irbid", "Women") not in many.hidden_people
    women = counted(results, MANY)
    row = women.estimates.iloc[[0]].assign(group="Women", n=6, model="did")
    sets = tell(replace(women, estimates=pd.concat([women.estimates, row]), tables={})).context
    assert ("after", "Irbid", "Men") in sets.hidden_people, "six women: the men are everybody less these"
    assert ("after", "Irbid", ALL) not in sets.hidden_people


def shown_numbers(context: Context) -> list[np.ndarray]:
    """What is told of lost, found and new: the wave's respondents, who came back, and half of an effect's number."""
    asked = (("before", (LOST, FOUND)), ("after", (FOUND, NEW)))
    shown = [mask(*cell, *of) for cell in CELLS for wave, of in asked if (wave, *cell, ALL) not in context.hidden]
    listed = {(place, arm, what) for place, arm in CELLS for what in (LOST, FOUND)}
    listed |= {(ALL, arm, what) for _, arm in CELLS for what in (GONE, AGAIN, NEW)}
    hidden = {key[1:] for key in context.hidden_returns}
    shown += [mask(place, arm, WHATS[what]) for place, arm, what in sorted(listed - hidden)]
    rows = [row for row in context.estimates if row.model == "did" and row.status != "not_estimated"]
    told = {row.governorate for row in rows if context.people(row.wave, row.governorate, ALL, row.n).value is not None}
    return [*shown, *(mask(place if place in PLACES else ALL, ALL, FOUND) for place in sorted(told))]


@given(numbers)
def test_no_reader_works_out_few_lost_or_new(tell: Callable[..., Any], results: Results, counts: Counts) -> None:
    """Against integer programming, with the numbers behind the effects."""
    shown, truth = shown_numbers(tell(counted(results, counts)).context), truth_of(counts)
    for place, arm in CELLS:
        for what in (LOST, NEW):
            row = mask(place, arm, what)
            low, high = hidden_range(shown, truth, row) if 0 < row @ truth < 10 else (0, 1)
            assert high > low, (place, arm, what)
