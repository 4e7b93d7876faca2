"""Which arm each row belongs to."""

import numpy as np
import pandas as pd

from transforms.prepare.values import as_text, is_one_of
from transforms.study.columns import COMPARISON, EVERYONE, TREATED
from transforms.study.study import Study


def declared_arms(wave: pd.DataFrame, study: Study) -> pd.Series:
    """Arm of each row of one wave by the study's treatment variable; missing where that is missing or was not asked."""
    treatment = study.design.treatment
    if treatment is None:
        return pd.Series(EVERYONE, index=wave.index, dtype="str")
    if treatment.variable not in wave:
        return pd.Series(None, index=wave.index, dtype="str")
    values = wave[treatment.variable]
    treated = is_one_of(values, treatment.values, study.codebook.values_of(treatment.variable))
    arms = pd.Series(np.where(treated, TREATED, COMPARISON), index=wave.index, dtype="str")
    return arms.where(values.notna())


def assignment_units(wave: pd.DataFrame, study: Study) -> pd.Series:
    """Unit of each row that was assigned to an arm as a whole; missing where it is not known."""
    variable = study.design.assignment_variable
    if variable is None or variable not in wave:
        return pd.Series(None, index=wave.index, dtype="str")
    return as_text(wave[variable])


def fill_arms(arms: pd.Series, units: pd.Series) -> pd.Series:
    """Arms with the gaps filled by what the same unit's other rows say, where those agree."""
    known = arms.notna() & units.notna()
    found = pd.DataFrame({"unit": units[known], "arm": arms[known]}).drop_duplicates()
    single = found.drop_duplicates("unit", keep=False).set_index("unit")["arm"]
    return arms.fillna(units.map(single).astype("str"))
