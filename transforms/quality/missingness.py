"""Answers that are missing although the question was asked."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.prepare.values import is_one_of
from transforms.quality.rules import Finding, found
from transforms.study.columns import missing_column
from transforms.study.instrument import Variable
from transforms.study.study import Study

NOT_ASKED = ("not_applicable", "not_asked")  # reasons for which a missing answer is no failure to answer
EVERYBODY = "both"


def asked(frame: pd.DataFrame, variable: Variable, study: Study) -> pd.Series:
    """True where a respondent was asked: in the group the question is for, and not missing as not applicable."""
    was_asked = pd.Series(True, index=frame.index)
    reasons = missing_column(variable.name)
    if reasons in frame:
        was_asked &= ~frame[reasons].isin(NOT_ASKED)
    group = study.design.group
    if variable.asked_of != EVERYBODY and group is not None and group in frame:
        was_asked &= _in_group(frame[group], variable.asked_of, study, group) | frame[variable.name].notna()
    return was_asked


def _in_group(groups: pd.Series, asked_of: str, study: Study, variable: str) -> pd.Series:
    return is_one_of(groups, (asked_of,), study.codebook.values_of(variable))


def unanswered(frame: pd.DataFrame, variable: Variable, study: Study) -> Finding:
    """Missing answers among those asked; no single row is to blame, so none is to look up."""
    nobody = pd.Series(False, index=frame.index)
    return found(frame[variable.name].isna(), asked(frame, variable, study), rows=nobody)


def missing_share(frame: pd.DataFrame, items: Sequence[Variable], study: Study) -> npt.NDArray[np.float64]:
    """Share of the questions asked that each respondent left unanswered; NaN for whom none was asked."""
    missing = np.zeros(len(frame))
    possible = np.zeros(len(frame))
    for item in items:
        finding = unanswered(frame, item, study)
        missing += finding.broken.to_numpy()
        possible += finding.evaluated.to_numpy()
    return np.where(possible > 0, missing / np.maximum(possible, 1), np.nan)
