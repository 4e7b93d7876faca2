"""Chi2 and standard errors that do not need normal answers (Satorra & Bentler 1994): lavaan's estimator MLM.

With W the normal-theory weight of the moments, D their derivatives by free parameter and Gamma their covariance, the
scaled chi2 is chi2 / c, c = tr(U Gamma) / df, U = W - W D (D'WD)^-1 D'W (eq. 16.9 there). W is taken at the model's
moments, as in lavaan.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import chdtrc

from transforms.measure.factors.fit_measures import baseline, cfi, rmsea, tli
from transforms.measure.factors.implied import Derivatives, covariance_jacobian
from transforms.measure.factors.likelihood import Fit, group_slope
from transforms.measure.factors.model import Floats
from transforms.measure.factors.moments import Moments


@dataclass(frozen=True, slots=True)
class RobustMeasures:
    """Scaled chi2 with its factor, and the indices that allow for it (Brosseau-Liard & Savalei 2014; Savalei 2012)."""

    chi2_scaled: float
    scaling: float
    p_scaled: float
    cfi_robust: float
    tli_robust: float
    rmsea_robust: float


@dataclass(frozen=True, slots=True)
class _Sandwich:
    """`meat` = D'W Gamma W D of one respondent (free x free), and the trace of W Gamma."""

    meat: Floats
    trace: float


def robust_measures(fit: Fit) -> RobustMeasures:
    """Robust measures of `fit`, which has estimates and the fourth moments of its groups.

    The baseline model is scaled by the same formula. Without degrees of freedom there is nothing to scale.
    """
    if fit.df == 0:
        return RobustMeasures(fit.chi2, 1.0, float("nan"), 1.0, 1.0, 0.0)
    against = baseline(fit.moments)
    found = _sandwich(fit)
    expected = found.trace - float(np.trace(np.linalg.solve(fit.information, found.meat)))
    excess, baseline_excess = fit.chi2 - expected, against.chi2 - _baseline_trace(fit.moments)
    scaled = fit.chi2 * fit.df / expected
    return RobustMeasures(
        chi2_scaled=scaled,
        scaling=expected / fit.df,
        p_scaled=float(chdtrc(fit.df, scaled)),
        cfi_robust=cfi(excess, baseline_excess),
        tli_robust=tli(excess, fit.df, baseline_excess, against.df),
        rmsea_robust=rmsea(excess, fit.df, fit.n, len(fit.moments)),
    )


def robust_covariance(fit: Fit) -> Floats:
    """Covariance of the free parameters (free x free), by the sandwich: lavaan's `robust.sem`."""
    bread = np.linalg.inv(fit.information)
    covariance: Floats = bread @ _sandwich(fit).meat @ bread / fit.n
    return covariance


def _sandwich(fit: Fit) -> _Sandwich:
    count = len(fit.model.parameters)
    meat, trace = np.zeros((count, count)), 0.0
    for group, sample in enumerate(fit.moments):
        part = group_slope(fit.model, sample, fit.cells, group)
        share = sample.n / fit.n
        skipped = 0 if fit.model.has_means else len(part.inverse)
        fourth = _fourth(sample)[skipped:, skipped:]
        weighted = _weighted_jacobian(part.found, part.inverse)[skipped:]
        to = fit.model.parameter_of[part.found.at]
        use = to >= 0
        np.add.at(meat, (to[use][:, None], to[use]), share * (weighted.T @ fourth @ weighted)[np.ix_(use, use)])
        trace += float(np.sum(_weight(part.inverse)[skipped:, skipped:] * fourth))
    return _Sandwich(meat, trace)


def _weighted_jacobian(found: Derivatives, inverse: Floats) -> Floats:
    """W D by cell: the derivatives of (mu, vech(Sigma)), each weighted as normal theory has it."""
    at_both = replace(found, u=inverse @ found.u, v=inverse @ found.v)
    return np.vstack([inverse @ found.mean, _twice(len(inverse))[:, None] / 2 * covariance_jacobian(at_both)])


def _weight(inverse: Floats) -> Floats:
    """W: the inverse of Sigma for means, and 1/2 K'(inverse x inverse)K for covariances, K the duplication matrix."""
    p = len(inverse)
    rows, columns = np.tril_indices(p)
    pairs = inverse[np.ix_(rows, rows)] * inverse[np.ix_(columns, columns)]
    pairs += inverse[np.ix_(rows, columns)] * inverse[np.ix_(columns, rows)]
    weight = np.zeros((p + len(rows), p + len(rows)))
    weight[:p, :p] = inverse
    weight[p:, p:] = pairs * np.outer(_twice(p), _twice(p)) / 4
    return weight


def _twice(p: int) -> Floats:
    """2 for each pair of different items, 1 for each item with itself."""
    rows, columns = np.tril_indices(p)
    return np.where(rows == columns, 1.0, 2.0)


def _baseline_trace(moments: Sequence[Moments]) -> float:
    """tr(U Gamma) of the baseline model: variances of the products of two items in units of their SD."""
    trace = 0.0
    for sample in moments:
        variances = np.diag(sample.covariance)
        rows, columns = np.tril_indices(len(variances))
        products = np.diag(_fourth(sample))[len(variances) :] / (variances[rows] * variances[columns])
        trace += float(products[rows != columns].sum())
    return trace


def _fourth(sample: Moments) -> Floats:
    if sample.fourth is None:
        raise ValueError("Robust statistics need the fourth moments of every group.")
    return sample.fourth
