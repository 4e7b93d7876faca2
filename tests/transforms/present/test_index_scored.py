"""What the verdict on an index says of other ways to score it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.transforms.present.index_rows import NAN, frame, told
from transforms.impact.around.index_robustness import IndexEffect
from transforms.present.comparisons import comparison_name
from transforms.present.context import Context
from transforms.present.results import Results
from transforms.present.wording import Wording
from transforms.study import Study


def effect(alternative: str, estimate: float, **values: Any) -> IndexEffect:
    """A pooled effect in one way of scoring."""
    given: dict[str, Any] = {
        "index": "vertical", "alternative": alternative, "detail": "", "governorate": "pooled", "wave": "after",
        "estimate": estimate, "std_error": 0.1, "df": NAN, "conf_low": estimate - 0.2, "conf_high": estimate + 0.2,
        "p_value": 0.04, "n": 300, "method": "CR2", "shift": estimate - 0.2, "shift_errors": (estimate - 0.2) / 0.1,
        "flag": "", "status": "ok", "reason": "",
    }  # fmt: skip
    return IndexEffect(**(given | values))


MAIN = effect("headline", 0.2)
SCORED = [
    (
        [MAIN, effect("pomp", 0.1), effect("top_box", 0.3)],
        "in 2 other ways, the effect lies between +0.10",
        True,
        "near",
    ),
    ([MAIN, effect("pomp", -0.3)], "in part outside the interval", False, "beyond the headline's interval"),
    ([effect("headline", 0.2, conf_low=NAN), effect("pomp", 0.1)], "; the headline is +0.20", True, "no interval"),
    ([MAIN, effect("invariant_items", 0.15)], "the effect moves by −0.05", True, "items that mean the same"),
    ([MAIN], "", True, "nothing to compare with"),
    ([effect("pomp", 0.1)], "", True, "no headline to compare with"),
]


@pytest.mark.parametrize(("rows", "sentence", "sound", "why"), SCORED)
def test_the_verdict_says_how_far_scoring_moves_the_effect(
    rows: list[IndexEffect], sentence: str, sound: bool, why: str, with_tables: Callable[..., Context]
) -> None:
    before, (kind, found) = told(with_tables()), told(with_tables(index_robustness=rows))
    assert sentence in found, why
    assert sentence or found == before[1], why
    assert kind == (before[0] if sound else "caution"), why


def test_without_arms_waves_alone_are_compared(
    make_study: Callable[..., Study], results: Results, say: Wording
) -> None:
    study = make_study(('\n[design.treatment]\nvariable = "village"\nvalues = ["a"]\n', ""))
    people = replace(results.participants, respondents=results.participants.respondents.assign(arm="everyone"))
    context = Context(replace(results, participants=people), study, say)
    assert comparison_name(context, "wave_arm") == "waves"
    assert "the change lies" in told(with_effects(context))[1]


def with_effects(context: Context) -> Context:
    tables = {"index_robustness": frame([MAIN, effect("pomp", 0.1)])}
    return Context(replace(context.results, tables=tables), context.study, context.say)
