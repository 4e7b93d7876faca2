"""Maximum likelihood: by hand, against differences, by simulation, whatever the order; and what it refuses."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.measure.factors import likelihood
from transforms.measure.factors.cases import case_scores, with_cases
from transforms.measure.factors.doubts import doubts
from transforms.measure.factors.fit_measures import cfi, fit_measures, rmsea, rmsea_interval, tli
from transforms.measure.factors.likelihood import (
    NOT_CONVERGED,
    NOT_IDENTIFIED,
    TOO_MANY_PARAMETERS,
    fisher_information,
    fit,
    slope,
)
from transforms.measure.factors.model import INTERCEPT, LOADING, FactorModel, Structure, specify, structure_of
from transforms.measure.factors.moments import Moments, group_moments
from transforms.measure.factors.one_factor import one_factor
from transforms.measure.factors.robust import robust_covariance, robust_measures
from transforms.measure.factors.score_tests import score_tests

TWO = structure_of([("f", ["a", "b", "c"]), ("g", ["d", "e", "h"])])
BOTH = (LOADING, INTERCEPT)


def three(ab: float, ac: float, bc: float) -> np.ndarray:
    return np.array([[1, ab, ac], [ab, 1, bc], [ac, bc, 1.0]])


def people(seed: int, n: int, shift: float = 0.0, structure: Structure = TWO) -> list[np.ndarray]:
    """Answers of n people to six items of two factors that correlate by .5; the third item's mean moves by `shift`."""
    draw = np.random.default_rng(seed)
    factors = draw.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], n)
    columns = factors[:, list(structure.factor_of)] * [0.8, 0.7, 0.6, 0.8, 0.7, 0.6]
    columns = columns + draw.normal(0, 0.6, columns.shape) + np.array([0, 0, shift, 0, 0, 0])
    return list(columns.T)


def moments(*groups: list[np.ndarray]) -> list[Moments]:
    columns = [np.concatenate(items) for items in zip(*groups, strict=True)]
    codes = np.repeat(np.arange(len(groups)), [len(group[0]) for group in groups])
    return with_cases(group_moments(columns, codes, len(groups)), columns, codes)


def test_three_items_by_hand() -> None:
    """Three correlations, three loadings: l_a = sqrt(r_ab r_ac / r_bc), with nothing left to test (Spearman 1904)."""
    found = one_factor(three(0.56, 0.48, 0.42), 100)
    np.testing.assert_allclose(found.loadings, [0.8, 0.7, 0.6], atol=1e-5)
    np.testing.assert_allclose(found.unexplained, [0.36, 0.51, 0.64], atol=1e-5)
    assert found.measures is not None
    assert (found.measures.df, found.measures.tli, found.measures.rmsea) == (0, 1, 0)
    assert found.measures.cfi == pytest.approx(1)
    assert found.measures.chi2 == pytest.approx(0, abs=1e-6)
    assert np.isnan(found.measures.p_value)


@pytest.mark.parametrize(
    ("covariance", "status", "reason", "why"),
    [
        (three(0.8, 0.8, 0.3), "doubtful", "negative_variance", "l_a = sqrt(.64 / .3) > 1: a Heywood case"),
        (three(-0.5, -0.5, 0.5), "doubtful", "negative_loading", "the first item runs against the others"),
        (three(0.5, 0.0, 0.0), "not_estimated", "not_identified", "two items alone share something"),
        (three(-0.3, -0.3, -0.3), "not_estimated", "not_converged", "no real loadings have these products"),
        (three(1.0, 0.5, 0.5), "not_estimated", "items_predict_one_another", "the same item twice"),
        (np.full((3, 3), np.nan), "not_estimated", "items_predict_one_another", "no covariances"),
        (np.eye(2), "not_estimated", "too_few_items", "two items have no factor model"),
    ],
)
def test_what_is_improper_is_named(covariance: np.ndarray, status: str, reason: str, why: str) -> None:
    found = one_factor(covariance, 200)
    assert (found.status, found.reason) == (status, reason), why
    assert np.isnan(found.loadings).all() == (status == "not_estimated"), why
    assert (found.measures is None) == (status == "not_estimated"), why


def test_the_negative_loading_is_the_one_that_differs() -> None:
    assert one_factor(three(-0.5, -0.5, 0.5), 200).loadings[0] < 0 < one_factor(three(-0.5, -0.5, 0.5), 200).loadings[1]


def test_factors_that_are_one_are_named() -> None:
    draw = np.random.default_rng(1)
    factor = draw.normal(size=4000)
    columns = [0.8 * factor + draw.normal(0, 0.6, 4000) for _ in range(6)]
    columns[3:] = [-column for column in columns[3:]]
    covariance = np.cov(columns, bias=True)
    covariance[:3, 3:] *= 1.05
    covariance[3:, :3] *= 1.05
    found = fit(specify(TWO, ("one",)), [Moments(4000, np.zeros(6), covariance)])
    assert doubts(found).factors_alike == ("f & g",)
    assert doubts(found).reason == "factors_not_distinct"


def test_too_many_parameters_and_no_solution_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = structure_of([("f", ["a", "b"])])
    sample = [Moments(100, np.zeros(2), np.array([[1, 0.3], [0.3, 1]]))]
    assert fit(specify(pair, ("one",)), sample).problem == TOO_MANY_PARAMETERS
    model = specify(TWO, ("one",))
    known = moments(people(1, 300))
    monkeypatch.setattr(likelihood, "STEPS", 1)
    monkeypatch.setattr(likelihood, "ROUGH_STEPS", 1)
    assert fit(model, known).problem == NOT_CONVERGED
    monkeypatch.setattr(likelihood, "HALVINGS", 0)
    assert fit(model, known).problem == NOT_CONVERGED, "no step leads down"


@pytest.mark.parametrize("n", [50, 300, 4_000_000, 10**12])
def test_the_number_of_respondents_changes_the_fit_and_not_the_estimates(n: int) -> None:
    sample = moments(people(1, 300), people(2, 300, 0.4))
    model = specify(TWO, ("one", "two"), equal=BOTH)
    known = fit(model, sample)
    found = fit(model, [Moments(n, group.mean, group.covariance) for group in sample])
    assert found.problem == ""
    assert found.chi2 == pytest.approx(known.chi2 * n / 300, rel=1e-6)
    np.testing.assert_allclose(found.free, known.free, atol=1e-4)


@pytest.mark.parametrize(
    ("information", "expected", "why"),
    [
        ([[2.0, 0.5], [0.5, 3.0]], True, "both matter"),
        ([[1.0, 1.0], [1.0, 1.0]], False, "one can stand for the other"),
        ([[1.0, 0.0], [0.0, 0.0]], False, "one does not matter"),
        ([[1.0, np.nan], [np.nan, 1.0]], False, "unknown"),
        ([[1.0, 1.1], [1.1, 1.0]], False, "no information matrix at all"),
        ([[1e12, 0.0], [0.0, 1e-12]], True, "whatever their units"),
    ],
)
def test_identified(information: list[list[float]], expected: bool, why: str) -> None:
    assert likelihood.identified(np.array(information)) == expected, why


def test_the_search_goes_on_where_the_information_is_singular() -> None:
    """From loadings of nothing on two items, that of the third has no slope yet."""
    model = specify(structure_of([("f", ["a", "b", "c"])]), ("one",), means=False)
    start = np.array([0.0, 0.5, 0.0, 1.0, 0.75, 1.0])
    found = fit(model, [Moments(100, np.zeros(3), three(0.56, 0.48, 0.42))], start)
    assert found.problem in ("", NOT_CONVERGED, NOT_IDENTIFIED)
    assert np.isfinite(found.free).all()


def test_the_rough_search_turns_back_where_there_is_no_covariance_matrix() -> None:
    model = specify(structure_of([("f", ["a", "b", "c"])]), ("one",), means=False)
    sample = (Moments(100, np.zeros(3), three(0.8, 0.8, 0.3)),)
    start = np.array([0.99, 0.99, 0.99, 0.01, 0.01, 0.01])
    found = likelihood._rough(model, sample, start)
    assert slope(model, sample, found).value < slope(model, sample, start).value
    beyond = np.array([1.0, 1.0, 1.0, -1.0, -1.0, -1.0])
    np.testing.assert_array_equal(likelihood._rough(model, sample, beyond), beyond)


@cache
def fitted(equal: tuple[str, ...], unit: str) -> tuple[FactorModel, list[Moments], np.ndarray]:
    """Two groups' moments, a model of them and its estimates."""
    sample = moments(people(1, 200), people(2, 100, 0.3))
    model = specify(TWO, ("one", "two"), equal=equal, identification=unit)
    return model, sample, fit(model, sample).free


@pytest.mark.parametrize("equal", [(), (LOADING,), BOTH])
@pytest.mark.parametrize("unit", ["standardised", "marker"])
@given(seed=st.integers(0, 500))
@settings(max_examples=10)
def test_the_slope_is_that_of_numerical_differences(equal: tuple[str, ...], unit: str, seed: int) -> None:
    model, sample, best = fitted(equal, unit)
    free = best * np.random.default_rng(seed).uniform(0.9, 1.1, len(model.parameters))
    score = slope(model, sample, free).score
    steps = np.eye(len(free)) * 1e-6
    numerical = [(slope(model, sample, free + s).value - slope(model, sample, free - s).value) / 4e-6 for s in steps]
    np.testing.assert_allclose(score, numerical, atol=1e-7)


def test_the_information_is_the_curvature_where_the_model_is_true() -> None:
    model = specify(TWO, ("one",))
    free = fit(model, moments(people(1, 500))).free
    cells = model.cell_values(free)
    true = likelihood.implied(model, cells, 0)
    sample = [Moments(500, true.mean, true.covariance)]
    steps = np.eye(len(free)) * 1e-5
    curvature = [(slope(model, sample, free + s).score - slope(model, sample, free - s).score) / 2e-5 for s in steps]
    np.testing.assert_allclose(slope(model, sample, free).information, curvature, atol=1e-6)
    np.testing.assert_allclose(fisher_information(model, sample, free), curvature, atol=1e-6)


def test_known_loadings_are_found_and_their_errors_cover_them() -> None:
    """Of 120 samples, about 95 in 100 intervals hold the loading that was planted, by robust errors too."""
    model = specify(TWO, ("one",))
    truth, held = np.array([0.8, 0.7, 0.6, 0.8, 0.7, 0.6]), []
    tests = []
    for seed in range(120):
        found = fit(model, moments(people(seed, 300)))
        at = [model.parameters.index(f"loading:{item}:0") for item in TWO.items]
        errors = np.sqrt(np.diag(robust_covariance(found))[at])
        held.append(np.abs(found.free[at] - truth) < 1.96 * errors)
        tests.append(fit_measures(found).chi2)
    assert 0.92 < np.mean(held) < 0.98
    assert np.mean(tests) == pytest.approx(8, abs=1.0), "chi2 has as many degrees of freedom as it should"


def test_score_tests_are_chi2_where_nothing_differs_and_find_what_does() -> None:
    model = specify(TWO, ("one", "two"), equal=BOTH)
    still, moved = [], []
    for seed in range(50):
        calm = fit(model, moments(people(seed, 250), people(seed + 1000, 250)))
        still += [test.p_value for test in score_tests(calm, [INTERCEPT])]
        stirred = fit(model, moments(people(seed, 250), people(seed + 1000, 250, 0.6)))
        moved.append(score_tests(stirred, [INTERCEPT])[0].item)
    assert np.mean(np.array(still) < 0.05) == pytest.approx(0.05, abs=0.035)
    assert moved.count("c") >= 48


@given(items=st.permutations(range(6)), swap=st.booleans(), scale=st.floats(0.01, 100), origin=st.floats(-100, 100))
@settings(max_examples=15)
def test_order_of_items_and_groups_and_the_unit_change_no_fit(
    items: list[int], swap: bool, scale: float, origin: float
) -> None:
    one, two = people(3, 150), people(4, 200, 0.2)
    known = fit(specify(TWO, ("one", "two"), equal=BOTH), moments(one, two))
    names = [TWO.items[at] for at in items]
    factors = ["fg"[TWO.factor_of[at]] for at in items]
    structure = structure_of((f, [n for n, of in zip(names, factors, strict=True) if of == f]) for f in ("g", "f"))
    groups = [
        [origin + scale * group[TWO.items.index(name)] for name in structure.items]
        for group in ((two, one) if swap else (one, two))
    ]
    found = fit(specify(structure, ("x", "y"), equal=BOTH), moments(*groups))
    assert found.chi2 == pytest.approx(known.chi2, abs=1e-4)
    ours, theirs = fit_measures(found), fit_measures(known)
    assert (ours.cfi, ours.tli, ours.rmsea, ours.srmr) == pytest.approx(
        (theirs.cfi, theirs.tli, theirs.rmsea, theirs.srmr), abs=1e-6
    )
    assert robust_measures(found).scaling == pytest.approx(robust_measures(known).scaling, abs=1e-5)
    tests = {(test.item, round(test.statistic, 3)) for test in score_tests(found, [INTERCEPT])}
    assert tests == {(test.item, round(test.statistic, 3)) for test in score_tests(known, [INTERCEPT])}


def test_fit_measures_by_hand() -> None:
    """chi2 30 on 20 df against a baseline of 230 on 30: excess 10 and 200."""
    assert cfi(10, 200) == pytest.approx(0.95)
    assert tli(10, 20, 200, 30) == pytest.approx(1 - 0.5 * 30 / 200)
    assert rmsea(10, 20, 500, 2) == pytest.approx(np.sqrt(2 * 10 / (500 * 20)))
    assert cfi(-3, 200) == cfi(-3, -1) == 1.0, "no worse than chance would have it"
    assert np.isnan(tli(10, 20, 0, 30)), "a baseline without excess measures nothing"
    low, high = rmsea_interval(30, 20, 500, 1)
    assert 0 <= low < rmsea(10, 20, 500, 1) < high
    assert rmsea_interval(5, 20, 500, 1) == (0, 0)


def test_robust_statistics_of_a_saturated_model_and_without_respondents() -> None:
    three_items = structure_of([("f", ["a", "b", "c"])])
    sample = moments(people(5, 100)[:3])
    robust = robust_measures(fit(specify(three_items, ("one",)), sample))
    assert (robust.scaling, robust.cfi_scaled, robust.rmsea_scaled) == (1, 1, 0)
    without = [Moments(100, np.zeros(6), np.cov(people(5, 100), bias=True))]
    with pytest.raises(ValueError, match="respondents"):
        robust_measures(fit(specify(TWO, ("one",)), without))


def test_a_start_that_implies_no_covariance_matrix_leads_nowhere() -> None:
    model, sample = specify(TWO, ("one",)), moments(people(7, 200))
    found = fit(model, sample, np.full(len(model.parameters), -1.0))
    assert found.problem == NOT_CONVERGED
    assert np.isnan(found.free).all()
    with pytest.raises(ValueError, match="no covariance matrix"):
        score_tests(replace(found, free=np.full(len(model.parameters), -1.0)), [INTERCEPT])
    cases = sample[0].cases
    assert cases is not None
    with pytest.raises(ValueError, match="no covariance matrix"):
        case_scores(cases, np.zeros(6), -np.eye(6))
