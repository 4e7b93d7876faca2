"""Numbers are written in one place, sentences are found or missed loudly."""

import math
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.impact.effects.families import ADJUSTMENTS
from transforms.impact.estimate import REASONS
from transforms.measure.factors.reasons import FACTOR_REASONS
from transforms.present.wording import Wording, WordingError, plural_form
from transforms.quality.problems import SEVERITIES, STAGES

NUMBERS = {"thousands": ",", "percent": " %", "to": " to ", "none": "–", "comma": ", ", "list": "{first} and {last}",
           "no_limits": "no limits", "at_least": "{number} or more", "at_most": "{number} or less"}  # fmt: skip
WORDS = {
    "numbers": NUMBERS,
    "hello": "Hello {name}, {n} times",
    "row": {"one": "{count} row", "other": "{count} rows of {place}"},
    "places": {"all": "All places"},
}
ENGLISH = Wording("en", WORDS)
ARABIC = Wording("ar", WORDS)


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "expected", "why"),
    [
        (1.005, 2, False, "1.00", "fixed decimals, as Python rounds"),
        (-0.214, 2, False, "−0.21", "a real minus sign"),
        (0.214, 2, True, "+0.21", "a sign where a change is meant"),
        (0.001, 2, True, "0.00", "what rounds to zero has no sign"),
        (-0.001, 2, True, "0.00", "and no minus either"),
        (1234567.8, 0, False, "1,234,568", "thousands apart"),
        (math.nan, 2, False, "–", "a dash for what is not there"),
        (math.inf, 2, False, "–", "nor is the infinite a number to print"),
    ],
)
def test_numbers(value: float, decimals: int, signed: bool, expected: str, why: str) -> None:
    assert ENGLISH.number(value, decimals, signed=signed) == expected, why


def test_shares_intervals_and_p_values() -> None:
    cases = [
        (ENGLISH.percent(0.123), "12 %", "a share is in per cent"),
        (ENGLISH.percent(0.123, 1), "12.3 %", "with decimals where asked"),
        (ENGLISH.percent(math.nan), "–", "no share"),
        (ENGLISH.interval(-0.1, 0.2, signed=True), "−0.10 to +0.20", "both ends signed"),
        (ENGLISH.interval(math.nan, 0.2), "–", "half an interval is none"),
        (ENGLISH.interval(-0.1, math.inf, signed=True), "−0.10 or more", "no upper limit"),
        (ENGLISH.interval(-math.inf, 0.2, signed=True), "+0.20 or less", "no lower limit"),
        (ENGLISH.interval(-math.inf, math.inf), "no limits", "neither"),
        (ENGLISH.p_value(0.0004), "<\u00a00.001", "never zero"),
        (ENGLISH.p_value(0.0421), "0.042", "three decimals"),
        (ENGLISH.p_value(math.nan), "–", "no p-value"),
        (ENGLISH.p_phrase(0.0421), "p\u00a0=\u00a00.042", "as in a sentence"),
        (ENGLISH.p_phrase(0.00001), "p\u00a0<\u00a00.001", "very small in a sentence"),
    ]
    for got, expected, why in cases:
        assert got == expected, why


def test_numbers_in_right_to_left_text_are_isolated() -> None:
    assert ARABIC.number(-0.2) == "\u2066−0.20\u2069"
    assert ARABIC("hello", name="عمّان", n=3) == "Hello \u2068عمّان\u2069, \u20663\u2069 times"
    assert ARABIC("hello", name=ARABIC.number(1.0), n=3).startswith("Hello \u20661.00\u2069"), "isolated once only"
    assert (ARABIC.direction, ENGLISH.direction) == ("rtl", "ltr")


def test_sentences_are_found_and_filled_or_missed_loudly() -> None:
    assert ENGLISH("hello", name="Amal", n=1200) == "Hello Amal, 1,200 times"
    assert ENGLISH("hello", name="{n}", n=1) == "Hello {n}, 1 times", "a value is never read as a sentence"
    with pytest.raises(WordingError, match=r"wording\.en\.toml has no sentence hello\.you"):
        ENGLISH("hello.you")
    with pytest.raises(WordingError, match="hello names 'n', which is not given"):
        ENGLISH("hello", name="Amal")
    with pytest.raises(WordingError, match="has no sentence row"):
        ENGLISH("row")


def test_counted_lists_and_names() -> None:
    assert ENGLISH.counted("row", 1) == "1 row"
    assert ENGLISH.counted("row", 2, place="Irbid") == "2 rows of Irbid"
    assert ARABIC.counted("row", 5, place="x").startswith("\u20665"), "a form a language lacks falls back to other"
    assert [ENGLISH.list(parts) for parts in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert (ENGLISH.name("places", "all"), ENGLISH.name("places", "deir_alla")) == ("All places", "deir alla")


@pytest.mark.parametrize(
    ("language", "count", "form"),
    [("en", 0, "other"), ("en", 1, "one"), ("en", 2, "other"), ("ar", 0, "zero"), ("ar", 1, "one"), ("ar", 2, "two"),
     ("ar", 3, "few"), ("ar", 110, "few"), ("ar", 11, "many"), ("ar", 99, "many"), ("ar", 100, "other"),
     ("ar", 102, "other")],
)  # fmt: skip
def test_plural_forms_are_those_of_the_unicode_rules(language: str, count: int, form: str) -> None:
    assert plural_form("ar" if language == "ar" else "en", count) == form


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_a_written_number_reads_back_as_itself(value: float, decimals: int) -> None:
    text = ENGLISH.number(value, decimals, signed=True)
    assert float(text.replace("−", "-").replace(",", "")) == pytest.approx(round(value, decimals), abs=1e-9)


def test_wording_names_everything_the_results_can_hold(say: Wording) -> None:
    needed = {
        "reasons": (*REASONS, *FACTOR_REASONS),
        "severities": SEVERITIES,
        "stages": STAGES,
        "actions": ("accept", "set_missing", "keep_first", "remove"),
        "arms": ("treated", "comparison", "everyone", "all", "unknown"),
        "places": ("all", "pooled", "equal weight", "everywhere", "unknown"),
        "row_reasons": (
            "rows_in_file",
            "rows_of_another_wave",
            "rows_not_kept",
            "rows_without_consent",
            "rows_without_assent",
            "waived",
        ),
        "methods_short": ("CR2", "bootstrap", "randomisation", "none", "taylor"),
        "adjustments": ADJUSTMENTS,
    }
    missing = [
        f"{kind}.{code}" for kind, codes in needed.items() for code in codes if say.find(f"{kind}.{code}") is None
    ]
    assert not missing


FORMS = ("zero", "one", "two", "few", "many")


def places(sentence: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(sentence) if name})


def test_both_languages_say_the_same_things(sentences: Callable[[str], Wording]) -> None:
    """The same keys, the same places to fill, but for the forms of plurals, which languages have more or fewer of."""
    english, arabic = sentences("en").sentences(), sentences("ar").sentences()
    assert {key for key in english if key.split(".")[-1] not in FORMS} == {
        key for key in arabic if key.split(".")[-1] not in FORMS
    }
    assert not [key for key in english if key in arabic and places(english[key]) != places(arabic[key])]
    for key in arabic:
        if key.endswith(".other"):
            stem = key.removesuffix("other")
            forms = {name for name in arabic if name.startswith(stem)}
            assert forms == {stem + form for form in (*FORMS, "other")}, "Arabic has six forms"
            assert all(places(arabic[form]) == places(arabic[key]) for form in forms)


def test_arabic_is_written_in_arabic(sentences: Callable[[str], Wording]) -> None:
    """But for a list of works, abbreviations and what holds only places to fill."""
    latin = {"sources", "authorities", "methods_short", "numbers", "fit_measures"}
    for key, sentence in sentences("ar").sentences().items():
        letters = [letter for letter in sentence if letter.isalpha()]
        if key.split(".")[0] not in latin and key not in ("page.other_language", "effects.p", "provenance.sha"):
            filled = string.Formatter().parse(sentence)
            own = "".join(text for text, *_ in filled)
            assert not any(map(str.isalpha, own)) or any("\u0600" <= letter <= "\u06ff" for letter in letters), key


def test_no_sentence_shouts_or_sells(say: Wording) -> None:
    for key, sentence in say.sentences().items():
        assert "!" not in sentence, key
        assert "significant" not in sentence.lower(), f"{key}: the report does not sort numbers by a threshold"
        for _, name, _, _ in string.Formatter().parse(sentence):
            assert name is None or name.isidentifier(), key
