"""Whether the people of a later wave are those of the first."""

import pandas as pd

from transforms.quality.rules import Finding, found
from transforms.study.columns import RESPONDENT, SEX, WAVE


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
