"""A rule: one check on one variable of one study. The study alone makes the rules; the data only answers them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

KEPT, BROKEN = "kept", "broken"  # the two categories of a flag; missing where the rule does not speak of the row
NEAR = 1e-9  # a share that reaches a limit exactly is reported; less than one row in any file


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """What a rule says about each row: three columns of True and False with the index of the frame."""

    broken: pd.Series  # True only where evaluated
    evaluated: pd.Series
    rows: pd.Series  # what a data manager should look up

    def flag(self) -> pd.Series:
        """KEPT or BROKEN for each row, missing where it was not evaluated: one byte a row, and nobody's answer."""
        codes = np.where(self.evaluated, self.broken.to_numpy(dtype=np.int8), np.int8(-1))
        return pd.Series(pd.Categorical.from_codes(codes, pd.Index([KEPT, BROKEN])), index=self.broken.index)


def found(broken: pd.Series, evaluated: pd.Series | None = None, rows: pd.Series | None = None) -> Finding:
    """A finding, by default about every row, with the broken rows to look up."""
    if evaluated is None:
        return Finding(broken, pd.Series(True, index=broken.index), broken if rows is None else rows)
    counted = broken & evaluated
    return Finding(counted, evaluated, counted if rows is None else rows)


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One check on one variable: `find` says which rows break it, `mostly` which share must keep it.

    `wave` is the one wave of a panel it speaks of, None where it speaks of all; `needs` are the columns without which
    it cannot be evaluated. `places` is a column of places that are told by name where the rule is broken.
    """

    check: str
    find: Callable[[pd.DataFrame], Finding]
    needs: tuple[str, ...]
    variable: str | None = None
    mostly: float = 1.0
    wave: str | None = None
    places: str | None = None

    @property
    def flag(self) -> str:
        """Name of the rule's flag; no variable's or outcome's name holds a colon."""
        return ":".join(["check", *filter(None, (self.check, self.variable, self.wave))])

    def applies(self, frame: pd.DataFrame) -> bool:
        """True where the frame has the columns the rule needs."""
        return all(column in frame for column in self.needs)


def below(limit: float) -> float:
    """The share that must keep a rule if the share that breaks it must stay below `limit`."""
    return float(np.clip(1 - limit + NEAR, 0.0, 1.0))


def first_of_each(units: pd.Series, waves: pd.Series | None = None) -> pd.Series:
    """True in the first row of each unit (in each wave), for rules that count units; False where it is missing."""
    keys = pd.DataFrame({"unit": units} if waves is None else {"unit": units, "wave": waves})
    return units.notna() & ~keys.duplicated()
