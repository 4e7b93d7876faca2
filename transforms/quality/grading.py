"""How grave a problem is in this study, and who signed for it."""

from dataclasses import replace

from transforms.quality.checks import CHECKS
from transforms.quality.problems import Problem, Severity
from transforms.study.study import Study


def grade(problem: Problem, study: Study) -> Problem:
    """The problem, milder if its share is below the study's limit for it, and with the waiver that names it.

    A table nobody can analyse, or a fault of ours, cannot be waived: such a check has no action a waiver could take.
    """
    limits = study.settings.limits
    softer: dict[str, tuple[float, Severity]] = {
        "out_of_range": (limits.refuse_out_of_range_share, "warning"),
        "not_coded": (limits.refuse_not_coded_share, "warning"),
        "duplicate_respondents": (limits.refuse_duplicate_share, "warning"),
        "panel_age": (limits.panel_age_warn, "note"),
        "contradictions": (limits.contradiction_warn, "note"),
        "alike_answers": (limits.near_duplicate_warn, "note"),
        "duration": (limits.duration_warn, "note"),
    }
    limit, severity = softer.get(problem.check, (0.0, problem.severity))
    if problem.share < limit:
        problem = replace(problem, severity=severity)
    waiver = study.waiver(problem.check, problem.wave, problem.variable)
    if waiver is None or waiver.action not in CHECKS[problem.check].actions:
        return problem
    return replace(problem, waived=waiver.signed, action=waiver.action)
