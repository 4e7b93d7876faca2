"""One factor in many groups at once: known loadings come back, and each group is as by itself."""

import numpy as np
import pytest

from transforms.measure.factors.one_factor import one_factor
from transforms.measure.factors.one_factor_each import one_factor_each


def implied(loadings: list[float]) -> np.ndarray:
    matrix = np.outer(loadings, loadings)
    np.fill_diagonal(matrix, 1.0)
    return matrix


@pytest.mark.parametrize(
    "loadings",
    [
        [0.8, 0.7, 0.6],  # as many correlations as loadings
        [0.9, 0.5, 0.4, 0.3, 0.8],
        [0.8, 0.7, -0.6, 0.5],  # an item that runs against the others
        [0.99, 0.2, 0.3, 0.25],  # one that is all but the factor itself
    ],
)
def test_known_loadings_come_back(loadings):
    found = one_factor_each(implied(loadings)[None])
    assert found.problems == ("",)
    np.testing.assert_allclose(found.loadings[0], loadings, atol=1e-5)
    np.testing.assert_allclose(found.unexplained[0], 1 - np.square(loadings), atol=1e-5)


def test_each_group_is_as_by_itself():
    rng = np.random.default_rng(7)
    samples = []
    for people in (30, 60, 100, 400, 3000):
        factor = rng.standard_normal((people, 1))
        samples.append(np.corrcoef((factor * rng.uniform(0.2, 0.9, 6) + rng.standard_normal((people, 6))).T))
    found = one_factor_each(np.array(samples))
    for at, sample in enumerate(samples):
        alone = one_factor(sample, 1_000_000)
        np.testing.assert_allclose(found.loadings[at], alone.loadings, atol=1e-5)
        np.testing.assert_allclose(found.unexplained[at], alone.unexplained, atol=1e-5)


def test_a_group_without_a_model_says_why_and_the_others_have_theirs():
    twice = np.array([[1, 1, 0.5], [1, 1, 0.5], [0.5, 0.5, 1]])
    nothing = np.eye(3)
    opposed = implied([0.5, 0.5, 0.5]) * [[1, -1, -1], [-1, 1, -1], [-1, -1, 1]]
    found = one_factor_each(np.array([twice, implied([0.8, 0.7, 0.6]), opposed, nothing, np.full((3, 3), np.nan)]))
    assert found.problems[0] == found.problems[4] == "items_predict_one_another"
    assert found.problems[1] == ""
    assert found.problems[2] == "not_converged", "no real loadings have these products"
    np.testing.assert_allclose(found.loadings[3], 0, atol=1e-3)
    assert np.isnan(found.loadings[[0, 4]]).all()


def test_a_heywood_case_has_its_negative_variance():
    heywood = np.array([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]])  # the first loading is sqrt(.8 * .8 / .5) > 1
    found = one_factor_each(heywood[None])
    assert found.unexplained[0, 0] == pytest.approx(1 - 0.64 / 0.5, abs=1e-6)


def test_four_items_that_all_run_against_one_another_have_no_estimate() -> None:
    found = one_factor_each(np.where(np.eye(4) == 1, 1.0, -0.3)[None])
    assert found.problems == ("not_converged",)
    assert np.isnan(found.loadings).all()
