"""Answers outside what a question allows."""

import numpy as np
import pandas as pd

from transforms.prepare.values import outside_scale
from transforms.quality.rules import Finding, found
from transforms.study.instrument import Variable
from transforms.study.study import Study


def out_of_range(values: pd.Series, variable: Variable, study: Study) -> Finding:
    """Answers that are none of the scale's codes, or beyond its range; a missing answer is not evaluated."""
    return found(outside_scale(values, variable, study), values.notna())


def unknown(values: pd.Series) -> Finding:
    """Rows in which a variable of the design is missing."""
    return found(values.isna())


def not_positive(values: pd.Series) -> Finding:
    """Weights that are missing, not finite, zero or below."""
    return found(~((values > 0) & (values < np.inf)))


def without_consent(frame: pd.DataFrame, variable: str | None) -> Finding:
    """Interviews without consent on file: all of them where the study names no variable that holds it."""
    if variable is None:
        return found(pd.Series(True, index=frame.index), rows=pd.Series(False, index=frame.index))
    return found(frame[variable] != 1)
