"""Polychoric correlations in two steps, with the covariance matrix of thresholds and correlations.

Each item is a standard normal variable cut at thresholds. Step 1 takes the thresholds from the shares of its
categories, step 2 each correlation by maximum likelihood given the thresholds (Olsson 1979, "Maximum likelihood
estimation of the polychoric correlation coefficient", section 4). The covariance matrix of all of them together, which
robust statistics of ordinal factor models need, is that of Muthen (1984, "A general structural equation model...",
section 3), with the information taken as the sum of products of scores as R's lavaan does: the same numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr

from transforms.measure.consistency import cronbach_alpha
from transforms.measure.factors.bivariate_normal import bivariate_normal_cdf, bivariate_normal_pdf
from transforms.measure.factors.thresholds import Categories, ordered_categories, threshold_edges

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
BLOCK = 1 << 13  # respondents taken at a time
BOUND = 0.999  # lavaan's: a correlation is not sought beyond it
TOLERANCE = 1e-10
SCORING_STEPS = 20  # after which the interval is only halved, so that the search ends
LEAST_INFORMATION = 1e-6  # of a correlation; its error would be 1000
LEAST_SHARE = 1e-14  # of a cell; below it is the noise of a difference of four distribution functions


@dataclass(frozen=True, slots=True)
class Polychorics:
    """Thresholds and correlations of `n` respondents.

    `thresholds` holds each item's; `correlations` is items x items, NaN for two items nobody answered both of.
    `covariance` is that of the estimates in the order of `estimates`: all thresholds, item by item, then the
    correlations of items (1,2), (1,3), ... (2,3), ...; None where it was not asked for. `at_bound` names pairs whose
    likelihood still rises at +-.999; `covariance` is NaN for a pair that says nothing of its correlation. `categories`
    says which answers were used.
    """

    n: int
    thresholds: tuple[Floats, ...]
    correlations: Floats
    covariance: Floats | None
    at_bound: tuple[tuple[str, str], ...]
    categories: Categories

    @property
    def items(self) -> tuple[str, ...]:
        """Names of the items, in the order of `correlations`."""
        return self.categories.items

    @property
    def estimates(self) -> Floats:
        """All thresholds, then the correlations above the diagonal, row by row."""
        return np.concatenate([*self.thresholds, self.correlations[np.triu_indices(len(self.items), 1)]])

    @property
    def positive_definite(self) -> bool:
        """Whether the correlations could be those of a sample; estimated pair by pair they need not be."""
        known = bool(np.isfinite(self.correlations).all())
        return known and bool(np.linalg.eigvalsh(self.correlations).min(initial=1.0) > 1e-8)


def polychoric_correlations(answers: pd.DataFrame, *, errors: bool = True) -> Polychorics:
    """Polychoric correlations of the columns of `answers` (ordered answers, NaN where missing).

    Each threshold is of those who answered the item, each correlation of those who answered both (lavaan: missing =
    "pairwise"). `errors` asks for the covariance matrix of the estimates. What `ordered_categories` leaves out is named
    in `categories.left_out`.
    """
    return group_polychorics(ordered_categories(answers), 0, errors=errors)


def group_polychorics(categories: Categories, group: int, *, errors: bool = True) -> Polychorics:
    """Polychoric correlations of the respondents of one group."""
    k, codes = len(categories.items), categories.of_group(group)
    if k == 0:
        return Polychorics(0, (), np.empty((0, 0)), None, (), categories)
    edges = threshold_edges(codes, categories.counts)
    first, second = np.triu_indices(k, 1)
    tables = contingency_tables(codes, categories.missing)
    values = pair_correlations(tables, edges[first], edges[second])
    correlations = np.eye(k)
    correlations[first, second] = correlations[second, first] = values
    extreme = np.flatnonzero(np.abs(values) >= BOUND - 1e-6)
    return Polychorics(
        n=len(codes),
        thresholds=tuple(edges[at, 1:count].copy() for at, count in enumerate(categories.counts)),
        correlations=correlations,
        covariance=_covariance(codes, categories.counts, edges, (tables, values)) if errors else None,
        at_bound=tuple((categories.items[first[at]], categories.items[second[at]]) for at in extreme),
        categories=categories,
    )


def ordinal_alpha(correlations: Floats) -> float:
    """Alpha of the variables behind the answers (Zumbo, Gadermann & Zeisser 2007): Cronbach's of their correlations."""
    return cronbach_alpha(correlations)


def contingency_tables(codes: Ints, missing: int) -> Floats:
    """[pairs, categories, categories] respondents by the answers to both items of each pair."""
    k = codes.shape[1]
    joint = np.zeros((k * missing, k * missing))
    for start in range(0, len(codes), BLOCK):
        block = codes[start : start + BLOCK, :, None] == np.arange(missing)
        marks = block.reshape(len(block), -1).astype(np.float32)  # sums of a block stay below 2^24: exact
        joint += marks.T @ marks
    first, second = np.triu_indices(k, 1)
    return joint.reshape(k, missing, k, missing).transpose(0, 2, 1, 3)[first, second]


def pair_correlations(tables: Floats, edges: Floats, other_edges: Floats) -> Floats:
    """[pairs] the correlation that makes each table likeliest, given the edges of the rows and of the columns.

    Fisher scoring, kept inside an interval where the likelihood's slope changes its sign. In a 2 x 2 table with one
    empty cell 1/2 is moved into it, margins kept, as lavaan does. NaN for a table without anybody.
    """
    counts = _filled(tables)
    total = counts.sum(axis=(1, 2))
    low, high = np.full(len(tables), -BOUND), np.full(len(tables), BOUND)
    correlations = np.where(total > 0, 0.0, np.nan)
    active = np.flatnonzero(total > 0)
    steps = 0
    while active.size:
        steps += 1
        now = correlations[active]
        cells = _cells(edges[active], other_edges[active], now)
        slopes = _slopes(edges[active], other_edges[active], now)
        score = (counts[active] * slopes / cells).sum(axis=(1, 2))
        information = total[active] * (slopes**2 / cells).sum(axis=(1, 2))
        low[active] = np.where(score > 0, now, low[active])
        high[active] = np.where(score < 0, now, high[active])
        with np.errstate(divide="ignore", invalid="ignore"):  # no information far from where the answers are
            step = now + score / information
        inside = (step > low[active]) & (step < high[active]) & (steps <= SCORING_STEPS)
        new = np.where(inside, step, (low[active] + high[active]) / 2)
        correlations[active] = np.where(score == 0, now, new)
        active = active[np.abs(correlations[active] - now) > TOLERANCE]
    return correlations


def _filled(tables: Floats) -> Floats:
    """Tables with half a respondent in the empty cell of a 2 x 2 table that has one."""
    used_rows, used_columns = tables.any(axis=2).sum(axis=1), tables.any(axis=1).sum(axis=1)
    corner = tables[:, :2, :2]
    one_empty = (used_rows == 2) & (used_columns == 2) & (tables.shape[1] >= 2) & ((corner == 0).sum(axis=(1, 2)) == 1)
    one_empty &= corner.sum(axis=(1, 2)) == tables.sum(axis=(1, 2))
    on_diagonal = (corner[:, 0, 0] == 0) | (corner[:, 1, 1] == 0)
    half = np.where(one_empty, np.where(on_diagonal, 0.5, -0.5), 0.0)
    filled = tables.copy()
    filled[:, :2, :2] += half[:, None, None] * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return filled


def _rectangles(corners: Floats) -> Floats:
    """Content of each cell from the values at its four corners."""
    return np.diff(np.diff(corners, axis=1), axis=2)


def _cells(edges: Floats, other_edges: Floats, correlations: Floats) -> Floats:
    """[pairs, categories, categories] share of each cell."""
    corners = bivariate_normal_cdf(edges[:, :, None], other_edges[:, None, :], correlations[:, None, None])
    return np.maximum(_rectangles(corners), LEAST_SHARE)


def _slopes(edges: Floats, other_edges: Floats, correlations: Floats) -> Floats:
    """Derivative of `_cells` by the correlation: the density at the corners (Olsson 1979, eq. 12)."""
    return _rectangles(bivariate_normal_pdf(edges[:, :, None], other_edges[:, None, :], correlations[:, None, None]))


def _edge_slopes(edges: Floats, other_edges: Floats, correlations: Floats) -> Floats:
    """[pairs, edges, categories of the other] density at an edge of the row variable, split by the other's category."""
    bounded = np.where(np.isfinite(edges), edges, 0.0)
    density = np.where(np.isfinite(edges), np.exp(-(bounded**2) / 2) / np.sqrt(2 * np.pi), 0.0)
    r = correlations[:, None, None]
    below = ndtr((other_edges[:, None, :] - r * bounded[:, :, None]) / np.sqrt(1 - r**2))
    return density[:, :, None] * np.diff(below, axis=2)


def _covariance(codes: Ints, counts: tuple[int, ...], edges: Floats, pairs: tuple[Floats, Floats]) -> Floats:
    """Covariance matrix of thresholds and correlations: the sum of products of the respondents' influence on them."""
    tables, correlations = pairs
    of_thresholds = _threshold_influence(codes, counts, edges)
    of_pairs = _pair_influence(edges, of_thresholds, tables, correlations)
    wanted = np.concatenate([np.arange(count - 1) + at * (max(counts) - 1) for at, count in enumerate(counts)])
    size = len(wanted) + len(of_pairs)
    covariance = np.zeros((size, size))
    for influence in _influences(codes, of_thresholds, of_pairs, wanted):
        covariance += influence.T @ influence
    return covariance


def _influences(codes: Ints, of_thresholds: Floats, of_pairs: Floats, wanted: Ints) -> Iterator[Floats]:
    """Blocks of [respondents, estimates]: by how much each respondent moves each estimate."""
    k = codes.shape[1]
    first, second = np.triu_indices(k, 1)
    for start in range(0, len(codes), BLOCK):
        block = codes[start : start + BLOCK]
        thresholds = of_thresholds[np.arange(k), block].reshape(len(block), -1)[:, wanted]
        yield np.hstack([thresholds, of_pairs[np.arange(len(of_pairs)), block[:, first], block[:, second]]])


def _threshold_influence(codes: Ints, counts: tuple[int, ...], edges: Floats) -> Floats:
    """[items, answers (the last is none), thresholds] (1(answer below t) - share below t) / (n density at t)."""
    most = max(counts)
    answered = (codes < most).sum(axis=0)[:, None]
    inner = edges[:, 1:-1]
    bounded = np.where(np.isfinite(inner), inner, 0.0)
    density = np.exp(-(bounded**2) / 2) / np.sqrt(2 * np.pi)
    below = np.arange(most + 1)[:, None] <= np.arange(most - 1)
    influence = (below - ndtr(bounded)[:, None, :]) / (answered * density)[:, None, :]
    influence[:, most] = 0.0
    return np.where(np.isfinite(inner)[:, None, :], influence, 0.0)


def _pair_influence(edges: Floats, of_thresholds: Floats, tables: Floats, correlations: Floats) -> Floats:
    """[pairs, answers, answers] influence on a correlation: (score - A21 influence on the thresholds) / A22.

    A22 is the sum of squares of the scores, A21 of their products with the scores of the thresholds in the pair's
    likelihood (Muthen 1984). The last answer of each is none: such a respondent moves the thresholds alone.
    """
    first, second = np.triu_indices(len(edges), 1)
    cells = _cells(edges[first], edges[second], correlations)
    scores = _slopes(edges[first], edges[second], correlations) / cells
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
