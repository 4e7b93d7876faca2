"""Normalised differences by hand; columns of numbers from variables of every kind."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.impact.around.balance import BALANCE_COLUMNS, balance_mark, balance_table, normalised_difference
from transforms.impact.cells.covariates import (
    Covariate,
    adjustment_matrix,
    background_variables,
    covariates,
    design_variables,
    independent,
)
from transforms.study import Study
from transforms.study.columns import TREATED

MakeStudy = Callable[..., Study]
Draw = Callable[..., pd.DataFrame]


@pytest.mark.parametrize(
    ("difference", "mark", "why"),
    [
        (0.05, "fine", "the first mark belongs to fine"),
        (-0.051, "adjust", "beyond it, on either side"),
        (-0.25, "adjust", "the second mark belongs to adjust"),
        (0.251, "not_comparable", "beyond it"),
        (np.nan, "not_known", "nothing to compare"),
    ],
)
def test_marks_of_the_clearinghouse(difference: float, mark: str, why: str) -> None:
    assert balance_mark(difference) == mark, why


def test_normalised_difference_by_hand() -> None:
    assert normalised_difference((3.0, 1.0), (1.0, 7.0)) == pytest.approx(2 / 5), "sqrt((1 + 49) / 2) is 5"
    assert np.isnan(normalised_difference((3.0, 1.0), (0.0, 0.0)))


def test_design_variables_and_lists_are_no_background(study_of: MakeStudy) -> None:
    study = study_of()
    assert {"place", "village", "origin", "sex", "person"} == design_variables(study)
    assert [variable.name for variable in background_variables(study)] == ["age", "work"], (
        "words cannot be compared, 13 values are a list, later was not asked at baseline, weather is secondary"
    )
    assert design_variables(study_of({"treatment": None})) == design_variables(study), "assigned by the village anyway"


def test_each_value_of_a_category_is_a_column(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame = draw_panel()
    found = {(part.variable, part.value): part.values for part in covariates(frame, study_of())}
    names = [("sex", "f"), ("sex", "m"), ("group", "host"), ("group", "displaced"), ("age", "")]
    assert list(found) == [*names, ("work", "no"), ("work", "some"), ("work", "all")]
    assert np.array_equal(np.isnan(found["work", "some"]), frame["work"].isna())
    assert np.nansum(found["work", "some"]) == (frame["work"] == 1).sum()
    assert found["sex", "m"].sum() == (frame["sex"] == "m").sum()
    only = covariates(frame, study_of({"sex": None}), ["age"])
    assert [part.variable for part in only] == ["group", "group", "age"]


def test_a_value_outside_the_scale_is_a_column_too(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame = draw_panel()
    frame = frame.assign(sex=frame["sex"].where(frame.index > 5, "unsaid"))
    assert [part.value for part in covariates(frame, study_of(), []) if part.variable == "sex"] == ["f", "m", "unsaid"]


def test_table_by_hand(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame, study = draw_panel(), study_of()
    found = balance_table(frame, frame, study)
    assert tuple(found.columns) == BALANCE_COLUMNS
    assert list(dict.fromkeys(found["governorate"])) == ["A", "B", "pooled"]
    row = found[(found["governorate"] == "B") & (found["variable"] == "age")].iloc[0]
    means, variances = [], []
    for arm in (True, False):
        part = frame[(frame["wave"] == "before") & (frame["governorate"] == "B") & ((frame["arm"] == TREATED) == arm)]
        means.append(np.average(part["age"], weights=part["weight"]))
        variance = np.average((part["age"] - means[-1]) ** 2, weights=part["weight"])
        variances.append(variance * len(part) / (len(part) - 1))
    assert [row["mean_treated"], row["mean_comparison"]] == pytest.approx(means)
    assert [row["sd_treated"], row["sd_comparison"]] == pytest.approx(np.sqrt(variances))
    assert row["difference"] == pytest.approx((means[0] - means[1]) / np.sqrt(sum(variances) / 2))
    assert row["n_treated"] == 120
    work = found[(found["variable"] == "work") & (found["governorate"] == "pooled")]
    assert work["mean_treated"].sum() == pytest.approx(1.0), "shares of those who answered"
    assert work["n_treated"].max() < 240, "who did not answer is not counted"


def test_many_columns_are_taken_in_blocks(
    draw_panel: Draw, study_of: MakeStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, study = draw_panel(), study_of()
    whole = balance_table(frame, frame, study)
    monkeypatch.setattr("transforms.impact.around.balance.BLOCK", 3)
    pd.testing.assert_frame_equal(balance_table(frame, frame, study), whole)


def test_no_difference_where_nothing_varies_or_nobody_answered(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame, study = draw_panel(), study_of()
    frame = frame.assign(age=frame["age"].where(frame["arm"] == TREATED), trust=1 / 3)
    found = balance_table(frame, frame, study).set_index(["governorate", "variable"])
    assert found.loc[("pooled", "trust"), "mark"] == "not_known"
    assert found.loc[("pooled", "age"), "mark"] == "not_known"


def test_studies_without_arms_or_without_places(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame = draw_panel()
    assert balance_table(frame, frame, study_of({"treatment": None})).empty
    for design in ({"governorate": None}, {"treatment": {"variable": "place", "values": ["A"]}}):
        found = balance_table(frame, frame, study_of(design))
        assert set(found["governorate"]) == {"pooled"}


def test_adjustment_leaves_nothing_missing_and_nothing_explained() -> None:
    rng = np.random.default_rng(0)
    half, age = np.repeat([0.0, 1.0], 50), rng.normal(size=100)
    holes = np.where(np.arange(100) % 4 == 0, np.nan, age)
    parts = [
        Covariate("sex", "f", half),
        Covariate("sex", "m", 1 - half),
        Covariate("age", "", holes),
        Covariate("again", "", 2 * half + 3),
        Covariate("rare", "yes", (np.arange(100) < 4) * 1.0),
        Covariate("unknown", "", np.full(100, np.nan)),
    ]
    x, names = adjustment_matrix(parts, np.ones(100), 5)
    assert names == ("sex=f", "age", "age=missing"), "sex=m and again follow; rare is too rare; unknown is nothing"
    assert np.linalg.matrix_rank(np.column_stack([np.ones(100), x])) == 4
    assert x[0, 1] == pytest.approx(0.0), "missing is the mean"
    assert x.std(axis=0) == pytest.approx(1.0)
    assert adjustment_matrix(parts, np.ones(100), 4)[1][-1] == "rare=yes"
    assert adjustment_matrix([], np.ones(3), 1)[0].shape == (3, 0)


def test_independent_columns_come_first() -> None:
    x = np.array([[1.0, 0.0, 1.0, 0.0], [1.0, 1.0, 2.0, 0.0], [1.0, 2.0, 3.0, 0.0]])
    assert independent(x, np.ones(3)) == [0, 1]


def test_respondents_with_a_value_are_counted_without_weights(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame = draw_panel()
    table = balance_table(frame, frame, study_of()).set_index(["governorate", "variable", "value"])
    treated = frame[(frame["wave"] == "before") & (frame["arm"] == TREATED)]
    men = table.loc[("pooled", "sex", "m")]
    assert men["with_treated"] == (treated["sex"] == "m").sum()
    assert men["with_treated"] + table.loc[("pooled", "sex", "f"), "with_treated"] == men["n_treated"]
    assert np.isnan(table.loc[("pooled", "age", ""), "with_treated"]), "a number is had by everyone"
