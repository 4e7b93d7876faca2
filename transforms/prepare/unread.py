"""Answers that match no code, label, recode or missing code of their question, and what they may have meant.

What people wrote never leaves the file: a near miss is told by the word of the scale it comes near to.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

import pandas as pd

from transforms.prepare.text import label_key, parse_coded_text, tidy_text
from transforms.study.instrument import Scale

NEAR = 0.75  # [house] likeness (Ratcliff & Obershelp) from which a word is a near miss of another
LONGEST = 80  # letters; what is longer is no slip of the pen
MOST = 2_000  # distinct spellings looked at; a column with more of them holds free text
NOT_CODED, NO_WAVE = "not_coded", "rows_of_no_wave"  # the checks that speak of them


@dataclass(frozen=True)
class Unread:
    """Answers to one question of a wave that could not be read: `count` of `of` answers given.

    `close` says how many of them come near to a word of the scale, by that word, the most frequent first. `removed` is
    True where their rows are not in the wave: the question is one that decides which rows are kept. Where `check` is
    `rows_of_no_wave`, `variable` is a column of the file by which its waves are told apart, and `of` its rows.
    """

    variable: str
    count: int
    of: int
    close: Mapping[str, int] = field(default_factory=dict)
    removed: bool = False
    check: str = NOT_CODED


def close_words(answers: pd.Series, scale: Scale | None) -> dict[str, int]:
    """How many of `answers` come near to each word of a scale; those near to none are left out."""
    return near_words(answers, [word for choice in scale.choices for word in choice.words] if scale else [])


def near_words(answers: pd.Series, texts: Iterable[str]) -> dict[str, int]:
    """How many of `answers` come near to each of `texts`, the most frequent first; a number is no word."""
    words = {key: text for text in texts if (key := label_key(text)) and not key.isdigit()}
    if not words:
        return {}
    counts: Counter[str] = Counter()
    for text, count in answers.astype("str").value_counts().head(MOST).items():
        if (word := _nearest(str(text), words)) is not None:
            counts[word] += int(count)
    return dict(sorted(counts.items(), key=lambda found: (-found[1], found[0])))


def close_to(close: Iterable[tuple[str, int]]) -> str:
    """`Completely (3), Somewhat (1)`."""
    return ", ".join(f"{word} ({count})" for word, count in close)


def _nearest(text: str, words: Mapping[str, str]) -> str | None:
    tidy = tidy_text(text)
    coded = parse_coded_text(tidy)
    key = label_key(coded[1] if coded else tidy)
    if not key or len(key) > LONGEST:
        return None
    found = get_close_matches(key, list(words), n=1, cutoff=NEAR)
    return words[found[0]] if found else None
