"""The same extreme answer to opposed questions: who contradicts, what is a pair, and what honest people do."""

import numpy as np
import pandas as pd
import pytest

from transforms.quality.patterns import Opposed, contradictions, opposed
from transforms.quality.wave_rules import wave_rules

PAIRS = Opposed(("a", "b"), ("c",), 1.0, 5.0)
ANSWERS = [
    ([5, 5, 5], 1, 1, "all of it, and its opposite"),
    ([1, 1, 1], 1, 1, "nothing at all"),
    ([5, 4, 5], 0, 1, "one pair of two is not more than half"),
    ([5, np.nan, 5], 1, 1, "the only pair answered"),
    ([5, 5, 1], 0, 1, "opposed answers to opposed questions"),
    ([3, 3, 3], 0, 1, "a middle answer contradicts nothing"),
    ([4, 4, 4], 0, 1, "nor does any answer but the extremes"),
    ([5, 5, np.nan], 0, 0, "no pair answered"),
]


@pytest.mark.parametrize(("answers", "broken", "evaluated", "why"), ANSWERS)
def test_contradictions(answers, broken, evaluated, why):
    found = contradictions(pd.DataFrame([answers], columns=list("abc"), dtype="float64"), [PAIRS])
    assert (int(found.broken[0]), int(found.evaluated[0])) == (broken, evaluated), why


def test_pairs_of_all_dimensions_are_counted_together():
    frame = pd.DataFrame([[5, 5, 1, 1, 5], [5, 5, 1, 1, 1]], columns=list("acdef"), dtype="float64")
    sets = [Opposed(("a",), ("c",), 1.0, 5.0), Opposed(("d", "e"), ("f",), 1.0, 5.0)]
    assert contradictions(frame, sets).broken.tolist() == [False, True]


SETTINGS = """
[[waves]]
name = "one"
file = "1.csv"
[design]
[[indices]]
name = "i"
[[indices]]
name = "k"
formative = ["talk"]
"""
CODEBOOK = """
    variable | type | scale | direction | index | dimension | one
    a        | item | 1-5   | +         | i     | trust     | a
    b        | item | 1-5   | +         | i     | trust     | b
    c        | item | 1-5   | -         | i     | trust     | c
    other    | item | 1-5   | +         | k     | more      | o
    {more}
"""
MORE = [
    ("d | item | 1-4 | - | i | trust | d", "another scale"),
    ("d | item | 1-5 | - | i | fear | d", "another dimension"),
    ("d | item | 1-5 | - | | | d", "no index"),
    ("d | item | 1-2 | - | k | fear | d\n    e | item | 1-2 | + | k | fear | e", "yes or no"),
    ("d | item | 1-5 | - | k | talk | d\n    e | item | 1-5 | + | k | talk | e", "experiences, not an attitude"),
]


@pytest.mark.parametrize(("more", "why"), MORE)
def test_what_is_no_pair(little_study, more, why):
    study = little_study(SETTINGS, CODEBOOK.format(more=more))
    items = [variable for variable in study.codebook.variables if variable.type == "item"]
    assert opposed(items, study) == (Opposed(("a", "b"), ("c",), 1.0, 5.0),), why


def test_a_study_without_opposed_questions_is_not_asked_for_them(study, little_study):
    assert "contradictions" not in {rule.check for rule in wave_rules(study, study.baseline)}
    paired = little_study(SETTINGS, CODEBOOK.format(more="z | number | | | | | z"))
    (rule,) = [rule for rule in wave_rules(paired, paired.baseline) if rule.check == "contradictions"]
    assert rule.needs == ("a", "b", "c")
    assert rule.find(pd.DataFrame([[5.0, 5.0, 5.0]], columns=list("abc"))).broken.all()


def test_honest_people_hardly_do_it(shared_data):
    """2,800 people's answers to `bfi`: 0.1 %; of straight lines at an end put in, all are found."""
    answers = pd.read_csv(shared_data / "references" / "bfi.csv").iloc[:, :25].astype("float64")
    sets = [
        Opposed(("A2", "A3", "A4", "A5"), ("A1",), 1.0, 6.0),
        Opposed(("C1", "C2", "C3"), ("C4", "C5"), 1.0, 6.0),
        Opposed(("E3", "E4", "E5"), ("E1", "E2"), 1.0, 6.0),
        Opposed(("O1", "O3", "O4"), ("O2", "O5"), 1.0, 6.0),
    ]
    assert contradictions(answers, sets).broken.mean() < 0.002
    answers.iloc[::100] = 6.0
    assert contradictions(answers, sets).broken.iloc[::100].all()
