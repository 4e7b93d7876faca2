"""The rows of the results a section speaks of, typed."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias

import pandas as pd

from transforms.impact.estimate import EQUAL_WEIGHT, EQUALITY, EVERY_GROUP, POOLED, Estimate
from transforms.present.context import Context
from transforms.present.disclosure import CellKey
from transforms.study.columns import ARM, EVERYONE, WAVE
from transforms.study.records import values

TOGETHER = (POOLED, EQUAL_WEIGHT)
EVERY_ARM = "all"
Record: TypeAlias = Mapping[Hashable, Any]
Limits: TypeAlias = Mapping[tuple[str, str, str, float], tuple[float, float]]  # of a share: item, wave, arm, code


def records(frame: pd.DataFrame) -> list[Record]:
    """Rows of a table for people, each by column name; only for tables of counts and estimates, never of answers."""
    names = frame.columns.tolist()
    columns = [values(frame[name]) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


@dataclass(frozen=True, slots=True)
class Level:
    """Mean of one outcome in one cell, with its interval."""

    n: int
    mean: float
    conf_low: float
    conf_high: float


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers to one item in one arm and wave, in the order of its scale: counts, weighted shares, labels, codes."""

    arm: str
    wave: str
    counts: tuple[int, ...]
    shares: tuple[float, ...]
    labels: tuple[str, ...]
    codes: tuple[float, ...]


def level_cells(context: Context, outcome: str) -> dict[CellKey, Level]:
    """Levels of an outcome by wave, governorate, arm and group, `all` for the sum over one of them."""
    table = context.results.levels
    return {
        (str(row[WAVE]), str(row["governorate"]), str(row[ARM]), str(row["group"])): Level(
            int(row["n"]), float(row["mean"]), float(row["conf_low"]), float(row["conf_high"])
        )
        for row in records(table[table["outcome"] == outcome])
    }


def item_answers(context: Context) -> dict[str, tuple[Answers, ...]]:
    """Answers to every headline item by arm and wave, the waves of an arm together."""
    return _answers(context, records(context.results.distributions))


def secondary_answers(context: Context) -> dict[str, tuple[Answers, ...]]:
    """The same of the items beside the indices that list their answers; of none where the run did not count them."""
    listed = {item.name: context.study.codebook.values_of(item.name) for item in context.study.codebook.secondary()}
    labels = {name: {float(code): label.en for code, label in found.items()} for name, found in listed.items() if found}
    rows = (row for row in records(context.results.table("shares")) if row["item"] in labels)
    return _answers(context, [{**row, ARM: _arm(row), "label": labels[row["item"]][row["code"]]} for row in rows])


def share_limits(context: Context) -> Limits:
    """Both limits of every share, as far as the run has them."""
    return {
        (str(row["item"]), str(row[WAVE]), _arm(row), float(row["code"])): (row["conf_low"], row["conf_high"])
        for row in records(context.results.table("shares"))
    }


def _arm(row: Record) -> str:
    """The arm of a share; that of all people is the one of a study without arms."""
    return EVERYONE if row[ARM] == EVERY_ARM else str(row[ARM])


def _answers(context: Context, rows: Iterable[Record]) -> dict[str, tuple[Answers, ...]]:
    order = {(arm, wave): place for place, (arm, wave) in enumerate(_bars(context))}
    found: dict[str, list[Answers]] = {}
    kept = (row for row in rows if row[ARM] in context.arms)
    for (item, arm, wave), mine in groupby(kept, key=lambda row: (row["item"], row[ARM], row[WAVE])):
        parts = [(int(row["n"]), float(row["share"]), str(row["label"]), float(row["code"])) for row in mine]
        counts, shares, labels, codes = zip(*parts, strict=True)
        found.setdefault(str(item), []).append(Answers(str(arm), str(wave), counts, shares, labels, codes))
    return {item: tuple(sorted(bars, key=lambda bar: order[bar.arm, bar.wave])) for item, bars in found.items()}


def _bars(context: Context) -> list[tuple[str, str]]:
    return [(arm, wave) for arm in context.arms for wave in context.study.wave_names]


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
        if (estimate.outcome, estimate.wave, estimate.group) == (outcome, wave, group)
        and estimate.contrast != EQUALITY
        and estimate.governorate in order
    ]
    return tuple(sorted(rows, key=lambda estimate: order.index(estimate.governorate)))


def headline(context: Context, outcome: str, wave: str) -> Estimate | None:
    """The pooled effect; None where nothing was estimated."""
    return next((row for row in effects(context, outcome, wave) if row.governorate == POOLED), None)


def equality(context: Context, outcome: str, wave: str) -> Estimate | None:
    """The joint test that every governorate has the same effect; None where it was not made."""
    tests = (estimate for estimate in context.estimates if estimate.contrast == EQUALITY)
    return next((test for test in tests if (test.outcome, test.wave, test.group) == (outcome, wave, EVERY_GROUP)), None)


def groups_of(context: Context, outcome: str, wave: str) -> tuple[str, ...]:
    """Groups, and differences between groups, with an effect of their own, in the order of the results."""
    found = (
        estimate.group
        for estimate in context.estimates
        if (estimate.outcome, estimate.wave) == (outcome, wave) and estimate.contrast != EQUALITY
    )
    return tuple(group for group in dict.fromkeys(found) if group != EVERY_GROUP)


def planted(context: Context, outcome: str, governorate: str) -> float:
    """Effect that was planted in a simulated study; NaN where there is none."""
    truth = context.results.truth
    if truth is None:
        return float("nan")
    rows = truth[(truth["outcome"] == outcome) & (truth["governorate"] == governorate)]
    return float(rows["effect_sd"].iloc[0]) if len(rows) else float("nan")
