"""Estimates read off a fitted model, with the uncertainty its clusters can carry or the reason there is none."""

from dataclasses import dataclass, replace
from math import isnan

import numpy as np

from transforms.impact.cells.compression import Floats
from transforms.impact.effects.families import Drawn, Resample
from transforms.impact.effects.fitted_model import FittedModel
from transforms.impact.effects.uncertainty import Beside, Tested, beside, joint_test, tested_by
from transforms.impact.estimate import Estimate, Model, Unit, outcome_unit
from transforms.impact.inference.ladder import Rung, choose_method
from transforms.impact.inference.least_squares import RankDeficientError, wald_test
from transforms.study import Study

ROUNDING = 1e-12  # clustered variance, as a share of the classical one, that is zero: no cluster differs from another


@dataclass(frozen=True, slots=True)
class Case:
    """What is estimated, where, when and among whom, for outcomes that share their rows.

    model, unit: the study's own where not given.
    """

    study: Study
    outcomes: tuple[str, ...]
    contrast: str
    wave: str
    governorate: str
    group: str
    model: Model | None = None
    unit: Unit | None = None

    def row(self, outcome: str) -> Drawn:
        """A row of the results with nothing estimated yet."""
        return Drawn(
            outcome=outcome,
            model=self.model or ("did" if self.study.design.treatment else "change"),
            contrast=self.contrast,
            wave=self.wave,
            governorate=self.governorate,
            group=self.group,
            unit=self.unit or outcome_unit(self.study, outcome),
        )

    def refuse(self, reason: str) -> list[Estimate]:
        """Rows that say why nothing is estimated."""
        return [replace(self.row(outcome), reason=reason) for outcome in self.outcomes]


def _counted(case: Case, model: FittedModel, position: int, refused: str) -> Drawn:
    """The row of one outcome with its counts, so far without p-value; not estimated if the outcome is constant."""
    row, counts = case.row(case.outcomes[position]), model.counts
    if model.constant[position]:
        return replace(row, reason="no_variation")
    return replace(
        row,
        n=model.n,
        clusters=counts.clusters,
        clusters_treated=counts.treated,
        clusters_comparison=counts.comparison,
        status="no_p_value",
        reason=refused or ("perfect_fit" if model.exact[position] else ""),
    )


def _varies(model: FittedModel, position: int, contrasts: Floats) -> bool:
    """Whether combinations [q, p] of an outcome's coefficients differ between clusters by more than rounding."""
    robust, classical = (
        np.trace(contrasts @ vcov[position] @ contrasts.T) for vcov in (model.fit.vcov, model.fit.vcov_classical)
    )
    return bool(robust > ROUNDING * classical)


def _with_uncertainty(row: Drawn, tested: Tested, around: Beside, position: int) -> Drawn:
    """The row with what its rung of the ladder gives, and what stands beside it."""
    statistic = float(tested.statistic[position])
    resample = None
    if tested.draws is not None:
        resample = Resample(tested.drawn, statistic, tested.draws[:, position], tested.exact)
    return replace(
        row,
        std_error=float(tested.std_error[position]),
        statistic=statistic,
        df=tested.df,
        p_value=float(tested.p_value[position]),
        conf_low=float(tested.conf_low[position]),
        conf_high=float(tested.conf_high[position]),
        method=tested.method,
        std_error_cr1=float(around.cr1[position]),
        std_error_cr3=float(around.cr3[position]),
        loo_low=float(around.low[position]),
        loo_high=float(around.high[position]),
        clusters_effective=around.clusters,
        p_smallest=tested.p_smallest,
        status="ok",
        reason="",
        resample=resample,
    )


def read_combination(case: Case, model: FittedModel, vector: Floats, refused: str = "") -> list[Estimate]:
    """The linear combination `vector` [p] of the coefficients, one estimate for each outcome of the case.

    With the uncertainty of the rung of the ladder that the model's clusters reach. Without p-value where they reach
    none, where `refused` says why, or where nothing varies between clusters.
    """
    rung = choose_method(model.counts, case.study)
    rows = [_counted(case, model, position, rung.reason or refused) for position in range(len(case.outcomes))]
    open_rows = [row.status == "no_p_value" and not row.reason for row in rows]
    uncertainty = None
    if any(open_rows):
        uncertainty = tested_by(rung.method, model, vector, case.study), beside(model, vector)

    def read(position: int) -> Estimate:
        row = rows[position]
        if row.status == "not_estimated":
            return row
        row = replace(row, estimate=float(vector @ model.fit.coef[:, position]))
        if not open_rows[position] or uncertainty is None:
            return row
        tested, around = uncertainty
        if not _varies(model, position, vector[None]) or isnan(tested.p_value[position]):
            return replace(row, reason="perfect_fit")
        row = _with_uncertainty(row, tested, around, position)
        return row if model.design.strata else replace(row, reason="strata_left_out")

    return [read(position) for position in range(len(case.outcomes))]


def _untestable(model: FittedModel, position: int, contrasts: Floats) -> str:
    """Why nothing can be said of combinations together; "" if their covariance is one."""
    if not _varies(model, position, contrasts):
        return "perfect_fit"
    try:
        wald_test(model.fit, position, contrasts)
    except RankDeficientError:
        return "no_variation"
    return ""


def read_joint(case: Case, model: FittedModel, contrasts: Floats, rung: Rung) -> list[Estimate]:
    """Joint test that `contrasts` [q, p] x coefficients are all zero, on the rung that all of them reach.

    CR2 with Hotelling's T^2 (HTZ), or the bootstrap of the CR1 F statistic, which has no degrees of freedom.
    """
    rows = [_counted(case, model, position, rung.reason) for position in range(len(case.outcomes))]
    if all(row.reason for row in rows):
        return list(rows)
    tests = joint_test(rung.method, model, contrasts, case.study)

    def read(position: int) -> Estimate:
        row, test = rows[position], tests[position]
        if row.reason:
            return row
        reason = _untestable(model, position, contrasts)
        if reason or isnan(test.p_value):
            return replace(row, reason=reason or "perfect_fit")
        row = replace(row, statistic=test.statistic, df=test.df_denominator, p_value=test.p_value)
        return replace(row, method=rung.method, status="ok")

    return [read(position) for position in range(len(case.outcomes))]
