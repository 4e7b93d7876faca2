"""Words that tables leave empty, taken from an XLSForm."""

import pytest

from transforms.study.form import with_form

SURVEY = """
type                | name     | label::English (en) | label::Arabic (ar) | hint
select_one likert   | q1       | How close?          | كم؟                |
select_one likert   | q2       | How far?            |                    |
"""
CHOICES = """
list_name | name | label::English (en) | label::Arabic (ar)
likert    | yes  | Yes                 | نعم
likert    | 0    | No                  | لا
other     | yes  | Certainly           |
"""
CODEBOOK = """
variable | text_en     | text_ar | before | after
near     |             |         |        | q1
far      | How far off |         | q2     |
else     |             |         | q9     |
"""
SCALES = """
scale  | code | name | label_en | label_ar
likert | 1    | yes  |          |
likert | 0    |      | Never    |
likert | 7    | odd  |          |
"""


@pytest.fixture
def filled(rows):
    tables = {"codebook": CODEBOOK, "scales": SCALES, "survey": SURVEY, "choices": CHOICES}
    return with_form({name: rows(text) for name, text in tables.items()}, ["before", "after"])


def test_questions(filled):
    near, far, other = filled["codebook"]
    assert (near["text_en"], near["text_ar"]) == ("How close?", "كم؟")  # found by the column of any wave
    assert (far["text_en"], far["text_ar"]) == ("How far off", "")  # what the codebook says stays
    assert (other["text_en"], other["variable"]) == ("", "else")  # a column the form does not have


def test_answers(filled):
    yes, no, odd = filled["scales"]
    assert (yes["label_en"], yes["label_ar"]) == ("Yes", "نعم")  # by the form's name, within its list
    assert (no["label_en"], no["label_ar"]) == ("Never", "لا")  # by the code where there is no name
    assert odd["label_en"] == ""


def test_a_form_in_one_language(rows):
    tables = {"codebook": rows(CODEBOOK), "survey": rows("name | label\nq1 | Close?")}
    near = with_form(tables, ["after"])["codebook"][0]
    assert (near["text_en"], near["text_ar"]) == ("Close?", "")


def test_without_a_form_nothing_changes(rows):
    tables = {"codebook": rows(CODEBOOK), "scales": rows(SCALES)}
    assert with_form(tables, ["before", "after"]) == tables
    assert with_form({}, []) == {"codebook": [], "scales": []}
