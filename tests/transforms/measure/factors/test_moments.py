"""Moments of groups, by hand and against NumPy; the likelihood of incomplete answers, by hand and by differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.measure.factors import moments as module
from transforms.measure.factors import patterns as patterns_module
from transforms.measure.factors.information import expected_information, observed_information
from transforms.measure.factors.moments import Moments, group_moments, saturated
from transforms.measure.factors.patterns import (
    expand,
    item_moments,
    one_pattern,
    pattern_codes,
    patterns_of,
    together,
)

NAN = np.nan


def gappy(seed: int, n: int = 200, p: int = 4, lost: float = 0.2) -> np.ndarray:
    """Answers to p items that go together, some of which are missing; nobody left out all."""
    draw = np.random.default_rng(seed)
    answers = draw.normal(size=(n, 1)) + draw.normal(size=(n, p)) + np.arange(p)
    answers[draw.random(answers.shape) < lost] = NAN
    return answers[~np.isnan(answers).all(axis=1)]


def loglikelihood(answers: np.ndarray, mean: np.ndarray, covariance: np.ndarray) -> float:
    """-2 log likelihood of one respondent, less p log 2 pi, respondent by respondent."""
    total = 0.0
    for row in answers:
        seen = ~np.isnan(row)
        sigma, gap = covariance[np.ix_(seen, seen)], (row - mean)[seen]
        total += np.linalg.slogdet(sigma)[1] + gap @ np.linalg.solve(sigma, gap)
    return total / len(answers)


def test_rows_without_any_answer_and_rows_of_no_group_are_left_out() -> None:
    columns = [np.array([1.0, 3, NAN, 5, 9]), np.array([2.0, 6, NAN, 1, 9])]
    found = group_moments(columns, np.array([0, 0, 0, 0, -1]), 1)[0]
    assert found.n == 3
    np.testing.assert_allclose(found.mean, [3, 3])
    assert found.partial is None, "those who are left answered everything"


def test_weights_count_and_rows_without_weight_do_not() -> None:
    columns, codes = [np.array([1.0, 4, 1, 9]), np.array([2.0, 8, 5, 9])], np.zeros(4, dtype=int)
    found = group_moments(columns, codes, 1, np.array([2.0, 1, 1, 0]))[0]
    assert found.n == 3
    np.testing.assert_allclose(found.mean, [1.75, 4.25])
    np.testing.assert_allclose(found.covariance, np.cov(columns, aweights=[2, 1, 1, 0], ddof=0))


def test_a_group_of_nobody_has_no_moments() -> None:
    nobody, somebody = group_moments([np.array([1.0, 2]), np.array([3.0, 4])], np.array([1, 1]), 2)
    assert (nobody.n, somebody.n) == (0, 2)
    assert np.isnan(nobody.mean).all()
    assert np.isnan(nobody.covariance).all()
    assert np.isnan(item_moments(nobody.patterns)[2]).all()


def test_complete_answers_are_one_pattern_with_the_moments_of_numpy() -> None:
    rows = 1e6 + np.random.default_rng(1).normal(size=(60, 3))
    found = group_moments(list(rows.T), np.zeros(60, dtype=int), 1)[0]
    np.testing.assert_allclose(found.mean, rows.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.covariance, np.cov(rows.T, bias=True), atol=1e-8)
    assert len(found.patterns.share) == 1


def test_patterns_by_hand() -> None:
    """Two people with both answers, one each with a single one."""
    found = patterns_of(np.array([[1.0, 2], [3, NAN], [5, 4], [NAN, 7]]), np.array([1.0, 1, 3, 1]))
    by_marks = {tuple(seen): at for at, seen in enumerate(found.seen.tolist())}
    both, first = by_marks[True, True], by_marks[True, False]
    np.testing.assert_allclose(found.share[[both, first]], [4 / 6, 1 / 6])
    np.testing.assert_allclose(found.mean[both], [4, 3.5])
    np.testing.assert_allclose(found.covariance[both], [[3, 1.5], [1.5, 0.75]])
    np.testing.assert_allclose(found.mean[first], [3, 0])
    np.testing.assert_allclose(together(found), [[5 / 6, 4 / 6], [4 / 6, 5 / 6]])
    shares, mean, variance = item_moments(found)
    np.testing.assert_allclose(shares, [5 / 6, 5 / 6])
    np.testing.assert_allclose(mean, [(1 + 15 + 3) / 5, (2 + 12 + 7) / 5])
    np.testing.assert_allclose(variance[0], ((1 - 3.8) ** 2 + 3 * (5 - 3.8) ** 2 + (3 - 3.8) ** 2) / 5)


def test_pattern_codes_are_those_of_the_marks_however_many_items_and_in_whatever_order() -> None:
    seen = np.random.default_rng(4).random((300, 70)) < 0.98
    codes = pattern_codes(seen)
    unique, expected = np.unique(seen, axis=0, return_inverse=True)
    assert codes.max() + 1 == len(unique)
    assert len({*zip(codes.tolist(), expected.ravel().tolist(), strict=True)}) == len(unique)
    np.testing.assert_array_equal(pattern_codes(seen[::-1]), codes[::-1])


@settings(max_examples=20)
@given(seed=st.integers(0, 1000), block=st.integers(1, 9))
def test_the_likelihood_and_its_slope_are_those_of_single_respondents(seed: int, block: int) -> None:
    answers, draw = gappy(seed, 60), np.random.default_rng(seed)
    mean, root = draw.normal(size=4), draw.normal(size=(4, 4))
    sigma = root @ root.T + np.eye(4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patterns_module, "BLOCK", block)
        here = expand(patterns_of(answers, np.ones(len(answers))), mean, sigma)
    assert here is not None
    assert here.value == pytest.approx(loglikelihood(answers, mean, sigma), rel=1e-9)
    step = 1e-5
    for item in range(4):
        moved = mean + step * np.eye(4)[item], mean - step * np.eye(4)[item]
        slope = (loglikelihood(answers, moved[0], sigma) - loglikelihood(answers, moved[1], sigma)) / (4 * step)
        assert -here.by_mean[item] == pytest.approx(slope, abs=1e-5)
    change = np.zeros((4, 4))
    change[0, 1] = change[1, 0] = step
    slope = (loglikelihood(answers, mean, sigma + change) - loglikelihood(answers, mean, sigma - change)) / (2 * step)
    assert np.sum(here.by_covariance * change) / step == pytest.approx(slope, abs=1e-5)


def test_no_covariance_matrix_has_no_likelihood() -> None:
    patterns = one_pattern(np.zeros(2), np.eye(2))
    assert expand(patterns, np.zeros(2), np.array([[1.0, 2], [2, 1]])) is None
    assert expand(patterns, np.zeros(2), np.full((2, 2), NAN)) is None
    for found in (expected_information, lambda given, sigma: observed_information(given, np.zeros(2), sigma)):
        with pytest.raises(ValueError, match="no covariance matrix"):
            found(patterns, -np.eye(2))


def test_the_observed_information_is_the_curvature_and_the_expected_one_what_is_to_be_expected() -> None:
    patterns = patterns_of(gappy(5), np.ones(len(gappy(5))))
    mean, sigma = saturated(patterns)
    mean = mean + 0.1
    rows, columns = np.tril_indices(4)

    def gradient(moments: np.ndarray) -> np.ndarray:
        covariance = np.zeros((4, 4))
        covariance[rows, columns] = covariance[columns, rows] = moments[4:]
        here = expand(patterns, moments[:4], covariance)
        assert here is not None
        pairs = here.by_covariance[rows, columns] * np.where(rows == columns, 0.5, 1.0)
        return np.concatenate([-here.by_mean, pairs])

    at = np.concatenate([mean, sigma[rows, columns]])
    steps = np.eye(len(at)) * 1e-5
    curvature = [(gradient(at + step) - gradient(at - step)) / 2e-5 for step in steps]
    np.testing.assert_allclose(observed_information(patterns, mean, sigma), curvature, atol=1e-6)
    many = np.random.default_rng(6).multivariate_normal(mean, sigma, 60_000)
    many[np.random.default_rng(7).random(many.shape) < 0.2] = NAN
    drawn = patterns_of(many[~np.isnan(many).all(axis=1)], np.ones(np.count_nonzero(~np.isnan(many).all(axis=1))))
    np.testing.assert_allclose(expected_information(drawn, sigma), observed_information(drawn, mean, sigma), atol=0.02)


def test_the_moments_are_those_of_greatest_likelihood() -> None:
    answers = gappy(8)
    found = group_moments(list(answers.T), np.zeros(len(answers), dtype=int), 1)[0]
    here = expand(found.patterns, found.mean, found.covariance)
    assert here is not None
    np.testing.assert_allclose(here.by_mean, 0, atol=1e-7)
    np.testing.assert_allclose(here.by_covariance, 0, atol=1e-7)


def test_answers_missing_at_random_do_not_shift_the_moments() -> None:
    """The second item is asked of those below the mean of the first: its own mean is wrong, that of EM is right."""
    draw = np.random.default_rng(9)
    first = draw.normal(size=20_000)
    second = 0.7 * first + draw.normal(0, 0.5, size=20_000)
    second[first > 0] = NAN
    found = group_moments([first, second], np.zeros(20_000, dtype=int), 1)[0]
    assert np.nanmean(second) < -0.5
    assert found.mean[1] == pytest.approx(0, abs=0.03)
    assert found.covariance[0, 1] == pytest.approx(0.7, abs=0.03)


def test_moments_that_answers_do_not_determine_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(10)
    constant = np.column_stack([np.where(draw.random(50) < 0.2, NAN, 3.0), draw.normal(size=50)])
    found = group_moments(list(constant.T), np.zeros(50, dtype=int), 1)[0]
    assert item_moments(found.patterns)[2][0] == pytest.approx(0, abs=1e-20)
    assert np.isnan(saturated(one_pattern(np.zeros(2), np.diag([0.0, 1.0])))[0]).all(), "a constant item"
    twice = draw.normal(size=(50, 1)) @ np.ones((1, 2))
    twice[:5, 0] = NAN
    assert np.isnan(group_moments(list(twice.T), np.zeros(50, dtype=int), 1)[0].mean).all(), "an item twice"
    monkeypatch.setattr(module, "STEPS", 2)
    answers = gappy(11)
    assert np.isnan(saturated(patterns_of(answers, np.ones(len(answers))))[0]).all(), "a search without end"


def test_moments_from_elsewhere_are_one_pattern() -> None:
    given = Moments(100, np.zeros(2), np.eye(2))
    assert given.patterns.seen.all()
