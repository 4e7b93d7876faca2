"""Which effects the data rule out: two one-sided tests against the smallest effect that was declared to matter."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite, nan
from typing import Literal

import pandas as pd
from scipy import special

from transforms.impact.around.of_effect import OfEffect, names_of
from transforms.impact.estimate import EQUALITY, Estimate
from transforms.study import Study
from transforms.study.records import records_table

LEVEL = 0.05  # of each of the two one-sided tests, hence a 90 % interval (Schuirmann 1987)

Verdict = Literal["negligible", "small", "undecided", "nonzero", "large", "no_margin", "not_offered"]
Basis = Literal["t", "interval", "none"]


@dataclass(frozen=True, slots=True)
class Equivalence(OfEffect):
    """What an estimate says about the margin, in the estimate's unit.

    low, high: limits of the 90 % interval, or of the estimate's own interval (basis "interval"), which is wider.
    ruled_out: absolute effects larger than this are ruled out at the 5 % level. p_value: of the two one-sided tests,
    the larger; NaN where the basis is an interval. verdict:

    "negligible" the interval lies within the margin; "small" so it does, and the effect is nonetheless not zero;
    "undecided" neither zero nor a relevant effect is ruled out; "nonzero" zero is ruled out, but not a negligible
    effect; "large" every effect within the margin is ruled out; "no_margin" the outcome is not in SD, so the margin
    does not speak of it; "not_offered" the estimate has no uncertainty.
    """

    margin: float
    low: float
    high: float
    ruled_out: float
    p_value: float
    basis: Basis
    verdict: Verdict


def _limits(row: Estimate) -> tuple[float, float, Basis]:
    """The 90 % t interval where the row has degrees of freedom, else its own interval, which errs on the wide side."""
    if row.status != "ok":
        return nan, nan, "none"
    if isfinite(row.std_error) and row.df > 0:
        half = float(special.stdtrit(row.df, 1 - LEVEL)) * row.std_error
        return row.estimate - half, row.estimate + half, "t"
    known = isfinite(row.conf_low) and isfinite(row.conf_high)
    return (row.conf_low, row.conf_high, "interval") if known else (nan, nan, "none")


def _verdict(low: float, high: float, margin: float, differs: bool) -> Verdict:
    if max(abs(low), abs(high)) < margin:
        return "small" if differs else "negligible"
    if low > margin or high < -margin:
        return "large"
    return "nonzero" if differs else "undecided"


def equivalence(row: Estimate, margin: float, interval: tuple[float, float] | None = None) -> Equivalence:
    """Two one-sided tests of one estimate against +-`margin` (Schuirmann 1987; Lakens, Scheel & Isager 2018).

    margin: declared beforehand, in SD; never taken from the data. interval: a 90 % interval to use instead, where the
    method that gave the estimate has one of its own (inversion of the bootstrap test). Whether the effect differs from
    zero is read off the estimate's own interval.
    """
    low, high, basis = _limits(row)
    if interval is not None:
        low, high, basis = (*interval, "interval")
    in_sd = row.unit == "sd"
    p_value = nan
    verdict: Verdict = "not_offered" if basis == "none" else "no_margin"
    if basis != "none" and in_sd:
        verdict = _verdict(low, high, margin, not row.conf_low <= 0 <= row.conf_high)
    if basis == "t" and in_sd:
        p_value = float(special.stdtr(row.df, (abs(row.estimate) - margin) / row.std_error))
    return Equivalence(
        *names_of(row),
        margin=margin if in_sd else nan,
        low=low,
        high=high,
        ruled_out=max(abs(low), abs(high)),
        p_value=p_value,
        basis=basis,
        verdict=verdict,
    )


def equivalence_table(estimates: Iterable[Estimate], study: Study) -> pd.DataFrame:
    """One row for every effect or change (levels and joint tests have none), against the study's smallest effect."""
    margin = study.settings.effects.smallest_effect
    rows = [equivalence(row, margin) for row in estimates if row.model != "level" and row.contrast != EQUALITY]
    return records_table(Equivalence, rows)
