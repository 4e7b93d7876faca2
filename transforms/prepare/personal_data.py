"""What looks like personal data in a text or a table that is about to leave: where it stands and by which rule.

A hit never holds the value. Rules are data: patterns of values (methods 7) and of names of columns, in English and
Arabic. Digits may be written as in Arabic or Persian. Coordinates are pairs with four decimals or more, neither of
them between -1 and 1: pairs of shares are far more common than villages on the equator.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

HEADER = 1  # row of the names of columns
PLAIN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)
BEFORE, AFTER = r"(?<![\w.,/+-])", r"(?!\w|[.,-]\d)"  # not within a longer number, word or address
DEGREES = r"-?[1-9]\d?\.\d{4,}"

VALUES = {
    "email": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    "telephone": re.compile(
        BEFORE
        + r"(?:(?:\+|00) ?962[ -]?(?:\(0\))?(?:[ -]?\d){7,9}|962[ -]?7(?:[ -]?\d){8}|07(?:[ -]?\d){8,9}"
        + r"|\+[1-9](?:[ -]?\d){8,14})"
        + AFTER
    ),
    "national_number": re.compile(BEFORE + r"\d{10}" + AFTER),
    "unhcr_case": re.compile(r"(?<!\w)\d{3}-\d{2}[A-Za-z]\d{5}(?!\w)"),
    "iban": re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"),
    "coordinates": re.compile(
        rf"(?<![\w.]){DEGREES}\s*[,;/ ]\s*-?[1-9]\d{{0,2}}\.\d{{4,}}(?![\w.])|\d{{1,3}}° ?\d{{1,2}}['′]"
    ),
}
COLUMNS = {
    "name": r"(full|first|last|family|father|mother|respondent|head|contact|beneficiary)_?name|surname"
    r"|(ال)?اسم(_(كامل|الكامل|المستجيب|العائلة|الأب|الأم|رب_الأسرة))?",
    "telephone": r"(tele)?phone(_?(no|number|\d))?|mobile(_?(no|number|\d))?|whats_?app|tel"
    r"|(رقم_)?(ال)?(هاتف|جوال|موبايل|خلوي|واتساب)",
    "national_number": r"national_?(id|no|number)|id_?(no|number)|passport(_?(no|number))?|nin|ssn"
    r"|(ال)?رقم_(ال)?(وطني|شخصي|هوية|جواز)|(رقم_)?(ال)?(هوية|جواز(_السفر)?)",
    "unhcr_case": r"unhcr(_?(no|number|case|id|file))*|(progres|case|file|asylum)_?(no|number)"
    r"|رقم_(ال)?(ملف|مفوضية|حالة)|(رقم_)?المفوضية",
    "email": r"e_?mail(_?address)?|(ال)?بريد(_(ال)?(إلكتروني|الكتروني))?|(ال)?(إيميل|ايميل)",
    "address": r"(home_?|street_?)?address|(ال)?عنوان(_(ال)?(سكن|منزل|بيت))?",
    "coordinates": r"lat(itude)?|lon(g|gitude)?|gps(_.*)?|_?geo_?(point|location)?|coord(inate)?s?"
    r"|(ال)?إحداثيات|احداثيات|خط_(ال)?(طول|عرض)",
    "iban": r"iban|(bank_?)?account_?(no|number)|(رقم_)?(ال)?(آيبان|ايبان)|رقم_(ال)?حساب",
}
NAMES = {rule: re.compile(pattern) for rule, pattern in COLUMNS.items()}
NUMBER = re.compile(r"[-+]?\d*\.\d+(e[-+]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """Where something was found, and by which rule; the value stays where it is. A text has no columns."""

    row: int
    column: str
    rule: str


def find_in_text(text: str, known: Collection[str] = ()) -> tuple[Hit, ...]:
    """Hits in a text, by line. known: words of the study's own, such as its seed, that are no personal data."""
    lines = enumerate(text.splitlines(), start=1)
    return tuple(Hit(row, "", rule) for row, line in lines for rule in rules_of(line, known))


def find_in_table(rows: Sequence[Sequence[str]], known: Collection[str] = ()) -> tuple[Hit, ...]:
    """Hits in a table, cell by cell; the first row has the names of the columns, which are searched as well."""
    if not rows:
        return ()
    header = rows[0]
    hits = [Hit(HEADER, name, f"column_{rule}") for name in header if name not in known for rule in rules_of_name(name)]
    for row, cells in enumerate(rows[1:], start=HEADER + 1):
        for place, cell in enumerate(cells):
            column = header[place] if place < len(header) else ""
            hits += [Hit(row, column, rule) for rule in rules_of(cell, known)]
    return tuple(hits)


def rules_of(value: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """Names of the rules that a value breaks."""
    if len(value) < 6 or NUMBER.fullmatch(value):  # no identifier is as short, or a decimal number
        return ()
    plain = value.translate(PLAIN_DIGITS)
    for word in known:
        plain = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "", plain)
    found = ((rule, pattern.finditer(plain)) for rule, pattern in VALUES.items())
    return tuple(rule for rule, matches in found if any(rule != "iban" or is_iban(match[0]) for match in matches))


def rules_of_name(name: str) -> tuple[str, ...]:
    """Names of the rules by which a column should not leave, whatever stands in it."""
    words = re.sub(r"[\W_]+", "_", name.strip().lower()).strip("_")
    return tuple(rule for rule, pattern in NAMES.items() if pattern.fullmatch(words))


def is_iban(text: str) -> bool:
    """True where the check digits fit (ISO 13616: letters as 10 to 35, the number modulo 97 is 1)."""
    letters = text.replace(" ", "")
    return int("".join(str(int(letter, 36)) for letter in letters[4:] + letters[:4])) % 97 == 1


def visible_text(page: str) -> str:
    """What a reader of a web page can read: no drawings, styles or pictures; one line for each element's text."""
    return "\n".join(_texts(page))


def _texts(page: str) -> Iterator[str]:
    for part in re.split(r"<[^>]*>", re.sub(r"(?is)<(svg|style|script)\b.*?</\1>", "", page)):
        yield " ".join(part.split())
