"""Records that are kept as a table come back as they were."""

import io
from dataclasses import dataclass, replace
from math import isnan, nan
from typing import Literal

import pandas as pd
import pytest

from transforms.study.records import parse_records, record_columns, records_table


@dataclass(frozen=True, slots=True)
class Size:
    place: str
    kind: Literal["", "village", "town"] = ""
    people: int = 0
    share: float = nan
    known: bool = False


NORTH = Size("North", "town", 1200, 0.1, True)


@pytest.mark.parametrize(
    ("records", "why"),
    [
        ([NORTH, Size("South", "village", 9, 2.5)], "words everywhere"),
        ([Size("1", share=0.5), Size("2", share=1.0)], "names that are numbers, and a column without a word"),
        ([], "none at all"),
    ],
)
def test_records_come_back_from_a_file(records: list[Size], why: str) -> None:
    made = records_table(Size, records)
    assert tuple(made.columns) == record_columns(Size) == ("place", "kind", "people", "share", "known")
    kept = pd.read_csv(io.StringIO(made.to_csv(index=False)))
    assert list(parse_records(Size, made)) == records, why
    assert list(parse_records(Size, kept)) == records, why


def test_a_missing_number_stays_missing_and_other_columns_are_no_part_of_a_record() -> None:
    (found,) = parse_records(Size, records_table(Size, [replace(NORTH, share=nan)]).assign(more="x"))
    assert isnan(found.share)
    assert replace(found, share=0.1) == NORTH
