"""Polychoric correlations in two steps, with the covariance matrix of thresholds and correlations.

Each item is a standard normal variable cut at thresholds. Step 1 takes the thresholds from the shares of its
categories, step 2 each correlation by maximum likelihood given the thresholds (Olsson 1979, "Maximum likelihood
estimation of the polychoric correlation coefficient", section 4). Survey weights count respondents in both steps, as
with lavaan's `sampling.weights`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.measure.consistency import cronbach_alpha
from transforms.measure.factors.bivariate_normal import bivariate_normal_cdf, bivariate_normal_pdf
from transforms.measure.factors.influence import BLOCK, Spread, estimates_spread, respondents_of
from transforms.measure.factors.sampling import ALIKE, Sampling
from transforms.measure.factors.thresholds import Categories, ordered_categories, threshold_edges

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
BOUND = 0.999  # lavaan's: a correlation is not sought beyond it
TOLERANCE = 1e-10
SCORING_STEPS = 20  # after which the interval is only halved, so that the search ends
LEAST_SHARE = 1e-14  # of a cell; below it is the noise of a difference of four distribution functions


@dataclass(frozen=True, slots=True)
class Polychorics:
    """Thresholds and correlations of `n` respondents.

    `thresholds` holds each item's; `correlations` is items x items, NaN for two items nobody answered both of.
    `spread` is how the estimates vary, in the order of `estimates`: all thresholds, item by item, then the correlations
    of items (1,2), (1,3), ... (2,3), ...; None where it was not asked for, NaN for a pair that says nothing of its
    correlation. `at_bound` names pairs whose likelihood still rises at +-.999. `categories` says which answers were
    used.
    """

    n: int
    thresholds: tuple[Floats, ...]
    correlations: Floats
    spread: Spread | None
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
    def covariance(self) -> Floats | None:
        """Covariance matrix of `estimates`."""
        return self.spread.covariance if self.spread else None

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


def group_polychorics(
    categories: Categories, group: int, *, errors: bool = True, drawn: Sampling = ALIKE
) -> Polychorics:
    """Polychoric correlations of the respondents of one group.

    `drawn` is of everybody in `categories`: weights, all above 0, and clusters, several in the group.
    """
    k = len(categories.items)
    if k == 0:
        return Polychorics(0, (), np.empty((0, 0)), None, (), categories)
    of = respondents_of(categories, group, drawn)
    edges = threshold_edges(of.codes, categories.counts, of.weights)
    first, second = np.triu_indices(k, 1)
    tables = contingency_tables(of.codes, categories.missing, of.weights)
    values = pair_correlations(tables, edges[first], edges[second])
    correlations = np.eye(k)
    correlations[first, second] = correlations[second, first] = values
    extreme = np.flatnonzero(np.abs(values) >= BOUND - 1e-6)
    spread = None
    if errors:
        pairs = _cells(edges[first], edges[second], values), _slopes(edges[first], edges[second], values), values
        spread = estimates_spread(of, categories.counts, edges, tables, pairs)
    return Polychorics(
        n=len(of.codes),
        thresholds=tuple(edges[at, 1:count].copy() for at, count in enumerate(categories.counts)),
        correlations=correlations,
        spread=spread,
        at_bound=tuple((categories.items[first[at]], categories.items[second[at]]) for at in extreme),
        categories=categories,
    )


def ordinal_alpha(correlations: Floats) -> float:
    """Alpha of the variables behind the answers (Zumbo, Gadermann & Zeisser 2007): Cronbach's of their correlations."""
    return cronbach_alpha(correlations)


def contingency_tables(codes: Ints, missing: int, weights: Floats | None = None) -> Floats:
    """[pairs, categories, categories] respondents, or their weights, by the answers to both items of each pair."""
    k = codes.shape[1]
    joint = np.zeros((k * missing, k * missing))
    for start in range(0, len(codes), BLOCK):
        block = (codes[start : start + BLOCK, :, None] == np.arange(missing)).reshape(-1, k * missing)
        if weights is None:
            marks = block.astype(np.float32)  # sums of a block stay below 2^24: exact
            joint += marks.T @ marks
        else:
            marks = block.astype(np.float64)
            joint += (marks * weights[start : start + BLOCK, None]).T @ marks
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
