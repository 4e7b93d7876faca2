"""Text as people and programs write it: digits of three alphabets, labels in two languages, "3-Agree"."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import pandas as pd

# Arabic-Indic and Persian digits with their decimal and thousands marks, and the typographic minus.
DIGITS = str.maketrans(
    {chr(start + digit): str(digit) for start in (0x0660, 0x06F0) for digit in range(10)}
    | {"\u066b": ".", "\u066c": "", "\u2212": "-"}
)
# Marks that steer the direction of a line, and the byte-order mark: invisible, and part of no answer.
INVISIBLE = dict.fromkeys([*range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0x061C])
# Letters people write for one another: final forms of ya and ta marbuta, alif wasla, Persian ya and kaf, no tatweel.
SAME_LETTERS = str.maketrans("\u0649\u0629\u0671\u06cc\u06a9", "\u064a\u0647\u0627\u064a\u0643", "\u0640\u200c\u200d")
LARGEST_WHOLE = 1e15  # beyond it a float64 no longer tells whole numbers apart
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]\d{1,3})?", re.ASCII)  # 1E5 is a name
CODED = re.compile(r"\(?\s*([+-]?\d+(?:\.\d+)?)\s*(?:\)\s*[-–—.:=]?|[-–—.:=])\s*([^\s\d].*)", re.ASCII | re.DOTALL)
DECIMAL_COMMA = r"[+-]?\d+,\d+"
MAYBE_THOUSAND = r"[+-]?[1-9]\d{0,2},\d{3}"
APOSTROPHES = re.compile(r"['\u2018\u2019\u02bc`\u00b4]")
NOT_WORDS = re.compile(r"[^\w<>+%]+|_+")


def tidy_text(text: str) -> str:
    """Text without invisible marks and surplus spaces, with plain digits."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(INVISIBLE)).translate(DIGITS)
    return " ".join(text.split())


def parse_number(text: str) -> float | None:
    """The number `text` writes, None if it is not one and nothing else. Takes tidy text."""
    if not NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if np.isfinite(number) else None


def parse_numbers(texts: Sequence[str] | pd.Index | pd.Series) -> np.ndarray:
    """`parse_number` of many texts at once; NaN where a text is not a number. Takes tidy texts."""
    column = pd.Series(texts, dtype="str")
    is_number = column.str.fullmatch(NUMBER.pattern).to_numpy(dtype=bool, na_value=False)
    numbers = np.full(len(column), np.nan)
    numbers[is_number] = column[is_number].astype("float64").to_numpy()
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers


def plain_decimals(texts: pd.Series) -> pd.Series:
    """Texts in which a decimal comma is a point, as R's `write.csv2` and many a spreadsheet write it.

    "1,250" alone may be a thousand: such texts stay as they are unless another number of the column, as "0,5" or
    "12,25", shows that the comma is decimal.
    """
    commas = texts.str.fullmatch(DECIMAL_COMMA).to_numpy(dtype=bool, na_value=False)
    if not commas.any() or texts[commas].str.fullmatch(MAYBE_THOUSAND).all():
        return texts
    return texts.mask(commas, texts.str.replace(",", ".", regex=False))


def number_text(number: float) -> str:
    """A code as text: 3, not 3.0."""
    number = float(number)
    return str(int(number)) if number.is_integer() and abs(number) < LARGEST_WHOLE else repr(number)


def value_key(text: str) -> str:
    """What two spellings of one value share: 509, 509.0 and ٥٠٩ are one value, A2 and a2 are two."""
    tidy = tidy_text(text)
    number = parse_number(tidy)
    return tidy if number is None else number_text(number)


def label_key(text: str) -> str:
    """What two spellings of one label share: letters without case, accents, vowel signs or punctuation."""
    folded = unicodedata.normalize("NFKD", tidy_text(text)).casefold()
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter)).translate(SAME_LETTERS)
    return " ".join(NOT_WORDS.sub(" ", APOSTROPHES.sub("", letters)).split())


def parse_coded_text(text: str) -> tuple[float, str] | None:
    """Code and label of an answer such as "3-Agree", "3. Agree" or "(3) Agree"; None if it is not one.

    The label must not start with a digit: "18-24" and "2-3 times" hold no code. Takes tidy text.
    """
    match = CODED.fullmatch(text)
    return (float(match[1]), match[2]) if match else None
