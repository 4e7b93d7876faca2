"""One spelling for text that people type in many: digits, dashes, spaces, invisible marks and Arabic letters."""

import re
import unicodedata

DASHES = "\u2212\u2043\ufe63\uff0d"  # signs that are no dash in Unicode and look like one
DEGREE_SIGNS, MINUTE_SIGNS = "º˚", "’´ʹ`"
LETTERS = str.maketrans("أإآٱةىؤئ", "اااا" + "هيوي")
LOWER_UPPER = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")


class _Signs(dict[int, str]):
    """What stands for a character in plain text, found out when it is met."""

    def __missing__(self, code: int) -> str:
        self[code] = made = _plain_sign(chr(code))
        return made


def _plain_sign(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Nd":
        return str(unicodedata.decimal(sign))
    if kind == "Pd" or sign in DASHES:
        return "-"
    if kind == "Cf" or sign == "ـ":  # marks of direction, joiners, a byte-order mark; the line that stretches a word
        return ""
    if kind == "Zs":
        return " "
    return {**dict.fromkeys(DEGREE_SIGNS, "°"), **dict.fromkeys(MINUTE_SIGNS, "'"), "٫": ".", "،": ","}.get(sign, sign)


_SIGNS = _Signs()


def plain_text(text: str) -> str:
    """The text with digits, dashes, spaces and letters as on an English keyboard, without what cannot be seen."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text.translate(_SIGNS))


def plain_name(name: str) -> str:
    """The name of a column as words joined by `_`: no capitals, no vowel signs, one letter for each kind of alif."""
    words = LOWER_UPPER.sub("_", plain_text(name.strip()))
    words = "".join(sign for sign in words.lower() if unicodedata.category(sign) != "Mn").translate(LETTERS)
    return re.sub(r"[\W_]+", "_", words).strip("_")
