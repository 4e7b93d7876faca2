"""What regressions on rows must agree with, by hand and over draws; and what they refuse or remark."""

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from transforms.impact.cells.compression import cluster_moments
from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import EQUALITY, Estimate
from transforms.impact.rows.grams import row_grams
from transforms.impact.rows.respondents import place_rows, regression, sections
from transforms.impact.rows.row_effects import row_effects
from transforms.study import Study
from transforms.study.columns import COMPARISON, TREATED, WAVE

MakeStudy = Callable[..., Study]
Draw = Callable[..., pd.DataFrame]
HELD = {"covariates": ("age", "work")}


def _rows(frame: pd.DataFrame, study: Study) -> dict[tuple[str, str], Estimate]:
    """The study's answer and the rows beside it, by model and place."""
    main = [row for row in estimate_effects(frame, study) if row.contrast != EQUALITY]
    return {(row.model, row.governorate): row for row in (*main, *row_effects(frame, frame, study))}


def _balanced(people: pd.DataFrame) -> pd.DataFrame:
    """Everyone who answered in both waves, with the weight she had first."""
    answered = people[people["score"].notna()]
    twice = answered[answered.groupby("person")["person"].transform("size") == 2]
    first = twice[twice[WAVE] == "before"].set_index("person")["weight"]
    return twice.assign(weight=twice["person"].map(first)).reset_index(drop=True)


def test_with_everyone_seen_twice_a_constant_for_everyone_changes_no_estimate(
    people: pd.DataFrame, study_of: MakeStudy
) -> None:
    frame, study = _balanced(people), study_of()
    found = _rows(frame, study)
    for place in ("A", "B", "C", "pooled"):
        row, everybody = found["did", place], found["all interviewed", place]
        assert row.estimate == pytest.approx(everybody.estimate, abs=1e-12)
        assert row.n == everybody.n
        # the same cluster scores; only the degrees of freedom in CR1's factor differ
        assert row.std_error_cr1 == pytest.approx(everybody.std_error_cr1, rel=0.02)
        assert row.std_error_cr3 == pytest.approx(everybody.std_error_cr3, rel=1e-9)


def test_by_hand(as_scores: Draw, study_of: MakeStudy) -> None:
    """Changes 1, 3, 2, 2 among the treated and 0, 1, 1, 0 in comparison: 2 - 1/2. Those seen once say nothing."""
    scores = pd.DataFrame(
        {
            "person": [0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6, 7, 9],
            "village": [0, 0, 1, 1, 2, 2, 3, 3, 3, 0, 0, 1, 1, 2, 2, 3, 3, 0],
            "score": [0.0, 1, 2, 3, 4, 5, 6, 7, 99, 1, 4, 4, 5, 4, 6, 7, 7, -99],
        }
    )
    scores = scores.assign(
        place="A", stratum="all", weight=1.0, treated=(scores["village"] < 2).astype(int), post=[0] * 9 + [1] * 9
    )
    frame = as_scores(scores)
    row = _rows(frame, study_of())["did", "pooled"]
    assert row.estimate == pytest.approx(1.5)
    assert (row.n, row.clusters, row.clusters_treated) == (16, 4, 2)
    assert (row.status, row.reason) == ("no_p_value", "few_clusters")


def test_without_covariates_products_within_cells_are_those_of_compression(
    people: pd.DataFrame, study_of: MakeStudy
) -> None:
    frame = people[people["score"].notna()].reset_index(drop=True)
    study = study_of({"kind": "cross-sections"})
    everyone = sections(frame, study, place_rows(frame, study))
    score = frame["score"].to_numpy()
    found = regression(everyone, np.ones(len(frame), dtype=bool), (), [score], study)
    again = cluster_moments(np.ones((found.cells.unit.size, 1)), found.cells.cluster, found.cells.sums)
    weight, square = frame["weight"].to_numpy(), frame["weight"].to_numpy() * score**2
    assert again.xwy.sum() == pytest.approx(float(weight @ score))
    assert again.ywy.sum() == pytest.approx(float(square.sum()))


def test_blocks_of_rows_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    code, weight, z, y = rng.integers(0, 5, 200), rng.uniform(size=200), rng.normal(size=200), rng.normal(size=200)
    whole = row_grams(code, weight, [z], [y], 5)
    monkeypatch.setattr("transforms.impact.rows.grams.BLOCK_ROWS", 7)
    parts = row_grams(code, weight, [z], [y], 5)
    assert parts.weighted == pytest.approx(whole.weighted)
    assert parts.squared == pytest.approx(whole.squared)
    assert parts.plain == pytest.approx(whole.plain)


def test_ancova_is_the_more_precise_the_less_waves_correlate(draw_people: Draw, study_of: MakeStudy) -> None:
    """Its variance is (1 + r) / 2 that of the change (McKenzie 2012, eq. 5)."""
    frame = draw_people(3, villages=60, size=10, correlation=0.0)
    found = _rows(frame, study_of())
    ancova, change = found["ancova", "pooled"], found["did", "pooled"]
    assert 0.6 < ancova.std_error / change.std_error < 0.9
    assert ancova.estimate == pytest.approx(0.3, abs=3 * ancova.std_error)


def test_a_covariate_that_moves_the_outcome_makes_it_more_precise(draw_people: Draw, study_of: MakeStudy) -> None:
    frame = draw_people(4, villages=40)
    frame["score"] += np.where(frame["post"] == 1, 2.0, 0.0) * frame["age"]
    found = _rows(frame, study_of({}, {"covariates": ("age",)}))
    assert found["covariates", "pooled"].std_error < 0.7 * found["did", "pooled"].std_error


def test_three_clusters_in_an_arm_take_the_lottery(people: pd.DataFrame, study_of: MakeStudy) -> None:
    """The p-value counts the assignments whose t, refitted from the rows, is as large."""
    frame = _balanced(people[(people["place"] == "A") & people["village"].isin([0, 1, 2, 3, 4, 5])])
    row = _rows(frame.assign(strata="all"), study_of({"strata": None}))["ancova", "A"]
    wide = frame.pivot_table(
        index=["person", "village", "treated", "weight"], columns=WAVE, values="score", observed=True
    )
    wide = wide.reset_index()
    village, weight = wide["village"].to_numpy(), wide["weight"].to_numpy()
    y, before = wide["after"].to_numpy(), wide["before"].to_numpy()

    def t_of(treated_villages: tuple[int, ...]) -> float:
        x = np.column_stack([np.ones(y.size), np.isin(village, treated_villages), before])
        bread = np.linalg.inv((x * weight[:, None]).T @ x)
        coef = bread @ (x.T @ (weight * y))
        scores = pd.DataFrame(x * (weight * (y - x @ coef))[:, None]).groupby(village).sum().to_numpy()
        return float(coef[1] / np.sqrt((bread @ scores.T @ scores @ bread)[1, 1]))

    all_t = np.abs([t_of(chosen) for chosen in combinations(range(6), 3)])
    observed = abs(t_of((1, 3, 5)))
    assert row.method == "randomisation"
    assert row.p_value == pytest.approx(np.mean(all_t >= observed * (1 - 1e-9)))
    assert row.p_smallest == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("design", "effects", "models", "why"),
    [
        ({}, {}, ["all interviewed", "ancova"], "drawn by lot, nothing declared"),
        ({}, HELD, ["all interviewed", "covariates", "ancova"], "drawn by lot"),
        (
            {"treatment": {"variable": "village", "values": ["x"]}},
            HELD,
            ["all interviewed", "covariates"],
            "not drawn by lot: no ANCOVA",
        ),
        ({"treatment": None}, HELD, ["all interviewed"], "changes: covariates at baseline cannot move them"),
        ({"kind": "cross-sections"}, HELD, ["covariates"], "fresh people"),
        ({"kind": "cross-sections"}, {}, [], "fresh people, nothing declared"),
        ({"kind": "cross-sections", "treatment": None}, HELD, ["covariates"], "changes among fresh people"),
    ],
)
def test_models_of_each_design(
    people: pd.DataFrame,
    study_of: MakeStudy,
    design: dict[str, object],
    effects: dict[str, object],
    models: list[str],
    why: str,
) -> None:
    frame = people.assign(arm="everyone") if design.get("treatment", 1) is None else people
    before = frame.copy()
    found = row_effects(frame, frame, study_of(design, effects))
    assert list(dict.fromkeys(row.model for row in found)) == models, why
    assert all(row.status == "ok" for row in found), why
    pd.testing.assert_frame_equal(frame, before)
    assert found == row_effects(frame, frame, study_of(design, effects))


def test_without_comparison_arm_it_is_the_mean_change(people: pd.DataFrame, study_of: MakeStudy) -> None:
    frame = _balanced(people).assign(arm="everyone")
    row = _rows(frame, study_of({"treatment": None}))["change", "pooled"]
    wide = frame.pivot_table(index=["person", "weight"], columns=WAVE, values="score", observed=True).reset_index()
    assert row.estimate == pytest.approx(np.average(wide["after"] - wide["before"], weights=wide["weight"]))
    assert row.contrast == "after - before"


def test_governorates_that_are_the_clusters_have_only_a_pooled_row(people: pd.DataFrame, study_of: MakeStudy) -> None:
    treatment = {"variable": "place", "values": ["A"], "randomised": True}
    frame = people.assign(arm=np.where(people["place"] == "A", TREATED, COMPARISON))
    found = _rows(frame, study_of({"treatment": treatment}))
    assert {(row.governorate, row.reason) for row in found.values()} == {("pooled", "governorates_are_clusters")}


def test_every_later_wave_has_its_rows_from_those_seen_in_it(people: pd.DataFrame, study_of: MakeStudy) -> None:
    last = people[people[WAVE] == "after"].assign(score=lambda f: f["score"] + 1.0 * f["treated"], wave="last")
    waves = ("before", "after", "last")
    frame = pd.concat([people.astype({WAVE: "str"}), last], ignore_index=True)
    frame[WAVE] = pd.Categorical(frame[WAVE], categories=list(waves), ordered=True)
    found = {
        (row.wave, row.model): row
        for row in row_effects(frame, frame, study_of(waves=waves))
        if row.governorate == "pooled"
    }
    assert found["last", "ancova"].estimate == pytest.approx(found["after", "ancova"].estimate + 1.0)


def test_a_weight_of_zero_leaves_a_respondent_out_and_one_below_zero_all(
    people: pd.DataFrame, study_of: MakeStudy
) -> None:
    without = people[people["person"] != 3].reset_index(drop=True)
    zero = people.assign(weight=people["weight"].where((people["person"] != 3) | (people[WAVE] == "before"), 0.0))
    found, expected = _rows(zero, study_of()), _rows(without, study_of())
    assert {key: row for key, row in found.items() if key[0] != "all interviewed"} == {
        key: row for key, row in expected.items() if key[0] != "all interviewed"
    }
    assert found["all interviewed", "A"] != expected["all interviewed", "A"], "the first interview still counts there"
    assert row_effects(people, people.assign(weight=-1.0), study_of()) == ()


@pytest.mark.parametrize("draws", [18, pytest.param(60, marks=pytest.mark.slow)])
def test_estimates_are_unbiased_and_intervals_hold_the_truth(
    draw_people: Draw, study_of: MakeStudy, draws: int
) -> None:
    """Draws with 12 villages: the mean estimate within three of its errors, at least 50 of 60 intervals right."""
    study = study_of({}, {"covariates": ("age",)})
    found = [_rows(draw_people(seed, villages=12, size=15), study) for seed in range(draws)]
    for model in ("did", "covariates", "ancova"):
        rows = [one[model, "pooled"] for one in found]
        estimates = np.array([row.estimate for row in rows])
        assert abs(estimates.mean() - 0.3) < 3 * estimates.std() / np.sqrt(len(rows)), model
        assert sum(row.conf_low <= 0.3 <= row.conf_high for row in rows) >= draws * 50 / 60, model
