"""Doubly robust effects of a study: what the effect would be if the arms had been alike beforehand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import special

from transforms.impact.around.doubly_robust import DoublyRobust, clustered_error, panel_effect, sections_effect
from transforms.impact.around.propensity import PerfectPredictionError
from transforms.impact.cells.clusters import ClusterCounts, refusal
from transforms.impact.cells.compression import Floats, Ints
from transforms.impact.cells.covariates import Covariate, adjustment_matrix, covariates
from transforms.impact.cells.pairs import cluster_codes, pair_waves, row_counts, usable_rows
from transforms.impact.effects.reading import Case
from transforms.impact.estimate import EVERY_GROUP, POOLED, TREATED_POST, Estimate, estimated_outcomes
from transforms.impact.inference.least_squares import RankDeficientError
from transforms.study import Study
from transforms.study.columns import ARM, GOVERNORATE, TREATED, WAVE, WEIGHT

METHOD = "DR"
ROUNDING = 1e-10  # a standard error that is a smaller share of the score's range is zero
PERFECT_PREDICTION = "perfect_prediction"  # reason: the covariates tell the arm with certainty


@dataclass(frozen=True, slots=True)
class _Rows:
    """n respondents (panel) or answers (cross-sections) with what is held constant; post: all 1 in a panel.

    score: change in a panel, level otherwise. parts: covariates, as known at baseline in a panel.
    """

    score: Floats
    post: Floats
    treated: Floats
    weight: Floats
    cluster: Ints
    parts: tuple[Covariate, ...]

    def answered(self) -> "_Rows":
        """Those whose score is known."""
        rows = ~np.isnan(self.score)
        score, post, treated, weight = (part[rows] for part in (self.score, self.post, self.treated, self.weight))
        parts = tuple(replace(part, values=part.values[rows]) for part in self.parts)
        return _Rows(score, post, treated, weight, self.cluster[rows], parts)


def held_constant(panel: pd.DataFrame, study: Study) -> Iterator[Covariate]:
    """Governorate (unless whole ones were assigned), sex, group and the declared covariates."""
    if study.design.governorate is not None and not study.design.governorates_are_clusters:
        place = panel[GOVERNORATE].astype(str).to_numpy()
        for name in np.unique(place):
            yield Covariate(GOVERNORATE, str(name), (place == name).astype(np.float64))
    yield from covariates(panel, study, study.settings.effects.covariates)


def _design(panel: pd.DataFrame, scores: pd.DataFrame, study: Study, wave: str) -> tuple[_Rows, Ints, Ints | None]:
    """Rows of one comparison without scores, and positions of the scores to take (later, and earlier in a panel)."""
    earlier: Ints | None = None
    if study.design.kind == "panel":
        pairs = pair_waves(scores, study, wave).both()
        rows = earlier = pairs.before
        later = pairs.after
    else:
        of_wave = scores[WAVE].isin([study.baseline.name, wave]).to_numpy()
        rows = later = np.flatnonzero(usable_rows(scores, study) & of_wave).astype(np.int64)
    post = (scores[WAVE].iloc[later] == wave).to_numpy().astype(np.float64)
    chosen = scores.iloc[rows]
    treated = (chosen[ARM] == TREATED).to_numpy().astype(np.float64)
    weight = chosen[WEIGHT].to_numpy(dtype=np.float64)
    codes = cluster_codes(chosen.reset_index(drop=True))
    parts = tuple(held_constant(panel.iloc[rows], study))
    return _Rows(np.empty(0), post, treated, weight, codes, parts), later, earlier


def _fit(rows: _Rows, panel: bool, fewest: int) -> DoublyRobust | str:
    """The estimate, or the reason there is none."""
    groups = rows.treated if panel else rows.treated * 2 + rows.post
    if np.unique(groups).size < (2 if panel else 4):
        return "empty_cell"
    if np.ptp(rows.score) == 0:
        return "no_variation"
    x, _ = adjustment_matrix(rows.parts, rows.weight, fewest)
    x = np.column_stack([np.ones(rows.score.size), x])
    try:
        if panel:
            return panel_effect(rows.score, rows.treated, x, rows.weight)
        return sections_effect(rows.score, rows.post, rows.treated, x, rows.weight)
    except RankDeficientError:
        return "rank_deficient"
    except PerfectPredictionError:
        return PERFECT_PREDICTION


def _read(row: Estimate, fitted: DoublyRobust, rows: _Rows, counts: ClusterCounts, study: Study) -> Estimate:
    """The row filled: t interval with clusters - 1 degrees of freedom, if the clusters can carry one."""
    refused = refusal(counts, study)
    row = replace(
        row,
        estimate=fitted.effect,
        n=rows.score.size * (2 if study.design.kind == "panel" else 1),
        clusters=counts.clusters,
        clusters_treated=counts.treated,
        clusters_comparison=counts.comparison,
        status="no_p_value",
        reason=refused,
    )
    if refused:
        return row
    error, df = clustered_error(fitted.influence, rows.cluster), float(counts.clusters - 1)
    if not error > ROUNDING * np.ptp(rows.score):
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
        status="ok",
    )


def doubly_robust_effects(panel: pd.DataFrame, scores: pd.DataFrame, study: Study) -> tuple[Estimate, ...]:
    """The pooled effect on the treated of every outcome and later wave, with covariates held constant.

    panel, scores: as `prepare` and `measure` leave them, with the same rows. In a panel, of respondents' changes given
    what they were at baseline. In cross-sections, of answers, each wave's own characteristics. Empty without comparison
    arm or with one wave. A row that cannot be estimated says why; with `PERFECT_PREDICTION` beside the usual reasons.
    """
    if study.analysis != "did":
        return ()
    found: dict[tuple[str, str], Estimate] = {}
    outcomes, fewest = estimated_outcomes(study), study.settings.effects.minimum_cell
    for wave in study.later_waves:
        design, later, earlier = _design(panel, scores, study, wave)
        case = Case(study, outcomes, TREATED_POST, wave, POOLED, EVERY_GROUP)
        for outcome in outcomes:
            values = scores[outcome].to_numpy(dtype=np.float64)
            score = values[later] if earlier is None else values[later] - values[earlier]
            rows = replace(design, score=score).answered()
            row = replace(case.row(outcome), model="doubly robust")
            fitted = _fit(rows, earlier is not None, fewest) if rows.score.size else "no_answers"
            if isinstance(fitted, str):
                found[outcome, wave] = replace(row, reason=fitted)
            else:
                found[outcome, wave] = _read(row, fitted, rows, row_counts(rows.cluster, rows.treated), study)
    return tuple(found[outcome, wave] for outcome in outcomes for wave in study.later_waves)
