"""What the log of corrections did, in counts; why lines were refused, by their row in the log."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from transforms.prepare.corrections import BLANKED, CHANGED, REFUSALS, REMOVED, Outcome

DONE = (CHANGED, BLANKED, REMOVED)
COUNT_COLUMNS = ("wave", "variable", "status", "count")
REASON_COLUMNS = ("wave", "status", "reason", "count")
OTHERWISE = ""  # stands for the reasons that too few lines share


@dataclass(frozen=True)
class Tally:
    """Lines of one variable (none: whole interviews) that had the same end."""

    variable: str
    status: str
    count: int


@dataclass(frozen=True)
class ReasonTally:
    """Lines that give the same reason, for answers (`changed`) or interviews (`removed`)."""

    status: str
    reason: str
    count: int


@dataclass(frozen=True)
class Refusal:
    """A line that was refused, by its row in the log, and the key of REFUSALS that says why."""

    line: int
    variable: str
    rule: str


@dataclass(frozen=True)
class CorrectionCounts:
    """What a log did to one wave."""

    tallies: tuple[Tally, ...] = ()
    reasons: tuple[ReasonTally, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    def lines(self, *statuses: str) -> int:
        """How many lines had one of these ends."""
        return sum(tally.count for tally in self.tallies if tally.status in statuses)


def count_corrections(outcomes: Sequence[Outcome], smallest: int) -> CorrectionCounts:
    """Counts of what became of a wave's lines.

    A reason is somebody's own words, and may hold what it should not: one that fewer than `smallest` lines share is
    counted among the others, without its words.
    """
    done = [outcome for outcome in outcomes if not outcome.refused]
    tallies = Counter((outcome.variable, outcome.status) for outcome in done)
    reasons: Counter[tuple[str, str]] = Counter()
    for outcome in done:
        if outcome.status in DONE:
            reasons[REMOVED if outcome.status == REMOVED else CHANGED, outcome.reason] += 1
    shown: Counter[tuple[str, str]] = Counter()
    for (status, reason), count in reasons.items():
        shown[status, reason if count >= smallest else OTHERWISE] += count
    return CorrectionCounts(
        tuple(Tally(variable, status, count) for (variable, status), count in sorted(tallies.items())),
        tuple(ReasonTally(status, reason, count) for (status, reason), count in sorted(shown.items())),
        tuple(Refusal(outcome.line, outcome.variable, outcome.status) for outcome in outcomes if outcome.refused),
    )


def corrections_table(counts: Mapping[str, CorrectionCounts]) -> pd.DataFrame:
    """wave, variable (empty: whole interviews), status, count: what the log did, by wave."""
    rows = [(wave, one.variable, one.status, one.count) for wave, each in counts.items() for one in each.tallies]
    return pd.DataFrame(rows, columns=list(COUNT_COLUMNS))


def correction_reasons_table(counts: Mapping[str, CorrectionCounts]) -> pd.DataFrame:
    """wave, status (`changed` or `removed`), reason (empty: reasons that few lines share), count."""
    rows = [(wave, one.status, one.reason, one.count) for wave, each in counts.items() for one in each.reasons]
    return pd.DataFrame(rows, columns=list(REASON_COLUMNS))


def refusal_lines(counts: Mapping[str, CorrectionCounts], file: str) -> tuple[str, ...]:
    """A sentence for every reason why lines of the log `file` were refused, with their rows and what to do."""
    found = []
    for wave, each in counts.items():
        by_rule = sorted(each.refusals, key=lambda refusal: (refusal.rule, refusal.variable, refusal.line))
        for (rule, variable), refusals in groupby(by_rule, key=lambda refusal: (refusal.rule, refusal.variable)):
            rows = [refusal.line for refusal in refusals]
            named = f"{wave}, {variable}" if variable else wave
            found.append((rows[0], f"{file}, row{'s'[: len(rows) != 1]} {_ranges(rows)} ({named}): {REFUSALS[rule]}"))
    return tuple(sentence for _, sentence in sorted(found))


def _ranges(rows: Iterable[int]) -> str:
    """`2-4, 7` for 2, 3, 4 and 7, which come in order."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
