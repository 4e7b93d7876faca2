"""Moments of regressions whose regressors are not discrete: one pass over the rows, a matrix product per cluster."""

from dataclasses import dataclass

import numpy as np

from transforms.impact.cells.compression import ClusterMoments, Floats, Ints
from transforms.impact.cells.working_model import WorkingMoments


@dataclass(frozen=True, slots=True)
class RowMoments:
    """What CR1 and CR2 need of a regression on rows, per cluster in the order of its code."""

    moments: ClusterMoments
    working: WorkingMoments


def row_moments(y: Floats, x: Floats, weight: Floats, cluster: Ints) -> RowMoments:
    """Moments of the weighted regression of `y` [n] on `x` [n, p], in the clusters of the codes `cluster` [n]."""
    order = np.argsort(cluster, kind="stable")
    edges = np.flatnonzero(np.diff(cluster[order], prepend=cluster[order[:1]] - 1))
    parts: dict[str, list[Floats]] = {name: [] for name in ("xwx", "xwy", "ywy", "xx", "xwwx", "xy")}
    sizes = []
    for rows in np.split(order, edges[1:]):
        inner, response, w = x[rows], y[rows, None], weight[rows, None]
        weighted = inner * w
        parts["xwx"].append(weighted.T @ inner)
        parts["xwy"].append(weighted.T @ response)
        parts["ywy"].append((response**2 * w).sum(axis=0))
        parts["xx"].append(inner.T @ inner)
        parts["xwwx"].append(weighted.T @ weighted)
        parts["xy"].append(inner.T @ response)
        sizes.append(rows.size)
    stacked = {name: np.stack(values) for name, values in parts.items()}
    moments = ClusterMoments(stacked["xwx"], stacked["xwy"], stacked["ywy"], np.array(sizes, dtype=np.int64))
    return RowMoments(moments, WorkingMoments(stacked["xx"], stacked["xwwx"], stacked["xy"]))
