"""Several outcomes tested at once: adjusted p-values within each family of an estimate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from transforms.impact.cells.compression import Floats
from transforms.impact.estimate import ESTIMATE_COLUMNS, MAIN_MODELS, Estimate
from transforms.impact.inference.multiplicity import holm, romano_wolf, sharpened_q
from transforms.study import Study

ROMANO_WOLF, HOLM, SHARPENED_Q = "Romano-Wolf", "Holm", "sharpened q"
ADJUSTMENTS = (ROMANO_WOLF, HOLM, SHARPENED_Q)
PAIRS, SECONDARY, ALONE = "pairs of governorates", "secondary", ("pre-trend",)


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


def outcome_family(outcome: str, model: str, study: Study) -> tuple[str, str]:
    """The family of an outcome: the one declared, else the indices, the dimensions of an index, or those of `model`."""
    for family, members in study.settings.effects.families.items():
        if outcome in members:
            return "declared", family
    if model in MAIN_MODELS:
        index, dot, _ = outcome.partition(".")
        return ("dimensions", index) if dot else ("indices", "")
    return "others", model


def _family(row: Estimate, study: Study) -> tuple[str, ...]:
    """What is tested together: outcomes, for one contrast in one place, wave and group; pairs of governorates."""
    if row.model == "pairwise":
        return (PAIRS, row.outcome, row.wave)
    return (*outcome_family(row.outcome, row.model, study), row.contrast, row.wave, row.governorate, row.group)


def _adjusted(family: tuple[str, ...], rows: Sequence[Estimate]) -> tuple[Floats, str]:
    """Adjusted p-values of a family, and how.

    Secondary outcomes: Anderson's sharpened q. Others: Romano & Wolf where all were drawn jointly, otherwise Holm.
    """
    p_values = np.array([row.p_value for row in rows])
    if family[:2] == ("others", SECONDARY):
        return sharpened_q(p_values), SHARPENED_Q
    drawn = [row.resample for row in rows if isinstance(row, Drawn) and row.resample is not None]
    apart = len(drawn) < len(rows) or len({resample.drawn for resample in drawn}) > 1
    if apart or family[0] == PAIRS:
        return holm(p_values), HOLM
    statistics = np.array([resample.statistic for resample in drawn])
    draws = np.column_stack([resample.draws for resample in drawn])
    return romano_wolf(statistics, draws, drawn[0].exact), ROMANO_WOLF


def adjust_families(estimates: Iterable[Estimate], study: Study) -> list[Estimate]:
    """The estimates in their order, with `p_adjusted` and `adjustment` where a family has two p-values or more."""
    rows = list(estimates)
    families: dict[tuple[str, ...], list[int]] = {}
    for at, row in enumerate(rows):
        if isfinite(row.p_value) and row.model not in ALONE:
            families.setdefault(_family(row, study), []).append(at)
    found = [Estimate(*(getattr(row, name) for name in ESTIMATE_COLUMNS)) for row in rows]
    for family, members in families.items():
        if len(members) > 1:
            adjusted, how = _adjusted(family, [rows[at] for at in members])
            for at, p_value in zip(members, adjusted.tolist(), strict=True):
                found[at] = replace(found[at], p_adjusted=p_value, adjustment=how)
    return found
