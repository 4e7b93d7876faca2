"""What a study can find, before there are data: by place, over plausible ICCs, and what a smaller effect would need."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, comb, floor, isnan, nan

import pandas as pd

from transforms.impact.around.power import (
    Assumptions,
    assumptions_of,
    change_variance,
    detectable_before,
    multiplier,
    planned_df,
    planned_std_error,
)
from transforms.impact.cells.clusters import ClusterCounts, refusal
from transforms.impact.estimate import POOLED
from transforms.impact.inference.ladder import RANDOMISATION_IN_ARM, Method, method_for
from transforms.study import Study

ONE_PLACE = "one governorate"
NOT_REACHED = "p_not_reachable"
PLAUSIBLE_ICC = (0.01, 0.02, 0.05, 0.10, 0.20)
PLAUSIBLE_CLUSTERS = (4, 6, 8, 10, 12, 15, 20, 30)
MOST = 1000  # clusters of an arm, or respondents of a cluster, beyond which nobody plans

PLANNED_COLUMNS = (
    "place",
    "design",
    "clusters_treated",
    "clusters_comparison",
    "per_cluster",
    "icc",
    "df",
    "std_error",
    "method",
    "smallest_p",
    "detectable",
    "reason",
)


@dataclass(frozen=True, slots=True)
class Arms:
    """Clusters planned in a place (`ONE_PLACE` or pooled over `places` governorates)."""

    place: str
    treated: int
    comparison: int
    places: int


def planned_arms(study: Study) -> tuple[Arms, ...]:
    """Clusters planned, all together and in one governorate; none where nobody can know.

    From `study.settings.power`; else the treated ones are counted in the treatment's values, where those are clusters,
    and as many are taken for the comparison. Governorates that the codebook lists share them evenly, rounded down.
    """
    expected = study.settings.power
    treated = expected.clusters_treated or treated_clusters(study)
    if study.design.treatment is None or not treated:
        return ()
    comparison = expected.clusters_comparison or treated
    places = max(listed_governorates(study), 1)
    if study.design.governorates_are_clusters or places == 1:
        return (Arms(POOLED, treated, comparison, 1),)
    together = Arms(POOLED, treated, comparison, places)
    return together, Arms(ONE_PLACE, treated // places, comparison // places, 1)


def treated_clusters(study: Study) -> int:
    """Treated clusters the treatment names; 0 where it names arms instead."""
    treatment = study.design.treatment
    named = treatment is not None and treatment.variable == study.design.assignment_variable
    return len(set(treatment.values)) if treatment is not None and named else 0


def listed_governorates(study: Study) -> int:
    """Governorates the study can have: those kept, else those of the codebook's scale; 0 where neither says."""
    name = study.design.governorate
    if name is None:
        return 0
    return len(study.settings.keep.get(name, ())) or len(study.codebook.values_of(name))


def power_before(study: Study) -> pd.DataFrame:
    """`PLANNED_COLUMNS`: a row for every place and for a panel and fresh cross-sections, whichever the study is.

    detectable: SD; NaN with a `reason` (a key of `REASONS`, or `NOT_REACHED`: no p-value of the test can be as small
    as alpha) where the ladder gives no p-value. smallest_p: of randomisation inference, whose p-values are multiples of
    it (of 1, or 2 with equal arms, in the number of assignments, strata aside); the test then takes the largest one up
    to alpha for its level.
    """
    return _frame(_planned_row(study, arms, panel) for arms in planned_arms(study) for panel in (True, False))


def power_grid(study: Study) -> pd.DataFrame:
    """The same for one place of the study's design over plausible ICCs and clusters of each arm, those planned too."""
    planned = {arms.treated for arms in planned_arms(study) if arms.treated == arms.comparison and arms.treated}
    iccs, panel = sorted({*PLAUSIBLE_ICC, study.settings.power.icc}), study.design.kind == "panel"
    return _frame(
        _row(study, ONE_PLACE, replace(assumptions_of(study, (clusters, clusters)), icc=icc), _design(panel))
        for icc in iccs
        for clusters in sorted({*PLAUSIBLE_CLUSTERS, *planned})
    )


def _frame(rows: Iterator[Sequence[object]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(PLANNED_COLUMNS))


def _planned_row(study: Study, arms: Arms, panel: bool) -> Sequence[object]:
    if min(arms.treated, arms.comparison) < 1:
        empty = (arms.place, _design(panel), arms.treated, arms.comparison, study.settings.power.per_cluster)
        return (*empty, study.settings.power.icc, 0, nan, "none", nan, nan, "few_clusters")
    assumed = assumptions_of(study, (arms.treated, arms.comparison), panel=panel, places=arms.places)
    return _row(study, arms.place, assumed, _design(panel))


def _design(panel: bool) -> str:
    return "panel" if panel else "cross-sections"


def _row(study: Study, place: str, assumed: Assumptions, design: str) -> Sequence[object]:
    method, smallest, reason = _rung(study, assumed)
    arms = assumed.clusters_treated, assumed.clusters_comparison
    head = (place, design, *arms, assumed.per_cluster, assumed.icc, planned_df(assumed), planned_std_error(assumed))
    if reason:
        return (*head, method, smallest, nan, reason)
    level = assumed.alpha if isnan(smallest) else floor(assumed.alpha / smallest + 1e-9) * smallest
    return (*head, method, smallest, detectable_before(replace(assumed, alpha=level)), "")


def _rung(study: Study, assumed: Assumptions) -> tuple[Method, float, str]:
    """The method the ladder will take, the smallest p of randomisation inference, and why there is no p-value."""
    treated, comparison = assumed.clusters_treated, assumed.clusters_comparison
    counts = ClusterCounts(treated + comparison, treated, comparison, 0)
    if reason := refusal(counts, study):
        return "none", nan, reason
    method = method_for(counts, compared=True)
    if method != "randomisation":
        return method, nan, ""
    own = treated // assumed.places, comparison // assumed.places  # of each place, within which arms are exchanged
    smallest = (2 if own[0] == own[1] else 1) / comb(sum(own), own[0]) ** assumed.places
    return method, smallest, NOT_REACHED if smallest > assumed.alpha else ""


def clusters_needed(assumed: Assumptions, effect: float) -> int | None:
    """Clusters of each arm from which `effect` (SD) is found, enough for an interval too; None beyond `MOST`."""
    low, high = RANDOMISATION_IN_ARM + 1, MOST
    if _with_clusters(assumed, high) > effect:
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _with_clusters(assumed, middle) <= effect else (middle + 1, high)
    return low


def _with_clusters(assumed: Assumptions, number: int) -> float:
    return detectable_before(replace(assumed, clusters_treated=number, clusters_comparison=number))


def respondents_needed(assumed: Assumptions, effect: float) -> int | None:
    """Respondents of each cluster and wave from which `effect` is found; None where no number up to `MOST` suffices.

    The variance that clusters share does not shrink with more respondents in each.
    """
    arms = 1 / assumed.clusters_treated + 1 / assumed.clusters_comparison
    factor = multiplier(planned_df(assumed), assumed.alpha, assumed.power)
    one = change_variance(replace(assumed, per_cluster=1.0))
    between = 2 * assumed.icc * (1 - assumed.cluster_correlation)
    left = (effect / factor) ** 2 / arms - between * (1 + assumed.size_variation**2)
    number = ceil((one - between) / left - 1e-9) if left > 0 else MOST + 1
    return max(number, 1) if number <= MOST else None


@dataclass(frozen=True, slots=True)
class Need:
    """What the smallest effect that matters needs at one ICC: clusters of each arm, or respondents of each cluster."""

    icc: float
    clusters: int | None
    respondents: int | None


def power_needs(study: Study) -> tuple[Need, ...]:
    """For plausible ICCs: clusters with the respondents assumed, and respondents with the clusters planned."""
    effect = study.settings.effects.smallest_effect
    whole = next((arms for arms in planned_arms(study) if min(arms.treated, arms.comparison) > 0), None)
    found = []
    for icc in sorted({*PLAUSIBLE_ICC, study.settings.power.icc}):
        one = replace(assumptions_of(study, (1, 1)), icc=icc)
        respondents = None
        if whole is not None:
            planned = assumptions_of(study, (whole.treated, whole.comparison), places=whole.places)
            respondents = respondents_needed(replace(planned, icc=icc), effect)
        found.append(Need(icc, clusters_needed(one, effect), respondents))
    return tuple(found)


def power_after(measured: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Of a run's `power` table, the rows about the indices, by place."""
    indices = [index.name for index in study.indices]
    return measured[measured["outcome"].isin(indices)].reset_index(drop=True)
