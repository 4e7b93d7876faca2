"""Effects as a person at the keyboard reads them: marked where they must be read with care, never left out."""

import pandas as pd
import pytest

from flows.outside import screen
from flows.store.headline import headline_effects
from tests.two_waves import TWO_WAVES
from transforms.impact.estimate import ESTIMATE_COLUMNS
from transforms.study.parse import parse_study

STUDY = f"""
id = "little"
title = "t"
question = "q"{TWO_WAVES}[design]
community = "town"
[design.treatment]
variable = "town"
values = ["t"]
[[indices]]
name = "i"
"""
ROWS = [
    {"variable": "town", "type": "category", "scale": "", "index": "", "before": "t", "after": "t"},
    {"variable": "near", "type": "item", "scale": "1-5", "index": "i", "before": "n", "after": "n"},
]


@pytest.fixture(scope="module")
def study():
    return parse_study(STUDY, {"codebook": ROWS, "scales": []})


def estimates(*sizes: float) -> pd.DataFrame:
    row = dict.fromkeys(ESTIMATE_COLUMNS, float("nan")) | {
        "outcome": "i", "model": "did", "contrast": "treated x post", "wave": "after", "group": "all", "unit": "sd",
        "clusters": 36, "governorate": "pooled",
    }  # fmt: skip
    return pd.DataFrame([row | {"estimate": size} for size in sizes])


def reliability(verdict: str, omega: float) -> pd.DataFrame:
    row = {"index": "i", "dimension": "all", "wave": "after", "arm": "all", "group": "all", "alpha": omega}
    return pd.DataFrame([row | {"omega": omega, "status": "ok", "verdict": verdict}])


def ceilings(bound: bool) -> pd.DataFrame:
    row = {"index": "i", "wave": "after", "arm": "treated", "group": "all", "lower_bound": bound, "mean_top_share": 0.4}
    return pd.DataFrame([row])


UNRELIABLE = "not reliable enough for a headline (omega 0.41)"
BOUND = "at its ceiling: a lower bound"


@pytest.mark.parametrize(
    ("verdict", "omega", "bound", "remarks"),
    [
        ("good", 0.8, False, ("", "")),
        ("no_headline", 0.41, False, (UNRELIABLE, UNRELIABLE)),
        ("good", 0.8, True, (BOUND, "")),  # a fall is no lower bound
        ("no_headline", 0.41, True, (f"{UNRELIABLE}; {BOUND}", UNRELIABLE)),
    ],
)
def test_effects_are_marked(study, verdict, omega, bound, remarks):
    found = headline_effects(estimates(0.2, -0.1), study, reliability(verdict, omega), ceilings(bound))
    assert [effect.estimate for effect in found] == ["+0.20 sd", "-0.10 sd"]
    assert tuple(effect.remark for effect in found) == remarks


@pytest.mark.parametrize(
    ("status", "reason", "remark", "why"),
    [
        ("ok", "", "", "nothing is missing"),
        ("no_p_value", "few_clusters", "no interval: few clusters", "a dash alone would leave the reader guessing"),
        ("not_estimated", "small_cell", "not estimated: small cell", "as above"),
    ],
)
def test_what_an_effect_lacks_has_its_reason(study, status, reason, remark, why):
    made = estimates(0.2).assign(status=status, reason=reason)
    (effect,) = headline_effects(made, study, reliability("good", 0.8), ceilings(False))
    assert effect.remark == remark, why


@pytest.mark.parametrize(
    ("p_value", "shown", "why"),
    [
        (0.0004, "<0.001", "no p-value is zero"),
        (0.001, "0.001", "as it is"),
        (0.0496, "0.050", "three decimals"),
        (float("nan"), "–", "none"),
    ],
)
def test_p_values(study, p_value, shown, why):
    (effect,) = headline_effects(
        estimates(0.2).assign(p_value=p_value), study, reliability("good", 0.8), ceilings(False)
    )
    assert effect.p == shown, why


def test_waves_are_told_apart_where_there_are_several(study):
    made = estimates(0.2, 0.3)
    alone = headline_effects(made, study, reliability("good", 0.8), ceilings(False))
    assert {effect.contrast for effect in alone} == {"treated x post"}
    more = headline_effects(made.assign(wave=["before", "after"]), study, reliability("good", 0.8), ceilings(False))
    assert [effect.contrast for effect in more] == ["treated x post, before", "treated x post, after"]


def test_the_screen_has_a_column_of_remarks_only_where_there_are_any(study):
    for verdict, there in (("good", False), ("no_headline", True)):
        effects = headline_effects(estimates(0.2), study, reliability(verdict, 0.41), pd.DataFrame())
        with screen.out.capture() as shown:
            screen.show_effects(effects, "t", 0.95)
        assert ("remark" in shown.get()) == there
        assert ("not reliable enough" in " ".join(shown.get().split())) == there
