"""A report without a format: what it says, in which order, and nothing about how a page shows it.

HTML, PDF, Word and a workbook are all made from the same document, so no markup stands in it.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from transforms.study import Language

Severity = Literal["information", "caution", "warning"]
ColumnKind = Literal["text", "number", "code", "wording"]


@dataclass(frozen=True, slots=True)
class Heading:
    """Heading inside a section."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `lead` opens a section, `note` is small print, `aside` explains what is folded after it."""

    text: str
    kind: Literal["text", "lead", "note", "aside"] = "text"


@dataclass(frozen=True, slots=True)
class Callout:
    """A few sentences that must not be missed."""

    kind: Severity
    title: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list without order."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Highlight:
    """One number a reader takes away: its name, the number, and what surrounds it."""

    label: str
    value: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Highlights:
    """The numbers that answer the question, side by side."""

    items: tuple[Highlight, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """Text as a reader sees it; `value` is the number behind it, where there is one that may be shown."""

    text: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """Heading of a column; `wording` is text in a language of its own, `code` is never translated."""

    label: str
    kind: ColumnKind = "text"


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of one row; a `group` row has one cell and heads the rows after it."""

    cells: tuple[Cell, ...]
    kind: Literal["body", "total", "group"] = "body"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first column names the row. A `folded` one is opened by those who want it; on paper it stands in
    an annex.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing (SVG text that refers to nothing outside itself) with the words that replace it."""

    id: str
    svg: str
    caption: str
    alt: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and its value; `code` for what is never translated, such as a hash."""

    label: str
    value: str
    kind: Literal["text", "code"] = "text"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values."""

    items: tuple[Fact, ...]


Block: TypeAlias = Heading | Paragraph | Callout | Bullets | Highlights | Table | Figure | Facts


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the report, or one of its annexes; on paper, one with `own_page` starts a page and fits it."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    annex: bool = False
    own_page: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report in one language; `data` is for those who calculate on, and stands in the workbook only."""

    language: Language
    direction: Literal["ltr", "rtl"]
    title: str
    subtitle: str
    question: str
    banner: str | None
    sections: tuple[Section, ...]
    facts: tuple[Fact, ...] = field(default=())
    data: tuple[Table, ...] = field(default=())


def body(*cells: Cell | str) -> Row:
    """A row of a table; plain text becomes a cell."""
    return Row(tuple(Cell(cell) if isinstance(cell, str) else cell for cell in cells))


def total(*cells: Cell | str) -> Row:
    """A row that sums up those above it."""
    return Row(body(*cells).cells, "total")


def group(text: str) -> Row:
    """A row that heads those below it."""
    return Row((Cell(text),), "group")
