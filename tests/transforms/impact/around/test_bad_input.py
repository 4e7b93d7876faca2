"""Bad input: every row says why it is not there, whatever the model, and the other rows still come."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.impact.around.tables import around_tables, study_estimates
from transforms.impact.estimate import REASONS, Estimate
from transforms.study import Study
from transforms.study.columns import COMPARISON, TREATED

Spoil = Callable[[pd.DataFrame], pd.DataFrame]
Place = tuple[str, str, str]  # model, outcome, governorate
EFFECTS = {"placebo": ["age"], "covariates": ["age", "weather"], "draws": 999}


def _in_a(frame: pd.DataFrame) -> pd.Series:
    return frame["governorate"] == "A"


def _treated(frame: pd.DataFrame) -> pd.Series:
    return frame["arm"] == TREATED


def _after(frame: pd.DataFrame) -> pd.Series:
    return frame["wave"] == "after"


def _swap(frame: pd.DataFrame) -> pd.DataFrame:
    moved = _in_a(frame) & (frame["cluster"] == "v1") & _after(frame)
    return frame.assign(arm=frame["arm"].mask(moved, COMPARISON))


CASES: list[tuple[Spoil, dict[Place, str], list[Place], str]] = [
    (lambda f: f.assign(trust=3.0),
     {("did", "trust", "A"): "no_variation", ("did", "trust", "pooled"): "no_variation",
      ("pairwise", "trust", "B - A"): "no_variation", ("doubly robust", "trust", "pooled"): "no_variation",
      ("loss weights", "trust", "pooled"): "no_variation"},
     [("secondary", "weather", "pooled"), ("placebo", "age", "A")], "a constant outcome"),
    (lambda f: f.assign(weather=3.0), {("secondary", "weather", "A"): "no_variation"},
     [("did", "trust", "A"), ("placebo", "age", "A"), ("doubly robust", "trust", "pooled")],
     "a constant secondary outcome, which is also a covariate"),
    (lambda f: f[~(_in_a(f) & _treated(f) & _after(f))],
     {("did", "trust", "A"): "empty_cell", ("did", "trust", "equal weight"): "one_governorate",
      ("did", "trust", "pooled"): "governorates_left_out", ("pairwise", "trust", "B - A"): "empty_cell",
      ("secondary", "weather", "A"): "empty_cell", ("loss weights", "trust", "A"): "empty_cell"},
     [("did", "trust", "B"), ("did", "trust", "pooled"), ("secondary", "weather", "pooled")],
     "one arm empty in a governorate"),
    (_swap,
     {("did", "trust", "A"): "cluster_in_both_arms", ("did", "trust", "pooled"): "cluster_in_both_arms",
      ("pairwise", "trust", "B - A"): "cluster_in_both_arms", ("placebo", "age", "A"): "cluster_in_both_arms"},
     [("did", "trust", "B"), ("secondary", "weather", "B")], "a cluster in both arms"),
    (lambda f: f.assign(trust=np.nan),
     {("did", "trust", "pooled"): "no_answers", ("doubly robust", "trust", "pooled"): "no_answers",
      ("loss weights", "trust", "pooled"): "no_answers"},
     [("secondary", "weather", "pooled"), ("placebo", "age", "A")], "an index nobody has"),
    (lambda f: f.assign(weather=f["weather"].where(_after(f))),
     {("secondary", "weather", "pooled"): "no_unit"},
     [("did", "trust", "A"), ("placebo", "age", "A")], "a secondary outcome asked in the last wave only"),
    (lambda f: f.assign(weather=np.nan, age=np.nan),
     {("secondary", "weather", "pooled"): "no_answers", ("placebo", "age", "pooled"): "no_answers"},
     [("did", "trust", "A")], "questions beside the index that nobody answered"),
    (lambda f: f.assign(age=f["age"].where(_after(f))), {("placebo", "age", "pooled"): "no_unit"},
     [("did", "trust", "A"), ("secondary", "weather", "pooled")], "a placebo asked in the last wave only"),
    (lambda f: f.assign(weight=f["weight"].mask(f.index % 5 == 0, 0.0)), {},
     [("did", "trust", "A"), ("secondary", "weather", "pooled"), ("doubly robust", "trust", "pooled")],
     "weights of zero leave people out"),
    (lambda f: f.assign(weight=f["weight"].mask(f.index == 7, -1.0)),
     {("did", "trust", "pooled"): "weights_not_positive", ("secondary", "weather", "pooled"): "weights_not_positive"},
     [], "a negative weight is no weight, and nothing can be weighted"),
    (lambda f: f.assign(strata=np.where(f["cluster"] == "v0", "alone", "rest")),
     {("did", "trust", "A"): "strata_left_out", ("pairwise", "trust", "B - A"): "strata_left_out"},
     [("did", "trust", "A"), ("did", "trust", "pooled"), ("secondary", "weather", "pooled")],
     "a stratum with one PSU has no comparison within it"),
    (lambda f: f.assign(weather=2 * f["age"]), {("covariates", "trust", "B"): "covariates_left_out"},
     [("did", "trust", "A"), ("doubly robust", "trust", "pooled"), ("covariates", "trust", "B")],
     "collinear covariates: one of them is left out"),
    (lambda f: f.assign(trust=_treated(f) * 1.0 + _after(f) + 2 * _in_a(f)),
     {("did", "trust", "A"): "perfect_fit", ("did", "trust", "pooled"): "perfect_fit",
      ("pairwise", "trust", "B - A"): "perfect_fit", ("loss weights", "trust", "pooled"): "perfect_fit"},
     [("secondary", "weather", "pooled"), ("placebo", "age", "A")], "an outcome predicted without error"),
    (lambda f: f.assign(age=f["age"] + 100 * _treated(f)), {("doubly robust", "trust", "pooled"): "perfect_prediction"},
     [("did", "trust", "A"), ("secondary", "weather", "pooled")], "a covariate that tells the arm"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "reasons", "fine", "why"), CASES, ids=[case[-1] for case in CASES])
def test_bad_input_has_its_reason_and_stops_nothing_else(
    spoil: Spoil,
    reasons: dict[Place, str],
    fine: list[Place],
    why: str,
    draw_panel: Callable[..., pd.DataFrame],
    study_of: Callable[..., Study],
) -> None:
    frame, study = spoil(draw_panel(people=30, anew=True)).reset_index(drop=True), study_of({}, EFFECTS)
    found = study_estimates(frame, frame, study)
    assert len(list(around_tables(frame, frame, study, found))) > 0
    rows: dict[Place, Estimate] = {
        (row.model, row.outcome, row.governorate): row
        for row in found
        if row.group == "all" and row.contrast != "governorates equal"
    }
    assert {place: rows[place].reason for place in reasons} == reasons, why
    assert {rows[place].status for place in fine} <= {"ok"}, why
    assert all(row.reason in REASONS for row in found if row.status != "ok")
    assert all(np.isnan(row.p_value) == (row.status != "ok") for row in found)
    assert all(np.isnan(row.estimate) for row in found if row.status == "not_estimated")
