"""What is said of every check: how grave it is, what it expects, and what to do."""

from dataclasses import dataclass
from typing import Literal

from transforms.quality.problems import Severity, Stage

Action = Literal["accept", "set_missing", "keep_first", "remove"]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `counts` says what a problem's `count` and `of` are counts of, `actions` what a waiver may do."""

    name: str
    severity: Severity
    stages: tuple[Stage, ...]
    expects: str
    counts: str
    advice: str
    actions: tuple[Action, ...] = ()
