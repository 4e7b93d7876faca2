"""Restricted wild cluster bootstrap-t with intervals by test inversion, from moments of clusters alone.

Cameron, Gelbach & Miller 2008; Roodman, MacKinnon, Nielsen & Webb 2019; residuals jackknifed by default (WCR-S of
MacKinnon, Nielsen & Webb 2023b), which keeps its size with 8 clusters where the plain one does not (docs/coverage.md).
Write M for (X'WX)^-1, A_g = X_g'WX_g, and d = c'b - r for the distance of the estimate to the hypothesis c'b = r. The
scores of the fit under the hypothesis are s_g(d) = s_g + d u_g (see `restricted_scores`), and a draw with weights v has

    numerator    n(d) = sum_g v_g c'M s_g(d)
    denominator  D(d) = sum_g (v_g c'M s_g(d) - c'M A_g M sum_h v_h s_h(d))^2,

so n is linear and D quadratic in d: after one pass over the draws, every hypothesis is tested at the cost of one
quartic per draw, n(d)^2 D_fit - d^2 D(d), which is not negative where |t*| reaches |t|. CR1's factor cancels.
"""

from dataclasses import dataclass
from functools import reduce

import numpy as np

from transforms.impact.cells.compression import Floats, Ints
from transforms.impact.inference.drawn_terms import DrawnTerms, pulls
from transforms.impact.inference.restricted_scores import jackknifed_scores, restricted_scores
from transforms.impact.inference.sign_draws import Draws
from transforms.impact.inference.solved import Solved, cr1_factor, cr1_std_errors

TIE = 1e-9  # relative difference of two squared statistics below which they are equal
DOUBLINGS = 24  # widest distance tried for a limit: standard error x 2^24; beyond, the interval is unbounded
GRID = np.linspace(0.0, 1.0, 33)  # of a bracket: its ends, and the distances that five halvings can come to
LOOKS = 5  # limits are exact to 2^-25 of their bracket
ROUNDING = 1e-9  # share of the largest Bernstein coefficient within which its sign may be rounding


@dataclass(frozen=True, slots=True)
class BootstrapTest:
    """Test that a linear combination is zero, and its interval, for each of m outcomes.

    statistic: CR1 t. draws: [B, m] its values under the hypothesis. exact: whether the observed sample is one of them
    (all sign vectors, plain residuals). p_value counts ties against the finding: the share of draws whose |t| is at
    least the observed one, or where the observed sample is not among the draws, (1 + number) / (1 + B). The interval
    holds the hypotheses with p above 1 - confidence.
    """

    estimate: Floats
    std_error: Floats
    statistic: Floats
    p_value: Floats
    conf_low: Floats
    conf_high: Floats
    draws: Floats
    exact: bool


@dataclass(frozen=True, slots=True)
class _Draws:
    """Of one outcome, for each of B draws: n(d) = n0 + d n1 and D(d) = d0 + 2 d d1 + d^2 d2; the fit's own D."""

    n0: Floats
    n1: Floats
    d0: Floats
    d1: Floats
    d2: Floats
    own: float
    exact: bool

    def statistics(self, distance: float) -> Floats:
        """[B] numerator over root of denominator where the hypothesis lies `distance` below the estimate."""
        with np.errstate(divide="ignore", invalid="ignore"):
            values: Floats = (self.n0 + distance * self.n1) / np.sqrt(
                self.d0 + distance * (2 * self.d1 + distance * self.d2)
            )
        return values

    def quartic(self) -> list[Floats]:
        """Coefficients [B] of n(d)^2 D_fit - d^2 D(d), from the highest power; ties count as reached."""
        slack = 1 - TIE
        return [
            -slack * self.d2,
            -2 * slack * self.d1,
            self.own * self.n1**2 - slack * self.d0,
            2 * self.own * self.n0 * self.n1,
            self.own * self.n0**2,
        ]


def share(count: int, draws: int, exact: bool) -> float:
    """p-value from how many draws reach the observed statistic; sampled draws are joined by the sample itself."""
    return count / draws if exact else (1 + count) / (1 + draws)


def _counts(quartic: list[Floats], distances: Floats) -> Ints:
    """In how many draws the statistic is reached where the hypothesis lies so far below the estimate: [k] of [k]."""
    at = distances[:, None]
    value = quartic[0] * at
    for coefficient in quartic[1:-1]:
        value += coefficient
        value *= at
    value += quartic[-1]
    return np.asarray(np.count_nonzero(value >= 0, axis=1))


def _p_value(quartic: list[Floats], distance: float, exact: bool) -> float:
    return share(int(_counts(quartic, np.array([distance]))[0]), quartic[0].size, exact)


def _unsettled(quartic: list[Floats], first: float, last: float) -> tuple[list[Floats], int]:
    """The draws whose quartic may change its sign between two distances, and how many others reach the statistic.

    A polynomial lies between the smallest and the largest of its Bernstein coefficients on an interval.
    """
    a4, a3, a2, a1, a0 = quartic
    width, a4_first = last - first, a4 * first
    c0 = (((a4_first + a3) * first + a2) * first + a1) * first + a0
    c1 = (((4 * a4_first + 3 * a3) * first + 2 * a2) * first + a1) * (width / 4)
    c2 = ((6 * a4_first + 3 * a3) * first + a2) * (width**2 / 6)
    c3, c4 = (4 * a4_first + a3) * (width**3 / 4), a4 * width**4
    bounds = [c0, c0 + c1, c0 + 2 * c1 + c2, c0 + 3 * (c1 + c2) + c3, c0 + 4 * (c1 + c3) + 6 * c2 + c4]
    low, high = reduce(np.minimum, bounds), reduce(np.maximum, bounds)
    slack = ROUNDING * np.maximum(high, -low)
    reached = low > slack
    open_draws = np.flatnonzero(~(reached | (high < -slack)))
    return [coefficient[open_draws] for coefficient in quartic], int(np.count_nonzero(reached))


def _limit(quartic: list[Floats], step: float, level: float, exact: bool) -> float:
    """The distance from the estimate, in the direction of `step`, at which the p-value falls to `level`.

    The distance is doubled until the hypothesis is refused, then the bracket is halved; unbounded if it never is. Five
    halvings are taken in one look at the 31 distances they can come to, of the draws that may differ among them.
    """
    inside, outside = 0.0, step
    for _ in range(DOUBLINGS):
        if _p_value(quartic, outside, exact) <= level:
            break
        inside, outside = outside, 2 * outside
    else:
        return float(np.copysign(np.inf, step))
    draws, settled = quartic[0].size, 0
    for _ in range(LOOKS):
        quartic, reached = _unsettled(quartic, inside, outside)
        settled += reached
        grid = inside + (outside - inside) * GRID
        counts = settled + _counts(quartic, grid)
        low, high = 0, GRID.size - 1
        while high - low > 1:
            middle = (low + high) // 2
            refused = share(int(counts[middle]), draws, exact) <= level
            low, high = (low, middle) if refused else (middle, high)
        inside, outside = float(grid[low]), float(grid[high])
    return outside


def _draw(solved: Solved, vector: Floats, draws: Draws, jackknife: bool) -> list[_Draws]:
    """The draws' polynomials for each outcome."""
    support, direction = solved.support, solved.bread @ vector  # M c
    scores, change = (jackknifed_scores if jackknife else restricted_scores)(solved, vector[None])
    local = support.gather(direction)[:, :, None]
    drawn = DrawnTerms(draws, pulls(solved, direction))
    both = np.concatenate([scores, change], axis=2)
    *outcomes, push = drawn.terms(np.sum(local * both, axis=1).T, support.scatter(both))
    variance = np.sum(np.sum(local * solved.scores, axis=1) ** 2, axis=0)
    d2, exact = drawn.product(push, push), draws.exact and not jackknife
    found = []
    for outcome, own in zip(outcomes, variance.tolist(), strict=True):
        d0, d1 = drawn.product(outcome, outcome), drawn.product(outcome, push)
        found.append(_Draws(outcome.numerator, push.numerator, d0, d1, d2, own, exact))
    return found


def wild_bootstrap(
    solved: Solved, vector: Floats, draws: Draws, confidence: float = 0.95, jackknife: bool = True
) -> BootstrapTest:
    """Test `vector` [p] x coefficients = 0 and invert the test, for all outcomes of the regression at once.

    draws: weights for the clusters of the regression, in their order. Survey weights are in the moments. jackknife:
    WCR-S rather than WCR-C. Where the standard error is zero, all but the estimate is NaN.
    """
    estimate, std_error = vector @ solved.coef, cr1_std_errors(solved, vector)
    factor = np.sqrt(cr1_factor(solved.moments))
    p_value, low, high = (np.full(estimate.size, np.nan) for _ in range(3))
    values = np.full((len(draws.weights), estimate.size), np.nan)
    for outcome, parts in enumerate(_draw(solved, vector, draws, jackknife)):
        value, error = float(estimate[outcome]), float(std_error[outcome])
        if not error > 0:
            continue
        quartic, level = parts.quartic(), 1 - confidence
        p_value[outcome] = _p_value(quartic, value, parts.exact)
        low[outcome] = value - _limit(quartic, 2 * error, level, parts.exact)
        high[outcome] = value - _limit(quartic, -2 * error, level, parts.exact)
        values[:, outcome] = parts.statistics(value) / factor
    statistic = estimate / np.where(std_error > 0, std_error, np.nan)
    return BootstrapTest(estimate, std_error, statistic, p_value, low, high, values, draws.exact and not jackknife)
