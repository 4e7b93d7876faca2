"""Estimates carry the uncertainty of their rung, as the pure functions give it on rows put together by hand."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from transforms.impact.cells.sample import outcome_cells, study_sample
from transforms.impact.effects.families import Drawn, Resample, adjust_families
from transforms.impact.effects.fitted_model import fit_model
from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import Estimate
from transforms.impact.inference.assignments import possible_assignments
from transforms.impact.inference.bootstrap import wild_bootstrap
from transforms.impact.inference.cr2 import cr2, htz_test, satterthwaite_test
from transforms.impact.inference.joint_bootstrap import _quadratic, joint_bootstrap
from transforms.impact.inference.leave_one_out import effective_clusters, leave_one_out
from transforms.impact.inference.multiplicity import holm, romano_wolf
from transforms.impact.inference.randomisation import ArmMoments, randomisation_test
from transforms.impact.inference.sign_draws import draw_weights
from transforms.impact.inference.solved import cr1_factor, cr1_std_errors, solve
from transforms.study import Study
from transforms.study.columns import TREATED

MakeStudy = Callable[..., Study]
MakeScores = Callable[..., pd.DataFrame]
NAN = float("nan")


def by_place(scores: pd.DataFrame, study: Study) -> dict[str, Estimate]:
    found = estimate_effects(scores, study)
    return {"equal?" if row.contrast == "governorates equal" else row.governorate: row for row in found}


def regressors(scores: pd.DataFrame, places: list[str], own_effects: bool = True, treated: Any = None) -> np.ndarray:
    """Place x stratum x wave, treated by place, treated x after (by place, or one for all in the last column)."""
    treated = (scores["arm"] == TREATED).to_numpy(float) if treated is None else treated
    after = (scores["wave"] == "after").to_numpy(float)
    place = np.column_stack([scores["governorate"] == name for name in places]).astype(float)
    cell = scores["governorate"] + scores["strata"] + scores["wave"].astype(str)
    base = pd.get_dummies(cell).to_numpy(float)
    effect = (treated * after)[:, None]
    return np.column_stack([base, place * treated[:, None], place * effect if own_effects else effect])


def moments_of(scores: pd.DataFrame, x: np.ndarray, from_rows: Callable[..., Any]) -> Any:
    cluster = scores["governorate"] + scores["cluster"].str.zfill(4)
    return from_rows(x, scores[["trust"]].to_numpy(), cluster, scores["weight"].to_numpy())


def keep_clusters(scores: pd.DataFrame, treated: int, comparison: int) -> pd.DataFrame:
    """Odd clusters are treated."""
    number = scores["cluster"].str.removeprefix("c").astype(int)
    return scores[(number // 2 < np.where(number % 2, treated, comparison))].reset_index(drop=True)


@pytest.mark.parametrize(
    ("arms", "method", "shown", "why"),
    [
        ((18, 18), "CR2", (True, True), "36 clusters"),
        ((10, 20), "CR2", (True, True), "30, of which 10 treated"),
        ((9, 27), "bootstrap", (True, True), "36, but 9 in an arm"),
        ((15, 14), "bootstrap", (True, True), "29 clusters"),
        ((6, 6), "bootstrap", (True, True), "12 clusters"),
        ((4, 4), "bootstrap", (True, True), "8 clusters"),
        ((3, 9), "randomisation", (True, False), "3 treated: p and no interval"),
        ((9, 3), "randomisation", (True, False), "3 without the programme"),
        ((3, 27), "randomisation", (True, False), "3 treated, whatever the number of clusters"),
        ((3, 2), "none", (False, False), "5 clusters"),
        ((2, 20), "none", (False, False), "2 treated"),
    ],
)
def test_which_clusters_get_which_uncertainty(
    arms: tuple[int, int],
    method: str,
    shown: tuple[bool, bool],
    why: str,
    draw_scores: MakeScores,
    make_study: MakeStudy,
) -> None:  # fmt: skip
    scores = keep_clusters(draw_scores(1, {"A": 0.3}, clusters=54, respondents=4), *arms)
    row = by_place(scores.assign(strata="all"), make_study(effects={"draws": 999}))["A"]
    assert row.method == method, why
    assert (np.isfinite(row.p_value), not np.isnan(row.conf_low)) == shown, why
    assert np.isfinite(row.p_smallest) == (method == "randomisation"), why
    beside = (row.std_error_cr1, row.std_error_cr3, row.loo_low, row.loo_high, row.clusters_effective)
    assert np.isfinite(beside).all() == (method != "none"), why
    assert (row.df > 0) == (method == "CR2"), why


def test_a_study_of_three_governorates_with_twelve_clusters_each(
    draw_scores: MakeScores, make_study: MakeStudy
) -> None:
    found = by_place(draw_scores(2, {"A": 0.4, "B": 0.1, "C": 0.0}), make_study())
    methods = {place: row.method for place, row in found.items()}
    small = dict.fromkeys(["A", "B", "C", "equal?", "B - A", "C - A", "C - B"], "bootstrap")
    assert methods == small | {"pooled": "CR2", "equal weight": "CR2"}


def test_cr2_is_that_of_the_rows(draw_scores: MakeScores, make_study: MakeStudy, from_rows: Callable[..., Any]) -> None:
    scores = draw_scores(3, {"A": 0.4, "B": 0.1, "C": 0.0})
    found = by_place(scores, make_study())
    pooled = moments_of(scores, regressors(scores, ["A", "B", "C"], own_effects=False), from_rows)
    p = pooled[0].xwy.shape[1]
    own = moments_of(scores, regressors(scores, ["A", "B", "C"]), from_rows)
    mean = np.r_[np.zeros(own[0].xwy.shape[1] - 3), np.full(3, 1 / 3)]
    for name, (moments, working), vector in (("pooled", pooled, np.eye(p)[-1]), ("equal weight", own, mean)):
        row, test = found[name], satterthwaite_test(cr2(moments, working), vector)
        low, high = test.interval(0.95)
        expected = [test.estimate[0], test.std_error[0], test.statistic[0], test.df, test.p_value[0], low[0], high[0]]
        shown = [row.estimate, row.std_error, row.statistic, row.df, row.p_value, row.conf_low, row.conf_high]
        np.testing.assert_allclose(shown, expected, rtol=1e-7)
        solved = solve(moments)
        around = leave_one_out(solved, vector)
        clusters = effective_clusters(solved, working, vector)
        beside = [cr1_std_errors(solved, vector)[0], around.cr3[0], around.low[0], around.high[0], clusters]
        shown = [row.std_error_cr1, row.std_error_cr3, row.loo_low, row.loo_high, row.clusters_effective]
        np.testing.assert_allclose(shown, beside, rtol=1e-7)


def test_bootstrap_is_that_of_the_rows(
    draw_scores: MakeScores, make_study: MakeStudy, from_rows: Callable[..., Any]
) -> None:
    scores, study = draw_scores(4, {"A": 0.4}, clusters=16), make_study(effects={"draws": 1999})
    row = by_place(scores, study)["A"]
    moments, working = moments_of(scores, regressors(scores, ["A"]), from_rows)
    vector = np.eye(moments.xwy.shape[1])[-1]
    order = pd.factorize(scores["cluster"], sort=True)[1]
    assert list(order) == sorted(order)
    by_name = np.argsort(np.argsort([name.zfill(4) for name in order]))  # rows by hand are in another order
    draws = draw_weights(16, 1999, study.settings.seed).select(np.argsort(by_name))
    test = wild_bootstrap(solve(moments), vector, draws)
    assert (row.estimate, row.std_error, row.statistic) == pytest.approx(
        (test.estimate[0], test.std_error[0], test.statistic[0])
    )
    assert row.p_value == test.p_value[0]
    assert (row.conf_low, row.conf_high) == pytest.approx((test.conf_low[0], test.conf_high[0]))
    assert row.clusters_effective == pytest.approx(effective_clusters(solve(moments), working, vector))


def test_the_seed_of_the_study_decides_the_draws(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores, study = draw_scores(5, {"A": 0.1, "B": 0.1}, clusters=16), make_study(effects={"draws": 999})
    other = study.model_copy(update={"settings": study.settings.model_copy(update={"seed": 7})})
    first, again, second = by_place(scores, study), by_place(scores, study), by_place(scores, other)
    assert first == again
    for place in ("A", "equal?"):
        assert first[place].p_value != second[place].p_value
        assert first[place].p_value == pytest.approx(second[place].p_value, abs=0.08)


def test_randomisation_is_that_of_the_rows(
    draw_scores: MakeScores, make_study: MakeStudy, from_rows: Callable[..., Any]
) -> None:
    """Twelve clusters in two strata, of which one and two were treated: 6 x 15 ways."""
    scores = draw_scores(6, {"A": 0.4})
    number = scores["cluster"].str.removeprefix("c").astype(int)
    scores = scores.assign(arm=np.where(number.isin([1, 7, 9]), TREATED, "comparison"))
    row = by_place(scores, make_study())["A"]
    moments, _ = moments_of(scores, regressors(scores, ["A"], treated=np.ones(len(scores))), from_rows)
    names = sorted(scores["cluster"].unique(), key=lambda name: name.zfill(4))
    treated = np.isin(names, ["c1", "c7", "c9"])
    blocks = np.array([int(name[1:]) >= 6 for name in names]).astype(np.int64)
    p = moments.xwy.shape[1]
    vector = np.eye(p)[-1]
    case = ArmMoments(moments, np.arange(p) >= p - 2, treated)
    assignments = possible_assignments(treated, blocks, 9999, 0)
    test = randomisation_test(case, vector, assignments)
    assert (row.p_value, row.p_smallest) == (pytest.approx(test.p_value[0]), 1 / 90)
    actual, _ = moments_of(scores, regressors(scores, ["A"]), from_rows)
    solved = solve(actual)
    assert row.statistic == pytest.approx((vector @ solved.coef / cr1_std_errors(solved, vector))[0])
    assert row.statistic == pytest.approx(test.statistic[0] / np.sqrt(cr1_factor(actual)))
    assert np.isnan([row.std_error, row.conf_low, row.conf_high, row.df]).all()


@pytest.mark.parametrize(
    ("strata", "blocks", "why"),
    [
        (lambda s: s["strata"], 2, "arms were drawn within strata"),
        (lambda s: s["group"], 1, "strata that share their clusters"),
        (lambda s: s["arm"], 1, "strata drawn within arms are left out"),
    ],
)
def test_blocks_of_the_lottery(
    strata: Callable[[pd.DataFrame], pd.Series],
    blocks: int,
    why: str,
    draw_scores: MakeScores,
    make_study: MakeStudy,
) -> None:  # fmt: skip
    scores, study = draw_scores(7, {"A": 0.4}), make_study()
    cells = outcome_cells(study_sample(scores.assign(strata=strata(scores)), study, ["trust"]), study, [0])
    model = fit_model(cells, cells.unit)
    assert not isinstance(model, str)
    assert np.unique(model.blocks).size == blocks, why
    assert model.blocks.size == 12
    np.testing.assert_array_equal(model.arms.treated.sum(), 6)


@pytest.mark.parametrize(("clusters", "method"), [(30, "CR2"), (12, "bootstrap")])
def test_governorates_are_compared_on_the_rung_all_of_them_reach(
    clusters: int, method: str, draw_scores: MakeScores, make_study: MakeStudy, from_rows: Callable[..., Any]
) -> None:
    scores, study = draw_scores(8, {"A": 0.4, "B": 0.1}, clusters=clusters, respondents=4), make_study()
    row = by_place(scores, study)["equal?"]
    moments, working = moments_of(scores, regressors(scores, ["A", "B"]), from_rows)
    contrasts = np.eye(moments.xwy.shape[1])[[-1]] - np.eye(moments.xwy.shape[1])[[-2]]
    assert row.method == method
    assert np.isnan([row.estimate, row.std_error, row.std_error_cr1, row.conf_low]).all()
    if method == "CR2":
        (test,) = htz_test(cr2(moments, working), contrasts)
        assert (row.statistic, row.df, row.p_value) == pytest.approx(
            (test.statistic, test.df_denominator, test.p_value)
        )
    else:
        joint = joint_bootstrap(solve(moments), contrasts, draw_weights(24, 9999, study.settings.seed))
        assert (row.statistic, np.isnan(row.df)) == (pytest.approx(joint.statistic[0]), True)
        assert row.p_value == pytest.approx(joint.p_value[0], abs=0.02)  # clusters by hand are in another order


@pytest.mark.parametrize("clusters", [12, 30])
def test_an_outcome_constant_in_two_governorates_has_no_comparison(
    clusters: int, draw_scores: MakeScores, make_study: MakeStudy
) -> None:
    scores = draw_scores(8, {"A": 0.4, "B": 0.1, "C": 0.0}, clusters=clusters, respondents=4)
    found = by_place(scores.assign(trust=scores["trust"].where(scores["governorate"] == "A", 1.0)), make_study())
    assert (found["equal?"].status, found["equal?"].reason) == ("no_p_value", "no_variation")
    assert (found["A"].status, found["pooled"].status) == ("ok", "ok")


def test_a_joint_statistic_without_inverse_takes_the_pseudo_inverse() -> None:
    parts = np.array([[[1.0, 0.0], [2.0, 0.0]]])
    assert _quadratic(np.array([[3.0, 0.0]]), parts) == pytest.approx(9 / 5)


def test_one_refused_governorate_refuses_the_comparison(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(9, {"A": 0.4, "B": 0.1})
    few = scores[(scores["governorate"] == "B") | scores["cluster"].isin(["c0", "c1", "c2", "c3", "c5", "c7"])]
    found = by_place(few.reset_index(drop=True), make_study())
    assert (found["A"].reason, found["equal?"].reason) == ("few_comparison_clusters", "few_clusters_in_a_governorate")
    three = scores[(scores["governorate"] == "B") | ~scores["cluster"].isin(["c1", "c3", "c5"])]
    found = by_place(three.reset_index(drop=True), make_study())
    assert (found["A"].method, found["equal?"].method) == ("randomisation", "bootstrap")


def test_dimensions_and_indices_are_families(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(10, {"A": 0.3}, clusters=12, outcomes=("trust", "trust.one", "trust.two"))
    rows = {row.outcome: row for row in estimate_effects(scores, make_study(dimensions=("one", "two")))[::2]}
    assert (rows["trust"].adjustment, np.isnan(rows["trust"].p_adjusted)) == ("", True)
    for name in ("trust.one", "trust.two"):
        assert rows[name].adjustment == "Romano-Wolf"
        assert rows[name].p_value - 1e-12 <= rows[name].p_adjusted <= 2 * rows[name].p_value + 1e-3


def test_outcomes_answered_in_other_clusters_are_not_drawn_jointly(
    draw_scores: MakeScores, make_study: MakeStudy
) -> None:
    scores = draw_scores(11, {"A": 0.3}, outcomes=("trust", "trust.one", "trust.two"))
    study = make_study(dimensions=("one", "two"))
    partly = scores["trust.two"].mask(scores["cluster"] == "c3")
    missing = scores["trust.two"].mask(scores.index % 7 == 0)
    for values, how in ((partly, "Holm"), (missing, "Romano-Wolf")):
        rows = [row for row in estimate_effects(scores.assign(**{"trust.two": values}), study) if "." in row.outcome]
        assert {row.adjustment for row in rows} == {how}
    alone = [row for row in estimate_effects(scores.assign(**{"trust.two": NAN}), study) if row.outcome == "trust.one"]
    assert {(row.adjustment, row.status) for row in alone} == {("", "ok")}


def test_families_by_hand(make_study: MakeStudy) -> None:
    study = make_study()
    rng = np.random.default_rng(12)
    draws, statistics, p_values = rng.normal(0, 1, (999, 3)), [2.5, 1.0, 0.2], [0.01, 0.3, 0.8]
    rows = [
        Drawn(name, "did", "effect", "after", "A", "all", "sd", p_value=p, method="bootstrap", status="ok",
              resample=Resample(("bootstrap", b"x"), t, draws[:, at], False))
        for at, (name, p, t) in enumerate(zip(["a", "b", "c"], p_values, statistics, strict=True))
    ]  # fmt: skip
    found = adjust_families(rows, study)
    np.testing.assert_allclose([row.p_adjusted for row in found], romano_wolf(np.array(statistics), draws, False))
    assert {type(row) for row in found} == {Estimate}
    other = replace(rows[2], resample=Resample(("bootstrap", b"y"), 0.2, draws[:, 2], False))
    for last in (other, replace(rows[2], resample=None)):
        found = adjust_families([*rows[:2], last], study)
        np.testing.assert_allclose([row.p_adjusted for row in found], holm(np.array(p_values)))
        assert {row.adjustment for row in found} == {"Holm"}
    elsewhere = [replace(row, governorate=place) for row, place in zip(rows, "ABC", strict=True)]
    assert [row.adjustment for row in adjust_families(elsewhere, study)] == ["", "", ""]
