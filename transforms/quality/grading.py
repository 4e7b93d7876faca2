"""How grave a problem is in this study, and who signed for it."""

from dataclasses import replace

from transforms.quality.checks import CHECKS
from transforms.quality.problems import Problem
from transforms.study.study import Study


def grade(problem: Problem, study: Study) -> Problem:
    """The problem as a warning if its share is below the study's limit for it, and with the waiver that names it.

    What is critical, or a fault of ours, cannot be waived: such a check has no action a waiver could take.
    """
    limits = study.settings.limits
    limit = {
        "out_of_range": limits.refuse_out_of_range_share,
        "duplicate_respondents": limits.refuse_duplicate_share,
    }.get(problem.check)
    if limit is not None and problem.share < limit:
        problem = replace(problem, severity="warning")
    waiver = study.waiver(problem.check, problem.wave, problem.variable)
    if waiver is None or waiver.action not in CHECKS[problem.check].actions:
        return problem
    return replace(problem, waived=waiver.signed, action=waiver.action)
