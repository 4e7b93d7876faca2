"""What a file says of its questions: labels by the study's codes, without what is missing or recoded."""

import pandas as pd
import pytest

from transforms.prepare.asked import Asked, asked_items
from transforms.prepare.raw import RawTable

SETTINGS = """
[[waves]]
name = "one"
file = "1.sav"
[design]
[missing.codes]
97 = "dk"
[missing.tags]
a = "refused"
[[indices]]
name = "i"
"""
CODEBOOK = """
    variable | type     | scale | index | missing      | one
    near     | item     | AGREE | i     | 8=skipped    | Q1
    plain    | item     | 1-5   | i     |              | Q2
    bare     | item     | 1-5   | i     |              | Q3
    area     | category | AGREE |       |              | Q4
"""
SCALES = "scale | code | label_en\nAGREE | 1 | No\nAGREE | 2 | Yes"
RECODES = "variable | wave | old | new\nnear | one | 5 | 2\nnear | one | Often | 1"


@pytest.fixture(scope="module")
def asked(little_study):
    study = little_study(SETTINGS, CODEBOOK, SCALES, RECODES)
    labels = {
        "Q1": {1.0: "No ", 2.0: "Yes", 3.0: "Maybe", 5.0: "Sure", 6.0: "often", 7.0: " ", 8.0: "Left", 9.0: "Refused",
               97.0: "?", 96.0: "Not in this round", "a": "won't say", "z": "tagged"},
        "Q4": {1.0: "No"},
    }  # fmt: skip
    frame = pd.DataFrame({f"Q{n}": [1.0] for n in range(1, 5)})
    missing = pd.DataFrame({"Q1": ["96"]})
    column_labels = {"Q1": " Near?  ", "Q2": "q2", "Q3": "bare"}
    raw = RawTable(frame, missing, column_labels, labels, "test")
    return asked_items(raw, study, study.baseline)


def test_answers_have_the_codes_of_the_study(asked):
    assert asked["near"] == Asked("Near?", {"1": "No", "2": "Yes", "3": "Maybe"})


def test_what_the_file_says_nothing_of_is_left_out(asked):
    assert list(asked) == ["near"], "a label that is only the column's or the variable's name says nothing"
