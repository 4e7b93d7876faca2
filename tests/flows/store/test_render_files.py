"""PDF, Word file and workbook say what the page says, the same every time, and carry nothing that runs."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace

import docx
import pypdf
import pytest
from python_calamine import CalamineWorkbook

from flows.store.render import read_wording, render_html, write_files
from flows.store.render_docx import render_docx
from flows.store.render_pdf import draw_pictures, fit, render_pdf
from flows.store.render_xlsx import render_xlsx
from tests.flows.store.documents import ARABIC, DOCUMENT, SVG
from transforms.present.document import Column, Document, Figure, Section, Table, body
from transforms.present.page import bare

ENGLISH_WORDS = read_wording("en")
MAIN = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def word_of(document: Document) -> bytes:
    return render_docx(document, read_wording(document.language), draw_pictures(document))


def workbook_of(document: Document) -> bytes:
    return render_xlsx(document, read_wording(document.language))


def pdf_of(document: Document) -> bytes:
    return render_pdf(document, read_wording(document.language))


def pages_of(document: Document) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf_of(document))).pages]


def cells_of(document: Document) -> Iterator[str]:
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                yield from (cell.text for row in block.rows for cell in row.cells if cell.text)


def squeezed(text: str) -> str:
    return "".join(bare(text).replace("\u200e", "").replace("\x0b", "").split())


@pytest.mark.parametrize("render", [pdf_of, word_of, workbook_of])
@pytest.mark.parametrize("document", [DOCUMENT, ARABIC], ids=["en", "ar"])
def test_the_same_document_gives_the_same_bytes(render: Callable[[Document], bytes], document: Document) -> None:
    assert render(document) == render(document)


def test_every_cell_of_the_page_is_in_the_pdf_and_the_word_file() -> None:
    page = squeezed(render_html(DOCUMENT, ENGLISH_WORDS, "run").replace("&#34;", '"').replace("&lt;", "<"))
    paged = squeezed("".join(pages_of(DOCUMENT)))
    word = docx.Document(io.BytesIO(word_of(DOCUMENT)))
    written = {squeezed(cell.text) for table in word.tables for row in table.rows for cell in row.cells}
    for text in map(squeezed, cells_of(DOCUMENT)):
        assert text in page
        assert text in written
        if text.isascii():
            assert text in paged


@pytest.mark.parametrize("document", [DOCUMENT, ARABIC], ids=["en", "ar"])
def test_the_workbook_holds_the_numbers_behind_the_page(document: Document) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook_of(document)))
    assert len(book.sheet_names) == 1 + 2 + 2, "contents, tables, data"
    rows = [row[:5] for row in book.get_sheet_by_index(1).to_python()]
    irbid = next(row for row in rows if row[0] == "Irbid")
    assert irbid[1] == pytest.approx(0.34996), "not rounded"
    assert squeezed(str(irbid[2])) == "+0.13to+0.57"
    assert irbid[3] == pytest.approx(0.0002)
    assert [row[1] for row in rows if row[0] == "Total"] == [1760]
    assert book.get_sheet_by_index(3).to_python()[-1] == ["trust", 0.12345]


def test_no_text_becomes_a_formula_or_an_address() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook_of(DOCUMENT))) as parts:
        sheets = {name: parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/")}
        strings = parts.read("xl/sharedStrings.xml").decode()
    assert not [name for name, sheet in sheets.items() if "<f>" in sheet or "r:id" in sheet]
    assert "=HYPERLINK(" in strings
    assert "@SUM(A1)" in strings


def test_a_workbook_of_arabic_runs_from_the_right() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook_of(ARABIC))) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/")]
        strings = parts.read("xl/sharedStrings.xml").decode()
    assert all('rightToLeft="1"' in sheet and 'state="frozen"' in sheet for sheet in sheets[1:])
    assert "أثر \u200e+0.35\u200e هنا" in strings


def test_every_page_of_the_pdf_says_what_it_is() -> None:
    pages = pages_of(DOCUMENT)
    assert len(pages) > 1
    assert all("Synthetic data" in page and f"{number} / {len(pages)}" in page for number, page in enumerate(pages, 1))
    assert "#not *typst*" in "".join(pages)
    about = pypdf.PdfReader(io.BytesIO(pdf_of(DOCUMENT)))
    assert about.metadata is not None
    assert about.metadata.title == "Title & more"
    assert about.metadata.creation_date is None
    assert [line["/Title"] for line in about.outline if isinstance(line, dict)] == [
        *(f"{number}. {section.title}" for number, section in enumerate(DOCUMENT.sections, start=1)),
        "Tables to 2. Second",
    ]
    assert "In the annexes: Table A1, from page" in "".join(pages)
    assert "#PAGE#" not in "".join(pages)
    assert "Synthetic" not in "".join(pages_of(replace(DOCUMENT, banner=None)))


def test_the_word_file_is_built_for_an_editor() -> None:
    word = docx.Document(io.BytesIO(word_of(DOCUMENT)))
    headings = [(part.style.name, part.text) for part in word.paragraphs if part.style.name.startswith("Heading")]
    assert headings[:3] == [("Heading 1", "1. First"), ("Heading 2", "Inside"), ("Heading 1", "2. Second")]
    assert word.sections[0].header.paragraphs[0].text == "Synthetic data"
    assert [shape._inline.docPr.get("descr") for shape in word.inline_shapes] == ['One "point"']
    assert all(table._tbl.findall(f".//{MAIN}tblHeader") for table in word.tables)
    assert word.core_properties.title == "Title & more"
    assert "banner" not in word_of(replace(DOCUMENT, banner=None)).decode("latin1")


def test_a_word_file_of_arabic_runs_from_the_right() -> None:
    word = docx.Document(io.BytesIO(word_of(ARABIC)))
    title = next(part for part in word.paragraphs if part.style.name == "Title")
    assert title.text == "أثر \u200e+0.35\u200e هنا"
    assert [run._r.find(f".//{MAIN}rtl") is not None for run in title.runs] == [True, False, True]
    assert all(table._tbl.find(f".//{MAIN}bidiVisual") is not None for table in word.tables)


@pytest.mark.parametrize(
    ("columns", "letters", "flipped", "why"),
    [(4, 6, False, "a small table"), (10, 9, False, "smaller text"), (14, 12, True, "a page on its side")],
)
def test_a_wide_table_is_made_to_fit(columns: int, letters: int, flipped: bool, why: str) -> None:
    wide = Table("c", (Column("h", "number"),) * columns, (body(*("9" * letters,) * columns),))
    size, lies, widths = fit(wide)
    assert lies == flipped, why
    assert sum(widths) == pytest.approx(1)
    pages = pages_of(replace(DOCUMENT, sections=(Section("s", "S", (wide,)),)))
    assert "".join(pages).count("9" * letters) == columns
    assert size >= 4


def test_a_tall_figure_fits_the_page_and_a_report_may_have_none() -> None:
    tall = Figure("t", SVG.replace('height="200"', 'height="2000"').replace("619 200", "619 2000"), "Tall", "alt")
    document = replace(DOCUMENT, sections=(Section("s", "S", (tall,)),))
    assert len(pages_of(document)) == 2
    shape = docx.Document(io.BytesIO(word_of(document))).inline_shapes[0]
    assert shape.height.mm <= 225
    assert draw_pictures(replace(DOCUMENT, sections=())) == []


def test_files_stand_beside_the_page(tmp_path) -> None:
    page = tmp_path / "report" / "report.en.html"
    write_files(DOCUMENT, page, ("xlsx", "docx"))
    assert sorted(path.name for path in page.parent.iterdir()) == ["report.en.docx", "report.en.xlsx"]
    html = render_html(DOCUMENT, ENGLISH_WORDS, "run", files={"xlsx": "report.en.xlsx"})
    assert '<a href="report.en.xlsx" download>Excel</a>' in html
