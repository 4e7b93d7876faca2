"""One estimate, in the words of the table every reader gets."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from math import nan
from typing import Literal, get_args

import pandas as pd

from transforms.study import Study
from transforms.study.records import record_columns, records_table

Model = Literal[
    "did",
    "change",
    "level",
    "pre-trend",
    "pairwise",
    "secondary",
    "doubly robust",
    "all interviewed",
    "covariates",
    "ancova",
    "ordered logit",
    "loss weights",
    "placebo",
    "composition",
    "attrition",
]
Status = Literal["ok", "no_p_value", "not_estimated"]
Unit = Literal["sd", "points", "share", "log odds"]

MODELS: tuple[Model, ...] = get_args(Model)
MAIN_MODELS: tuple[Model, ...] = ("did", "change", "level")  # the study's answer; everything else examines it

TREATED_POST = "treated x post"  # contrast of a difference-in-differences
POOLED = "pooled"  # one common effect, weighted by precision
EQUAL_WEIGHT = "equal weight"  # mean of the governorates' effects
EVERY_GROUP = "all"
EQUALITY = "governorates equal"  # contrast of the joint test; its statistic is an F
PRE_TREND = "pre-trend"  # contrast of an effect before the programme began
NO_PRE_TREND = "pre-trends zero"  # contrast of the joint test of all of them; its statistic is an F
EVERY_PAIR = "each pair of governorates"  # contrast of the row that says why pairs are not compared

# Every key `reason` can hold; wording has a sentence for each.
REASONS = (
    "governorates_are_clusters",
    "few_clusters",
    "few_treated_clusters",
    "few_comparison_clusters",
    "few_clusters_in_a_governorate",
    "cluster_in_both_arms",
    "no_answers",
    "no_unit",
    "empty_cell",
    "small_cell",
    "no_variation",
    "perfect_fit",
    "rank_deficient",
    "one_governorate",
    "too_many_pairs",
    "one_psu",
    "weights_not_positive",
    "strata_left_out",
    "governorates_left_out",
    "few_clusters_for_joint_test",
    "covariates_left_out",
    "covariates_missing",
    "item_near_ceiling",
    "separated_answers",
    "log_odds_need_clusters",
    "perfect_prediction",
    "no_loss_model",
    "nobody_twice",
    "same_people",
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """One effect, change, level or test.

    `estimate`, the errors and the limits are in `unit`: standard deviations of the reference group ("sd"), points of
    the scale or units of a number ("points"), a share from 0 to 1, or log odds. NaN stands for what the design cannot
    carry; `reason` then says why, in a key of `REASONS`. With status "ok" a reason is a remark (strata or governorates
    left out). For a joint test, `statistic` is an F whose second degrees of freedom are `df`.

    model: what was done. The study's answer (`MAIN_MODELS`): "did", difference-in-differences; "change", over time
    without comparison arm; "level". Read beside it: "pre-trend", the same in a wave before the programme began, against
    the first wave of all, and the joint test that there is none; "pairwise", differences between governorates' effects,
    named in `governorate` as "Irbid - Amman" (of more governorates than the study compares in pairs, one row that says
    so); "secondary", effects on secondary outcomes. The same effect otherwise:
    "doubly robust" (Sant'Anna & Zhao 2020), "all interviewed" (panel, of everybody interviewed in either wave, without
    the constant every respondent has in the study's answer), "covariates" (held constant in the regression), "ancova"
    (given the outcome at baseline), "ordered logit" (of an item), "loss weights" (for who was lost). What should be
    zero: "placebo", effects on outcomes the programme did not target; "composition", on who answers; "attrition",
    differences of the arms in who was lost.

    n: interviews behind the number; in a panel those of respondents who answered in two waves or more.

    method: the rung of the ladder, or "taylor", "DR". `std_error` is CR2's with method "CR2", CR1's with "bootstrap",
    whose statistic is CR1's t; `df` and p belong to the method, and a limit can be infinite. "randomisation" gives
    CR1's t, p and `p_smallest`, the smallest p the design can give, and no interval. Beside it: `std_error_cr1` and
    `std_error_cr3`; `loo_low`, `loo_high`, the range of the estimate without each cluster in turn; `clusters_effective`
    (Carter, Schnepel & Steigerwald 2017). p_adjusted: for the family of outcomes (or of pairs of governorates) it
    belongs to, by `adjustment` ("Romano-Wolf", "Holm" or "sharpened q"); NaN and "" where it is alone.
    """

    outcome: str
    model: Model
    contrast: str
    wave: str
    governorate: str
    group: str
    unit: Unit
    estimate: float = nan
    std_error: float = nan
    statistic: float = nan
    df: float = nan
    p_value: float = nan
    conf_low: float = nan
    conf_high: float = nan
    n: int = 0
    clusters: int = 0
    clusters_treated: int = 0
    clusters_comparison: int = 0
    method: str = "none"
    std_error_cr1: float = nan
    std_error_cr3: float = nan
    loo_low: float = nan
    loo_high: float = nan
    clusters_effective: float = nan
    p_smallest: float = nan
    p_adjusted: float = nan
    adjustment: str = ""
    status: Status = "not_estimated"
    reason: str = ""


ESTIMATE_COLUMNS = record_columns(Estimate)


def estimates_table(estimates: Iterable[Estimate]) -> pd.DataFrame:
    """One row per estimate, in the given order, with the columns of `Estimate`."""
    return records_table(Estimate, estimates)


def is_main(estimate: Estimate) -> bool:
    """True for the rows that answer the study's question: effects, changes, levels, and the test of equality."""
    return estimate.model in MAIN_MODELS


def main_first(estimates: Iterable[Estimate]) -> tuple[Estimate, ...]:
    """The same rows in the order of `MODELS`, otherwise in their own."""
    return tuple(sorted(estimates, key=lambda row: max(MODELS.index(row.model), MODELS.index(MAIN_MODELS[-1]))))


def with_no_unit(estimates: Iterable[Estimate], outcomes: Collection[str]) -> tuple[Estimate, ...]:
    """The same rows; those of `outcomes` that were answered but have no unit say so, not that nobody answered."""
    return tuple(
        replace(row, reason="no_unit") if row.reason == "no_answers" and row.outcome in outcomes else row
        for row in estimates
    )


def outcome_unit(study: Study, outcome: str) -> Unit:
    """Unit of an outcome: SD of the reference group, or points of a scale for indices that are not standardised."""
    standardised = {index.name: index.standardised for index in study.indices}
    return "sd" if standardised[outcome.partition(".")[0]] else "points"


def estimated_outcomes(study: Study) -> tuple[str, ...]:
    """Outcomes the study asks effects for: its indices and, unless it declines, their dimensions."""
    return tuple(name for name in study.outcomes() if study.settings.effects.dimensions or "." not in name)
