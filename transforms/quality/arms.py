"""Arms that are not those of the cluster, and arms in which there is nobody."""

import pandas as pd

from transforms.quality.rules import Finding, first_of_each, found
from transforms.study.columns import ARM, CLUSTER, GOVERNORATE, WAVE


def mixed_clusters(panel: pd.DataFrame) -> Finding:
    """Clusters that have respondents of more than one arm in any wave; all their rows are to look up.

    Counts clusters, each in its first row of a wave.
    """
    several = panel[ARM].groupby(panel[CLUSTER], observed=True).transform("nunique") > 1
    return found(several, evaluated=first_of_each(panel[CLUSTER], panel[WAVE]), rows=several)


def nobody_in(panel: pd.DataFrame, arm: str) -> Finding:
    """Waves without anybody in `arm`, each in its first row; evaluated in waves in which somebody's arm is known."""
    someone = (panel[ARM] == arm).groupby(panel[WAVE], observed=True).transform("any")
    known = panel[ARM].notna().groupby(panel[WAVE], observed=True).transform("any")
    nobody = pd.Series(False, index=panel.index)
    return found(~someone, evaluated=first_of_each(panel[WAVE]) & known, rows=nobody)


def one_arm_in_governorate(panel: pd.DataFrame) -> Finding:
    """Governorates all of whose people of a wave are in one arm, each in its first row of the wave.

    Evaluated in waves that have people in more than one arm, where somebody's arm is known.
    """
    several = panel[ARM].groupby(panel[WAVE], observed=True).transform("nunique") > 1
    arms = panel[ARM].groupby([panel[WAVE], panel[GOVERNORATE]], observed=True).transform("nunique")
    nobody = pd.Series(False, index=panel.index)
    here = first_of_each(panel[GOVERNORATE], panel[WAVE]) & several & (arms > 0)
    return found(arms == 1, evaluated=here, rows=nobody)
