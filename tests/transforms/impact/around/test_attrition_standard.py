"""Losses are judged by the boundary others drew."""

import math

import pytest

from transforms.impact.around.attrition_standard import CAUTIOUS, allowed_difference, is_low


@pytest.mark.parametrize(
    ("lost", "points", "why"),
    [
        (0.0, 5.7, "nobody lost"),
        (0.10, 6.3, "the most that is ever allowed"),
        (0.145, 5.9, "between 6.0 and 5.9, the stricter"),
        (0.005, 5.7, "stricter also where the boundary rises"),
        (0.29, 4.3, "0.29 times 100 is a little less than 29"),
        (0.55, 0.3, "hardly any difference"),
        (0.57, 0.0, "the last line of the table"),
    ],
)
def test_the_boundary(lost: float, points: float, why: str) -> None:
    assert allowed_difference(lost) == pytest.approx(points / 100), why


def test_beyond_the_table_no_difference_is_small_enough() -> None:
    assert math.isnan(allowed_difference(0.571))
    assert not is_low(0.58, 0.0)
    assert len(CAUTIOUS) == 58


@pytest.mark.parametrize(
    ("lost", "difference", "low", "why"),
    [
        (0.144, 0.011, True, "as in the demo"),
        (0.144, -0.07, False, "more lost without the programme than with it"),
        (0.55, 0.003, True, "much is lost, and evenly"),
        (0.55, 0.004, False, "not as evenly"),
        (0.20, None, True, "a fifth, and no arms"),
        (0.21, None, False, "more than a fifth"),
    ],
)
def test_what_is_low(lost: float, difference: float | None, low: bool, why: str) -> None:
    assert is_low(lost, difference) is low, why
