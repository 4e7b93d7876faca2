"""Doubly robust difference-in-differences (Sant'Anna & Zhao 2020), for panels and for repeated cross-sections.

The traditional, locally efficient estimators: the chance of being treated by logit maximum likelihood, the outcome by
weighted least squares (their eq. 3.1 with 4.1 for panels; eq. 3.4 for cross-sections). Right if either model is right.
Both are sums of ratios E[w v] / E[w] whose weights and values depend on the fitted models; the influence of a
respondent is that on the ratios plus that on the models, times the ratios' gradient (their theorem A.1). Influences add
up within clusters, so the error is clustered like any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import linalg

from transforms.impact.around.propensity import Propensity, fit_propensity
from transforms.impact.cells.compression import Floats, Ints
from transforms.impact.cells.covariates import weighted_products
from transforms.impact.inference.least_squares import RANK_TOLERANCE, RankDeficientError

FULL_OVERLAP = 0.995  # comparison respondents with a higher chance of treatment resemble nobody and are left out


@dataclass(frozen=True, slots=True)
class DoublyRobust:
    """Effect on the treated, and the influence of each of n respondents on it, of mean zero.

    left_out: comparison respondents left out because their chance of treatment is beyond `FULL_OVERLAP`.
    """

    effect: float
    influence: Floats
    left_out: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A weighted least squares fit among some respondents: fitted values for all, and weighted residuals among them."""

    fitted: Floats
    weighted_residual: Floats
    bread: Floats


@dataclass(frozen=True, slots=True)
class _Ratio:
    """sign x E[weight value] / E[weight]. uses: factor with which `value` holds the fitted values of a line.

    odds: whether the weight is proportional to the odds of treatment.
    """

    sign: float
    weight: Floats
    value: Floats
    uses: Mapping[str, float] = field(default_factory=dict)
    odds: bool = False


@dataclass(frozen=True, slots=True)
class _Models:
    """The regressors [n, k], weights and arms behind a set of ratios, with the chance of treatment and the lines."""

    x: Floats
    weight: Floats
    treated: Floats
    propensity: Propensity
    lines: dict[str, _Line]


def _fit_line(y: Floats, x: Floats, weight: Floats) -> _Line:
    """Weighted least squares, where a weight of zero leaves a respondent out.

    Raises
    ------
    RankDeficientError
        If the regressors are collinear among those with weight.
    """
    moments = weighted_products(x, weight) / y.size
    scale = np.sqrt(np.diag(moments))
    if not (scale > 0).all() or linalg.eigvalsh(moments / np.outer(scale, scale))[0] < RANK_TOLERANCE:
        raise RankDeficientError
    bread = linalg.inv(moments)
    fitted = x @ (bread @ (x.T @ (weight * y) / y.size))
    return _Line(fitted, weight * (y - fitted), bread)


def _combine(ratios: Sequence[_Ratio], models: _Models, left_out: int) -> DoublyRobust:
    """The sum of the ratios, and the influence of each respondent on it."""
    x, effect = models.x, 0.0
    influence = np.zeros(models.weight.size)
    slopes = {name: np.zeros(x.shape[1]) for name in models.lines}
    odds_slope = np.zeros(x.shape[1])
    for ratio in ratios:
        mass = ratio.weight.mean()
        value = float((ratio.weight * ratio.value).mean() / mass)
        effect += ratio.sign * value
        own = ratio.sign * ratio.weight * (ratio.value - value) / mass
        influence += own
        for name, factor in ratio.uses.items():
            slopes[name] += ratio.sign * factor * (ratio.weight @ x) / mass / influence.size
        if ratio.odds:
            odds_slope += own @ x / influence.size
    for name, line in models.lines.items():
        influence += line.weighted_residual * (x @ (line.bread @ slopes[name]))
    surprise = models.weight * (models.treated - models.propensity.chance)
    influence += surprise * (x @ (models.propensity.bread @ odds_slope))
    return DoublyRobust(effect, influence, left_out)


def _odds_weights(propensity: Propensity, treated: Floats, weight: Floats) -> tuple[Floats, int]:
    """Weights that make the comparison arm resemble the treated, and how many of it resemble nobody."""
    beyond = (treated == 0) & (propensity.chance >= FULL_OVERLAP)
    chance = np.where(propensity.chance < FULL_OVERLAP, propensity.chance, 0.0)
    return weight * (1 - treated) * chance / (1 - chance), int(beyond.sum())


def panel_effect(change: Floats, treated: Floats, x: Floats, weight: Floats) -> DoublyRobust:
    """Effect on the treated from respondents seen twice.

    change: [n] later minus earlier. treated: [n] 0 or 1. x: [n, k] characteristics before treatment, with a constant.
    weight: [n], positive.

    Raises
    ------
    RankDeficientError
        If `x` is collinear in the comparison arm.
    PerfectPredictionError
        If `x` tells the arm with certainty.
    """
    weight = weight / weight.mean()
    line = _fit_line(change, x, weight * (1 - treated))
    propensity = fit_propensity(treated, x, weight)
    comparison, left_out = _odds_weights(propensity, treated, weight)
    rest = change - line.fitted
    ratios = [
        _Ratio(1.0, weight * treated, rest, {"change": -1.0}),
        _Ratio(-1.0, comparison, rest, {"change": -1.0}, odds=True),
    ]
    return _combine(ratios, _Models(x, weight, treated, propensity, {"change": line}), left_out)


def sections_effect(y: Floats, post: Floats, treated: Floats, x: Floats, weight: Floats) -> DoublyRobust:
    """Effect on the treated from two samples of different people; the mix of people is taken not to change.

    y: [n] outcome. post: [n] 1 for the later wave. The rest, and the errors raised, as for `panel_effect`; `x` must not
    be collinear in any of the four groups.
    """
    weight = weight / weight.mean()
    pre, comparison = 1 - post, 1 - treated
    groups = {"c0": comparison * pre, "c1": comparison * post, "t0": treated * pre, "t1": treated * post}
    lines = {name: _fit_line(y, x, weight * inside) for name, inside in groups.items()}
    propensity = fit_propensity(treated, x, weight)
    odds, left_out = _odds_weights(propensity, treated, weight)
    everyone = weight * treated
    rest_later, rest_before = y - lines["c1"].fitted, y - lines["c0"].fitted
    later, before = lines["t1"].fitted - lines["c1"].fitted, lines["t0"].fitted - lines["c0"].fitted
    at_later, at_before = {"t1": 1.0, "c1": -1.0}, {"t0": 1.0, "c0": -1.0}
    ratios = [
        _Ratio(1.0, everyone * post, rest_later, {"c1": -1.0}),
        _Ratio(-1.0, everyone * pre, rest_before, {"c0": -1.0}),
        _Ratio(-1.0, odds * post, rest_later, {"c1": -1.0}, odds=True),
        _Ratio(1.0, odds * pre, rest_before, {"c0": -1.0}, odds=True),
        _Ratio(1.0, everyone, later, at_later),
        _Ratio(-1.0, everyone * post, later, at_later),
        _Ratio(-1.0, everyone, before, at_before),
        _Ratio(1.0, everyone * pre, before, at_before),
    ]
    return _combine(ratios, _Models(x, weight, treated, propensity, lines), left_out)


def clustered_error(influence: Floats, cluster: Ints) -> float:
    """Standard error of a mean of influences: sqrt(G/(G-1) x sum of squared cluster sums) / n; NaN for one cluster.

    cluster: [n] codes. With every respondent a cluster this is SD(influence) / sqrt(n).
    """
    _, codes = np.unique(cluster, return_inverse=True)
    sums = np.bincount(codes, influence)
    clusters = sums.size
    if clusters < 2:
        return float("nan")
    return float(np.sqrt(clusters / (clusters - 1) * np.sum(sums**2)) / influence.size)


def arm_error(influence: Floats, cluster: Ints, treated: Floats) -> tuple[float, float]:
    """Standard error of a mean of influences where clusters are of one arm each, and its degrees of freedom.

    Each arm's sum of squared cluster sums is raised by its own G/(G-1), and df are those of two samples with variances
    of their own (Welch 1947). With many clusters this is `clustered_error`; from that and clusters - 1 degrees of
    freedom, the t interval of 12 clusters held the truth in 92.7 % of 1,000 draws. cluster, treated: [n]. NaN where an
    arm has one cluster.
    """
    _, first, codes = np.unique(cluster, return_index=True, return_inverse=True)
    sums, arm = np.bincount(codes, influence), treated[first]
    sizes = [int(np.count_nonzero(arm == side)) for side in (0.0, 1.0)]
    if min(sizes) < 2:
        return float("nan"), float("nan")
    parts = [
        size / (size - 1) * float(np.sum(sums[arm == side] ** 2)) for side, size in zip((0.0, 1.0), sizes, strict=True)
    ]
    spread = sum(part**2 / (size - 1) for part, size in zip(parts, sizes, strict=True))
    df = sum(parts) ** 2 / spread if spread > 0 else float("nan")
    return float(np.sqrt(sum(parts))) / influence.size, df
