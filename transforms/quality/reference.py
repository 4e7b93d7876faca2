"""Whether scores are in the unit they claim: standard deviations of the reference group."""

import numpy as np
import pandas as pd

from transforms.quality.rules import Finding, found
from transforms.study.columns import ARM, COMPARISON, WAVE, WEIGHT
from transforms.study.study import Study

TOLERANCE = 1e-9


def reference_group(scores: pd.DataFrame, study: Study) -> pd.Series:
    """True for the comparison arm at baseline; for the whole baseline where there is no comparison arm."""
    baseline = scores[WAVE] == study.baseline.name
    return baseline if study.design.treatment is None else baseline & (scores[ARM] == COMPARISON)


def _weighed(scores: pd.DataFrame, outcome: str, study: Study) -> tuple[pd.Series, pd.Series]:
    use = reference_group(scores, study) & scores[outcome].notna() & (scores[WEIGHT] > 0)
    return scores.loc[use, outcome], scores.loc[use, WEIGHT]


def mean_not_zero(scores: pd.DataFrame, outcome: str, study: Study) -> Finding:
    """Whether |sum(w x) / sum(w)| of the reference group exceeds TOLERANCE; stands in the frame's first row."""
    values, weights = _weighed(scores, outcome, study)
    return _once(
        scores, bool(len(values)), abs(float((values * weights).sum() / weights.sum())) if len(values) else 0.0
    )


def sd_not_one(scores: pd.DataFrame, outcome: str, study: Study) -> Finding:
    """Whether the reference group's SD, sqrt(n/(n-1) sum(w (x - m)^2) / sum(w)), is further from 1 than TOLERANCE."""
    values, weights = _weighed(scores, outcome, study)
    n = len(values)
    if n < 2:
        return _once(scores, False, 0.0)
    mean = (values * weights).sum() / weights.sum()
    variance = float((weights * (values - mean) ** 2).sum() / weights.sum()) * n / (n - 1)
    return _once(scores, True, abs(np.sqrt(variance) - 1.0))


def no_unit(scores: pd.DataFrame, *, lacking: bool) -> Finding:
    """Whether a part of the key has no unit; stands in the frame's first row."""
    return _once(scores, True, np.inf if lacking else 0.0)


def _once(scores: pd.DataFrame, known: bool, distance: float) -> Finding:
    first = pd.Series(np.arange(len(scores)) == 0, index=scores.index)
    nobody = pd.Series(False, index=scores.index)
    return found(first & (not distance <= TOLERANCE), evaluated=first & known, rows=nobody)


def beyond(values: pd.Series, low: float, high: float) -> Finding:
    """Values below `low` or above `high`; rounding of the last digits is none."""
    return found((values < low - TOLERANCE) | (values > high + TOLERANCE), evaluated=values.notna())


def not_finite(values: pd.Series) -> Finding:
    """Infinite values; a missing score is not evaluated."""
    return found(values.abs() == np.inf, evaluated=values.notna())


def no_score(scores: pd.DataFrame, outcome: str, wave: str) -> Finding:
    """Respondents of `wave` without a score."""
    nobody = pd.Series(False, index=scores.index)
    return found(scores[outcome].isna(), evaluated=scores[WAVE] == wave, rows=nobody)
