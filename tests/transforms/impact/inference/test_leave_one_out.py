"""Leaving clusters out: refitting without them, R's CR3, and what leverage must add up to."""

import numpy as np
import pytest

from transforms.impact.inference.leave_one_out import effective_clusters, leave_one_out, partial_leverage
from transforms.impact.inference.solved import solve


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("name", ["clusters_36", "clusters_12", "clusters_8"])
def test_cr3_is_that_of_clubsandwich(name, weighted, survey_moments, reference):
    solved = solve(survey_moments(name, weighted)[0])
    found = [leave_one_out(solved, vector).cr3[0] for vector in np.eye(solved.coef.shape[0])]
    printed = reference[f"{name}_{'weighted' if weighted else 'unweighted'}"]["cr3_se"]
    np.testing.assert_allclose(found, printed, rtol=1e-9)


@pytest.mark.parametrize("name", ["apistrat", "apiclus1"])
def test_cr3_is_that_of_clubsandwich_for_schools(name, schools, from_rows, reference):
    frame = schools(name)
    x, weight = frame.filter(regex=r"^x\d").to_numpy(float), frame["weight"].to_numpy(float)
    solved = solve(from_rows(x, frame[["y"]].to_numpy(float), frame["cluster"], weight)[0])
    found = [leave_one_out(solved, vector).cr3[0] for vector in np.eye(x.shape[1])]
    np.testing.assert_allclose(found, reference[f"{name}_weighted"]["cr3_se"], rtol=1e-9)


def test_estimates_without_a_cluster_are_those_of_a_fit_without_it(survey, from_rows):
    frame = survey("clusters_12")
    x, y = frame.filter(regex=r"^x\d").to_numpy(float), frame[["y"]].to_numpy(float)
    weight, cluster = frame["weight"].to_numpy(), frame["cluster"].to_numpy()
    vector = np.eye(x.shape[1])[-1]
    found = leave_one_out(solve(from_rows(x, y, cluster, weight)[0]), vector)
    refitted = []
    for g in range(12):
        rest = cluster != g
        refitted.append(solve(from_rows(x[rest], y[rest], cluster[rest], weight[rest])[0]).coef[-1])
    np.testing.assert_allclose(found.without, refitted, atol=1e-12)
    np.testing.assert_allclose([found.low, found.high], [np.min(refitted, axis=0), np.max(refitted, axis=0)])
    np.testing.assert_allclose(found.jackknife**2, 11 * np.var(refitted, axis=0))


def test_the_only_treated_cluster_cannot_be_left_out(survey_moments):
    solved = solve(survey_moments("one_treated", True)[0])
    vector = np.eye(solved.coef.shape[0])[-1]
    found = leave_one_out(solved, vector)
    assert np.isnan(found.without).sum() == 1
    assert np.isnan(found.cr3).all()
    assert np.isfinite(found.low).all()


def test_nothing_is_left_without_clusters_that_each_carry_a_coefficient(from_rows):
    x = np.kron(np.eye(2), np.ones((3, 1)))
    found = leave_one_out(solve(from_rows(x, np.arange(6.0)[:, None], [0] * 3 + [1] * 3)[0]), np.array([1.0, -1.0]))
    assert np.isnan(found.low).all()


def test_leverage_adds_up_to_one(survey_moments):
    solved = solve(survey_moments("clusters_36", True)[0])
    for vector in np.eye(solved.coef.shape[0])[-3:]:
        assert partial_leverage(solved, vector).sum() == pytest.approx(1)


def test_equal_clusters_are_as_effective_as_they_are_many(from_rows):
    cluster = np.repeat(np.arange(10), 4)
    x = np.column_stack([np.ones(40), cluster % 2])
    moments, working = from_rows(x, np.arange(40.0)[:, None], cluster)
    assert effective_clusters(solve(moments), working, np.array([0.0, 1.0])) == pytest.approx(10)


def test_one_large_cluster_is_worth_fewer(from_rows):
    cluster = np.concatenate([np.repeat(np.arange(10), 4), np.zeros(400, dtype=int)])
    x = np.column_stack([np.ones(440), cluster % 2])
    moments, working = from_rows(x, np.arange(440.0)[:, None], cluster)
    assert effective_clusters(solve(moments), working, np.array([1.0, 0.0])) < 6
