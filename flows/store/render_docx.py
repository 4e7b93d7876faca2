"""Word file from a document: real headings, tables and pictures that an editor can work with."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from flows.store.word_styles import FIXED_DATE, new_word
from flows.store.word_xml import PLAIN, WASH, Look, heading, link, paragraph, table_xml
from transforms.present.document import (
    Block,
    Bullets,
    Callout,
    Document,
    Fact,
    Facts,
    Figure,
    Heading,
    Highlights,
    Paragraph,
    Table,
)
from transforms.present.page import Direction, bare, direction_of
from transforms.present.paper import Paper, Part, on_paper
from transforms.present.wording import Wording

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

ACCENT = "00557F"
FILLS = {"information": WASH, "caution": "FFF6E0", "warning": "FDECEC"}
PICTURE_WIDTH, PICTURE_HEIGHT = 170, 225  # millimetres at most


def render_docx(document: Document, wording: Wording, pictures: Iterable[bytes]) -> bytes:
    """Word file of the whole report, annexes last; `pictures` are its figures as PNG, in the order of the document.

    The same arguments give the same bytes.
    """
    word, way, paper = new_word(document), document.direction, on_paper(document, wording)
    figures = (block for section in document.sections for block in section.blocks if isinstance(block, Figure))
    drawn = dict(zip((figure.id for figure in figures), pictures, strict=True))
    _add(word, [paragraph([(document.subtitle, PLAIN)], way, "Subtitle")])
    _add(word, [paragraph([(document.title, PLAIN)], way, "Title"), *_facts(document.facts, way)])
    _add(word, _contents(paper, way, wording))
    starts = {part.id for part in (*paper.main[:1], *paper.annexes[:1])}
    for part in (*paper.main, *paper.annexes):
        new_page = part.own_page or part.id in starts
        _add(word, [heading(part.title, part.id, way, new_page=new_page)])
        _add_part(word, part, drawn, way, wording)
    _add(word, [paragraph([(wording("page.generated"), PLAIN)], way, "Note")])
    return _always_the_same(word)


def _contents(paper: Paper, way: Direction, wording: Wording) -> list[str]:
    """Titles that lead to their sections; Word knows the page numbers only once it has laid the file out."""
    bold = Look(bold=True, keep=True)
    lists = ((wording("page.contents"), paper.main), (wording("page.annexes"), paper.annexes))
    return [
        line
        for title, parts in lists
        for line in (paragraph([(title, bold)], way), *(link(part.title, part.id, way) for part in parts))
    ]


def _add_part(word: "WordDocument", part: Part, drawn: Mapping[str, bytes], way: Direction, wording: Wording) -> None:
    for placed in part.blocks:
        if isinstance(placed.block, Figure):
            _add_picture(word, placed.label, placed.block, drawn[placed.block.id], way)
        else:
            _add(word, _block(placed.label, placed.block, way, wording))
    if part.behind:
        _add(word, [link(part.behind, part.behind_id, way)])


def _add(word: "WordDocument", parts: Iterable[str]) -> None:
    from docx.oxml import parse_xml

    end = word.element.body.sectPr
    for part in parts:
        end.addprevious(parse_xml(part))


def _block(label: str, block: Block, way: Direction, wording: Wording) -> list[str]:
    match block:
        case Heading():
            return [paragraph([(block.text, PLAIN)], way, "Heading2")]
        case Paragraph():
            own = direction_of(block.text, way) if block.kind == "lead" else way
            style = {"lead": "Lead", "note": "Note", "text": "Normal", "aside": "Note"}[block.kind]
            return [paragraph([(block.text, PLAIN)], own, style)]
        case Bullets():
            return [paragraph([(item, PLAIN)], way, "ListBullet") for item in block.items]
        case Callout():
            return _callout(block, wording(f"page.{block.kind}"), way)
        case Highlights():
            return _highlights(block, way)
        case Facts():
            return _facts(block.items, way)
        case Table():
            return [_caption(label, block.caption, way), table_xml(block, way), *_notes(block.notes, way)]
        case _:
            raise TypeError(type(block).__name__)


def _caption(label: str, text: str, way: Direction) -> str:
    return paragraph([(f"{label} ", Look(bold=True)), (text, PLAIN)], way, "Caption")


def _notes(notes: Sequence[str], way: Direction) -> list[str]:
    """Small print below a table or figure; an empty line where there is none, or two tables would grow together."""
    return [paragraph([(note, PLAIN)], way, "Note") for note in notes or ("",)]


def _callout(block: Callout, tag: str, way: Direction) -> list[str]:
    fill = FILLS[block.kind]
    title = [(f"{tag} ", Look(bold=True, colour=ACCENT, fill=fill, keep=True)), (block.title, Look(bold=True))]
    texts = [paragraph([(text, Look(fill=fill))], way) for text in block.texts]
    return [paragraph(title, way), *texts]


def _highlights(block: Highlights, way: Direction) -> list[str]:
    parts = []
    for item in block.items:
        parts.append(paragraph([(item.label, Look(9, keep=True))], way))
        parts.append(paragraph([(item.value, Look(16, bold=True, colour=ACCENT, keep=True))], way))
        parts += [paragraph([(note, Look(9))], way) for note in item.notes]
    return parts


def _facts(facts: Sequence[Fact], way: Direction) -> list[str]:
    return [
        paragraph([(f"{fact.label}: ", Look(9, bold=True)), (fact.value, Look(9, code=fact.kind == "code"))], way)
        for fact in facts
    ]


def _add_picture(word: "WordDocument", label: str, figure: Figure, picture: bytes, way: Direction) -> None:
    from docx.shared import Mm

    _add(word, [_caption(label, figure.caption, way)])
    shape = word.add_picture(io.BytesIO(picture), width=Mm(PICTURE_WIDTH))
    if shape.height > Mm(PICTURE_HEIGHT):
        shape.width, shape.height = Mm(round(PICTURE_WIDTH * Mm(PICTURE_HEIGHT) / shape.height)), Mm(PICTURE_HEIGHT)
    about = shape._inline.docPr
    about.set("descr", bare(figure.alt))
    about.set("name", figure.id)
    _add(word, _notes(figure.notes, way))


def _always_the_same(word: "WordDocument") -> bytes:
    """The file, its parts without the time of writing."""
    draft, final = io.BytesIO(), io.BytesIO()
    word.save(draft)
    with zipfile.ZipFile(draft) as parts, zipfile.ZipFile(final, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            entry = zipfile.ZipInfo(name, FIXED_DATE.timetuple()[:6])
            archive.writestr(entry, parts.read(name), zipfile.ZIP_DEFLATED)
    return final.getvalue()
