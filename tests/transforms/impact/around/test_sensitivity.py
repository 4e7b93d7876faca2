"""Breakdown trends by hand, placebo effects on columns with known ones."""

from collections.abc import Callable
from dataclasses import replace
from math import isnan, nan

import numpy as np
import pandas as pd
import pytest

from transforms.impact.around.sensitivity import (
    Breakdown,
    breakdown,
    breakdown_table,
    largest_placebo,
    placebo_effects,
)
from transforms.impact.effects.standardised import standardised
from transforms.impact.effects.study_effects import effects_on
from transforms.impact.estimate import EQUALITY, Estimate
from transforms.study import Study
from transforms.study.columns import TREATED
from transforms.study.records import record_columns

MakeRow = Callable[..., Estimate]
MakeStudy = Callable[..., Study]
THREE = [{"name": name, "file": f"{name}.csv"} for name in ("first", "middle", "last")]


@pytest.mark.parametrize(
    ("low", "high", "touches", "why"),
    [
        (0.10, 0.50, 0.05, "two steps: half of the lower limit each"),
        (-0.50, -0.10, -0.05, "the sign is the finding's"),
        (-0.10, 0.50, 0.0, "zero is inside already"),
        (nan, nan, nan, "no interval"),
    ],
)
def test_breakdown_is_per_wave(
    row_of: MakeRow, study_of: MakeStudy, low: float, high: float, touches: float, why: str
) -> None:
    row = row_of(estimate=0.3, conf_low=low, conf_high=high)
    found = breakdown(replace(row, wave="last"), study_of(waves=THREE))
    assert found.erased == 0.15
    assert found.waves == 2
    assert found.touches_zero == pytest.approx(touches, nan_ok=True), why
    assert found.holds is None, "no placebo to compare with"


def test_finding_holds_if_it_outlasts_the_largest_placebo(row_of: MakeRow, study_of: MakeStudy) -> None:
    row = row_of(estimate=0.3, conf_low=0.1, conf_high=0.5)
    assert breakdown(row, study_of(), 0.09).holds is True
    assert breakdown(row, study_of(), 0.11).holds is False
    assert breakdown(replace(row, unit="points"), study_of(), 0.09).holds is None


def test_a_trend_of_that_size_erases_the_finding(draw_panel: Callable[..., pd.DataFrame], study_of: MakeStudy) -> None:
    frame, study = draw_panel(effect=1.0), study_of()
    row = next(row for row in effects_on(frame, ["trust"], study, "placebo") if row.governorate == "pooled")
    for trend, erased in ((breakdown(row, study).erased, "estimate"), (breakdown(row, study).touches_zero, "conf_low")):
        later = (frame["arm"] == TREATED) & (frame["wave"] == "after")
        shifted = frame.assign(trust=frame["trust"] - trend * later)
        again = next(row for row in effects_on(shifted, ["trust"], study, "placebo") if row.governorate == "pooled")
        assert getattr(again, erased) == pytest.approx(0.0, abs=1e-10)


def test_placebo_effects_are_in_sd_of_the_reference_group(
    draw_panel: Callable[..., pd.DataFrame], study_of: MakeStudy
) -> None:
    frame, study = draw_panel(lost=0.0), study_of(effects={"placebo": ["weather", "age"]})
    jump = frame["weather"] + 2.0 * ((frame["arm"] == TREATED) & (frame["wave"] == "after"))
    found = placebo_effects(frame.assign(weather=jump), study)
    assert {row.outcome for row in found} == {"weather", "age"}
    assert {row.unit for row in found} == {"sd"}
    reference = frame[(frame["arm"] != TREATED) & (frame["wave"] == "before")]
    mean = np.average(reference["weather"], weights=reference["weight"])
    n = len(reference)
    sd = np.sqrt(np.average((reference["weather"] - mean) ** 2, weights=reference["weight"]) * n / (n - 1))
    assert largest_placebo(found, study) == pytest.approx(2.0 / sd), "the same people twice: nothing else moves"


def test_largest_placebo_counts_pooled_effects_only(row_of: MakeRow, study_of: MakeStudy) -> None:
    row = row_of(estimate=-0.2)
    rows = [row, replace(row, governorate="A", estimate=0.9), replace(row, contrast=EQUALITY, estimate=nan)]
    assert largest_placebo([*rows, replace(row, status="not_estimated", estimate=nan)], study_of()) == 0.2
    assert isnan(largest_placebo([], study_of()))


def test_table(row_of: MakeRow, study_of: MakeStudy) -> None:
    row = row_of(estimate=0.3, conf_low=0.1, conf_high=0.5)
    rows = [row, replace(row, status="not_estimated"), replace(row, contrast=EQUALITY)]
    found = breakdown_table(rows, [row_of(estimate=0.05)], study_of())
    assert tuple(found.columns) == record_columns(Breakdown)
    assert found["holds"].tolist() == [True]


def test_columns_without_variation_in_the_reference_group_are_not_standardised(
    draw_panel: Callable[..., pd.DataFrame], study_of: MakeStudy
) -> None:
    frame = draw_panel()
    assert (standardised(frame["weather"] * 0 + 3, frame, study_of()) == 0).all()
    assert standardised(frame["weather"] * np.nan, frame, study_of()).isna().all()


def test_nothing_is_estimated_without_columns_or_with_one_wave(
    draw_panel: Callable[..., pd.DataFrame], study_of: MakeStudy
) -> None:
    frame = draw_panel()
    assert placebo_effects(frame, study_of()) == ()
    assert effects_on(frame, ["weather"], study_of(waves=THREE[:1]), "placebo") == ()


def test_the_whole_baseline_is_the_reference_without_comparison_arm(
    draw_panel: Callable[..., pd.DataFrame], study_of: MakeStudy
) -> None:
    frame, study = draw_panel(), study_of({"treatment": None})
    before = standardised(frame["weather"], frame, study)[frame["wave"] == "before"]
    weight = frame.loc[frame["wave"] == "before", "weight"]
    assert np.average(before, weights=weight) == pytest.approx(0.0, abs=1e-12)


def test_an_outcome_that_never_moves_has_an_effect_of_zero_and_no_error(
    draw_panel: Callable[..., pd.DataFrame], study_of: MakeStudy
) -> None:
    found = effects_on(draw_panel(lost=0.0), ["age"], study_of(), "placebo")
    pooled = next(row for row in found if row.governorate == "pooled")
    assert (pooled.status, pooled.reason) == ("no_p_value", "perfect_fit"), "the same people have the same age"
    assert pooled.estimate == pytest.approx(0.0, abs=1e-9)
    equality = next(row for row in found if row.contrast == EQUALITY)
    assert (equality.status, equality.reason) == ("no_p_value", "perfect_fit"), "no F from rounding"
