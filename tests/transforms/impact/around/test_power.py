"""Detectable effects by hand and over draws; the intra-cluster correlation against R."""

import json
from collections.abc import Callable
from dataclasses import replace
from math import inf, isnan, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from transforms.impact.around.cluster_variation import (
    POWER_COLUMNS,
    anova_icc,
    cluster_means_correlation,
    cluster_variation,
    power_table,
    respondent_correlation,
    weight_effect,
)
from transforms.impact.around.power import (
    Assumptions,
    change_variance,
    detectable_after,
    detectable_before,
    multiplier,
    planned_std_error,
    true_cluster_correlation,
)
from transforms.impact.cells.compression import CellTable, compress
from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import Estimate
from transforms.study import Study

FOLDER = Path(__file__).resolve().parents[3] / "reference" / "around"
FROM_R: dict[str, Any] = json.loads((FOLDER / "around.json").read_text())
MakeStudy = Callable[..., Study]
Draw = Callable[..., pd.DataFrame]


def test_multiplier() -> None:
    assert multiplier(inf) == pytest.approx(2.801585, abs=1e-6), "1.96 + 0.84"
    assert multiplier(10) == pytest.approx(stats.t.ppf(0.975, 10) + stats.t.ppf(0.8, 10))
    assert isnan(multiplier(0))


def test_variance_of_change_by_hand() -> None:
    design = Assumptions(10, 10, per_cluster=20, icc=0.1, cluster_correlation=0.6, respondent_correlation=0.5)
    assert change_variance(design) == pytest.approx(2 * (0.1 * 0.4 + 0.9 * 0.5 / 20))
    assert planned_std_error(design) == pytest.approx(sqrt(change_variance(design) * (1 / 10 + 1 / 10)))
    assert detectable_before(design) == pytest.approx(multiplier(18) * planned_std_error(design))
    alike = Assumptions(1, 1, per_cluster=20, icc=0.1, cluster_correlation=0.0, respondent_correlation=0.0)
    assert change_variance(alike) == pytest.approx(2 / 20 * (1 + 19 * 0.1)), "2 sigma^2 / m times the design effect"
    assert isnan(detectable_before(alike)), "two clusters have no degrees of freedom"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"icc": 0.2}, "more common to a cluster"),
        ({"cluster_correlation": 0.0}, "clusters drift apart"),
        ({"size_variation": 0.8}, "clusters of unequal size"),
        ({"weight_effect": 1.5}, "unequal weights"),
        ({"per_cluster": 10.0}, "fewer respondents"),
        ({"clusters_treated": 5}, "fewer clusters"),
    ],
)
def test_what_makes_a_design_worse(change: dict[str, float], why: str) -> None:
    base = Assumptions(10, 10, per_cluster=20)
    assert detectable_before(replace(base, **change)) > detectable_before(base), why


@pytest.mark.parametrize(
    "entry",
    [
        {"icc": 1.1},
        {"cluster_correlation": -1.1},
        {"clusters_treated": 0},
        {"per_cluster": 0.0},
        {"size_variation": -0.1},
        {"weight_effect": 0.9},
    ],
)
def test_impossible_assumptions_are_refused_by_name(entry: dict[str, float]) -> None:
    known = {"clusters_treated": 6, "clusters_comparison": 6, "per_cluster": 20.0}
    with pytest.raises(ValueError, match=next(iter(entry))):
        Assumptions(**(known | entry))


def _survey(rng: np.random.Generator, design: Assumptions, clusters: int, sizes: np.ndarray) -> float:
    """Difference of mean changes of fresh people, effect zero."""
    spread, loading = np.sqrt(design.icc), np.sqrt(design.cluster_correlation)
    lasting, fresh = rng.normal(size=clusters), rng.normal(size=(2, clusters))
    level = spread * (loading * lasting + np.sqrt(1 - design.cluster_correlation) * fresh)
    own = np.sqrt(1 - design.icc) * rng.normal(size=(2, clusters)) / np.sqrt(sizes)
    change = (level + own)[1] - (level + own)[0]
    arms = np.arange(clusters) % 2 == 0
    return float(np.average(change[arms], weights=sizes[arms]) - np.average(change[~arms], weights=sizes[~arms]))


@pytest.mark.parametrize("unequal", [False, True])
def test_planned_error_over_draws(unequal: bool) -> None:
    rng = np.random.default_rng(6)
    sizes = np.where(np.arange(40) % 4 < 2, 10.0, 50.0) if unequal else np.full(40, 30.0)
    variation = float(sizes.std() / sizes.mean())
    design = Assumptions(20, 20, 30.0, icc=0.1, cluster_correlation=0.5, size_variation=variation)
    draws = [_survey(rng, design, 40, sizes) for _ in range(4000)]
    assert np.std(draws) == pytest.approx(planned_std_error(design), rel=0.04)


def test_observed_correlation_of_clusters_is_corrected_for_sampling() -> None:
    icc, m, own, true = 0.1, 20.0, 0.4, 0.6
    observed = (m * icc * true + (1 - icc) * own) / (1 + (m - 1) * icc)
    assert true_cluster_correlation(observed, icc, m, own) == pytest.approx(true)
    assert true_cluster_correlation(0.99, icc, m, 0.0) == 1.0, "no correlation beyond one"
    assert true_cluster_correlation(0.5, 0.0, m, own) == 0.0


def test_after(row_of: Callable[..., Estimate]) -> None:
    row = row_of(estimate=0.4, std_error=0.1, df=11.0, clusters=12)
    assert detectable_after(row) == pytest.approx(0.1 * multiplier(11))
    assert detectable_after(replace(row, df=np.nan)) == pytest.approx(0.1 * multiplier(11)), "clusters - 1"
    assert isnan(detectable_after(replace(row, status="no_p_value")))


def test_an_effect_of_that_size_is_found_in_eighty_percent() -> None:
    rng, df = np.random.default_rng(1), 20
    t = (multiplier(df) + rng.normal(size=40000)) / np.sqrt(rng.chisquare(df, 40000) / df)
    assert np.mean(np.abs(t) > stats.t.ppf(0.975, df)) == pytest.approx(0.8, abs=0.01)


def _table(people: pd.DataFrame, outcome: str = "before") -> CellTable:
    frame = people.assign(governorate="A", arm=people["treated"].map({0: "comparison", 1: "treated"}), weight=1.0)
    return compress(frame, [outcome], ["governorate", "arm", "cluster"], "weight")


def test_icc_agrees_with_r() -> None:
    people = pd.read_csv(FOLDER / "people.csv")
    assert cluster_variation(_table(people), 0).icc == pytest.approx(FROM_R["icc"], abs=1e-9)
    row = np.arange(1, len(people) + 1)
    some = people[(row % 7 != 0) & ~((people["cluster"] < 9) & (row % 2 == 0))].reset_index(drop=True)
    found = cluster_variation(_table(some), 0)
    assert found.n == FROM_R["n_unequal"]
    assert found.icc == pytest.approx(FROM_R["icc_unequal"], abs=1e-9)
    assert found.per_cluster == pytest.approx(len(some) / 36)
    assert found.size_variation == pytest.approx(some.groupby("cluster").size().std() / found.per_cluster)


def test_icc_without_degrees_of_freedom_or_variation() -> None:
    one, same = np.ones(4), np.array([0, 0, 1, 1])
    assert isnan(anova_icc(np.array([5.0]), one[:1], one[:1], same[:1])), "one cluster"
    assert isnan(anova_icc(one, one, one, same)), "one respondent each"
    assert isnan(anova_icc(2 * one, 2 * one, 2 * one, same)), "everyone alike"
    nobody = compress(
        pd.DataFrame({"g": ["a"], "y": [np.nan], "w": [1.0]}).rename(columns={"g": "cluster"}), ["y"], ["cluster"], "w"
    )
    assert cluster_variation(nobody, 0).n == 0


def test_weight_effect_is_that_of_kish() -> None:
    weight = np.array([1.0, 1.0, 2.0, 0.0])
    assert weight_effect(weight) == pytest.approx(1 + weight[:3].var() / weight[:3].mean() ** 2)
    assert isnan(weight_effect(np.zeros(2)))


def test_correlations_between_waves(draw_panel: Draw) -> None:
    frame = draw_panel(people=200, lost=0.0)
    waves = ("before", "after")
    own = respondent_correlation(frame, "trust", waves)
    wide = frame.pivot(index="respondent", columns="wave", values="trust")
    place = frame[frame["wave"] == "before"].set_index("respondent").loc[wide.index, ["governorate", "cluster"]]
    centred = wide - wide.groupby([place["governorate"], place["cluster"]]).transform("mean")
    assert own == pytest.approx(centred.corr().iloc[0, 1])
    by = ["governorate", "arm", "cluster"]
    tables = [compress(frame, ["trust"], by, "weight", (frame["wave"] == wave).to_numpy()) for wave in waves]
    assert 0 < cluster_means_correlation(*tables, 0) <= 1
    few = [table.select((table.keys["cluster"] == "v1").to_numpy()) for table in tables]
    assert isnan(cluster_means_correlation(*few, 0)), "two clusters"
    assert isnan(respondent_correlation(frame.iloc[:2], "trust", waves))
    assert isnan(respondent_correlation(frame.assign(trust=1.0), "trust", waves)), "everyone alike"


def test_table(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame, study = draw_panel(people=60), study_of()
    estimates = estimate_effects(frame, study)
    found = power_table(frame, study, estimates).set_index("governorate")
    assert list(found.index) == ["A", "B", "pooled", "equal weight"]
    pooled = found.loc["pooled"]
    row = next(row for row in estimates if row.governorate == "pooled" and row.group == "all")
    assert pooled["detectable_after"] == pytest.approx(multiplier(23) * row.std_error)
    expected = Assumptions(12, 12, 60.0, respondent_correlation=0.5, places=2)
    assert pooled["detectable_before"] == pytest.approx(detectable_before(expected)), "what the study assumes"
    assert found.loc["A", "detectable_before"] == pytest.approx(
        detectable_before(replace(expected, clusters_treated=6, clusters_comparison=6, places=1))
    )
    bold = power_table(frame, study_of(power={"icc": 0.2, "alpha": 0.1, "power": 0.5}), estimates)
    bold = bold.set_index("governorate").loc["pooled"]
    assert bold["detectable_before"] == pytest.approx(
        detectable_before(replace(expected, icc=0.2, alpha=0.1, power=0.5))
    )
    assert bold["detectable_after"] == pytest.approx(multiplier(23, 0.1, 0.5) * row.std_error)
    assert pooled["detectable_assuming"] == pytest.approx(pooled["detectable_after"], rel=0.35)
    assert found.loc["A", "clusters"] == 12
    sections = power_table(frame, study_of({"kind": "cross-sections"}), estimates)
    assert set(sections["respondent_correlation"]) == {0.0}
    assert list(power_table(frame, study, ()).columns) == list(POWER_COLUMNS)


def test_what_cannot_be_said_is_missing(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame, study = draw_panel(), study_of({"treatment": None})
    change = power_table(frame, study, estimate_effects(frame, study)).iloc[-1]
    assert isnan(change["detectable_before"]), "a design without arms has no effect to find"
    assert isnan(change["detectable_assuming"])
    assert change["detectable_after"] > 0
