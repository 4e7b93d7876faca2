import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.prepare.text import (
    label_key,
    number_text,
    parse_coded_text,
    parse_number,
    parse_numbers,
    plain_decimals,
    tidy_text,
    value_key,
)

ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@pytest.mark.parametrize(
    ("text", "number", "why"),
    [
        ("3", 3.0, "a digit"),
        ("-1", -1.0, "codes can be negative"),
        ("3.50", 3.5, "decimals"),
        (".5", 0.5, "no digit before the point"),
        ("1e-05", 1e-05, "R writes small weights so"),
        ("1E5", None, "a name of a block, not a hundred thousand"),
        ("1_000", None, "Python would read it, people do not write it"),
        ("nan", None, "not a number is not a number"),
        ("inf", None, "nor is infinity"),
        ("1e+999", None, "too large to be kept"),
        ("0x1F", None, "no programmer filled in the form"),
        ("3-Agree", None, "coded text is told apart later"),
        ("", None, "an empty cell"),
    ],
)
def test_a_number_is_a_number_and_nothing_else(text, number, why):
    assert parse_number(text) == number, why
    together = parse_numbers([text])
    assert np.isnan(together[0]) if number is None else together[0] == number, why


@given(st.integers(-(10**9), 10**9))
def test_digits_of_three_alphabets_are_one_number(number):
    written = str(number)
    for other in (written.translate(ARABIC_INDIC), written.translate(PERSIAN), written.replace("-", "\u2212")):
        assert parse_number(tidy_text(other)) == number
        assert value_key(other) == written


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_code_survives_its_text(number):
    assert float(number_text(number)) == number


@given(st.integers(0, 99), st.decimals(0, 99, places=2))
def test_arabic_decimals(whole, decimal):
    written = f"{whole}\u066b{str(decimal).split('.')[1]}".translate(ARABIC_INDIC)
    assert parse_number(tidy_text(written)) == float(f"{whole}.{str(decimal).split('.')[1]}")


@given(st.text())
def test_tidying_twice_changes_nothing(text):
    assert tidy_text(tidy_text(text)) == tidy_text(text)
    assert label_key(label_key(text)) == label_key(text)


@given(st.lists(st.text(max_size=12)))
def test_many_numbers_are_read_as_one_by_one(texts):
    tidy = [tidy_text(text) for text in texts]
    alone = [np.nan if (number := parse_number(text)) is None else number for text in tidy]
    np.testing.assert_array_equal(parse_numbers(tidy), np.array(alone, dtype=float))


@pytest.mark.parametrize(
    ("text", "tidy", "why"),
    [
        ("  strongly   agree ", "strongly agree", "spaces"),
        ("Irbid\u00a0", "Irbid", "a space that does not break"),
        ("\ufeffyes", "yes", "a byte-order mark"),
        ("\u200fنعم\u200e", "نعم", "marks of direction"),
        ("مخيم ٣", "مخيم 3", "a digit inside a name"),
        ("١٬٢٥٠", "1250", "the Arabic mark of thousands"),
    ],
)
def test_tidy_text(text, tidy, why):
    assert tidy_text(text) == tidy, why


@pytest.mark.parametrize(
    ("one", "other", "same", "why"),
    [
        ("Strongly agree", "STRONGLY  AGREE.", True, "case, spaces and a full stop"),
        ("Don't know", "Don’t know", True, "two apostrophes"),
        ("dont_know", "Don't know", True, "the name Kobo gives a choice"),
        ("Très", "tres", True, "accents"),
        ("موافق بشدة", "موافق بشده", True, "final ha for ta marbuta"),
        ("أوافق", "اوافق", True, "alif without hamza"),
        ("لا ينطبق عليّ", "لا ينطبق على", True, "vowel signs, and alif maqsura for ya"),
        ("مُوافِق", "موافق", True, "vowel signs"),
        ("مــوافق", "موافق", True, "a stretched letter"),
        ("راضی", "راضي", True, "Persian ya"),
        ("agree", "disagree", False, "the opposite"),
        ("< 5", "> 5", False, "a sign that carries the meaning"),
        ("Yes, a lot", "Yes, a little", False, "other words"),
    ],
)
def test_label_key(one, other, same, why):
    assert (label_key(one) == label_key(other)) is same, why


@pytest.mark.parametrize(
    ("text", "coded", "why"),
    [
        ("3-Agree", (3.0, "Agree"), "as many forms export it"),
        ("3 - Agree", (3.0, "Agree"), "with spaces"),
        ("3. Agree", (3.0, "Agree"), "as a list"),
        ("3) Agree", (3.0, "Agree"), "half a bracket"),
        ("(3) Agree", (3.0, "Agree"), "brackets"),
        ("3=Agree", (3.0, "Agree"), "as SPSS syntax"),
        ("3: Agree", (3.0, "Agree"), "a colon"),
        ("3 – موافق", (3.0, "موافق"), "a dash, Arabic words"),
        ("-1 - Missing", (-1.0, "Missing"), "a negative code"),
        ("98.Don't know", (98.0, "Don't know"), "a code of two digits"),
        ("18-24", None, "an age band"),
        ("2-3 times", None, "a count"),
        ("1.5 kg", None, "an amount"),
        ("3", None, "a code alone"),
        ("3-", None, "no words"),
        ("3 Agree", None, "nothing between: it could be 3 apples"),
        ("Agree", None, "words alone"),
    ],
)
def test_coded_text(text, coded, why):
    assert parse_coded_text(text) == coded, why


@given(
    st.integers(-99, 999),
    st.sampled_from(["-", " - ", ". ", ") ", ": ", "=", " – "]),
    st.text(st.characters(categories=["L"]), min_size=1),
)
def test_code_and_words_come_back(code, between, words):
    words = tidy_text(words)
    assert parse_coded_text(tidy_text(f"{code}{between}{words}")) == (float(code), words)


@pytest.mark.parametrize(
    ("texts", "plain", "why"),
    [
        (["0,444", "1,153"], ["0.444", "1.153"], "a zero before the comma cannot be a thousand"),
        (["1,5", "2,250"], ["1.5", "2.250"], "one decimal shows what the comma of the others is"),
        (["1,250", "2,500"], ["1,250", "2,500"], "thousands or decimals: not ours to say"),
        (["1.5", "2"], ["1.5", "2"], "no comma"),
    ],
)
def test_decimal_commas(texts, plain, why):
    assert plain_decimals(pd.Series(texts, dtype="str")).tolist() == plain, why
