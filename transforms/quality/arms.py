"""Arms that are not those of the cluster."""

import pandas as pd

from transforms.quality.rules import Finding, first_of_each, found
from transforms.study.columns import ARM, CLUSTER, WAVE


def mixed_clusters(panel: pd.DataFrame) -> Finding:
    """Clusters that have respondents of more than one arm in any wave; all their rows are to look up.

    Counts clusters, each in its first row of a wave.
    """
    several = panel[ARM].groupby(panel[CLUSTER], observed=True).transform("nunique") > 1
    return found(several, evaluated=first_of_each(panel[CLUSTER], panel[WAVE]), rows=several)
