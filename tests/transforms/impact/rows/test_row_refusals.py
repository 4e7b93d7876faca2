"""What regressions on rows refuse or remark: covariates that cannot serve, arms and answers that are not there."""

from collections.abc import Callable
from dataclasses import replace
from math import isnan

import numpy as np
import pandas as pd
import pytest

from transforms.impact.estimate import REASONS, Estimate
from transforms.impact.rows.row_effects import row_effects
from transforms.study import Study
from transforms.study.columns import ARM, COMPARISON, TREATED, WAVE

MakeStudy = Callable[..., Study]


def _rows(frame: pd.DataFrame, study: Study) -> dict[tuple[str, str], Estimate]:
    return {(row.model, row.governorate): row for row in row_effects(frame, frame, study)}


@pytest.mark.parametrize(
    ("names", "change", "expected", "why"),
    [
        (("age",), lambda f: f.assign(age=40.0), ("ok", "covariates_left_out"), "the same for everyone"),
        (("age", "same"), lambda f: f.assign(same=2 * f["age"] + 1), ("ok", "covariates_left_out"), "told by another"),
        (("age", "work"), lambda f: f.assign(age=f["age"].fillna(40)), ("ok", ""), "all known and of use"),
        (("age",), lambda f: f, ("ok", "covariates_missing"), "some are not known"),
        (
            ("work",),
            lambda f: f.assign(work=f["work"].replace(2.0, 9.0)),
            ("ok", "covariates_missing"),
            "off the scale",
        ),
        (("empty",), lambda f: f.assign(empty=np.nan), ("not_estimated", "no_answers"), "known for nobody"),
        (("told",), lambda f: f.assign(told=f["treated"]), ("not_estimated", "rank_deficient"), "it is the arm"),
        (("work",), lambda f: f.assign(work=1.0), ("ok", "covariates_left_out"), "a category with one value"),
    ],
)
def test_covariates_that_cannot_serve(
    people: pd.DataFrame,
    study_of: MakeStudy,
    names: tuple[str, ...],
    change: Callable[[pd.DataFrame], pd.DataFrame],
    expected: tuple[str, str],
    why: str,
) -> None:
    frame = change(people)
    found = _rows(frame, study_of({}, {"covariates": names}))
    row = found["covariates", "pooled"]
    assert (row.status, row.reason) == expected, why
    assert found["all interviewed", "pooled"].status == "ok", why
    if expected[1] == "covariates_missing":
        assert row.n < found["all interviewed", "pooled"].n, why


def test_a_covariate_that_is_left_out_changes_nothing(people: pd.DataFrame, study_of: MakeStudy) -> None:
    frame = people.assign(age=people["age"].fillna(40), twice=people["age"].fillna(40) * 2)
    alone = _rows(frame, study_of({}, {"covariates": ("age",)}))["covariates", "pooled"]
    both = _rows(frame, study_of({}, {"covariates": ("age", "twice")}))["covariates", "pooled"]
    assert replace(both, reason="") == replace(alone, reason="")


@pytest.mark.parametrize(
    ("change", "place", "reason", "why"),
    [
        (lambda f: f[~((f[ARM] == COMPARISON) & (f["place"] == "B"))], "B", "empty_cell", "a place without comparison"),
        (lambda f: f.assign(score=np.nan), "pooled", "no_answers", "nobody has a score"),
        (lambda f: f.assign(score=1.0), "A", "no_variation", "everybody has the same score"),
        (
            lambda f: f.assign(arm=np.where(f["person"] % 2 == 0, TREATED, COMPARISON)),
            "A",
            "cluster_in_both_arms",
            "villages with both",
        ),
        (lambda f: f[f["village"] < 4], "A", "few_clusters", "four villages"),
    ],
)
def test_what_cannot_be_carried_says_why_and_the_others_come(
    people: pd.DataFrame,
    study_of: MakeStudy,
    change: Callable[[pd.DataFrame], pd.DataFrame],
    place: str,
    reason: str,
    why: str,
) -> None:
    frame = change(people).reset_index(drop=True)
    for kind in ("panel", "cross-sections"):
        found = _rows(frame, study_of({"kind": kind}, {"covariates": ("work",)}))
        assert found["covariates", place].reason == reason, why
        assert isnan(found["covariates", place].p_value), why
        assert {row.reason for row in found.values()} <= {"", *REASONS}
        if place == "B":
            assert found["covariates", "A"].status == "ok", why
            assert found["covariates", "pooled"].reason == "governorates_left_out", why


def test_a_wave_without_an_arm_in_a_place_leaves_the_others(people: pd.DataFrame, study_of: MakeStudy) -> None:
    waves = ("before", "after", "last")
    late = people[(people[WAVE] == "after") & ~((people["place"] == "A") & (people["treated"] == 1))].assign(
        wave="last"
    )
    frame = pd.concat([people.astype({WAVE: "str"}), late], ignore_index=True)
    frame[WAVE] = pd.Categorical(frame[WAVE], categories=list(waves), ordered=True)
    found = row_effects(frame, frame, study_of({"kind": "cross-sections"}, {"covariates": ("work",)}, waves=waves))
    status = {(row.wave, row.governorate): (row.status, row.reason) for row in found}
    assert status["after", "A"] == ("ok", "")
    assert status["last", "A"] == ("not_estimated", "empty_cell")
    assert status["last", "B"] == ("ok", "")
