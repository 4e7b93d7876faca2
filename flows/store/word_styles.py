"""An empty Word file with the report's page, styles, banner and page numbers."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flows.store.word_xml import NAMESPACE, Look, paragraph
from transforms.present.document import Document
from transforms.present.page import bare

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

MAIN = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FIXED_DATE = datetime(1980, 1, 1)  # the first a ZIP archive knows
FONT = "Arial"  # on every machine with an office program, with Arabic letters
INK, FAINT, RED = "1C2530", "55606D", "9B1C1C"
BULLET = '<w:numPr><w:numId w:val="1"/></w:numPr>'  # of the list that python-docx's template brings along
PAGE_NUMBER = '<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'


@dataclass(frozen=True, slots=True)
class Style:
    """A style of paragraphs: size and spaces in points, `level` of a heading from 0."""

    name: str
    size: float
    before: float = 0
    after: float = 6
    colour: str = INK
    bold: bool = False
    level: int | None = None
    extra: str = ""

    @property
    def id(self) -> str:
        return self.name.title().replace(" ", "")


STYLES = (
    Style("Normal", 10),
    Style("Title", 20, after=10, bold=True),
    Style("Subtitle", 10, after=2, colour=FAINT),
    Style("heading 1", 16, 20, 8, bold=True, level=0),
    Style("heading 2", 12, 14, 6, bold=True, level=1),
    Style("caption", 9, 10, 4, extra="<w:keepNext/>"),
    Style("List Bullet", 10, after=3, extra=BULLET),
    Style("header", 8, after=0),
    Style("footer", 8, after=0, colour=FAINT),
    Style("Cell", 8.5, 1, 1),
    Style("Note", 8, 2, 2, FAINT),
    Style("Lead", 12, after=8),
)


def _style_xml(style: Style, document: Document) -> str:
    spacing = f'<w:spacing w:before="{style.before * 20:.0f}" w:after="{style.after * 20:.0f}"/>'
    heading = style.level is not None
    keep = "<w:keepNext/><w:keepLines/>" if heading else ""
    level = f'<w:outlineLvl w:val="{style.level}"/>' if heading else ""
    bidi = "<w:bidi/>" if document.direction == "rtl" else ""
    bold = "<w:b/><w:bCs/>" if style.bold else ""
    default = ' w:default="1"' if style.name == "Normal" else ""
    base = "" if default else '<w:basedOn w:val="Normal"/>'
    return (
        f'<w:style {NAMESPACE} w:type="paragraph"{default} w:styleId="{style.id}"><w:name w:val="{style.name}"/>{base}'
        f"<w:qFormat/><w:pPr>{keep}{style.extra}{bidi}{spacing}{level}</w:pPr>"
        f'<w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>{bold}'
        f'<w:color w:val="{style.colour}"/><w:sz w:val="{style.size * 2:.0f}"/><w:szCs w:val="{style.size * 2:.0f}"/>'
        f'<w:lang w:val="en-GB" w:bidi="ar-JO"/></w:rPr></w:style>'
    )


def new_word(document: Document) -> "WordDocument":
    """An empty A4 file in the document's direction."""
    import docx
    from docx.oxml import parse_xml
    from docx.shared import Mm

    word = docx.Document()
    _describe(word, document)
    styles = word.styles.element
    known = {style.name.lower(): style.element for style in word.styles if style.name}
    for style in STYLES:
        if style.name.lower() in known:
            styles.remove(known[style.name.lower()])
        styles.append(parse_xml(_style_xml(style, document)))
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.bottom_margin = Mm(20)
    section.top_margin, section.header_distance = Mm(28), Mm(12)
    _mark_pages(word, document)
    return word


def _mark_pages(word: "WordDocument", document: Document) -> None:
    """Banner above, title and page number below."""
    from docx.oxml import parse_xml

    section = word.sections[0]
    look = Look(8, bold=True, colour="FFFFFF", fill=RED)
    banner = [paragraph([(document.banner, look)], document.direction, "Header")] if document.banner else []
    title = paragraph([(document.title, Look())], document.direction, "Footer")
    number = paragraph([], document.direction, "Footer").replace("</w:p>", f"{PAGE_NUMBER}</w:p>")
    for place, texts in ((section.header, banner), (section.footer, [title, number])):
        place.is_linked_to_previous = False
        first = place.paragraphs[0]._p
        for text in texts:
            first.addprevious(parse_xml(text))
        if texts:
            first.getparent().remove(first)
    if document.direction == "rtl":
        grid = section._sectPr.find(f"{MAIN}docGrid")
        grid.addprevious(parse_xml(f"<w:bidi {NAMESPACE}/>"))


def _describe(word: "WordDocument", document: Document) -> None:
    """What the file says about itself; the dates are always the same."""
    about = word.core_properties
    about.title, about.subject, about.language = bare(document.title), bare(document.subtitle), document.language
    about.author = about.last_modified_by = "tamasuk"
    about.comments = bare(document.banner or "")
    about.created = about.modified = FIXED_DATE
