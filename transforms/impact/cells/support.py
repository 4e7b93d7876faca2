"""Which regressors a cluster has: with many governorates only those of its own, and the same few for all that is done.

A cluster's cross-products with regressors it does not have are zero, so that they are neither stored nor multiplied:
G x q x q numbers are held in place of G x p x p.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WIDE = 32  # regressors up to which all clusters are held to have all: there is nothing to be saved


@dataclass(frozen=True, slots=True)
class Support:
    """The regressors, out of p, that each of G clusters has.

    columns: [G, q] in order, then p where a cluster has fewer than q; None if all are held to have all, q = p.
    "Local" arrays are [G, q, ...], zero beyond the regressors a cluster has.
    """

    regressors: int
    columns: Ints | None = None

    def of(self, cluster: int) -> Ints:
        """[q] the regressors of the cluster at this position."""
        return np.arange(self.regressors) if self.columns is None else self.columns[cluster]

    def only(self, clusters: Ints) -> "Support":
        """That of the clusters at these positions."""
        return self if self.columns is None else Support(self.regressors, self.columns[clusters])

    def rows(self, values: Floats, cluster: Ints) -> Floats:
        """[C, q] the regressors `values` [C, p] of rows in the clusters at these positions [C]."""
        if self.columns is None:
            return values
        padded = np.hstack([values, np.zeros((len(values), 1))])
        return np.take_along_axis(padded, self.columns[cluster], axis=1)

    def gather(self, values: Floats) -> Floats:
        """Local array [G, q, ...] of values [p, ...] of regressors; [1, p, ...] where all clusters have all."""
        if self.columns is None:
            return values[None]
        padded = np.concatenate([values, np.zeros((1, *values.shape[1:]))])
        return np.asarray(padded[self.columns])

    def gather_squares(self, matrix: Floats) -> Floats:
        """Local squares [G, q, q] of a matrix [p, p]; [1, p, p] where all clusters have all."""
        if self.columns is None:
            return matrix[None]
        padded = np.pad(matrix, (0, 1))
        return np.asarray(padded[self.columns[:, :, None], self.columns[:, None, :]])

    def scatter(self, local: Floats) -> Floats:
        """[G, p, ...] of a local array [G, q, ...]."""
        if self.columns is None:
            return local
        full = np.zeros((len(local), self.regressors + 1, *local.shape[2:]))
        full[np.arange(len(local))[:, None], self.columns] = local
        return full[:, :-1]

    def add(self, local: Floats) -> Floats:
        """[p, ...] sum over clusters of a local array [G, q, ...]."""
        if self.columns is None:
            total: Floats = local.sum(axis=0)
            return total
        total = np.zeros((self.regressors + 1, *local.shape[2:]))
        np.add.at(total, self.columns, local)
        return total[:-1]

    def add_squares(self, local: Floats) -> Floats:
        """[p, p] sum over clusters of local squares [G, q, q]."""
        if self.columns is None:
            return np.asarray(local.sum(axis=0))
        size = self.regressors + 1
        at = self.columns[:, :, None] * size + self.columns[:, None, :]
        total = np.bincount(at.ravel(), local.ravel(), size * size).astype(np.float64, copy=False)
        return total.reshape(size, size)[:-1, :-1]

    def components(self, squares: Floats) -> tuple[Ints, Ints]:
        """Component of each cluster [G] and regressor [p], from the clusters' local squares [G, q, q].

        Clusters that share a regressor, and regressors that share a cluster, are in one component; nothing about one
        component depends on another.
        """
        clusters = len(squares)
        size = clusters + self.regressors
        has = np.einsum("gqq->gq", squares) != 0
        at, position = np.nonzero(has)
        column = position if self.columns is None else self.columns[at, position]
        links = coo_array((np.ones(at.size), (at, clusters + column)), shape=(size, size))
        codes = connected_components(links, directed=False)[1].astype(np.int64)
        return codes[:clusters], codes[clusters:]


def row_support(x: Floats, starts: Ints) -> Support:
    """The support of clusters whose rows of `x` [C, p] stand together, beginning at `starts` [G].

    All clusters are held to have all regressors where these are few, or some cluster has more than half of them.
    """
    p = x.shape[1]
    if p <= WIDE:
        return Support(p)
    has = np.logical_or.reduceat(x != 0, starts, axis=0)
    most = int(has.sum(axis=1).max())
    if 2 * most > p:
        return Support(p)
    columns = np.argsort(~has, axis=1, kind="stable")[:, :most]
    return Support(p, np.where(np.take_along_axis(has, columns, axis=1), columns, p))
