"""What looks like personal data is found wherever it stands, and results of a study are not taken for it."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.prepare.personal_data import (
    Hit,
    find_in_table,
    find_in_text,
    is_iban,
    rules_of,
    rules_of_name,
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
    ],
)
def test_results_are_no_personal_data(value: str, why: str) -> None:
    assert rules_of(value) == (), why


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Full name", "name"), ("respondent_name", "name"), ("الاسم الكامل", "name"), ("Phone number", "telephone"),
        ("رقم الهاتف", "telephone"), ("الرقم الوطني", "national_number"), ("national-id", "national_number"),
        ("UNHCR case number", "unhcr_case"), ("البريد الإلكتروني", "email"), ("GPS_accuracy", "coordinates"),
        ("خط الطول", "coordinates"), ("lat", "coordinates"), ("IBAN", "iban"), ("العنوان", "address"),
    ],
)  # fmt: skip
def test_names_of_columns_in_both_languages(name: str, rule: str) -> None:
    assert rules_of_name(name) == (rule,)


@pytest.mark.parametrize("name", ["n", "name", "status", "label_ar", "estimate", "latent", "telling", "المحافظة"])
def test_names_of_columns_of_results_are_left_in_peace(name: str) -> None:
    assert rules_of_name(name) == ()


def test_a_hit_says_where_and_by_which_rule_and_never_what() -> None:
    rows = [["town", "phone"], ["Irbid", ""], ["0791234567", "1"]]
    hits = find_in_table(rows)
    assert hits == (Hit(1, "phone", "column_telephone"), Hit(3, "town", "telephone"), Hit(3, "town", "national_number"))
    assert "0791234567" not in repr(hits)
    assert find_in_table([]) == ()
    assert find_in_table([["a"], ["b", "0791234567"]])[0] == Hit(2, "", "telephone"), "a cell beyond the header"
    assert find_in_text("one\nfrom a@b.org") == (Hit(2, "", "email"),)


def test_what_the_study_itself_says_is_known() -> None:
    assert find_in_text("seed = 1234567890", known={"1234567890"}) == ()
    assert find_in_text("seed = 12345678901", known={"1"}) == ()
    assert find_in_table([["phone"], ["1"]], known={"phone"}) == (), "a wave asked by telephone"


def test_of_a_page_only_what_is_read_counts() -> None:
    page = "<style>0791234567</style><p>31.95394<b>35.91063</b></p><svg><text>0791234567</text></svg><a>x</a>"
    assert find_in_text(visible_text(page)) == ()
    assert find_in_text(visible_text("<td>0791234567</td>"))[0].rule == "telephone"


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
