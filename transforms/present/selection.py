"""The rows of the results a section speaks of."""

import pandas as pd

from transforms.impact.estimate import EQUAL_WEIGHT, EQUALITY, EVERY_GROUP, POOLED, Estimate
from transforms.present.context import Context
from transforms.study import Index
from transforms.study.columns import pomp_column

TOGETHER = (POOLED, EQUAL_WEIGHT)


def later_waves(context: Context) -> tuple[str, ...]:
    """Waves that are compared with the baseline, as far as anything was estimated for them."""
    found = {estimate.wave for estimate in context.estimates}
    return tuple(wave for wave in context.study.wave_names[1:] if wave in found)


def effects(context: Context, outcome: str, wave: str, group: str = EVERY_GROUP) -> tuple[Estimate, ...]:
    """Effects on an outcome in a wave: governorates in order, then pooled, then at equal weight."""
    order = [*context.governorates, *TOGETHER]
    rows = [
        estimate
        for estimate in context.estimates
        if estimate.outcome == outcome
        and estimate.wave == wave
        and estimate.group == group
        and estimate.contrast != EQUALITY
        and estimate.governorate in order
    ]
    return tuple(sorted(rows, key=lambda estimate: order.index(estimate.governorate)))


def headline(context: Context, outcome: str, wave: str) -> Estimate | None:
    """The pooled effect; in a study of one governorate, that one."""
    rows = effects(context, outcome, wave)
    pooled = [row for row in rows if row.governorate == POOLED]
    return pooled[0] if pooled else rows[0] if rows else None


def equality(context: Context, outcome: str, wave: str) -> Estimate | None:
    """The joint test that every governorate has the same effect; None where it was not made."""
    for estimate in context.estimates:
        same = estimate.outcome == outcome and estimate.wave == wave and estimate.group == EVERY_GROUP
        if same and estimate.contrast == EQUALITY:
            return estimate
    return None


def groups_of(context: Context, outcome: str, wave: str) -> tuple[str, ...]:
    """Groups, and differences between groups, with an effect of their own, in the order of the results."""
    found = (
        estimate.group
        for estimate in context.estimates
        if estimate.outcome == outcome and estimate.wave == wave and estimate.contrast != EQUALITY
    )
    return tuple(group for group in dict.fromkeys(found) if group != EVERY_GROUP)


def planted(context: Context, outcome: str, governorate: str) -> float:
    """Effect that was planted in a simulated study; NaN where there is none."""
    truth = context.results.truth
    if truth is None:
        return float("nan")
    rows = truth[(truth["outcome"] == outcome) & (truth["governorate"] == governorate)]
    return float(rows["effect_sd"].iloc[0]) if len(rows) else float("nan")


def levels(context: Context, outcome: str, *, group: str = EVERY_GROUP) -> pd.DataFrame:
    """Rows of the levels of an outcome for everyone, or for one group."""
    table = context.results.levels
    return table[(table["outcome"] == outcome) & (table["group"] == group)]


def pomp_levels(context: Context, index: Index) -> pd.DataFrame:
    """Rows of the levels of an index on 0-100."""
    return levels(context, pomp_column(index.name))
