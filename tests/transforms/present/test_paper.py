"""The main part first, what is folded on a screen behind it, and one number for a table in every format."""

from dataclasses import replace

import pytest

from transforms.present.document import Column, Document, Figure, Heading, Paragraph, Section, Table, body
from transforms.present.paper import numbered, on_paper
from transforms.present.wording import Wording

OPEN = Table("Open", (Column("a"),), (body("1"),))
FOLDED = replace(OPEN, caption="Folded", folded=True)
ASIDE = Paragraph("How to read it", "aside")
FIGURE = Figure("f", "<svg/>", "c", "a")


def document(*sections: Section) -> Document:
    return Document("en", "ltr", "t", "s", "q", None, sections)


MANY = document(
    Section("one", "First", (OPEN, FOLDED, FIGURE)),
    Section(
        "two", "Second", (Heading("h", "Behind"), ASIDE, FOLDED, Heading("i", "Stays"), Paragraph("x"), FOLDED, OPEN)
    ),
    Section("three", "Third", (ASIDE,), own_page=True),
    Section("four", "Methods", (OPEN, FIGURE, FOLDED), annex=True),
)


def test_tables_and_figures_are_counted_apart_and_so_are_annexes(say: Wording) -> None:
    labels = [placed.label for placed in numbered(MANY, say) if placed.label]
    assert labels == [
        *("Table 1.", "Table A1.", "Figure 1."),
        *("Table A2.", "Table A3.", "Table 2."),
        *("Table A4.", "Figure A1.", "Table A5."),
    ]


def test_the_main_part_goes_first_and_what_is_folded_last(say: Wording) -> None:
    paper = on_paper(MANY, say)
    assert [part.title for part in paper.main] == ["1. First", "2. Second", "3. Third"]
    assert [part.title for part in paper.annexes] == ["Tables to 1. First", "Tables to 2. Second", "Methods"]
    assert [part.own_page for part in paper.main] == [False, False, True]
    assert [placed.block for placed in paper.main[1].blocks] == [Heading("i", "Stays"), Paragraph("x"), OPEN]
    assert [placed.label for placed in paper.annexes[0].blocks] == ["Table A1."]
    assert sorted(map(repr, paper.blocks)).count(repr(Heading("i", "Stays"))) == 2, "it heads both halves"


@pytest.mark.parametrize(
    ("part", "behind", "where", "why"),
    [
        (0, "In the annexes: Table A1", "one-tables", "one table"),
        (1, "In the annexes: Tables A2 to A3", "two-tables", "the first and the last"),
        (2, "", "", "nothing is folded, so an aside stays too"),
    ],
)
def test_a_section_says_where_the_rest_is(say: Wording, part: int, behind: str, where: str, why: str) -> None:
    found = on_paper(MANY, say).main[part]
    assert (found.behind, found.behind_id) == (behind, where), why


def test_no_block_is_lost(say: Wording) -> None:
    kept = [block for block in on_paper(MANY, say).blocks if not isinstance(block, Heading)]
    written = [block for section in MANY.sections for block in section.blocks if not isinstance(block, Heading)]
    assert sorted(map(repr, kept)) == sorted(map(repr, written))


def test_an_empty_section_is_a_part_too(say: Wording) -> None:
    [part] = on_paper(document(Section("none", "Nothing", ())), say).main
    assert part.blocks == ()
