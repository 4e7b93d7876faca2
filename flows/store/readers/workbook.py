"""Excel workbooks (.xlsx): one sheet, its first row the names."""

import datetime
from collections.abc import Collection, Sequence
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from flows.store.readers.headers import name_columns
from flows.store.readers.plain import plain_table, wanted_names
from transforms.prepare.raw import RawTable
from transforms.prepare.text import number_text
from transforms.study import UnreadableFileError


def read_workbook(path: Path, sheet: str | None, columns: Collection[str] | None) -> RawTable:
    """Content of a sheet: columns of numbers are float64, all others text; dates become ISO 8601 text.

    Raises
    ------
    UnreadableFileError
        Where the workbook is damaged or has no such sheet, or its first row holds no names.
    """
    rows = read_rows(path, sheet)
    header = [cell if isinstance(cell, str) else _text(cell) or "" for cell in rows[0]] if rows else []
    if not any(cell.strip() for cell in header):
        raise UnreadableFileError(path.name, "its first row holds no names", "Put the names of the columns there.")
    names, notes = name_columns(header)
    places = {name: place for place, name in enumerate(names)}
    frame = pd.DataFrame(
        {name: _column([row[places[name]] for row in rows[1:]]) for name in wanted_names(columns, names)}
    )
    return plain_table(frame, names, f"python-calamine {version('python-calamine')}", notes)


def read_rows(path: Path, sheet: str | None) -> list[list[object]]:
    """Cells of a sheet (the first, where none is named) as Python values, "" where empty.

    Raises
    ------
    UnreadableFileError
        Where the workbook is damaged or has no such sheet.
    """
    try:
        workbook = CalamineWorkbook.from_path(path)
        if sheet is not None and sheet not in workbook.sheet_names:
            fix = f"Its sheets are: {', '.join(workbook.sheet_names)}."
            raise UnreadableFileError(path.name, f"it has no sheet called {sheet}", fix)
        found = workbook.get_sheet_by_name(sheet or workbook.sheet_names[0])
        rows: list[list[object]] = found.to_python(skip_empty_area=False)
    except CalamineError as error:
        fix = "Open it in Excel and save it again."
        raise UnreadableFileError(path.name, "the workbook is damaged or not one", fix) from error
    return rows


def _column(cells: Sequence[object]) -> pd.Series:
    """Cells of one column as float64 if all of them are numbers, else as text."""
    if all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells if cell != ""):
        return pd.Series([float("nan") if cell == "" else cell for cell in cells], dtype="float64")
    return pd.Series([_text(cell) for cell in cells], dtype="str")


def _text(cell: object) -> str | None:
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return number_text(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)
