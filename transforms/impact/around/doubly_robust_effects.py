"""Doubly robust effects of a study: what the effect would be if the arms had been alike beforehand."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from transforms.impact.around.comparable_rows import Comparison, Patterns, compare
from transforms.impact.around.doubly_robust import (
    DoublyRobust,
    arm_error,
    clustered_error,
    panel_effect,
    sections_effect,
)
from transforms.impact.around.propensity import PerfectPredictionError
from transforms.impact.cells.clusters import refusal
from transforms.impact.cells.covariates import adjustment_matrix
from transforms.impact.cells.pairs import row_counts
from transforms.impact.effects.reading import Case
from transforms.impact.estimate import EVERY_GROUP, POOLED, TREATED_POST, Estimate, estimated_outcomes
from transforms.impact.inference.least_squares import RankDeficientError
from transforms.study import Study

METHOD = "DR"
ROUNDING = 1e-10  # a standard error that is a smaller share of the score's range is zero
PERFECT_PREDICTION = "perfect_prediction"  # reason: the covariates tell the arm with certainty


def _groups(rows: Patterns, panel: bool) -> tuple[NDArray[np.float64], int]:
    """Group of each pattern that a comparison needs, and how many of them there must be."""
    return (rows.treated, 2) if panel else (rows.treated * 2 + rows.post, 4)


def _fit(rows: Patterns, panel: bool, fewest: int) -> DoublyRobust | str:
    """The estimate, or the reason there is none."""
    if not rows.rows.size:
        return "no_answers"
    groups, needed = _groups(rows, panel)
    if np.unique(groups).size < needed:
        return "empty_cell"
    if rows.spread == 0:
        return "no_variation"
    x, _ = adjustment_matrix(rows.parts, rows.weight, fewest, rows.rows)
    x = np.column_stack([np.ones(rows.rows.size), x])
    try:
        if panel:
            return panel_effect(rows.score, rows.treated, x, rows.weight)
        return sections_effect(rows.score, rows.post, rows.treated, x, rows.weight)
    except RankDeficientError:
        return "rank_deficient"
    except PerfectPredictionError:
        return PERFECT_PREDICTION


def _read(row: Estimate, fitted: DoublyRobust, rows: Patterns, study: Study) -> Estimate:
    """The row filled: t interval with the arms' own variances between clusters, if these can carry one."""
    counts = row_counts(rows.cluster, rows.treated)
    refused = refusal(counts, study)
    row = replace(
        row,
        estimate=fitted.effect,
        n=int(rows.rows.sum()) * (2 if study.design.kind == "panel" else 1),
        clusters=counts.clusters,
        clusters_treated=counts.treated,
        clusters_comparison=counts.comparison,
        status="no_p_value",
        reason=refused,
    )
    if refused:
        return row
    error, df = arm_error(fitted.influence, rows.cluster, rows.treated)
    if not error > ROUNDING * rows.spread:
        return replace(row, reason="perfect_fit")
    half = float(special.stdtrit(df, (1 + study.settings.effects.confidence) / 2)) * error
    return replace(
        row,
        std_error=error,
        statistic=row.estimate / error,
        df=df,
        p_value=2 * float(special.stdtr(df, -abs(row.estimate / error))),
        conf_low=row.estimate - half,
        conf_high=row.estimate + half,
        method=METHOD,
        std_error_cr1=clustered_error(fitted.influence, rows.cluster),
        status="ok",
    )


def _with_all_groups(rows: Patterns, panel: bool) -> NDArray[np.bool_]:
    """Patterns of the governorates that hold every group a comparison needs; all of them where none does."""
    groups, needed = _groups(rows, panel)
    pairs = np.unique(np.column_stack([rows.place, groups]), axis=0)
    places, found = np.unique(pairs[:, 0], return_counts=True)
    kept: NDArray[np.bool_] = np.isin(rows.place, places[found == needed])
    return kept if kept.any() else ~kept


def _place_effects(row: Estimate, found: Comparison, rows: Patterns, study: Study) -> Iterator[Estimate]:
    """One outcome's effects: of each governorate, and of all that can be compared. row: the pooled one, empty."""
    panel, fewest = study.design.kind == "panel", study.settings.effects.minimum_cell

    def estimate(row: Estimate, inside: Patterns, remark: str = "") -> Estimate:
        fitted = _fit(inside, panel, fewest)
        if isinstance(fitted, str):
            return replace(row, reason=fitted)
        read = _read(row, fitted, inside, study)
        return replace(read, reason=remark) if remark and read.status == "ok" else read

    for at, name in enumerate(found.places):
        yield estimate(replace(row, governorate=name), rows.select(rows.place == at))
    kept = _with_all_groups(rows, panel) if rows.rows.size else np.ones(0, dtype=bool)
    whole = kept.all() and np.unique(rows.place).size >= len(found.places)
    yield estimate(row, rows.select(kept), "" if whole else "governorates_left_out")


def doubly_robust_effects(panel: pd.DataFrame, scores: pd.DataFrame, study: Study) -> tuple[Estimate, ...]:
    """The effect on the treated of every outcome and later wave, by governorate and pooled, with covariates held.

    panel, scores: as `prepare` and `measure` leave them, with the same rows. In a panel, of respondents' changes given
    what they were at baseline. In cross-sections, of answers, each wave's own characteristics. Empty without comparison
    arm or with one wave. A row that cannot be estimated says why; with `PERFECT_PREDICTION` beside the usual reasons.
    """
    if study.analysis != "did":
        return ()
    outcomes = estimated_outcomes(study)
    found: dict[str, list[Estimate]] = {outcome: [] for outcome in outcomes}
    for wave in study.later_waves:
        comparison = compare(panel, scores, study, wave)
        case = Case(study, outcomes, TREATED_POST, wave, POOLED, EVERY_GROUP, "doubly robust")
        for outcome in outcomes:
            rows = comparison.answered(scores[outcome].to_numpy(dtype=np.float64))
            found[outcome] += _place_effects(case.row(outcome), comparison, rows, study)
    return tuple(row for outcome in outcomes for row in found[outcome])
