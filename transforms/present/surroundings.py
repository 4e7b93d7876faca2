"""What surrounds the effects, typed: the rows of a run's tables and the estimates of other models.

A run may lack any of them: every function then finds nothing.
"""

import math
from typing import TypeVar

import pandas as pd

from transforms.impact.around.equivalence import Equivalence
from transforms.impact.around.sensitivity import Breakdown
from transforms.impact.estimate import EQUALITY, EVERY_GROUP, POOLED, Estimate, Model
from transforms.present.context import Context
from transforms.present.selection import Record, records
from transforms.study.records import parse_records

Kind = TypeVar("Kind")


def _wanted(context: Context, table: str, **wanted: str) -> pd.DataFrame:
    """Rows of a table that have these values; an empty frame where the run has no such table."""
    frame = context.results.table(table)
    keep = pd.Series(True, index=frame.index)
    for name, value in wanted.items() if len(frame) else ():
        keep &= frame[name].astype(str) == value
    return frame[keep]


def typed_rows(context: Context, kind: type[Kind], table: str, **wanted: str) -> tuple[Kind, ...]:
    """The same rows as records of their kind."""
    found = _wanted(context, table, **wanted)
    return parse_records(kind, found) if len(found) else ()


def equivalences(context: Context, outcome: str, wave: str) -> dict[str, Equivalence]:
    """What everyone's effect on an outcome rules out, by place."""
    rows = typed_rows(context, Equivalence, "equivalence", outcome=outcome, wave=wave, group=EVERY_GROUP)
    return {str(row.governorate): row for row in rows}


def breakdowns(context: Context, outcome: str, wave: str) -> dict[str, Breakdown]:
    """What would erase everyone's effect on an outcome, by place."""
    rows = typed_rows(context, Breakdown, "breakdown", outcome=outcome, wave=wave, group=EVERY_GROUP)
    return {str(row.governorate): row for row in rows}


def table_rows(context: Context, table: str, **wanted: str) -> list[Record]:
    """Rows of a table that have these values, in its order."""
    return records(_wanted(context, table, **wanted))


def other_rows(context: Context, model: Model, wave: str, governorate: str = POOLED) -> tuple[Estimate, ...]:
    """Estimates of one model for everyone in a wave and place, joint tests of equality left out."""
    return tuple(
        row
        for row in context.every_estimate
        if (row.model, row.wave, row.governorate, row.group) == (model, wave, governorate, EVERY_GROUP)
        and row.contrast != EQUALITY
    )


def known(value: object) -> bool:
    """True for a finite number, or for text that is there."""
    return math.isfinite(value) if isinstance(value, int | float) else isinstance(value, str) and value != ""
