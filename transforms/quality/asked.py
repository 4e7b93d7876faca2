"""Whether a question is worded alike, and allows the same answers, in every wave and in the codebook.

Compared are the labels that SPSS and Stata files carry. Two labels are alike if they differ in nothing but case,
spaces, punctuation, vowel signs, a number in front, or being cut off; and if both are what the codebook says, in any
of its languages. Labels in two scripts of which the codebook knows only one cannot be compared, and are not reported.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from transforms.prepare.asked import Asked
from transforms.prepare.text import label_key, parse_coded_text, parse_number, tidy_text
from transforms.prepare.values import value_text
from transforms.quality.checks import CHECKS
from transforms.quality.grading import grade
from transforms.quality.problems import Outcome, Problem, Verdict
from transforms.study.instrument import Scale, Variable
from transforms.study.study import Study

AskedInWave = Mapping[str, Asked]  # by item
CHOICES, WORDING = "choices_changed", "wording_changed"
KIND = "labels_of_the_file"  # of an outcome that no expectation on a table gives

NUMBER = re.compile(r"^\W*[^\W\d_]{0,4}\d[\w]*\s*[.:)\-–]?\s+")  # of a question, as "Q52h. "
CUT = ("…", "...")
LONGEST = 76  # letters; Stata keeps 80 of a label, old SPSS files 60 to 120 bytes: what is longer may have been cut
SHORTEST = 12  # letters a label that was cut off must still have to be told from others
RUN = 3  # labelled answers in a row from which an answer that is not among them is one that was not offered
POINTS = 11  # answers of a range such as 0-10; of a longer one, files label some only
ARABIC = re.compile("[\u0600-\u06ff]")


@dataclass(frozen=True, slots=True)
class _Label:
    """A label, as it is compared."""

    key: str
    arabic: bool
    cut: bool

    def like(self, other: "_Label") -> bool:
        """True where both say the same, or one is the beginning of the other."""
        if self.key == other.key:
            return True
        short, long = sorted((self, other), key=lambda label: len(label.key))
        return short.cut and len(short.key) >= SHORTEST and long.key.startswith(short.key)


def _label(text: str) -> _Label:
    cut = text.rstrip().endswith(CUT) or len(text) >= LONGEST
    return _Label(label_key(text).replace(" ", ""), bool(ARABIC.search(text)), cut)


def _choice(text: str) -> _Label:
    """Label of an answer, without the code some files write before it."""
    coded = parse_coded_text(tidy_text(text))
    return _label(coded[1] if coded else text)


def _question(text: str) -> _Label:
    """Label of a question, without its number."""
    return _label(NUMBER.sub("", text, count=1) or text)


def _differs(label: _Label, before: _Label | None, known: Sequence[_Label]) -> bool:
    """Whether a label is another than the one before; the first one, whether it is another than all that are known."""
    if before is not None and before.arabic == label.arabic:
        return not before.like(label)
    if any(label.like(other) for other in known):
        return False
    return any(other.arabic == label.arabic for other in known)


def with_asked(verdicts: Iterable[Verdict], asked: Mapping[str, AskedInWave], study: Study) -> tuple[Verdict, ...]:
    """The verdicts on the waves, each with what its file's labels say that earlier waves, or the study, do not."""
    return tuple(_added(verdict, asked, study) for verdict in verdicts)


def _added(verdict: Verdict, asked: Mapping[str, AskedInWave], study: Study) -> Verdict:
    wave = str(verdict.wave)
    problems, outcomes = list(verdict.problems), list(verdict.outcomes)
    for check, compare in ((CHOICES, _changed_choices), (WORDING, _changed_wording)):
        compared = list(compare(wave, asked, study))
        if not compared:
            continue
        found = [grade(problem, study) for problem in compared if problem.count]
        problems += found
        what = CHECKS[check]
        outcomes.append(Outcome(check, what.severity, None, KIND, what.expects, not found, len(found), len(compared)))
    return replace(
        verdict,
        expectations=len(outcomes),
        failed=sum(not outcome.success for outcome in outcomes),
        problems=tuple(sorted(problems)),
        outcomes=tuple(outcomes),
    )


def _items(wave: str, asked: Mapping[str, AskedInWave], study: Study) -> Iterator[tuple[Variable, Asked, list[Asked]]]:
    """Items of a wave with what its file says of them, and what the files of earlier waves say, the latest first."""
    earlier = study.wave_names[: study.wave_names.index(wave)][::-1]
    for name, here in asked.get(wave, {}).items():
        yield study.codebook.variable(name), here, [asked[other][name] for other in earlier if name in asked[other]]


def _changed_wording(wave: str, asked: Mapping[str, AskedInWave], study: Study) -> Iterator[Problem]:
    """One entry for each item whose wording can be compared with an earlier wave's; count 1 where it is another."""
    severity = CHECKS[WORDING].severity
    for item, here, earlier in _items(wave, asked, study):
        before = next((_question(other.question) for other in earlier if other.question), None)
        if not here.question or before is None:
            continue  # a file's label is often a short title, so the codebook's sentence is no measure of it
        label = _question(here.question)
        known = [_question(text) for text in (item.text.en, item.text.ar, item.label.en, item.label.ar) if text]
        both_known = all(any(one.like(other) for other in known) for one in (label, before))
        changed = label.arabic == before.arabic and not before.like(label) and not both_known
        yield Problem(WORDING, severity, "wave", wave, item.name, int(changed), 1)


def _changed_choices(wave: str, asked: Mapping[str, AskedInWave], study: Study) -> Iterator[Problem]:
    """One entry for each item with labelled answers: how many of them are others than before, of those compared."""
    severity = CHECKS[CHOICES].severity
    for item, here, earlier in _items(wave, asked, study):
        scale = study.codebook.scale(item)
        if not here.choices or scale is None:
            continue
        changed = [code for code in here.choices if _changed(code, here, earlier, scale)]
        lost = _not_offered(here, scale) - set().union(*(_not_offered(other, scale) for other in earlier[:1]))
        yield Problem(
            CHOICES, severity, "wave", wave, item.name, len(changed) + len(lost), len(here.choices) + len(lost)
        )


def _changed(code: str, here: Asked, earlier: Sequence[Asked], scale: Scale) -> bool:
    label = _choice(here.choices[code])
    before = next((_choice(other.choices[code]) for other in earlier if code in other.choices), None)
    if not _allows(scale, code):
        return before is None or not before.like(label)  # an answer the study does not know
    known = [_choice(text) for text in _words(code, scale)]
    both_known = before is not None and all(any(one.like(other) for other in known) for one in (label, before))
    return not both_known and _differs(label, before, known)


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


def _not_offered(asked: Asked, scale: Scale) -> set[str]:
    """Codes of the scale beyond the answers a file labels, where it labels a run of them without a gap."""
    codes = _codes(scale)
    labelled = [position for position, code in enumerate(codes) if code in asked.choices]
    if len(labelled) < RUN or labelled[-1] - labelled[0] >= len(labelled):
        return set()
    return set(codes) - {codes[position] for position in labelled}
