"""A document with a block of every kind, in both directions, with text that means something to each format."""

from dataclasses import replace

from transforms.present.document import (
    Bullets,
    Callout,
    Cell,
    Column,
    Document,
    Fact,
    Facts,
    Figure,
    Heading,
    Highlight,
    Highlights,
    Paragraph,
    Section,
    Table,
    body,
    group,
    total,
)

FORMULA = '=HYPERLINK("http://example.org","x")'
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="619" height="200" viewBox="0 0 619 200">'
    '<text x="9" y="50" style="font: 12px \'DejaVu Sans\'">drawn</text></svg>'
)
TABLE = Table(
    "Effects [SD] <b>",
    (
        Column("Place"),
        Column("Effect", "number"),
        Column("Interval", "number"),
        Column("p", "number"),
        Column("V", "code"),
    ),
    (
        group("All"),
        body("Irbid", Cell("+0.35", 0.34996), "+0.13 to +0.57", Cell("<\u00a00.001", 0.0002), "V1"),
        body(FORMULA, Cell("−0.02", -0.0187), "–", Cell("0.306", 0.3056), "@SUM(A1)"),
        total("Total", Cell("1,760", 1760.0), "", Cell("86\u00a0%", 0.8629), ""),
    ),
    ("Below the table.",),
)
QUESTIONS = Table(
    "Questions",
    (Column("Name", "code"), Column("Wording", "wording")),
    (body("V1", "هل تثق؟ \x0b"),),
    folded=True,
)
DATA = Table(
    "In full", (Column("outcome", "code"), Column("mean", "number")), (body("trust", Cell("0.12345", 0.12345)),)
)
DOCUMENT = Document(
    language="en",
    direction="ltr",
    title="Title & more",
    subtitle="Sub",
    question="Why?",
    banner="Synthetic data",
    sections=(
        Section(
            "one",
            "First",
            (Paragraph("Why?", "lead"), Heading("h", "Inside"), Paragraph("#not *typst*, <b>not bold</b>"), TABLE),
        ),
        Section(
            "two", "Second", (Figure("f", SVG, "Drawn", 'One "point"', ("Beside",)), QUESTIONS, Paragraph("s", "note"))
        ),
        Section(
            "three", "Third", (Bullets(("item a", "item b")), Facts((Fact("Seed", "7", "code"), Fact("Who", "me"))))
        ),
        Section(
            "four", "Last", (Callout("caution", "Look", ("out",)), Highlights((Highlight("On", "+0.20", ("around",)),)))
        ),
    ),
    facts=(Fact("Waves", "two"),),
    data=(DATA, replace(DATA, caption="Levels in full")),
)
ARABIC = replace(
    DOCUMENT,
    language="ar",
    direction="rtl",
    title="أثر \u2066+0.35\u2069 هنا",
    sections=(*DOCUMENT.sections, Section("five", "خامساً", (Paragraph("من \u2066−0.14 – +0.42\u2069 فقط"),))),
)
