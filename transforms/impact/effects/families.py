"""Several outcomes tested at once: adjusted p-values within each family of an estimate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from transforms.impact.cells.compression import Floats
from transforms.impact.estimate import ESTIMATE_COLUMNS, Estimate
from transforms.impact.inference.multiplicity import holm, romano_wolf

ROMANO_WOLF, HOLM = "Romano-Wolf", "Holm"


@dataclass(frozen=True, slots=True, eq=False)
class Resample:
    """CR1 t of one estimate, observed and in samples drawn under its hypothesis.

    drawn: what the samples were drawn from; estimates for which it is equal were drawn jointly. exact: whether the
    observed sample is one of them.
    """

    drawn: tuple[object, ...]
    statistic: float
    draws: Floats
    exact: bool


@dataclass(frozen=True, slots=True)
class Drawn(Estimate):
    """An estimate with the samples its p-value was taken from, where its method draws any."""

    resample: Resample | None = None


def _family(row: Estimate) -> tuple[str, ...]:
    """Indices together, and the dimensions of one index together, for one contrast in one place, wave and group."""
    index, dot, _ = row.outcome.partition(".")
    return (row.contrast, row.wave, row.governorate, row.group, index if dot else "")


def _adjusted(rows: Sequence[Estimate]) -> tuple[Floats, str]:
    """Adjusted p-values of a family, and how: Romano & Wolf where all were drawn jointly, otherwise Holm."""
    drawn = [row.resample for row in rows if isinstance(row, Drawn) and row.resample is not None]
    if len(drawn) < len(rows) or len({resample.drawn for resample in drawn}) > 1:
        return holm(np.array([row.p_value for row in rows])), HOLM
    statistics = np.array([resample.statistic for resample in drawn])
    draws = np.column_stack([resample.draws for resample in drawn])
    return romano_wolf(statistics, draws, drawn[0].exact), ROMANO_WOLF


def adjust_families(estimates: Iterable[Estimate]) -> list[Estimate]:
    """The estimates in their order, with `p_adjusted` and `adjustment` where a family has two p-values or more."""
    rows = list(estimates)
    families: dict[tuple[str, ...], list[int]] = {}
    for at, row in enumerate(rows):
        if isfinite(row.p_value):
            families.setdefault(_family(row), []).append(at)
    found = [Estimate(*(getattr(row, name) for name in ESTIMATE_COLUMNS)) for row in rows]
    for members in families.values():
        if len(members) > 1:
            adjusted, how = _adjusted([rows[at] for at in members])
            for at, p_value in zip(members, adjusted.tolist(), strict=True):
                found[at] = replace(found[at], p_adjusted=p_value, adjustment=how)
    return found
