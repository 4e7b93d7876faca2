"""How the respondents of a comparison were drawn: their survey weights, and who was drawn together."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from transforms.measure.factors.model import Floats, Whole
from transforms.study.columns import PSU, WAVE, WEIGHT

LEAST_CLUSTERS = 10  # in every group, below which respondents are taken as drawn alone [house]
MOST_CLUSTERS = 20_000  # above which sums over clusters cost more than they tell [house]


@dataclass(frozen=True, slots=True)
class Sampling:
    """Weight and cluster (0, 1, ...) of each row; None where all weigh the same, or were drawn one by one."""

    weights: Floats | None = None
    clusters: Whole | None = None


ALIKE = Sampling()


def sampling(panel: pd.DataFrame) -> Sampling:
    """Weights, with the same mean in every wave, and primary sampling units of a panel."""
    weight = panel[WEIGHT].to_numpy(dtype=np.float64)
    waves = pd.Categorical(panel[WAVE]).codes + 1
    total, counted = np.bincount(waves, weight), np.bincount(waves, weight > 0)
    mean = np.where(counted > 0, total / np.maximum(counted, 1), 1.0)
    return Sampling(weight / mean[waves], pd.factorize(panel[PSU], sort=True)[0].astype(np.intp))


def sampling_of(drawn: Sampling, codes: Whole, groups: int) -> Sampling:
    """What counts in a comparison (`codes`: the group of each row, -1 for none): weights that differ, clusters enough.

    Clusters are of several respondents, and so many in every group that what they share can be told.
    """
    used = codes >= 0
    weights, clusters = drawn.weights, drawn.clusters
    if weights is not None and np.allclose(weights[used], weights[used].max(initial=0.0), rtol=1e-12, atol=0):
        weights = None
    if clusters is not None:
        pairs = np.unique(np.column_stack([codes[used], clusters[used]]), axis=0)
        each = np.bincount(pairs[:, 0], minlength=groups)
        several = len(np.unique(clusters[used])) < used.sum()
        if not several or min(each, default=0) < LEAST_CLUSTERS or len(pairs) > MOST_CLUSTERS:
            clusters = None
    return Sampling(weights, clusters)
