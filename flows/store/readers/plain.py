"""Tables from files that declare nothing of their columns: cells under a header."""

from collections.abc import Collection, Sequence

import pandas as pd

from flows.store.readers.headers import note_empty_rows
from transforms.prepare.raw import RawTable, select_columns


def wanted_names(columns: Collection[str] | None, names: Sequence[str]) -> list[str]:
    """Columns to read: those asked for, all where none are named, and the first where no such column is there."""
    return list(names) if columns is None else (select_columns(columns, names) or list(names[:1]))


def plain_table(
    frame: pd.DataFrame, names: Sequence[str], reader: str, notes: tuple[str, ...], encoding: str | None = None
) -> RawTable:
    """The table without its empty rows, which are counted in a note."""
    empty = frame.isna().all(axis=1)
    if empty.any():
        frame, notes = frame[~empty], (*notes, note_empty_rows(int(empty.sum())))
    return RawTable(
        frame=frame,
        missing=pd.DataFrame(index=frame.index),
        column_labels={},
        value_labels={},
        reader=reader,
        encoding=encoding,
        notes=notes,
        all_columns=tuple(names),
    )
