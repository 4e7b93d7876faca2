"""Which effects the report says are ruled out, and which trends would erase an effect."""

from collections.abc import Callable
from dataclasses import replace
from math import inf, nan
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.present.conftest import Told
from transforms.present.document import Callout, Table
from transforms.present.results import Results
from transforms.present.sections.ruled_out import outwards
from transforms.study import Study

Change = Callable[..., Any]


def pooled(outcome: str, **values: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Replace values of everyone's pooled row of an index."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        table = table.copy()
        rows = (table["outcome"] == outcome) & (table["governorate"] == "pooled") & (table["group"] == "all")
        for name, value in values.items():
            table[name] = table[name].astype("object").mask(rows, value)
        return table

    return change


@pytest.mark.parametrize(
    ("verdict", "low", "high", "sentence"),
    [
        (
            "negligible",
            -0.08,
            0.121,
            "every effect of 0.15 SD or more, up or down, is ruled out (90 % interval −0.08 to",
        ),
        ("small", 0.02, 0.12, "There is an effect, and it is small: an effect of zero is ruled out"),
        ("undecided", -0.08, 0.2, "Effects larger than 0.20 SD, up or down, are ruled out"),
        ("nonzero", 0.02, 0.391, "An effect of zero is ruled out, and so are effects larger than 0.40 SD"),
        (
            "large",
            0.2,
            0.6,
            "Every effect smaller than 0.15 SD, the smallest that was declared to matter, is ruled out",
        ),
    ],
)
def test_every_verdict_has_its_sentence(changed: Change, verdict: str, low: float, high: float, sentence: str) -> None:
    row = {"verdict": verdict, "low": low, "high": high, "ruled_out": max(-low, high), "basis": "t", "margin": 0.15}
    told = changed("equivalence", pooled("vertical", **row))
    for section in ("summary", "effects"):
        assert sentence in told.words(section).replace("\u00a0", " "), section


@pytest.mark.parametrize(
    ("verdict", "limits", "p", "about", "why"),
    [
        ("nonzero", (0.004, 0.5), 0.048, "zero", "the limit prints as zero"),
        ("nonzero", (0.02, 0.5), 0.046, "zero", "p prints as .05"),
        ("nonzero", (0.02, 0.5), 0.031, "", "neither"),
        ("undecided", (-0.004, 0.5), 0.052, "zero", "as near on the other side"),
        ("undecided", (-0.1, 0.154), 0.4, "margin", "the outer limit prints as the margin"),
        ("negligible", (-0.1, 0.146), 0.4, "margin", "as near on the other side"),
        ("negligible", (-0.1, 0.14), 0.4, "", "a hundredth below"),
        ("large", (0.152, 0.6), 0.001, "margin", "the inner limit is what decides"),
        ("large", (0.17, 0.6), 0.001, "", "well beyond"),
    ],
)  # fmt: skip
def test_what_hangs_on_very_little_is_called_borderline(
    verdict: str, limits: tuple[float, float], p: float, about: str, why: str, changed: Change
) -> None:
    low, high = limits
    row = {"verdict": verdict, "low": low, "high": high, "ruled_out": max(-low, high), "basis": "t", "margin": 0.15}
    told = changed("equivalence", pooled("vertical", **row))
    own = pooled("vertical", conf_low=low, conf_high=high, p_value=p, status="ok")(told.results.estimates)
    for name in ("conf_low", "conf_high", "p_value"):
        own[name] = own[name].astype(float)
    callouts = Told(replace(told.results, estimates=own), told.study, told.say).blocks("summary", Callout)
    words = " ".join(callouts[0].texts).replace("\u00a0", " ")
    assert ("Whether zero is ruled out hangs on very little" in words) == (about == "zero"), why
    assert ("The limit all but meets 0.15" in words) == (about == "margin"), why


def test_limits_are_rounded_outwards_and_name_their_level(changed: Change) -> None:
    row = {"verdict": "undecided", "low": -0.041, "high": 0.151, "ruled_out": 0.151, "margin": 0.15}
    own = changed("equivalence", pooled("vertical", **row, basis="interval"))
    words = own.words("effects").replace("\u00a0", " ")
    assert "Effects larger than 0.16 SD, up or down, are ruled out (95 % interval −0.05 to +0.16)" in words
    table = own.rows("effects", "Vertical cohesion: what is ruled out")
    assert table["Together (pooled)"][:3] == ["−0.05 to +0.16 (95\u00a0%)", "0.16", "open"]
    ninety = changed("equivalence", pooled("vertical", **row, basis="t"))
    assert "(90 % interval" in ninety.words("effects").replace("\u00a0", " ")


@given(st.floats(-50, 50), st.sampled_from(["sd", "points"]))
def test_what_is_said_to_be_ruled_out_is(value: float, unit: str) -> None:
    assert outwards(value, unit, 1) >= value - 1e-9
    assert outwards(value, unit, -1) <= value + 1e-9
    assert outwards(value, unit, 1) - outwards(value, unit, -1) <= 0.0100001


def test_a_limit_that_is_not_there_stays_away() -> None:
    assert outwards(inf, "sd", 1) == inf


def test_an_index_in_points_has_no_declared_margin(full: Any) -> None:
    assert "which is not the unit of this index" in full.words("summary")
    assert "no size was declared in this unit" in full.words("effects")


def test_without_any_interval_nothing_is_ruled_out(changed: Change) -> None:
    nothing = {"verdict": "not_offered", "low": nan, "high": nan, "ruled_out": nan, "basis": "none"}
    told = changed("equivalence", lambda table: table.assign(**nothing))
    assert "no size of effect is ruled out" in told.words("effects")
    assert "what is ruled out" not in "".join(table.caption for table in told.blocks("effects", Table))
    one = changed("equivalence", pooled("vertical", **nothing))
    assert one.rows("effects", "Vertical cohesion: what is ruled out")["Together (pooled)"][:3] == [
        "–",
        "–",
        "no interval",
    ]


@pytest.mark.parametrize(
    ("touches", "placebo", "holds", "sentences", "absent"),
    [
        (0.1, nan, None, ["drifted apart by 0.30 SD", "A drift of 0.10 SD", "names no outcome"], "up to"),
        (0.001, nan, None, ["begins at zero, so any drift would be enough"], "A drift of"),
        (0.0, nan, None, ["drifted apart by 0.30 SD"], "would be enough for"),
        (nan, nan, None, ["drifted apart by 0.30 SD"], "would be enough for"),
        (0.1, 0.05, True, ["up to 0.05 SD: less than that"], "names no outcome"),
        (0.1, 0.12, False, ["up to 0.12 SD: no less than would be enough"], "names no outcome"),
        (0.1, 0.12, None, ["drifted apart by up to 0.12 SD."], "less than"),
    ],
)
def test_what_would_erase_an_effect(
    changed: Change, touches: float, placebo: float, holds: bool | None, sentences: list[str], absent: str
) -> None:
    row = {"erased": 0.3, "touches_zero": touches, "placebo": placebo, "holds": holds}
    told = changed("breakdown", pooled("vertical", **row))
    words = told.words("effects").replace("\u00a0", " ").split("Index warmth")[0]
    for sentence in sentences:
        assert sentence in words
    assert absent not in words.split("erase the effect")[0]


def test_a_match_for_the_effect_is_a_caution_and_a_claim_that_falls(changed: Change) -> None:
    row = {"erased": 0.3, "touches_zero": 0.1, "placebo": 0.12, "holds": False}
    told = changed("breakdown", pooled("vertical", **row))
    assert "the arms drifted apart as far as would make this effect uncertain" in told.words("claims")
    assert "a drift of 0.10 SD between the arms" in told.words("summary").replace("\u00a0", " ")
    quiet = changed("breakdown", pooled("vertical", **{**row, "holds": True}))
    assert "drifted apart as far" not in quiet.words("claims")
    near = changed("breakdown", pooled("vertical", **{**row, "touches_zero": 0.001}))
    assert "any drift between the arms" in near.words("summary")
    assert "0.00 SD" not in near.words("summary").replace("\u00a0", " ")
    held = changed("breakdown", pooled("vertical", **{**row, "touches_zero": 0.0}))
    assert "Vertical cohesion: a drift of" not in held.words("summary"), "nothing to make uncertain"


def test_claims_say_what_a_null_allows(changed: Change) -> None:
    row = {"low": -0.1, "high": 0.2, "ruled_out": 0.2, "basis": "t", "margin": 0.15}
    open_one = changed("equivalence", pooled("vertical", **row, verdict="undecided")).words("claims")
    assert "neither “no effect” nor “an effect that matters”" in open_one
    small = changed("equivalence", pooled("vertical", **row, verdict="negligible")).words("claims")
    assert "every effect of 0.15\u00a0SD or more is ruled out" in small
    large = changed("equivalence", pooled("vertical", **row, verdict="large")).words("claims")
    assert "may be claimed" not in large


def test_a_run_without_these_tables_says_nothing_of_them(
    tell: Callable[..., Any], surrounded: Results, fast_study: Study
) -> None:
    told = tell(replace(surrounded, tables={}), fast_study)
    assert "ruled out" not in told.words("summary", "effects")
    assert "drifted apart" not in told.words("summary", "effects")
    missing = tell(replace(surrounded, tables={"equivalence": surrounded.tables["equivalence"]}), fast_study)
    row = missing.rows("effects", "Vertical cohesion: what is ruled out")["Irbid"]
    assert row[3:] == ["–", "–"], "no trends without a table of them"


def test_change_over_time_is_never_called_an_effect(
    tell: Callable[..., Any], change_results: Results, change_study: Study
) -> None:
    told = tell(change_results, change_study)
    words = told.words("effects")
    assert "Changes larger than" in words or "A change of zero" in words or "change that matters" in words
    assert "drifted apart" not in words
    for sentence in words.replace("\n", ". ").split(". "):
        assert "effect" not in sentence.lower() or "same effect everywhere" in sentence, sentence
    assert len(told.rows("effects", "Vertical cohesion: what is ruled out")["Irbid"]) == 3
