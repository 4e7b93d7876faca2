"""Ordinal factor models: known numbers are found again, errors are honest, and what cannot be fitted says why."""

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest

from transforms.measure.factors import ordinal_minimum
from transforms.measure.factors.doubts import NEGATIVE_LOADING, NEGATIVE_VARIANCE
from transforms.measure.factors.likelihood import NOT_CONVERGED, NOT_IDENTIFIED
from transforms.measure.factors.model import LOADING, structure_of
from transforms.measure.factors.ordinal_fit import NO_CORRELATION, fit_ordinal, ordinal_doubts
from transforms.measure.factors.ordinal_model import THRESHOLD, specify_ordinal
from transforms.measure.factors.polychoric import group_polychorics, polychoric_correlations
from transforms.measure.factors.selection import FEW_RESPONDENTS
from transforms.measure.factors.thresholds import ordered_categories

CUTS = 3  # thresholds of an item that is drawn
LOADINGS = (0.8, 0.7, 0.6, 0.5)
ONE = ("all",)


def one_factor(items):
    return structure_of([("f", list(items))])


def fitted(frame, structure=None, **how):
    sample = polychoric_correlations(frame)
    model = specify_ordinal(structure or one_factor(frame), ONE, sample.categories.counts, **how)
    return fit_ordinal(model, [sample])


def two_groups(first, second, equal, **how):
    frame = pd.concat([first, second], ignore_index=True)
    categories = ordered_categories(frame, np.repeat([0, 1], [len(first), len(second)]))
    model = specify_ordinal(one_factor(frame), ("one", "two"), categories.counts, equal=equal, **how)
    return fit_ordinal(model, [group_polychorics(categories, group) for group in (0, 1)])


def test_three_items_by_hand(drawn):
    frame = drawn(800, 1, LOADINGS[:3])
    sample, found = polychoric_correlations(frame), fitted(frame)
    ab, ac, bc = sample.correlations[np.triu_indices(3, 1)]
    expected = [np.sqrt(ab * ac / bc), np.sqrt(ab * bc / ac), np.sqrt(ac * bc / ab)]  # Spearman 1904
    np.testing.assert_allclose([found.estimate(f"loading:x{at}:0")[0] for at in range(3)], expected, atol=1e-8)
    assert (found.problem, found.statistics.test.df) == ("", 0)
    assert found.statistics.test.chi2 == pytest.approx(0, abs=1e-10)
    assert np.isnan(found.statistics.test.p_scaled)
    assert (found.statistics.cfi, found.statistics.tli, found.statistics.rmsea) == (1.0, 1.0, 0.0)


def test_known_numbers_are_found_and_their_errors_cover_them(drawn):
    equal = (LOADING, THRESHOLD)
    truth = {"loading:x0": 0.8, "loading:x3": 0.5, "threshold:x1:2": 0.0, "factor_mean:f:1": 0.4, "scale:x2:1": 1.0}
    truth["factor_covariance:f:f:1"] = 1.0
    covered, tests = {label: [] for label in truth}, []
    for seed in range(60):
        found = two_groups(drawn(500, seed, LOADINGS), drawn(500, seed + 1000, LOADINGS, mean=0.4), equal)
        assert found.problem == ""
        tests.append(found.statistics.test)
        for label, value in truth.items():
            estimate, error = found.estimate(label)
            covered[label].append((abs(estimate - value) <= 1.96 * error, estimate - value))
    for label, pairs in covered.items():
        inside, off = np.array(pairs, dtype=float).T
        assert inside.mean() >= 0.86, label
        assert abs(off.mean()) < 0.03, label
    # Under the model the scaled and shifted statistic has the mean and the spread of a chi-square of df degrees.
    chi2 = np.array([test.chi2_scaled for test in tests])
    df = tests[0].df
    assert chi2.mean() == pytest.approx(df, rel=0.15)
    assert chi2.std() == pytest.approx(np.sqrt(2 * df), rel=0.3)
    assert np.mean([test.p_scaled < 0.05 for test in tests]) < 0.15


def test_the_unit_of_the_factor_changes_nothing_but_units(drawn):
    first, second = drawn(400, 1, LOADINGS), drawn(400, 2, LOADINGS, mean=0.3, sd=1.2)
    free = two_groups(first, second, (LOADING, THRESHOLD))
    marked = two_groups(first, second, (LOADING, THRESHOLD), identification="marker")
    assert marked.statistics.test.chi2_scaled == pytest.approx(free.statistics.test.chi2_scaled, abs=1e-5)
    unit = free.estimate("loading:x0")[0]
    assert marked.estimate("loading:x2")[0] == pytest.approx(free.estimate("loading:x2")[0] / unit, abs=1e-5)
    assert marked.estimate("factor_mean:f:1")[0] == pytest.approx(free.estimate("factor_mean:f:1")[0] * unit, abs=1e-5)


def test_it_may_start_anywhere_that_leads_home(drawn):
    sample = polychoric_correlations(drawn(600, 3, LOADINGS))
    model = specify_ordinal(one_factor(sample.items), ONE, sample.categories.counts)
    home = fit_ordinal(model, [sample])
    far = fit_ordinal(model, [sample], np.where([label.startswith(LOADING) for label in model.parameters], 2.5, 0.0))
    np.testing.assert_allclose(far.estimates, home.estimates, atol=1e-7)


def test_a_search_that_does_not_end_is_no_estimate(drawn, monkeypatch):
    monkeypatch.setattr(ordinal_minimum, "ITERATIONS", 1)
    found = fitted(drawn(300, 4, LOADINGS))
    assert (found.problem, found.statistics) == (NOT_CONVERGED, None)
    assert np.isnan(found.estimates).all()
    assert np.isnan(found.std_errors).all()


def test_a_search_without_a_way_down_stops(drawn, monkeypatch):
    flat, distances = ordinal_minimum.expand, itertools.count()

    def rising(model, free, groups):
        return dataclasses.replace(flat(model, free, groups), distance=float(next(distances)))

    monkeypatch.setattr(ordinal_minimum, "expand", rising)
    assert fitted(drawn(300, 4, LOADINGS)).problem == NOT_CONVERGED


def test_two_items_do_not_identify_a_factor(drawn):
    assert fitted(drawn(300, 5, LOADINGS[:2])).problem == NOT_IDENTIFIED


def test_fewer_respondents_than_parameters(drawn):
    assert fitted(drawn(12, 6, LOADINGS, cuts=[(0.0,)] * 4).assign(x0=[0, 1] * 6)).problem != FEW_RESPONDENTS
    found = fitted(drawn(14, 6, LOADINGS))
    assert len(found.model.parameters) >= 14
    assert found.problem == FEW_RESPONDENTS


def test_an_unknown_correlation_is_named(drawn):
    frame = drawn(100, 7, LOADINGS)
    frame.loc[:49, "x0"] = np.nan
    frame.loc[50:, "x1"] = np.nan
    sample = polychoric_correlations(frame)
    model = specify_ordinal(one_factor(sample.items), ONE, sample.categories.counts)
    assert fit_ordinal(model, [sample]).problem == NO_CORRELATION


def test_an_item_that_runs_against_its_factor_is_named(drawn):
    frame = drawn(500, 8, LOADINGS)
    found = fitted(frame.assign(x3=3 - frame["x3"]))
    assert found.problem == ""
    assert (ordinal_doubts(found).reason, ordinal_doubts(found).negative_loadings) == (NEGATIVE_LOADING, ("x3",))


def test_a_factor_that_explains_more_than_all_is_named(drawn):
    frame = drawn(3000, 9, (0.95, 0.95, 0.3))
    rng = np.random.default_rng(1)  # x0 goes with x1 and x2 more than x1 and x2 with each other allow
    frame["x2"] = np.where(rng.random(len(frame)) < 0.6, frame["x0"], 3 - frame["x1"])
    found = fitted(frame)
    assert ordinal_doubts(found).reason == NEGATIVE_VARIANCE
    assert "x0" in ordinal_doubts(found).negative_variances


def test_a_sample_must_be_of_the_models_items_and_bring_its_covariances(drawn):
    frame = drawn(200, 10, LOADINGS)
    sample = polychoric_correlations(frame)
    model = specify_ordinal(one_factor(frame), ONE, sample.categories.counts)
    with pytest.raises(ValueError, match="covariance"):
        fit_ordinal(model, [polychoric_correlations(frame, errors=False)])
    with pytest.raises(ValueError, match="items"):
        fit_ordinal(model, [polychoric_correlations(frame[frame.columns[::-1]])])


def test_thresholds_of_a_group_of_its_own_are_those_of_its_sample(drawn):
    found = fitted(drawn(700, 11, LOADINGS))
    sample = polychoric_correlations(drawn(700, 11, LOADINGS))
    labels = [f"threshold:x{at}:{cut + 1}" for at in range(4) for cut in range(CUTS)]
    estimates = [found.estimate(f"{label}:0")[0] for label in labels]
    np.testing.assert_allclose(estimates, np.concatenate(sample.thresholds), atol=1e-9)
