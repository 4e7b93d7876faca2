"""What of an outcome is common to a cluster and to its waves, and what the design could therefore find."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import isfinite, nan

import numpy as np
import pandas as pd

from transforms.impact.around.power import (
    Assumptions,
    assumptions_of,
    detectable_after,
    detectable_before,
    true_cluster_correlation,
)
from transforms.impact.cells.compression import CellTable, Floats, Ints, cell_codes, compress
from transforms.impact.estimate import EQUAL_WEIGHT, EQUALITY, EVERY_GROUP, POOLED, Estimate
from transforms.study import Study
from transforms.study.columns import ARM, CLUSTER, GOVERNORATE, RESPONDENT, WAVE, WEIGHT

POWER_COLUMNS = (
    "outcome",
    "governorate",
    "wave",
    "unit",
    "n",
    "clusters",
    "clusters_treated",
    "clusters_comparison",
    "per_cluster",
    "size_variation",
    "icc",
    "cluster_correlation",
    "respondent_correlation",
    "weight_effect",
    "std_error",
    "detectable_before",
    "detectable_assuming",
    "detectable_after",
)


@dataclass(frozen=True, slots=True)
class ClusterVariation:
    """Of one outcome in one wave. icc: NaN where clusters or respondents are too few; it can be negative.

    per_cluster: mean respondents of a cluster. size_variation: their SD divided by it.
    """

    n: int
    clusters: int
    per_cluster: float
    size_variation: float
    icc: float


def _sums(values: Floats, codes: Ints) -> Floats:
    return np.asarray(np.bincount(codes, values), dtype=np.float64)


def anova_icc(rows: Floats, total: Floats, square: Floats, stratum: Ints) -> float:
    """Intra-cluster correlation of G clusters in S strata by analysis of variance (Donner 1986, eq. 3.1).

    rows, total, square: [G] respondents, sums and sums of squares of each cluster. stratum: [G] codes; what differs
    between strata (arms, governorates) is no clustering. (MSB - MSW) / (MSB + (m0 - 1) MSW), with
    m0 = (N - sum_s sum_g n_g^2 / N_s) / (G - S); NaN without degrees of freedom or variation.
    """
    strata = np.unique(stratum).size
    n, clusters = rows.sum(), rows.size
    if clusters <= strata or n <= clusters:
        return nan
    _, codes = np.unique(stratum, return_inverse=True)
    size, of_cluster = _sums(rows, codes), total**2 / rows
    between = (of_cluster.sum() - (_sums(total, codes) ** 2 / size).sum()) / (clusters - strata)
    within = max((square - of_cluster).sum(), 0.0) / (n - clusters)
    m0 = (n - (_sums(rows**2, codes) / size).sum()) / (clusters - strata)
    whole = between + (m0 - 1) * within
    return float((between - within) / whole) if whole > 1e-12 * square.sum() / n else nan


def _strata(keys: pd.DataFrame) -> Ints:
    return cell_codes(keys, [GOVERNORATE, ARM])[0]


def cluster_variation(table: CellTable, outcome: int) -> ClusterVariation:
    """Variation of one outcome (position) over the cells governorate x arm x cluster of one wave, unweighted."""
    cells = table.rows[:, outcome] > 0
    rows = table.rows[cells, outcome].astype(np.float64)
    if not rows.size:
        return ClusterVariation(0, 0, nan, nan, nan)
    total, square = table.total[cells, outcome], table.square[cells, outcome]
    icc = anova_icc(rows, total, square, _strata(table.keys.loc[cells]))
    spread = float(rows.std(ddof=1) / rows.mean()) if rows.size > 1 else nan
    return ClusterVariation(int(rows.sum()), rows.size, float(rows.mean()), spread, icc)


def cluster_means_correlation(first: CellTable, second: CellTable, outcome: int) -> float:
    """Correlation of clusters' means in two waves, around their stratum's, weighted by rows; NaN with too few.

    Of observed means, so sampling of respondents draws it towards zero.
    """
    by = [GOVERNORATE, ARM, CLUSTER]
    frames = [
        table.keys.assign(n=table.rows[:, outcome], mean=_means(table, outcome)).dropna() for table in (first, second)
    ]
    both = frames[0].merge(frames[1], on=by, suffixes=("", "_later"))
    if len(both) < 3:
        return nan
    weight = (both["n"] + both["n_later"]).to_numpy(dtype=np.float64)
    codes = _strata(both)
    centred = [_centred(both[name].to_numpy(dtype=np.float64), weight, codes) for name in ("mean", "mean_later")]
    return _correlation(centred[0], centred[1], weight)


def _means(table: CellTable, outcome: int) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        means: Floats = table.total[:, outcome] / table.rows[:, outcome]
    return means


def _centred(values: Floats, weight: Floats, codes: Ints) -> Floats:
    means = _sums(weight * values, codes) / np.maximum(_sums(weight, codes), np.finfo(float).tiny)
    centred: Floats = values - means[codes]
    return centred


def _correlation(x: Floats, y: Floats, weight: Floats) -> float:
    spread = float(np.sqrt((weight * x * x).sum() * (weight * y * y).sum()))
    size = float(np.sqrt((weight * x * x).sum() + (weight * y * y).sum()))
    return float((weight * x * y).sum() / spread) if size > 0 and spread > 1e-12 * size**2 else nan


def respondent_correlation(scores: pd.DataFrame, outcome: str, waves: tuple[str, str]) -> float:
    """Correlation of respondents' scores in two waves around their cluster's mean; NaN with fewer than three."""
    parts = [
        scores.loc[(scores[WAVE] == wave).to_numpy(), [RESPONDENT, GOVERNORATE, CLUSTER, outcome]] for wave in waves
    ]
    both = parts[0].merge(parts[1][[RESPONDENT, outcome]], on=RESPONDENT, suffixes=("", "__later")).dropna()
    if len(both) < 3:
        return nan
    codes, _ = cell_codes(both.reset_index(drop=True), [GOVERNORATE, CLUSTER])
    ones = np.ones(len(both))
    columns = (both[name].to_numpy(dtype=np.float64) for name in (outcome, f"{outcome}__later"))
    x, y = (_centred(column, ones, codes) for column in columns)
    return _correlation(x, y, ones)


def weight_effect(weight: Floats) -> float:
    """1 + CV^2 of the weights of those who have one: what weighting costs in precision (Kish 1965)."""
    used = weight[weight > 0]
    return float(used.size * (used**2).sum() / used.sum() ** 2) if used.size else nan


@dataclass(frozen=True, slots=True)
class _Waves:
    """The study's clusters by wave, and the weights' cost at baseline."""

    tables: dict[str, CellTable]
    weight_effect: float

    def of(self, wave: str, place: str) -> CellTable:
        table = self.tables[wave]
        inside = np.ones(len(table.keys), dtype=bool)
        if place in set(table.keys[GOVERNORATE].astype(str)):
            inside = (table.keys[GOVERNORATE].astype(str) == place).to_numpy()
        return table.select(inside)


def _prepare(scores: pd.DataFrame, study: Study, outcomes: list[str]) -> _Waves:
    weight = scores[WEIGHT].to_numpy(dtype=np.float64)
    ones = scores[[GOVERNORATE, ARM, CLUSTER, *outcomes]].assign(**{WEIGHT: 1.0})
    by = [GOVERNORATE, ARM, CLUSTER]
    known = (weight > 0) & scores[by].notna().all(axis=1).to_numpy()
    waves = {name: known & (scores[WAVE] == name).to_numpy() for name in study.wave_names}
    tables = {name: compress(ones, outcomes, by, WEIGHT, keep) for name, keep in waves.items()}
    return _Waves(tables, weight_effect(weight[waves[study.baseline.name]]))


def _planned(row: Estimate, here: ClusterVariation, study: Study, places: int) -> Assumptions | None:
    """What the study assumed, of the clusters and respondents there are; None without two arms or respondents."""
    arms = row.clusters_treated, row.clusters_comparison
    if min(arms) < 1 or not here.per_cluster > 0:
        return None
    together = places if row.governorate in (POOLED, EQUAL_WEIGHT) else 1
    return replace(assumptions_of(study, arms, places=together), per_cluster=here.per_cluster)


def _measured(
    planned: Assumptions | None, here: ClusterVariation, waves: tuple[float, float, float]
) -> Assumptions | None:
    """The measured quantities in place of the assumed, None where some is missing; a negative ICC counts as zero."""
    if planned is None or not all(isfinite(value) for value in (here.icc, here.size_variation, *waves)):
        return None
    observed, respondent, weights = waves
    icc = max(here.icc, 0.0)
    return replace(
        planned,
        icc=icc,
        cluster_correlation=true_cluster_correlation(observed, icc, here.per_cluster, respondent),
        respondent_correlation=respondent,
        size_variation=here.size_variation,
        weight_effect=weights,
    )


def _detectable(assumed: Assumptions | None) -> float:
    return detectable_before(assumed) if assumed is not None else nan


def power_table(scores: pd.DataFrame, study: Study, estimates: Iterable[Estimate]) -> pd.DataFrame:
    """Detectable effects of every effect among everyone, by governorate and pooled, with what they depend on.

    detectable_before: of the clusters and respondents there are, with what the study assumed of all else
    (`study.settings.power`). detectable_assuming: with the ICC, correlations, sizes and weights that were measured.
    detectable_after: from the standard error. Detectable effects before are in SD, that after is in `unit`.
    """
    wanted = [row for row in estimates if _is_wanted(row)]
    outcomes = list(dict.fromkeys(row.outcome for row in wanted))
    waves = _prepare(scores, study, outcomes) if outcomes else _Waves({}, nan)
    panel = study.design.kind == "panel"
    baseline = study.baseline.name
    pairs = {(row.outcome, row.wave) for row in wanted} if panel else set()
    alike = {pair: respondent_correlation(scores, pair[0], (baseline, pair[1])) for pair in sorted(pairs)}
    places = max(scores[GOVERNORATE].nunique(), 1)
    found = []
    for row in wanted:
        at = outcomes.index(row.outcome)
        first, second = waves.of(baseline, row.governorate), waves.of(row.wave, row.governorate)
        here = cluster_variation(first, at)
        means = cluster_means_correlation(first, second, at)
        measured = (means, alike.get((row.outcome, row.wave), 0.0), waves.weight_effect)
        planned = _planned(row, here, study, places)
        counts = [row.n, row.clusters, row.clusters_treated, row.clusters_comparison, here.per_cluster]
        effects = [_detectable(planned), _detectable(_measured(planned, here, measured))]
        head = [row.outcome, row.governorate, row.wave, row.unit, *counts, here.size_variation, here.icc]
        after = detectable_after(row, study.settings.power.alpha, study.settings.power.power)
        found.append([*head, *measured, row.std_error, *effects, after])
    return pd.DataFrame(found, columns=list(POWER_COLUMNS))


def _is_wanted(row: Estimate) -> bool:
    known = row.model in ("did", "change") and row.contrast != EQUALITY and row.group == EVERY_GROUP
    return known and row.status != "not_estimated"
