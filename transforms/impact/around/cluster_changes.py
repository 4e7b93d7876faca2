"""How every cluster changed: what is shown where clusters are too few for a p-value."""

import numpy as np
import pandas as pd

from transforms.impact.cells.panel import carried_answers
from transforms.impact.cells.sample import Sample, study_sample
from transforms.impact.estimate import POOLED, outcome_unit
from transforms.study import Study
from transforms.study.columns import ARM, CLUSTER, GOVERNORATE, WAVE

CLUSTER_COLUMNS = ("outcome", "wave", "governorate", "arm", "cluster", "unit", "n_before", "n_after", "change")
KEYS = [GOVERNORATE, ARM, CLUSTER]


def cluster_changes(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Change of every index' mean since the baseline, survey-weighted, one row per cluster and later wave.

    In a panel of those who were seen twice or more, on whom its effects rest.

    scores: as `measure` leaves them. cluster: a number within governorate and arm, never a name. Where whole
    governorates were assigned, they are the clusters, and stand under "pooled". A cluster with fewer respondents in
    either wave than `limits.smallest_shown_cell` has neither counts nor change; where it would be alone in its arm and
    governorate, so that the arm's mean gave it away, neither has the smallest of the others. Clusters seen in one of
    the two waves only have no row.
    """
    outcomes = [index.name for index in study.indices]
    if study.analysis == "levels":
        return pd.DataFrame(columns=list(CLUSTER_COLUMNS))
    sample = study_sample(carried_answers(scores, study, outcomes), study, outcomes)
    found = [
        _protected(_changes(_means(sample, study, at), study, wave), study.settings.limits.smallest_shown_cell).assign(
            outcome=outcome, wave=wave, unit=outcome_unit(study, outcome)
        )
        for at, outcome in enumerate(outcomes)
        for wave in study.wave_names[1:]
    ]
    return pd.concat(found, ignore_index=True)[list(CLUSTER_COLUMNS)]


def _means(sample: Sample, study: Study, outcome: int) -> pd.DataFrame:
    """Respondents and weighted mean of every cluster in every wave that has any: KEYS, wave, n, mean."""
    table = sample.table
    frame = table.keys[[WAVE, *KEYS]].astype(str)
    if study.design.governorates_are_clusters:
        frame[CLUSTER], frame[GOVERNORATE] = frame[GOVERNORATE], POOLED
    frame = frame.assign(n=table.rows[:, outcome], weight=table.weight[:, outcome], total=table.total[:, outcome])
    sums = frame[frame["n"] > 0].groupby([WAVE, *KEYS], sort=True)[["n", "weight", "total"]].sum().reset_index()
    return sums.assign(mean=sums["total"] / sums["weight"])


def _changes(means: pd.DataFrame, study: Study, wave: str) -> pd.DataFrame:
    """Clusters of both waves: governorate, arm, cluster (numbered), n_before, n_after, change."""
    first, later = (means.loc[means[WAVE] == name, [*KEYS, "n", "mean"]] for name in (study.baseline.name, wave))
    both = first.merge(later, on=KEYS, suffixes=("_before", "_after"))
    both = both.sort_values(KEYS, kind="stable", ignore_index=True)
    number = both.groupby([GOVERNORATE, ARM], sort=False).cumcount() + 1
    return both.assign(cluster=number, change=both["mean_after"] - both["mean_before"])


def _protected(changes: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """The same without what is known of too few respondents, and of the cluster that would give it away."""
    smallest = changes[["n_before", "n_after"]].min(axis=1)
    arm = [changes[GOVERNORATE], changes[ARM]]
    hidden = smallest < threshold
    alone = hidden.groupby(arm).transform("sum") == 1
    next_one = smallest.mask(hidden).groupby(arm).rank(method="first") == 1
    shown = ~(hidden | (alone & next_one))
    columns = ["n_before", "n_after", "change"]
    return changes.assign(**{name: changes[name].where(shown, np.nan) for name in columns})
