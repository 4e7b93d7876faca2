"""Chi2 and standard errors that need neither normal answers nor respondents drawn one by one: lavaan's estimator MLR.

With A the observed information and B the products of the respondents' scores, both of one respondent, errors are
A^-1 B A^-1 / N and the scaled chi2 is chi2 / c, c = (tr(A1^-1 B1) - tr(A0^-1 B0)) / df, 1 the saturated model and 0
this one (Yuan & Bentler 2000, in the form of lavaan's "yuan.bentler.mplus"). Scores of respondents who
were drawn together are added up first, in every group where their cluster is (Asparouhov 2005).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from transforms.measure.factors.cases import case_scores
from transforms.measure.factors.fit_measures import baseline, cfi, rmsea, tli
from transforms.measure.factors.information import curvature, jacobian, point_of_estimates
from transforms.measure.factors.likelihood import Fit, add_by_parameter
from transforms.measure.factors.model import Floats
from transforms.measure.factors.moments import Cases, Moments


@dataclass(frozen=True, slots=True)
class RobustMeasures:
    """Chi2 scaled by `scaling`, and the indices that follow from it (lavaan: cfi.scaled, tli.scaled, rmsea.scaled).

    Where the scale would not be positive, which too few answers can do, it is NaN, and nothing is scaled.
    """

    chi2_scaled: float
    scaling: float
    p_scaled: float
    cfi_scaled: float
    tli_scaled: float
    rmsea_scaled: float


def robust_measures(fit: Fit) -> RobustMeasures:
    """Robust measures of `fit`, which has estimates, means, and the respondents of its groups.

    The baseline model is scaled by the same formula. Without degrees of freedom there is nothing to scale.
    """
    if fit.df == 0:
        return RobustMeasures(fit.chi2, 1.0, float("nan"), 1.0, 1.0, 0.0)
    cases, against = [_cases(group) for group in fit.moments], baseline(fit.moments)
    saturated = sum(each.saturated_trace for each in cases)
    bread, meat = _sandwich(fit)
    scaling = (saturated - float(np.trace(np.linalg.solve(bread, meat)))) / fit.df
    baseline_scaling = (saturated - sum(each.baseline_trace for each in cases)) / against.df
    if min(scaling, baseline_scaling) <= 0:
        scaling, baseline_scaling = float("nan"), 1.0
    chi2 = fit.chi2 / scaling if scaling > 0 else fit.chi2
    excess, worst = chi2 - fit.df, against.chi2 / baseline_scaling - against.df
    return RobustMeasures(
        chi2_scaled=chi2,
        scaling=scaling,
        p_scaled=float(chdtrc(fit.df, chi2)),
        cfi_scaled=cfi(excess, worst),
        tli_scaled=tli(excess, fit.df, worst, against.df),
        rmsea_scaled=rmsea(excess, fit.df, fit.n, len(fit.moments)),
    )


def robust_covariance(fit: Fit) -> Floats:
    """Covariance of the free parameters (free x free), by the sandwich: lavaan's `robust.huber.white`."""
    bread, meat = _sandwich(fit)
    half = np.linalg.solve(bread, meat)
    covariance: Floats = np.linalg.solve(bread, half.T) / fit.n
    return covariance


def _sandwich(fit: Fit) -> tuple[Floats, Floats]:
    """Observed information and products of scores (both free x free) of one respondent."""
    count = len(fit.model.parameters)
    bread, meat, summed = np.zeros((count, count)), np.zeros((count, count)), np.zeros(())
    for group, (share, sample) in enumerate(zip(fit.shares, fit.moments, strict=True)):
        at, cases = point_of_estimates(fit.model, sample, fit.cells, group), _cases(sample)
        add_by_parameter(fit.model, at, share * curvature(fit.model, sample, group, at), bread)
        matrices, by_cell = at.matrices, np.zeros((len(jacobian(at.found)), len(fit.model.cells)))
        by_cell[:, at.found.at] = jacobian(at.found)
        scores = case_scores(cases, matrices.mean, matrices.covariance, fit.model.to_parameters(by_cell))
        if cases.alone:
            meat += scores.T @ scores
        else:
            summed = summed + scores
    if summed.ndim:
        meat = summed.T @ summed
    return bread, meat / fit.n


def _cases(sample: Moments) -> Cases:
    if sample.cases is None:
        raise ValueError("Robust statistics need the respondents of every group.")
    return sample.cases
