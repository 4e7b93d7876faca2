"""A headline's p-value beside the one adjusted for what is tested together."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from transforms.impact.estimate import POOLED
from transforms.present.document import Highlights
from transforms.present.results import Results

NAN = float("nan")
OPEN = "zero is not ruled out at the level of 5"


@pytest.fixture
def with_p(tell: Callable[..., Any], results: Results) -> Callable[[float, float], Any]:
    """The report whose pooled effects have these p-values, before and after adjustment."""

    def told(p_value: float, p_adjusted: float) -> Any:
        table, how = results.estimates, "Holm" if p_adjusted == p_adjusted else ""
        pooled = (table["governorate"] == POOLED) & table["estimate"].notna()
        values = {"p_value": p_value, "p_adjusted": p_adjusted, "adjustment": how}
        changed = table.assign(**{name: table[name].mask(pooled, value) for name, value in values.items()})
        return tell(replace(results, estimates=changed))

    return told


@pytest.mark.parametrize(
    ("p_value", "p_adjusted", "said", "opened", "why"),
    [
        (0.012, 0.024, True, False, "zero is ruled out with and without adjustment"),
        (0.030, 0.057, True, True, "only this test by itself rules zero out"),
        (0.030, 0.050, True, True, "the level itself rules nothing out"),
        (0.300, 0.400, True, False, "zero never was ruled out"),
        (0.030, NAN, False, False, "the outcome is tested alone"),
    ],
)
def test_summary_puts_the_adjusted_p_beside_the_plain_one(
    p_value: float, p_adjusted: float, said: bool, opened: bool, why: str, with_p: Callable[[float, float], Any]
) -> None:
    told = with_p(p_value, p_adjusted)
    words = told.words("summary")
    (highlights,) = told.blocks("summary", Highlights)
    phrase = told.say.p_phrase(p_adjusted) if said else "adjusted"
    assert (f"Adjusted for the outcomes tested together (Holm): {phrase}." in words) is said, why
    assert any(f"{phrase} adjusted" in note for item in highlights.items for note in item.notes) is said, why
    assert any("adjusted" in note for item in highlights.items for note in item.notes) is said, why
    assert (OPEN in words) is opened, why
