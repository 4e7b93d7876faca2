"""A wave as its file holds it: the study's tables read backwards."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.prepare.raw import RawTable
from transforms.simulate import Simulated
from transforms.simulate.encode import encode
from transforms.simulate.interviews import ANSWERED, REASONS, Interviews
from transforms.simulate.questions import parse_questions
from transforms.study import Study

SETTINGS = """
[[waves]]
name = "one"
file = "one.sav"
[[waves]]
name = "two"
file = "two.dta"
[[indices]]
name = "trust"
[design]
governorate = "place"
[missing.codes]
-1 = "refused"
8 = "dk"
9 = "skipped"
7 = "not_applicable"
[missing.tags]
r = "refused"
d = "dk"
s = "skipped"
n = "not_applicable"
"""
CODEBOOK = """
variable | type     | text_en | text_ar | scale | index | direction | one | two
place    | category | Where?  | أين؟    | PLACE |       |           | loc | loc2
shape    | category | Shape?  |         | SHAPE |       |           | sh  |
police   | item     | Trust?  | ثقة؟    | AGREE | trust |           | q1  | t1
anger    | item     | Anger?  |         | AGREE | trust | -         | q2  | t2
new      | item     | New?    |         | AGREE | trust |           | q3  | t3
"""
SCALES = """
scale | code | label_en | label_ar
PLACE | 1    | North    | شمال
PLACE | 2    | South    |
SHAPE | a    | Round    | دائري
AGREE | 1    | No       | لا
AGREE | 2    | Yes      | نعم
"""
RECODES = """
variable | wave | old   | new
place    | one  | 11    | 1
place    | one  | 12    | 2
place    | two  | Upper | 1
place    | two  | Lower | 2
"""


@pytest.fixture(scope="module")
def study(little_study: Callable[..., Study]) -> Study:
    return little_study(SETTINGS, CODEBOOK, SCALES, RECODES)


@pytest.fixture(scope="module")
def files(study: Study) -> dict[str, RawTable]:
    about = pd.DataFrame({"governorate": [1.0, 2.0, np.nan], "shape": ["a", "a", None]})
    answers = np.array([[1.0, np.nan, 2.0], [np.nan, 2.0, 1.0], [np.nan, np.nan, 1.0]])
    reasons = np.full(answers.shape, ANSWERED, dtype=np.int8)
    reasons[0, 1], reasons[1, 0] = REASONS.index("dk"), REASONS.index("refused")
    interviews = Interviews(about, answers, reasons)
    return {wave.name: encode(interviews, parse_questions(study), study, wave) for wave in study.waves}


@pytest.mark.parametrize(
    ("wave", "columns", "why"),
    [
        ("one", ["loc", "sh", "q1", "q2", "q3"], "every variable it asked, in the order of the codebook"),
        ("two", ["loc2", "t1", "t2", "t3"], "without the one it did not ask, under its own names"),
    ],
)
def test_columns_are_those_of_the_wave(wave: str, columns: list[str], why: str, files: dict[str, RawTable]) -> None:
    assert list(files[wave].frame) == columns, why


@pytest.mark.parametrize(
    ("wave", "column", "values", "dtype", "why"),
    [
        ("one", "loc", [11.0, 12.0, None], "float64", "numbers in this wave's file"),
        ("two", "loc2", ["Upper", "Lower", None], "str", "words in that one's"),
        ("one", "sh", ["a", "a", None], "str", "no recode: the study's own"),
        ("one", "q1", [1.0, None, None], "float64", "answers are numbers, missing ones NaN"),
    ],
)
def test_values_are_written_as_the_recodes_say(
    wave: str, column: str, values: list[object], dtype: str, why: str, files: dict[str, RawTable]
) -> None:
    written = files[wave].frame[column]
    assert written.dtype == dtype, why
    assert [None if pd.isna(value) else value for value in written] == values, why


@pytest.mark.parametrize(
    ("wave", "column", "marks", "why"),
    [
        ("one", "q1", [None, "-1", None], "a code in SPSS; nothing where nobody asked"),
        ("one", "q2", ["8", None, None], "its reason, not its position"),
        ("two", "t1", [None, "r", None], "a tag in Stata"),
    ],
)
def test_missing_answers_keep_their_reason(
    wave: str, column: str, marks: list[str | None], why: str, files: dict[str, RawTable]
) -> None:
    assert [None if pd.isna(mark) else mark for mark in files[wave].missing[column]] == marks, why


def test_only_columns_with_missing_answers_have_marks(files: dict[str, RawTable]) -> None:
    assert list(files["one"].missing) == ["q1", "q2"]


@pytest.mark.parametrize(
    ("wave", "column", "labels", "why"),
    [
        ("one", "loc", {11.0: "شمال", 12.0: "South"}, "recoded numbers; English where there is no Arabic"),
        ("two", "loc2", None, "a file that writes words needs no labels"),
        ("one", "sh", {"a": "دائري"}, "codes that are words"),
        (
            "one",
            "q1",
            {1.0: "لا", 2.0: "نعم", -1.0: "refused", 8.0: "dk", 9.0: "skipped", 7.0: "not_applicable"},
            "missing codes by their reason where the study words none",
        ),
        (
            "two",
            "t1",
            {1.0: "لا", 2.0: "نعم", "r": "refused", "d": "dk", "s": "skipped", "n": "not_applicable"},
            "tags are labelled too",
        ),
    ],
)
def test_labels_are_arabic(
    wave: str, column: str, labels: dict[float | str, str] | None, why: str, files: dict[str, RawTable]
) -> None:
    assert files[wave].value_labels.get(column) == labels, why


def test_column_labels_are_the_questions(files: dict[str, RawTable]) -> None:
    assert files["one"].column_labels == {"loc": "أين؟", "sh": "Shape?", "q1": "ثقة؟", "q2": "Anger?", "q3": "New?"}


def test_missing_codes_and_tags_share_the_words_of_the_study(simulated: Simulated) -> None:
    first, second = simulated.waves["baseline"], simulated.waves["endline"]
    assert first.value_labels["V1_01"][97.0] == second.value_labels["v1_01_e"]["a"] == "لا أعرف"
