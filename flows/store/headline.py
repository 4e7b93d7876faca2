"""The rows of the effects table that answer the study's question, as a person reads them."""

from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass
from math import isinf

import pandas as pd

from transforms.impact.estimate import EQUALITY, MAIN_MODELS
from transforms.study.study import Study

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Headline:
    """One effect; every part is text."""

    index: str
    contrast: str
    governorate: str
    estimate: str
    interval: str
    p: str
    clusters: str


def headline_effects(estimates: pd.DataFrame, study: Study) -> tuple[Headline, ...]:
    """Effects on each index for everyone, by governorate and pooled; no dimensions, groups or joint tests."""
    indices = [index.name for index in study.indices]
    rows = estimates["outcome"].isin(indices) & estimates["group"].eq("all") & estimates["contrast"].ne(EQUALITY)
    rows &= estimates["model"].isin(MAIN_MODELS)
    return tuple(_headline(row) for row in estimates[rows].to_dict("records"))


def headline_rows(effects: tuple[Headline, ...]) -> list[dict[str, str]]:
    """The same as rows of a table."""
    return [asdict(effect) for effect in effects]


def _headline(row: Mapping[Hashable, object]) -> Headline:
    low, high = _number(row["conf_low"], "+.2f"), _number(row["conf_high"], "+.2f")
    estimate = _number(row["estimate"], "+.2f")
    return Headline(
        index=str(row["outcome"]),
        contrast=str(row["contrast"]),
        governorate=str(row["governorate"]),
        estimate=estimate if estimate == NOTHING else f"{estimate} {row['unit']}",
        interval=NOTHING if NOTHING in (low, high) else f"{low} to {high}",
        p=_number(row["p_value"], ".3f"),
        clusters=str(row["clusters"]),
    )


def _number(value: object, form: str) -> str:
    if isinstance(value, float) and isinf(value):
        return "no limit"
    return format(value, form) if isinstance(value, float) and value == value else NOTHING
