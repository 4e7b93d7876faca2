"""Few people without a weight, and answers that few gave in both arms together, do not follow from what is shown."""

from typing import Any

import pandas as pd
import pytest

from transforms.present.answer_cells import BOTTOM, MIDDLE, TOP, Bar, _with_small_totals
from transforms.present.disclosure import ALL, CountCells
from transforms.present.export.tables import exported_tables
from transforms.present.sections.weights import weight_blocks
from transforms.study import Study

HIDDEN = "[c]"
WEIGHTS = {"wave": "before", "weights": "raked", "cv": 0.5, "design_effect": 1.25, "lowest": 0.5, "highest": 2.0,
           "trimmed": 3, "n_effective": 284.0}  # fmt: skip


@pytest.mark.parametrize(
    ("left_out", "hidden", "why"),
    [
        (0, False, "everybody has a weight"),
        (4, True, "359 asked less 355 with a weight are four; so are 359 less 284 times 1.25"),
        (12, False, "twelve are many"),
    ],
)
def test_few_without_a_weight_are_not_counted(
    left_out: int, hidden: bool, why: str, study: Study, with_tables: Any
) -> None:
    context = with_tables(weights=pd.DataFrame([{**WEIGHTS, "n": 355, "left_out": left_out}]))
    table: Any = next(block for block in weight_blocks(context) if "how much" in getattr(block, "caption", ""))
    heads = [column.label for column in table.columns]
    row = dict(zip(heads, (cell.text for cell in table.rows[0].cells), strict=True))
    assert (list(row.values()).count(HIDDEN) == 3) == hidden, why
    assert "1.25" in row.values(), "a design effect tells of weights, not of people"
    frame = next(found.frame for found in exported_tables(context) if found.name == "weights")
    assert frame[["n", "left_out", "n_effective"]].isna().all(axis=None) == hidden, why


def bars(*counts: tuple[int, ...]) -> dict[tuple[str, str], Bar]:
    arms = ("treated", "comparison") if len(counts) == 2 else (ALL,)
    return {("near", arm): Bar(of, tuple(n / sum(of) for n in of), 3, 0) for arm, of in zip(arms, counts, strict=True)}


def cells(found: dict[tuple[str, str], Bar], **ends: int) -> CountCells:
    counts = {(item, str(at), arm, ALL): n for (item, arm), bar in found.items() for at, n in enumerate(bar.counts)}
    return CountCells(counts | {("near", end, ALL, ALL): n for end, n in ends.items()}, ())


def near(answer: object, arm: str = ALL) -> tuple[str, ...]:
    return ("near", str(answer), arm, ALL)


def test_an_answer_of_few_in_both_arms_is_a_cell_and_the_middle_a_sum() -> None:
    drawn = bars((20, 3, 30, 40), (25, 4, 35, 45))
    made = _with_small_totals(cells(drawn, **{TOP: 85, BOTTOM: 45, MIDDLE: 72}), drawn, 10)
    assert made.counts[near(1)] == 7
    assert near(2) not in made.counts, "65 in both arms: nothing to hide"
    whole, middle = made.sums
    assert whole == (near(1), (near(1, "treated"), near(1, "comparison")))
    parts = (near(TOP), near(BOTTOM), near(1), near(2, "treated"), near(2, "comparison"))
    assert middle == (("known",), parts), "both ends are told of everybody: the rest is what they leave"


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        (((20, 5, 30, 40), (25, 5, 35, 45)), "ten gave it"),
        (((20, 0, 30, 40), (25, 0, 35, 45)), "nobody gave it"),
        (((20, 3, 30, 40),), "without arms there is no total but the bar"),
    ],
)
def test_other_answers_are_left_as_they_are(counts: tuple[tuple[int, ...], ...], why: str) -> None:
    drawn = bars(*counts)
    before = cells(drawn, **{TOP: 85, BOTTOM: 45})
    assert _with_small_totals(before, drawn, 10) == before, why


def test_an_end_of_few_is_no_middle_answer() -> None:
    drawn = bars((2, 33, 30, 40), (3, 34, 35, 45))
    made = _with_small_totals(cells(drawn, **{TOP: 85, BOTTOM: 5}), drawn, 10)
    assert made.counts[near(0)] == 5
    assert near(0) not in made.sums[-1][1], "counted once, as the end"
