"""Whether a question is worded alike, and allows the same answers, in every wave and in the codebook.

Compared are the labels that SPSS and Stata files carry, and those of the forms (XLSForm) the waves were asked with. A
label that is the codebook's, in any of its languages, is no change. Labels in two scripts of which the codebook knows
only one cannot be compared, and are not reported.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from transforms.prepare.asked import Asked
from transforms.quality.checks import CHECKS
from transforms.quality.choices import changed_choices
from transforms.quality.grading import grade
from transforms.quality.labels import question_label
from transforms.quality.problems import Outcome, Problem, Verdict
from transforms.quality.swapped_codes import is_read_by_code, swapped_codes
from transforms.study.instrument import Variable
from transforms.study.study import Study

AskedInWave = Mapping[str, Asked]  # by variable
SWAPPED, CHOICES, WORDING, WRITTEN = "codes_swapped", "choices_changed", "wording_changed", "written_otherwise"
KIND = "labels_of_the_file"  # of an outcome that no expectation on a table gives


@dataclass(frozen=True, slots=True)
class _Question:
    """One question in one wave, and in earlier waves, the latest first."""

    variable: Variable
    here: Asked
    earlier: tuple[Asked, ...]

    @property
    def in_each_language(self) -> Iterator["_Question"]:
        """The question in the language of the file, then in Arabic where a form has both."""
        yield self
        yield _Question(self.variable, _arabic(self.here), tuple(map(_arabic, self.earlier)))


_Compare = Callable[[_Question, Study], tuple[int, int]]  # how much of it is another, of how much that was compared


def with_asked(verdicts: Iterable[Verdict], asked: Mapping[str, AskedInWave], study: Study) -> tuple[Verdict, ...]:
    """The verdicts on the waves, each with what its file's labels say that earlier waves, or the study, do not."""
    return tuple(_added(verdict, asked, study) for verdict in verdicts)


def _added(verdict: Verdict, asked: Mapping[str, AskedInWave], study: Study) -> Verdict:
    wave = str(verdict.wave)
    questions = tuple(_questions(wave, asked, study))
    problems, outcomes = list(verdict.problems), list(verdict.outcomes)
    for check, compared in _compared(wave, questions, study):
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


def _questions(wave: str, asked: Mapping[str, AskedInWave], study: Study) -> Iterator[_Question]:
    earlier = study.wave_names[: study.wave_names.index(wave)][::-1]
    for name, here in asked.get(wave, {}).items():
        before = tuple(asked[other][name] for other in earlier if name in asked[other])
        yield _Question(study.codebook.variable(name), here, before)


def _arabic(asked: Asked) -> Asked:
    return Asked(asked.question_ar, asked.choices_ar)


def _compared(wave: str, questions: tuple[_Question, ...], study: Study) -> Iterator[tuple[str, list[Problem]]]:
    """For each check an entry for every question that could be compared; its count is 0 where nothing is another."""
    items = tuple(question for question in questions if question.variable.type == "item")
    coded = tuple(question for question in questions if is_read_by_code(question.variable))
    by_question: tuple[tuple[str, _Compare, tuple[_Question, ...]], ...] = (
        (SWAPPED, _swapped, coded),
        (CHOICES, _choices, items),
        (WORDING, _wording, items),
    )
    for check, compare, of_these in by_question:
        severity = CHECKS[check].severity
        counts = ((question.variable.name, *compare(question, study)) for question in of_these)
        yield check, [Problem(check, severity, "wave", wave, name, count, of) for name, count, of in counts if of]
    count, of = _written(items)
    yield WRITTEN, [Problem(WRITTEN, CHECKS[WRITTEN].severity, "wave", wave, None, count, of)] if of else []


def _swapped(question: _Question, study: Study) -> tuple[int, int]:
    """Codes that have the label of another code, of those whose label is known."""
    codes, of = _swapped_codes(question, study)
    return len(codes), of


def _swapped_codes(question: _Question, study: Study) -> tuple[frozenset[str], int]:
    scale, swapped, compared = study.codebook.scale(question.variable), frozenset[str](), 0
    for each in question.in_each_language:
        codes, of = swapped_codes(each.here.choices, [other.choices for other in each.earlier], scale)
        swapped, compared = swapped | codes, max(compared, of)
    return swapped, compared


def _choices(question: _Question, study: Study) -> tuple[int, int]:
    """Answers that are worded otherwise, new or left out, of those compared; swapped codes are told as such."""
    scale = study.codebook.scale(question.variable)
    assert scale is not None  # a study whose item has none is refused
    swapped = _swapped_codes(question, study)[0] if is_read_by_code(question.variable) else frozenset()
    changed, compared = set[str](), set[str]()
    for each in question.in_each_language:
        others, of = changed_choices(each.here.choices, [other.choices for other in each.earlier], scale)
        changed, compared = changed | others, compared | of
    return len(changed - swapped), len(compared)


def _wording(question: _Question, study: Study) -> tuple[int, int]:
    """1 where the question is worded otherwise than in an earlier wave, of 1 where it can be compared."""
    told = [_worded_otherwise(each) for each in question.in_each_language]
    return int(any(told)), int(any(other is not None for other in told))


def _worded_otherwise(question: _Question) -> bool | None:
    """None without a wording to compare; a file's label is often a short title, so the codebook's is no measure."""
    item, here = question.variable, question.here
    before = next((question_label(other.question) for other in question.earlier if other.question), None)
    if not here.question or before is None:
        return None
    label = question_label(here.question)
    known = [question_label(text) for text in (item.text.en, item.text.ar, item.label.en, item.label.ar) if text]
    both_known = all(any(one.like(other) for other in known) for one in (label, before))
    return label.arabic == before.arabic and not before.like(label) and not both_known


def _written(questions: tuple[_Question, ...]) -> tuple[int, int]:
    """Questions whose answers are written otherwise than in the wave before, of those written out in both."""
    pairs = [
        (question.here.written, question.earlier[0].written)
        for question in questions
        if question.earlier and question.here.written and question.earlier[0].written
    ]
    return sum(here != before for here, before in pairs), len(pairs)
