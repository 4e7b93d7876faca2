"""What a file says of its questions: labels by the study's codes, without what is missing or recoded."""

import pandas as pd
import pytest

from transforms.prepare.asked import Asked, asked_items, with_form_wording, written_as
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
    assert list(asked) == ["near", "area"], "a label that is only the column's or the variable's name says nothing"


FORM_STUDY = """
    variable | type     | scale | index | missing | one
    near     | item     | AGREE | i     |         | grp/near_q
    far      | item     | AGREE | i     |         | far_q
    open     | item     | 1-5   | i     |         | open_q
    gone     | item     | AGREE | i     |         | gone_q
"""
FORM_SCALES = "scale | code | label_en | label_ar | name\nAGREE | 1 | No | لا | n\nAGREE | 2 | Yes | نعم | y"
SURVEY = [
    {"type": "select_one yes_no", "name": "near_q", "label::English (en)": "Near?", "label::Arabic (ar)": "قريب؟"},
    {"type": "select_one  yes_no", "name": "far_q", "label::English (en)": "Far?", "label::Arabic (ar)": "بعيد؟"},
    {"type": "integer", "name": "open_q", "label::English (en)": "How many?", "label::Arabic (ar)": ""},
]
CHOICES = [
    {"list_name": "yes_no", "name": "n", "label::English (en)": "Yes", "label::Arabic (ar)": "نعم"},
    {"list_name": "yes_no", "name": "y", "label::English (en)": "No", "label::Arabic (ar)": "لا"},
    {"list_name": "yes_no", "name": "z", "label::English (en)": "Maybe", "label::Arabic (ar)": ""},
    {"list_name": "other", "name": "n", "label::English (en)": "Never", "label::Arabic (ar)": ""},
]


@pytest.fixture(scope="module")
def from_form(little_study):
    study = little_study(SETTINGS, FORM_STUDY, FORM_SCALES)
    frame = pd.DataFrame({"grp/near_q": ["n", "y"], "far_q": ["No", "Yes"], "open_q": [1.0, 2.0], "gone_q": [1.0, 2.0]})
    raw = RawTable(frame, pd.DataFrame(index=frame.index), {}, {}, "test")
    return with_form_wording(asked_items(raw, study, study.baseline), SURVEY, CHOICES, study, study.baseline)


def test_a_form_says_what_a_file_of_codes_does_not(from_form):
    swapped = ({"1": "Yes", "2": "No"}, "قريب؟", {"1": "نعم", "2": "لا"})
    assert from_form["near"] == Asked("Near?", *swapped, written="names")
    assert from_form["open"] == Asked("How many?")
    assert "gone" not in from_form


def test_a_file_that_writes_answers_out_needs_no_codes_of_a_form(from_form):
    assert from_form["far"] == Asked("Far?", {}, "بعيد؟", {}, "en")


@pytest.mark.parametrize(
    ("answers", "written", "why"),
    [
        (["1", "2"], "codes", "codes as text"),
        (["n", "y", "1"], "names", "mostly names"),
        (["لا", None], "ar", "Arabic"),
        (["no!", "YES"], "en", "English, however it is spelled"),
        (["what", "else"], "", "neither"),
        ([1.0, 2.0], "", "numbers with labels beside them"),
    ],
)
def test_how_answers_are_written(little_study, answers, written, why):
    study = little_study(SETTINGS, FORM_STUDY, FORM_SCALES)
    scale = study.codebook.scale(study.codebook.variable("near"))
    assert written_as(pd.Series(answers), scale) == written, why
    assert written_as(pd.Series(answers), None) == "", why
