"""What a design can find before there are data: by hand, against R, and over draws."""

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from math import isnan, sqrt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from scipy import stats

from transforms.impact.around.planned_power import (
    NOT_REACHED,
    ONE_PLACE,
    PLANNED_COLUMNS,
    Arms,
    Need,
    clusters_needed,
    planned_arms,
    power_after,
    power_before,
    power_grid,
    power_needs,
    respondents_needed,
)
from transforms.impact.around.power import Assumptions, assumptions_of, detectable_before, planned_std_error
from transforms.study import Study

TESTS = Path(__file__).resolve().parents[3]
FROM_R: list[dict[str, Any]] = json.loads((TESTS / "reference" / "around" / "power.json").read_text())["designs"]
MakeStudy = Callable[..., Study]
SIX = {"variable": "village", "values": [f"v{n}" for n in range(6)]}


@pytest.mark.parametrize("case", FROM_R, ids=lambda case: f"{case['treated']}+{case['comparison']}")
def test_agrees_with_r(case: dict[str, Any]) -> None:
    design = Assumptions(
        case["treated"], case["comparison"], case["m"], case["icc"], case["c"], respondent_correlation=case["s"]
    )
    assert planned_std_error(design) == pytest.approx(case["std_error"], rel=1e-12), "another form of the variance"
    assert detectable_before(design) == pytest.approx(case["exact"], rel=0.008), "Bloom's sum beside the noncentral t"
    assert case["power"] == pytest.approx(0.8, abs=0.004)


@pytest.mark.parametrize(
    ("design", "more", "expected", "why"),
    [
        ({"treatment": SIX, "group": None}, {}, [("pooled", 6, 6, 1)], "no list of governorates: one place"),
        ({"treatment": SIX, "governorate": None}, {}, [("pooled", 6, 6, 1)], "no governorates"),
        ({"treatment": SIX, "governorate": "origin"}, {}, [("pooled", 6, 6, 2), (ONE_PLACE, 3, 3, 1)], "an even share"),
        (
            {"treatment": SIX, "governorate": "origin"},
            {"keep": {"origin": ["host"]}},
            [("pooled", 6, 6, 1)],
            "one governorate is kept",
        ),
        (
            {"treatment": SIX},
            {"power": {"clusters_treated": 4, "clusters_comparison": 9}},
            [("pooled", 4, 9, 1)],
            "what the study says goes first",
        ),
        ({"treatment": {"variable": "work", "values": ["all"]}}, {}, [], "arms, not clusters, are named"),
        ({"treatment": None}, {"power": {"clusters_treated": 4}}, [], "no comparison"),
        (
            {"treatment": {"variable": "origin", "values": ["host"]}, "governorate": "origin", "cluster": None},
            {},
            [("pooled", 1, 1, 1)],
            "whole governorates",
        ),
    ],
)
def test_clusters_that_are_planned(
    study_of: MakeStudy,
    design: dict[str, object],
    more: dict[str, object],
    expected: list[tuple[str, int, int, int]],
    why: str,
) -> None:
    assert planned_arms(study_of(design, **more)) == tuple(Arms(*arms) for arms in expected), why


def rows(study: Study) -> dict[tuple[str, str], Any]:
    table = power_before(study)
    assert list(table.columns) == list(PLANNED_COLUMNS)
    return {(row["place"], row["design"]): row for row in table.to_dict("records")}


def test_by_hand(study_of: MakeStudy) -> None:
    found = rows(study_of({"treatment": SIX}, power={"per_cluster": 20, "icc": 0.1, "cluster_correlation": 0.6}))
    panel, fresh = found["pooled", "panel"], found["pooled", "cross-sections"]
    factor = stats.t.ppf(0.975, 10) + stats.t.ppf(0.8, 10)
    assert panel["std_error"] == pytest.approx(sqrt(2 * (0.1 * 0.4 + 0.9 * 0.5 / 20) * (2 / 6)))
    assert fresh["std_error"] == pytest.approx(sqrt(2 * (0.1 * 0.4 + 0.9 / 20) * (2 / 6))), "fresh people"
    assert panel["detectable"] == pytest.approx(factor * panel["std_error"])
    assert (panel["method"], panel["df"], panel["reason"]) == ("bootstrap", 10, "")


@pytest.mark.parametrize(
    ("arms", "method", "smallest", "reason", "why"),
    [
        ((18, 18), "CR2", None, "", "many clusters"),
        ((4, 4), "bootstrap", None, "", "few"),
        ((3, 6), "randomisation", 1 / 84, "", "84 assignments"),
        ((3, 3), "randomisation", 2 / 20, NOT_REACHED, "every assignment has its mirror"),
        ((2, 9), "none", None, "few_treated_clusters", "two treated"),
        ((2, 3), "none", None, "few_clusters", "five clusters"),
    ],
)
def test_the_rung_that_the_clusters_will_get(
    study_of: MakeStudy, arms: tuple[int, int], method: str, smallest: float | None, reason: str, why: str
) -> None:
    power = dict(zip(("clusters_treated", "clusters_comparison"), arms, strict=True))
    row = rows(study_of(power=power))["pooled", "panel"]
    assert (row["method"], row["reason"]) == (method, reason), why
    assert row["smallest_p"] == pytest.approx(smallest) if smallest else isnan(row["smallest_p"])
    assert isnan(row["detectable"]) == bool(reason)


def test_randomisation_takes_the_level_it_can_reach(study_of: MakeStudy) -> None:
    study = study_of(power={"clusters_treated": 3, "clusters_comparison": 4})
    row = rows(study)["pooled", "panel"]
    assert row["detectable"] == pytest.approx(detectable_before(replace(assumptions_of(study, (3, 4)), alpha=1 / 35)))
    three = study_of({"governorate": "work"}, power={"clusters_treated": 3, "clusters_comparison": 6})
    assert rows(three)["pooled", "panel"]["smallest_p"] == pytest.approx(1 / 27), "one of three in each place"
    assert rows(three)[ONE_PLACE, "panel"]["reason"] == "few_clusters"


def test_places_without_a_cluster_for_each_arm_and_whole_governorates_have_a_reason(study_of: MakeStudy) -> None:
    few = rows(study_of({"governorate": "work"}, power={"clusters_treated": 2, "clusters_comparison": 30}))
    assert few[ONE_PLACE, "panel"]["reason"] == "few_clusters"
    assert few[ONE_PLACE, "panel"]["clusters_treated"] == 0
    whole = {"treatment": {"variable": "origin", "values": ["host"]}, "governorate": "origin", "cluster": None}
    assert rows(study_of(whole))["pooled", "panel"]["reason"] == "governorates_are_clusters"


def test_grid_holds_what_is_assumed_and_planned(study_of: MakeStudy) -> None:
    study = study_of({"treatment": SIX}, power={"icc": 0.03, "clusters_treated": 5})
    grid = power_grid(study).set_index(["icc", "clusters_treated"])["detectable"]
    assert {0.01, 0.03, 0.2} <= set(grid.index.get_level_values(0))
    assert {4, 5, 30} <= set(grid.index.get_level_values(1))
    assert grid[0.03, 5] == pytest.approx(detectable_before(assumptions_of(study, (5, 5))))
    assert grid[0.03, 4] > grid[0.03, 30]
    assert grid[0.2, 4] > grid[0.01, 4]
    fresh = power_grid(study_of({"kind": "cross-sections"}))
    assert set(fresh["design"]) == {"cross-sections"}


@pytest.mark.parametrize("effect", [0.1, 0.15, 0.3, 0.6])
def test_what_is_needed_is_enough_and_one_less_is_not(effect: float) -> None:
    base = Assumptions(20, 20, 30, respondent_correlation=0.5, size_variation=0.5, weight_effect=1.3)
    number = clusters_needed(base, effect)
    assert number is not None
    at = [replace(base, clusters_treated=n, clusters_comparison=n) for n in (number, number - 1)]
    assert detectable_before(at[0]) <= effect
    assert number == 4 or detectable_before(at[1]) > effect
    people = respondents_needed(base, effect)
    if people is None:
        assert detectable_before(replace(base, per_cluster=1e9)) > effect, "no number of respondents is enough"
    else:
        assert detectable_before(replace(base, per_cluster=people)) <= effect
        assert people == 1 or detectable_before(replace(base, per_cluster=people - 1)) > effect


def test_nobody_plans_a_thousand_clusters() -> None:
    assert clusters_needed(Assumptions(1, 1, 2, icc=0.9, cluster_correlation=-1.0), 0.01) is None
    assert respondents_needed(Assumptions(1, 1, 30), 0.5) is None, "no degrees of freedom"


def test_needs_of_a_study(study_of: MakeStudy) -> None:
    study = study_of({"treatment": SIX}, effects={"smallest_effect": 0.4})
    need = next(need for need in power_needs(study) if need.icc == 0.05)
    assumed = assumptions_of(study, (6, 6))
    assert need == Need(0.05, clusters_needed(assumed, 0.4), respondents_needed(assumed, 0.4))
    unknown = power_needs(study_of({"treatment": {"variable": "work", "values": ["all"]}}))
    assert {need.respondents for need in unknown} == {None}
    assert all(need.clusters for need in unknown)


def test_after_a_run_only_the_indices_are_told(study_of: MakeStudy) -> None:
    measured = pd.DataFrame({"outcome": ["trust", "weather"], "icc": [0.1, 0.2]})
    assert power_after(measured, study_of())["outcome"].tolist() == ["trust"]


@pytest.mark.slow
@pytest.mark.parametrize("place", [0, 4, 7], ids=["36 clusters", "12", "8"])
def test_the_promised_effect_is_found_in_eighty_percent_of_studies(place: int) -> None:
    """A small version of tests/benchmarks/power_check.py: 300 studies, tested as the ladder tests them."""
    spec = spec_from_file_location("power_check", TESTS / "benchmarks" / "power_check.py")
    assert spec is not None
    assert spec.loader is not None
    check = module_from_spec(spec)
    spec.loader.exec_module(check)
    share, _ = check.share_found(check.designs()[place], 300)
    assert share == pytest.approx(0.8, abs=0.075)
    size, _ = check.share_found(check.designs()[place], 300, times=0.0)
    assert size <= 0.10
