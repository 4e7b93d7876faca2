"""A table of results with rows whose numbers are hidden."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

SUPPRESSED, SMALL_CELL = "suppressed", "small_cell"
STATUS, REASON = "status", "reason"


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """A table that may be handed on.

    Attributes
    ----------
    rule
        Key of the sentence that says how its cells are hidden.
    hidden
        How many of its numbers are hidden.
    """

    name: str
    rule: str
    frame: pd.DataFrame
    hidden: int = 0


def hide_rows(table: pd.DataFrame, keys: Sequence[str], rows: pd.Series) -> tuple[pd.DataFrame, int]:
    """The table with nothing but keys and `suppressed` in some rows, and how many numbers were taken out."""
    shown = table.copy()
    numbers = [str(name) for name in table if name not in {*keys, STATUS, REASON}]
    shown[numbers] = shown[numbers].astype(object).mask(rows)
    status = shown[STATUS].astype(object) if STATUS in shown else pd.Series("ok", index=table.index, dtype=object)
    reason = shown[REASON].astype(object) if REASON in shown else pd.Series(None, index=table.index, dtype=object)
    shown = shown.drop(columns=[STATUS, REASON], errors="ignore")
    shown[STATUS], shown[REASON] = status.mask(rows, SUPPRESSED), reason.mask(rows, SMALL_CELL)
    return shown, int(table.loc[rows, numbers].notna().sum().sum())


def hide_cells(table: pd.DataFrame, columns: Sequence[str], rows: pd.Series) -> tuple[pd.DataFrame, int]:
    """The table with some columns empty in some rows, and how many numbers were taken out."""
    shown = table.copy()
    found = [name for name in columns if name in table]
    shown[found] = shown[found].astype(object).mask(rows)
    return shown, int(table.loc[rows, found].notna().sum().sum())
