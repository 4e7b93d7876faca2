"""What the checks found, in counts and names of rules; never an answer, an identifier or a free text."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from transforms.prepare.unread import close_to

Severity = Literal["note", "warning", "error", "critical"]
Stage = Literal["wave", "panel", "scores"]

SEVERITIES: tuple[Severity, ...] = ("critical", "error", "warning", "note")  # the worst first, as tables list them
STAGES: tuple[Stage, ...] = ("wave", "panel", "scores")
REFUSING: tuple[Severity, ...] = ("critical", "error")
PROBLEM_COLUMNS = (
    "check",
    "severity",
    "stage",
    "wave",
    "variable",
    "count",
    "of",
    "share",
    "waived",
    "action",
    "close_to",
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One check that found something: `count` of `of` rows (or answers, interviewers, clusters, as the check says)."""

    check: str
    severity: Severity
    stage: Stage
    wave: str | None
    variable: str | None
    count: int
    of: int
    waived: str | None = None  # who signed
    action: str | None = None  # what the waiver does
    rows: tuple[int, ...] = field(default=(), repr=False)  # rows of the file; for the data manager's own table only
    close: tuple[tuple[str, int], ...] = ()  # words of the study's scale and how many answers come near to each
    places: tuple[str, ...] = ()  # governorates it is found in, where it is about governorates

    @property
    def share(self) -> float:
        """`count / of`; 0 where there was nothing to count in."""
        return self.count / self.of if self.of else 0.0

    @property
    def close_to(self) -> str | None:
        """Words of the scale that answers come near to, as `Completely (3), Somewhat (1)`; None where there is none."""
        return close_to(self.close) or None

    @property
    def refuses(self) -> bool:
        """True where this problem alone stops the study."""
        return self.severity in REFUSING and self.waived is None

    @property
    def place(self) -> tuple[int, int, str, str, str]:
        """Where the problem stands in a list: the worst first, then by stage, check, wave and variable."""
        severity, stage = SEVERITIES.index(self.severity), STAGES.index(self.stage)
        return severity, stage, self.check, self.wave or "", self.variable or ""

    def __lt__(self, other: "Problem") -> bool:
        return self.place < other.place


@dataclass(frozen=True, slots=True)
class Outcome:
    """One evaluated expectation: `unexpected` of `evaluated` did not meet `expectation`, said in words."""

    check: str
    severity: Severity
    variable: str | None
    expectation: str  # the kind, as "expect_column_values_to_be_in_set"
    words: str
    success: bool
    unexpected: int
    evaluated: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one suite of expectations says about one wave, the panel or the scores."""

    stage: Stage
    wave: str | None
    expectations: int
    failed: int
    problems: tuple[Problem, ...]
    outcomes: tuple[Outcome, ...] = field(default=(), repr=False)

    @property
    def refused(self) -> bool:
        """True where an error or something critical was found that nobody signed for."""
        return any(problem.refuses for problem in self.problems)

    @property
    def name(self) -> str:
        """`wave baseline`, `panel` or `scores`."""
        return f"{self.stage} {self.wave}" if self.wave else self.stage


def all_problems(verdicts: Iterable[Verdict]) -> tuple[Problem, ...]:
    """Problems of every verdict, the worst first."""
    return tuple(sorted(problem for verdict in verdicts for problem in verdict.problems))


def problems_table(verdicts: Iterable[Verdict]) -> pd.DataFrame:
    """`problems.csv`: one row per problem, the worst first. Holds counts only."""
    records = [{column: getattr(problem, column) for column in PROBLEM_COLUMNS} for problem in all_problems(verdicts)]
    return pd.DataFrame(records, columns=list(PROBLEM_COLUMNS)).astype({"count": "int64", "of": "int64"})


def problem_rows_table(verdicts: Iterable[Verdict]) -> pd.DataFrame:
    """`problem_rows.csv`: wave, file_row, check, variable of every row behind a problem. Stays with the data."""
    problems = [problem for problem in all_problems(verdicts) if problem.rows]
    columns = ["wave", "file_row", "check", "variable"]
    if not problems:
        return pd.DataFrame({name: pd.Series(dtype="int64" if name == "file_row" else "str") for name in columns})
    frames = [
        pd.DataFrame({"wave": p.wave, "file_row": list(p.rows), "check": p.check, "variable": p.variable})
        for p in problems
    ]
    rows = pd.concat(frames, ignore_index=True)
    return rows.sort_values(["wave", "file_row"], kind="stable", ignore_index=True)
