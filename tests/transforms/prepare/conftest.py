"""A small study with a variable of every kind, and tables as a reader would return them."""

import pandas as pd
import pytest

from transforms.prepare.raw import RawTable
from transforms.prepare.wave import type_wave
from transforms.study import parse_study

SETTINGS = """
id = "small"
title = "Small"
question = "Does it work?"
[[waves]]
name = "base"
file = "base.csv"
{where}
{later}
[design]
governorate = "place"
{design}
{keep}
[missing.codes]
97 = "dk"
98 = "refused"
[missing.tags]
a = "skipped"
[missing.labels]
"Not my business" = "refused"
[[indices]]
name = "trust"
dimensions = ["near"]
"""
SCALES = [
    {"scale": "agree", "code": code, "label_en": en, "label_ar": ar}
    for code, en, ar in (
        ("1", "Disagree", "لا أوافق"),
        ("2", "Neither", "محايد"),
        ("3", "Agree", "أوافق"),
        ("10", "Agree much", "أوافق كثيراً"),
        ("9", "Agree very much", "أوافق بشدة"),
    )
] + [
    {"scale": "place", "code": "amman", "label_en": "Amman", "label_ar": "عمّان"},
    {"scale": "place", "code": "irbid", "label_en": "Irbid", "label_ar": "إربد"},
    {"scale": "place", "code": "zarqa", "label_en": "Zarqa", "label_ar": "الزرقاء"},
    {"scale": "yes_no", "code": "0", "label_en": "No", "label_ar": "لا"},
    {"scale": "yes_no", "code": "1", "label_en": "Yes", "label_ar": "نعم"},
]


def row(name, **columns):
    return {"variable": name, "type": "item", "scale": "", "index": "", "dimension": "", "missing": "", **columns}


ITEM = row("near", scale="agree", index="trust", dimension="near", missing="7=not_applicable;z=dk", base="q1")
ROWS = (
    ITEM,
    row("place", type="category", scale="place", base="gov"),
    row("camp", type="category", base="camp"),
    row("age", type="number", missing="999=refused", base="age"),
    row("mark", type="item", scale="0-100", base="mark"),
    row("friend", type="category", scale="yes_no", base="friend"),
    row("person", type="identifier", missing="0=not_applicable", base="id"),
    row("day", type="date", base="day"),
    row("story", type="text", base="story"),
)
RECODES = (
    {"variable": "place", "wave": "", "old": "11", "new": "amman"},
    {"variable": "place", "wave": "base", "old": "12", "new": "Irbid"},
    {"variable": "place", "wave": "", "old": "12", "new": "zarqa"},
    {"variable": "place", "wave": "", "old": "Capital", "new": "amman"},
    {"variable": "near", "wave": "", "old": "5", "new": "3"},
    {"variable": "near", "wave": "", "old": "6", "new": "Refused"},
    {"variable": "near", "wave": "", "old": "55", "new": "1"},
    {"variable": "near", "wave": "", "old": "1.5", "new": "10"},
    {"variable": "near", "wave": "", "old": "10", "new": "1"},
    {"variable": "person", "wave": "", "old": "R1", "new": "R001"},
)


def small_study(rows=ROWS, recodes=RECODES, **settings):
    text = SETTINGS.format(**{"where": "", "later": "", "design": "", "keep": "", **settings})
    known = {each["variable"] for each in rows}
    chosen = [recode for recode in recodes if recode["variable"] in known]
    return parse_study(text, {"codebook": list(rows), "scales": SCALES, "recodes": chosen})


def raw_table(columns, missing=None, value_labels=None, **more):
    frame = pd.DataFrame({name: _column(values) for name, values in columns.items()})
    declared = {name: pd.Series(values, dtype="str") for name, values in (missing or {}).items()}
    return RawTable(frame, pd.DataFrame(declared, index=frame.index), {}, value_labels or {}, "test", **more)


def _column(values):
    numbers = all(value is None or isinstance(value, int | float) for value in values)
    return pd.Series(values, dtype="float64" if numbers and any(v is not None for v in values) else "str")


def variable_rows(*names):
    """Rows of the codebook for the variables named, in its order."""
    return [each for each in ROWS if each["variable"] in names]


def typed_one(variable, value, label=None, declared=None, key=None):
    """Value and reason of one answer to one variable of the small study."""
    study = small_study(variable_rows(variable, "near", "place"))
    column = variable_rows(variable)[0]["base"]
    columns = {"q1": [None], "gov": [None], column: [value]}
    labels = {column: {key or value: label}} if label else {}
    raw = raw_table(columns, {column: [declared]} if declared else {}, labels)
    frame = type_wave(raw, study, study.waves[0]).frame
    answer = frame[variable][0]
    reason = frame.get(f"{variable}__missing", pd.Series([None]))[0]
    return (None if pd.isna(answer) else answer), (None if pd.isna(reason) else reason)


@pytest.fixture(name="small_study", scope="session")
def _small_study():
    return small_study


@pytest.fixture(name="raw_table", scope="session")
def _raw_table():
    return raw_table


@pytest.fixture(name="variable_row", scope="session")
def _variable_row():
    return row


@pytest.fixture(name="variable_rows", scope="session")
def _variable_rows():
    return variable_rows


@pytest.fixture(name="typed_one", scope="session")
def _typed_one():
    return typed_one
