"""Workbook from a document: every table of the report on a sheet of its own, then estimates and levels in full.

Numbers are numbers, text is text: no cell is ever taken for a formula or an address.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from transforms.present.document import Cell, Column, Document, Row, Table
from transforms.present.page import MARK, bare, column_needs, number_format, remark
from transforms.present.paper import numbered
from transforms.present.wording import Wording

FIXED_DATE = datetime(1980, 1, 1)  # the first a ZIP archive knows
SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FONT = {"font_name": "Arial", "font_size": 10, "valign": "top"}
HEAD = {"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#F4F6F8", "valign": "bottom"}
BANNER = {"bold": True, "font_color": "#9B1C1C"}  # no fill: it would end with the cell, the words go on
GROUP = {"bold": True, "bg_color": "#F4F6F8"}
NOTE = {"font_color": "#55606D", "font_size": 9}
LINK = {"font_color": "#00557F", "underline": 1}
WIDEST, LONGEST = 60.0, 32_767  # letters in a column; in a cell, by the format


def render_xlsx(document: Document, wording: Wording) -> bytes:
    """Workbook of the tables of the whole report. The same arguments give the same bytes."""
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, SAFE) as book:
        book.set_properties(
            {
                "title": bare(document.title),
                "subject": bare(document.subtitle),
                "author": "tamasuk",
                "comments": bare(document.banner or ""),
                "created": FIXED_DATE,
            }
        )
        _Workbook(book, document).fill(tuple(_sheets(document, wording)), wording)
    return made.getvalue()


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    table: Table
    label: str = ""


def _sheets(document: Document, wording: Wording) -> Iterator[_Sheet]:
    for placed in numbered(document, wording):
        if isinstance(placed.block, Table):
            yield _Sheet(bare(wording("data.table", number=placed.number)), placed.block, bare(placed.label))
    for name, table in zip(("estimates", "levels"), document.data, strict=False):
        yield _Sheet(wording(f"data.{name}_sheet"), table)


class _Workbook:
    """One workbook being written, with its formats."""

    def __init__(self, book: Any, document: Document) -> None:
        self.book, self.document = book, document
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def fill(self, sheets: tuple[_Sheet, ...], wording: Wording) -> None:
        """A list of the sheets, then every one."""
        contents = self._new(wording("data.contents"))
        row = self._banner(contents)
        self._text(contents, row, 0, self.document.title, bold=True, font_size=14)
        self._text(contents, row + 1, 0, self.document.subtitle, **NOTE)
        for column, (key, width) in enumerate((("sheet", 16), ("what", 90))):
            self._text(contents, row + 3, column, wording(f"data.{key}"), **HEAD)
            contents.set_column(column, column, width)
        for place, sheet in enumerate(sheets, start=row + 4):
            link = f"internal:'{sheet.name}'!A1"
            contents.write_url(place, 0, link, self._format(**LINK), sheet.name)
            self._text(contents, place, 1, sheet.table.caption)
        for sheet in sheets:
            self._fill(sheet)

    def _new(self, name: str) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        if self.document.direction == "rtl":
            sheet.right_to_left()
        return sheet

    def _format(self, **look: Any) -> Any:
        """A cell's format, made once; text runs as the document does."""
        whole = {**FONT, "reading_order": 2 if self.document.direction == "rtl" else 1, **look}
        return self.formats.setdefault(tuple(sorted(whole.items())), None) or self._add(whole)

    def _add(self, look: dict[str, Any]) -> Any:
        made = self.formats[tuple(sorted(look.items()))] = self.book.add_format(look)
        return made

    def _text(self, sheet: Any, row: int, column: int, text: str, **look: Any) -> None:
        words = remark(text, self.document.direction, MARK)
        sheet.write_string(row, column, words[:LONGEST], self._format(**look))

    def _banner(self, sheet: Any) -> int:
        """The warning about invented data; returns the first row below it."""
        if self.document.banner:
            self._text(sheet, 0, 0, self.document.banner, **BANNER)
        return 2 if self.document.banner else 0

    def _fill(self, page: _Sheet) -> None:
        sheet, table = self._new(page.name), page.table
        top = self._banner(sheet)
        self._text(sheet, top, 0, f"{page.label} {table.caption}".strip(), bold=True, font_size=12)
        for place, (column, need) in enumerate(zip(table.columns, column_needs(table), strict=True)):
            self._text(sheet, top + 2, place, column.label, **HEAD, **_aligned(column))
            sheet.set_column(place, place, min(WIDEST, need.wish + 1))
        for number, row in enumerate(table.rows, start=top + 3):
            self._row(sheet, number, row, table.columns)
        sheet.freeze_panes(top + 3, 1)
        sheet.repeat_rows(top + 2)
        for number, note in enumerate(table.notes, start=top + 4 + len(table.rows)):
            self._text(sheet, number, 0, note, **NOTE)

    def _row(self, sheet: Any, number: int, row: Row, columns: tuple[Column, ...]) -> None:
        if row.kind == "group":
            self._text(sheet, number, 0, row.cells[0].text, **GROUP)
            for place in range(1, len(columns)):
                sheet.write_blank(number, place, None, self._format(**GROUP))
            return
        bold = {"bold": True} if row.kind == "total" else {}
        for place, (cell, column) in enumerate(zip(row.cells, columns, strict=True)):
            self._cell(sheet, number, place, cell, column, bold)

    def _cell(self, sheet: Any, row: int, place: int, cell: Cell, column: Column, bold: dict[str, Any]) -> None:
        shown = "General" if cell.text == repr(cell.value) else number_format(cell)
        if cell.value is not None and shown is not None:
            sheet.write_number(row, place, cell.value, self._format(num_format=shown, **bold))
        elif cell.text:
            self._text(sheet, row, place, cell.text, text_wrap=column.kind != "number", **_aligned(column), **bold)


def _aligned(column: Column) -> dict[str, Any]:
    """Numbers at the far end of a cell; text keeps a little away from the number before it."""
    return {"align": "right"} if column.kind == "number" else {"indent": 1}
