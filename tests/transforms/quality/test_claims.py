"""Who says yes to what does not exist."""

import numpy as np
import pandas as pd
import pytest

from transforms.quality.claims import asks_yes_or_no, over_claims
from transforms.quality.wave_rules import wave_rules

SETTINGS = """
[[waves]]
name = "before"
file = "before.csv"
[design]
[[indices]]
name = "trust"
"""
CODEBOOK = """
variable | type | scale | direction | index | role | before
t | item | 0-4 | + | trust | headline | t
saw | item | 0-1 | + | | quality | s
heard | item | heard | - | | quality | h
attentive | item | 0-4 | + | | quality | a
real | item | 0-1 | + | | exposure | r
word | item | word | + | | quality | w
age | number | | | | quality | b
"""
SCALES = """
scale | code | label_en
heard | 1 | Yes
heard | 2 | No
word | yes | Yes
word | no | No
"""


@pytest.fixture(scope="module")
def study(little_study):
    return little_study(SETTINGS, CODEBOOK, SCALES)


@pytest.mark.parametrize(
    ("name", "asks", "why"),
    [
        ("saw", True, "a yes or no of role quality"),
        ("heard", True, "whatever its codes are"),
        ("attentive", False, "five answers: another kind of question"),
        ("real", False, "a campaign that exists"),
        ("word", False, "answers that are no numbers have no high end"),
        ("age", False, "a number without a scale"),
    ],
)
def test_which_questions_ask_about_what_does_not_exist(study, name, asks, why):
    assert asks_yes_or_no(study.codebook.variable(name), study) is asks, why
    rules = [rule.variable for rule in wave_rules(study, study.baseline) if rule.check == "over_claiming"]
    assert (name in rules) is asks


@pytest.mark.parametrize(
    ("name", "answers", "claims", "why"),
    [("saw", [1, 0, 0, np.nan], 1, "1 is yes"), ("heard", [1, 1, 2, np.nan], 2, "1 is yes: its direction is down")],
)
def test_claims_are_counted_of_those_who_answered(study, name, answers, claims, why):
    found = over_claims(pd.Series(answers, dtype="float64"), study.codebook.variable(name), study)
    assert (found.broken.sum(), found.evaluated.sum()) == (claims, 3), why
    assert not found.rows.any(), "the share speaks of the wave, nobody is to be looked up"
