"""How well an ordinal factor model fits: robust errors, the scaled and shifted chi-square, and the indices of fit.

Write s for thresholds and correlations, V for their covariance matrix, D for the derivatives of what the model implies,
w for one over the variances of s had each respondent been drawn alone (the diagonal of V where each was), H = D'wD, all
groups together. Then (Muthen, du Toit & Spisic 1997; Asparouhov & Muthen 2010, "Simple second
order chi-square correction"; lavaan's test "scaled.shifted")

    covariance of the estimates = N/(N - groups) H^-1 (D'w V w D) H^-1
    U = w - w D H^-1 D' w,   T = sum (n - 1)/n (s - sigma)' w (s - sigma)
    a = sqrt(df / tr(UVUV)),  T_shifted = a T + df - a tr(UV),  and T_adjusted = T df / tr(UV) for the mean alone.

Who was drawn together is told by V, and so by tr(UV) (Muthen & Satorra 1995; see `strata`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2 as chi2_distribution

from transforms.measure.factors.fit_measures import cfi, rmsea, rmsea_interval, tli
from transforms.measure.factors.influence import Spread
from transforms.measure.factors.model import Floats, Whole
from transforms.measure.factors.polychoric import Polychorics
from transforms.measure.factors.strata import products, strata_of, traces


@dataclass(frozen=True, slots=True)
class OrdinalTest:
    """A chi-square of `df` degrees: plain, adjusted in its mean, and scaled and shifted (WLSMV), with its p-value.

    `scaling` is by what the plain one is divided before it is shifted.
    """

    df: int
    chi2: float
    chi2_mean_adjusted: float
    chi2_scaled: float
    p_scaled: float
    scaling: float


@dataclass(frozen=True, slots=True)
class OrdinalStatistics:
    """Tests of the model and of uncorrelated items, and indices of fit as lavaan gives them.

    `cfi`, `tli` and `rmsea` (with its 90 % interval) are of the scaled and shifted chi-square, the `_plain` ones of the
    plain; `srmr` is of the correlations. Without degrees of freedom there is nothing to test: they say the best.
    """

    test: OrdinalTest
    baseline: OrdinalTest
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    cfi_plain: float
    tli_plain: float
    rmsea_plain: float
    srmr: float


def ordinal_statistics(
    samples: Sequence[Polychorics],
    spreads: Sequence[Spread],
    implied: Sequence[Floats],
    jacobians: Sequence[tuple[Floats, Whole]],
) -> tuple[OrdinalStatistics, Floats]:
    """Statistics of a fit, and the robust covariance matrix of its estimates.

    `spreads` are the groups' V, `implied` their implied moments, and `jacobians` the derivatives of these with the
    places of the parameters they are of. LinAlgError where H cannot be inverted.
    """
    size = 1 + max(int(used.max()) for _, used in jacobians)
    bread, meat = np.zeros((size, size)), np.zeros((size, size))
    slopes = []
    for spread, (jacobian, used) in zip(spreads, jacobians, strict=True):
        slopes.append((jacobian / np.sqrt(spread.variances)[:, None], used))
        bread[np.ix_(used, used)] += slopes[-1][0].T @ slopes[-1][0]
    inverse = np.asarray(np.linalg.inv(bread))
    strata = strata_of(spreads)
    found = [products(stratum, slopes) for stratum in strata]
    for product in found:
        meat[np.ix_(product.used, product.used)] += product.meat
    chi2 = sum(
        _distance(sample, spread, moments) for sample, spread, moments in zip(samples, spreads, implied, strict=True)
    )
    df = sum(len(moments) for moments in implied) - size
    test = _test(chi2, df, *traces(strata, found, inverse, df))
    n, groups = sum(sample.n for sample in samples), len(samples)
    covariance = inverse @ meat @ inverse * (n / (n - groups))  # lavaan's, where the chi-square is not of likelihood
    return _statistics(test, _baseline(samples, spreads), samples, implied), np.asarray(covariance)


def _distance(sample: Polychorics, spread: Spread, moments: Floats) -> float:
    """(n - 1)/n times the weighted squared distance of the moments: a group's part of the plain chi-square."""
    far = (sample.estimates - moments) ** 2 / spread.variances
    return float((1 - 1 / sample.n) * far.sum())


def _test(chi2: float, df: int, trace: float, trace_of_square: float) -> OrdinalTest:
    """A test from tr(UV) and tr(UVUV); without degrees of freedom there is nothing to test: p is NaN."""
    if df == 0:
        return OrdinalTest(0, chi2, chi2, chi2, float("nan"), 1.0)
    scale = float(np.sqrt(df / trace_of_square))
    scaled = scale * chi2 + df - scale * trace
    return OrdinalTest(df, chi2, chi2 * df / trace, scaled, float(chi2_distribution.sf(scaled, df)), 1 / scale)


def _baseline(samples: Sequence[Polychorics], spreads: Sequence[Spread]) -> OrdinalTest:
    """Test of uncorrelated items with free thresholds, whose U is w on the correlations and 0 elsewhere."""
    pairs = len(samples[0].items) * (len(samples[0].items) - 1) // 2
    chi2, df = 0.0, pairs * len(samples)
    for sample, spread in zip(samples, spreads, strict=True):
        chi2 += (1 - 1 / sample.n) * float((sample.estimates[-pairs:] ** 2 / spread.variances[-pairs:]).sum())
    strata = strata_of(spreads, pairs)
    nothing = [(np.zeros((pairs, 0)), np.zeros(0, dtype=np.intp))] * len(samples)
    found = [products(stratum, nothing) for stratum in strata]
    return _test(chi2, df, *traces(strata, found, np.zeros((0, 0)), df))


def _statistics(
    test: OrdinalTest, baseline: OrdinalTest, samples: Sequence[Polychorics], implied: Sequence[Floats]
) -> OrdinalStatistics:
    """Indices of fit from the two tests and the residual correlations."""
    against, df = baseline.df, test.df
    excess, worst = test.chi2_scaled - df, baseline.chi2_scaled - against
    plain, plain_worst = test.chi2 - df, baseline.chi2 - against
    n = [sample.n for sample in samples]
    residuals = []
    for sample, moments in zip(samples, implied, strict=True):
        k = len(sample.items)
        pairs = k * (k - 1) // 2
        squares = ((sample.estimates - moments)[-pairs:] ** 2).sum()
        residuals.append(float(np.sqrt(squares / (k * (k + 1) / 2))))
    size = sum(n) - len(n)
    low, high = rmsea_interval(test.chi2_scaled, df, size, len(n))
    return OrdinalStatistics(
        test=test,
        baseline=baseline,
        cfi=cfi(excess, worst),
        tli=tli(excess, df, worst, against),
        rmsea=rmsea(excess, df, size, len(n)),
        rmsea_low=low,
        rmsea_high=high,
        cfi_plain=cfi(plain, plain_worst),
        tli_plain=tli(plain, df, plain_worst, against),
        rmsea_plain=rmsea(plain, df, size, len(n)),
        srmr=float(np.average(residuals, weights=n)),
    )
