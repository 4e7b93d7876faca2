"""What is told of a log: counts, rows of the log, and reasons many lines share."""

import pandas as pd
import pytest

from transforms.prepare.correction_counts import (
    CorrectionCounts,
    ReasonTally,
    Refusal,
    Tally,
    correction_reasons_table,
    corrections_table,
    count_corrections,
    refusal_lines,
)
from transforms.prepare.corrections import BLANKED, CHANGED, REFUSALS, REMOVED, REPEATED, UNUSED, Outcome

CANARY = "she said 25, not CANARY"
OUTCOMES = (
    *(Outcome(number, CHANGED, "age", "slip") for number in range(2, 12)),
    Outcome(12, BLANKED, "age", "slip"),
    Outcome(13, CHANGED, "near", CANARY),
    Outcome(14, REMOVED, "", "slip"),
    Outcome(15, REPEATED, "", "slip"),
    Outcome(16, UNUSED, "", "slip"),
    Outcome(19, "old_value", "near", "slip"),
    Outcome(17, "old_value", "age", CANARY),
    Outcome(18, "old_value", "age", "slip"),
    Outcome(21, "old_value", "age", "slip"),
    Outcome(20, "unknown_variable", "", "slip"),
)


@pytest.fixture(scope="module")
def counts() -> CorrectionCounts:
    return count_corrections(OUTCOMES, smallest=10)


def test_lines_are_counted_by_variable_and_end(counts) -> None:
    assert counts.tallies == (
        Tally("", REMOVED, 1),
        Tally("", REPEATED, 1),
        Tally("", UNUSED, 1),
        Tally("age", BLANKED, 1),
        Tally("age", CHANGED, 10),
        Tally("near", CHANGED, 1),
    )
    assert counts.lines(CHANGED, BLANKED) == 12


def test_a_reason_few_lines_share_loses_its_words(counts) -> None:
    assert counts.reasons == (
        ReasonTally(CHANGED, "", 1),
        ReasonTally(CHANGED, "slip", 11),
        ReasonTally(REMOVED, "", 1),
    )
    assert CANARY not in repr(counts)
    assert CANARY not in repr(OUTCOMES), "nor does a traceback tell them"


def test_refused_lines_are_told_by_their_rows_in_the_order_of_the_log(counts) -> None:
    assert Refusal(17, "age", "old_value") in counts.refusals
    assert refusal_lines({"before": counts}, "log.csv") == (
        f"log.csv, rows 17-18, 21 (before, age): {REFUSALS['old_value']}",
        f"log.csv, row 19 (before, near): {REFUSALS['old_value']}",
        f"log.csv, row 20 (before): {REFUSALS['unknown_variable']}",
    )
    assert refusal_lines({"before": CorrectionCounts()}, "log.csv") == ()


def test_tables(counts) -> None:
    table = corrections_table({"before": counts, "after": CorrectionCounts((Tally("age", CHANGED, 3),))})
    assert table.columns.tolist() == ["wave", "variable", "status", "count"]
    assert table.iloc[-1].tolist() == ["after", "age", CHANGED, 3]
    assert correction_reasons_table({"before": counts})["count"].tolist() == [1, 11, 1]
    assert isinstance(corrections_table({}), pd.DataFrame)
    assert corrections_table({}).empty
