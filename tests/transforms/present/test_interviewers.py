"""The report's words on how much of the answers depends on who asked."""

from collections.abc import Callable
from math import nan
from typing import Any

import pandas as pd
import pytest

from transforms.present.context import Context
from transforms.present.document import Paragraph, Row, Table
from transforms.present.sections.interviewers import interviewer_blocks
from transforms.present.wording import Wording

# wave, outcome, kind, within, interviewers, per_interviewer, rho, design_effect, level, reason
SHARED = [
    ("before", "vertical", "index", "community", 24, 73.2, 0.01, 1.7, "small", None),
    ("before", "warmth", "index", "community", 24, 73.2, 0.0, 1.0, "small", None),
    ("before", "near", "item", "community", 24, 73.2, 0.05, 4.6, "noticeable", None),
    ("before", "fair", "item", "community", 24, 73.2, 0.01, 1.7, "small", None),
    ("before", "far", "item", "community", 24, nan, nan, nan, "unknown", "no_variance"),
]
APART = [("after", "vertical", "index", "strata", 12, 30.0, 0.2, 6.8, "noticeable", None)]
NAMES = ("wave", "outcome", "kind", "within", "interviewers", "per_interviewer", "rho", "design_effect")


@pytest.fixture(scope="module")
def told(with_tables: Callable[..., Context], sentences: Callable[[str], Wording]) -> Callable[..., list[Any]]:
    """The blocks of the report on such a table."""

    def make(rows: list[Any], language: str = "en") -> list[Any]:
        effects = pd.DataFrame(rows, columns=[*NAMES, "level", "reason"])
        return interviewer_blocks(with_tables(say=sentences(language), interviewer_effects=effects))

    return make


def _texts(row: Row) -> list[str]:
    return [cell.text.replace("\xa0", " ") for cell in row.cells]


def test_a_wave_has_one_row_of_counts_and_shares(told) -> None:
    lead, table, errors = told(SHARED)
    assert "within communities" in lead.text
    assert isinstance(table, Table)
    assert [_texts(row) for row in table.rows] == [["Baseline", "24", "73", "1.0 %", "0.0 %", "1.7", "1 of 2"]], (
        "the largest design effect is that of an index; what could not be judged is not counted"
    )
    assert "several communities" in errors.text
    assert "1.7 times, and its interval 1.3 times" in errors.text


def test_communities_of_their_own_are_said_to_be(told) -> None:
    blocks = told(SHARED + APART)
    assert "communities and strata" in blocks[0].text
    assert _texts(blocks[1].rows[1])[3:] == ["20.0 %", "–", "6.8", "0 of 0"]
    assert "had communities to themselves" in blocks[3].text
    assert "6.8 times, and its interval 2.6 times" in blocks[3].text


@pytest.mark.parametrize("reason", ["not_recorded", "not_shared", "not_shared_sex"])
def test_a_wave_that_cannot_be_judged_says_why(told, reason) -> None:
    unknown = [("after", "vertical", "index", None, 0, nan, nan, nan, "unknown", reason)]
    (only,) = told(unknown)
    assert isinstance(only, Paragraph)
    assert "cannot be told" in only.text
    assert len(told(SHARED + unknown)) == 4, "the other wave is told all the same"


def test_interviewers_sent_to_one_sex_are_said_to_be(told) -> None:
    sent = [(*row[:3], f"{row[3]}_sex", *row[4:]) for row in (*SHARED, *APART)]
    lead, by_sex, _, *errors = told(sent)
    assert "within communities and strata," in lead.text
    assert "Baseline and Endline" in by_sex.text
    assert "women" in by_sex.text
    assert ["several communities" in errors[0].text, "to themselves" in errors[1].text] == [True, True]


def test_an_index_without_variance_leaves_out_what_it_means(told) -> None:
    none = [("after", "vertical", "index", "community", 12, nan, nan, nan, "unknown", "no_variance")]
    assert len(told(none)) == 2


def test_a_study_without_interviewers_says_nothing(told) -> None:
    assert told([]) == []


def test_arabic_has_the_same_blocks(told) -> None:
    assert [type(block) for block in told(SHARED + APART, "ar")] == [type(block) for block in told(SHARED + APART)]
