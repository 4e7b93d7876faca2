"""How many respondents share what a neighbour may know of them: k-anonymity (Samarati & Sweeney 1998).

Told of the panel, which is not handed on: whether an extract of respondents could be made, and how far it is from it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from transforms.study import Study
from transforms.study.columns import GOVERNORATE, GROUP, SEX, WAVE

LEAST = 5  # respondents who must look alike in an extract for outsiders (methods 7: sdcMicro, HDX)
AGE_FROM = (18, 25, 35, 45, 55, 65)  # first year of each band


@dataclass(frozen=True, slots=True)
class Anonymity:
    """Of one wave: respondents, fewest who look alike, and how many look like fewer than `LEAST` with themselves."""

    wave: str
    respondents: int
    smallest: int
    below: int


def anonymity(panel: pd.DataFrame, study: Study) -> tuple[Anonymity, ...]:
    """k-anonymity of every wave on governorate, sex, age band and group, as far as the study has them.

    panel: one row per respondent and wave. What is not known of a respondent counts as a value of its own.
    """
    keys = pd.DataFrame({name: panel[name].astype(object).fillna("") for name in (GOVERNORATE, SEX, GROUP)})
    if study.design.age and study.design.age in panel:
        ages = pd.to_numeric(panel[study.design.age], errors="coerce")
        keys["age"] = np.searchsorted(AGE_FROM, ages.to_numpy(dtype=float), side="right")
        keys["age"] = keys["age"].where(ages.notna(), -1)
    keys.insert(0, WAVE, panel[WAVE].astype(str))
    alike = keys.groupby(list(keys))[WAVE].transform("size")
    found = []
    for wave in study.wave_names:
        k = alike[keys[WAVE] == wave]
        found.append(Anonymity(wave, len(k), int(k.min()) if len(k) else 0, int((k < LEAST).sum())))
    return tuple(found)


def identifying(study: Study) -> tuple[str, ...]:
    """What respondents were compared by: keys of wording."""
    has = {GROUP: study.design.group, SEX: study.design.sex, "age": study.design.age}
    return (GOVERNORATE, *(name for name, variable in has.items() if variable))
