"""What is done with the few regressors each cluster has, against dense algebra that is slow and plain."""

import numpy as np
import pytest
from scipy import linalg

from transforms.impact.cells import support as support_module
from transforms.impact.cells.compression import CellSums, ClusterMoments, cluster_moments
from transforms.impact.cells.support import Support, row_support
from transforms.impact.cells.working_model import UnweightedSums, WorkingMoments, working_moments
from transforms.impact.inference import bootstrap, drawn_terms
from transforms.impact.inference import cr2 as cr2_module
from transforms.impact.inference import joint_bootstrap as joint_module
from transforms.impact.inference.bootstrap import wild_bootstrap
from transforms.impact.inference.cr2 import cr2, htz_test, satterthwaite_test
from transforms.impact.inference.joint_bootstrap import joint_bootstrap
from transforms.impact.inference.least_squares import fit
from transforms.impact.inference.leave_one_out import effective_clusters, leave_one_out, partial_leverage
from transforms.impact.inference.pieces import separate_pieces
from transforms.impact.inference.restricted_scores import jackknifed_scores
from transforms.impact.inference.sign_draws import draw_weights
from transforms.impact.inference.solved import Solved, cr1_std_errors, solve

CLOSE = {"rtol": 1e-9, "atol": 1e-10}


def places(seed: int, governorates: int, clusters: int, common: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Regressors, clusters and outcomes of rows: in each governorate a constant, arm, wave and arm x wave.

    common: regressors that differ between all rows. Every other cluster is treated.
    """
    rng = np.random.default_rng(seed)
    place, cluster, wave, _ = (code.ravel() for code in np.indices((governorates, clusters, 2, 5)))
    arm = cluster % 2
    own = np.column_stack([np.ones(place.size), arm, wave, arm * wave])
    x = np.zeros((place.size, 4 * governorates + common))
    for each in range(governorates):
        x[place == each, 4 * each : 4 * each + 4] = own[place == each]
    x[:, 4 * governorates :] = rng.normal(size=(place.size, common))
    code = place * clusters + cluster
    y = rng.normal(size=(place.size, 2)) + rng.normal(size=(governorates * clusters, 2))[code]
    return x, code, y


def moments_of(
    x: np.ndarray, cluster: np.ndarray, y: np.ndarray, seed: int = 0
) -> tuple[ClusterMoments, WorkingMoments]:
    """Moments with weights that vary, every row a cell."""
    weight = np.random.default_rng(seed).uniform(0.5, 2, (len(x), 1)) * np.ones(y.shape)
    sums = CellSums(np.ones(y.shape, dtype=np.int64), weight, weight * y, weight * y**2, weight**2, y)
    plain = UnweightedSums(sums.rows[:, 0], sums.weight_square[:, 0], sums.plain)
    return cluster_moments(x, cluster, sums), working_moments(x, cluster, plain)


def dense_working(moments: ClusterMoments, working: WorkingMoments) -> WorkingMoments:
    """The working moments with all regressors of every cluster."""

    def dense(squares: np.ndarray, scores: np.ndarray) -> ClusterMoments:
        return ClusterMoments(squares, scores, moments.ywy, moments.rows, moments.sparse).dense()

    plain = dense(working.xx, working.xy)
    return WorkingMoments(plain.xwx, dense(working.xwwx, working.xy).xwx, plain.xwy)


def slow_without(solved: Solved, vector: np.ndarray) -> np.ndarray:
    """[G, m] estimates without each cluster, from a pseudo-inverse of p x p numbers for each; NaN where not known."""
    xwx = solved.moments.xwx
    scale = np.sqrt(np.diag(xwx.sum(axis=0)))
    found = []
    for g in range(len(xwx)):
        values, vectors = np.linalg.eigh((xwx.sum(axis=0) - xwx[g]) / np.outer(scale, scale))
        kept = values > 1e-9
        inverse = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T / np.outer(scale, scale)
        inside = vectors[:, kept] @ vectors[:, kept].T @ (vector / scale)
        lost = np.abs(inside - vector / scale).max() > 1e-8
        found.append(vector @ solved.coef - vector @ inverse @ solved.scores[g] + (np.nan if lost else 0.0))
    return np.array(found)


def slow_jackknife(solved: Solved, contrasts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`jackknifed_scores` from a pseudo-inverse within C b = 0 for each cluster, in units of the regressors' length."""
    xwx = solved.moments.xwx
    scale = 1 / np.sqrt(np.diag(xwx.sum(axis=0)))
    scaled = contrasts * scale
    free = scale[:, None] * linalg.null_space(scaled)
    rest = xwx.sum(axis=0) - xwx
    inverse = free @ np.linalg.pinv(free.T @ rest @ free, rcond=1e-9, hermitian=True) @ free.T
    point = scale[:, None] * scaled.T @ np.linalg.inv(scaled @ scaled.T)
    return solved.scores + xwx @ (inverse @ solved.scores), xwx @ (point - inverse @ (rest @ point))


DESIGNS = [
    (9, 4, 0, "every cluster can be left out"),
    (9, 3, 0, "governorates with one treated cluster, without which its effect is not known"),
    (9, 2, 0, "governorates with one cluster in each arm, where nothing is known without either"),
    (12, 4, 3, "regressors that all clusters share stand between the governorates"),
]


@pytest.mark.parametrize(("governorates", "clusters", "common", "why"), DESIGNS)
def test_moments_hold_the_regressors_a_cluster_has(governorates: int, clusters: int, common: int, why: str) -> None:
    x, cluster, y = places(1, governorates, clusters, common)
    moments, working = moments_of(x, cluster, y)
    dense, plain = moments.dense(), dense_working(moments, working)
    assert moments.xwx.shape[1:] == (4 + common, 4 + common), why
    weight = np.random.default_rng(0).uniform(0.5, 2, (len(x), 1))
    for g in np.unique(cluster):
        own, w = x[cluster == g], weight[cluster == g]
        np.testing.assert_allclose(dense.xwx[g], own.T @ (own * w), **CLOSE)
        np.testing.assert_allclose(dense.xwy[g], own.T @ (y[cluster == g] * w), **CLOSE)
        np.testing.assert_allclose(plain.xx[g], own.T @ own, **CLOSE)
        np.testing.assert_allclose(plain.xwwx[g], own.T @ (own * w**2), **CLOSE)
    for sparse, whole in zip(moments.totals(), dense.totals(), strict=True):
        np.testing.assert_allclose(sparse, whole, **CLOSE)


@pytest.mark.parametrize(("governorates", "clusters", "common", "why"), DESIGNS)
def test_the_fit_and_all_beside_it_are_those_of_dense_moments(
    governorates: int, clusters: int, common: int, why: str
) -> None:
    x, cluster, y = places(2, governorates, clusters, common)
    moments, working = moments_of(x, cluster, y)
    dense, plain = moments.dense(), dense_working(moments, working)
    for name in ("coef", "vcov", "vcov_classical", "sigma2", "n", "k", "clusters"):
        np.testing.assert_allclose(getattr(fit(moments), name), getattr(fit(dense), name), **CLOSE, err_msg=why)
    solved, slow = solve(moments), solve(dense)
    for vector in (np.eye(x.shape[1])[3], np.eye(x.shape[1])[7] - np.eye(x.shape[1])[3]):
        np.testing.assert_allclose(cr1_std_errors(solved, vector), cr1_std_errors(slow, vector), **CLOSE)
        np.testing.assert_allclose(leave_one_out(solved, vector).without, slow_without(slow, vector), **CLOSE)
        np.testing.assert_allclose(partial_leverage(solved, vector), partial_leverage(slow, vector), **CLOSE)
        counted = effective_clusters(solved, working, vector), effective_clusters(slow, plain, vector)
        assert counted[0] == pytest.approx(counted[1])


@pytest.mark.parametrize(("governorates", "clusters", "common", "why"), DESIGNS)
@pytest.mark.parametrize("kind", ["one", "difference", "mean", "equal"])
def test_jackknifed_scores_are_those_of_refitting_without_each_cluster(
    governorates: int, clusters: int, common: int, why: str, kind: str
) -> None:
    x, cluster, y = places(3, governorates, clusters, common)
    moments, _ = moments_of(x, cluster, y)
    eye = np.eye(x.shape[1])
    effects = eye[[4 * place + 3 for place in range(governorates)]]
    contrasts = {
        "one": effects[:1], "difference": effects[1:2] - effects[:1],
        "mean": effects.mean(axis=0)[None], "equal": effects[1:] - effects[0],
    }[kind]  # fmt: skip
    found, slow = jackknifed_scores(solve(moments), contrasts), slow_jackknife(solve(moments.dense()), contrasts)
    for scores, expected in zip(found, slow, strict=True):
        np.testing.assert_allclose(moments.support.scatter(scores), expected, rtol=1e-9, atol=1e-9, err_msg=why)


def test_regressors_that_only_one_cluster_has_stay_as_in_the_fit() -> None:
    """Two directions that nobody else determines, of which the hypothesis ties one to what others determine."""
    x, cluster, y = places(4, 9, 4)
    alone = np.random.default_rng(1).normal(size=(len(x), 2)) * (cluster == 5)[:, None]
    moments, _ = moments_of(np.hstack([x, alone]), cluster, y)
    eye = np.eye(38)
    for contrasts in (eye[[3]], eye[[36]], eye[[36]] - eye[[3]], np.stack([eye[36] + eye[37], eye[7]])):
        found, slow = jackknifed_scores(solve(moments), contrasts), slow_jackknife(solve(moments.dense()), contrasts)
        for scores, expected in zip(found, slow, strict=True):
            np.testing.assert_allclose(moments.support.scatter(scores), expected, rtol=1e-9, atol=1e-9)
        vector = contrasts[0]
        np.testing.assert_allclose(
            leave_one_out(solve(moments), vector).without, slow_without(solve(moments.dense()), vector), **CLOSE
        )


@pytest.mark.parametrize(("governorates", "clusters", "common", "why"), [DESIGNS[0], DESIGNS[3]])
def test_cr2_is_that_of_dense_moments(governorates: int, clusters: int, common: int, why: str) -> None:
    x, cluster, y = places(5, governorates, clusters, common)
    moments, working = moments_of(x, cluster, y)
    found, slow = cr2(moments, working), cr2(moments.dense(), dense_working(moments, working))
    effects = np.eye(x.shape[1])[[4 * place + 3 for place in range(governorates)]]
    for vector in (effects[0], effects.mean(axis=0)):
        one, other = satterthwaite_test(found, vector), satterthwaite_test(slow, vector)
        for name in ("estimate", "std_error", "statistic", "df", "p_value"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), **CLOSE, err_msg=why)


def test_a_joint_test_in_pieces_is_that_of_all_clusters_together(monkeypatch: pytest.MonkeyPatch) -> None:
    x, cluster, y = places(6, 9, 12)
    moments, working = moments_of(x, cluster, y)
    fitted, solved, draws = cr2(moments, working), solve(moments), draw_weights(108, 499, 1)
    effects = np.eye(x.shape[1])[[4 * place + 3 for place in range(9)]]
    cases = (effects[1:] - effects[0], effects[:3], np.stack([effects[1] - effects[0], effects[2] - effects[0]]))
    pieces = [htz_test(fitted, contrasts) for contrasts in cases]
    drawn = [joint_bootstrap(solved, contrasts, draws) for contrasts in cases]
    assert all(separate_pieces(moments, contrasts) for contrasts in cases)
    monkeypatch.setattr(cr2_module, "separate_pieces", lambda *_: None)
    monkeypatch.setattr(joint_module, "separate_pieces", lambda *_: None)
    for contrasts, tests, sampled in zip(cases, pieces, drawn, strict=True):
        for one, other in zip(tests, htz_test(fitted, contrasts), strict=True):
            assert (one.statistic, one.df_denominator, one.p_value) == pytest.approx(
                (other.statistic, other.df_denominator, other.p_value), rel=1e-9
            )
        together = joint_bootstrap(solved, contrasts, draws)
        np.testing.assert_allclose(sampled.statistic, together.statistic, **CLOSE)
        np.testing.assert_array_equal(sampled.p_value, together.p_value)


def test_pieces_are_coefficients_of_different_components() -> None:
    x, cluster, y = places(7, 9, 4)
    moments, _ = moments_of(x, cluster, y)
    eye = np.eye(36)
    cases = (
        (eye[[3, 7]], [3, 7], "two governorates"),
        (eye[[3]] - eye[[7]], [3, 7], "one difference of two"),
        (eye[[3]], None, "one coefficient is nothing to take apart"),
        (eye[[2, 3]], None, "two coefficients of one governorate"),
        (np.stack([eye[3] - eye[7], eye[7] - eye[3], eye[3] + eye[7]]), None, "more contrasts than coefficients"),
    )
    for contrasts, columns, why in cases:
        found = separate_pieces(moments, contrasts)
        assert (None if found is None else [piece.coefficient for piece in found.pieces]) == columns, why
    shared = separate_pieces(moments_of(*places(7, 9, 4, common=1))[0], np.eye(37)[[3, 7]])
    assert shared is None, "a regressor all clusters have ties them together"


def test_draws_in_which_a_piece_does_not_vary_are_left_to_plain_algebra() -> None:
    rng = np.random.default_rng(8)
    numerators, squares = rng.normal(size=(50, 4)), rng.uniform(1, 2, (50, 4))
    squares[::5, 1] = 0.0
    mixing = np.column_stack([-np.ones(3), np.eye(3)])
    found = joint_module._from_pieces(numerators, squares, mixing)
    expected = [
        (mixing @ n) @ np.linalg.inv((mixing * w) @ mixing.T) @ (mixing @ n)
        for n, w in zip(numerators, squares, strict=True)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("kind", ["rademacher", "webb"])
@pytest.mark.parametrize("jackknife", [True, False])
def test_many_clusters_need_only_sums_over_them(kind: str, jackknife: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    x, cluster, y = places(9, 1, 40)
    solved = solve(moments_of(x, cluster, y)[0])
    draws, vector = draw_weights(40, 1999, 1, kind), np.eye(4)[3]
    many = wild_bootstrap(solved, vector, draws, jackknife=jackknife)
    monkeypatch.setattr(drawn_terms, "MANY", 1000)
    few = wild_bootstrap(solved, vector, draws, jackknife=jackknife)
    for name in ("p_value", "conf_low", "conf_high", "draws"):
        np.testing.assert_allclose(getattr(many, name), getattr(few, name), rtol=1e-9)


def test_few_clusters_with_many_regressors_and_many_with_few_are_drawn_alike() -> None:
    x, cluster, y = places(10, 1, 40)
    solved, draws = solve(moments_of(x, cluster, y)[0]), draw_weights(40, 999, 1)
    found = joint_bootstrap(solved, np.eye(4)[[1, 3]], draws)
    one = wild_bootstrap(solved, np.eye(4)[3], draws)
    tied = joint_bootstrap(solved, np.eye(4)[[3]], draws)
    np.testing.assert_array_equal(tied.p_value, one.p_value)
    wide = np.hstack([x, np.eye(40)[cluster][:, 2:38] * np.random.default_rng(2).normal(size=(len(x), 36))])
    apart, _ = moments_of(wide, cluster, y)
    again = joint_bootstrap(solve(apart), np.eye(40)[[1, 3]], draws)
    dense = joint_bootstrap(solve(apart.dense()), np.eye(40)[[1, 3]], draws)
    np.testing.assert_array_equal(again.p_value, dense.p_value)
    assert found.df_numerator == again.df_numerator == 2


def test_few_regressors_or_clusters_with_most_of_them_are_held_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    x, cluster, _ = places(11, 9, 4)
    starts = np.flatnonzero(np.diff(cluster, prepend=-1))
    assert row_support(x[:, :32], starts).columns is None, "few"
    assert row_support(np.ones((len(x), 40)), starts).columns is None, "all clusters have all"
    assert row_support(x, starts).columns is not None
    monkeypatch.setattr(support_module, "WIDE", 0)
    assert row_support(x[:, :16], starts).columns is not None
    assert Support(3).of(1).tolist() == [0, 1, 2]


@pytest.mark.parametrize("seed", range(6))
def test_a_limit_is_where_halving_one_by_one_ends(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n0, n1, own = rng.normal(size=499), rng.normal(-1, 0.3, 499), 0.2
    d1, d2 = rng.normal(size=499) * 0.1, rng.uniform(0.2, 1, 499)
    d0 = d1**2 / d2 + rng.uniform(0.2, 1, 499)
    quartic = [-d2, -2 * d1, own * n1**2 - d0, 2 * own * n0 * n1, own * n0**2]
    for step, level in ((1.0, 0.05), (-0.3, 0.1), (0.01, 0.5)):
        inside, outside = 0.0, step
        while bootstrap._p_value(quartic, outside, False) > level:
            inside, outside = outside, 2 * outside
        for _ in range(25):
            middle = (inside + outside) / 2
            if bootstrap._p_value(quartic, middle, False) > level:
                inside = middle
            else:
                outside = middle
        assert bootstrap._limit(quartic, step, level, False) == pytest.approx(outside, rel=1e-12)
