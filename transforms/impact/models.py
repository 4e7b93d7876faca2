"""Fit a design on cells, and read estimates off it with the uncertainty its clusters can carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from scipy import stats

from transforms.impact.clusters import ClusterCounts, count_clusters, refusal
from transforms.impact.compression import Floats, Ints, cluster_moments
from transforms.impact.design import Cells, design_matrix
from transforms.impact.estimate import EQUALITY, Estimate, Model, Status, outcome_unit
from transforms.impact.least_squares import Fit, RankDeficientError, fit, wald_test
from transforms.study import Study

NO_VARIATION = 1e-10  # share of the outcome's mean square below which its variation is rounding


@dataclass(frozen=True, slots=True)
class FittedModel:
    """A fit with what is needed to read it: the column of each (unit, wave) effect and the clusters behind it."""

    fit: Fit
    effects: dict[tuple[int, int], int]
    counts: ClusterCounts
    varies: tuple[bool, ...]
    strata: bool


@dataclass(frozen=True, slots=True)
class Case:
    """What an estimate is about."""

    contrast: str
    wave: str
    governorate: str
    group: str


def _varies(cells: Cells, fitted: Fit) -> tuple[bool, ...]:
    """For each outcome, whether it varies, and is not predicted without error by the design."""
    square, total = cells.table.square.sum(axis=0), cells.table.total.sum(axis=0)
    weight = cells.table.weight.sum(axis=0)
    variation = square - total**2 / weight
    residual = fitted.sigma2 * (fitted.n - fitted.k)
    return tuple(bool(v) for v in (variation > NO_VARIATION * square) & ~(residual <= NO_VARIATION * variation))


def fit_model(cells: Cells, effect_of: Ints) -> FittedModel | str:
    """The design of the study fitted to the cells; the reason if that cannot be done."""
    design = design_matrix(cells, effect_of)
    try:
        fitted = fit(cluster_moments(design.x, cells.cluster, cells.table))
    except RankDeficientError:
        return "rank_deficient"
    return FittedModel(fitted, design.effects, count_clusters(cells), _varies(cells, fitted), design.strata)


def not_estimated(case: Case, outcome: str, study: Study, reason: str) -> Estimate:
    """A row that says why there is no estimate."""
    return _estimate(case, outcome, study, _Numbers(), ClusterCounts(0, 0, 0, 0), ("none", "not_estimated", reason))


@dataclass(frozen=True, slots=True)
class _Numbers:
    estimate: float = nan
    std_error: float = nan
    statistic: float = nan
    df: float = nan
    p_value: float = nan
    conf_low: float = nan
    conf_high: float = nan
    n: int = 0


def _estimate(
    case: Case, outcome: str, study: Study, numbers: _Numbers, counts: ClusterCounts, how: tuple[str, Status, str]
) -> Estimate:
    model: Model = "did" if study.design.treatment else "change"
    method, status, reason = how
    return Estimate(
        outcome=outcome,
        model=model,
        contrast=case.contrast,
        wave=case.wave,
        governorate=case.governorate,
        group=case.group,
        unit=outcome_unit(study, outcome),
        estimate=numbers.estimate,
        std_error=numbers.std_error,
        statistic=numbers.statistic,
        df=numbers.df,
        p_value=numbers.p_value,
        conf_low=numbers.conf_low,
        conf_high=numbers.conf_high,
        n=numbers.n,
        clusters=counts.clusters,
        clusters_treated=counts.treated,
        clusters_comparison=counts.comparison,
        method=method,
        status=status,
        reason=reason,
    )


def _with_errors(value: float, std_error: float, fitted: Fit, confidence: float) -> _Numbers:
    """Estimate with t interval and two-sided p-value on G - 1 degrees of freedom."""
    half = float(stats.t.ppf((1 + confidence) / 2, fitted.df)) * std_error
    statistic = value / std_error
    p_value = 2 * float(stats.t.sf(abs(statistic), fitted.df))
    return _Numbers(value, std_error, statistic, float(fitted.df), p_value, value - half, value + half, fitted.n)


def combination_vector(model: FittedModel, weights: Mapping[tuple[int, int], float]) -> Floats:
    """[p] the linear combination that weights the effects of (unit, wave)."""
    vector = np.zeros(model.fit.k)
    for effect, weight in weights.items():
        vector[model.effects[effect]] = weight
    return vector


def read_combination(
    case: Case, names: tuple[str, ...], study: Study, model: FittedModel, vector: Floats, remark: str = ""
) -> list[Estimate]:
    """The linear combination `vector` [p] of the coefficients, one estimate for each outcome of the fit.

    Without p-value where the clusters cannot carry one; `remark` is the reason shown where all is well.
    """
    refused = refusal(model.counts, study)
    found = []
    for position, outcome in enumerate(names):
        if not model.varies[position]:
            found.append(not_estimated(case, outcome, study, "no_variation"))
            continue
        value = float(vector @ model.fit.coef[:, position])
        std_error = sqrt(max(float(vector @ model.fit.vcov[position] @ vector), 0.0)) if not refused else nan
        if refused:
            how: tuple[str, Status, str] = ("none", "no_p_value", refused)
            numbers = _Numbers(estimate=value, n=model.fit.n)
        else:
            how = ("CR1", "ok", remark or ("" if model.strata else "strata_left_out"))
            numbers = _with_errors(value, std_error, model.fit, study.settings.effects.confidence)
        found.append(_estimate(case, outcome, study, numbers, model.counts, how))
    return found


def read_equality(
    case: Case, names: tuple[str, ...], study: Study, model: FittedModel, columns: list[int], refused: str
) -> list[Estimate]:
    """Joint Wald test (CR1, F with G - 1 denominator degrees of freedom) that the effects in `columns` are equal.

    `refused`: why the test is not offered; "" if it is.
    """
    assert case.contrast == EQUALITY
    contrasts = np.zeros((len(columns) - 1, model.fit.k))
    contrasts[:, columns[0]] = -1.0
    contrasts[np.arange(len(columns) - 1), columns[1:]] = 1.0
    found = []
    for position, outcome in enumerate(names):
        if not model.varies[position]:
            found.append(not_estimated(case, outcome, study, "no_variation"))
            continue
        if refused:
            how: tuple[str, Status, str] = ("none", "no_p_value", refused)
            numbers = _Numbers(n=model.fit.n)
        else:
            test = wald_test(model.fit, position, contrasts)
            how = ("CR1", "ok", "")
            numbers = _Numbers(statistic=test.statistic, df=test.df_denominator, p_value=test.p_value, n=model.fit.n)
        found.append(_estimate(case, outcome, study, numbers, model.counts, how))
    return found
