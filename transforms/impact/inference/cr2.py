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

from transforms.impact.cells.compression import ClusterMoments, Floats
from transforms.impact.cells.working_model import WorkingMoments
from transforms.impact.inference.least_squares import WaldTest
from transforms.impact.inference.solved import Solved, solve

ZERO = 1e-9  # eigenvalue of (I - H)(I - H)'_gg below which it is none: a pseudo-inverse leaves the direction out
SPAN = 1e-11  # share of the largest eigenvalue of U'U below which a direction of U is rounding


@dataclass(frozen=True, slots=True)
class Cr2:
    """A regression with CR2's adjusted scores and what its degrees of freedom need.

    scores: [G, p, m] X_g'W A_g (y - X_g b). left, right, square: [G, p, p] X_g'W A_g X_g, X_g'W A_g W X_g and
    X_g'W A_g^2 W X_g. spread: [p, p] M X'W^2X M.
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
    """Of k clusters, [k, p, p] each: adjusted scores are `plain` x X'r + `weighted` x X'Wr."""

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
    """Fit the regression and adjust its cluster scores; clusters with the same regressors are adjusted together.

    Raises
    ------
    RankDeficientError
        If the regressors are collinear.
    """
    solved = solve(moments)
    bread = solved.bread
    spread: Floats = bread @ working.xwwx.sum(axis=0) @ bread
    plain_scores = working.xy - working.xx @ solved.coef
    scores = np.zeros_like(solved.scores)
    left, right, square = (np.zeros_like(moments.xwx) for _ in range(3))
    occurs = np.einsum("gii->gi", working.xx) > 0  # regressors not zero in the whole cluster
    patterns, pattern_of = np.unique(occurs, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        members, used = np.flatnonzero(pattern_of.ravel() == number), np.flatnonzero(pattern)
        at, inner, vectors = np.ix_(members, used, used), np.ix_(used, used), np.ix_(members, used)
        parts = _adjust(working.xx[at], moments.xwx[at], working.xwwx[at], bread[inner], spread[inner])
        scores[vectors] = parts.plain @ plain_scores[vectors] + parts.weighted @ solved.scores[vectors]
        left[at], right[at], square[at] = parts.left, parts.right, parts.square
    return Cr2(solved, scores, left, right, square, spread)


@dataclass(frozen=True, slots=True)
class _Parts:
    """Covariances of the q x G terms c_i'M X_g'W A_g r_g if errors follow the working model, without a G x G matrix.

    cov(term i of cluster g, term j of cluster h) = vectors[g, i]' kernel vectors[h, j], plus own[g, i, j] where g = h.
    vectors: [G, q, 2p]. kernel: [2p, 2p]. own: [G, q, q].
    """

    vectors: Floats
    kernel: Floats
    own: Floats

    @property
    def inside(self) -> Floats:
        """[G, q, q] covariances within each cluster, without `own`."""
        within: Floats = self.vectors @ self.kernel @ self.vectors.swapaxes(1, 2)
        return within

    @property
    def variance(self) -> Floats:
        """[q, q] expected covariance of the combinations: the sum within clusters."""
        total: Floats = (self.inside + self.own).sum(axis=0)
        return total

    def rotated(self, root: Floats) -> "_Parts":
        """The parts of `root` [q, q] x the combinations."""
        return _Parts(root @ self.vectors, self.kernel, root @ self.own @ root.T)

    def squares(self) -> tuple[Floats, Floats]:
        """Sums over g, h of P_st[g, h] P_ts[g, h] and of P_ss[g, h] P_tt[g, h], [q, q] each."""
        products = np.einsum("gsi,gtj->stij", self.vectors, self.vectors, optimize=True)
        inner = self.kernel @ products
        inside, own = self.inside, self.own
        crossed = np.einsum("stij,stji->st", inner, inner) + np.einsum("gst,gts->st", own + 2 * inside, own)
        diagonal, own_diagonal = np.einsum("gss->gs", inside), np.einsum("gss->gs", own)
        mixed = own_diagonal.T @ diagonal
        equal = np.einsum("stij,tsji->st", inner, inner) + mixed + mixed.T + own_diagonal.T @ own_diagonal
        return crossed, equal


def _parts(fitted: Cr2, contrasts: Floats) -> _Parts:
    """The working-model covariances of `contrasts` [q, p] x coefficients."""
    bread = fitted.solved.bread
    rows = contrasts @ bread
    kernel = np.block([[fitted.spread, -bread], [-bread, np.zeros_like(bread)]])
    vectors = np.concatenate([rows @ fitted.left, rows @ fitted.right], axis=2)
    return _Parts(vectors, kernel, rows @ fitted.square @ rows.T)


def _covariance(fitted: Cr2, contrasts: Floats) -> Floats:
    """[m, q, q] CR2 covariance of `contrasts` [q, p] x coefficients."""
    parts = (contrasts @ fitted.solved.bread) @ fitted.scores
    covariance = np.einsum("gim,gjm->mij", parts, parts)
    return np.asarray(covariance)


def satterthwaite_test(fitted: Cr2, vector: Floats) -> LinearTest:
    """t test of `vector` [p] x coefficients with CR2 and Satterthwaite degrees of freedom.

    df = tr(P)^2 / tr(P^2) for the quadratic form that estimates the variance (Bell & McCaffrey 2002; Pustejovsky &
    Tipton 2018, sec. 2); clubSandwich's `coef_test(test = "Satterthwaite")`. NaN where there is no
    variance: an outcome that is fitted without error, a combination whose clusters explain themselves.
    """
    estimate = vector @ fitted.solved.coef
    std_error = np.sqrt(_covariance(fitted, vector[None])[:, 0, 0])
    parts = _parts(fitted, vector[None])
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
    q = contrasts.shape[0]
    parts = _parts(fitted, contrasts)
    values, vectors = np.linalg.eigh(parts.variance)
    if values[0] <= ZERO * np.trace(contrasts @ fitted.spread @ contrasts.T):
        return [WaldTest(float("nan"), q, float("nan"), float("nan"))] * fitted.scores.shape[2]
    crossed, equal = parts.rotated((vectors * values**-0.5) @ vectors.T).squares()
    eta = q * (q + 1) / float(crossed.sum() + equal.sum())
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
