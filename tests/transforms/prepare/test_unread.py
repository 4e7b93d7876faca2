"""Near misses are told in the words of the scale, and never in those of the answer."""

import pandas as pd
import pytest

from transforms.prepare.unread import LONGEST, close_to, close_words
from transforms.prepare.wave import type_wave
from transforms.study.instrument import Choice, Scale
from transforms.study.settings import Text

SCALE = Scale(
    name="s",
    choices=(
        Choice(code=1, label=Text(en="Disagree", ar="لا أوافق"), name="no_way"),
        Choice(code=2, label=Text(en="Agree", ar="أوافق")),
        Choice(code=3, label=Text(en="3")),
    ),
)
ANSWERS = [
    ("Disagre", {"Disagree": 1}, "a letter is missing"),
    ("AGREEE", {"Agree": 1}, "case is nothing"),
    ("9 - agrree", {"Agree": 1}, "a code in front of it"),
    ("noway", {"no_way": 1}, "what the form writes"),
    ("لا اوفق", {"لا أوافق": 1}, "in Arabic"),
    ("somebody told us", {}, "near to nothing"),
    ("33", {}, "a number is near to no word"),
    ("?!", {}, "no letter at all"),
    ("agree " * LONGEST, {}, "too long for a slip of the pen"),
]


@pytest.mark.parametrize(("text", "close", "why"), ANSWERS)
def test_words_of_the_scale_that_come_near(text, close, why):
    assert close_words(pd.Series([text]), SCALE) == close, why


def test_the_most_frequent_come_first():
    answers = pd.Series(["Agre", "Disagre", "Agreee", "Disagree!!", "Disagrea", "what"])
    assert list(close_words(answers, SCALE).items()) == [("Disagree", 3), ("Agree", 2)]
    assert close_to([("Disagree", 3), ("Agree", 2)]) == "Disagree (3), Agree (2)"


@pytest.mark.parametrize("scale", [None, Scale(name="0-10", low=0, high=10)])
def test_a_question_without_words_has_none_to_come_near_to(scale):
    assert close_words(pd.Series(["Agre"]), scale) == {}


def test_a_wave_counts_what_it_cannot_read(small_study, raw_table, variable_rows):
    study = small_study(variable_rows("near", "place", "age"), keep='[keep]\nplace = ["Amman"]')
    raw = raw_table(
        {
            "q1": ["Agre", "secret", "1", "", "Refused", "x"],
            "gov": ["amman"] * 5 + ["Ammann"],
            "age": ["12 years", "12,5", "١٢", "30", "", "40"],
        }
    )
    typed = type_wave(raw, study, study.waves[0])
    found = [(each.variable, each.count, each.of, dict(each.close), each.removed) for each in typed.unread]
    assert found == [
        ("place", 1, 6, {"Amman": 1}, True),
        ("near", 2, 3, {"Agree": 1}, False),
        ("age", 1, 4, {}, False),
    ]
    assert "1 answers to place match no code or label and are in rows that were not kept (not_coded)" in typed.notes
    assert "secret" not in repr((typed.unread, typed.notes))
    assert typed.frame["age"].tolist()[1:4] == [12.5, 12.0, 30.0]


SPELLINGS = [
    ("أوَافِقُ", "vowel signs"),
    ("أوافـــق", "tatweel"),
    ("اوافق", "alef without hamza"),
    ("إوافق", "hamza below"),
    ("٣", "Arabic digit"),
    ("۳", "Persian digit"),
    ("٣ - أوافق", "code in front"),
    (" أوافق\u200f", "marks of direction"),
]


@pytest.mark.parametrize(("text", "why"), SPELLINGS)
def test_arabic_is_read_however_it_is_spelled(small_study, raw_table, variable_rows, text, why):
    study = small_study(variable_rows("near", "place"))
    typed = type_wave(raw_table({"q1": [text], "gov": ["عمان"]}), study, study.waves[0])
    assert typed.frame["near"].tolist() == [3.0], why
    assert typed.unread == ()
