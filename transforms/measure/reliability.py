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
    there = ~np.isnan(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(there, values, 0.0).sum(axis=0) / there.sum(axis=0)
        centred = np.where(there, values - means, 0.0)  # about any constant: it only keeps digits
        mask = there.astype("float64")
        both = mask.T @ mask
        sums = centred.T @ mask  # of the row's item, over those who answered the column's item
        covariance: Floats = (centred.T @ centred - sums * sums.T / both) / (both - 1)
    return np.where(both > 1, covariance, np.nan)


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
        here = panel[(panel[WAVE] == wave).to_numpy()]
        for index in study.indices:
            items = [item for item in study.items(index) if wave in item.columns]
            shares = _shares(here, items, study)
            rows.append(_reliability((index.name, ALL, wave), shares))
            dimensions = study.dimensions(index)
            for dimension in dimensions if len(dimensions) > 1 else ():
                inside = [(item.dimension or index.name) == dimension for item in items]
                rows.append(_reliability((index.name, dimension, wave), shares[:, inside]))
    return pd.DataFrame(list(map(astuple, rows)), columns=[field.name for field in fields(Reliability)])


def _shares(rows: pd.DataFrame, items: Sequence[Variable], study: Study) -> Floats:
    shares = np.empty((len(rows), len(items)), order="F")
    for column, item in enumerate(items):
        low, high = study.limits(item)
        shares[:, column] = share_of_range(rows[item.name].to_numpy(dtype="float64"), low, high, item.direction)
    return shares


def _reliability(place: tuple[str, str, str], shares: Floats) -> Reliability:
    n, items = int((~np.isnan(shares)).any(axis=1).sum()), shares.shape[1]
    covariance = pairwise_covariance(shares)
    lowest = float(np.min(item_rest_correlations(covariance))) if items > 1 else float("nan")
    return Reliability(*place, n, items, cronbach_alpha(covariance), lowest)
