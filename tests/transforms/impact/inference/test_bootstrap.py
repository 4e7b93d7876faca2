"""The wild cluster bootstrap: by hand, by brute force on rows, and against wildboottest."""

import itertools
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg

from transforms.impact.inference.bootstrap import wild_bootstrap
from transforms.impact.inference.joint_bootstrap import joint_bootstrap
from transforms.impact.inference.sign_draws import all_signs, draw_weights
from transforms.impact.inference.solved import cr1_std_errors, solve

MEAN = np.ones(1)


def test_mean_of_three_clusters_by_hand(from_rows):
    """y = 1, 2, 6: squared t without factor is 81/14 for +++, 9/38, 25/(98/3), 49/(74/3) for one sign turned."""
    solved = solve(from_rows(np.ones((3, 1)), np.array([[1.0], [2.0], [6.0]]), range(3))[0])
    found = wild_bootstrap(solved, MEAN, all_signs(3), jackknife=False)
    factor = 3 / 2 * 2 / 2
    expected = sorted(value / factor for value in (81 / 14, 9 / 38, 25 * 3 / 98, 49 * 3 / 74))
    np.testing.assert_allclose(np.sort(found.draws[:, 0] ** 2), expected)
    assert found.statistic[0] ** 2 == pytest.approx(81 / 14 / factor)
    assert found.p_value[0] == 0.25  # one of four, the sample itself: ties count


def test_all_signs_are_every_vector_once_up_to_its_negative():
    draws = all_signs(4)
    rows = {tuple(row) for row in np.vstack([draws.weights, -draws.weights])}
    assert rows == set(itertools.product([-1.0, 1.0], repeat=4))
    assert draws.exact
    assert draws.clusters == 4


@pytest.mark.parametrize(
    ("clusters", "draws", "kind", "exact", "rows", "why"),
    [
        (6, 9999, "webb", False, 9999, "signs give too few samples with 7 clusters or fewer"),
        (7, 9999, "webb", False, 9999, "7 is still few"),
        (8, 9999, "rademacher", True, 128, "256 vectors of signs, half of them negatives of the others"),
        (12, 9999, "rademacher", True, 2048, "4,096 vectors of signs fit into 9,999 draws"),
        (13, 9999, "rademacher", True, 4096, "8,192 still fit"),
        (14, 9999, "rademacher", False, 9999, "16,384 do not"),
    ],
)
def test_weights_by_number_of_clusters(clusters, draws, kind, exact, rows, why):
    found = draw_weights(clusters, draws, 1)
    assert (found.kind, found.exact, found.weights.shape) == (kind, exact, (rows, clusters)), why


def test_draws_of_more_clusters_serve_fewer(from_rows):
    y = np.array([[1.0], [2.0], [6.0]])
    solved = solve(from_rows(np.ones((3, 1)), y, range(3))[0])
    few, many = all_signs(3), all_signs(5).select(np.array([0, 2, 3]))
    tests = [wild_bootstrap(solved, MEAN, draws, 0.6, jackknife=False) for draws in (few, many)]
    assert tests[0].p_value == tests[1].p_value
    np.testing.assert_allclose(tests[0].conf_low, tests[1].conf_low)


@pytest.mark.parametrize("kind", ["webb", "rademacher"])
def test_sampled_weights_have_mean_zero_and_variance_one_and_follow_the_seed(kind):
    found = draw_weights(20, 20_000, 3, kind).weights
    assert abs(found.mean()) < 0.01
    assert found.var() == pytest.approx(1, abs=0.01)
    np.testing.assert_array_equal(found, draw_weights(20, 20_000, 3, kind).weights)
    assert not np.array_equal(found, draw_weights(20, 20_000, 4, kind).weights)


def brute_force(rows, vector, value, signs, jackknife):
    """t and the bootstrapped t of c'b = value, refitting every bootstrap sample from its rows."""
    x, y, cluster, weight = rows
    bread = np.linalg.inv((x.T * weight) @ x)
    free = linalg.null_space(vector[None])
    point = vector / (vector @ vector) * value

    def t_value(outcome):
        coef = bread @ (x.T * weight) @ outcome
        residual = outcome - x @ coef
        parts = [vector @ bread @ (x.T * weight)[:, cluster == g] @ residual[cluster == g] for g in np.unique(cluster)]
        return (vector @ coef - value) / np.sqrt(np.sum(np.square(parts)))

    def restricted(kept):
        root = np.sqrt(weight[kept])
        left, right = (x[kept] @ free) * root[:, None], (y[kept] - x[kept] @ point) * root
        return point + free @ np.linalg.lstsq(left, right, rcond=None)[0]

    under = restricted(cluster >= 0)
    residual = y - x @ under
    if jackknife:
        for g in np.unique(cluster):
            residual[cluster == g] = (y - x @ restricted(cluster != g))[cluster == g]
    return t_value(y), np.array([t_value(x @ under + sign[cluster] * residual) for sign in signs])


def small_design(seed, clusters=6):
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), rng.integers(3, 7, clusters))
    treated, wave = cluster % 2, rng.integers(0, 2, cluster.size)
    x = np.column_stack([np.ones(cluster.size), wave, treated, treated * wave]).astype(float)
    y = rng.normal(size=cluster.size) + rng.normal(size=clusters)[cluster] + 0.4 * wave * treated
    return x, y, cluster, rng.uniform(0.4, 2.5, cluster.size)


def moments_of(from_rows, rows):
    x, y, cluster, weight = rows
    return from_rows(x, y[:, None], cluster, weight)[0]


@pytest.mark.parametrize("jackknife", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_statistics_are_those_of_refitting_every_sample(seed, jackknife, from_rows):
    rows = small_design(seed)
    vector, draws = np.array([0.0, 0, 0.5, 1]), all_signs(6)
    found = wild_bootstrap(solve(moments_of(from_rows, rows)), vector, draws, jackknife=jackknife)
    observed, values = brute_force(rows, vector, 0.0, draws.weights, jackknife)
    ratio = found.statistic[0] / observed
    np.testing.assert_allclose(found.draws[:, 0], values * ratio, atol=1e-9)
    reached = np.sum(np.abs(values) >= abs(observed) * (1 - 1e-9))
    assert found.p_value[0] == ((1 + reached) / 33 if jackknife else reached / 32)
    assert found.exact is not jackknife


@pytest.mark.parametrize("jackknife", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_limits_are_where_the_test_turns(seed, jackknife, from_rows):
    """Hypotheses just inside are kept and just outside are refused, by refitting every sample under them."""
    rows = small_design(seed, 8)
    vector, draws = np.array([0.0, 0, 0, 1]), all_signs(8)
    found = wild_bootstrap(solve(moments_of(from_rows, rows)), vector, draws, 0.9, jackknife)

    def p_value(hypothesis):
        observed, values = brute_force(rows, vector, hypothesis, draws.weights, jackknife)
        reached = np.sum(np.abs(values) >= abs(observed) * (1 - 1e-9))
        return (1 + reached) / 129 if jackknife else reached / 128

    for limit, outwards in ((found.conf_low[0], -1), (found.conf_high[0], 1)):
        assert p_value(limit - outwards * 1e-4) > 0.1
        assert p_value(limit + outwards * 1e-4) <= 0.1


def test_interval_is_unbounded_where_no_hypothesis_can_be_refused(from_rows):
    """With three clusters p is never below 1/4."""
    solved = solve(from_rows(np.ones((3, 1)), np.array([[1.0], [2.0], [6.0]]), range(3))[0])
    found = wild_bootstrap(solved, MEAN, all_signs(3))
    assert (found.conf_low[0], found.conf_high[0]) == (-np.inf, np.inf)


def test_no_error_gives_no_p_value_and_leaves_other_outcomes_alone(from_rows):
    y = np.array([[2.0, 1.0], [2.0, 2.0], [2.0, 6.0]])
    found = wild_bootstrap(solve(from_rows(np.ones((3, 1)), y, range(3))[0]), MEAN, all_signs(3), jackknife=False)
    assert np.isnan([found.statistic[0], found.p_value[0], found.conf_low[0]]).all()
    assert np.isnan(found.draws[:, 0]).all()
    assert found.p_value[1] == 0.25


@settings(max_examples=25, deadline=None)
@given(st.floats(-5, 5), st.floats(0.01, 100), st.integers(0, 10_000))
def test_moving_and_stretching_the_outcome_moves_and_stretches_the_interval(from_rows, shift, stretch, seed):
    x, y, cluster, weight = small_design(seed, 8)
    vector, draws = np.array([0.0, 0, 0, 1]), draw_weights(8, 199, seed)
    outcomes = np.column_stack([y, stretch * y, y + shift * x[:, 3]])
    found = wild_bootstrap(solve(from_rows(x, outcomes, cluster, weight)[0]), vector, draws)
    low, high = found.conf_low, found.conf_high
    np.testing.assert_allclose([low[1], high[1]], [stretch * low[0], stretch * high[0]], rtol=1e-4, atol=1e-5 * stretch)
    np.testing.assert_allclose([low[2], high[2]], [shift + low[0], shift + high[0]], rtol=1e-4, atol=1e-4)
    assert found.p_value[1] == found.p_value[0]
    inside = (low < 0) & (high > 0)
    assert ((found.p_value > 0.05) | ~inside | (np.minimum(-low, high) < 1e-4)).all()


@pytest.mark.parametrize("jackknife", [False, True])
@pytest.mark.parametrize("name", ["clusters_8", "clusters_12"])
def test_all_sign_vectors_give_the_statistics_of_wildboottest(name, jackknife, survey_moments, bootstrap_reference):
    printed = bootstrap_reference[f"{name}_{'31' if jackknife else '11'}"]
    solved = solve(survey_moments(name, False)[0])
    draws = all_signs(solved.clusters)
    found = wild_bootstrap(solved, np.eye(solved.coef.shape[0])[-1], draws, jackknife=jackknife)
    sizes = np.repeat(np.abs(found.draws[:, 0]), 2)
    p, rows = printed["p_ties_counted"], len(draws.weights)
    assert found.p_value[0] == pytest.approx((1 + rows * p) / (1 + rows) if jackknife else p, abs=1e-12)
    assert found.statistic[0] == pytest.approx(printed["t"], rel=1e-10)
    quantiles = np.quantile(sizes, np.linspace(0, 1, len(printed["quantiles"])), method="inverted_cdf")
    np.testing.assert_allclose(quantiles, printed["quantiles"], rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "key", "why"),
    [
        ("clusters_36", "clusters_36_11", "signs have to be sampled"),
        ("clusters_8", "clusters_8_webb_11", "six-point weights are sampled"),
    ],
)
def test_sampled_weights_give_the_p_value_of_wildboottest(name, key, why, survey_moments, bootstrap_reference):
    printed = bootstrap_reference[key]
    solved = solve(survey_moments(name, False)[0])
    draws = draw_weights(solved.clusters, 9999, 11, "webb" if "webb" in key else "rademacher")
    p_value = wild_bootstrap(solved, np.eye(solved.coef.shape[0])[-1], draws, jackknife=False).p_value[0]
    p = printed["p_ties_counted"]
    assert abs(p_value - p) < 4 * np.sqrt(p * (1 - p) * (1 / 9999 + 1 / printed["draws"])), why


@pytest.mark.slow  # the package compiles itself when it is imported
def test_agrees_with_wildboottest_as_installed(from_rows):
    package = import_module("wildboottest.wildboottest")
    x, y, cluster, _ = small_design(9, 9)
    last = np.array([0.0, 0, 0, 1])
    boot = package.WildboottestCL(X=x, Y=y, cluster=cluster, R=last, B=9999, seed=1)
    boot.get_scores(bootstrap_type="11", impose_null=True)
    boot.get_weights("rademacher")
    boot.get_numer()
    boot.get_denom()
    boot.get_tboot()
    found = wild_bootstrap(solve(from_rows(x, y[:, None], cluster)[0]), last, all_signs(9), jackknife=False)
    np.testing.assert_allclose(
        np.sort(np.repeat(np.abs(found.draws[:, 0]), 2)), np.sort(np.abs(boot.t_boot)), rtol=1e-8
    )


@pytest.mark.parametrize("jackknife", [False, True])
def test_joint_test_of_one_combination_is_its_t_test(jackknife, survey_moments):
    solved = solve(survey_moments("clusters_12", True)[0])
    vector, draws = np.eye(solved.coef.shape[0])[-1], all_signs(12)
    joint = joint_bootstrap(solved, vector[None], draws, jackknife)
    single = wild_bootstrap(solved, vector, draws, jackknife=jackknife)
    np.testing.assert_allclose(joint.statistic, single.statistic**2)
    assert joint.p_value[0] == single.p_value[0]
    assert joint.df_numerator == 1


@pytest.mark.parametrize("jackknife", [False, True])
def test_joint_test_is_that_of_refitting_every_sample(jackknife, from_rows):
    x, y, cluster, weight = rows = small_design(4, 7)
    contrasts, draws = np.eye(4)[[1, 3]], all_signs(7)
    found = joint_bootstrap(solve(moments_of(from_rows, rows)), contrasts, draws, jackknife)
    kept = x[:, [0, 2]]

    def wald(outcome):
        fitted = solve(from_rows(x, outcome[:, None], cluster, weight)[0])
        parts = fitted.scores[:, :, 0] @ fitted.bread @ contrasts.T
        distance = contrasts @ fitted.coef[:, 0]
        return distance @ np.linalg.solve(parts.T @ parts, distance)

    def restricted(used):
        part, scaled = kept[used], kept[used].T * weight[used]
        return kept @ np.linalg.solve(scaled @ part, scaled @ y[used])

    under = restricted(cluster >= 0)
    residual = y - under
    if jackknife:
        residual = y - np.select([cluster == g for g in range(7)], [restricted(cluster != g) for g in range(7)])
    values = np.array([wald(under + sign[cluster] * residual) for sign in draws.weights])
    reached = np.sum(values >= wald(y) * (1 - 1e-9))
    assert found.p_value[0] == ((1 + reached) / 65 if jackknife else reached / 64)


def test_a_coefficient_that_hangs_on_one_cluster_does_not_stop_the_jackknife(survey_moments):
    """Without the only treated cluster nothing says what treatment does; its coefficient stays that of the fit."""
    solved = solve(survey_moments("one_treated", True)[0])
    found = wild_bootstrap(solved, np.eye(solved.coef.shape[0])[1], all_signs(8))
    assert np.isfinite([found.p_value[0], found.conf_low[0], found.conf_high[0]]).all()


def test_standard_error_is_cr1(survey_moments):
    solved = solve(survey_moments("clusters_36", True)[0])
    vector = np.eye(solved.coef.shape[0])[-1]
    found = wild_bootstrap(solved, vector, draw_weights(36, 99, 1))
    np.testing.assert_allclose(found.std_error, cr1_std_errors(solved, vector))
