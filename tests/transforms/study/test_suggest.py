"""Which spellings are one value, and what a slip of the pen may have meant."""

import pytest

from transforms.study.settings import Text
from transforms.study.suggest import did_you_mean, is_slip, spelling, spellings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (3, 3.0),  # a number is a number
        ("3.0", 3),
        ("٣", 3),  # in Arabic digits
        (True, 1),  # yes is 1
        ("Amman ", "amman"),
        ("Don't know", "dont know"),
        ("Ségou", "SEGOU"),  # accents
        ("عمّان", "عمان"),  # vowel signs
        ("أردني", "اردنى"),  # letters people write for one another
    ],
)
def test_spellings_of_one_value(one, other):
    assert spelling(one) == spelling(other)


@pytest.mark.parametrize(("one", "other"), [(1, 11), ("A1", "A11"), ("Amman", "Oman"), ("no", "")])
def test_spellings_of_two_values(one, other):
    assert spelling(one) != spelling(other)


def test_spellings_of_a_scale():
    assert spellings([(1.0, Text(en="No", ar="لا")), ("b", Text(en="Yes"))]) == {"1", "no", "لا", "b", "yes"}


@pytest.mark.parametrize(
    ("word", "names", "said"),
    [
        ("wieght", ["weight", "height"], "Did you mean weight?"),
        ("GOV", ["gov"], "Did you mean gov?"),
        ("zzz", ["a"], "There is: a."),
        ("zzz", ["b", "a", "b"], "There are: b, a."),
        ("zzz", [f"name{i}" for i in range(13)], ""),  # too many to list
        ("zzz", [], ""),
    ],
)
def test_did_you_mean(word, names, said):
    assert did_you_mean(word, names) == said
    assert did_you_mean(word, names, listed=False) == (said if said.startswith("Did") else "")


@pytest.mark.parametrize(
    ("word", "slip"),
    [
        ("Norht", True),
        ("North", False),  # it is one of them
        ("NORTH", False),  # in another spelling
        ("South", False),  # a different word of that length
        ("A11", False),  # numbers of places are alike without being meant
        ("12", False),
    ],
)
def test_is_slip(word, slip):
    assert is_slip(word, ["North", "A1", "1"]) is slip
