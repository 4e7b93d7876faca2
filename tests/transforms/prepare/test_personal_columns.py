"""Names of columns that should not leave, as forms and people write them in both languages; and those that may."""

import pytest

from transforms.prepare.personal_columns import rules_of_name
from transforms.prepare.plain_text import plain_name, plain_text


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Full name", "name"), ("respondent_name", "name"), ("name_of_respondent", "name"), ("respName", "name"),
        ("Household head name", "name"), ("الاسم الكامل", "name"), ("الإسم", "name"), ("الاسم الثلاثي", "name"),
        ("اسم المستجيبة", "name"), ("اسم رب الأسره", "name"), ("أسماء أفراد الأسرة", "name"), ("surname", "name"),
        ("Phone number", "telephone"), ("phoneNumber", "telephone"), ("phone_2", "telephone"),
        ("group_ab/phone", "telephone"), ("Telephone #", "telephone"), ("mobile no.", "telephone"),
        ("contact_number", "telephone"), ("رقم الهاتف", "telephone"), ("رقـم الهاتف", "telephone"),
        ("رقم هاتف المستجيب", "telephone"), ("تلفون", "telephone"), ("هاتف٢", "telephone"),
        ("الرقم الوطني", "national_number"), ("الرقم الوطنى", "national_number"), ("رقم القيد", "national_number"),
        ("national-id", "national_number"), ("UNHCR case number", "unhcr_case"), ("رقم المِلَفّ", "unhcr_case"),
        ("البريد الإلكتروني", "email"), ("E-mail address", "email"), ("GPS_accuracy", "coordinates"),
        ("خط الطول", "coordinates"), ("lat", "coordinates"), ("consent/_gps_latitude", "coordinates"),
        ("IBAN", "iban"), ("العنوان", "address"), ("عنوان السكن", "address"), ("ملاحظات", "free_text"),
        ("ملاحظات الباحث", "free_text"), ("Comments", "free_text"),
    ],
)  # fmt: skip
def test_names_of_columns_in_both_languages(name: str, rule: str) -> None:
    assert rules_of_name(name) == (rule,)


@pytest.mark.parametrize(
    "name",
    [
        "n", "name", "status", "label_ar", "estimate", "latent", "telling", "المحافظة", "اسم المحافظة", "note_en",
        "file", "case", "number", "contact", "account", "location", "location/reason", "variable_name", "مكان السكن",
        "longest",
    ],
)  # fmt: skip
def test_names_of_columns_of_results_are_left_in_peace(name: str) -> None:
    assert rules_of_name(name) == ()


@pytest.mark.parametrize(
    ("text", "plain", "why"),
    [
        ("plain 1.5 - 2", "plain 1.5 - 2", "nothing to do"),
        ("٠١٢ ۴۵۶ ７", "012 456 7", "digits"),
        ("a\u2013b\u2212c\u2011d", "a-b-c-d", "dashes"),
        ("a\u00a0b\u202fc", "a b c", "spaces"),
        ("\ufeffa\u200fb\u2066c\u2069", "abc", "marks that nobody sees"),
        ("٣١٫٩٥، ٣٥º ٥٧’", "31.95, 35° 57'", "signs"),
        ("كتــاب", "كتاب", "a stretched word"),
    ],
)
def test_text_in_one_spelling(text: str, plain: str, why: str) -> None:
    assert plain_text(text) == plain, why


def test_names_in_one_spelling() -> None:
    assert plain_name(" الأُسْرة ") == plain_name("الاسره") == "الاسره"
    assert plain_name("phoneNumber (main)") == "phone_number_main"
