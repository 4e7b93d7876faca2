"""Sums without weights and with squared weights, which CR2 needs beside the weighted ones.

CR2 is unbiased under a working model of the errors. As R's clubSandwich for a weighted `lm`, ours is that rows are
independent with one variance (target = identity): survey weights say whom a respondent stands for, not how precisely
she was measured, so they are no inverse variances. The hat matrix of a cluster and its transpose then span X_g and
W_g X_g, and all that CR2 asks of their rows is X_g'X_g, X_g'W X_g, X_g'W^2 X_g and X_g'y, X_g'W y.
"""

from dataclasses import dataclass

import numpy as np

from transforms.impact.cells.compression import ClusterMoments, Floats, Ints
from transforms.impact.cells.support import row_support


@dataclass(frozen=True, slots=True)
class WorkingMoments:
    """xx: [G, q, q] X_g'X_g. xwwx: [G, q, q] X_g'W^2 X_g. xy: [G, q, m] X_g'y. Additive like `ClusterMoments`.

    Of the same regressors as the `ClusterMoments` beside them.
    """

    xx: Floats
    xwwx: Floats
    xy: Floats


@dataclass(frozen=True, slots=True)
class UnweightedSums:
    """Sums in C cells, for m outcomes that share their rows: rows [C], squared weights [C], outcomes [C, m]."""

    rows: Ints
    weight_square: Floats
    total: Floats


def working_moments(x: Floats, cluster: Ints, sums: UnweightedSums) -> WorkingMoments:
    """Moments of the working model; `x` [C, p] and `cluster` [C] as for `cluster_moments`, in the same order."""
    order = np.argsort(cluster, kind="stable")
    starts = np.flatnonzero(np.diff(cluster[order], prepend=cluster[order[:1]] - 1))
    x, rows = x[order], sums.rows[order, None].astype(np.float64)
    squares = sums.weight_square[order, None]
    x = row_support(x, starts).rows(x, np.repeat(np.arange(starts.size), np.diff(starts, append=len(x))))
    return WorkingMoments(
        xx=np.add.reduceat((x * rows)[:, :, None] * x[:, None, :], starts, axis=0),
        xwwx=np.add.reduceat((x * squares)[:, :, None] * x[:, None, :], starts, axis=0),
        xy=np.add.reduceat(x[:, :, None] * sums.total[order][:, None, :], starts, axis=0),
    )


def equal_weights(moments: ClusterMoments) -> WorkingMoments:
    """The working moments where every weight is one: the weighted sums themselves."""
    return WorkingMoments(moments.xwx, moments.xwx, moments.xwy)
