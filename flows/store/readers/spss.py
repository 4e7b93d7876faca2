"""SPSS files: .sav, .zsav and .por, with the values the file declares missing."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
from pyreadstat.pyreadstat import parser_entry_point

from flows.store.readers.statistical import choose_columns, column_labels, parse_file, typed_column, value_labels
from transforms.prepare.raw import RawTable
from transforms.prepare.text import number_text


def read_spss(path: Path, encoding: str | None, columns: Collection[str] | None) -> RawTable:
    """Content of an SPSS file. Declared missing values (single values, ranges, text) stand in `missing`.

    Raises
    ------
    UnreadableFileError
        Where the file is damaged, in another encoding than it says, or holds dates beyond the calendar.
    """
    parse = _parse_portable if path.suffix.lower() == ".por" else pyreadstat.read_sav
    about = parse_file(parse, path, encoding, metadataonly=True)
    names = list(about.meta.column_names)
    chosen = choose_columns(names, columns)
    parsed = parse_file(parse, path, about.encoding, user_missing=True, **chosen)
    frame, meta = parsed.frame, parsed.meta
    ranges = {name: meta.missing_ranges[name] for name in frame if name in meta.missing_ranges}
    declared = {name: _declared(frame[name], each) for name, each in ranges.items()}
    kept = {name: frame[name].mask(declared[name]) if name in declared else frame[name] for name in frame}
    answers = {name: typed_column(kept[name], meta.original_variable_types[name], path.name) for name in frame}
    missing = {name: _codes(frame[name], rows) for name, rows in declared.items() if rows.any()}
    return RawTable(
        frame=pd.DataFrame(answers, index=frame.index),
        missing=pd.DataFrame(missing, index=frame.index),
        column_labels=column_labels(about.meta),
        value_labels=value_labels(meta),
        reader=f"pyreadstat {pyreadstat.__version__}",
        encoding=parsed.encoding_name,
        all_columns=tuple(names),
    )


def _parse_portable(path: str, **options: Any) -> tuple[pd.DataFrame, Any]:
    # read_por leaves out the option user_missing, which the function it calls has.
    parsed: tuple[pd.DataFrame, Any] = parser_entry_point(path, parser_format="por", output_format="pandas", **options)
    return parsed


def _declared(column: pd.Series, ranges: list[dict[str, Any]]) -> np.ndarray:
    """Rows whose value the file declares missing: one of its values, or within one of its ranges."""
    rows = np.zeros(len(column), dtype=bool)
    for each in ranges:
        if isinstance(each["lo"], str):
            rows |= (column == each["lo"]).to_numpy(dtype=bool)
        else:
            rows |= column.between(each["lo"], each["hi"]).to_numpy(dtype=bool)
    return rows


def _codes(column: pd.Series, rows: np.ndarray) -> pd.Series:
    """The declared codes as text in `rows`, nothing elsewhere."""
    places = np.full(len(column), -1)
    places[rows], distinct = pd.factorize(column[rows])
    texts = [value if isinstance(value, str) else number_text(value) for value in distinct]
    return pd.Series([*texts, None], dtype="str").take(places).set_axis(column.index)
