"""Restricted wild cluster bootstrap-t with intervals by test inversion, from moments of clusters alone.

Cameron, Gelbach & Miller 2008; Roodman, MacKinnon, Nielsen & Webb 2019. Write M for (X'WX)^-1, A_g = X_g'WX_g, s_g for
the cluster scores of the fit, and d = c'b - r for the distance of the estimate to the hypothesis c'b = r. The restricted
fit has scores s_g(d) = s_g + d A_g M c / (c'Mc), and a draw with weights v has

    numerator    n(d) = sum_g v_g c'M s_g(d)
    denominator  D(d) = sum_g (v_g c'M s_g(d) - c'M A_g M sum_h v_h s_h(d))^2,

so n is linear and D quadratic in d: after one pass over the draws, every hypothesis is tested at the cost of one
polynomial per draw. CR1's factor is the same in every draw and cancels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.impact.compression import Floats
from transforms.impact.sign_draws import Draws
from transforms.impact.solved import Solved, cr1_std_errors

TIE = 1e-9  # relative difference of two squared statistics below which they are equal
DOUBLINGS = 24  # widest distance tried for a limit: standard error x 2^24; beyond, the interval is unbounded
HALVINGS = 28  # limits are exact to 2^-28 of their bracket


@dataclass(frozen=True, slots=True)
class BootstrapTest:
    """Test that a linear combination is zero, and its interval, for each of m outcomes.

    statistic: CR1 t. draws: [B, m] its values under the hypothesis. p_value counts ties against the finding: the share
    of draws whose |t| is at least the observed one, where the observed sample is among the draws (all sign vectors) or
    is added to them (sampled): (1 + number) / (1 + B). The interval holds the hypotheses with p above 1 - confidence.
    """

    estimate: Floats
    std_error: Floats
    statistic: Floats
    p_value: Floats
    conf_low: Floats
    conf_high: Floats
    draws: Floats


@dataclass(frozen=True, slots=True)
class _Polynomials:
    """n(d) = n0 + d n1, D(d) = d0 + 2 d d1 + d^2 d2: [B, m], or [B, 1] where outcomes share it."""

    n0: Floats
    n1: Floats
    d0: Floats
    d1: Floats
    d2: Floats
    variance: Floats  # [m] D of the fit itself: sum_g (c'M s_g)^2
    exact: bool

    def p_value(self, distance: Floats) -> Floats:
        """[m] p-value of the hypothesis at `distance` [m] below the estimate."""
        numerator = self.n0 + distance * self.n1
        denominator = self.d0 + distance * (2 * self.d1 + distance * self.d2)
        reached = numerator**2 * self.variance >= distance**2 * denominator * (1 - TIE)
        return share(reached, self.exact)


def share(reached: NDArray[np.bool_], exact: bool) -> Floats:
    """p-values [m] from which draws [B, m] reach the observed statistic; sampled draws are joined by the sample."""
    count = np.count_nonzero(reached, axis=0)
    return np.asarray(count / len(reached) if exact else (1 + count) / (1 + len(reached)))


def _polynomials(solved: Solved, vector: Floats, draws: Draws) -> _Polynomials:
    weights = draws.weights
    direction = solved.bread @ vector  # M c
    push = solved.moments.xwx @ direction / (vector @ direction)  # [G, p]: scores per unit of d
    pull = push @ solved.bread * (vector @ direction)  # [G, p]: c'M A_g M
    own, own_push = np.einsum("p,gpm->gm", direction, solved.scores), push @ direction
    part1 = weights * own_push - (weights @ push) @ pull.T  # [B, G]
    outcomes = own.shape[1]
    d0, d1 = np.empty((len(weights), outcomes)), np.empty((len(weights), outcomes))
    for outcome in range(outcomes):
        mixing = np.diag(own[:, outcome]) - solved.scores[:, :, outcome] @ pull.T
        part0 = weights @ mixing
        d0[:, outcome] = np.einsum("bg,bg->b", part0, part0)
        d1[:, outcome] = np.einsum("bg,bg->b", part0, part1)
    return _Polynomials(
        n0=weights @ own,
        n1=(weights @ own_push)[:, None],
        d0=d0,
        d1=d1,
        d2=np.einsum("bg,bg->b", part1, part1)[:, None],
        variance=np.sum(own**2, axis=0),
        exact=draws.exact,
    )


def _limit(parts: _Polynomials, step: Floats, level: float) -> Floats:
    """[m] the distance from the estimate, in the direction of `step` [m], where the p-value falls to `level`.

    The distance is doubled until the hypothesis is refused, then the bracket is halved; unbounded if it never is.
    """
    inside, outside = np.zeros_like(step), step.copy()
    for _ in range(DOUBLINGS):
        kept = parts.p_value(outside) > level
        if not kept.any():
            break
        inside, outside = np.where(kept, outside, inside), np.where(kept, 2 * outside, outside)
    unbounded = parts.p_value(outside) > level
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        kept = parts.p_value(middle) > level
        inside, outside = np.where(kept, middle, inside), np.where(kept, outside, middle)
    return np.where(unbounded, np.sign(step) * np.inf, outside)


def wild_bootstrap(solved: Solved, vector: Floats, draws: Draws, confidence: float = 0.95) -> BootstrapTest:
    """Test `vector` [p] x coefficients = 0 and invert the test, for all outcomes of the regression at once.

    draws: weights for the clusters of the regression, in their order. Survey weights are in the moments. A standard
    error of zero gives NaN.
    """
    estimate, std_error = vector @ solved.coef, cr1_std_errors(solved, vector)
    parts = _polynomials(solved, vector, draws)
    denominator = parts.d0 + estimate * (2 * parts.d1 + estimate * parts.d2)
    scale = np.sqrt(parts.variance) / np.where(std_error > 0, std_error, np.nan)  # CR1's factor, inverse root
    with np.errstate(divide="ignore", invalid="ignore"):
        values = (parts.n0 + estimate * parts.n1) / np.sqrt(denominator) * scale
        statistic = estimate / std_error
    usable = std_error > 0
    step = np.where(usable, 2 * std_error, 1.0)
    level = 1 - confidence
    low, high = estimate - _limit(parts, step, level), estimate - _limit(parts, -step, level)
    return BootstrapTest(
        estimate=estimate,
        std_error=std_error,
        statistic=statistic,
        p_value=np.where(usable, parts.p_value(estimate), np.nan),
        conf_low=np.where(usable, low, np.nan),
        conf_high=np.where(usable, high, np.nan),
        draws=values,
    )
