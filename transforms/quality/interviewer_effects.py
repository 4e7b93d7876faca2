"""Interviewers' share of the variance of every index and headline item, by wave, and the problems it makes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.quality.checks import CHECKS
from transforms.quality.grading import grade
from transforms.quality.interviewer_variance import Assignment, InterviewerVariance, assign, interviewer_variance
from transforms.quality.problems import Outcome, Problem, Verdict
from transforms.study.columns import COMMUNITY, GOVERNORATE, INTERVIEWER, PSU, SEX, STRATA, WAVE
from transforms.study.models import Limits
from transforms.study.study import Study

COLUMNS = (
    *("wave", "outcome", "kind", "within", "interviewers", "interviews", "per_interviewer", "rho", "rho_raw"),
    *("statistic", "df_between", "df_within", "p_value", "design_effect", "level", "reason"),
)
EFFECT, LARGE = "interviewer_effect", "interviewer_effect_large"
CHECK_OF = {"large": LARGE, "noticeable": EFFECT, "small": EFFECT}
KIND = "share_of_variance"  # of an outcome about a variance, which no row of a table has

# Where interviewers are compared: the smallest places that at least half of the interviews can be compared in.
PLACES = {"psu": (GOVERNORATE, STRATA, PSU), "community": (GOVERNORATE, STRATA, COMMUNITY)}
REGIONS = {"strata": (GOVERNORATE, STRATA)}
LEAST_COMPARED = 0.5  # [house] a share of variance among fewer says little of the wave

# Where women are sent to women, interviewers differ by the sex of those they asked, which chance does not bring about.
OF_SEX = "_sex"  # end of `within` where interviewers are compared among respondents of one sex
SENT_BY_SEX = 0.10  # [house] share of the variance of respondents' sex between interviewers of a place
SENT_P = 0.001  # [house] of the F test of it


@dataclass(frozen=True, slots=True, eq=False)
class _Wave:
    """One wave's rows, who asked whom of them, and within which places that is compared; else why not."""

    name: str
    rows: npt.NDArray[np.bool_]
    assignment: Assignment | None
    within: str | None = None
    reason: str | None = None


def interviewer_effects(panel: pd.DataFrame, scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """One row for each wave and index or headline item, as COLUMNS; empty where the study names no interviewer.

    panel and scores have the same rows. kind: `index` or `item`. within: the column of the design in whose places
    interviewers are compared; within `strata` alone, they and the communities they had cannot be told apart. It ends in
    `_sex` where interviewers were sent to respondents of one sex: then only those who asked women, or men, in a place
    are compared with each other, and a difference between the sexes is none between interviewers. level: `small`,
    `noticeable`, `large`, or `unknown` with a reason: `not_recorded`, `not_shared` (no two interviewers held two
    interviews each in one stratum; `not_shared_sex`: of one sex), `too_few` who answered, or with `no_variance`.

    A share above a limit counts only where the F test says so as well: from few interviewers, or few interviews of
    each, chance alone makes such shares.
    """
    parts = list(_parts(panel, scores, study))
    if study.design.interviewer is None:
        parts = []
    waves = [_wave(panel, name, study) for name in study.wave_names] if parts else []
    limits = study.settings.limits
    found = [_row(wave, name, kind, values, limits) for wave in waves for name, kind, values in parts]
    return pd.DataFrame([row for row in found if row is not None], columns=list(COLUMNS))


def _parts(panel: pd.DataFrame, scores: pd.DataFrame, study: Study) -> Iterator[tuple[str, str, pd.Series]]:
    for index in study.indices:
        if index.name in scores:
            yield index.name, "index", scores[index.name]
    for item in dict.fromkeys(item.name for index in study.indices for item in study.items(index)):
        if item in panel:
            yield item, "item", panel[item]


def _wave(panel: pd.DataFrame, name: str, study: Study) -> _Wave:
    rows = (panel[WAVE] == name).to_numpy()
    here = panel.reindex(columns=[GOVERNORATE, STRATA, PSU, COMMUNITY, SEX, INTERVIEWER])[rows]
    asked_by = _codes(here, (INTERVIEWER,))
    if not (asked_by >= 0).any():
        return _Wave(name, rows, None, reason="not_recorded")
    by_sex = _sent_by_sex(here, asked_by)
    # Where none is named, the PSU is the cluster, which can be larger than a community.
    order = ("psu", "community") if study.design.psu else ("community", "psu")
    for within in order:
        assignment = assign(_places(here, PLACES[within], by_sex), asked_by)
        if assignment.compared >= LEAST_COMPARED:
            return _Wave(name, rows, assignment, within + OF_SEX * by_sex)
    assignment = assign(_places(here, REGIONS["strata"], by_sex), asked_by)
    if assignment.compared > 0:
        return _Wave(name, rows, assignment, "strata" + OF_SEX * by_sex)
    return _Wave(name, rows, None, reason="not_shared_sex" if by_sex else "not_shared")


def _sent_by_sex(here: pd.DataFrame, asked_by: npt.NDArray[np.int64]) -> bool:
    """True where interviewers of a stratum asked women, or men, more than chance explains."""
    sex = _codes(here, (SEX,))
    assignment = assign(np.where(sex >= 0, _codes(here, REGIONS["strata"]), -1), asked_by)
    if np.unique(sex[assignment.cell >= 0]).size < 2:
        return False
    found = interviewer_variance(sex.astype(np.float64), assignment)
    if np.isnan(found.rho_raw):  # each asked one sex only, and nothing is left within interviewers
        return True
    return bool(found.rho_raw > SENT_BY_SEX and found.p_value < SENT_P)


def _places(here: pd.DataFrame, columns: tuple[str, ...], by_sex: bool) -> npt.NDArray[np.int64]:
    """A number for each place, or for each place and sex; -1 where the place, or the sex, is unknown."""
    places = _codes(here, columns)
    if not by_sex:
        return places
    sex = _codes(here, (SEX,))
    return np.where((places >= 0) & (sex >= 0), places * (sex.max() + 1) + sex, -1)


def _codes(frame: pd.DataFrame, columns: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """A number for each combination of the columns, -1 where the last one is missing."""
    codes = np.zeros(len(frame), dtype=np.int64)
    for column in columns:
        own, names = pd.factorize(frame[column])
        codes = pd.factorize(codes * (len(names) + 1) + own)[0].astype(np.int64)
    return np.where(frame[columns[-1]].isna(), -1, codes)


def _row(wave: _Wave, name: str, kind: str, values: pd.Series, limits: Limits) -> dict[str, object] | None:
    """None where the wave did not ask."""
    answers = values.to_numpy(dtype=np.float64, na_value=np.nan)[wave.rows]
    if np.isnan(answers).all():
        return None
    if wave.assignment is None:
        found, reason = InterviewerVariance(0, 0), wave.reason
    else:
        found, reason = interviewer_variance(answers, wave.assignment), None
        if np.isnan(found.rho_raw):
            reason = "no_variance" if np.nanmin(answers) == np.nanmax(answers) else "too_few"
    numbers = {column: getattr(found, column) for column in COLUMNS if hasattr(found, column)}
    in_places = str(wave.within).removesuffix(OF_SEX) in PLACES
    level = "unknown" if reason else _level(found, kind == "index" and in_places, limits)
    return (
        {"wave": wave.name, "outcome": name, "kind": kind, "within": wave.within}
        | numbers
        | {
            "level": level,
            "reason": reason,
        }
    )


def _level(found: InterviewerVariance, may_stop: bool, limits: Limits) -> str:
    if found.p_value >= limits.interviewer_effect_p:
        return "small"
    if may_stop and found.rho > limits.interviewer_effect_critical:
        return "large"
    return "noticeable" if found.rho > limits.interviewer_effect_warn else "small"


def with_interviewer_effects(verdict: Verdict, effects: pd.DataFrame, study: Study) -> Verdict:
    """The verdict on the scores, and what `interviewer_effects` says; an unknown share is no problem and no success."""
    known = effects[effects["level"] != "unknown"]
    judged = [
        _judged(str(wave), str(outcome), str(level), study)
        for wave, outcome, level in zip(known["wave"], known["outcome"], known["level"], strict=True)
    ]
    outcomes = (*verdict.outcomes, *(outcome for outcome, _ in judged))
    return replace(
        verdict,
        expectations=len(outcomes),
        failed=sum(not outcome.success for outcome in outcomes),
        problems=tuple(sorted([*verdict.problems, *(problem for _, problem in judged if problem is not None)])),
        outcomes=outcomes,
    )


def _judged(wave: str, variable: str, level: str, study: Study) -> tuple[Outcome, Problem | None]:
    check, kept = CHECKS[CHECK_OF[level]], level == "small"
    outcome = Outcome(check.name, check.severity, variable, KIND, check.expects, kept, int(not kept), 1)
    problem = None if kept else grade(Problem(check.name, check.severity, "scores", wave, variable, 1, 1), study)
    return outcome, problem
