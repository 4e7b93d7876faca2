"""What surrounds the effects, typed: the rows of a run's tables and the estimates of other models.

A run may lack any of them: every function then finds nothing.
"""

import math
from collections.abc import Iterator

import pandas as pd

from transforms.impact.around.equivalence import EQUIVALENCE_COLUMNS, Equivalence
from transforms.impact.around.sensitivity import BREAKDOWN_COLUMNS, Breakdown
from transforms.impact.estimate import EQUALITY, EVERY_GROUP, POOLED, Estimate, Model
from transforms.present.context import Context
from transforms.present.selection import Record, records


def _rows(context: Context, table: str, **wanted: str) -> Iterator[Record]:
    """Rows of a table that have these values; none where the run has no such table."""
    frame = context.results.table(table)
    if frame.empty:
        return
    keep = pd.Series(True, index=frame.index)
    for name, value in wanted.items():
        keep &= frame[name].astype(str) == value
    yield from records(frame[keep])


def equivalences(context: Context, outcome: str, wave: str) -> dict[str, Equivalence]:
    """What everyone's effect on an outcome rules out, by place."""
    found = _rows(context, "equivalence", outcome=outcome, wave=wave, group=EVERY_GROUP)
    rows = (Equivalence(**{name: row[name] for name in EQUIVALENCE_COLUMNS}) for row in found)
    return {str(row.governorate): row for row in rows}


def breakdowns(context: Context, outcome: str, wave: str) -> dict[str, Breakdown]:
    """What would erase everyone's effect on an outcome, by place."""
    found = _rows(context, "breakdown", outcome=outcome, wave=wave, group=EVERY_GROUP)
    rows = (Breakdown(**{name: row[name] for name in BREAKDOWN_COLUMNS}) for row in found)
    return {str(row.governorate): row for row in rows}


def table_rows(context: Context, table: str, **wanted: str) -> list[Record]:
    """Rows of a table that have these values, in its order."""
    return list(_rows(context, table, **wanted))


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
