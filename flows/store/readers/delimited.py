"""Text tables (.csv, .tsv): encoding and delimiter are found, every column stays text."""

import csv
import io
import itertools
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from flows.store.readers.encodings import check_encoding, detect_encoding
from flows.store.readers.headers import name_columns
from flows.store.readers.plain import plain_table, wanted_names
from transforms.prepare.raw import RawTable
from transforms.study import UnreadableFileError

DELIMITERS = (",", ";", "\t", "|")
HEAD = 1 << 20  # bytes; a header is never longer
FIRST_ROW = 2  # of answers; row 1 holds the names
BLOCK = 1 << 22


@dataclass(frozen=True)
class Layout:
    """How a text table is written: encoding, delimiter, header, and the lines before it (Excel's `sep=;`)."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    skip: int
    notes: tuple[str, ...]


def read_delimited(path: Path, encoding: str | None, columns: Collection[str] | None) -> RawTable:
    """Content of a text table; every column is text, as written.

    Raises
    ------
    UnreadableFileError
        Where the encoding is wrong, or a row has more or fewer cells than the header.
    """
    layout = _layout(path, encoding)
    _check_quotes(path, layout)
    names, notes = name_columns(layout.header)
    table = _parse(path, layout, names, wanted_names(columns, names))
    frame = table.to_pandas(types_mapper={pa.large_string(): pd.StringDtype(na_value=float("nan"))}.get)
    return plain_table(frame, names, f"pyarrow {pa.__version__}", (*layout.notes, *notes), layout.encoding)


def _layout(path: Path, encoding: str | None) -> Layout:
    name, notes = _encoding(path, encoding)
    with path.open("rb") as file:
        head = file.read(HEAD)
    try:
        text = head.decode(name, errors="strict" if len(head) < HEAD else "ignore").removeprefix("\ufeff")
    except UnicodeError:
        raise _wrong_encoding(path, name) from None
    hint, _, rest = text.partition("\n")
    declared = re.fullmatch(r'"?sep=(.)"?', hint.strip("\r"), re.IGNORECASE)
    lines = rest if declared else text
    try:
        delimiter = declared[1] if declared else max(DELIMITERS, key=lambda each: len(_first_record(lines, each)))
        header = _first_record(lines, delimiter)
    except csv.Error as error:
        if encoding:
            raise _wrong_encoding(path, name) from None
        fix = "Put the names of the columns there, or name the encoding of the file."
        raise UnreadableFileError(path.name, "its first row is no row of names", fix) from error
    if not any(cell.strip() for cell in header):
        raise UnreadableFileError(path.name, "its first row holds no names", "Put the names of the columns there.")
    return Layout(name, delimiter, header, int(declared is not None), notes)


def _encoding(path: Path, encoding: str | None) -> tuple[str, tuple[str, ...]]:
    if encoding:
        return check_encoding(path.name, encoding), ()
    detected = detect_encoding(path)
    note = f"the encoding {detected.name} was found by its letters; name it in the study if words look wrong"
    return detected.name, (note,) if detected.guessed else ()


def _first_record(lines: str, delimiter: str) -> tuple[str, ...]:
    return tuple(next(csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter), ()))


def _parse(path: Path, layout: Layout, names: list[str], wanted: list[str]) -> pa.Table:
    text = pa.large_string()
    try:
        return arrow_csv.read_csv(
            path,
            read_options=arrow_csv.ReadOptions(
                column_names=names,
                skip_rows=layout.skip,
                skip_rows_after_names=1,
                encoding="utf8" if layout.encoding.startswith("utf-8") else layout.encoding,
                block_size=BLOCK,
            ),
            # Empty lines are kept until they have been counted, so that row numbers stay those of the file.
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, text),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except UnicodeError:
        raise _wrong_encoding(path, layout.encoding) from None
    except pa.ArrowInvalid as error:
        # Arrow quotes the row it could not read. Its message must not be passed on, not even as the cause.
        reason = "UTF8" in str(error)
        refusal = _wrong_encoding(path, layout.encoding) if reason else _wrong_row(path, layout, len(names))
    raise refusal from None


def _check_quotes(path: Path, layout: Layout) -> None:
    """Refuse a file that ends inside quotes: Arrow would take all that follows the last one for a single cell.

    Quotes come in pairs, so only a file with an odd number of them is looked at closely.
    """
    with path.open("rb") as file:
        if sum(chunk.count(b'"') for chunk in iter(lambda: file.read(BLOCK), b"")) % 2 == 0:
            return
    with path.open(encoding=layout.encoding, errors="replace", newline="") as lines:
        try:
            for _ in csv.reader(lines, delimiter=layout.delimiter, strict=True):
                pass
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                fix = "It may be cut short: copy or export it again."
                raise UnreadableFileError(path.name, "it ends inside quotes", fix) from error


def _wrong_encoding(path: Path, encoding: str) -> UnreadableFileError:
    fix = "Leave encoding out of the study to have it detected, or name the right one."
    return UnreadableFileError(path.name, f"it is not written in the encoding {encoding}", fix)


def _wrong_row(path: Path, layout: Layout, width: int) -> UnreadableFileError:
    """Where the first row stands that has another number of cells than the header."""
    fix = "Export it again as CSV with every cell that holds a delimiter in quotes."
    with path.open(encoding=layout.encoding, newline="") as file:
        records = csv.reader(itertools.islice(file, layout.skip, None), delimiter=layout.delimiter)
        try:
            for number, cells in enumerate(records, start=1):
                if cells and len(cells) != width:
                    if number == FIRST_ROW and len(cells) > width:
                        fix = f"Where the names of the columns stand in row 2, remove row 1. {fix}"
                    reason = f"row {number} has {len(cells)} cells where the header has {width}"
                    return UnreadableFileError(path.name, reason, fix)
        except csv.Error:
            pass
    return UnreadableFileError(path.name, "its rows cannot be told apart; it may be cut short", fix)
