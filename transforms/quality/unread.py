"""What a file holds that no table of the study explains."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from transforms.prepare.unread import Unread
from transforms.quality.checks import CHECKS
from transforms.quality.grading import grade
from transforms.quality.problems import Outcome, Problem, Verdict
from transforms.quality.rules import Finding, found
from transforms.study.columns import missing_column
from transforms.study.study import Study

NOT_CODED, NOT_READ = "not_coded", "date_not_read"
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

    Answers that could not be read and whose row is therefore not in the wave (`keep`, consent) are problems as well.
    """
    return tuple(_added(verdict, unread.get(str(verdict.wave), ()), study) for verdict in verdicts)


def _added(verdict: Verdict, unread: Sequence[Unread], study: Study) -> Verdict:
    near = {found.variable: tuple(found.close.items()) for found in unread if not found.removed}
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
    severity = CHECKS[NOT_CODED].severity
    for each in unread:
        if each.removed:
            close = tuple(each.close.items())
            problem = Problem(
                NOT_CODED, severity, "wave", verdict.wave, each.variable, each.count, each.of, close=close
            )
            yield grade(problem, study)


def _outcome(problem: Problem) -> Outcome:
    words = CHECKS[NOT_CODED].expects
    return Outcome(NOT_CODED, problem.severity, problem.variable, KIND, words, False, problem.count, problem.of)
