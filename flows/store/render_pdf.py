"""PDF from a document, and its drawings as pictures: both by typst, with the one font family matplotlib brings along.

No date is written, so the same document gives the same bytes.
"""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal

from transforms.present.document import Block, Cell, Document, Figure, Paragraph, Table
from transforms.present.page import Direction, bare, column_needs, column_widths, direction_of, remark
from transforms.present.paper import Part, Placed, on_paper
from transforms.present.wording import SPACE, Wording

TEMPLATE = Path(__file__).parents[1] / "templates" / "report.typ"
LINE, LONG_LINE = 482.0, 728.0  # points between the margins of A4, upright and lying
LETTER = 0.62  # width of an average letter of DejaVu Sans, in font sizes
SIZES = (8.0, 7.5, 7.0, 6.5, 6.0)
SMALLER = (7.0, 6.0, 5.0, 4.0)
ANNEX_SCALE = 0.85  # of type in the annexes
PAGE = "#PAGE#"  # stands in a sentence until typst knows the number
PICTURE_DPI = 150  # of a drawing 8.6 inches wide, which Word shows at three quarters of that
PICTURES = b"""
#let report = json(bytes(sys.inputs.report))
#set page(width: 8.6in, height: auto, margin: 0pt)
#set text(font: "DejaVu Sans")
#for svg in report { page(image(bytes(svg), format: "svg", width: 100%)) }
"""


def fit(table: Table, scale: float = 1.0) -> tuple[float, bool, tuple[float, ...]]:
    """Font size in points, whether the page lies on its side, and shares of the line for the columns.

    scale: what the size is multiplied by on the page.
    """
    needs = column_needs(table)
    least = sum(need.least for need in needs)
    line, long_line = LINE / scale, LONG_LINE / scale
    tries = [*((size, line, False) for size in SIZES), *((size, long_line, True) for size in SMALLER)]
    size, line, flipped = next((one for one in tries if least <= one[1] / (LETTER * one[0])), tries[-1])
    return size, flipped, column_widths(needs, line / (LETTER * size))


def render_pdf(document: Document, wording: Wording) -> bytes:
    """PDF of the whole report: the main part, then annexes with what is folded on a screen."""
    paper = on_paper(document, wording)
    content = {
        **{name: getattr(document, name) for name in ("title", "subtitle", "banner", "language", "direction")},
        "facts": [asdict(fact) for fact in document.facts],
        "contents": wording("page.contents"),
        "annexes": wording("page.annexes"),
        "generated": wording("page.generated"),
        "main": [_part(part, document, wording, 1.0) for part in paper.main],
        "behind": [_part(part, document, wording, ANNEX_SCALE) for part in paper.annexes],
    }
    return _compile(TEMPLATE.read_bytes(), _flat(content, document.direction), "pdf")[0]


def draw_pictures(document: Document) -> list[bytes]:
    """Every figure of the report as PNG, in the order of the document."""
    drawings = [block.svg for section in document.sections for block in section.blocks if isinstance(block, Figure)]
    return _compile(PICTURES, drawings, "png") if drawings else []


def _compile(source: bytes, content: Any, kind: Literal["pdf", "png"]) -> list[bytes]:
    import typst

    inputs = {"report": json.dumps(content, ensure_ascii=False)}
    settings: Any = {"font_paths": [_fonts()], "ignore_system_fonts": True, "ppi": PICTURE_DPI, "sys_inputs": inputs}
    made = typst.compile(source, format=kind, **settings)
    return made if isinstance(made, list) else [made]


def _fonts() -> str:
    import matplotlib

    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")


def _flat(content: Any, direction: Direction) -> Any:
    """The same with isolates typst can set; none in what replaces a picture or names the file."""
    if isinstance(content, dict):
        return {key: bare(part) if key == "alt" else _flat(part, direction) for key, part in content.items()}
    if isinstance(content, list | tuple):
        return [_flat(part, direction) for part in content]
    isolated = isinstance(content, str) and not content.startswith("<svg")
    return remark(content, direction) if isolated and direction == "rtl" else content


def _part(part: Part, document: Document, wording: Wording, scale: float) -> dict[str, Any]:
    where = wording("page.on_page", where=part.behind, page=PAGE) if part.behind else ""
    return {
        **{name: getattr(part, name) for name in ("id", "title", "own_page", "behind_id")},
        "behind": where,
        "scale": scale,
        "blocks": [_block(placed, document, wording, scale) for placed in part.blocks],
    }


def _block(placed: Placed, document: Document, wording: Wording, scale: float) -> dict[str, Any]:
    block = placed.block
    content = {"type": type(block).__name__, "number": placed.label, **asdict(_unbroken(block))}
    if isinstance(block, Table):
        size, flipped, widths = fit(block, scale)
        content |= {"size": size, "flipped": flipped, "widths": widths, "rows": _rows(content["rows"], block, document)}
    elif isinstance(block, Paragraph):
        direction = direction_of(block.text, document.direction) if block.kind == "lead" else document.direction
        content |= {"style": block.kind, "direction": direction}
    elif type(block).__name__ == "Callout":
        content["tag"] = wording(f"page.{content['kind']}")
    return content


def _rows(rows: Any, table: Table, document: Document) -> Any:
    """Rows with the direction of every cell: wording keeps the one of its language."""
    for row in rows:
        for cell, column in zip(row["cells"], table.columns, strict=False):
            own: Direction = document.direction
            cell["direction"] = direction_of(cell["text"], own) if column.kind == "wording" else own
            cell.pop("value")
    return rows


def _unbroken(block: Block) -> Block:
    """A table whose numbers stay on one line."""
    if not isinstance(block, Table):
        return block
    numbers = [column.kind == "number" for column in block.columns]
    rows = tuple(
        replace(
            row,
            cells=tuple(
                Cell(cell.text.replace(" ", SPACE), cell.value) if number else cell
                for cell, number in zip(row.cells, numbers, strict=False)
            ),
        )
        for row in block.rows
    )
    return replace(block, rows=rows)
