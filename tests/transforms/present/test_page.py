"""What PDF, Word and workbook share: number formats, widths of columns, directions of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.present.document import Cell, Column, Table, body, group
from transforms.present.page import (
    EDGE,
    MARK,
    Need,
    bare,
    column_needs,
    column_widths,
    directed_runs,
    direction_of,
    number_format,
    remark,
)

FORMATS = [
    ("1,760", 1760.0, "#,##0;−#,##0;#,##0", "a count"),
    ("+0.35", 0.34996, "+#,##0.00;−#,##0.00;#,##0.00", "a change keeps its sign"),
    ("−0.02", -0.0187, "#,##0.00;−#,##0.00;#,##0.00", "a real minus sign"),
    ("\u2066−0.02\u2069", -0.0187, "#,##0.00;−#,##0.00;#,##0.00", "marks of direction are no part of a number"),
    ("86\u00a0%", 0.8629, "#,##0%;−#,##0%;#,##0%", "a share"),
    ("0.3\u00a0%", 0.0034, "#,##0.0%;−#,##0.0%;#,##0.0%", "a share with a decimal"),
    ("0.012", 0.01234, "#,##0.000;−#,##0.000;#,##0.000", "a p-value"),
    ("<\u00a00.001", 0.00002, '[<0.001]"< 0.001";0.000', "a small p-value is never shown as zero"),
    ("<\u00a00.001", 0.2, None, "the text says something else than the number"),
    ("0.35", 0.2, None, "the text says something else than the number"),
    ("12 (6 + 6)", 12.0, None, "the text says more than the number"),
    ("+0.35 (+0.13 to +0.57)", 0.35, None, "the text says more than the number"),
    ("12", None, None, "there is no number"),
    ("–", None, None, "there is no number"),
]


@pytest.mark.parametrize(("text", "value", "expected", "why"), FORMATS, ids=[row[0] for row in FORMATS])
def test_a_number_is_shown_as_in_the_report(text: str, value: float | None, expected: str | None, why: str) -> None:
    assert number_format(Cell(text, value)) == expected, why


RUNS = [
    ("plain", "ltr", [("plain", "ltr")], "nothing marked"),
    ("أثر \u2066+0.2\u2069 هنا", "rtl", [("أثر ", "rtl"), ("+0.2", "ltr"), (" هنا", "rtl")], "a number in a sentence"),
    (
        "(\u2068فترة \u206695%\u2069: ب\u2069)",
        "rtl",
        [("(فترة ", "rtl"), ("95%", "ltr"), (": ب)", "rtl")],
        "in each other",
    ),
    ("في \u2068May 2020\u2069", "rtl", [("في ", "rtl"), ("May 2020", "ltr")], "the first letter decides"),
    ("في \u2068عمان\u2069", "rtl", [("في عمان", "rtl")], "the direction of the line needs no piece of its own"),
    ("a\u2069b", "ltr", [("ab", "ltr")], "a mark that closes nothing"),
    ("\u2066\u2069", "rtl", [], "nothing inside"),
    ("", "rtl", [], "nothing at all"),
]


@pytest.mark.parametrize(("text", "direction", "expected", "why"), RUNS, ids=[row[-1] for row in RUNS])
def test_pieces_of_a_sentence_have_a_direction(text, direction, expected, why) -> None:
    assert list(directed_runs(text, direction)) == expected, why


@given(st.text("aب1+\u2066\u2068\u2069"), st.sampled_from(["ltr", "rtl"]))
def test_no_letter_is_lost_or_moved(text, direction) -> None:
    assert "".join(words for words, _ in directed_runs(text, direction)) == bare(text)
    marked = remark(text, direction)
    assert bare(marked) == bare(text), "the alphabet of this test has no space"
    assert marked.count("\u2066") == marked.count("\u2069")


def test_short_pieces_are_marked_and_long_ones_break() -> None:
    assert remark("أثر \u2066+0.2\u2069", "rtl") == "أثر \u2066+0.2\u2069"
    assert remark("أثر \u2066+0.2\u2069", "rtl", MARK) == "أثر \u200e+0.2\u200e"
    assert remark("أثر \u2066−1 – +2\u2069", "rtl") == "أثر \u2066−1\u00a0–\u00a0+2\u2069", (
        "an interval stays on one line"
    )
    assert remark("\u2066+0.2\u2069", "ltr") == "+0.2"
    assert remark("قرار \u2068Data office, 2022-11\u2069", "rtl") == "قرار \u2066Data office, 2022-11\u2069", (
        "a name may break, or it runs out of a narrow column"
    )
    assert remark("أثر \u2068" + "word " * 20 + "\u2069", "rtl") == "أثر " + "word " * 20


@pytest.mark.parametrize(("text", "expected"), [("Why", "ltr"), ("لماذا", "rtl"), ("1 هل", "rtl"), ("12", "rtl")])
def test_direction_of_a_text(text, expected) -> None:
    assert direction_of(text, "rtl") == expected


TABLE = Table(
    "c",
    (Column("Place"), Column("n", "number"), Column("", "text")),
    (group("a very long heading of a group that spans the table"), body("Irbid city", "1 to 2", "word " * 40)),
)


def test_columns_need_their_longest_word_and_whole_numbers() -> None:
    place, number, text = column_needs(TABLE)
    assert place.least == pytest.approx(1.1 * len("Place") + EDGE), "a heading is bold"
    assert number.least == 6 + EDGE, "a number never breaks"
    assert text.least == 4 + EDGE
    assert text.wish == 48 + EDGE, "a long text wishes for no more than a line"


@pytest.mark.parametrize(
    ("line", "expected", "why"),
    [
        (100.0, (0.2, 0.8), "all wishes fit: shares of them"),
        (30.0, (1 / 3, 2 / 3), "the least, and of the rest as they wish"),
        (10.0, (0.5, 0.5), "not even the least fits: shares of it"),
    ],
)
def test_a_line_is_shared(line, expected, why) -> None:
    assert column_widths((Need(10, 10), Need(10, 40)), line) == pytest.approx(expected), why
