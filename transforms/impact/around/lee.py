"""Bounds on an effect when more respondents are lost in one arm than in the other (Lee 2009)."""

from dataclasses import dataclass
from math import nan

import numpy as np
from scipy import optimize, special

from transforms.impact.cells.compression import Floats


@dataclass(frozen=True, slots=True)
class LeeBounds:
    """Bounds on the effect among those who would be found in either arm; n respondents of the baseline.

    estimate: the difference among those found, nobody trimmed. low, high: with the highest, or the lowest, changes of
    the arm with more found taken out, so that as large a share of each arm remains. kept_treated, kept_comparison:
    shares found. trimmed: share taken out of the arm with more found. low_influence, high_influence: [n] influence of
    each respondent on the bounds, of mean zero.
    """

    estimate: float
    low: float
    high: float
    kept_treated: float
    kept_comparison: float
    trimmed: float
    low_influence: Floats
    high_influence: Floats


@dataclass(frozen=True, slots=True)
class _Arm:
    """Mean change of an arm's found, and each respondent's influence on it."""

    mean: float
    influence: Floats


def _found_mean(value: Floats, found: Floats, member: Floats) -> _Arm:
    """Mean among the found of an arm; `member` [n] is the weight within the arm, 0 outside it."""
    mass = (member * found).mean()
    mean = float((member * found * value).mean() / mass)
    return _Arm(mean, member * found * (value - mean) / mass)


def _cut(value: Floats, weight: Floats, share: float) -> float:
    """The value below which a `share` of the weight lies."""
    order = np.argsort(value, kind="stable")
    reached = np.cumsum(weight[order])
    at = min(int(np.searchsorted(reached, share * reached[-1] * (1 - 1e-12))), order.size - 1)
    return float(value[order][at])


def _lowest_mean(value: Floats, found: Floats, more: Floats, fewer: Floats) -> _Arm:
    """Mean of the lowest changes in the arm `more`, down to the share found in the arm `fewer`.

    With cut c, E[found (y - c) 1(y <= c)] / kept + c: those at the cut count in part, and the cut's own error drops out
    (its derivative is zero), which leaves the influence of the rows and of the share kept (Lee 2009, prop. 3).
    """
    arm, other = more / more.mean(), fewer / fewer.mean()
    kept = float((other * found).mean())
    inside = (more > 0) & (found > 0)
    cut = _cut(value[inside], more[inside], kept / float((arm * found).mean()))
    below = found * np.minimum(value - cut, 0.0)
    gap = float((arm * below).mean() / kept)
    influence = (arm * (below - kept * gap) - gap * other * (found - kept)) / kept
    return _Arm(gap + cut, influence)


def lee_bounds(change: Floats, treated: Floats, weight: Floats) -> LeeBounds:
    """Bounds from [n] changes (NaN for those lost), arms (0 or 1) and positive weights; some are found in each arm.

    Assumes that treatment moves finding again in one direction only (Lee 2009, assumption 2).
    """
    found = (~np.isnan(change)).astype(np.float64)
    value = np.where(np.isnan(change), 0.0, change)
    arms = weight * treated / weight.mean(), weight * (1 - treated) / weight.mean()
    kept = [float((arm * found).mean() / arm.mean()) for arm in arms]
    means = [_found_mean(value, found, arm) for arm in arms]
    swap = kept[0] < kept[1]
    more, fewer = (arms[1], arms[0]) if swap else arms
    plain = means[0] if swap else means[1]
    lowest = _lowest_mean(value, found, more, fewer)
    turned = _lowest_mean(-value, found, more, fewer)
    highest = _Arm(-turned.mean, -turned.influence)
    low = _difference(plain, highest) if swap else _difference(lowest, plain)
    high = _difference(plain, lowest) if swap else _difference(highest, plain)
    return LeeBounds(
        estimate=means[0].mean - means[1].mean,
        low=low.mean,
        high=high.mean,
        kept_treated=kept[0],
        kept_comparison=kept[1],
        trimmed=1 - min(kept) / max(kept),
        low_influence=low.influence,
        high_influence=high.influence,
    )


def _difference(first: _Arm, second: _Arm) -> _Arm:
    return _Arm(first.mean - second.mean, first.influence - second.influence)


def bounds_interval(
    bounds: tuple[float, float], errors: tuple[float, float], df: float, confidence: float
) -> tuple[float, float]:
    """Interval that holds the effect, wherever it lies between its bounds, with `confidence` (Imbens & Manski 2004).

    With t on `df` degrees of freedom for the normal. NaN without errors.
    """
    largest = max(errors)
    if not (df > 0 and largest > 0):
        return nan, nan
    width = max(bounds[1] - bounds[0], 0.0) / largest

    def surplus(critical: float) -> float:
        covered = float(special.stdtr(df, critical + width)) - float(special.stdtr(df, -critical))
        return covered - confidence

    critical = optimize.brentq(surplus, 0.0, float(special.stdtrit(df, (1 + confidence) / 2)) + 1e-9)
    return bounds[0] - critical * errors[0], bounds[1] + critical * errors[1]
