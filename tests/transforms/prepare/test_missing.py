import pytest

from transforms.prepare.missing import COMMON_LABELS, REASONS, build_lookup, common_reason, is_blank


@pytest.mark.parametrize(
    ("label", "reason", "why"),
    [
        ("Don't know", "dk", "plain"),
        ("DON’T KNOW", "dk", "shouted, with another apostrophe"),
        ("Don’t know/Haven’t heard enough", "dk", "Afrobarometer round 7"),
        ("Don't know/ Haven't heard enough", "dk", "Afrobarometer round 6"),
        ("dont_know", "dk", "Kobo choice"),
        ("لا أعرف", "dk", "Arabic"),
        ("لا اعرف", "dk", "Arabic without hamza"),
        ("Ne sait pas", "dk", "French"),
        ("Refused", "refused", "plain"),
        ("prefer_not_answer", "refused", "Kobo choice"),
        ("رفض الإجابة", "refused", "Arabic"),
        ("أفضّل عدم الإجابة", "refused", "Arabic with vowel signs"),
        ("No answer", "skipped", "plain"),
        ("Missing", "skipped", "Afrobarometer"),
        ("لم يجب", "skipped", "Arabic"),
        ("N/A", "not_applicable", "the stroke is part of it"),
        ("لا ينطبق", "not_applicable", "Arabic"),
        ("Neutral", None, "an answer"),
        ("Not sure", None, "can be an answer"),
        ("Nothing is missing", None, "words around it"),
        ("No", None, "an answer"),
        ("لا", None, "an answer"),
        ("/", None, "no words"),
        ("", None, "nothing"),
    ],
)
def test_common_reason(label, reason, why):
    assert common_reason(label) == reason, why


def test_every_common_reason_is_one_the_study_knows():
    assert {reason for reason, _ in COMMON_LABELS} <= set(REASONS)


@pytest.mark.parametrize("text", ["", "  ", "NA", "NaN", "#NULL!", ".", "\u200f"])
def test_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", ["0", "No", "na", "-"])
def test_not_blank(text):
    assert not is_blank(text)


@pytest.mark.parametrize(
    ("wanted", "found", "why"),
    [
        (("509",), "B", "the value"),
        (("509.0",), "B", "the value with decimals"),
        (("٥٠٩",), "B", "the value in Arabic digits"),
        (("BAMAKO",), "B", "a label in capitals"),
        (("510", "Bamako"), "B", "the label, where the value is not known"),
        ((None, "509"), "B", "no value"),
        (("A2",), "two", "exact before folded"),
        (("a2",), "two small", "exact before folded"),
        (("-9",), None, "a sign is not punctuation"),
        (("agree",), None, "two labels that mean different things"),
        ((), None, "nothing asked"),
    ],
)
def test_lookup(wanted, found, why):
    pairs = [("509", "B"), ("Bamako", "B"), ("A2", "two"), ("a2", "two small"), ("9", "nine")]
    lookup = build_lookup([*pairs, ("Agree!", "x"), ("Agree?", "y"), ("--", "nothing to fold")])
    assert lookup.find(*wanted) == found, why
