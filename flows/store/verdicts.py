"""Verdicts of the checks, kept in counts: `validation.json`, `problems.csv`, data docs; rows only beside the data."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from expectations.check import data_docs, validation_record
from flows.store import files
from flows.store.paths import RunPaths
from transforms.quality.checks import CHECKS
from transforms.quality.problems import Problem, Verdict, problem_rows_table, problems_table
from transforms.study.problems import DataRefusedError
from transforms.study.study import Study

ADAPTER: TypeAdapter[tuple[Verdict, ...]] = TypeAdapter(tuple[Verdict, ...])


def read_verdicts(paths: RunPaths) -> tuple[Verdict, ...]:
    """Verdicts of the stages so far, without rows; none before the first."""
    if not paths.validation.exists():
        return ()
    return ADAPTER.validate_python(files.read_json(paths.validation)["verdicts"])


def add_verdicts(new: Sequence[Verdict], study: Study, paths: RunPaths, before: str | None = None) -> None:
    """Keep what a stage found beside what earlier stages found.

    Raises
    ------
    DataRefusedError
        After everything is written, if any of `new` refuses the data, or `before` says why it is refused already.
    """
    verdicts = (*read_verdicts(paths), *new)
    files.write_json(validation_record(verdicts, study), paths.validation)
    files.write_table(problems_table(verdicts), paths.problems)
    _add_problem_rows(new, paths)
    files.write_pages(data_docs(verdicts, study), paths.data_docs)
    reasons = [reason for reason in (before, refusal(new, paths)) if reason]
    if reasons:
        raise DataRefusedError("\n".join(reasons))


def _add_problem_rows(new: Sequence[Verdict], paths: RunPaths) -> None:
    import pandas as pd

    rows = problem_rows_table(new)
    if paths.problem_rows.exists():
        rows = pd.concat([files.read_table(paths.problem_rows), rows], ignore_index=True)
    files.write_table(rows, paths.problem_rows)


def refusal(verdicts: Sequence[Verdict], paths: RunPaths) -> str | None:
    """Everything that stops the study, in counts, and where its rows are; None where nothing does."""
    reasons = [problem for verdict in verdicts for problem in sorted(verdict.problems) if problem.refuses]
    if not reasons:
        return None
    lines = "\n".join(f"  - {describe(problem)}" for problem in reasons)
    count = f"{len(reasons)} reason{'s'[: len(reasons) != 1]}"
    advice = "\n".join(f"  {check}: {CHECKS[check].advice}" for check in dict.fromkeys(one.check for one in reasons))
    return (
        f"The data was refused for {count}:\n{lines}\nWhat to do:\n{advice}\n"
        f"The rows of the files are in {paths.problem_rows}\n"
        "Correct answers in corrections.csv (tamasuk correct --template begins it), "
        "or sign a waiver in study.toml: docs/study-file.md."
    )


def describe(problem: Problem) -> str:
    """A problem in one line of counts and names: `baseline: duplicate_respondents: 6 of 1800 (critical)`."""
    place = ": ".join(part for part in (problem.wave or problem.stage, problem.check, problem.variable) if part)
    close = f", close to {problem.close_to}" if problem.close else ""
    named = f", in {', '.join(problem.places)}" if problem.places else ""
    return f"{place}: {problem.count} of {problem.of} ({problem.severity}){close}{named}"
