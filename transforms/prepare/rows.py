"""How many rows each step of preparation removed, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class RowCount:
    """Rows of one wave before and after one step; `reason` is the key of a sentence in the wording file."""

    wave: str
    step: str
    removed: int
    remaining: int
    reason: str
    answers: int = 0  # answers the step made missing, in rows that stayed


ROW_COUNT_COLUMNS = ("wave", "step", "removed", "remaining", "reason", "answers")


def row_count_table(counts: Iterable[RowCount]) -> pd.DataFrame:
    """One row per step, in the order the steps were taken."""
    rows = [(count.wave, count.step, count.removed, count.remaining, count.reason, count.answers) for count in counts]
    return pd.DataFrame(rows, columns=list(ROW_COUNT_COLUMNS))
