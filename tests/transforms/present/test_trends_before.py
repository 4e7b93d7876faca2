"""What the waves before the programme say of the effects: in the summary, among the explanations, in the claims."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from transforms.impact.estimate import NO_PRE_TREND
from transforms.present.document import Callout
from transforms.present.results import Results
from transforms.study import Study

NAN = float("nan")
TITLE = "Could something else explain it?"


@pytest.fixture(scope="module")
def later_start(
    make_study: Callable[..., Study], make_results: Callable[..., Results]
) -> tuple[Study, Callable[..., Results]]:
    """A programme that began before the third wave, and results whose joint tests of the second are as given."""
    late = '[[waves]]\nname = "late"\nfile = "late.csv"\nlabel = "Late"\n\n[design]'
    study = make_study(("[design]", late), ('values = ["a"]', 'values = ["a"]\nfirst_wave = "late"'))
    results = make_results(study)

    def tested(p_value: float, **values: object) -> Results:
        table = results.estimates.copy()
        joint = table["contrast"].eq(NO_PRE_TREND)
        for name, value in {"p_value": p_value, "statistic": 6.7, **values}.items():
            table.loc[joint, name] = value
        return replace(results, estimates=table)

    return study, tested


@pytest.mark.parametrize(
    ("values", "sentence", "kind", "why"),
    [
        (
            {"p_value": 0.004},
            "already moving apart before the programme began (",
            "caution",
            "an effect may be a trend",
        ),
        ({"p_value": 0.4}, "moved alike as far as can be told (", "information", "no proof, and said so"),
        (
            {"p_value": NAN, "status": "no_p_value", "reason": "few_clusters_for_joint_test"},
            "moved alike before the programme could not be tested, because",
            "information",
            "an absent test is no good news",
        ),
    ],
)
def test_the_summary_tells_how_the_arms_moved_before(
    later_start: Any, tell: Callable[..., Any], values: dict[str, Any], sentence: str, kind: str, why: str
) -> None:
    study, tested = later_start
    told = tell(tested(**values), study)
    (callout,) = [block for block in told.blocks("summary", Callout) if block.title == TITLE]
    lines = [line for line in callout.texts if sentence in line]
    assert len(lines) == len(study.indices), why
    assert callout.kind == kind, why
    assert sentence in told.words("explanations"), why
    assert ("cannot be told from that movement" in told.words("claims")) == (kind == "caution"), why


def test_two_waves_say_nothing_of_before(results: Results, tell: Callable[..., Any]) -> None:
    told = tell(results)
    assert "moved alike" not in told.words("summary") + told.words("claims")
    assert "moving apart" not in told.words("summary") + told.words("claims")
