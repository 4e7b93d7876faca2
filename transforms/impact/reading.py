"""Estimates read off a fitted model, with the uncertainty its clusters can carry or the reason there is none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from scipy import special

from transforms.impact.clusters import refusal
from transforms.impact.compression import Floats
from transforms.impact.estimate import Estimate, outcome_unit
from transforms.impact.least_squares import RankDeficientError, wald_test
from transforms.impact.models import FittedModel
from transforms.study import Study

METHOD = "CR1"  # cluster-robust, t with G - 1 degrees of freedom

ROUNDING = 1e-20  # clustered variance, as a share of the classical one, that is zero: no cluster differs from another


@dataclass(frozen=True, slots=True)
class Case:
    """What is estimated, where, when and among whom, for outcomes that share their rows."""

    study: Study
    outcomes: tuple[str, ...]
    contrast: str
    wave: str
    governorate: str
    group: str

    def row(self, outcome: str) -> Estimate:
        """A row of the results with nothing estimated yet."""
        return Estimate(
            outcome=outcome,
            model="did" if self.study.design.treatment else "change",
            contrast=self.contrast,
            wave=self.wave,
            governorate=self.governorate,
            group=self.group,
            unit=outcome_unit(self.study, outcome),
        )

    def refuse(self, reason: str) -> list[Estimate]:
        """Rows that say why nothing is estimated."""
        return [replace(self.row(outcome), reason=reason) for outcome in self.outcomes]


def _counted(case: Case, model: FittedModel, position: int, refused: str) -> Estimate:
    """The row of one outcome with its counts, so far without p-value; not estimated if the outcome is constant."""
    row, counts = case.row(case.outcomes[position]), model.counts
    if model.constant[position]:
        return replace(row, reason="no_variation")
    return replace(
        row,
        n=model.fit.n,
        clusters=counts.clusters,
        clusters_treated=counts.treated,
        clusters_comparison=counts.comparison,
        status="no_p_value",
        reason=refused or ("perfect_fit" if model.exact[position] else ""),
    )


def _with_errors(row: Estimate, std_error: float, df: float, confidence: float) -> Estimate:
    """The row with standard error, t interval and two-sided p-value on `df` degrees of freedom."""
    half = float(special.stdtrit(df, (1 + confidence) / 2)) * std_error
    statistic = row.estimate / std_error
    return replace(
        row,
        std_error=std_error,
        statistic=statistic,
        df=df,
        p_value=2 * float(special.stdtr(df, -abs(statistic))),
        conf_low=row.estimate - half,
        conf_high=row.estimate + half,
        method=METHOD,
        status="ok",
    )


def read_combination(case: Case, model: FittedModel, vector: Floats, refused: str = "") -> list[Estimate]:
    """The linear combination `vector` [p] of the coefficients, one estimate for each outcome of the case.

    Without p-value where the clusters cannot carry one, or where `refused` says why.
    """
    refused = refusal(model.counts, case.study) or refused
    confidence = case.study.settings.effects.confidence

    def read(position: int) -> Estimate:
        row = _counted(case, model, position, refused)
        if row.status == "not_estimated":
            return row
        row = replace(row, estimate=float(vector @ model.fit.coef[:, position]))
        if row.reason:
            return row
        variance = float(vector @ model.fit.vcov[position] @ vector)
        if not variance > ROUNDING * float(vector @ model.fit.vcov_classical[position] @ vector):
            return replace(row, reason="perfect_fit")
        row = _with_errors(row, sqrt(variance), float(model.fit.df), confidence)
        return row if model.strata else replace(row, reason="strata_left_out")

    return [read(position) for position in range(len(case.outcomes))]


def read_equality(case: Case, model: FittedModel, columns: Sequence[int], refused: str) -> list[Estimate]:
    """Joint Wald test that the effects in `columns` are equal: F with G - 1 denominator degrees of freedom.

    `refused`: why the test is not offered; "" if it is.
    """
    contrasts = np.zeros((len(columns) - 1, model.fit.k))
    contrasts[:, columns[0]] = -1.0
    contrasts[np.arange(len(columns) - 1), columns[1:]] = 1.0

    def read(position: int) -> Estimate:
        row = _counted(case, model, position, refused)
        if row.reason:
            return row
        spread, classical = (
            np.trace(contrasts @ v[position] @ contrasts.T) for v in (model.fit.vcov, model.fit.vcov_classical)
        )
        if not spread > ROUNDING * classical:
            return replace(row, reason="perfect_fit")
        try:
            test = wald_test(model.fit, position, contrasts)
        except RankDeficientError:
            return replace(row, reason="no_variation")
        row = replace(row, statistic=test.statistic, df=test.df_denominator, p_value=test.p_value)
        return replace(row, method=METHOD, status="ok")

    return [read(position) for position in range(len(case.outcomes))]
