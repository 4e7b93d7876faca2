"""Effects on the log odds of a headline item's higher answers, where a scale is too short for its mean."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from transforms.impact.cells.clusters import count_clusters
from transforms.impact.cells.compression import Floats
from transforms.impact.cells.covariates import independent_columns
from transforms.impact.cells.design import Cells, DesignMatrix
from transforms.impact.cells.working_model import WorkingMoments, equal_weights
from transforms.impact.effects.fitted_model import FittedModel
from transforms.impact.estimate import Estimate
from transforms.impact.inference.least_squares import RankDeficientError, fit
from transforms.impact.rows.grams import Grams
from transforms.impact.rows.held import Held
from transforms.impact.rows.ordered_logit import SeparatedAnswersError, fit_ordered_logit
from transforms.impact.rows.places import Specification, place_effects
from transforms.impact.rows.respondents import Respondents, place_rows, regression, sections
from transforms.study import Study, Variable
from transforms.study.columns import WAVE, WEIGHT

SEPARATED = "separated_answers"
NEAR_CEILING = "item_near_ceiling"  # remark: the study names no item, this one is nearest its ceiling
MOST_ANSWERS = 11  # a scale with more answers has no ceiling that its mean could not show [house]


@dataclass(frozen=True)
class OddsModel(FittedModel):
    """An ordered logit, linearised at its fit; coefficients are thresholds, then slopes."""

    @cached_property
    def working(self) -> WorkingMoments:
        """Those of the linearised regression, whose rows have one variance if the logit holds."""
        return equal_weights(self.moments)


def _slopes(design: DesignMatrix, weight: Floats) -> list[int]:
    """Columns of the design that a constant and the others leave, effects first of all.

    Raises
    ------
    RankDeficientError
        If the rest of the design explains an effect.
    """
    effects = sorted(design.effects.values())
    order = [at for at in range(design.x.shape[1]) if at not in effects] + effects
    x = np.column_stack([np.ones(len(design.x)), design.x[:, order]])
    kept = [order[at - 1] for at in independent_columns((x * weight[:, None]).T @ x) if at]
    if not set(kept).issuperset(effects):
        raise RankDeficientError
    return kept


def fit_odds(cells: Cells, grams: Grams, design: DesignMatrix) -> OddsModel | str:
    """The ordered logit of the cells' answers (outcomes: one indicator for each); the reason if it cannot be fitted."""
    del grams  # the cells hold all there is to know of answers
    counts = cells.sums.total[:, cells.sums.total.sum(axis=0) > 0]
    if counts.shape[1] < 2:
        return "no_variation"
    try:
        kept = _slopes(design, counts.sum(axis=1))
        found = fit_ordered_logit(design.x[:, kept], counts, cells.cluster, cells.rows)
        fitted = fit(found.moments)
    except RankDeficientError:
        return "rank_deficient"
    except SeparatedAnswersError:
        return SEPARATED
    place = {column: counts.shape[1] - 1 + at for at, column in enumerate(kept)}
    read = replace(design, effects={effect: place[column] for effect, column in design.effects.items()})
    return OddsModel(fitted, read, cells, found.moments, count_clusters(cells), (False,), (False,))


def _share_at_top(item: Variable, panel: pd.DataFrame, study: Study) -> float:
    """Share by weight of the cohesive end of an item's scale among its answers at baseline; 0 without any."""
    limits = study.limits(item)
    at_baseline = (panel[WAVE] == study.baseline.name).to_numpy() & panel[item.name].notna().to_numpy()
    weight = panel[WEIGHT].to_numpy(dtype=np.float64) * at_baseline
    top = limits[1] if item.direction == "+" else limits[0]
    return float(weight[(panel[item.name] == top).to_numpy(dtype=bool)].sum() / max(weight.sum(), np.finfo(float).tiny))


def ordered_items(panel: pd.DataFrame, study: Study) -> tuple[Variable, ...]:
    """Items whose log odds are estimated: those the study names, else the one of each index nearest its ceiling.

    That is the item with the largest share at its top at baseline, among items of at most `MOST_ANSWERS` answers whose
    dimension is not formative, if the share reaches `measures.ceiling_warn`.
    """
    named = study.settings.effects.ordered
    if named:
        return tuple(study.codebook.variable(name) for name in named)
    found = []
    for index in study.indices:
        shares = {
            item.name: _share_at_top(item, panel, study)
            for item in study.codebook.items(index.name)
            if item.dimension not in index.formative
            and study.baseline.name in item.columns
            and 2 < len(study.codebook.values_of(item.name)) <= MOST_ANSWERS
        }
        highest = max(shares, key=lambda name: shares[name], default="")
        if highest and shares[highest] >= study.settings.measures.ceiling_warn:
            found.append(study.codebook.variable(highest))
    return tuple(found)


def _item_effects(panel: pd.DataFrame, item: Variable, spec: Specification, respondents: Respondents) -> list[Estimate]:
    """Effects on one item; log odds of answers nearer the cohesive end."""
    values = panel[item.name].to_numpy(dtype=np.float64)[respondents.later]
    rows = ~np.isnan(values)
    if not rows.any():
        return spec.refuse((item.name,), "no_answers")
    answers = np.unique(values[rows])[:: 1 if item.direction == "+" else -1]
    indicators = [values == answer for answer in answers]
    found = place_effects(spec, (item.name,), regression(respondents, rows, (), indicators, spec.study), True)
    if spec.study.settings.effects.ordered:
        return found
    return [replace(row, reason=row.reason or NEAR_CEILING) for row in found]


def ordered_effects(panel: pd.DataFrame, study: Study) -> tuple[Estimate, ...]:
    """The study's design as an ordered logit of its `ordered_items`, in each governorate and pooled.

    panel: as `prepare` leaves it. One row per item, governorate and later wave, in log odds of higher answers, with a
    remark where the study does not name the item. Answers of a panel are clustered like any others. The linearised fit
    is read by the ladder: CR2 with at least 30 clusters, below that the bootstrap; no p-value where only the lottery
    could give one.
    """
    if study.analysis == "levels" or not (panel[WEIGHT] >= 0).all():
        return ()
    return tuple(_all_items(panel, study))


def _all_items(panel: pd.DataFrame, study: Study) -> Iterator[Estimate]:
    items = ordered_items(panel, study)
    if not items:
        return
    placed, waves = place_rows(panel, study), tuple(range(study.first_wave, len(study.waves)))
    respondents = sections(panel, study, placed)
    nothing = Held((), (), (), np.ones(respondents.code.size, dtype=bool))
    spec = Specification(
        study, "ordered logit", waves, 1, False, placed.governorates, nothing, unit="log odds", fit=fit_odds
    )
    for item in items:
        yield from _item_effects(panel, item, spec, respondents)
