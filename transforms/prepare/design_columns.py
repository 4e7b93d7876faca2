"""The columns of the design under their fixed names, for one wave and across waves."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from transforms.prepare.arms import assignment_units, declared_arms, fill_arms
from transforms.prepare.values import as_labels
from transforms.study import columns as c
from transforms.study.study import Study

ONE_STRATUM, NO_STRATUM = "all", "unknown"  # where there are no strata, and where an interview's stratum is missing
UNIT = "assignment unit"  # beside the design columns while the panel is built
LABELLED = (c.GOVERNORATE, c.COMMUNITY, c.CLUSTER, c.STRATA, c.PSU, c.GROUP, c.SEX)
CARRIED = (c.GOVERNORATE, c.COMMUNITY, c.CLUSTER, c.STRATA, c.PSU, c.WEIGHT, c.FPC, c.GROUP, c.SEX, c.ARM, UNIT)


def variable_of(study: Study, column: str) -> str | None:
    """The study's variable behind a column of the design; None where it declares none."""
    if column in {c.ARM, UNIT}:
        treatment = study.design.treatment
        return (treatment.variable if column == c.ARM else study.design.assignment_variable) if treatment else None
    if column == c.CLUSTER:
        return study.design.cluster_variable
    name = getattr(study.design, column, None)
    return name if isinstance(name, str) else None


def wave_columns(wave: pd.DataFrame, study: Study, name: str) -> pd.DataFrame:
    """Design columns of one wave's rows, missing where the wave did not ask; the same index."""
    columns: dict[str, pd.Series] = {
        c.WAVE: pd.Series(pd.Categorical([name], study.wave_names, ordered=True).repeat(len(wave)), index=wave.index),
        c.FILE_ROW: wave[c.FILE_ROW].astype("int64"),
        c.ARM: declared_arms(wave, study),
        UNIT: assignment_units(wave, study),
    }
    respondent = variable_of(study, c.RESPONDENT)
    if respondent is None or respondent not in wave:
        columns[c.RESPONDENT] = _row_names(wave, name)
    else:
        columns[c.RESPONDENT] = wave[respondent].astype("str")
        signed = study.waiver("respondent_known", name, respondent)
        if signed is not None and signed.action == "accept":
            columns[c.RESPONDENT] = columns[c.RESPONDENT].fillna(_row_names(wave, name))
    for column in (*LABELLED, c.INTERVIEWER):
        variable = variable_of(study, column)
        if variable is None or variable not in wave:
            columns[column] = pd.Series(None, index=wave.index, dtype="str")
        else:  # an interviewer's label can be a name, which stays out
            labels = study.codebook.values_of(variable) if column in LABELLED else {}
            columns[column] = as_labels(wave[variable], labels)
    for column in (c.WEIGHT, c.FPC):
        variable = variable_of(study, column)
        asked = variable is not None and variable in wave
        columns[column] = wave[variable].astype("float64") if asked else pd.Series(np.nan, index=wave.index)
    return pd.DataFrame(columns)


def _row_names(wave: pd.DataFrame, name: str) -> pd.Series:
    return name + ":" + wave[c.FILE_ROW].astype("int64").astype("str")


def complete(waves: Sequence[pd.DataFrame], study: Study) -> pd.DataFrame:
    """The waves' design columns under one another, with what one wave did not ask taken from another, then defaults.

    In a panel a respondent keeps the place, arm, weight and group of the first wave that asked. In any design a
    row without an arm takes that of its assignment unit, where all its other rows agree.
    """
    design = pd.concat(waves, ignore_index=True)
    if study.design.kind == "panel":
        design = design.assign(**{column: _carried(design, study, column) for column in CARRIED})
    design = design.assign(**{c.ARM: fill_arms(design[c.ARM], design[UNIT])})
    return design.assign(**_defaults(design, study))[list(c.DESIGN_COLUMNS)]


def _carried(design: pd.DataFrame, study: Study, column: str) -> pd.Series:
    variable = variable_of(study, column)
    if variable is None:
        return design[column]
    asked = study.codebook.variable(variable).columns
    unasked = design[c.WAVE].isin([name for name in study.wave_names if name not in asked])
    if not unasked.any():
        return design[column]
    known = design.loc[design[column].notna() & design[c.RESPONDENT].notna(), [c.RESPONDENT, column]]
    first = known.drop_duplicates(c.RESPONDENT).set_index(c.RESPONDENT)[column]
    carried = design[c.RESPONDENT].map(first).astype(design[column].dtype)
    return design[column].where(~unasked | design[column].notna(), carried)


def _defaults(design: pd.DataFrame, study: Study) -> dict[str, pd.Series]:
    """What stands where the study, a wave or an interview does not say: one stratum, the cluster as PSU, weight 1."""
    cluster = design[c.CLUSTER] if variable_of(study, c.CLUSTER) else design[c.RESPONDENT]
    filled = {c.CLUSTER: cluster}
    if variable_of(study, c.GOVERNORATE) is None:
        filled[c.GOVERNORATE] = pd.Series(c.ONE_PLACE, index=design.index, dtype="str")
    own_row = design[c.WAVE].astype("str") + ":" + design[c.FILE_ROW].astype("str")
    filled[c.PSU] = design[c.PSU].where(_asked(design, study, c.PSU), _drawn(design, study, cluster)).fillna(own_row)
    filled[c.STRATA] = design[c.STRATA].where(_asked(design, study, c.STRATA), ONE_STRATUM).fillna(NO_STRATUM)
    filled[c.WEIGHT] = _weights(design, study)
    return filled


def _drawn(design: pd.DataFrame, study: Study, cluster: pd.Series) -> pd.Series:
    """What a study that names no PSU is taken to have drawn: clusters, but never whole governorates."""
    if variable_of(study, c.CLUSTER) != study.design.governorate:
        return cluster
    return design[c.COMMUNITY] if study.design.community else design[c.RESPONDENT]


def _asked(design: pd.DataFrame, study: Study, column: str) -> pd.Series:
    """True in the rows of waves that asked for a column of the design, or took it from another wave of the panel."""
    variable = variable_of(study, column)
    waves = study.codebook.variable(variable).columns if variable else {}
    asked = design[c.WAVE].isin([name for name in study.wave_names if name in waves])
    return asked | (design[column].notna() if study.design.kind == "panel" else False)


def _weights(design: pd.DataFrame, study: Study) -> pd.Series:
    """Weights: 1 in a wave of fresh people that has none, 0 where a weight is missing or negative."""
    weight = design[c.WEIGHT].where(design[c.WEIGHT] > 0, 0.0)
    if study.design.kind == "panel" and variable_of(study, c.WEIGHT):
        return weight
    return weight.where(_asked(design, study, c.WEIGHT), 1.0)
