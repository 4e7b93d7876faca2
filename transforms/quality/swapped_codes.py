"""Whether a file's codes mean what they mean in the codebook and in earlier waves.

A scale that is reversed in one wave turns every effect around, and nothing in the numbers shows it: only the labels do.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from transforms.prepare.values import value_text
from transforms.quality.labels import answer_label
from transforms.study.instrument import Scale, Variable

Labels = Mapping[str, str]  # by code


def is_read_by_code(variable: Variable) -> bool:
    """True where an effect or a group rests on the codes: scored items, and categories."""
    return variable.type == "category" or variable.index is not None or variable.role == "secondary"


def swapped_codes(here: Labels, earlier: Sequence[Labels], scale: Scale | None) -> tuple[frozenset[str], int]:
    """Codes whose label is that of another code, and how many labels could be held against that of a code.

    Held against the codebook where it has two of the labels or more, in any language; else against the latest earlier
    wave that has. A label that stands at two codes says nothing.
    """
    labelled = {code: answer_label(text).key for code, text in here.items()}
    for known in (_of_scale(scale), *map(_of_wave, earlier)):
        compared = {code: known[key] for code, key in labelled.items() if len(known.get(key, ())) == 1}
        twice = [key for key in labelled.values() if list(labelled.values()).count(key) > 1]
        compared = {code: codes for code, codes in compared.items() if labelled[code] not in twice}
        if len(compared) > 1:
            return frozenset(code for code, codes in compared.items() if code not in codes), len(compared)
    return frozenset(), 0


def _of_scale(scale: Scale | None) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for choice in scale.choices if scale else ():
        for word in choice.words:
            found[answer_label(word).key].add(value_text(choice.code))
    return found


def _of_wave(labels: Labels) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for code, text in labels.items():
        found[answer_label(text).key].add(code)
    return found
