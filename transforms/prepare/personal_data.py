"""What looks like personal data in a text or a table that is about to leave: where it stands and by which rule.

A hit never holds the value. Rules are data: patterns of values (methods 7), and of names of columns
(`personal_columns`). They are written for text in one spelling (`plain_text`). Coordinates are pairs with four decimals
or more, neither of them between -1 and 1: pairs of shares are far more common than villages on the equator.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from transforms.prepare.personal_columns import rules_of_name
from transforms.prepare.plain_text import plain_text

HEADER = 1  # row of the names of columns
SHORTEST = 6  # no identifier has fewer characters
# Not within a longer number, a fingerprint (hexadecimal) or the decimals of a number; a letter may stand before it.
BEFORE = r"(?<![0-9A-Fa-f+])(?<![0-9][.,/-])(?<!(?<![^\W\d_])\.)"
AFTER = r"(?![0-9A-Fa-f])(?!\.(?!0+\b)\d)"
APART = r"(?: ?[-./()]{1,2} ?| )?"  # what people write between digits
SPACED = r"(?:[ -]|\) ?| ?\()?"
DAY = r"(?!\d\d?[ ./-]\d\d?[ ./-](?:19|20)\d\d|\d\d?[ ./-](?:19|20)\d\d)"
DEGREES = r"-?[1-9]\d?\.\d{4,}"
SIXTIETHS = r"[ :-]\d{1,2}[ :-]\d{1,2}(?:\.\d+)? ?"  # minutes and seconds
HEMISPHERE = r" ?°? ?[NSEWnsew]?"

VALUES = {
    "email": re.compile(r"[\w.+-]+ ?(?:@|[(\[] ?at ?[)\]]) ?[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}"),
    "telephone": re.compile(
        rf"(?:(?<![0-9A-Fa-f])(?:\+|00) ?962{APART}(?:\(?0\)?)?(?:{APART}\d){{7,9}}"
        rf"|{BEFORE}962{APART}(?:\(?0\)?)?{APART}7(?:{APART}\d){{8}}|{BEFORE}07\d{{8,9}}"
        rf"|{BEFORE}{DAY}0(?:[-/)] ?)?7{APART}[3-9](?:{APART}\d){{7,8}}|(?<![0-9A-Za-z])\+[1-9](?:{SPACED}\d){{8,14}})"
        + AFTER
    ),
    "national_number": re.compile(
        BEFORE + r"(?:\d{10}|\d{3}([ -])\d{3}\1\d{4}|\d{4}([ -])\d{3}\2\d{3}|\d{3}([ -])\d{4}\3\d{3})" + AFTER
    ),
    "unhcr_case": re.compile(r"(?<![0-9A-Za-z])\d{3}[ /-]?(?:\d{2}[A-Za-z][ -]?\d{5}|(?<=-)\d{8})(?![0-9A-Za-z])"),
    "iban": re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}(?:[ -]?\d){2}"),
    "coordinates": re.compile(
        rf"(?<![\w.]){DEGREES}{HEMISPHERE}\s*[,;/ ]\s*-?[1-9]\d{{0,2}}\.\d{{4,}}{HEMISPHERE}(?![\w.])"
        r"|\d{1,3} ?° ?\d{1,2}(?:\.\d+)? ?['′]"
        rf"|(?<![\w.])\d{{1,2}}{SIXTIETHS}[NS][ ,;/]+\d{{1,3}}{SIXTIETHS}[EW]\b"
    ),
    "home_folder": re.compile(r"(?:/home/|/Users/|(?<!\w)[A-Za-z]:[\\/]+(?:Users|Documents and Settings)[\\/]+)\w"),
}
CELLS = {"telephone": re.compile(r"7[789]\d{7}")}  # of a whole cell: a spreadsheet took the zero for nothing
TELLING = re.compile(r"[\d@(\[/\\]")  # nothing without one of these can break a rule
NUMBER = re.compile(r"[-+]?\d*\.\d+(e[-+]?\d+)?", re.IGNORECASE)
WHOLE = re.compile(r"\d{9,12}\.0+|\d\.\d{6,}e\+?(?:0?[89]|1[01])", re.IGNORECASE)
COUNTRIES = (  # with the number of letters and digits of an account (IBAN registry)
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 "
    "ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 "
    "LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 "
    "PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 "
    "YE30"
)
IBAN_LENGTHS = {country: int(length) for country, length in re.findall(r"([A-Z]{2})(\d\d)", COUNTRIES)}
READ_ATTRIBUTES = {"alt", "title", "href", "src", "content", "summary", "aria-label", "value", "placeholder"}


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """Where something was found, and by which rule; the value stays where it is. Columns count from 1; a text has 0."""

    row: int
    column: int
    rule: str


def find_in_text(text: str, known: Collection[str] = ()) -> tuple[Hit, ...]:
    """Hits in a text, by line. known: words of the study's own, such as its seed, that are no personal data."""
    lines = enumerate(text.splitlines(), start=1)
    return tuple(Hit(row, 0, rule) for row, line in lines for rule in rules_of(line, known))


def find_in_table(rows: Sequence[Sequence[str]], known: Collection[str] = ()) -> tuple[Hit, ...]:
    """Hits in a table, cell by cell; the first row has the names of the columns, which are searched as well."""
    hits = []
    for row, cells in enumerate(rows, start=HEADER):
        for column, cell in enumerate(cells, start=1):
            hits += [Hit(row, column, rule) for rule in rules_of_cell(cell, known)]
            if row == HEADER and cell not in known:
                hits += [Hit(row, column, f"column_{rule}") for rule in rules_of_name(cell)]
    return tuple(hits)


def rules_of_cell(value: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """Names of the rules that the cell of a table breaks."""
    found = dict.fromkeys(rules_of(value, known))
    plain = _whole(plain_text(value).strip())
    if plain not in known:
        found |= {rule: None for rule, pattern in CELLS.items() if pattern.fullmatch(plain)}
    return tuple(found)


def rules_of(value: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """Names of the rules that a value breaks."""
    plain = _whole(plain_text(value))
    if len(plain) < SHORTEST or not TELLING.search(plain) or NUMBER.fullmatch(plain):
        return ()
    for word in known:
        plain = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "", plain)
    found = ((rule, pattern.finditer(plain)) for rule, pattern in VALUES.items())
    return tuple(rule for rule, hits in found if any(rule != "iban" or _is_account(plain, hit) for hit in hits))


def _whole(value: str) -> str:
    """A whole number that a program wrote with a point, such as 9871234567.0 or 9.871234567e+09, without it."""
    return f"{float(value):.0f}" if WHOLE.fullmatch(value) and float(value).is_integer() else value


def _is_account(text: str, start: re.Match[str]) -> bool:
    """True where an account of its country's length begins, and its check digits fit."""
    letters = IBAN_LENGTHS.get(start[0][:2].upper(), 1) - 1
    whole = re.compile(rf"[A-Za-z](?:[ -]?[0-9A-Za-z]){{{letters}}}(?![0-9A-Za-z])").match(text, start.start())
    return whole is not None and is_iban(whole[0])


def is_iban(text: str) -> bool:
    """True where the check digits fit (ISO 13616: letters as 10 to 35, the number modulo 97 is 1)."""
    letters = re.sub("[ -]", "", text)
    return int("".join(str(int(letter, 36)) for letter in letters[4:] + letters[:4])) % 97 == 1


def visible_text(page: str) -> str:
    """What a reader of a web page can read or be shown: no styles; one line for each element's text.

    Texts of drawings, remarks, links and descriptions of pictures are among it.
    """
    reader = _Page()
    reader.feed(page)
    reader.close()
    return "\n".join(reader.texts)


class _Page(HTMLParser):
    """Collects the texts of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        for name, value in attrs:
            if name in READ_ATTRIBUTES and value and not value.startswith("data:"):
                self.texts.append(" ".join(value.split()))

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_comment(self, data: str) -> None:
        self.handle_data(data)

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.texts.append(" ".join(data.split()))
