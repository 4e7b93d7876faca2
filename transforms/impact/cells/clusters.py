"""How many clusters carry an estimate, and whether they can carry a p-value."""

from dataclasses import dataclass

import numpy as np

from transforms.impact.cells.design import Cells
from transforms.impact.cells.panel_cells import PanelCells
from transforms.study import Study

FEWEST_CLUSTERS = 6  # methods.md section 5: below this, no p-value
FEWEST_IN_ARM = 3


@dataclass(frozen=True, slots=True)
class ClusterCounts:
    """Clusters that carry an estimate. Without comparison arm both arms count zero."""

    clusters: int
    treated: int
    comparison: int
    in_both_arms: int


def count_clusters(cells: Cells) -> ClusterCounts:
    """Clusters among the cells, by arm; a cluster found in both arms counts in both."""
    clusters = np.unique(cells.cluster)
    if not cells.comparison:
        return ClusterCounts(clusters.size, 0, 0, 0)
    treated = np.unique(cells.cluster[cells.treated == 1])
    comparison = np.unique(cells.cluster[cells.treated == 0])
    torn = cells.cluster[cells.torn] if isinstance(cells, PanelCells) else cells.cluster[:0]
    both = np.union1d(np.intersect1d(treated, comparison), torn)
    return ClusterCounts(clusters.size, treated.size, comparison.size, both.size)


def few_for_mean(counts: ClusterCounts) -> bool:
    """True if an arm of a governorate has a cluster alone, whose variation a model of its own cannot show."""
    arms = (counts.treated, counts.comparison) if counts.treated or counts.comparison else (counts.clusters,)
    return min(arms) < 2


def refusal(counts: ClusterCounts, study: Study) -> str:
    """Why these clusters cannot carry a p-value; "" if they can (the last row of the ladder, methods.md section 5)."""
    if study.design.governorates_are_clusters:
        return "governorates_are_clusters"
    if counts.in_both_arms:
        return "cluster_in_both_arms"
    if counts.clusters < FEWEST_CLUSTERS:
        return "few_clusters"
    if study.design.treatment is None:
        return ""
    if counts.treated < FEWEST_IN_ARM:
        return "few_treated_clusters"
    return "few_comparison_clusters" if counts.comparison < FEWEST_IN_ARM else ""
