"""How well a factor model fits: chi2, CFI, TLI, RMSEA, SRMR, as lavaan has them for several groups."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtr, chdtrc, chndtr

from transforms.measure.factors.likelihood import Fit, group_shares, saturated_value
from transforms.measure.factors.moments import Moments
from transforms.measure.factors.patterns import item_moments

LEVEL = 0.90  # of the interval of RMSEA (Browne & Cudeck 1993)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The model in which no two items go together, with means free: what CFI and TLI compare with."""

    chi2: float
    df: int


@dataclass(frozen=True, slots=True)
class FitMeasures:
    """Fit of one model. `p_value` is NaN, TLI 1 and RMSEA 0 where no degree of freedom is left to test."""

    chi2: float
    df: int
    p_value: float
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmr: float


@dataclass(frozen=True, slots=True)
class StepMeasures:
    """Fit of one step of invariance by a chi2 that needs no normal answers, divided by `scaling`; `_plain` without."""

    chi2: float
    df: int
    p_value: float
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmr: float
    scaling: float
    chi2_plain: float
    cfi_plain: float
    tli_plain: float
    rmsea_plain: float


def baseline(moments: Sequence[Moments]) -> Baseline:
    """Fit of the baseline model, in which every item has the mean and variance of those who answered it."""
    p, n, value = len(moments[0].mean), sum(group.n for group in moments), 0.0
    for share, group in zip(group_shares(moments), moments, strict=True):
        answered, _, variances = item_moments(group.patterns)
        value += share * float(answered @ (np.log(variances) + 1))
    return Baseline(float(n * (value - saturated_value(moments))), len(moments) * p * (p - 1) // 2)


def fit_measures(fit: Fit) -> FitMeasures:
    """Measures of `fit`, which has estimates."""
    against = baseline(fit.moments)
    groups = len(fit.moments)
    low, high = rmsea_interval(fit.chi2, fit.df, fit.n, groups)
    return FitMeasures(
        chi2=fit.chi2,
        df=fit.df,
        p_value=float(chdtrc(fit.df, fit.chi2)) if fit.df else float("nan"),
        cfi=cfi(fit.chi2 - fit.df, against.chi2 - against.df),
        tli=tli(fit.chi2 - fit.df, fit.df, against.chi2 - against.df, against.df),
        rmsea=rmsea(fit.chi2 - fit.df, fit.df, fit.n, groups),
        rmsea_low=low,
        rmsea_high=high,
        srmr=srmr(fit),
    )


def cfi(excess: float, baseline_excess: float) -> float:
    """1 - excess of the model / excess of the baseline (Bentler 1990). Excess: chi2 less what chance gives it."""
    worst = max(baseline_excess, excess, 0.0)
    return 1 - max(excess, 0.0) / worst if worst > 0 else 1.0


def tli(excess: float, df: int, baseline_excess: float, baseline_df: int) -> float:
    """1 - (excess / df) / (excess / df of the baseline) (Tucker & Lewis 1973); 1 without df, NaN without excess."""
    if df == 0:
        return 1.0
    return 1 - excess / df * baseline_df / baseline_excess if baseline_excess > 0 else float("nan")


def rmsea(excess: float, df: int, n: int, groups: int) -> float:
    """sqrt(groups x excess / (N df)) (Steiger 1990, 1998); 0 without df."""
    return float(np.sqrt(groups * max(excess, 0.0) / (n * df))) if df else 0.0


def rmsea_interval(chi2: float, df: int, n: int, groups: int) -> tuple[float, float]:
    """90 % interval of RMSEA by the noncentral chi2 whose tails hold this chi2 (Browne & Cudeck 1993)."""
    ends = (noncentrality(chi2, df, share) for share in ((1 + LEVEL) / 2, (1 - LEVEL) / 2))
    low, high = (rmsea(end, df, n, groups) for end in ends)
    return low, high


def noncentrality(chi2: float, df: int, share: float) -> float:
    """Noncentrality at which `share` of the distribution lies below `chi2`; 0 where there is none."""
    if df == 0 or chdtr(df, chi2) <= share:
        return 0.0
    top = max(chi2, 1.0)
    while chndtr(chi2, df, top) > share:
        top *= 2
    return float(brentq(lambda at: chndtr(chi2, df, at) - share, 1e-9, top))


def srmr(fit: Fit) -> float:
    """Root mean square residual in units of the items' SD, means included; mean over groups weighted by n (Bentler)."""
    total = 0.0
    for group, (share, sample) in enumerate(zip(fit.shares, fit.moments, strict=True)):
        matrices = fit.matrices(group)
        sd = np.sqrt(np.diag(sample.covariance))
        lower = np.tril_indices(len(sd))
        residuals = ((sample.covariance - matrices.covariance) / np.outer(sd, sd))[lower]
        if fit.model.has_means:
            residuals = np.append(residuals, (sample.mean - matrices.mean) / sd)
        total += share * float(np.sqrt(np.mean(residuals**2)))
    return total
