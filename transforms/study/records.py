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
    columns = record_columns(kind)
    texts = dict.fromkeys(_texts(kind), "")
    filled = (
        table[list(columns)].astype(dict.fromkeys(texts, "object")).fillna(texts).astype(dict.fromkeys(texts, "str"))
    )
    return tuple(kind(*row) for row in filled.itertuples(index=False, name=None))


def _texts(kind: type[Any]) -> tuple[str, ...]:
    """Fields of text: a word, or one of a few words."""
    hints = get_type_hints(kind)
    return tuple(name for name in record_columns(kind) if hints[name] is str or get_origin(hints[name]) is Literal)
