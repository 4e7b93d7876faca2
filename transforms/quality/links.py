"""Whether the people of a later wave are those of the first."""

import re

import numpy as np
import pandas as pd

from transforms.prepare.text import tidy_text
from transforms.quality.rules import Finding, found
from transforms.study.columns import RESPONDENT, SEX, WAVE
from transforms.study.study import Study

DAYS = 365.25  # of a year
TOLERANCE = 1.05  # years; DIME: age + gap +/- 1, and 18 days because years between dates are never whole
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def another_sex(panel: pd.DataFrame) -> Finding:
    """Interviews whose sex is not that of the same respondent's first interview; evaluated where both are known."""
    known = panel[RESPONDENT].notna() & panel[SEX].notna()
    first = panel[known].drop_duplicates(RESPONDENT).set_index(RESPONDENT)[SEX]
    later = known & panel.loc[known, RESPONDENT].duplicated().reindex(panel.index, fill_value=False)
    sex = panel[RESPONDENT].map(first)
    return found(panel[SEX] != sex, evaluated=later)


def not_linked(panel: pd.DataFrame, baseline: str, wave: str) -> Finding:
    """Respondents of `wave` who are not in the baseline: a fresh replacement, or an identifier that was changed."""
    there = panel.loc[(panel[WAVE] == baseline) & panel[RESPONDENT].notna(), RESPONDENT]
    fresh = ~panel[RESPONDENT].isin(there)
    nobody = pd.Series(False, index=panel.index)
    return found(fresh, evaluated=(panel[WAVE] == wave) & panel[RESPONDENT].notna(), rows=nobody)


def another_age(panel: pd.DataFrame, study: Study) -> Finding:
    """Interviews whose age is not that of the respondent's first interview and the years between, within one year.

    |age - first age - years| > TOLERANCE, as DIME's high-frequency checks have it; completed years always fit. Years
    are those between the days of the two interviews, else between the years that the dates of the waves name.
    Evaluated where both ages and the years are known.
    """
    age = panel[str(study.design.age)]
    known = panel[RESPONDENT].notna() & age.notna()
    first = panel.loc[known, RESPONDENT].drop_duplicates()
    place = panel[RESPONDENT].map(pd.Series(first.index, index=first.to_numpy()))
    linked = known & (place.fillna(-1) != panel.index)
    before = pd.Index(place[linked].astype("int64"))
    distance = np.full(len(panel), np.nan)
    aged = age[linked].to_numpy() - age.loc[before].to_numpy()
    distance[linked.to_numpy()] = np.abs(aged - _years(panel, study, panel.index[linked], before))
    apart = pd.Series(distance, index=panel.index)
    return found(apart > TOLERANCE, evaluated=apart.notna())


def _years(panel: pd.DataFrame, study: Study, later: pd.Index, first: pd.Index) -> np.ndarray:
    """Years from the rows `first` to the rows `later`; NaN where neither interviews nor waves have dates."""
    named = {wave.name: _year(wave.date.en if wave.date else None) for wave in study.waves}
    years = panel[WAVE].astype("str").map(named).astype("float64")
    between = years.loc[later].to_numpy() - years.loc[first].to_numpy()
    if study.design.date not in panel:
        return between
    days = pd.to_datetime(panel[study.design.date].str[:10], format="%Y-%m-%d", errors="coerce")
    apart = (days.loc[later].to_numpy() - days.loc[first].to_numpy()) / np.timedelta64(1, "D") / DAYS
    return np.where(np.isnan(apart), between, apart)


def _year(date: str | None) -> float:
    """The year a date names, the middle of several; NaN where it names none."""
    years = [float(year) for year in YEAR.findall(tidy_text(date or ""))]
    return float(np.mean(years)) if years else float("nan")
