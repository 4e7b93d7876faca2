"""Who is compared in a doubly robust estimate, in patterns of equal characteristics."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.impact.cells.compression import Floats, Ints, cell_codes
from transforms.impact.cells.covariates import Covariate, covariate_columns, covariates
from transforms.impact.cells.pairs import cluster_codes, pair_waves, take_rows, usable_rows
from transforms.impact.cells.sample import ordered_values
from transforms.study import Study
from transforms.study.columns import ARM, CLUSTER, GOVERNORATE, TREATED, WAVE, WEIGHT


@dataclass(frozen=True, slots=True)
class Patterns:
    """Respondents (panel) or answers (cross-sections) that agree in everything but score and weight: C patterns.

    Fits, effects and the clusters' sums of influences are linear in the scores, so a pattern enters with the mean of
    its scores, the sum of its weights and, as `rows`, its number of respondents. score: change in a panel, level
    otherwise. post: all 1 in a panel. place: position of the governorate. parts: covariates, as known at baseline in a
    panel. low, high: of the scores.
    """

    score: Floats
    post: Floats
    treated: Floats
    weight: Floats
    rows: Ints
    cluster: Ints
    place: Ints
    low: Floats
    high: Floats
    parts: tuple[Covariate, ...]

    @property
    def spread(self) -> float:
        """Range of the scores."""
        return float(self.high.max() - self.low.min())

    def select(self, kept: NDArray[np.bool_]) -> "Patterns":
        """Some of the patterns (mask)."""
        score, post, treated, weight = (part[kept] for part in (self.score, self.post, self.treated, self.weight))
        rows, cluster, place = (code[kept] for code in (self.rows, self.cluster, self.place))
        parts = tuple(replace(part, values=part.values[kept]) for part in self.parts)
        return Patterns(score, post, treated, weight, rows, cluster, place, self.low[kept], self.high[kept], parts)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared in one wave, before any score. code: [n] pattern of each respondent. weight: [n].

    later, earlier: [n] positions of the scores; earlier is None in cross-sections. patterns: without scores. places:
    names of the governorates, none where they are not compared one by one.
    """

    code: Ints
    weight: Floats
    later: Ints
    earlier: Ints | None
    patterns: Patterns
    places: tuple[str, ...]

    def answered(self, values: Floats) -> Patterns:
        """The patterns of those whose score is known, with their scores. values: the outcome's column."""
        score = values[self.later] if self.earlier is None else values[self.later] - values[self.earlier]
        known = ~np.isnan(score)
        code, weight, score = self.code[known], self.weight[known], score[known]
        size = self.patterns.rows.size
        total = np.bincount(code, weight * score, size)
        mass = np.bincount(code, weight, size).astype(np.float64, copy=False)
        mean = np.divide(total, mass, out=np.zeros(size), where=mass > 0)
        rows = np.bincount(code, minlength=size).astype(np.int64)
        low, high = np.full(size, np.inf), np.full(size, -np.inf)
        np.minimum.at(low, code, score)
        np.maximum.at(high, code, score)
        return replace(self.patterns, score=mean, weight=mass, rows=rows, low=low, high=high).select(rows > 0)


def held_constant(panel: pd.DataFrame, study: Study) -> Iterator[Covariate]:
    """Governorate (unless whole ones were assigned), sex, group and the declared covariates."""
    if study.design.governorate is not None and not study.design.governorates_are_clusters:
        place = panel[GOVERNORATE].astype(str).to_numpy()
        for name in np.unique(place):
            yield Covariate(GOVERNORATE, str(name), (place == name).astype(np.float64))
    yield from covariates(panel, study, study.settings.effects.covariates)


def _rows(scores: pd.DataFrame, study: Study, wave: str) -> tuple[Ints, Ints | None]:
    """Positions of the answers compared and, in a panel, of the same respondents' answers at baseline."""
    if study.design.kind == "panel":
        pairs = pair_waves(scores, study, wave).both()
        return pairs.after, pairs.before
    of_waves = scores[WAVE].isin([study.baseline.name, wave]).to_numpy()
    return np.flatnonzero(usable_rows(scores, study) & of_waves).astype(np.int64), None


def compare(panel: pd.DataFrame, scores: pd.DataFrame, study: Study, wave: str) -> Comparison:
    """Respondents of the baseline and of one later wave."""
    later, earlier = _rows(scores, study, wave)
    described = later if earlier is None else earlier
    place = take_rows(scores, described, (GOVERNORATE, CLUSTER, ARM))
    background = take_rows(panel, described, covariate_columns(study))
    keys = pd.concat([place, background], axis=1).assign(post=(scores[WAVE].iloc[later] == wave).to_numpy())
    code, first = cell_codes(keys, list(keys.columns))
    alike = keys.iloc[first].reset_index(drop=True)
    one_by_one = study.design.governorate is not None and not study.design.governorates_are_clusters
    places = ordered_values(study, study.design.governorate, alike[GOVERNORATE]) if one_by_one else ()
    nothing = np.zeros(first.size)
    patterns = Patterns(
        score=nothing,
        post=alike["post"].to_numpy().astype(np.float64),
        treated=(alike[ARM] == TREATED).to_numpy().astype(np.float64),
        weight=nothing,
        rows=nothing.astype(np.int64),
        cluster=cluster_codes(alike),
        place=pd.Index(list(places), dtype=str).get_indexer(pd.Index(alike[GOVERNORATE].astype(str))).astype(np.int64),
        low=nothing,
        high=nothing,
        parts=tuple(held_constant(alike, study)),
    )
    weight = scores[WEIGHT].to_numpy(dtype=np.float64)[described]
    return Comparison(code, weight, later, earlier, patterns, places)
