"""Tables with a row for each record of one kind: made from records, and read back from what a run kept."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Literal, TypeVar, get_origin, get_type_hints

import pandas as pd

Record = TypeVar("Record")


def record_columns(kind: type[Any]) -> tuple[str, ...]:
    """Columns of such a table: the fields of a dataclass, in their order."""
    return tuple(field.name for field in fields(kind))


def records_table(kind: type[Record], records: Iterable[Record]) -> pd.DataFrame:
    """One row for each record, in the given order; all columns also where there is none."""
    columns = record_columns(kind)
    rows = [[getattr(record, name) for name in columns] for record in records]
    return pd.DataFrame(rows, columns=list(columns))


def parse_records(kind: type[Record], table: pd.DataFrame) -> tuple[Record, ...]:
    """Records of a table that `records_table` made, also after it was kept as a file: no text comes back as missing."""
    texts = _texts(kind)
    columns = [_words(table[name]) if name in texts else values(table[name]) for name in record_columns(kind)]
    return tuple(kind(*row) for row in zip(*columns, strict=True))


def _words(column: pd.Series) -> list[str]:
    """Text, empty where it is missing. By way of lists: a frame of mixed columns takes five times as long."""
    missing = column.isna().tolist()
    return ["" if gone else str(value) for value, gone in zip(values(column), missing, strict=True)]


def values(column: pd.Series) -> list[Any]:
    """A column as Python's own numbers and texts, all at once: one by one is slow where pandas keeps text in Arrow."""
    return list(column.to_numpy(dtype=object))


def _texts(kind: type[Any]) -> tuple[str, ...]:
    """Fields of text: a word, or one of a few words."""
    hints = get_type_hints(kind)
    return tuple(name for name in record_columns(kind) if hints[name] is str or get_origin(hints[name]) is Literal)
