"""What a file holds that no table of the study explains."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from transforms.prepare.unread import NO_WAVE, NOT_CODED, Unread
from transforms.quality.checks import CHECKS
from transforms.quality.grading import grade
from transforms.quality.problems import Outcome, Problem, Verdict
from transforms.quality.rules import Finding, found
from transforms.study.columns import missing_column
from transforms.study.study import Study

NOT_READ = "date_not_read"
KIND = "rows_of_the_file"  # of an outcome about rows that no table has any more

UnreadInWave = Mapping[str, Sequence[Unread]]  # by wave


def unread_answers(frame: pd.DataFrame, name: str) -> Finding:
    """Answers to `name` that match no code, label, recode, missing code or number, among those given.

    They are missing in the frame, with the reason `not_coded`; a number that is no code of its scale is `out_of_range`.
    """
    reasons = missing_column(name)
    if reasons not in frame:
        return found(pd.Series(False, index=frame.index), frame[name].notna())
    unread = frame[reasons] == NOT_CODED
    return found(unread, frame[name].notna() | unread)


def with_unread(verdicts: Iterable[Verdict], unread: UnreadInWave, study: Study) -> tuple[Verdict, ...]:
    """The verdicts on the waves, each with what its unread answers come near to.

    Answers that could not be read and whose row is therefore not in the wave (`keep`, consent) are problems as well;
    so are rows of a file that are of none of its waves, once for a file.
    """
    first: dict[tuple[str, str | None], str] = {}
    for wave in study.waves:
        first.setdefault((wave.file, wave.sheet), wave.name)

    def told(verdict: Verdict) -> list[Unread]:
        found = unread.get(str(verdict.wave), ())
        return [each for each in found if each.check == NOT_CODED or verdict.wave in first.values()]

    return tuple(_added(verdict, told(verdict), study) for verdict in verdicts)


def _added(verdict: Verdict, unread: Sequence[Unread], study: Study) -> Verdict:
    near = {found.variable: tuple(found.close.items()) for found in unread if not _rows_lost(found)}
    problems = [
        replace(problem, close=near.get(str(problem.variable), ())) if problem.check == NOT_CODED else problem
        for problem in verdict.problems
    ]
    lost = list(_lost(verdict, unread, study))
    outcomes = (*verdict.outcomes, *(_outcome(problem) for problem in lost))
    return replace(
        verdict,
        expectations=len(outcomes),
        failed=sum(not outcome.success for outcome in outcomes),
        problems=tuple(sorted([*problems, *lost])),
        outcomes=outcomes,
    )


def _lost(verdict: Verdict, unread: Sequence[Unread], study: Study) -> Iterator[Problem]:
    for each in unread:
        if _rows_lost(each):
            severity, close = CHECKS[each.check].severity, tuple(each.close.items())
            problem = Problem(
                each.check, severity, "wave", verdict.wave, each.variable, each.count, each.of, close=close
            )
            yield grade(problem, study)


def _rows_lost(unread: Unread) -> bool:
    return unread.removed or unread.check == NO_WAVE


def _outcome(problem: Problem) -> Outcome:
    words = CHECKS[problem.check].expects
    return Outcome(problem.check, problem.severity, problem.variable, KIND, words, False, problem.count, problem.of)
