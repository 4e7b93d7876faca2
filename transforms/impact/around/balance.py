"""Were the arms alike before the programme: normalised differences at baseline."""

from collections.abc import Iterable, Iterator
from itertools import islice
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.impact.cells.compression import CellTable, Floats, compress
from transforms.impact.cells.covariates import Covariate, covariates
from transforms.impact.cells.sample import ordered_values
from transforms.impact.estimate import POOLED, estimated_outcomes
from transforms.study import Study
from transforms.study.columns import ARM, COMPARISON, GOVERNORATE, TREATED, WAVE, WEIGHT

FINE = 0.05  # What Works Clearinghouse, Procedures and Standards Handbook 5.0 (2022), baseline equivalence
ADJUST = 0.25
BLOCK = 16  # columns held at once

BALANCE_COLUMNS = (
    "governorate",
    "variable",
    "value",
    "n_treated",
    "n_comparison",
    "with_treated",
    "with_comparison",
    "mean_treated",
    "mean_comparison",
    "sd_treated",
    "sd_comparison",
    "difference",
    "mark",
)


def balance_mark(difference: float) -> str:
    """ "fine", "adjust" or "not_comparable" by the size of a normalised difference; "not_known" where it is NaN."""
    size = abs(difference)
    if np.isnan(size):
        return "not_known"
    if size <= FINE:
        return "fine"
    return "adjust" if size <= ADJUST else "not_comparable"


def normalised_difference(means: tuple[float, float], sds: tuple[float, float]) -> float:
    """(treated - comparison) / sqrt((s1^2 + s0^2) / 2) (Imbens & Rubin 2015, eq. 14.1); NaN where nothing varies."""
    spread = float(np.sqrt((sds[0] ** 2 + sds[1] ** 2) / 2))
    return (means[0] - means[1]) / spread if spread > 0 else nan


def _moments(table: CellTable, cells: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats, Floats]:
    """Rows, sums, weighted means and SDs (n - 1) of every column over some cells; NaN where nobody answered."""
    inside = table.select(cells)
    rows = inside.rows.sum(axis=0).astype(np.float64)
    weight, total, square = (values.sum(axis=0) for values in (inside.weight, inside.total, inside.square))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / weight
        variance = np.maximum(square / weight - mean**2, 0.0)
        variance = np.where(variance <= 1e-12 * square / weight, 0.0, variance) * rows / (rows - 1)
        return rows, inside.plain.sum(axis=0), mean, np.sqrt(variance)


def _balance_rows(table: CellTable, columns: list[Covariate], governorates: tuple[str, ...]) -> Iterator[list[object]]:
    place, arm = table.keys[GOVERNORATE].astype(str).to_numpy(), table.keys[ARM].to_numpy()
    for name in (*governorates, POOLED):
        here = np.ones(place.size, dtype=bool) if name == POOLED else place == name
        rows, plain, mean, sd = zip(
            *(_moments(table, here & (arm == side)) for side in (TREATED, COMPARISON)), strict=True
        )
        for at, part in enumerate(columns):
            means, sds = (mean[0][at], mean[1][at]), (sd[0][at], sd[1][at])
            difference = normalised_difference(means, sds)
            counts = int(rows[0][at]), int(rows[1][at])
            having = (float(plain[0][at]), float(plain[1][at])) if part.value else (nan, nan)
            yield [
                name,
                part.variable,
                part.value,
                *counts,
                *having,
                *means,
                *sds,
                difference,
                balance_mark(difference),
            ]


def _blocks(columns: Iterable[Covariate]) -> Iterator[list[Covariate]]:
    iterator = iter(columns)
    while block := list(islice(iterator, BLOCK)):
        yield block


def balance_table(panel: pd.DataFrame, scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Baseline means of the arms and their normalised difference, by governorate and pooled.

    panel, scores: as `prepare` and `measure` leave them, with the same rows. For every estimated outcome, sex, group
    and background variable (each value of a category as a share). Survey-weighted; a missing answer is left out. One
    row for each governorate and column, "pooled" last, in the columns `BALANCE_COLUMNS`; no row without two arms.
    with_treated, with_comparison: respondents with that value of a category, NaN for numbers.
    """
    if study.design.treatment is None:
        return pd.DataFrame(columns=list(BALANCE_COLUMNS))
    baseline = (scores[WAVE] == study.baseline.name).to_numpy()
    keep = baseline & (scores[WEIGHT].to_numpy(dtype=np.float64) > 0)
    scores, panel = scores.loc[keep], panel.loc[keep]
    places = ordered_values(study, study.design.governorate, scores[GOVERNORATE])
    places = () if study.design.governorate is None or study.design.governorates_are_clusters else places
    outcomes = (Covariate(name, "", scores[name].to_numpy(dtype=np.float64)) for name in estimated_outcomes(study))
    found: list[list[object]] = []
    for source in (outcomes, covariates(panel, study)):
        for block in _blocks(source):
            names = [f"column{at}" for at in range(len(block))]
            frame = scores[[GOVERNORATE, ARM, WEIGHT]].assign(
                **{name: part.values for name, part in zip(names, block, strict=True)}
            )
            found += _balance_rows(compress(frame, names, [GOVERNORATE, ARM], WEIGHT), block, places)
    order = {name: at for at, name in enumerate((*places, POOLED))}
    found.sort(key=lambda row: order[str(row[0])])
    return pd.DataFrame(found, columns=list(BALANCE_COLUMNS))
