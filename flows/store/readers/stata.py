"""Stata files, with extended missing values `.a` to `.z` told apart from the plain `.`."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd
import pyreadstat

from flows.store.readers.statistical import (
    Parsed,
    choose_columns,
    column_labels,
    parse_file,
    typed_column,
    value_labels,
)
from transforms.prepare.raw import RawTable


def read_stata(path: Path, encoding: str | None, columns: Collection[str] | None) -> RawTable:
    """Content of a Stata file. The letters of tagged missing values stand in `missing`.

    Raises
    ------
    UnreadableFileError
        Where the file is damaged, in another encoding than it says, or holds dates beyond the calendar.
    """
    about = parse_file(pyreadstat.read_dta, path, encoding, metadataonly=True)
    names = list(about.meta.column_names)
    chosen = choose_columns(names, columns)
    parsed = parse_file(pyreadstat.read_dta, path, about.encoding, user_missing=True, **chosen)
    frame, missing = _split_tags(parsed, path)
    formats = parsed.meta.original_variable_types
    answers = {name: typed_column(frame[name], formats[name], path.name) for name in frame}
    return RawTable(
        frame=pd.DataFrame(answers, index=frame.index),
        missing=missing,
        column_labels=column_labels(about.meta),
        value_labels=value_labels(parsed.meta),
        reader=f"pyreadstat {pyreadstat.__version__}",
        encoding=parsed.encoding_name,
        all_columns=tuple(names),
    )


def _split_tags(parsed: Parsed, path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers without tags, and tags without answers.

    Columns with tags are read a second time with every missing value as NaN: in a column of integers, pyreadstat 1.3.7
    otherwise leaves whatever stood in memory (often 0) where a plain `.` follows a tag.
    """
    tagged = [name for name in parsed.frame if name in parsed.meta.missing_user_values]
    if not tagged:
        return parsed.frame, pd.DataFrame(index=parsed.frame.index)
    again = parse_file(pyreadstat.read_dta, path, parsed.encoding, usecols=tagged).frame
    answers = {name: pd.to_numeric(again[name]) for name in tagged}
    letters = {name: parsed.meta.missing_user_values[name] for name in tagged}
    tags = {name: _tags(parsed.frame[name], letters[name], answers[name]) for name in tagged}
    return parsed.frame.assign(**{str(name): column for name, column in answers.items()}), pd.DataFrame(
        tags, index=parsed.frame.index
    )


def _tags(column: pd.Series, letters: list[str], answers: pd.Series) -> pd.Series:
    return column.where(column.isin(letters) & answers.isna()).astype("str")
