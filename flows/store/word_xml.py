"""Paragraphs and tables as WordprocessingML (ECMA-376, part 1, 17), in which text runs in either direction."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from transforms.present.document import Column, Row, Table
from transforms.present.page import MARK, Direction, bare, column_needs, column_widths, directed_runs, direction_of

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CODE_FONT = "Courier New"
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")  # XML has no way to write them
LINE = 9638  # twentieths of a point between the margins of A4
LETTER = 11.6  # width of an average letter of Arial in such twentieths, for each point of its size
SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0, 4.5, 4.0)
WASH, RULE = "F4F6F8", "D9DEE4"


@dataclass(frozen=True, slots=True)
class Look:
    """How a piece of text is set; sizes in points, `end` for numbers in columns."""

    size: float | None = None
    bold: bool = False
    code: bool = False
    colour: str = ""
    end: bool = False
    keep: bool = False
    fill: str = ""


PLAIN = Look()


def paragraph(pieces: Sequence[tuple[str, Look]], direction: Direction, style: str = "Normal") -> str:
    """A paragraph of pieces of text; the first one's look decides on what concerns the whole."""
    whole = pieces[0][1] if pieces else PLAIN
    settings = (
        f'<w:pStyle w:val="{style}"/>',
        "<w:keepNext/>" if whole.keep else "",
        f'<w:shd w:val="clear" w:color="auto" w:fill="{whole.fill}"/>' if whole.fill else "",
        f'<w:bidi w:val="{int(direction == "rtl")}"/>',
        '<w:jc w:val="right"/>' if whole.end else "",
    )
    runs = "".join(_run(words, own, direction, look) for text, look in pieces for words, own in _runs(text, direction))
    return f"<w:p {NAMESPACE}><w:pPr>{''.join(settings)}</w:pPr>{runs}</w:p>"


def heading(text: str, anchor: str, direction: Direction, *, new_page: bool) -> str:
    """The title of a section, which `link` finds by its anchor."""
    name, number = _bookmark(anchor)
    start = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'
    title = paragraph([(text, PLAIN)], direction, "Heading1")
    title = title.replace("<w:bidi ", "<w:pageBreakBefore/><w:bidi ", 1) if new_page else title
    return title.replace("</w:pPr>", f"</w:pPr>{start}", 1).replace("</w:p>", f'<w:bookmarkEnd w:id="{number}"/></w:p>')


def link(text: str, anchor: str, direction: Direction) -> str:
    """A line that leads to the section of that anchor."""
    line = paragraph([(text, Look(colour="00557F"))], direction)
    opening = f'</w:pPr><w:hyperlink w:anchor="{_bookmark(anchor)[0]}">'
    return line.replace("</w:pPr>", opening, 1).replace("</w:p>", "</w:hyperlink></w:p>")


def _bookmark(anchor: str) -> tuple[str, int]:
    """A name Word takes (letters, digits and _, at most 40), and a number of its own."""
    number = zlib.crc32(anchor.encode())
    return f"s{number:08x}", number % 2**31


def _runs(text: str, direction: Direction) -> tuple[tuple[str, Direction], ...]:
    return directed_runs(UNPRINTABLE.sub("", text), direction)


def _run(words: str, own: Direction, around: Direction, look: Look) -> str:
    size = f'<w:sz w:val="{look.size * 2:.0f}"/><w:szCs w:val="{look.size * 2:.0f}"/>' if look.size else ""
    settings = (
        f'<w:rFonts w:ascii="{CODE_FONT}" w:hAnsi="{CODE_FONT}" w:cs="{CODE_FONT}"/>' if look.code else "",
        "<w:b/><w:bCs/>" if look.bold else "",
        f'<w:color w:val="{look.colour}"/>' if look.colour else "",
        size,
        "<w:rtl/>" if own == "rtl" else "",
    )
    marked = words if own == around else words.join(MARK)
    return f'<w:r><w:rPr>{"".join(settings)}</w:rPr><w:t xml:space="preserve">{escape(marked)}</w:t></w:r>'


def table_xml(table: Table, direction: Direction) -> str:
    """A table as wide as the page, its text as small as it has to be; the heading stands on every page."""
    needs = column_needs(table)
    least = sum(need.least for need in needs)
    size = next((size for size in SIZES if least <= LINE / (LETTER * size)), SIZES[-1])
    widths = [round(LINE * share) for share in column_widths(needs, LINE / (LETTER * size))]
    heads = [Look(size, bold=True, end=column.kind == "number", keep=True) for column in table.columns]
    texts = [column.label for column in table.columns]
    head = "".join(
        _cell(paragraph([(text, look)], direction, "Cell"), width, WASH)
        for text, look, width in zip(texts, heads, widths, strict=True)
    )
    caption = UNPRINTABLE.sub("", bare(table.caption))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = "".join(_row(row, table.columns, widths, size, direction) for row in table.rows)
    return (
        f"<w:tbl {NAMESPACE}><w:tblPr>{'<w:bidiVisual/>' if direction == 'rtl' else ''}"
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f"<w:tblBorders><w:bottom {_LINE}/><w:insideH {_LINE}/></w:tblBorders>"
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
        f"</w:tblCellMar><w:tblCaption w:val={quoteattr(caption)}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>{rows}</w:tbl>"
    )


_LINE = f'w:val="single" w:sz="4" w:space="0" w:color="{RULE}"'


def _cell(content: str, width: int, fill: str = "", columns: int = 1) -> str:
    span = f'<w:gridSpan w:val="{columns}"/>' if columns > 1 else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{shade}</w:tcPr>{content}</w:tc>'


def _row(row: Row, columns: Sequence[Column], widths: list[int], size: float, direction: Direction) -> str:
    if row.kind == "group":
        text = paragraph([(row.cells[0].text, Look(size, bold=True, keep=True))], direction, "Cell")
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{_cell(text, sum(widths), WASH, len(widths))}</w:tr>"
    cells = []
    for cell, column, width in zip(row.cells, columns, widths, strict=True):
        own: Direction = "ltr" if column.kind == "code" else direction
        own = direction_of(cell.text, own) if column.kind == "wording" else own
        look = Look(size, row.kind == "total", column.kind == "code", end=column.kind == "number")
        cells.append(_cell(paragraph([(cell.text, look)], own, "Cell"), width))
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"
