"""Numbers and lengths of interviews far from all others."""

import numpy as np
import pandas as pd

from transforms.quality.rules import NEAR, Finding, found
from transforms.study.models import Limits

FEWEST = 10  # [house] answers below which quartiles and an SD say nothing


def numeric_outliers(values: pd.Series, limits: Limits) -> Finding:
    """Numbers beyond `limits.outlier_iqr` interquartile ranges of the quartiles, or `limits.outlier_sd` SD of the mean.

    Both as they are and as log(x + 1), so that the long tail of incomes is none; numbers of -1 and below have no
    logarithm, and a variable with any is judged as it is. After IPA's high-frequency checks. Counted, never changed.
    """
    known = values.notna()
    outlying = beyond_fences(values, limits)
    if (values[known] > -1).all():
        outlying &= beyond_fences(np.log1p(values), limits)
    return found(outlying, known & (known.sum() >= FEWEST))


def beyond_fences(values: pd.Series, limits: Limits) -> pd.Series:
    """True beyond the fences of the quartiles (Tukey 1977), or of mean and SD (ddof 1).

    Where half of the numbers are the same there are no fences of quartiles: every other number would be beyond them.
    """
    first, third = values.quantile(0.25), values.quantile(0.75)
    reach = limits.outlier_iqr * (third - first) if third > first else np.inf
    distance = (values - values.mean()).abs()
    return (values < first - reach) | (values > third + reach) | (distance > limits.outlier_sd * values.std())


def unusual_durations(minutes: pd.Series, limits: Limits) -> Finding:
    """Interviews shorter than `limits.duration_share` of the median, or beyond `limits.outlier_iqr` on the log scale.

    Zero and below is no length and always unusual. Unit free. After IPA's high-frequency checks.
    """
    known = minutes.notna()
    possible = minutes.where(minutes > 0)
    logs = np.log(possible)
    first, third = logs.quantile(0.25), logs.quantile(0.75)
    reach = limits.outlier_iqr * (third - first) + NEAR
    short = minutes < limits.duration_share * possible.median() - NEAR
    unusual = short | (minutes <= 0) | (logs < first - reach) | (logs > third + reach)
    return found(unusual, known & (known.sum() >= FEWEST))
