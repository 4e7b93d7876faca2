"""How far the items of an index, and of each of its dimensions, go together: alpha and item-rest correlations."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.measure.combine import share_of_range
from transforms.study.columns import WAVE
from transforms.study.instrument import Variable
from transforms.study.study import Study

Floats = npt.NDArray[np.float64]
BLOCK = 1 << 14  # rows taken at a time: small enough for a processor's cache
ALL = "all"  # dimension of a row that speaks of the whole index


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha of one set of items in one wave, and the lowest correlation of an item with the others' sum.

    `n` respondents answered at least one of the `items` asked in that wave. `alpha` is NaN for fewer than two items,
    `item_rest_min` too, and both where answers do not vary.
    """

    index: str
    dimension: str
    wave: str
    n: int
    items: int
    alpha: float
    item_rest_min: float


def pairwise_covariance(values: Floats) -> Floats:
    """Covariance (ddof 1) of each two columns over the rows that have both; NaN where fewer than two have.

    `values` is rows x columns with NaN where missing. This is R's `cov(x, use = "pairwise")`.
    """
    columns = list(values.T)
    return _covariance(columns)


def _covariance(columns: Sequence[Floats]) -> Floats:
    """`pairwise_covariance` of columns of equal length, read in blocks of rows."""
    k, n = len(columns), len(columns[0]) if columns else 0
    centre = np.array([[_first_answer(column)] for column in columns])  # any constant serves; this makes constants 0
    products = np.zeros((2 * k, 2 * k))  # of answers and of the marks that there is one, each with each
    for start in range(0, n, BLOCK):
        block = np.stack([column[start : start + BLOCK] for column in columns]) - centre
        there = ~np.isnan(block)
        both_kinds = np.concatenate([np.where(there, block, 0.0), there])
        products += both_kinds @ both_kinds.T
    both, sums = products[k:, k:], products[:k, k:]  # sums: of the row's item, over those who answered the column's
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance: Floats = (products[:k, :k] - sums * sums.T / both) / (both - 1)
    return np.where(both > 1, covariance, np.nan)


def _first_answer(column: Floats) -> float:
    """First value of a column that is not NaN; 0 where all are."""
    there = ~np.isnan(column)
    return float(column[there.argmax()]) if there.any() else 0.0


def cronbach_alpha(covariance: Floats) -> float:
    """Alpha = k/(k-1) (1 - trace(C) / sum(C)) of k items with covariance C (Cronbach 1951, eq. 2)."""
    k = len(covariance)
    total = covariance.sum()
    if k < 2 or not total > 0:
        return float("nan")
    return float(k / (k - 1) * (1 - np.trace(covariance) / total))


def item_rest_correlations(covariance: Floats) -> Floats:
    """Correlation of each item with the sum of the others, from their covariance; NaN for an item that never varies."""
    variances = np.diag(covariance)
    with_all = covariance.sum(axis=1)
    rest_variances = covariance.sum() - 2 * with_all + variances
    with np.errstate(invalid="ignore", divide="ignore"):
        correlations: Floats = (with_all - variances) / np.sqrt(variances * rest_variances)
    return correlations


def reliability_table(panel: pd.DataFrame, study: Study) -> pd.DataFrame:
    """One row for each index (dimension `all`) and each of its dimensions, in each wave.

    Items are taken on 0-1 by their scale's range and in the direction of cohesion; covariances are pairwise and
    unweighted, as is usual for alpha. Items that a wave did not ask are left out of that wave's row.
    """
    rows: list[Reliability] = []
    for wave in study.wave_names:
        here = np.flatnonzero(panel[WAVE] == wave)
        for index in study.indices:
            items = [item for item in study.items(index) if wave in item.columns]
            shares = [_shares(panel, here, item, study) for item in items]
            covariance = _covariance(shares)
            rows.append(_reliability((index.name, ALL, wave), shares, covariance))
            dimensions = study.dimensions(index)
            for dimension in dimensions if len(dimensions) > 1 else ():
                inside = [at for at, item in enumerate(items) if (item.dimension or index.name) == dimension]
                part = [shares[at] for at in inside]
                rows.append(_reliability((index.name, dimension, wave), part, covariance[np.ix_(inside, inside)]))
    return pd.DataFrame(list(map(astuple, rows)), columns=[field.name for field in fields(Reliability)])


def _shares(panel: pd.DataFrame, rows: npt.NDArray[np.intp], item: Variable, study: Study) -> Floats:
    answers = panel[item.name].to_numpy(dtype="float64")[rows]
    return share_of_range(answers, *study.limits(item), item.direction)


def _reliability(place: tuple[str, str, str], shares: Sequence[Floats], covariance: Floats) -> Reliability:
    answered: npt.NDArray[np.bool_] = np.zeros(len(shares[0]) if shares else 0, dtype=bool)
    for share in shares:
        answered |= ~np.isnan(share)
    lowest = float(np.min(item_rest_correlations(covariance))) if len(shares) > 1 else float("nan")
    return Reliability(*place, int(answered.sum()), len(shares), cronbach_alpha(covariance), lowest)
