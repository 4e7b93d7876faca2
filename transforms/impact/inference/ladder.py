"""Which uncertainty a number of clusters can carry (methods.md, section 5)."""

from dataclasses import dataclass
from typing import Literal

from transforms.impact.cells.clusters import ClusterCounts, refusal
from transforms.study import Study

Method = Literal["CR2", "bootstrap", "randomisation", "none"]

CR2_CLUSTERS = 30
CR2_IN_ARM = 10
RANDOMISATION_IN_ARM = 3


@dataclass(frozen=True, slots=True)
class Rung:
    """The method, and a key of `REASONS` where it is "none"."""

    method: Method
    reason: str


def method_for(counts: ClusterCounts, compared: bool) -> Method:
    """The method for clusters that are not refused; `compared`: whether there is a comparison arm.

    Without one, only the number of clusters counts. Anything between the rows takes the bootstrap.
    """
    smaller = min(counts.treated, counts.comparison)
    if compared and smaller == RANDOMISATION_IN_ARM:
        return "randomisation"
    if counts.clusters >= CR2_CLUSTERS and (not compared or smaller >= CR2_IN_ARM):
        return "CR2"
    return "bootstrap"


def choose_method(counts: ClusterCounts, study: Study) -> Rung:
    """The rung for an estimate that these clusters carry, read bottom-up: the first condition that holds decides.

    None with fewer than 6 clusters, fewer than 3 in an arm, or governorates for clusters; randomisation inference with
    3 in the smaller arm; CR2 with at least 30 clusters and 10 in each arm; the bootstrap for everything between.
    """
    reason = refusal(counts, study)
    return Rung("none", reason) if reason else Rung(method_for(counts, study.design.treatment is not None), "")
