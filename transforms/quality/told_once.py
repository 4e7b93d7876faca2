"""A mistake that two checks find in the same rows is told by one of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from transforms.prepare.unread import NOT_CODED
from transforms.quality.problems import Problem, Verdict

KNOWN = ("governorate_known", "cluster_known", "weight_positive")  # what is missing because it could not be read


def told_once(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts without problems that another one of the same wave, variable and rows tells.

    An answer that could not be read is missing as well: of a governorate, of a cluster, of a weight. Where both stop
    the study, `not_coded` tells it, with the words it comes near to, and the other one only of what else is missing.
    Where `not_coded` is but a warning, the graver one tells all, with those words. What was signed stays as it is.
    """
    return tuple(replace(verdict, problems=_once(verdict.problems)) for verdict in verdicts)


def _once(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    unread = {problem.variable: problem for problem in problems if problem.check == NOT_CODED and problem.rows}
    told: list[Problem] = []
    dropped: set[str | None] = set()
    for problem in problems:
        twin = unread.get(problem.variable)
        if twin is None or problem.check not in KNOWN or not problem.refuses:
            told.append(problem)
        elif twin.refuses:
            rest = tuple(row for row in problem.rows if row not in set(twin.rows))
            told += [replace(problem, count=len(rest), rows=rest)] if rest else []
        elif twin.waived is None:
            dropped.add(problem.variable)
            told.append(replace(problem, close=twin.close))
        else:
            told.append(problem)
    return tuple(each for each in told if each.check != NOT_CODED or each.variable not in dropped)
