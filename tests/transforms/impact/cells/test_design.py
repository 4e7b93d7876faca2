"""Which rows carry a contrast, which strata can be held constant, and what the columns of a design are."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.impact.cells.design import (
    Cells,
    carrying_cells,
    change_design,
    did_design,
    stratum_effects,
    usable_waves,
)
from transforms.impact.cells.sample import ordered_values, outcome_cells, study_sample
from transforms.study import Study
from transforms.study.columns import COMPARISON, TREATED

MakeCells = Callable[..., Cells]


@pytest.fixture
def make_cells(make_scores: Callable[..., pd.DataFrame], make_study: Callable[..., Study]) -> MakeCells:
    """Cells from rows of (governorate, stratum, arm, wave), one respondent each."""

    def make(text: str, waves: tuple[str, ...] = ("before", "after")) -> Cells:
        rows = [line.split() for line in text.split("\n") if line.strip()]
        frame = pd.DataFrame(rows, columns=["governorate", "strata", "arm", "wave"])
        arm = frame["arm"].map({"t": TREATED, "c": COMPARISON})
        columns = {**frame, "arm": arm, "cluster": "k" + frame["arm"], "trust": np.arange(len(frame), dtype=float)}
        study = make_study(waves=waves)
        return outcome_cells(study_sample(make_scores(columns, waves), study, ["trust"]), study, [0])

    return make


CROSSED = """
    A u t before
    A u c before
    A u t after
    A u c after
    A r t before
    A r c before
    A r t after
    A r c after
"""
WITHIN_ARMS = """
    A u t before
    A r c before
    A u t after
    A r c after
"""


def test_strata_that_hold_both_arms_are_held_constant(make_cells: MakeCells) -> None:
    strata, left_out = stratum_effects(make_cells(CROSSED))
    assert np.unique(strata).size == 2
    assert not left_out


def test_strata_drawn_within_arms_are_left_out_and_said_to_be(make_cells: MakeCells) -> None:
    """Stratum x wave effects would absorb treated x post."""
    cells = make_cells(WITHIN_ARMS)
    assert stratum_effects(cells)[1]
    design = did_design(cells, cells.unit)
    assert not design.strata
    assert design.x.shape == (4, 4)
    assert np.linalg.matrix_rank(design.x) == 4


def test_columns_of_the_did_design(make_cells: MakeCells) -> None:
    """2 strata x 2 waves, treated, treated x post."""
    cells = make_cells(CROSSED)
    design = did_design(cells, cells.unit)
    assert design.x.shape == (8, 6)
    assert design.effects == {(0, 1): 5}
    np.testing.assert_array_equal(design.x[:, 5], cells.treated * cells.wave)
    np.testing.assert_array_equal(design.x[:, :4].sum(axis=1), 1)


def test_columns_of_the_change_design(make_cells: MakeCells) -> None:
    cells = make_cells(CROSSED + CROSSED.replace("A", "B"))
    design = change_design(cells, np.zeros_like(cells.unit))
    assert design.x.shape == (16, 3)  # two governorates, one common change
    np.testing.assert_array_equal(design.x[:, 2], cells.wave)


@pytest.mark.parametrize(
    ("text", "waves", "minimum", "expected", "why"),
    [
        (CROSSED, ("before", "after"), 1, {1: ""}, "every arm and wave is there"),
        (CROSSED, ("before", "after"), 2, {1: ""}, "two respondents in each"),
        (CROSSED, ("before", "after"), 3, {1: "small_cell"}, "but not three"),
        ("A u t before \n A u c before \n A u t after", ("before", "after"), 1, {1: "empty_cell"}, "no comparison"),
        ("A u t after \n A u c after", ("before", "after"), 9, {1: "empty_cell"}, "no baseline, worse than small"),
        (CROSSED, ("before", "after", "late"), 1, {1: "", 2: "empty_cell"}, "nobody in the last wave"),
    ],
)
def test_usable_waves(
    make_cells: MakeCells, text: str, waves: tuple[str, ...], minimum: int, expected: dict[int, str], why: str
) -> None:
    assert usable_waves(make_cells(text, waves), len(waves), minimum) == expected, why


def test_only_units_and_waves_with_every_arm_carry_an_effect(make_cells: MakeCells) -> None:
    one_arm = "B u t before \n B u t after \n"
    no_baseline = "C u t after \n C u c after \n"
    half = WITHIN_ARMS.replace("A ", "D ") + "D u t late \n"
    cells = make_cells(WITHIN_ARMS + one_arm + no_baseline + half, ("before", "after", "late"))
    keep = carrying_cells(cells, 3)
    assert set(zip(cells.unit[keep].tolist(), cells.wave[keep].tolist(), strict=True)) == {
        (0, 0),
        (0, 1),
        (3, 0),
        (3, 1),
    }


def test_values_come_in_the_order_of_their_scale_then_sorted(make_study: Callable[..., Study]) -> None:
    values = pd.Series(["zebra", "displaced", None, "host", "apple"])
    assert ordered_values(make_study(), "origin", values) == ("host", "displaced", "apple", "zebra")
    assert ordered_values(make_study(), None, values) == ("apple", "displaced", "host", "zebra")


def test_respondents_without_place_arm_cluster_or_weight_are_left_out(
    make_scores: Callable[..., pd.DataFrame], make_study: Callable[..., Study]
) -> None:
    scores = make_scores(
        {
            "governorate": ["A", None, "A", "A", "A", "A"],
            "cluster": ["k", "k", None, "k", "k", "k"],
            "arm": [TREATED, TREATED, TREATED, None, TREATED, COMPARISON],
            "weight": [1.0, 1.0, 1.0, 1.0, 0.0, 2.0],
            "wave": "before",
            "trust": 1.0,
        }
    )
    table = study_sample(scores, make_study(), ["trust"]).table
    assert table.rows.sum() == 2
    assert table.weight.sum() == 3


def test_equal_labels_in_two_governorates_are_two_clusters(make_cells: MakeCells) -> None:
    cells = make_cells(CROSSED + CROSSED.replace("A", "B"))
    assert np.unique(cells.cluster).size == 4
    assert np.unique(cells.stratum).size == 4
