"""Who was lost between waves, whether the arms differ in it, and how many answered in each arm."""

from dataclasses import replace
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.impact.cells.clusters import refusal
from transforms.impact.cells.compression import Floats, Ints
from transforms.impact.cells.covariates import (
    Covariate,
    adjustment_matrix,
    covariate_columns,
    covariates,
    independent,
)
from transforms.impact.cells.pairs import Pairs, cluster_codes, pair_waves, row_counts, take_rows, usable_rows
from transforms.impact.cells.row_moments import row_moments
from transforms.impact.cells.sample import ordered_values
from transforms.impact.effects.study_effects import effects_on
from transforms.impact.estimate import EQUALITY, EVERY_GROUP, POOLED, Estimate
from transforms.impact.inference.cr2 import Cr2, cr2, htz_test, satterthwaite_test
from transforms.impact.inference.least_squares import RankDeficientError
from transforms.study import Study
from transforms.study.columns import ARM, CLUSTER, COMPARISON, DESIGN_COLUMNS, GOVERNORATE, TREATED, WAVE, WEIGHT

LOST = "lost"  # outcome of the rows about respondents of the baseline who were not found again
DIFFERENCE = "treated - comparison"
JOINT = "treated x baseline covariates"  # its statistic is an F
EVERY = "all"
ROUNDING = 1e-10  # movement, as a share of the largest value, that is none

ATTRITION_COLUMNS = ("wave", "governorate", "arm", "n", "of_baseline", "lost", "share_lost", "weighted_share_lost")


def _arms(study: Study) -> tuple[str, ...]:
    return (EVERY, TREATED, COMPARISON) if study.design.treatment is not None else (EVERY,)


def _places(frame: pd.DataFrame, study: Study) -> tuple[str, ...]:
    variable = study.design.governorate
    return (EVERY, *(ordered_values(study, variable, frame[GOVERNORATE]) if variable is not None else ()))


def _inside(frame: pd.DataFrame, place: str, arm: str) -> NDArray[np.bool_]:
    inside = np.ones(len(frame), dtype=bool)
    if place != EVERY:
        inside &= (frame[GOVERNORATE].astype(str) == place).to_numpy()
    if arm != EVERY:
        inside &= (frame[ARM] == arm).to_numpy()
    return inside


def _loss(pairs: Pairs, weight: Floats, inside: NDArray[np.bool_]) -> list[float]:
    """Respondents of the baseline, of them lost, share lost, share lost by weight."""
    asked, lost = int(inside[pairs.before].sum()), inside[pairs.before] & ~pairs.found
    mass, gone = weight[pairs.before], int(lost.sum())
    if not asked:
        return [0, 0, nan, nan]
    return [asked, gone, gone / asked, float(mass[lost].sum() / mass[inside[pairs.before]].sum())]


def attrition_table(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Respondents of every wave by governorate and arm, each also "all"; in a panel, how many of the baseline are lost.

    scores: the design columns, one row per respondent x wave. n: respondents asked in the wave. of_baseline, lost, and
    shares lost: of the baseline's respondents; 0 and NaN for cross-sections and for the baseline itself.
    """
    usable, weight = usable_rows(scores, study), scores[WEIGHT].to_numpy(dtype=np.float64)
    masks = {
        (place, arm): _inside(scores, place, arm) & usable for place in _places(scores, study) for arm in _arms(study)
    }
    found: list[list[object]] = []
    for wave in study.wave_names:
        asked = (scores[WAVE] == wave).to_numpy()
        compared = study.design.kind == "panel" and wave != study.baseline.name
        pairs = pair_waves(scores, study, wave) if compared else None
        for (place, arm), inside in masks.items():
            loss = _loss(pairs, weight, inside) if pairs is not None else [0, 0, nan, nan]
            found.append([wave, place, arm, int((inside & asked).sum()), *loss])
    return pd.DataFrame(found, columns=list(ATTRITION_COLUMNS))


def baseline_covariates(panel: pd.DataFrame, scores: pd.DataFrame, study: Study) -> tuple[Covariate, ...]:
    """What may go with loss: the indices, sex, group and the declared covariates, of rows of the baseline."""
    indices = [Covariate(index.name, "", scores[index.name].to_numpy(dtype=np.float64)) for index in study.indices]
    return (*indices, *covariates(panel, study, study.settings.effects.covariates))


def baseline_rows(scores: pd.DataFrame, study: Study, rows: Ints) -> pd.DataFrame:
    """What is needed of the scores at these positions: place, cluster, arm, weight, and the indices."""
    return take_rows(scores, rows, (GOVERNORATE, CLUSTER, ARM, WEIGHT, *(index.name for index in study.indices)))


def place_dummies(frame: pd.DataFrame, study: Study) -> Floats:
    """[n, k] a constant and one indicator for each governorate but the first; the constant where they are the arms."""
    if study.design.governorates_are_clusters:
        return np.ones((len(frame), 1))
    names, codes = np.unique(frame[GOVERNORATE].astype(str).to_numpy(), return_inverse=True)
    return np.column_stack([np.ones(len(frame)), np.eye(names.size)[codes][:, 1:]])


def _loss_model(treated: Floats, held: Floats, x: Floats, weight: Floats) -> tuple[Floats, int, int]:
    """Regressors: held constant, treated, covariates, treated x covariates; position of treated and number of last.

    Raises
    ------
    RankDeficientError
        If what is held constant tells the arm.
    """
    main = np.column_stack([held, treated, x])
    kept = independent(main, weight)
    if held.shape[1] not in kept:
        raise RankDeficientError
    main = main[:, kept]
    centred = x - np.average(x, axis=0, weights=weight)
    whole = np.column_stack([main, centred * treated[:, None]])
    kept = independent(whole, weight)
    return whole[:, kept], held.shape[1], len(kept) - main.shape[1]


def _difference_row(row: Estimate, fitted: Cr2, position: int, confidence: float) -> Estimate:
    """Difference of the arms in the share lost, at the covariates' mean."""
    vector = np.zeros(fitted.scores.shape[1])
    vector[position] = 1.0
    test = satterthwaite_test(fitted, vector)
    low, high = test.interval(confidence)
    return replace(
        row,
        estimate=float(test.estimate[0]),
        std_error=float(test.std_error[0]),
        statistic=float(test.statistic[0]),
        df=test.df,
        p_value=float(test.p_value[0]),
        conf_low=float(low[0]),
        conf_high=float(high[0]),
        method="CR2",
        status="ok",
    )


def _joint_row(row: Estimate, fitted: Cr2, last: int) -> Estimate:
    """Joint test that loss goes with the same characteristics in both arms."""
    p = fitted.scores.shape[1]
    test = htz_test(fitted, np.eye(p)[p - last :])[0] if last else None
    if test is None or np.isnan(test.p_value):
        return replace(row, reason="few_clusters" if last else "no_variation")
    return replace(
        row, statistic=test.statistic, df=test.df_denominator, p_value=test.p_value, method="HTZ", status="ok"
    )


def _wave_tests(panel: pd.DataFrame, scores: pd.DataFrame, study: Study, wave: str) -> list[Estimate]:
    row = Estimate(LOST, "attrition", DIFFERENCE, wave, POOLED, EVERY_GROUP, "share")
    pairs = pair_waves(scores, study, wave)
    rows = pairs.before
    chosen = baseline_rows(scores, study, rows)
    lost, treated = (~pairs.found).astype(np.float64), (chosen[ARM] == TREATED).to_numpy().astype(np.float64)
    cluster = cluster_codes(chosen)
    counts = row_counts(cluster, treated)
    row = replace(row, n=rows.size, clusters=counts.clusters, clusters_treated=counts.treated)
    row = replace(row, clusters_comparison=counts.comparison)
    pair = [row, replace(row, contrast=JOINT)]
    reason = "empty_cell" if not rows.size else "no_variation" if np.ptp(lost) == 0 else refusal(counts, study)
    if reason:
        return [replace(row, reason=reason) for row in pair]
    weight = chosen[WEIGHT].to_numpy(dtype=np.float64)
    parts = baseline_covariates(take_rows(panel, rows, covariate_columns(study)), chosen, study)
    x, _ = adjustment_matrix(parts, weight, study.settings.effects.minimum_cell)
    try:
        design, position, last = _loss_model(treated, place_dummies(chosen, study), x, weight)
        found = row_moments(lost, design, weight, cluster)
        fitted = cr2(found.moments, found.working)
    except RankDeficientError:
        return [replace(row, reason="rank_deficient") for row in pair]
    first = _difference_row(pair[0], fitted, position, study.settings.effects.confidence)
    return [first, _joint_row(pair[1], fitted, last)]


def attrition_tests(panel: pd.DataFrame, scores: pd.DataFrame, study: Study) -> tuple[Estimate, ...]:
    """For each later wave of a panel with arms: did the arms lose different shares, and different people?

    Linear probability of loss on arm, governorate, baseline covariates and arm x covariates, survey-weighted, with CR2:
    the arms' difference (Satterthwaite t), and a joint F (HTZ) that no covariate goes with loss differently by arm.
    """
    if study.analysis != "did" or study.design.kind != "panel":
        return ()
    return tuple(row for wave in study.wave_names[1:] for row in _wave_tests(panel, scores, study, wave))


def composition_effects(panel: pd.DataFrame, study: Study) -> tuple[Estimate, ...]:
    """Whether the mix of respondents moved differently by arm: the study's design on shares of sex, group, background.

    Outcomes are named "sex=Female", whose unit is a share; that of a number is its own ("points"). The last value of
    sex and of group follows from the others, and is left out. What cannot have moved, as the group of the same people
    with the same weights in both waves, is not estimated: `same_people`.
    """
    parts = {
        f"{part.variable}={part.value}" if part.value else part.variable: part
        for part in _free(tuple(covariates(panel, study, study.settings.effects.covariates)))
    }
    columns = {name: part.values for name, part in parts.items()}
    found = effects_on(panel[list(DESIGN_COLUMNS)].assign(**columns), tuple(parts), study, "composition", "points")
    found = tuple(replace(row, unit="share") if parts[row.outcome].value else row for row in found)
    return _without_rounding(found, {name: _largest(values) for name, values in columns.items()})


def _largest(values: Floats) -> float:
    """Largest absolute value that is known; 0 where none is."""
    return float(np.max(np.abs(values), initial=0.0, where=~np.isnan(values)))


def _without_rounding(rows: tuple[Estimate, ...], size: dict[str, float]) -> tuple[Estimate, ...]:
    """Rows with those whose estimate is rounding not estimated, and joint tests where every estimate is.

    size: the largest value of each outcome, which rounding is a share of.
    """
    still = [row.reason == "perfect_fit" and abs(row.estimate) <= ROUNDING * size[row.outcome] for row in rows]
    moved = {
        (row.outcome, row.wave) for row, same in zip(rows, still, strict=True) if not same and row.contrast != EQUALITY
    }
    return tuple(
        replace(row, estimate=nan, status="not_estimated", reason="same_people")
        if same or (row.reason == "perfect_fit" and row.contrast == EQUALITY and (row.outcome, row.wave) not in moved)
        else row
        for row, same in zip(rows, still, strict=True)
    )


def _free(parts: tuple[Covariate, ...]) -> list[Covariate]:
    """Columns that do not follow from the others: all values of a variable but its last."""
    last = {part.variable: at for at, part in enumerate(parts) if part.value}
    return [part for at, part in enumerate(parts) if last.get(part.variable) != at]
