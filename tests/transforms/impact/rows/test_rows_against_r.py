"""Respondent effects (the study's answer), covariates and ANCOVA against lm, sandwich, clubSandwich and estimatr."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import EQUALITY, Estimate
from transforms.impact.rows.row_effects import row_effects
from transforms.study import Study

FOLDER = Path(__file__).resolve().parents[3] / "reference" / "rows"
FROM_R: dict[str, Any] = json.loads((FOLDER / "rows.json").read_text())
PLACES = ("A", "B", "C", "pooled")
HELD = {"covariates": ("age", "work")}


@pytest.fixture(scope="module")
def found(people: pd.DataFrame, study_of: Callable[..., Study]) -> dict[tuple[str, str], Estimate]:
    """Rows of the panel by model and place, and with covariates as if it were two samples of different people."""
    headline = [row for row in estimate_effects(people, study_of()) if row.contrast != EQUALITY]
    panel = [*headline, *row_effects(people, people, study_of({}, HELD))]
    sections = row_effects(people, people, study_of({"kind": "cross-sections"}, HELD))
    rows = {(row.model, row.governorate): row for row in panel}
    return rows | {("sections", row.governorate): row for row in sections}


@pytest.mark.parametrize(
    ("model", "printed", "interviews"),
    [
        ("did", "respondent", 2),
        ("covariates", "covariates_panel", 2),
        ("ancova", "ancova", 2),
        ("sections", "covariates_sections", 1),
    ],
)
@pytest.mark.parametrize("place", PLACES)
def test_agrees_with_r(
    found: dict[tuple[str, str], Estimate], model: str, printed: str, interviews: int, place: str
) -> None:
    row, known = found[model, place], FROM_R[place][printed]
    assert row.estimate == pytest.approx(known["coef"], abs=1e-8)
    assert row.std_error_cr1 == pytest.approx(known["cr1"], abs=1e-8)
    assert row.n == known["n"] * interviews
    if place == "pooled":
        assert (row.method, row.clusters, row.clusters_treated) == ("CR2", 36, 18)
        assert row.std_error == pytest.approx(known["cr2"], abs=1e-8)
        assert row.df == pytest.approx(known["df"], rel=1e-6)
    else:
        assert (row.method, row.clusters) == ("bootstrap", 12)
        assert row.conf_low < row.estimate < row.conf_high


@pytest.mark.parametrize("place", PLACES)
def test_a_constant_for_everyone_is_a_dummy_for_everyone(found: dict[tuple[str, str], Estimate], place: str) -> None:
    assert found["did", place].estimate == pytest.approx(FROM_R[place]["dummies"], abs=1e-8)
    assert found["ancova", place].std_error_cr1 == pytest.approx(FROM_R[place]["ancova"]["lm_robust"], abs=1e-8)


def test_without_weights_errors_agree_with_dummies_and_with_lm_robust(
    people: pd.DataFrame, study_of: Callable[..., Study]
) -> None:
    frame = people.assign(weight=1.0)
    every = (*estimate_effects(frame, study_of()), *row_effects(people, frame, study_of()))
    rows = {row.model: row for row in every if (row.governorate, row.contrast) == ("pooled", "treated x post")}
    for model, printed in (("did", "dummies_plain"), ("ancova", "ancova_plain")):
        row, known = rows[model], FROM_R["pooled"][printed]
        assert row.estimate == pytest.approx(known["coef"], abs=1e-8)
        assert row.std_error == pytest.approx(known["cr2"], abs=1e-8)
        assert row.df == pytest.approx(known["df"], rel=1e-6)
