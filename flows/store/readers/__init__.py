"""Survey files as they come: one reader per format, one question asked of all of them."""

from collections.abc import Collection
from pathlib import Path

from flows.store.readers.encodings import check_encoding
from flows.store.readers.signature import check_signature
from transforms.prepare.raw import RawTable
from transforms.study import UnreadableFileError

__all__ = ["read_raw"]


def read_raw(
    path: Path, *, encoding: str | None = None, sheet: str | None = None, columns: Collection[str] | None = None
) -> RawTable:
    """Content of a .sav, .zsav, .por, .dta, .csv, .tsv or .xlsx file: values, labels, declared missing.

    The index of the frame is the place of a row in the file, from 0; empty rows are left out. Of `columns`, those the
    file has are read (all of its columns where it is None); `RawTable.names` lists every column either way.

    Raises
    ------
    UnreadableFileError
        In words that name the file, the reason and what to do, never what the file holds.
    """
    extension = check_signature(path)
    if encoding:
        check_encoding(path.name, encoding)
    raw = _read(path, extension, encoding, sheet, columns)
    if raw.frame.empty:
        raise UnreadableFileError(path.name, "it holds names but no rows of answers", "Export it again.")
    return raw


def _read(
    path: Path, extension: str, encoding: str | None, sheet: str | None, columns: Collection[str] | None
) -> RawTable:
    # Each reader is imported where it is used: together they take longer to load than most files.
    if extension in {".sav", ".zsav", ".por"}:
        from flows.store.readers.spss import read_spss

        return read_spss(path, encoding, columns)
    if extension == ".dta":
        from flows.store.readers.stata import read_stata

        return read_stata(path, encoding, columns)
    if extension == ".xlsx":
        from flows.store.readers.workbook import read_workbook

        return read_workbook(path, sheet, columns)
    from flows.store.readers.delimited import read_delimited

    return read_delimited(path, encoding, columns)
