"""Tables by place, arm and group hide companions too; the mean of a question with two answers is a share."""

from collections.abc import Callable

import pandas as pd
import pytest

from transforms.present.disclosure import ALL, Hidden, crossed, hidden_rows
from transforms.present.level_cells import hidden_levels
from transforms.study import Study

SETTINGS = """
[[waves]]
name = "before"
file = "before.csv"
[design]
governorate = "region"
community = "town"
[[indices]]
name = "i"
rule = "additive"
"""
CODEBOOK = """
variable | type     | scale | direction | index | dimension | before
region   | category |       |           |       |           | r
town     | category |       |           |       |           | t
said     | item     | yesno | +         | i     | d         | q
"""


def test_what_the_parts_of_a_sum_leave_is_a_cell_of_its_own() -> None:
    cells = crossed({("t", ALL): 40, ("t", "host"): 30, ("t", "displaced"): 6})
    assert cells.counts["t", "rest"] == 4
    assert cells.sums == ((("t", ALL), (("t", "host"), ("t", "displaced"), ("t", "rest"))),)
    assert crossed({}).sums == ()


@pytest.mark.parametrize(
    ("n", "expected", "why"),
    [
        ((100, 60, 40), [False, False, False], "all are many"),
        ((69, 60, 9), [False, True, True], "the other part goes too, or the whole less it tells the nine"),
        ((65, 60, 0), [False, True, False], "five of no known arm: the part goes, an empty cell tells nothing"),
        ((9, 5, 4), [True, True, True], "too few altogether"),
    ],
)
def test_rows_of_any_table_by_wave_place_arm_and_group(n: tuple[int, ...], expected: list[bool], why: str) -> None:
    frame = pd.DataFrame({"wave": "w", "arm": [ALL, "t", "c"], "n": n}, index=[5, 3, 4])
    found = hidden_rows(frame, Hidden(threshold=10))
    assert found.tolist() == expected, why
    assert found.index.tolist() == [5, 3, 4]
    twice = pd.concat([frame.assign(outcome="a"), frame.assign(outcome="b", n=100)], ignore_index=True)
    assert hidden_rows(twice, Hidden(threshold=10), ["outcome"]).tolist() == [*expected, *[False] * 3]


def test_cells_hidden_for_another_reason_take_companions() -> None:
    frame = pd.DataFrame({"wave": "w", "group": [ALL, "host", "displaced"], "n": [90, 60, 30]})
    hidden = Hidden(frozenset({("w", ALL, ALL, "displaced")}), 10)
    assert hidden_rows(frame, hidden).tolist() == [False, True, True]


def test_the_mean_of_a_question_with_two_answers_is_hidden_where_its_share_is(
    little_study: Callable[..., Study],
) -> None:
    study = little_study(SETTINGS, CODEBOOK, "scale | code | label_en\nyesno | 0 | no\nyesno | 1 | yes")
    rows = [("i", "before", ALL, arm, ALL, 100) for arm in (ALL, "treated", "comparison")]
    rows += [("i__pomp", *row[1:]) for row in rows]
    levels = pd.DataFrame(rows, columns=["outcome", "wave", "governorate", "arm", "group", "n"]).assign(mean=50.0)
    answers = {("i", "before", "said", "1", "treated", ALL)}
    assert hidden_levels(levels, study, Hidden(threshold=10), ()) == frozenset()
    found = hidden_levels(levels, study, Hidden(threshold=10), answers)
    assert {key[0] for key in found} == {"i", "i__pomp"}
    assert {key[3] for key in found} == {"treated", "comparison"}


@pytest.mark.parametrize(
    ("mean", "n", "hidden", "why"),
    [
        (97.0, 100, True, "three hundredths of a scale of three steps: nine at most answered otherwise"),
        (96.0, 100, False, "twelve may have"),
        (98.0, 100, True, "at most six answered otherwise"),
        (2.0, 100, True, "the other end tells as much"),
        (90.0, 100, False, "as many as thirty may have"),
        (100.0, 100, False, "everybody: nobody stands apart"),
    ],
)  # fmt: skip
def test_a_mean_that_few_can_have_kept_from_its_end_is_hidden(
    mean: float, n: int, hidden: bool, why: str, little_study: Callable[..., Study]
) -> None:
    scale = "scale | code | label_en\nyesno | 0 | no\nyesno | 1 | rather no\nyesno | 2 | rather yes\nyesno | 3 | yes"
    study = little_study(SETTINGS, CODEBOOK, scale)
    rows = [
        ("i__pomp", "before", ALL, arm, ALL, n, mean if arm == "treated" else 50.0) for arm in ("treated", "comparison")
    ]
    rows += [("i__pomp", "before", ALL, ALL, ALL, 2 * n, (mean + 50) / 2)]
    rows += [("i", *row[1:6], 0.3) for row in rows]
    levels = pd.DataFrame(rows, columns=["outcome", "wave", "governorate", "arm", "group", "n", "mean"])
    found = hidden_levels(levels, study, Hidden(threshold=10), ())
    assert {key[0] for key in found} == ({"i", "i__pomp"} if hidden else set()), why
    assert {key[3] for key in found} == ({"treated", "comparison"} if hidden else set()), "the rest of the sum too"
