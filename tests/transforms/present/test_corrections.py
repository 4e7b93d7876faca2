"""The report's words on the log of corrections: counts by wave, variable and reason, none of few."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from transforms.prepare.correction_counts import COUNT_COLUMNS, REASON_COLUMNS
from transforms.present.context import Context
from transforms.present.document import Table
from transforms.present.sections.corrections import correction_blocks
from transforms.present.wording import Wording

CHANGES = [
    ("before", "near", "changed", 30),
    ("before", "near", "blanked", 4),
    ("before", "fair", "changed", 21),
    ("before", "kind", "changed", 3),
    ("before", None, "unused", 99),
    ("before", None, "removed", 54),
    ("after", "far", "changed", 3),
]
REASONS = [
    ("before", "changed", "slip of the keypad", 58),
    ("before", "removed", "pilot", 32),
    ("before", "removed", None, 22),
    ("after", "changed", None, 3),
]


@pytest.fixture(scope="module")
def corrected(with_tables: Callable[..., Context], sentences: Callable[[str], Wording]) -> Callable[..., Context]:
    """The report's context after a log that changed this."""

    def make(changes: list[Any] = CHANGES, reasons: list[Any] = REASONS, language: str = "en") -> Context:
        return with_tables(
            say=sentences(language),
            correction_counts=pd.DataFrame(changes, columns=list(COUNT_COLUMNS)),
            correction_reasons=pd.DataFrame(reasons, columns=list(REASON_COLUMNS)),
        )

    return make


def lines(context: Context) -> list[tuple[str, ...]]:
    table = correction_blocks(context)[1]
    assert isinstance(table, Table)
    return [tuple(cell.text for cell in row.cells) for row in table.rows]


def test_counts_by_wave_variable_and_reason(corrected) -> None:
    assert lines(corrected()) == [
        ("Baseline: answers corrected",),
        ("Trust nearby", "34"),
        ("Fairness $5", "[c]"),
        ("Kindness", "[c]"),
        ("Reason: slip of the keypad", "58"),
        ("All", "58"),
        ("Baseline: interviews taken out",),
        ("Reason: pilot", "32"),
        ("Reason: others, each given too seldom to be shown", "22"),
        ("All", "54"),
        ("Endline 2022: answers corrected",),
        ("Fear", "[c]"),
        ("All", "[c]"),
    ]


def test_no_log_no_words(corrected) -> None:
    assert correction_blocks(corrected([], [])) == []
    assert correction_blocks(corrected([("before", None, "unused", 99)], [])) == [], "it changed nothing"


def test_nothing_hidden_needs_no_note(corrected) -> None:
    table = correction_blocks(corrected([CHANGES[0]], [("before", "changed", "slip", 30)]))[1]
    assert isinstance(table, Table)
    assert table.notes == ()


def test_arabic(corrected) -> None:
    assert "إجابات صُحِّحت" in lines(corrected(language="ar"))[0][0]
