"""What loss between waves could have done to the effects: bounds, and weights that make up for who was lost."""

from dataclasses import dataclass, replace
from math import nan

import numpy as np
import pandas as pd

from transforms.impact.around.attrition import baseline_covariates, baseline_rows, place_dummies
from transforms.impact.around.doubly_robust import clustered_error
from transforms.impact.around.lee import bounds_interval, lee_bounds
from transforms.impact.around.propensity import PerfectPredictionError, fit_propensity
from transforms.impact.cells.clusters import refusal
from transforms.impact.cells.compression import Floats, Ints
from transforms.impact.cells.covariates import adjustment_matrix, covariate_columns, independent
from transforms.impact.cells.pairs import Pairs, cluster_codes, pair_waves, row_counts, take_rows
from transforms.impact.cells.sample import ordered_values
from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import (
    EVERY_GROUP,
    POOLED,
    TREATED_POST,
    Estimate,
    estimated_outcomes,
    is_main,
    outcome_unit,
)
from transforms.study import Study
from transforms.study.columns import ARM, DESIGN_COLUMNS, GOVERNORATE, TREATED, WEIGHT

LEE_COLUMNS = (
    "outcome",
    "wave",
    "governorate",
    "unit",
    "n",
    "kept_treated",
    "kept_comparison",
    "trimmed",
    "estimate",
    "low",
    "high",
    "low_error",
    "high_error",
    "conf_low",
    "conf_high",
    "reason",
)


def _lee_row(change: Floats, frame: pd.DataFrame, study: Study, cluster: Ints) -> list[object]:
    """Cells of `LEE_COLUMNS` from n on, for respondents of the baseline whose first score is known."""
    treated = (frame[ARM] == TREATED).to_numpy().astype(np.float64)
    kept = [np.count_nonzero(~np.isnan(change[treated == side])) for side in (1.0, 0.0)]
    if min(kept) == 0:
        return [change.size, *[nan] * 10, "empty_cell"]
    bounds = lee_bounds(change, treated, frame[WEIGHT].to_numpy(dtype=np.float64))
    counts = row_counts(cluster, treated)
    reason = refusal(counts, study)
    errors, limits = (nan, nan), (nan, nan)
    if not reason:
        errors = clustered_error(bounds.low_influence, cluster), clustered_error(bounds.high_influence, cluster)
        confidence = study.settings.effects.confidence
        limits = bounds_interval((bounds.low, bounds.high), errors, counts.clusters - 1, confidence)
    shares = bounds.kept_treated, bounds.kept_comparison, bounds.trimmed
    return [change.size, *shares, bounds.estimate, bounds.low, bounds.high, *errors, *limits, reason]


def lee_table(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Lee bounds of the effect on every outcome's change since baseline, by governorate and pooled, in a panel.

    Among respondents whose baseline score is known; found are those whose later score is too. Intervals hold the effect
    itself (Imbens & Manski 2004) with clustered errors, where the clusters can carry one; else `reason` says why not.
    """
    if study.analysis != "did" or study.design.kind != "panel":
        return pd.DataFrame(columns=list(LEE_COLUMNS))
    whole = study.design.governorate is None or study.design.governorates_are_clusters
    places = () if whole else ordered_values(study, study.design.governorate, scores[GOVERNORATE])
    outcomes = estimated_outcomes(study)
    found: dict[str, list[list[object]]] = {outcome: [] for outcome in outcomes}
    for wave in study.wave_names[1:]:
        pairs = pair_waves(scores, study, wave)
        chosen = baseline_rows(scores, study, pairs.before)
        cluster, place = cluster_codes(chosen), chosen[GOVERNORATE].astype(str).to_numpy()
        inside = {name: place == name for name in places} | {POOLED: np.ones(place.size, dtype=bool)}
        chosen = chosen[[ARM, WEIGHT]]
        for outcome in outcomes:
            values = scores[outcome].to_numpy(dtype=np.float64)
            known = ~np.isnan(values[pairs.before])
            change = np.where(pairs.found, values[pairs.after] - values[pairs.before], np.nan)
            for name, here in inside.items():
                rows = known & here
                cells = _lee_row(change[rows], chosen.loc[rows], study, cluster[rows])
                found[outcome].append([outcome, wave, name, outcome_unit(study, outcome), *cells])
    return pd.DataFrame([row for outcome in outcomes for row in found[outcome]], columns=list(LEE_COLUMNS))


@dataclass(frozen=True, slots=True)
class Reweighting:
    """Weights that let those found again stand for the whole baseline; respondents of `pairs` [n].

    weight: [n] survey weight / chance of being found, with each arm's sum as at baseline. smallest_chance: the smallest
    of those found. effective_n: (sum of weights)^2 / sum of squares.
    """

    pairs: Pairs
    weight: Floats
    smallest_chance: float
    effective_n: float


def _chance(found: Floats, main: Floats, crossed: Floats, weight: Floats) -> Floats:
    """Chance of being found, without arm x covariates where those predict somebody perfectly.

    Raises
    ------
    PerfectPredictionError
        If the covariates alone do so too.
    """
    whole = np.column_stack([main, crossed])
    try:
        return fit_propensity(found, whole[:, independent(whole, weight)], weight).chance
    except PerfectPredictionError:
        return fit_propensity(found, main[:, independent(main, weight)], weight).chance


def attrition_weights(panel: pd.DataFrame, scores: pd.DataFrame, study: Study, wave: str) -> Reweighting:
    """Inverse-probability weights for a later wave of a panel (Robins, Rotnitzky & Zhao 1995; Wooldridge 2002).

    The chance of being found is a survey-weighted logit on arm, governorate, baseline covariates and, unless they
    predict somebody perfectly, arm x covariates.

    Raises
    ------
    PerfectPredictionError
        If nobody or everybody was found, or some combination of characteristics decides.
    """
    pairs = pair_waves(scores, study, wave)
    chosen = baseline_rows(scores, study, pairs.before)
    weight = chosen[WEIGHT].to_numpy(dtype=np.float64)
    if not weight.size:
        raise PerfectPredictionError
    treated = (chosen[ARM] == TREATED).to_numpy().astype(np.float64)
    parts = baseline_covariates(take_rows(panel, pairs.before, covariate_columns(study)), chosen, study)
    x, _ = adjustment_matrix(parts, weight, study.settings.effects.minimum_cell)
    main = np.column_stack([place_dummies(chosen, study), treated, x])
    chance = _chance(pairs.found.astype(np.float64), main, x * treated[:, None], weight)
    found = pairs.found
    raised = weight[found] / chance[found]
    for side in (0.0, 1.0):
        arm = treated[found] == side
        raised[arm] *= weight[treated == side].sum() / max(raised[arm].sum(), np.finfo(float).tiny)
    effective = float(raised.sum() ** 2 / (raised**2).sum())
    return Reweighting(pairs.both(), raised, float(chance[found].min()), effective)


def _two_waves(study: Study, wave: str) -> Study:
    """The same study with the baseline and one later wave, among everyone."""
    waves = tuple(one for one in study.waves if one.name in (study.baseline.name, wave))
    effects = study.settings.effects.model_copy(update={"groups": ()})
    return study.model_copy(update={"settings": study.settings.model_copy(update={"waves": waves, "effects": effects})})


def _wave_effects(panel: pd.DataFrame, scores: pd.DataFrame, study: Study, wave: str) -> list[Estimate]:
    try:
        found = attrition_weights(panel, scores, study, wave)
    except PerfectPredictionError:
        return [
            Estimate(
                name,
                "loss weights",
                TREATED_POST,
                wave,
                POOLED,
                EVERY_GROUP,
                outcome_unit(study, name),
                reason="no_loss_model",
            )
            for name in estimated_outcomes(study)
        ]
    rows = np.concatenate([found.pairs.before, found.pairs.after])
    order = np.argsort(rows, kind="stable")
    kept = take_rows(scores, rows[order], (*DESIGN_COLUMNS, *estimated_outcomes(study)))
    kept = kept.assign(**{WEIGHT: np.concatenate([found.weight, found.weight])[order]})
    # a respondent's later row keeps the place and the arm it has; prepare gives it those of the baseline
    estimates = estimate_effects(kept, _two_waves(study, wave))
    return [replace(row, model="loss weights") for row in estimates if is_main(row) and row.contrast == TREATED_POST]


def reweighted_effects(panel: pd.DataFrame, scores: pd.DataFrame, study: Study) -> tuple[Estimate, ...]:
    """The study's effects among those found again, weighted for who was lost; every rule of the ladder holds as usual.

    Empty unless the study is a panel with arms. Where no chance can be estimated, one row per outcome says so
    ("no_loss_model").
    """
    if study.analysis != "did" or study.design.kind != "panel":
        return ()
    found = [row for wave in study.later_waves for row in _wave_effects(panel, scores, study, wave)]
    place = {outcome: position for position, outcome in enumerate(estimated_outcomes(study))}
    return tuple(sorted(found, key=lambda row: place[row.outcome]))
