"""CR2, Satterthwaite and HTZ: R's numbers, unbiasedness under the working model, and what pooling rows leaves alone."""

import numpy as np
import pytest
from scipy import stats

from transforms.impact.cells.working_model import UnweightedSums, equal_weights, working_moments
from transforms.impact.inference.cr2 import cr2, htz_test, satterthwaite_test
from transforms.impact.inference.least_squares import fit
from transforms.impact.inference.solved import cr1_factor, cr1_std_errors, solve

SURVEYS = ("clusters_36", "clusters_12", "clusters_8", "one_treated")
CLOSE = {"rtol": 1e-9, "atol": 1e-12}


def compare_with_r(moments, working, printed):
    fitted = cr2(moments, working)
    eye = np.eye(moments.xwx.shape[1])
    tests = [satterthwaite_test(fitted, vector) for vector in eye]
    np.testing.assert_allclose([test.estimate[0] for test in tests], printed["coef"], **CLOSE)
    np.testing.assert_allclose([test.std_error[0] for test in tests], printed["cr2_se"], **CLOSE)
    np.testing.assert_allclose([test.df for test in tests], printed["cr2_df"], **CLOSE)
    np.testing.assert_allclose([test.p_value[0] for test in tests], printed["cr2_p"], **CLOSE)
    np.testing.assert_allclose([cr1_std_errors(fitted.solved, vector)[0] for vector in eye], printed["cr1_se"], **CLOSE)
    contrasts = {"zero_2": eye[-2:], "equal_3": eye[-2:] - eye[-3], "zero_3": eye[-3:]}
    for name, matrix in contrasts.items():
        if printed[name]:
            test = htz_test(fitted, matrix)[0]
            found = (test.statistic, test.df_denominator, test.p_value)
            np.testing.assert_allclose(found, [printed[name][key] for key in ("statistic", "df", "p")], **CLOSE)


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("name", SURVEYS)
def test_numbers_are_those_of_clubsandwich(name, weighted, survey_moments, reference):
    key = f"{name}_{'weighted' if weighted else 'unweighted'}"
    compare_with_r(*survey_moments(name, weighted), reference[key])


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("name", ["apistrat", "apiclus1"])
def test_numbers_are_those_of_clubsandwich_for_schools(name, weighted, schools, from_rows, reference):
    frame = schools(name)
    x, weight = frame.filter(regex=r"^x\d").to_numpy(float), frame["weight"].to_numpy(float)
    moments = from_rows(x, frame[["y"]].to_numpy(float), frame["cluster"], weight if weighted else None)
    compare_with_r(*moments, reference[f"{name}_{'weighted' if weighted else 'unweighted'}"])


def test_one_mean_by_hand(from_rows):
    """Four clusters of one row, no weights: CR2 is the textbook s^2 / n on n - 1 degrees of freedom."""
    y = np.array([[1.0], [2.0], [4.0], [9.0]])
    test = satterthwaite_test(cr2(*from_rows(np.ones((4, 1)), y, range(4))), np.ones(1))
    np.testing.assert_allclose(test.std_error, np.std(y, ddof=1) / 2)
    assert test.df == pytest.approx(3)
    low, high = test.interval(0.95)
    half = stats.t.ppf(0.975, 3) * np.std(y, ddof=1) / 2
    np.testing.assert_allclose([low[0], high[0]], [4 - half, 4 + half])


def test_variance_is_unbiased_under_the_working_model(from_rows):
    """E of CR2 = the true variance, exactly: averaged over an orthonormal basis of errors, for weights that vary."""
    rng = np.random.default_rng(5)
    n = 24
    x = np.column_stack([np.ones(n), np.arange(n) % 4 < 2, rng.normal(size=n)])
    cluster, weight = np.arange(n) // 4, rng.uniform(0.3, 3, n)
    fitted = cr2(*from_rows(x, np.eye(n), cluster, weight))  # outcome i: error of row i alone
    bread = fitted.solved.bread
    truth = bread @ (x.T * weight**2) @ x @ bread
    for vector in np.eye(3):
        expected = np.sum(satterthwaite_test(fitted, vector).std_error ** 2)
        assert expected == pytest.approx(vector @ truth @ vector, rel=1e-10)


def test_cells_and_rows_give_the_same_working_moments(from_rows):
    rng = np.random.default_rng(6)
    cell = rng.integers(0, 12, 200)
    cluster_of, x_of = np.array([2, 0, 1] * 4), rng.normal(size=(12, 3))
    weight, y = rng.uniform(0.5, 2, 200), rng.normal(size=(200, 2))
    sums = UnweightedSums(
        rows=np.bincount(cell, minlength=12),
        weight_square=np.bincount(cell, weight**2, minlength=12),
        total=np.column_stack([np.bincount(cell, y[:, k], minlength=12) for k in range(2)]),
    )
    found = working_moments(x_of, cluster_of, sums)
    _, expected = from_rows(x_of[cell], y, cluster_of[cell], weight)
    for name in ("xx", "xwwx", "xy"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), atol=1e-10)


def test_scale_of_weights_does_not_matter(survey, from_rows):
    frame = survey("clusters_8")
    x, y = frame.filter(regex=r"^x\d").to_numpy(float), frame[["y"]].to_numpy(float)
    vector = np.eye(x.shape[1])[-1]
    tests = [
        satterthwaite_test(cr2(*from_rows(x, y, frame["cluster"], frame["weight"].to_numpy() * scale)), vector)
        for scale in (1.0, 1e4)
    ]
    assert tests[0].df == pytest.approx(tests[1].df, rel=1e-9)
    np.testing.assert_allclose(tests[0].std_error, tests[1].std_error, rtol=1e-9)


def test_equal_weights_need_no_sums_of_their_own(survey_moments):
    moments, working = survey_moments("clusters_12", False)
    found = equal_weights(moments)
    np.testing.assert_allclose(found.xwwx, working.xwwx)
    np.testing.assert_allclose(found.xy, working.xy)


def test_a_contrast_whose_clusters_explain_themselves_has_no_joint_test(from_rows):
    """Two clusters with a regressor each: no variance is left to estimate."""
    x = np.kron(np.eye(3), np.ones((4, 1)))
    moments = from_rows(x, np.arange(12.0)[:, None], np.arange(12) // 4)
    test = htz_test(cr2(*moments), np.eye(3)[:2])[0]
    assert np.isnan(test.statistic)
    assert np.isnan(test.p_value)


def test_no_variance_gives_no_p_value(from_rows):
    x = np.kron(np.eye(3), np.ones((4, 1)))
    alone = satterthwaite_test(cr2(*from_rows(x, np.arange(12.0)[:, None], np.arange(12) // 4)), np.eye(3)[0])
    constant = satterthwaite_test(cr2(*from_rows(np.ones((6, 1)), np.zeros((6, 1)), np.arange(6))), np.ones(1))
    for test in (alone, constant):
        assert np.isnan([test.statistic[0], test.p_value[0]]).all()
    assert np.isnan(alone.df)
    assert constant.df == pytest.approx(5)


def test_too_few_degrees_of_freedom_give_no_p_value(survey_moments):
    moments, working = survey_moments("clusters_8", True)
    p = moments.xwx.shape[1]
    test = htz_test(cr2(moments, working), np.eye(p)[-5:])[0]
    assert test.df_denominator <= 0
    assert np.isnan(test.p_value)


def test_solving_agrees_with_the_fit_and_its_cr1(survey_moments):
    moments, _ = survey_moments("clusters_36", True)
    solved, fitted = solve(moments), fit(moments)
    np.testing.assert_allclose(solved.coef, fitted.coef)
    vector = np.ones(solved.coef.shape[0])
    np.testing.assert_allclose(cr1_std_errors(solved, vector) ** 2, vector @ fitted.vcov[0] @ vector)


def test_no_factor_without_degrees_of_freedom(from_rows):
    moments, _ = from_rows(np.ones((3, 1)), np.ones((3, 1)), [0, 0, 0])
    assert np.isnan(cr1_factor(moments))
