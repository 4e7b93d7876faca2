"""Interviewers whose interviews differ from everybody else's."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.quality.rules import Finding, first_of_each, found

MINIMUM_INTERVIEWS = 5  # [house] below it a share says nothing about an interviewer
MINIMUM_EXCESS = 0.02  # [house] where nobody else has one straight line, a single one is infinitely many SD away
MINIMUM_INTERVIEWERS = 3  # an SD of the others needs two of them

Floats = npt.NDArray[np.float64]


def stands_out(shares: Floats, sd: float) -> npt.NDArray[np.bool_]:
    """True where a share is more than `sd` standard deviations, and MINIMUM_EXCESS, above the mean of the others.

    Mean and SD (ddof 1) leave the judged one out, or a single bad interviewer would hide in the SD he makes.
    """
    n = shares.size
    if n < MINIMUM_INTERVIEWERS:
        return np.zeros(n, dtype=bool)
    mean = (shares.sum() - shares) / (n - 1)
    squares = ((shares - shares.mean()) ** 2).sum()
    # Sum of squares about the others' mean: removing x takes n/(n-1) (x - mean)^2 away.
    others = np.maximum(squares - n / (n - 1) * (shares - shares.mean()) ** 2, 0.0)
    threshold = np.maximum(sd * np.sqrt(others / (n - 2)), MINIMUM_EXCESS)
    return np.asarray(shares - mean > threshold)


def unusual_interviewers(interviewers: pd.Series, marks: pd.DataFrame, sd: float) -> Finding:
    """Interviewers who stand out in the mean of any column of `marks` (one row per interview; NaN is left out).

    Counts interviewers with at least MINIMUM_INTERVIEWS interviews, each in the row of the first; all interviews of
    those who stand out are to look up.
    """
    held = interviewers.map(interviewers.value_counts()) >= MINIMUM_INTERVIEWS
    judged = interviewers.where(held)
    unusual = pd.Series(False, index=interviewers.index)
    for column in marks:
        means = marks[column].groupby(judged, observed=True).mean().dropna()
        names = means.index[stands_out(means.to_numpy(dtype=np.float64), sd)]
        unusual |= judged.isin(list(names)) & judged.notna()
    return found(unusual, evaluated=first_of_each(judged), rows=unusual)
