"""Whether the answers to choose from are those of the wave before, or of the codebook."""

from collections.abc import Mapping, Sequence

from transforms.prepare.text import parse_number
from transforms.prepare.values import value_text
from transforms.quality.labels import answer_label, differs
from transforms.study.instrument import Scale

Labels = Mapping[str, str]  # by code
RUN = 3  # labelled answers in a row from which an answer that is not among them is one that was not offered
POINTS = 11  # answers of a range such as 0-10; of a longer one, files label some only


def changed_choices(here: Labels, earlier: Sequence[Labels], scale: Scale) -> tuple[set[str], set[str]]:
    """Codes of answers worded otherwise, new or left out, and of all that were compared; earlier waves latest first."""
    changed = {code for code in here if _changed(code, here, earlier, scale)}
    lost = _not_offered(here, scale) - set().union(*(_not_offered(other, scale) for other in earlier[:1]))
    return changed | lost, {*here, *lost}


def _changed(code: str, here: Labels, earlier: Sequence[Labels], scale: Scale) -> bool:
    label = answer_label(here[code])
    before = next((answer_label(other[code]) for other in earlier if code in other), None)
    if not _allows(scale, code):
        return before is None or not before.like(label)  # an answer the study does not know
    known = [answer_label(text) for text in _words(code, scale)]
    both_known = before is not None and all(any(one.like(other) for other in known) for one in (label, before))
    return not both_known and differs(label, before, known)


def _allows(scale: Scale, code: str) -> bool:
    number = parse_number(code)
    if scale.choices or scale.limits is None or number is None:
        return code in _codes(scale)
    return scale.limits[0] <= number <= scale.limits[1]


def _codes(scale: Scale) -> tuple[str, ...]:
    """Codes of a scale as text, in order; none of a range with more than POINTS whole numbers."""
    if scale.choices:
        return tuple(map(value_text, scale.codes))
    low, high = scale.limits or (0.0, 0.0)
    return tuple(map(value_text, range(int(low), int(high) + 1))) if high - low < POINTS else ()


def _words(code: str, scale: Scale) -> tuple[str, ...]:
    """What the study calls an answer, in every language; nothing where it only repeats the code."""
    for choice in scale.choices:
        if value_text(choice.code) == code:
            return tuple(word for word in choice.words if word != code)
    return ()


def _not_offered(labels: Labels, scale: Scale) -> set[str]:
    """Codes of the scale beyond the answers a file labels, where it labels a run of them without a gap."""
    codes = _codes(scale)
    labelled = [position for position, code in enumerate(codes) if code in labels]
    if len(labelled) < RUN or labelled[-1] - labelled[0] >= len(labelled):
        return set()
    return set(codes) - {codes[position] for position in labelled}
