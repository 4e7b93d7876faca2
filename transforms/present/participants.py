"""Counts of who answered: by wave, governorate, arm and group; and who answered again."""

import pandas as pd

from transforms.present.results import Participants
from transforms.study import Study
from transforms.study.columns import ARM, CLUSTER, GOVERNORATE, GROUP, RESPONDENT, WAVE

UNKNOWN = "unknown"


def _text(column: pd.Series) -> pd.Series:
    return column.astype("object").where(column.notna(), UNKNOWN).astype(str)


def _cells(panel: pd.DataFrame) -> pd.DataFrame:
    frame = pd.DataFrame({name: _text(panel[name]) for name in (GOVERNORATE, ARM, GROUP)})
    frame.insert(0, WAVE, panel[WAVE])
    counts = frame.groupby([WAVE, GOVERNORATE, ARM, GROUP], observed=True, sort=True).size()
    return counts.rename("n").reset_index().assign(**{WAVE: lambda table: table[WAVE].astype(str)})


def _clusters(panel: pd.DataFrame) -> pd.DataFrame:
    frame = pd.DataFrame({GOVERNORATE: _text(panel[GOVERNORATE]), ARM: _text(panel[ARM]), CLUSTER: panel[CLUSTER]})
    return frame.groupby([GOVERNORATE, ARM], sort=True)[CLUSTER].nunique().rename("clusters").reset_index()


def _retention(panel: pd.DataFrame, study: Study) -> pd.DataFrame:
    if study.design.kind != "panel":
        return pd.DataFrame(columns=[WAVE, ARM, "n", "again"])
    first = panel.loc[panel[WAVE] == study.baseline.name, RESPONDENT].dropna()
    frame = pd.DataFrame({WAVE: panel[WAVE], ARM: _text(panel[ARM]), "again": panel[RESPONDENT].isin(first)})
    grouped = frame.groupby([WAVE, ARM], observed=True, sort=True)["again"].agg(["size", "sum"])
    table = grouped.rename(columns={"size": "n", "sum": "again"}).reset_index()
    return table.assign(**{WAVE: table[WAVE].astype(str)})


def participant_tables(panel: pd.DataFrame, study: Study) -> Participants:
    """Who answered, from the panel (one row per respondent and wave, with the design columns)."""
    return Participants(respondents=_cells(panel), clusters=_clusters(panel), retention=_retention(panel, study))
