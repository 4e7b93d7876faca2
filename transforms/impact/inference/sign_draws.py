"""Weights of the wild cluster bootstrap: which sign (or size) every cluster's residuals get in every draw."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from transforms.impact.cells.compression import Floats, Ints

Kind = Literal["rademacher", "webb"]

WEBB_CLUSTERS = 7  # with so few clusters signs give too few different samples (Webb 2023; docs/coverage.md)
WEBB_POINTS = np.sqrt([0.5, 1.0, 1.5])


@dataclass(frozen=True, slots=True)
class Draws:
    """weights: [B, G], one row per draw. kind: their distribution. exact: whether the rows are all there are.

    Exact draws are half of the 2^G sign vectors (the last cluster's sign is +): a vector and its negative give t
    statistics that differ in sign alone, so shares of |t| are those of the full set.
    """

    weights: Floats
    kind: Kind
    exact: bool

    @property
    def clusters(self) -> int:
        """G."""
        return int(self.weights.shape[1])

    def select(self, clusters: Ints) -> "Draws":
        """The same draws for some of the clusters (positions): for an outcome nobody answered in the others.

        All sign vectors of more clusters are all of fewer, each as often as the next.
        """
        first, last = int(clusters[0]), int(clusters[-1])
        together = np.array_equal(clusters, np.arange(first, last + 1))  # then nothing has to be copied
        return Draws(self.weights[:, slice(first, last + 1) if together else clusters], self.kind, self.exact)


def all_signs(clusters: int) -> Draws:
    """Every vector of signs, up to its negative: [2^(G-1), G]."""
    numbers = np.arange(2 ** (clusters - 1), dtype=np.int64)
    negative = (numbers[:, None] >> np.arange(clusters, dtype=np.int64)) & 1
    return Draws(np.where(negative == 1, -1.0, 1.0), "rademacher", True)


def draw_weights(clusters: int, draws: int, seed: int, kind: Kind | None = None) -> Draws:
    """Weights for `clusters` clusters; the same arguments give the same weights.

    Webb's six-point weights with at most 7 clusters, Rademacher signs with more (`kind` overrules); all sign vectors
    in place of a sample where there are no more than `draws` of them. One set serves every outcome and combination of
    the same clusters, so that their statistics are drawn jointly.
    """
    kind = kind or ("webb" if clusters <= WEBB_CLUSTERS else "rademacher")
    if kind == "rademacher" and 2**clusters <= draws:
        return all_signs(clusters)
    rng = np.random.Generator(np.random.PCG64(seed))
    if kind == "webb":
        points = np.concatenate([-WEBB_POINTS, WEBB_POINTS])
        return Draws(points[rng.integers(0, points.size, (draws, clusters))], kind, False)
    weights: Floats = rng.integers(0, 2, (draws, clusters)) * np.float64(2.0)
    weights -= 1.0
    return Draws(weights, kind, False)
