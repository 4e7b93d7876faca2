"""By how much each respondent moves the thresholds and polychoric correlations of a group, and how these vary for it.

The covariance matrix that robust statistics of ordinal factor models need is that of Muthen (1984, "A general
structural equation model...", section 3), with the information taken as the sum of products of scores as R's lavaan
does: the same numbers. With survey weights the information is weighted once and the products of influences twice
(Asparouhov 2005, "Sampling weights in latent variable modeling"). Influences of respondents who were drawn together are
added up first (Muthen & Satorra 1995, "Complex sample data in structural equation modeling").
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from transforms.measure.factors.sampling import Sampling
from transforms.measure.factors.thresholds import Categories

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
BLOCK = 1 << 13  # respondents taken at a time
LEAST_INFORMATION = 1e-6  # of a correlation; its error would be 1000


@dataclass(frozen=True, slots=True)
class Clusters:
    """What clusters move the estimates by: `influence` [clusters, estimates], whose products are their covariance.

    `numbers` are the clusters, in rising order; groups share them.
    """

    numbers: Ints
    influence: Floats


@dataclass(frozen=True, slots=True)
class Spread:
    """How the estimates of one group vary: thresholds and correlations in the order of `Polychorics.estimates`.

    `covariance` is their covariance matrix, `variances` its diagonal had each respondent been drawn alone; `together`
    is None where each was.
    """

    covariance: Floats
    variances: Floats
    together: Clusters | None = None


@dataclass(frozen=True, slots=True)
class Respondents:
    """Codes of the answers of one group, weights that add up to their number (None: all alike), clusters in order."""

    codes: Ints
    weights: Floats | None
    clusters: Ints | None


def respondents_of(categories: Categories, group: int, drawn: Sampling) -> Respondents:
    """Respondents of one group; `drawn` is of all those in `categories`, their weights above 0."""
    mine = np.flatnonzero(categories.group == group)
    weights, clusters = drawn.weights, drawn.clusters
    if clusters is not None:
        mine = mine[np.argsort(clusters[mine], kind="stable")]
        clusters = clusters[mine]
    if weights is not None:
        weights = weights[mine] * (len(mine) / weights[mine].sum())
    return Respondents(categories.codes[mine], weights, clusters)


def estimates_spread(
    of: Respondents, counts: tuple[int, ...], edges: Floats, tables: Floats, pairs: tuple[Floats, Floats, Floats]
) -> Spread:
    """Spread of the thresholds in `edges` and of the correlations; `tables` are of the pairs of items.

    `pairs` are, by pair, the share of each cell, its slope by the correlation, and the correlation. Clusters are
    several; the products of their influences are multiplied by C / (C - 1) for the C of the group.
    """
    of_thresholds = _threshold_influence(of, counts, edges)
    of_pairs = _pair_influence(edges, of_thresholds, tables, pairs)
    wanted = np.concatenate([np.arange(count - 1) + at * (max(counts) - 1) for at, count in enumerate(counts)])
    size = len(wanted) + len(of_pairs)
    blocks = _influences(of, of_thresholds, of_pairs, wanted)
    if of.clusters is None:
        covariance = np.zeros((size, size))
        for influence in blocks:
            covariance += influence.T @ influence
        return Spread(covariance, np.diag(covariance).copy())
    numbers, units = np.unique(of.clusters, return_inverse=True)
    total, variances = np.zeros((len(numbers), size)), np.zeros(size)
    for start, influence in zip(range(0, len(units), BLOCK), blocks, strict=True):
        variances += (influence**2).sum(axis=0)
        mine = units[start : start + BLOCK]
        starts = np.flatnonzero(np.diff(mine, prepend=-1))
        total[mine[starts]] += np.add.reduceat(influence, starts)
    total *= np.sqrt(len(numbers) / (len(numbers) - 1))
    return Spread(total.T @ total, variances, Clusters(numbers, total))


def _influences(of: Respondents, of_thresholds: Floats, of_pairs: Floats, wanted: Ints) -> Iterator[Floats]:
    """Blocks of [respondents, estimates]: by how much each respondent moves each estimate."""
    k = of.codes.shape[1]
    first, second = np.triu_indices(k, 1)
    for start in range(0, len(of.codes), BLOCK):
        block = of.codes[start : start + BLOCK]
        thresholds = of_thresholds[np.arange(k), block].reshape(len(block), -1)[:, wanted]
        pairs = of_pairs[np.arange(len(of_pairs)), block[:, first], block[:, second]]
        moved = np.hstack([thresholds, pairs])
        yield moved if of.weights is None else moved * of.weights[start : start + BLOCK, None]


def _threshold_influence(of: Respondents, counts: tuple[int, ...], edges: Floats) -> Floats:
    """[items, answers (the last is none), thresholds] (1(answer below t) - share below t) / (n density at t)."""
    most = max(counts)
    there = of.codes < most
    answered = (there.sum(axis=0) if of.weights is None else of.weights @ there)[:, None]
    inner = edges[:, 1:-1]
    bounded = np.where(np.isfinite(inner), inner, 0.0)
    density = np.exp(-(bounded**2) / 2) / np.sqrt(2 * np.pi)
    below = np.arange(most + 1)[:, None] <= np.arange(most - 1)
    influence = (below - ndtr(bounded)[:, None, :]) / (answered * density)[:, None, :]
    influence[:, most] = 0.0
    return np.where(np.isfinite(inner)[:, None, :], influence, 0.0)


def _pair_influence(
    edges: Floats, of_thresholds: Floats, tables: Floats, pairs: tuple[Floats, Floats, Floats]
) -> Floats:
    """[pairs, answers, answers] influence on a correlation: (score - A21 influence on the thresholds) / A22.

    A22 is the sum of squares of the scores, A21 of their products with the scores of the thresholds in the pair's
    likelihood (Muthen 1984). The last answer of each is none: such a respondent moves the thresholds alone.
    """
    first, second = np.triu_indices(len(edges), 1)
    cells, slopes, correlations = pairs
    scores = slopes / cells
    own = (tables * scores**2).sum(axis=(1, 2))
    weight = tables * scores / cells
    by_row = _edge_slopes(edges[first], edges[second], correlations)[:, 1:-1]
    by_column = _edge_slopes(edges[second], edges[first], correlations)[:, 1:-1]
    shared_row = -(by_row * np.diff(weight, axis=1)).sum(axis=2)
    shared_column = -(by_column * np.diff(weight, axis=2).swapaxes(1, 2)).sum(axis=2)
    moved = np.einsum("pt,pat->pa", shared_row, of_thresholds[first])
    moved_column = np.einsum("pt,pat->pa", shared_column, of_thresholds[second])
    total = np.pad(scores, ((0, 0), (0, 1), (0, 1))) - moved[:, :, None] - moved_column[:, None, :]
    return np.asarray(total / np.where(own > LEAST_INFORMATION, own, np.nan)[:, None, None])


def _edge_slopes(edges: Floats, other_edges: Floats, correlations: Floats) -> Floats:
    """[pairs, edges, categories of the other] density at an edge of the row variable, split by the other's category."""
    bounded = np.where(np.isfinite(edges), edges, 0.0)
    density = np.where(np.isfinite(edges), np.exp(-(bounded**2) / 2) / np.sqrt(2 * np.pi), 0.0)
    r = correlations[:, None, None]
    below = ndtr((other_edges[:, None, :] - r * bounded[:, :, None]) / np.sqrt(1 - r**2))
    return density[:, :, None] * np.diff(below, axis=2)
