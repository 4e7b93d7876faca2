"""CR2 covariance, Satterthwaite degrees of freedom and the joint HTZ test, from moments of clusters alone.

Bell & McCaffrey 2002 adjust the residuals of each cluster by A_g = [(I - H) (I - H)']_gg^(-1/2), so that the covariance
is unbiased when the working model holds. With identity working variance and weights W (see `working_model`),

    (I - H)(I - H)'_gg = I - X M X'W - W X M X' + X M S M X' = I + U K U',   U = [X_g, W_g X_g],

where M = (X'WX)^-1 and S = X'W^2X. Its inverse root is I + U L U' with L from eigenvalues of at most 2p x 2p
matrices: n_g x n_g matrices are never formed (the idea of MacKinnon, Nielsen & Webb 2023, sec. 3, extended to weights).
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from transforms.impact.cells.compression import ClusterMoments, Floats, Ints
from transforms.impact.cells.working_model import WorkingMoments
from transforms.impact.inference.least_squares import WaldTest
from transforms.impact.inference.pieces import Pieces, separate_pieces
from transforms.impact.inference.solved import Solved, solve
from transforms.impact.inference.working_covariance import SeparateCovariance, WorkingCovariance

ZERO = 1e-9  # eigenvalue of (I - H)(I - H)'_gg below which it is none: a pseudo-inverse leaves the direction out
SPAN = 1e-11  # share of the largest eigenvalue of U'U below which a direction of U is rounding


@dataclass(frozen=True, slots=True)
class Cr2:
    """A regression with CR2's adjusted scores and what its degrees of freedom need.

    scores: [G, q, m] X_g'W A_g (y - X_g b), of the regressors each cluster has. left, right, square: [G, q, q]
    X_g'W A_g X_g, X_g'W A_g W X_g and X_g'W A_g^2 W X_g. spread: [p, p] M X'W^2X M.
    """

    solved: Solved
    scores: Floats
    left: Floats
    right: Floats
    square: Floats
    spread: Floats


@dataclass(frozen=True, slots=True)
class LinearTest:
    """Test that a linear combination is zero, for each of m outcomes; `df` is of the design, alike for all."""

    estimate: Floats
    std_error: Floats
    statistic: Floats
    df: float
    p_value: Floats

    def interval(self, confidence: float) -> tuple[Floats, Floats]:
        """Lower and upper limits [m] of the t interval."""
        half = float(stats.t.ppf((1 + confidence) / 2, self.df)) * self.std_error
        return self.estimate - half, self.estimate + half


def _inverse_root(gram: Floats, kernel: Floats) -> Floats:
    """L [k, n, n] with (I + U K U')^(-1/2) = I + U L U' on the span of U, from U'U = `gram` and K = `kernel`."""
    scale = np.sqrt(np.einsum("kii->ki", gram))
    values, vectors = np.linalg.eigh(gram / (scale[:, :, None] * scale[:, None, :]))
    kept = values > SPAN * values[:, -1:]
    length = np.sqrt(np.where(kept, values, 1.0))
    span = (vectors * np.where(kept, length, 0.0)[:, None, :]).swapaxes(1, 2) * scale[:, None, :]  # U = Z span, Z'Z = I
    inner, basis = np.linalg.eigh(span @ kernel @ span.swapaxes(1, 2))
    changed = 1 + inner
    change = np.where(changed > ZERO, np.maximum(changed, ZERO) ** -0.5, 0.0) - 1
    back = vectors * np.where(kept, 1 / length, 0.0)[:, None, :] / scale[:, :, None] @ basis
    root: Floats = (back * change[:, None, :]) @ back.swapaxes(1, 2)
    return root


@dataclass(frozen=True, slots=True)
class _Adjusted:
    """Of k clusters, [k, q, q] each: adjusted scores are `plain` x X'r + `weighted` x X'Wr."""

    plain: Floats
    weighted: Floats
    left: Floats
    right: Floats
    square: Floats


def _symmetric(first: Floats, between: Floats, last: Floats) -> Floats:
    """[[first, between], [between, last]]: [k, 2p, 2p] of [k, p, p] each."""
    k, p = between.shape[:2]
    joined = np.empty((k, 2 * p, 2 * p))
    joined[:, :p, :p], joined[:, p:, p:] = first, last
    joined[:, :p, p:], joined[:, p:, :p] = between, between
    return joined


def _adjust(xx: Floats, xwx: Floats, xwwx: Floats, bread: Floats, spread: Floats) -> _Adjusted:
    """A_g in k clusters; U = [X, W X / mean weight], so that both halves are of one size."""
    p = xx.shape[1]
    mean = (np.einsum("kii->k", xwx) / np.einsum("kii->k", xx))[:, None, None]
    gram = _symmetric(xx, xwx / mean, xwwx / mean**2)
    root = _inverse_root(gram, _symmetric(spread, -mean * bread, np.zeros_like(bread)))
    low = mean * gram[:, p:]  # X'WU
    step = low @ root
    adjusted = low + step @ gram  # X'WAU
    square = mean**2 * gram[:, p:, p:] + step @ (2 * np.eye(2 * p) + gram @ root) @ low.swapaxes(1, 2)
    return _Adjusted(
        plain=step[:, :, :p],
        weighted=np.eye(p) + step[:, :, p:] / mean,
        left=adjusted[:, :, :p],
        right=mean * adjusted[:, :, p:],
        square=square,
    )


def cr2(moments: ClusterMoments, working: WorkingMoments) -> Cr2:
    """Fit the regression and adjust its cluster scores; clusters with as many regressors are adjusted together.

    Raises
    ------
    RankDeficientError
        If the regressors are collinear.
    """
    solved, support = solve(moments), moments.support
    spread: Floats = solved.bread @ support.add_squares(working.xwwx) @ solved.bread
    plain_scores = working.xy - working.xx @ support.gather(solved.coef)
    bread, spreads = support.gather_squares(solved.bread), support.gather_squares(spread)
    scores = np.zeros_like(solved.scores)
    left, right, square = (np.zeros_like(moments.xwx) for _ in range(3))
    occurs = np.einsum("gii->gi", working.xx) > 0  # regressors not zero in the whole cluster
    numbers = occurs.sum(axis=1)
    for number in np.unique(numbers).tolist():
        members = np.flatnonzero(numbers == number)
        used = np.nonzero(occurs[members])[1].reshape(members.size, number)
        vectors, at = (members[:, None], used), (members[:, None, None], used[:, :, None], used[:, None, :])
        inner = (0, *at[1:]) if support.columns is None else at
        parts = _adjust(working.xx[at], moments.xwx[at], working.xwwx[at], bread[inner], spreads[inner])
        scores[vectors] = parts.plain @ plain_scores[vectors] + parts.weighted @ solved.scores[vectors]
        left[at], right[at], square[at] = parts.left, parts.right, parts.square
    return Cr2(solved, scores, left, right, square, spread)


def _local_terms(fitted: Cr2, rows: Floats, clusters: Ints | slice) -> tuple[Floats, Floats, Floats]:
    """Of terms rows [G, k, q] x scores: rows x left and x right [G, k, q], and rows x square x rows' [G, k, k]."""
    own = rows @ fitted.square[clusters] @ rows.swapaxes(1, 2)
    return rows @ fitted.left[clusters], rows @ fitted.right[clusters], own


def _kernel(spread: Floats, bread: Floats) -> Floats:
    return np.block([[spread, -bread], [-bread, np.zeros_like(bread)]])


def _covariance_of(fitted: Cr2, contrasts: Floats) -> WorkingCovariance:
    """The working-model covariances of `contrasts` [q, p] x coefficients."""
    support, bread = fitted.solved.support, fitted.solved.bread
    rows = support.gather((contrasts @ bread).T).swapaxes(1, 2)
    *halves, own = _local_terms(fitted, rows, slice(None))
    across = [support.scatter(half.swapaxes(1, 2)).swapaxes(1, 2) for half in halves]
    return WorkingCovariance(np.concatenate(across, axis=2), _kernel(fitted.spread, bread), own)


def _covariance_of_pieces(fitted: Cr2, joint: Pieces) -> SeparateCovariance:
    """The same of a joint hypothesis in pieces, without a p x p matrix for every pair of its combinations."""
    bread, parts = fitted.solved.bread, []
    for piece in joint.pieces:
        support, at = fitted.solved.support.only(piece.clusters), np.ix_(piece.regressors, piece.regressors)
        rows = support.gather(bread[piece.coefficient])[:, None, :]
        *halves, own = _local_terms(fitted, rows, piece.clusters)
        across = [support.scatter(half[:, 0])[:, piece.regressors] for half in halves]
        vectors = np.concatenate(across, axis=1)[:, None, :]
        parts.append(WorkingCovariance(vectors, _kernel(fitted.spread[at], bread[at]), own))
    return SeparateCovariance(tuple(parts), joint.mixing)


def _covariance(fitted: Cr2, contrasts: Floats) -> Floats:
    """[m, q, q] CR2 covariance of `contrasts` [q, p] x coefficients."""
    rows = fitted.solved.support.gather((contrasts @ fitted.solved.bread).T).swapaxes(1, 2)
    parts = rows @ fitted.scores
    covariance = np.einsum("gim,gjm->mij", parts, parts, optimize=True)
    return np.asarray(covariance)


def satterthwaite_test(fitted: Cr2, vector: Floats) -> LinearTest:
    """t test of `vector` [p] x coefficients with CR2 and Satterthwaite degrees of freedom.

    df = tr(P)^2 / tr(P^2) for the quadratic form that estimates the variance (Bell & McCaffrey 2002; Pustejovsky &
    Tipton 2018, sec. 2); clubSandwich's `coef_test(test = "Satterthwaite")`. NaN where there is no
    variance: an outcome that is fitted without error, a combination whose clusters explain themselves.
    """
    estimate = vector @ fitted.solved.coef
    std_error = np.sqrt(_covariance(fitted, vector[None])[:, 0, 0])
    parts = _covariance_of(fitted, vector[None])
    trace = float(parts.variance[0, 0])
    estimable = trace > ZERO * float(vector @ fitted.spread @ vector)
    df = trace**2 / float(parts.squares()[1][0, 0]) if estimable else float("nan")
    statistic = estimate / np.where(estimable & (std_error > 0), std_error, np.nan)
    return LinearTest(estimate, std_error, statistic, df, 2 * stats.t.sf(np.abs(statistic), df))


def htz_test(fitted: Cr2, contrasts: Floats) -> list[WaldTest]:
    """Joint test of `contrasts` [q, p] x coefficients for each outcome: Hotelling's T^2 with CR2.

    Pustejovsky & Tipton 2018, sec. 3.2 (AHT); clubSandwich's `Wald_test(test = "HTZ")`. The p-value is NaN where the
    estimated degrees of freedom do not reach q; all is NaN where some contrast has no variance at all (its only
    cluster explains itself), and statistic and p-value where an outcome has none.
    """
    q, joint = contrasts.shape[0], separate_pieces(fitted.solved.moments, contrasts)
    parts = _covariance_of_pieces(fitted, joint) if joint else _covariance_of(fitted, contrasts)
    values, vectors = np.linalg.eigh(parts.variance)
    if values[0] <= ZERO * np.trace(contrasts @ fitted.spread @ contrasts.T):
        return [WaldTest(float("nan"), q, float("nan"), float("nan"))] * fitted.scores.shape[2]
    eta = q * (q + 1) / parts.dispersion((vectors * values**-0.5) @ vectors.T)
    df = float(eta - q + 1)
    distance = contrasts @ fitted.solved.coef
    found = []
    for outcome, covariance in enumerate(_covariance(fitted, contrasts)):
        spread = np.linalg.eigvalsh(covariance)
        if not spread[0] > ZERO * spread[-1]:
            found.append(WaldTest(float("nan"), q, df, float("nan")))
            continue
        square = distance[:, outcome] @ np.linalg.solve(covariance, distance[:, outcome])
        statistic = float(max(df / eta, 0.0) * square / q)
        p_value = float(stats.f.sf(statistic, q, df)) if df > 0 else float("nan")
        found.append(WaldTest(statistic, q, df, p_value))
    return found
