"""Labels of questions and answers as they are compared: what is only spelled otherwise is alike.

Two labels are alike if they differ in nothing but case, spaces, punctuation, vowel signs, a number in front, or being
cut off.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from transforms.prepare.text import label_key, parse_coded_text, tidy_text

NUMBER = re.compile(r"^\W*[^\W\d_]{0,4}\d[\w]*\s*[.:)\-–]?\s+")  # of a question, as "Q52h. "
CUT = ("…", "...")
LONGEST = 76  # letters; Stata keeps 80 of a label, old SPSS files 60 to 120 bytes: what is longer may have been cut
SHORTEST = 12  # letters a label that was cut off must still have to be told from others
ARABIC = re.compile("[\u0600-\u06ff]")


@dataclass(frozen=True, slots=True)
class Label:
    """A label, as it is compared."""

    key: str
    arabic: bool
    cut: bool

    def like(self, other: "Label") -> bool:
        """True where both say the same, or one is the beginning of the other."""
        if self.key == other.key:
            return True
        short, long = sorted((self, other), key=lambda label: len(label.key))
        return short.cut and len(short.key) >= SHORTEST and long.key.startswith(short.key)


def label_of(text: str) -> Label:
    """A label without anything left out."""
    cut = text.rstrip().endswith(CUT) or len(text) >= LONGEST
    return Label(label_key(text).replace(" ", ""), bool(ARABIC.search(text)), cut)


def answer_label(text: str) -> Label:
    """Label of an answer, without the code some files write before it."""
    coded = parse_coded_text(tidy_text(text))
    return label_of(coded[1] if coded else text)


def question_label(text: str) -> Label:
    """Label of a question, without its number."""
    return label_of(NUMBER.sub("", text, count=1) or text)


def differs(label: Label, before: Label | None, known: Sequence[Label]) -> bool:
    """Whether a label is another than the one before; the first one, whether it is another than all that are known."""
    if before is not None and before.arabic == label.arabic:
        return not before.like(label)
    if any(label.like(other) for other in known):
        return False
    return any(other.arabic == label.arabic for other in known)
