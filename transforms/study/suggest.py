"""What a mistyped name may have meant, and when two spellings are one value."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from transforms.study.settings import Text, Value

# Letters that Arabic keyboards and programs write for one another; tatweel is no letter.
SAME_LETTERS = str.maketrans("ىةٱیک", "يهايك", "ـ")
FEW = 12  # names that are worth listing in full
SIMILAR, SLIP = 0.6, 0.8  # ratios of difflib from which a name is worth offering, and surely a slip of the pen


def did_you_mean(word: str, names: Iterable[str], *, listed: bool = True) -> str:
    """`Did you mean x?` where one of `names` is close to `word`; else the names, if `listed` and few; else nothing."""
    known = list(dict.fromkeys(names))
    folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), list(folded), n=1, cutoff=SIMILAR)
    if close:
        return f"Did you mean {folded[close[0]]}?"
    if not listed or not 0 < len(known) <= FEW:
        return ""
    return f"There {'is' if len(known) == 1 else 'are'}: {', '.join(known)}."


def is_slip(word: str, names: Iterable[str]) -> bool:
    """True where `word`, a word without digits, is none of `names` but so close to one that it was surely meant."""
    written, folded = spelling(word), [spelling(name) for name in names]
    if not written.isalpha() or written in folded:
        return False
    return bool(get_close_matches(written, folded, n=1, cutoff=SLIP))


def spelling(value: Value) -> str:
    """What all spellings of a value or label share: 3 for 3, 3.0 and ٣; letters without case, accents or marks."""
    try:
        return f"{float(value):g}"
    except ValueError:
        pass
    letters = unicodedata.normalize("NFKD", str(value)).casefold().translate(SAME_LETTERS)
    return "".join(letter for letter in letters if letter.isalnum())


def spellings(labels: Iterable[tuple[Value, Text]]) -> set[str]:
    """Every way to write one of the codes, or its label in any language."""
    found: set[str] = set()
    for code, label in labels:
        found |= {spelling(word) for word in (code, label.en, label.ar) if word is not None}
    return found
