"""Design-based means of domains by Taylor linearisation (Lumley 2010, ch. 2 and sec. 2.5; matches R's `survey`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd

from transforms.impact.cells.compression import CellSums, Floats, Ints, cell_codes

NO_SPREAD = 1e-12  # of the square of the mean: below it a spread is rounding


@dataclass(frozen=True, slots=True)
class SamplingUnits:
    """P primary sampling units in H strata.

    stratum: [P] code of each unit's stratum. sampled: [H] units sampled in the stratum. population: [H] units the
    stratum has in all (finite population correction), infinite where not known.
    """

    stratum: Ints
    sampled: Ints
    population: Floats


@dataclass(frozen=True, slots=True)
class DomainMeans:
    """Means of one domain for m outcomes, each array [m].

    std_error is NaN where df, the PSUs - strata with answers in the domain, is not positive. design_effect: its square
    divided by the variance of the mean of as many people drawn one by one with replacement (Kish 1965, sec. 8.1; the
    `deff = "replace"` of R's `survey`); NaN where nothing varies.
    """

    mean: Floats
    std_error: Floats
    df: Ints
    rows: Ints
    psus: Ints
    design_effect: Floats


def sampling_units(keys: pd.DataFrame, by: Sequence[str], population: Floats) -> tuple[SamplingUnits, Ints]:
    """The sampling units of cells, and the unit of each cell, numbered in the order of the columns `by`.

    by: the stratum, then whatever a PSU is inside of, then the PSU: equal labels in two strata are two units.
    population: number of PSUs in the stratum of each cell, NaN where not known.
    """
    stratum_of_row, _ = cell_codes(keys, by[:1])
    unit_of_row, first = cell_codes(keys, by)
    stratum = stratum_of_row[first]
    sampled = np.bincount(stratum)
    sizes = np.full(sampled.size, np.inf)
    sizes[stratum] = np.where(np.isnan(population[first]), np.inf, population[first])
    return SamplingUnits(stratum, sampled, sizes), unit_of_row


def _sum_by(values: Floats, codes: Ints) -> tuple[Floats, Ints]:
    """Sums of [C, m] values over runs of equal codes (sorted), and the code of each sum."""
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    sums: Floats = np.add.reduceat(values, starts, axis=0)
    return sums, codes[starts]


def _variance(scores: Floats, stratum: Ints, units: SamplingUnits) -> Floats:
    """Variance [m] of the total of linearised scores [P', m] of the units that have any; the other units' are zero.

    A stratum with a single sampled PSU is centred at the mean of all PSUs, which is zero for linearised scores (the
    policy "adjust" of R's `survey`): it adds the square of its score, which errs on the large side.
    """
    sums, present = _sum_by(scores, stratum)
    sampled, population = units.sampled[present][:, None], units.population[present][:, None]
    means = np.where(sampled > 1, sums / sampled, 0.0)
    inner = (scores - means[np.searchsorted(present, stratum)]) ** 2
    squares, _ = _sum_by(inner, stratum)
    absent = sampled - np.bincount(stratum, minlength=units.sampled.size)[present][:, None]
    squares = squares + absent * means**2
    scale = np.where(sampled > 1, sampled / np.maximum(sampled - 1, 1), 1.0)
    not_sampled = np.maximum(1.0 - sampled / population, 0.0)
    variance: Floats = (squares * scale * not_sampled).sum(axis=0)
    return variance


def domain_means(sums: CellSums, unit: Ints, units: SamplingUnits) -> DomainMeans:
    """Means over the cells of one domain; `units` describes the full design, `unit` [C] (sorted) the cells' units.

    Units without answers in the domain still count as sampled, as they must.
    """
    weight = sums.weight.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums.total.sum(axis=0) / weight
        scores, present = _sum_by((sums.total - sums.weight * mean) / weight, unit)
    answers, _ = _sum_by(sums.rows.astype(np.float64), unit)
    stratum = units.stratum[present]
    psus = (answers > 0).sum(axis=0)
    strata = (_sum_by((answers > 0).astype(np.float64), stratum)[0] > 0).sum(axis=0)
    df = psus - strata
    std_error = np.where(df > 0, np.sqrt(_variance(scores, stratum, units)), nan)
    rows = sums.rows.sum(axis=0)
    return DomainMeans(mean, std_error, df, rows, psus, std_error**2 / _simple_variance(sums, mean, rows))


def _simple_variance(sums: CellSums, mean: Floats, rows: Ints) -> Floats:
    """Variance [m] of the mean of a simple random sample with replacement; NaN where it would be zero."""
    weight = sums.weight.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = sums.square.sum(axis=0) / weight - mean**2
        variance: Floats = np.where(spread > NO_SPREAD * mean**2, spread, nan) / (rows - 1)
    return variance
