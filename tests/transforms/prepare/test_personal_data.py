"""What looks like personal data is found wherever it stands, and results of a study are not taken for it."""

import hashlib
import string
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.prepare.personal_data import (
    Hit,
    find_in_table,
    find_in_text,
    is_iban,
    rules_of,
    rules_of_cell,
    visible_text,
)

IBAN = "JO94CBJO0010000000000131000302"  # the example of the IBAN registry


@pytest.mark.parametrize(
    ("value", "rule", "why"),
    [
        ("write to a.b@example.org", "email", "anywhere in a sentence"),
        ("+962 79 123 4567", "telephone", "a mobile with the code of the country"),
        ("00962791234567", "telephone", "with two zeros"),
        ("962791234567", "telephone", "without a sign"),
        ("0791234567", "telephone", "as people write it at home"),
        ("079-123-4567", "telephone", "with dashes"),
        ("٠٧٩١٢٣٤٥٦٧", "telephone", "in Arabic digits"),
        ("07701234567", "telephone", "a mobile in Iraq has a digit more"),
        ("+96265001234", "telephone", "a telephone on a wall"),
        ("+31 6 1234 5678", "telephone", "of another country"),
        ("9871234567", "national_number", "ten digits"),
        ("(۹۸۷۱۲۳۴۵۶۷)", "national_number", "in Persian digits, in brackets"),
        ("No. 9871234567.", "national_number", "at the end of a sentence"),
        ("245-18C01234", "unhcr_case", "case of UNHCR"),
        ("245-18c01234", "unhcr_case", "in small letters"),
        (IBAN, "iban", "an account"),
        ("JO94 CBJO 0010 0000 0000 0131 0003 02", "iban", "in fours"),
        ("31.95394, 35.91063", "coordinates", "the middle of Amman"),
        ("31.95394 35.91063", "coordinates", "as a form writes them"),
        ("31° 57' N", "coordinates", "in degrees and minutes"),
        ("+962 (0)7 9123 4567", "telephone", "the zero that is left out abroad"),
        ("+962\u00a079\u00a0123\u00a04567", "telephone", "with spaces that do not break"),
        ("079\u200f1234567", "telephone", "with a mark of direction, which nobody sees"),
        ("079–123–4567", "telephone", "with dashes of a word processor"),
        ("(079) 123 4567", "telephone", "with brackets"),
        ("079.123.4567", "telephone", "with points"),
        ("079/1234567", "telephone", "with a stroke"),
        ("٠٧٩ ١٢٣ ٤٥٦٧", "telephone", "in Arabic digits, with spaces"),
        ("０７９１２３４５６７", "telephone", "in wide digits"),
        ("Amal,0791234567", "telephone", "behind a comma"),
        ("0791234567,0781234567", "telephone", "two of them"),
        ("0791234567-0781234567", "telephone", "two of them, with a dash"),
        ("هاتف0791234567", "telephone", "grown together with a word"),
        ("tel.0791234567", "telephone", "behind an abbreviation"),
        ("phone_0791234567.csv", "telephone", "in the name of a file"),
        ("962-79-123-4567", "telephone", "with the code of the country, no sign and dashes"),
        ("987-123-4567", "national_number", "in groups"),
        ("9871 234 567", "national_number", "in other groups"),
        ("987 1234 567", "national_number", "in others again"),
        ("9871234567.0", "national_number", "as a program writes a number that may be missing"),
        ("9.871234567e+09", "national_number", "as another one does"),
        ("9871234567,9881234567", "national_number", "two of them"),
        ("id_9871234567", "national_number", "behind a word"),
        ("245/18C01234", "unhcr_case", "with a stroke"),
        ("24518C01234", "unhcr_case", "without a dash"),
        ("245–18C 01234", "unhcr_case", "with the dash of a word processor"),
        ("245-00123456", "unhcr_case", "a person's number rather than a case's"),
        ("amal[at]example.org", "email", "hidden from machines"),
        ("amal＠example.org", "email", "with a wide sign"),
        ("أمل@مثال.الأردن", "email", "in Arabic"),
        (IBAN.lower(), "iban", "in small letters"),
        ("JO94-CBJO-0010-0000-0000-0131-0003-02 is mine", "iban", "with dashes, in a sentence"),
        ("31.95394° N, 35.91063° E", "coordinates", "with signs and letters"),
        ("٣١٫٩٥٣٩٤، ٣٥٫٩١٠٦٣", "coordinates", "in Arabic digits, points and comma"),
        ("31º57’14” N", "coordinates", "with the signs of another keyboard"),
        ("31° 57.236' N", "coordinates", "with decimal minutes"),
        ("31 57 14 N 35 54 38 E", "coordinates", "in degrees, minutes and seconds without signs"),
        ("POINT(35.91063 31.95394)", "coordinates", "as a map program writes them"),
        ("/home/amal/study.toml", "home_folder", "somebody's folder"),
        ("C:\\Users\\Amal\\study.toml", "home_folder", "somebody's folder on Windows"),
    ],
)
def test_values_that_look_like_personal_data(value: str, rule: str, why: str) -> None:
    assert rule in rules_of(value), why


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("0.3499570456988831", "an estimate"),
        ("-1.2e-15", "a very small one"),
        ("0.9871234567", "ten digits behind a point"),
        ("12,345,678,901", "a number with its thousands apart"),
        ("2020-10-05", "a date"),
        ("20261122T202305Z-ade6dd", "a run"),
        ("5cd58e7b250f4c0198332dea46e9ac4b5d72966db35fe47588c62f8e1ded640e", "a fingerprint"),
        ("[0.33333333, 0.33333333]", "weights of an index"),
        ("+0.21 (0.10 to 0.32)", "an effect with its limits"),
        ("doi 10.1177/0735648612345", "a work"),
        ("JO94CBJO0010000000000131000303", "an account whose check digits are wrong"),
        ("AMM-02, IRB-03", "communities"),
        ("1,760 of 1,775", "counts"),
        ("07-10-2020 12:30", "a day and a time"),
        ("07.10.2020 12:30", "a day with points"),
        ("07/10/2020 12:30:11", "a day with strokes"),
        ("2020-07-10T12:30:11.123456+03:00", "a time with its zone"),
        ("01 02 03 04 05 06 07 08 09 10 11 12", "codes of answers"),
        ("\u2066+0.21\u2069 (\u2066+0.10\u2069 – \u2066+0.32\u2069)", "an effect in an Arabic sentence"),
        ("p = .0712345678", "a p-value without its zero"),
        ("0,0712345678", "a decimal comma"),
        ("chi2(123) = 4567.89", "a test"),
        ("10.1007/s11205-019-02123-4", "a work"),
        ("AM01 AM02 AM03 MF01 MF02 MF03 MF04 MF05 IR01", "communities, some like the beginning of an account"),
        ("5 @ 3.20", "a price"),
        ("1e9", "a round number"),
        ("1.23e+09", "a number that is rounded"),
        ("1234567.0", "a count with a point"),
        ("+5 (3 - 12), +6 (4 - 13)", "changes with their limits"),
    ],
)
def test_results_are_no_personal_data(value: str, why: str) -> None:
    assert rules_of(value) == (), why


def test_a_hit_says_where_and_by_which_rule_and_never_what() -> None:
    rows = [["town", "phone"], ["Irbid", ""], ["0791234567", "1"]]
    hits = find_in_table(rows)
    assert hits == (Hit(1, 2, "column_telephone"), Hit(3, 1, "telephone"), Hit(3, 1, "national_number"))
    assert "0791234567" not in repr(hits)
    assert find_in_table([]) == ()
    assert find_in_table([["a"], ["b", "0791234567"]])[0] == Hit(2, 2, "telephone"), "a cell beyond the header"
    assert find_in_table([["0791234567"]])[0] == Hit(1, 1, "telephone"), "a table without a header"
    assert find_in_text("one\nfrom a@b.org") == (Hit(2, 0, "email"),)


def test_a_cell_may_hold_a_mobile_that_lost_its_zero() -> None:
    assert rules_of_cell("791234567") == ("telephone",)
    assert rules_of_cell(" ٧٩١٢٣٤٥٦٧.0") == ("telephone",), "as a number"
    assert rules_of("791234567") == (), "in a sentence, any number looks so"
    assert rules_of_cell("712345678") == (), "no network has it"
    assert rules_of_cell("791234567", known={"791234567"}) == ()


def test_what_the_study_itself_says_is_known() -> None:
    assert find_in_text("seed = 1234567890", known={"1234567890"}) == ()
    assert find_in_text("seed = 12345678901", known={"1"}) == ()
    assert find_in_table([["phone"], ["1"]], known={"phone"}) == (), "a wave asked by telephone"


def test_of_a_page_everything_but_its_looks_is_read() -> None:
    page = '<style>0791234567</style><p>31.95394<b>35.91063</b></p><path d="0791234567"/><img src="data:0791234567">'
    assert find_in_text(visible_text(page)) == ()
    for told in (
        "<td>0791234567</td>",
        "<svg><text>0791234567</text></svg>",
        "<!-- 0791234567 -->",
        '<a href="tel:0791234567">call</a>',
        '<svg aria-label="0791234567"></svg>',
        "<style>p {}</style><p>079123&#52;567",
    ):
        assert find_in_text(visible_text(told))[0].rule == "telephone", told


@given(
    st.integers(0, 10**10 - 1), st.sampled_from(["{}", "id: {}", "{} (head)", "{};", "<{}>", "ر{}".replace("ر", "")])
)
def test_ten_digits_are_found_in_any_place(number: int, place: str) -> None:
    assert "national_number" in rules_of(place.format(f"{number:010d}"))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_number_as_a_table_writes_it_is_taken_for_one(value: float) -> None:
    if value != int(value) or abs(value) < 10**9:
        assert rules_of(repr(value)) == ()


@given(st.text(string.ascii_lowercase, min_size=1), st.text(string.ascii_lowercase, min_size=1))
def test_addresses_are_found(name: str, host: str) -> None:
    assert "email" in rules_of(f"{name}@{host}.org")


@given(st.integers(0, 29), st.integers(1, 9))
def test_one_wrong_character_is_no_account(at: int, step: int) -> None:
    if IBAN[at].isdigit():
        wrong = IBAN[:at] + str((int(IBAN[at]) + step) % 10) + IBAN[at + 1 :]
        assert not is_iban(wrong)
    assert is_iban(IBAN)


SPACES = st.sampled_from(["", " ", "-", "\u00a0", "\u2011", "–", "\u200f", "\u202f"])
DIGITS = st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"])
COUNTRY = st.sampled_from(["0", "+962", "00962", "+962 (0)", "+962(0)", "+962 0"])


@given(COUNTRY, SPACES, SPACES, st.integers(0, 10**7 - 1), st.sampled_from("789"), DIGITS)
def test_a_mobile_is_found_however_it_is_written(
    country: str, first: str, second: str, number: int, network: str, digits: str
) -> None:
    last = f"{number:07d}"
    written = f"{country}7{network}{first}{last[:3]}{second}{last[3:]}".translate(str.maketrans(string.digits, digits))
    assert "telephone" in rules_of(written)
    assert "telephone" in rules_of(f"ملاحظة: {written}، شكراً")


@given(st.dates(), st.times(), st.sampled_from(["%d/%m/%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y/%m/%d"]))
def test_no_day_or_time_is_taken_for_a_number(day: date, hour: time, form: str) -> None:
    since = day.replace(year=1990 + day.year % 50)
    assert rules_of(f"{since.strftime(form)} {hour:%H:%M:%S}") == ()


@given(st.lists(st.floats(-100, 100).map(lambda value: f"{value:.2f}"), min_size=1), st.sampled_from([", ", " ", "; "]))
def test_no_row_of_results_is_taken_for_a_number(values: list[str], between: str) -> None:
    assert rules_of(between.join(values)) == ()


@given(st.binary(min_size=32, max_size=32))
def test_a_fingerprint_is_seldom_taken_for_a_number(content: bytes) -> None:
    assert rules_of(hashlib.sha256(content).hexdigest()) == ()
