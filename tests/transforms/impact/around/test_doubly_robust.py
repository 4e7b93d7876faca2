"""Doubly robust effects against drdid, by hand and over draws with a known effect."""

import json
from collections.abc import Callable
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from transforms.impact.around.comparable_rows import held_constant
from transforms.impact.around.doubly_robust import arm_error, clustered_error, panel_effect, sections_effect
from transforms.impact.around.doubly_robust_effects import PERFECT_PREDICTION, doubly_robust_effects
from transforms.impact.around.propensity import PerfectPredictionError, fit_propensity
from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import Estimate
from transforms.impact.inference.least_squares import RankDeficientError
from transforms.study import Study
from transforms.study.columns import TREATED

FOLDER = Path(__file__).resolve().parents[3] / "reference" / "around"
PRINTED: dict[str, Any] = json.loads((FOLDER / "drdid.json").read_text())
FROM_R: dict[str, Any] = json.loads((FOLDER / "around.json").read_text())
PEOPLE = pd.read_csv(FOLDER / "people.csv").astype(float)
X = np.column_stack([np.ones(len(PEOPLE)), PEOPLE["age"], PEOPLE["woman"]])
MakeStudy = Callable[..., Study]
Draw = Callable[..., pd.DataFrame]


@pytest.mark.parametrize("weights", ["equal", "weighted"])
@pytest.mark.parametrize("kind", ["panel", "sections"])
def test_agrees_with_drdid(kind: str, weights: str) -> None:
    weight = PEOPLE["weight"].to_numpy() if weights == "weighted" else np.ones(len(PEOPLE))
    arm, post = PEOPLE["treated"].to_numpy(), PEOPLE["post"].to_numpy()
    before, after = PEOPLE["before"].to_numpy(), PEOPLE["after"].to_numpy()
    if kind == "panel":
        found = panel_effect(after - before, arm, X, weight)
    else:
        found = sections_effect(np.where(post == 1, after, before), post, arm, X, weight)
    printed = PRINTED[f"{kind}_{weights}"]
    everyone, cluster = np.arange(len(PEOPLE)), PEOPLE["cluster"].to_numpy(dtype=np.int64)
    assert found.effect == pytest.approx(printed["effect"], abs=1e-9)
    assert clustered_error(found.influence, everyone) == pytest.approx(printed["independent"], abs=1e-9)
    assert clustered_error(found.influence, cluster) == pytest.approx(printed["clustered"], abs=1e-9)
    assert found.influence.mean() == pytest.approx(0.0, abs=1e-12)
    assert found.left_out == 0


def test_logit_agrees_with_r() -> None:
    found = fit_propensity(PEOPLE["treated"].to_numpy(), X, PEOPLE["weight"].to_numpy())
    assert found.chance[:10] == pytest.approx(FROM_R["chance"], abs=1e-9)


def test_logit_agrees_with_statsmodels_where_answers_are_rare() -> None:
    rng = np.random.default_rng(3)
    x = np.column_stack([np.ones(20000), rng.standard_t(3, size=(20000, 3))])
    yes = (rng.uniform(size=20000) < 1 / (1 + np.exp(6 - 0.5 * x[:, 1]))).astype(float)
    weight = rng.uniform(0.2, 3, 20000)
    found = fit_propensity(yes, x, weight)
    known = sm.GLM(yes, x, family=sm.families.Binomial(), var_weights=weight).fit(tol=1e-12, tol_criterion="params")
    assert np.abs(found.chance - known.fittedvalues).max() < 1e-10
    assert found.bread / 20000 == pytest.approx(known.cov_params(), rel=1e-6)


def test_separation_is_refused_whether_it_runs_on_or_the_information_vanishes(monkeypatch: pytest.MonkeyPatch) -> None:
    arm = np.repeat([0.0, 1.0], 10)
    x = np.column_stack([np.ones(20), arm + np.linspace(0, 0.5, 20)])
    for steps in (50, 1000):
        monkeypatch.setattr("transforms.impact.around.propensity.STEPS", steps)
        with pytest.raises(PerfectPredictionError):
            fit_propensity(arm, x, np.ones(20))


def test_without_covariates_it_is_the_difference_of_mean_changes() -> None:
    change, arm = np.array([1.0, 3.0, 0.0, 1.0]), np.array([1.0, 1.0, 0.0, 0.0])
    weight = np.array([1.0, 3.0, 1.0, 1.0])
    assert panel_effect(change, arm, np.ones((4, 1)), weight).effect == pytest.approx(2.5 - 0.5)
    post = np.array([1.0, 0.0, 1.0, 0.0])
    sections = sections_effect(change, post, arm, np.ones((4, 1)), np.ones(4))
    assert sections.effect == pytest.approx((1 - 3) - (0 - 1))


def _people(rng: np.random.Generator, n: int = 400) -> tuple[np.ndarray, ...]:
    """Age decides both the arm and the trend; the effect is 0.5. n people in n / 20 clusters."""
    age = rng.normal(size=n)
    arm = (rng.uniform(size=n) < 1 / (1 + np.exp(-0.8 * age))).astype(float)
    shock = rng.normal(0, 0.3, n // 20)[np.arange(n) % (n // 20)]
    before = age + rng.normal(size=n)
    return age, arm, before, before + age + 0.5 * arm + shock + rng.normal(size=n)


@pytest.mark.parametrize("kind", ["panel", "sections"])
def test_effect_and_its_error_over_draws(kind: str) -> None:
    rng = np.random.default_rng(7)
    effects, errors = [], []
    for _ in range(300):
        age, arm, before, after = _people(rng)
        x, weight = np.column_stack([np.ones(age.size), age]), rng.uniform(0.5, 2, age.size)
        if kind == "panel":
            found = panel_effect(after - before, arm, x, weight)
        else:
            post = rng.integers(0, 2, age.size).astype(float)
            found = sections_effect(np.where(post == 1, after, before), post, arm, x, weight)
        effects.append(found.effect)
        errors.append(clustered_error(found.influence, np.arange(age.size) % 20))
    spread = np.std(effects, ddof=1)
    assert np.mean(effects) == pytest.approx(0.5, abs=3.5 * spread / np.sqrt(300))
    assert np.mean(errors) == pytest.approx(spread, rel=0.12), "not off by a factor"


def test_comparison_people_who_resemble_nobody_are_left_out() -> None:
    rng = np.random.default_rng(2)
    age, arm, before, after = _people(rng, 2000)
    age = age.copy()
    strange = np.flatnonzero(arm == 0)[:3]
    age[strange] = 9.0
    x = np.column_stack([np.ones(age.size), age])
    assert panel_effect(after - before, arm, x, np.ones(age.size)).left_out == 3


def test_refusals() -> None:
    arm, weight = np.repeat([0.0, 1.0], 10), np.ones(20)
    rng = np.random.default_rng(1)
    change = rng.normal(size=20)
    with pytest.raises(RankDeficientError):  # nobody of the comparison arm has the characteristic
        panel_effect(change, arm, np.column_stack([weight, arm * (np.arange(20) % 2)]), weight)
    with pytest.raises(RankDeficientError):  # a sum of the others
        panel_effect(change, arm, np.column_stack([weight, change, change + 1]), weight)
    with pytest.raises(PerfectPredictionError):
        panel_effect(change, arm, np.column_stack([weight, arm * 5 + rng.uniform(size=20)]), weight)
    with pytest.raises(PerfectPredictionError):
        fit_propensity(weight, weight[:, None], weight)
    assert isnan(clustered_error(change, np.zeros(20, dtype=np.int64)))
    assert isnan(arm_error(change, arm.astype(np.int64), arm)[0]), "one cluster an arm"


def test_without_covariates_the_error_is_that_of_two_samples_of_clusters() -> None:
    """Clusters of one person each: Welch's t test of the changes."""
    rng = np.random.default_rng(4)
    change, arm = rng.normal(size=13), np.repeat([0.0, 1.0], [8, 5])
    found = panel_effect(change, arm, np.ones((13, 1)), np.ones(13))
    error, df = arm_error(found.influence, np.arange(13), arm)
    known = stats.ttest_ind(change[arm == 1], change[arm == 0], equal_var=False)
    assert found.effect / error == pytest.approx(known.statistic)
    assert df == pytest.approx(known.df)


def test_study_panel_by_hand(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame, study = draw_panel(), study_of({"governorate": None, "sex": None, "group": None}, {"covariates": ["age"]})
    (found,) = doubly_robust_effects(frame, frame, study)
    wide = frame.pivot(index="respondent", columns="wave", values="trust").dropna()
    first = frame[frame["wave"] == "before"].set_index("respondent").loc[wide.index]
    x = np.column_stack([np.ones(len(wide)), first["age"]])
    arm = (first["arm"] == TREATED).to_numpy(dtype=float)
    expected = panel_effect((wide["after"] - wide["before"]).to_numpy(), arm, x, first["weight"].to_numpy())
    cluster = pd.factorize(first["governorate"] + first["cluster"])[0]
    assert found.estimate == pytest.approx(expected.effect)
    assert found.std_error_cr1 == pytest.approx(clustered_error(expected.influence, cluster))
    assert (found.std_error, found.df) == pytest.approx(arm_error(expected.influence, cluster, arm))
    assert (found.model, found.method, found.status) == ("doubly robust", "DR", "ok")
    assert 11 <= found.df <= 22
    assert (found.n, found.clusters, found.clusters_treated) == (2 * len(wide), 24, 12)
    assert found.conf_low < found.estimate < found.conf_high


def _pooled(frame: pd.DataFrame, study: Study) -> Estimate:
    (found,) = (row for row in doubly_robust_effects(frame, frame, study) if row.governorate == "pooled")
    return found


@pytest.mark.parametrize("kind", ["panel", "cross-sections"])
def test_a_governorate_has_the_effect_it_has_alone(draw_panel: Draw, study_of: MakeStudy, kind: str) -> None:
    frame, study = draw_panel(), study_of({"kind": kind}, {"covariates": ["age", "work"]})
    found = {row.governorate: row for row in doubly_robust_effects(frame, frame, study)}
    assert list(found) == ["A", "B", "pooled"]
    for place in ("A", "B"):
        alone = frame[frame["governorate"] == place].reset_index(drop=True)
        (expected,) = doubly_robust_effects(
            alone, alone, study_of({"kind": kind, "governorate": None}, {"covariates": ["age", "work"]})
        )
        assert found[place].estimate == pytest.approx(expected.estimate)
        assert found[place].std_error == pytest.approx(expected.std_error)
        assert (found[place].n, found[place].clusters, found[place].df) == (expected.n, 12, pytest.approx(expected.df))


@pytest.mark.parametrize("kind", ["panel", "cross-sections"])
def test_a_governorate_without_an_arm_leaves_the_others(draw_panel: Draw, study_of: MakeStudy, kind: str) -> None:
    frame = draw_panel()
    frame = frame[~((frame["governorate"] == "A") & (frame["arm"] == TREATED))].reset_index(drop=True)
    found = {row.governorate: row for row in doubly_robust_effects(frame, frame, study_of({"kind": kind}))}
    assert (found["A"].status, found["A"].reason) == ("not_estimated", "empty_cell")
    assert found["B"].status == "ok"
    assert (found["pooled"].status, found["pooled"].reason) == ("ok", "governorates_left_out")
    assert found["pooled"].estimate == pytest.approx(found["B"].estimate)


def test_study_of_cross_sections(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame = draw_panel(effect=2.0)
    frame = frame.assign(trust=frame["trust"].where(frame.index > 3))
    study = study_of({"kind": "cross-sections"}, {"covariates": ["age", "work"]})
    found = _pooled(frame, study)
    assert found.n == frame["trust"].notna().sum()
    plain = next(row for row in estimate_effects(frame, study) if row.governorate == "pooled" and row.group == "all")
    assert found.estimate == pytest.approx(plain.estimate, abs=0.15), "nothing to adjust for in this draw"
    names = {part.variable for part in held_constant(frame, study)}
    assert names == {"governorate", "sex", "group", "age", "work"}


def test_reasons(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame = draw_panel()
    later, treated = frame["wave"] == "after", frame["arm"] == TREATED
    odd = frame["respondent"].str[-1].isin(list("13579"))
    cases = (
        (frame.assign(trust=np.nan), {}, "no_answers"),
        (frame[~(later & treated)], {}, "empty_cell"),
        (frame.assign(trust=1.0), {}, "no_variation"),
        (frame.assign(age=frame["age"] + 200.0 * treated), {}, PERFECT_PREDICTION),
        (frame.assign(age=np.where(treated & odd, 1.0, 0.0)), {}, "rank_deficient"),
        (frame.assign(trust=later * 1.0 + later * treated), {}, "perfect_fit"),
        (frame.assign(trust=later * 1.0 + later * treated), {"kind": "cross-sections"}, "perfect_fit"),
        (frame[~(later & treated)], {"kind": "cross-sections"}, "empty_cell"),
        (frame, {"cluster": "place", "treatment": {"variable": "place", "values": ["A"]}}, "governorates_are_clusters"),
    )
    for kept, design, reason in cases:
        rows = kept.reset_index(drop=True)
        found = _pooled(rows, study_of(design, {"covariates": ["age"]}))
        assert found.reason == reason
        assert found.status != "ok"
        assert isnan(found.std_error)


def test_units_of_covariates_do_not_matter(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame, study = draw_panel(), study_of({}, {"covariates": ["age"]})
    years, small = _pooled(frame, study), _pooled(frame.assign(age=1900 + frame["age"] * 1e9), study)
    assert (small.estimate, small.std_error) == pytest.approx((years.estimate, years.std_error), rel=1e-9)


def test_no_comparison_no_doubly_robust_effect(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame = draw_panel()
    assert doubly_robust_effects(frame, frame, study_of({"treatment": None})) == ()


def test_every_later_wave_has_its_row(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame = draw_panel()
    waves = [{"name": name, "file": f"{name}.csv"} for name in ("before", "between", "after")]
    rows = doubly_robust_effects(frame, frame, study_of(waves=waves))
    found = [row for row in rows if row.governorate == "pooled"]
    assert [(row.wave, row.reason) for row in found] == [("between", "no_answers"), ("after", "")]
    assert replace(found[1], wave="") == replace(_pooled(frame, study_of()), wave="")
