"""Answers given in the interview against those given when somebody else asked again. Counts only."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.prepare.back_checks import CORRECTED
from transforms.quality.checks import CHECKS
from transforms.quality.grading import grade
from transforms.quality.problems import Outcome, Problem, Verdict
from transforms.quality.rules import NEAR
from transforms.study.back_checks import BackCheck
from transforms.study.columns import FILE_ROW
from transforms.study.instrument import Variable
from transforms.study.study import Study

KINDS = ("facts", "harder", "opinions")
JUDGED = ("facts", "harder")  # opinions move by themselves: not the interviewer's fault (IPA, type 3)
ENOUGH = 10  # [house] answers compared below which a share says nothing of an interviewer or a question
YEAR = 1.0  # DIME: an age may differ by one
VARIABLE_COLUMNS = ("wave", "kind", "variable", "compared", "differ", "share")
WAVE_COLUMNS = (
    *("wave", "interviews", "checked", "back_checks", "unmatched", "compared", "corrected"),
    *("interviewers", "without", "judged", "retrain", "redo"),
)
COUNTED = {"back_check_interviewers": "without", "back_check_retrain": "retrain", "back_check_redo": "redo"}
KIND = "answers_given_twice"  # of an outcome about two tables

# What an interview is given before anybody is asked, or what belongs to the interview itself.
NO_ANSWERS = ("respondent", "governorate", "community", "cluster", "strata", "psu", "weight", "fpc", "date")
NO_ANSWERS_EITHER = ("interviewer", "duration", "consent")

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """The back-checks of one wave: counts, answers by variable, and the interviews behind the interviewers named.

    counts as WAVE_COLUMNS but the wave; variables as VARIABLE_COLUMNS. rows: rows of the wave's file of interviewers
    `without` a back-check, to `retrain`, or whose interviews are to be held again (`redo`).
    """

    wave: str
    counts: Mapping[str, int]
    variables: pd.DataFrame
    rows: Mapping[str, tuple[int, ...]]


def compare_back_checks(wave: pd.DataFrame, again: pd.DataFrame, check: BackCheck, study: Study) -> Compared:
    """Interviews of the typed `wave` against the typed back-checks `again`, matched by the respondent's pseudonym.

    Of a respondent who stands in a file more than once, the first row counts. Answers differ if both are given and are
    not the same code; ages, if they are more than a year apart. The interview's answers are those after corrections.
    An interviewer is judged by ENOUGH answers or more.
    """
    respondent = str(study.design.respondent)
    first = wave.dropna(subset=[respondent]).drop_duplicates(respondent)
    known = again.dropna(subset=[respondent]).drop_duplicates(respondent)
    place = pd.Index(first[respondent]).get_indexer(pd.Index(known[respondent]))
    here, there = first.iloc[place[place >= 0]], known[place >= 0]
    compared, differ = np.zeros(len(here)), np.zeros(len(here))
    found = []
    for variable in _asked_again(again, check, study):
        kind = _kind(variable, check)
        one, other = here[variable.name], there[variable.name]
        both = one.notna().to_numpy() & other.notna().to_numpy()
        unlike = both & _unlike(one, other, YEAR if variable.name == study.design.age else NEAR)
        if kind in JUDGED:
            compared, differ = compared + both, differ + unlike
        found.append((check.wave, kind, variable.name, int(both.sum()), int(unlike.sum())))
    table = pd.DataFrame(found, columns=list(VARIABLE_COLUMNS[:-1]))
    share = table["differ"] / table["compared"].where(table["compared"] > 0)
    counts = {"interviews": len(wave), "checked": len(here), "back_checks": len(again)}
    counts["unmatched"] = len(again) - int(again[respondent].isin(first[respondent]).sum())
    counts["compared"] = int(table["compared"].sum())
    counts["corrected"] = int(there[CORRECTED].sum()) if CORRECTED in there else 0
    interviewers, rows = _interviewers(wave, here, compared, differ, study)
    return Compared(check.wave, counts | interviewers, table.assign(share=share.astype("float64")), rows)


def _asked_again(again: pd.DataFrame, check: BackCheck, study: Study) -> Iterator[Variable]:
    given = {getattr(study.design, role) for role in (*NO_ANSWERS, *NO_ANSWERS_EITHER)}
    for variable in study.codebook.asked_in(check.wave):
        if variable.type in ("item", "number", "category") and variable.name in again and variable.name not in given:
            yield variable


def _kind(variable: Variable, check: BackCheck) -> str:
    if variable.name in check.harder:
        return "harder"
    fact = variable.name in check.facts if check.facts else variable.type != "item"
    return "facts" if fact else "opinions"


def _unlike(one: pd.Series, other: pd.Series, tolerance: float) -> Flags:
    if pd.api.types.is_float_dtype(one) and pd.api.types.is_float_dtype(other):
        return np.asarray(np.abs(one.to_numpy() - other.to_numpy()) > tolerance)
    return np.asarray(one.astype("str").to_numpy() != other.astype("str").to_numpy())


def _interviewers(
    wave: pd.DataFrame,
    here: pd.DataFrame,
    compared: npt.NDArray[np.float64],
    differ: npt.NDArray[np.float64],
    study: Study,
) -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """Counts of interviewers, and rows of the interviews of those a problem speaks of."""
    name, limits = study.design.interviewer, study.settings.limits
    if name is None or name not in wave:
        return dict.fromkeys(WAVE_COLUMNS[7:], 0), {}
    everybody = pd.Index(wave[name].dropna().unique())
    sums = pd.DataFrame({"compared": compared, "differ": differ}).groupby(here[name].to_numpy()).sum()
    judged = sums[sums["compared"] >= ENOUGH]
    share = judged["differ"] / judged["compared"]
    groups = {
        "without": everybody.difference(sums.index),
        "retrain": judged.index[(share > limits.back_check_retrain + NEAR) & (share <= limits.back_check_redo + NEAR)],
        "redo": judged.index[share > limits.back_check_redo + NEAR],
    }
    rows = {
        key: tuple(wave.loc[wave[name].isin(who), FILE_ROW].astype("int64").tolist()) for key, who in groups.items()
    }
    counts = {"interviewers": len(everybody), "judged": len(judged)} | {key: len(who) for key, who in groups.items()}
    return counts, rows


def wave_table(found: Iterable[Compared]) -> pd.DataFrame:
    """`back_checks.csv`: one row for each wave with back-checks, as WAVE_COLUMNS."""
    return pd.DataFrame([{"wave": each.wave, **each.counts} for each in found], columns=list(WAVE_COLUMNS))


def variable_table(found: Iterable[Compared]) -> pd.DataFrame:
    """`back_check_answers.csv`: one row for each wave and variable asked again, as VARIABLE_COLUMNS."""
    parts = [each.variables for each in found]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(VARIABLE_COLUMNS))


def with_back_checks(verdicts: Iterable[Verdict], found: Iterable[Compared], study: Study) -> tuple[Verdict, ...]:
    """The verdicts on the waves, and what their back-checks say."""
    by_wave = {each.wave: each for each in found}
    return tuple(
        _added(verdict, by_wave[verdict.wave], study) if verdict.wave in by_wave else verdict for verdict in verdicts
    )


def _added(verdict: Verdict, found: Compared, study: Study) -> Verdict:
    judged = [_judged(problem, broken, study) for problem, broken in _told(found, study)]
    outcomes = (*verdict.outcomes, *(outcome for outcome, _ in judged))
    return replace(
        verdict,
        expectations=len(outcomes),
        failed=sum(not outcome.success for outcome in outcomes),
        problems=tuple(sorted([*verdict.problems, *(problem for _, problem in judged if problem is not None)])),
        outcomes=outcomes,
    )


def _told(found: Compared, study: Study) -> Iterator[tuple[Problem, bool]]:
    """Everything that can be said of the back-checks, and whether it is a problem."""
    counts, rows, limits = found.counts, found.rows, study.settings.limits

    def said(check: str, count: int, of: int, broken: bool, variable: str | None = None) -> tuple[Problem, bool]:
        behind = rows.get(COUNTED.get(check, ""), ())
        return Problem(check, CHECKS[check].severity, "wave", found.wave, variable, count, of, rows=behind), broken

    few = counts["checked"] < (limits.back_check_share - NEAR) * counts["interviews"]
    yield said("back_check_coverage", counts["checked"], counts["interviews"], few)
    yield said("back_check_unmatched", counts["unmatched"], counts["back_checks"], counts["unmatched"] > 0)
    yield said("back_check_corrected", counts["corrected"], counts["compared"], counts["corrected"] > 0)
    for check, key in COUNTED.items():
        of = counts["interviewers" if key == "without" else "judged"]
        if of:
            yield said(check, counts[key], of, counts[key] > 0, study.design.interviewer)
    facts = found.variables[found.variables["kind"].isin(JUDGED) & (found.variables["compared"] >= ENOUGH)]
    for name, compared, differ in zip(facts["variable"], facts["compared"], facts["differ"], strict=True):
        broken = differ > (limits.back_check_retrain + NEAR) * compared
        yield said("back_check_variable", int(differ), int(compared), bool(broken), str(name))


def _judged(problem: Problem, broken: bool, study: Study) -> tuple[Outcome, Problem | None]:
    check = CHECKS[problem.check]
    outcome = Outcome(
        *(check.name, check.severity, problem.variable, KIND, check.expects, not broken, problem.count, problem.of)
    )
    return outcome, grade(problem, study) if broken else None
