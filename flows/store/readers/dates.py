"""SPSS and Stata keep dates as numbers; here they become text as ISO 8601 writes it."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from transforms.study import UnreadableFileError

SPSS_START = np.datetime64("1582-10-14", "ms")
STATA_START = np.datetime64("1960-01-01", "ms")
DAY = 86_400_000  # milliseconds
FIRST, LAST = (int(np.datetime64(day, "ms").astype("int64")) for day in ("0001-01-01", "9999-12-31T23:59:59.999"))


@dataclass(frozen=True)
class DateFormat:
    """How numbers become dates: when they start to count, the unit in milliseconds, and what they show."""

    start: np.datetime64
    unit: int
    shows: str  # "date", "moment" or "time"


FORMATS = (
    (re.compile(r"(?:[AEJS]?DATE|QYR|MOYR|WKYR)\d+"), DateFormat(SPSS_START, 1000, "date")),
    (re.compile(r"(?:DATETIME|YMDHMS)\d+(?:\.\d+)?"), DateFormat(SPSS_START, 1000, "moment")),
    (re.compile(r"TIME\d+(?:\.\d+)?"), DateFormat(SPSS_START, 1000, "time")),
    (re.compile(r"%-?t?d.*"), DateFormat(STATA_START, DAY, "date")),
    (re.compile(r"%-?tc(?!.*HH:MM(?::SS)?$).*|%-?tC.*|%-?tc$"), DateFormat(STATA_START, 1, "moment")),
    (re.compile(r"%-?tc.*HH:MM(?::SS)?"), DateFormat(STATA_START, 1, "time")),
)


def date_format(written: str) -> DateFormat | None:
    """The date format of a column, by the name SPSS or Stata gives it; None for other columns."""
    return next((found for pattern, found in FORMATS if pattern.fullmatch(written)), None)


def dates_as_text(numbers: pd.Series, found: DateFormat, file: str) -> pd.Series:
    """Numbers of a date column as text.

    Raises
    ------
    UnreadableFileError
        Where a date lies outside the years 1 to 9999; the message names the column and counts.
    """
    codes, distinct = pd.factorize(numbers)
    passed = np.rint(np.asarray(distinct, dtype="float64") * found.unit)
    base = 0 if found.shows == "time" else int(found.start.astype("int64"))
    outside = ~((passed + base >= FIRST) & (passed + base <= LAST))
    if outside.any():
        count = int(np.append(outside, False)[codes].sum())
        what = "1 date" if count == 1 else f"{count} dates"
        fix = "Correct the column in the file, or take it out of the codebook."
        raise UnreadableFileError(file, f"column {numbers.name} holds {what} beyond the range of the calendar", fix)
    moments = (passed.astype("int64") + base).astype("datetime64[ms]")
    texts = [_text(moment, found.shows) for moment in np.datetime_as_string(moments, unit="ms").tolist()]
    return pd.Series([*texts, None], dtype="str").take(codes).set_axis(numbers.index)


def _text(moment: str, shows: str) -> str:
    day, _, time = moment.partition("T")
    time = time.removesuffix(".000")
    if shows == "date":
        return day
    return time if shows == "time" else f"{day}T{time}"
