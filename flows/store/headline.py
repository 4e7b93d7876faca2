"""The rows of the effects table that answer the study's question, as a person reads them."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import asdict, dataclass, replace
from math import isinf
from typing import Any

import pandas as pd

from flows.store import files
from flows.store.paths import RunPaths
from transforms.impact.estimate import EQUALITY, MAIN_MODELS
from transforms.measure.lower_bounds import lower_bounds
from transforms.measure.reliability_verdicts import index_reliability
from transforms.study.study import Study

NOTHING = "–"
SMALLEST_P = 0.001
UNRELIABLE = "not reliable enough for a headline (omega {omega:.2f})"
LOWER_BOUND = "at its ceiling: a lower bound"
WITHOUT = {"no_p_value": "no interval: {reason}", "not_estimated": "not estimated: {reason}"}  # by status


@dataclass(frozen=True, slots=True)
class Headline:
    """One effect; every part is text. remark: why the number must be read with care; mostly empty."""

    index: str
    contrast: str
    governorate: str
    estimate: str
    interval: str
    p: str
    clusters: str
    remark: str = ""


def read_headline_effects(study: Study, paths: RunPaths) -> tuple[Headline, ...]:
    """The effects of a run, with what its reliability and its ceilings say of them."""
    bounds = paths.table("index_ceilings")
    return headline_effects(
        files.read_frame(paths.estimates_parquet),
        study,
        files.read_table(paths.reliability),
        files.read_table(bounds) if bounds.exists() else pd.DataFrame(),
    )


def headline_effects(
    estimates: pd.DataFrame, study: Study, reliability: pd.DataFrame, ceilings: pd.DataFrame
) -> tuple[Headline, ...]:
    """Effects on each index for everyone, by governorate and pooled; no dimensions, groups or joint tests.

    An index too unreliable for a headline is marked, not left out. Where several waves are compared with the baseline,
    the contrast names the wave.
    """
    indices = [index.name for index in study.indices]
    rows = estimates["outcome"].isin(indices) & estimates["group"].eq("all") & estimates["contrast"].ne(EQUALITY)
    rows &= estimates["model"].isin(MAIN_MODELS)
    verdicts = index_reliability(reliability, study)
    unreliable = {
        name: UNRELIABLE.format(omega=found.reliability) for name, found in verdicts.items() if not found.headline
    }
    bounds = {wave: lower_bounds(ceilings, wave) for wave in study.wave_names}
    several = estimates.loc[rows, "wave"].nunique() > 1
    return tuple(
        replace(_headline(row, several), remark=_remark(row, unreliable, bounds[str(row["wave"])]))
        for row in estimates[rows].to_dict("records")
    )


def _remark(row: Mapping[Hashable, Any], unreliable: Mapping[str, str], bounds: Collection[str]) -> str:
    index = str(row["outcome"])
    remarks = [unreliable[index]] if index in unreliable else []
    if index in bounds and row["estimate"] > 0:
        remarks.append(LOWER_BOUND)
    if row["status"] in WITHOUT:
        remarks.append(WITHOUT[row["status"]].format(reason=str(row["reason"]).replace("_", " ")))
    return "; ".join(remarks)


def headline_rows(effects: tuple[Headline, ...]) -> list[dict[str, str]]:
    """The same as rows of a table."""
    return [asdict(effect) for effect in effects]


def _headline(row: Mapping[Hashable, object], several_waves: bool) -> Headline:
    low, high = _number(row["conf_low"], "+.2f"), _number(row["conf_high"], "+.2f")
    estimate = _number(row["estimate"], "+.2f")
    return Headline(
        index=str(row["outcome"]),
        contrast=f"{row['contrast']}, {row['wave']}" if several_waves else str(row["contrast"]),
        governorate=str(row["governorate"]),
        estimate=estimate if estimate == NOTHING else f"{estimate} {row['unit']}",
        interval=NOTHING if NOTHING in (low, high) else f"{low} to {high}",
        p=_p_value(row["p_value"]),
        clusters=str(row["clusters"]),
    )


def _p_value(value: object) -> str:
    """With three decimals, never as zero."""
    small = isinstance(value, float) and value < SMALLEST_P
    return f"<{SMALLEST_P}" if small else _number(value, ".3f")


def _number(value: object, form: str) -> str:
    if isinstance(value, float) and isinf(value):
        return "no limit"
    return format(value, form) if isinstance(value, float) and value == value else NOTHING
