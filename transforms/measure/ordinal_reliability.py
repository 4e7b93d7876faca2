"""Ordinal alpha of every set of items in every margin, from tables that are counted once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from transforms.measure.factors.ordinal_fit import NO_CORRELATION
from transforms.measure.factors.ordinal_invariance import AT_BOUND
from transforms.measure.factors.polychoric import BOUND, contingency_tables, ordinal_alpha, pair_correlations
from transforms.measure.factors.thresholds import Categories, ordered_categories
from transforms.measure.margins import Margins

Floats = npt.NDArray[np.float64]
NOTHING = float("nan")


@dataclass(frozen=True, slots=True)
class OrdinalAlphas:
    """[margins, items, items] polychoric correlations, each pair among those who answered both (as R's psych has it).

    `left_out` says why an item has none: a scale with more than 15 answers is a range.
    """

    items: tuple[str, ...]
    correlations: Floats
    left_out: Mapping[str, str]

    def alpha(self, margin: int, names: Sequence[str]) -> tuple[float, str]:
        """Ordinal alpha of some items, and a reason: why there is none, or a remark. Keys of the report's wording."""
        for name in names:
            if name in self.left_out:
                return NOTHING, self.left_out[name]
        at = [self.items.index(name) for name in names]
        among = self.correlations[margin][np.ix_(at, at)]
        if not np.isfinite(among).all():
            return NOTHING, NO_CORRELATION
        others = np.abs(among[np.triu_indices(len(at), 1)])
        return ordinal_alpha(among), AT_BOUND if others.max(initial=0.0) >= BOUND - 1e-6 else ""


def ordinal_alphas(answers: Mapping[str, Floats], found: Margins) -> OrdinalAlphas:
    """Polychoric correlations of the items (answers in any unit, NaN where missing) in every margin."""
    categories = ordered_categories(pd.DataFrame(dict(answers)))
    k = len(categories.items)
    correlations = np.tile(np.eye(k), (len(found.keys), 1, 1))
    if k > 1:
        first, second = np.triu_indices(k, 1)
        tables, counts = _counted(categories, found)
        edges = _edges(counts)
        pairs = edges[:, first].reshape(-1, edges.shape[2]), edges[:, second].reshape(-1, edges.shape[2])
        values = pair_correlations(tables.reshape(-1, *tables.shape[2:]), *pairs).reshape(len(found.keys), len(first))
        correlations[:, first, second] = correlations[:, second, first] = values
    return OrdinalAlphas(categories.items, correlations, categories.left_out)


def _counted(categories: Categories, found: Margins) -> tuple[Floats, Floats]:
    """[margins, pairs, answers, answers] respondents by both answers; [margins, items, answers] by one."""
    k, most = len(categories.items), categories.missing
    cell = found.cell[categories.rows]
    tables = np.zeros((found.count, k * (k - 1) // 2, most, most))
    counts = np.zeros((found.count, k, most))
    for at in range(found.count):
        codes = categories.codes[cell == at]
        tables[at] = contingency_tables(codes, most)
        counts[at] = (codes[:, :, None] == np.arange(most)).sum(axis=0)
    return found.total(tables), found.total(counts)


def _edges(counts: Floats) -> Floats:
    """[margins, items, answers + 1] cuts of a standard normal variable with these shares; -inf and +inf at the ends."""
    total = np.maximum(counts.sum(axis=2, keepdims=True), 1.0)
    inner = ndtri(np.cumsum(counts, axis=2)[:, :, :-1] / total)
    ends = np.full((*counts.shape[:2], 1), np.inf)
    return np.concatenate([-ends, inner, ends], axis=2)
