"""Effects by hand, one row for everything asked, and a reason for everything the design cannot carry."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import ESTIMATE_COLUMNS, REASONS, Estimate, estimates_table
from transforms.study import Study
from transforms.study.columns import COMPARISON, TREATED

MakeStudy = Callable[..., Study]
MakeScores = Callable[..., pd.DataFrame]
THREE = {"A": 0.4, "B": 0.1, "C": 0.0}


def rows(scores: pd.DataFrame, study: Study) -> dict[tuple[str, str, str], Estimate]:
    """Estimates of a study with one outcome by wave, governorate and group; contrasts with groups under `x`."""
    found = estimate_effects(scores, study)
    assert all(row.reason in ("", *REASONS) for row in found)
    kinds = {"governorates equal": "equal?"}
    return {(row.wave, kinds.get(row.contrast, row.governorate), row.group): row for row in found}


def four_means(frame: pd.DataFrame, place: str | None = None) -> float:
    """The weighted difference-in-differences of four means."""
    inside = frame if place is None else frame[frame["governorate"] == place]
    inside = inside[inside["trust"].notna()]
    total = (inside["trust"] * inside["weight"]).groupby([inside["arm"], inside["wave"]], observed=True).sum()
    means = total / inside["weight"].groupby([inside["arm"], inside["wave"]], observed=True).sum()
    gain = means[:, "after"] - means[:, "before"]
    return float(gain[TREATED] - gain[COMPARISON])


def test_without_strata_the_effect_is_the_difference_of_four_means(
    draw_scores: MakeScores, make_study: MakeStudy
) -> None:
    scores = draw_scores(1, THREE).assign(strata="all")
    found = rows(scores, make_study())
    for place in THREE:
        assert found["after", place, "all"].estimate == pytest.approx(four_means(scores, place), abs=1e-12)
    mean = np.mean([four_means(scores, place) for place in THREE])
    assert found["after", "equal weight", "all"].estimate == pytest.approx(mean, abs=1e-12)


def test_the_pooled_effect_weights_by_precision(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    """Without strata and weights, each governorate counts by 1 / (sum of 1/n of its four cells)."""
    scores = draw_scores(2, THREE).assign(strata="all", weight=1.0)
    scores = scores.drop(scores[(scores["governorate"] == "A") & (scores.index % 3 > 0)].index)
    cells = scores.groupby(["governorate", "arm", "wave"], observed=True).size()
    precision = 1 / (1 / cells).groupby("governorate").sum()
    expected = sum(precision[p] * four_means(scores, p) for p in THREE) / precision.sum()
    assert rows(scores, make_study())["after", "pooled", "all"].estimate == pytest.approx(expected, abs=1e-12)


def test_every_row_that_is_asked_for_in_a_stable_order(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(3, THREE, outcomes=("trust", "trust.one", "trust.two"))
    study = make_study(dimensions=("one", "two"), design={"group": "origin"}, effects={"draws": 999})
    found = estimate_effects(scores, study)
    assert list(dict.fromkeys(row.outcome for row in found)) == ["trust", "trust.one", "trust.two"]
    one = [(row.contrast, row.governorate, row.group) for row in found if row.outcome == "trust.two"]
    effect, triple = "treated x post", "treated x post x group"
    everyone = [(effect, place, "all") for place in [*THREE, "pooled", "equal weight"]]
    pairs = [(pair, pair, "all") for pair in ("B - A", "C - A", "C - B")]
    groups = [(effect, place, group) for group in ("host", "displaced") for place in [*THREE, "pooled"]]
    differences = [(triple, place, "displaced - host") for place in [*THREE, "pooled"]]
    assert one == [*everyone, ("governorates equal", "pooled", "all"), *pairs, *groups, *differences]
    shuffled = scores.sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(estimates_table(estimate_effects(shuffled, study)), estimates_table(found))
    assert estimate_effects(scores, study) == found
    assert {row.unit for row in found} == {"sd"}
    assert {row.model for row in found} == {"did", "pairwise"}


def test_dimensions_can_be_declined_and_means_are_points(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(3, THREE, outcomes=("trust", "trust.one", "trust.two"))
    study = make_study(dimensions=("one", "two"), effects={"dimensions": False})
    assert {row.outcome for row in estimate_effects(scores, study)} == {"trust"}
    points = make_study(dimensions=("one", "two"), rule="mean")
    assert {row.unit for row in estimate_effects(scores, points)} == {"points"}


def test_table_has_one_column_for_each_part_of_an_estimate(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    found = estimate_effects(draw_scores(4, THREE), make_study())
    table = estimates_table(found)
    assert tuple(table.columns) == ESTIMATE_COLUMNS
    assert len(table) == len(found)
    assert list(estimates_table([]).columns) == list(ESTIMATE_COLUMNS)


def test_a_group_effect_is_the_effect_among_its_members(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(5, THREE).assign(strata="all")
    study = make_study(design={"group": "origin", "sex": "sex"}, effects={"groups": ["group", "sex"]})
    found = rows(scores, study)
    host, displaced = (four_means(scores[scores["group"] == group], "A") for group in ("host", "displaced"))
    assert found["after", "A", "host"].estimate == pytest.approx(host, abs=1e-12)
    assert found["after", "A", "displaced - host"].estimate == pytest.approx(displaced - host, abs=1e-12)
    women, men = (four_means(scores[scores["sex"] == sex], "B") for sex in ("f", "m"))
    assert found["after", "B", "m - f"].estimate == pytest.approx(men - women, abs=1e-12)


def test_a_small_group_is_not_estimated(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    """Some 28 displaced people in each arm, wave and governorate, 170 in all three."""
    scores = draw_scores(6, THREE, respondents=10)
    scores = scores[(scores["group"] == "host") | (scores.index % 2 == 0)]
    found = rows(scores, make_study(design={"group": "origin"}))
    for group in ("displaced", "displaced - host"):
        row = found["after", "A", group]
        assert (row.status, row.reason, row.n) == ("not_estimated", "small_cell", 0)
        assert np.isnan(row.estimate)
        assert found["after", "pooled", group].status == "ok"


@pytest.mark.parametrize("minimum", [25, 60])
def test_women_and_men_differ_by_a_triple_difference_of_enough_people(
    minimum: int, draw_scores: MakeScores, make_study: MakeStudy
) -> None:
    """Two thirds are women: some 30 men and 60 women in each arm, wave and governorate."""
    scores = draw_scores(16, THREE, respondents=20).assign(strata="all")
    scores = scores[(scores["sex"] == "f") | (scores.index % 2 == 0)]
    effects = {"groups": ["group", "sex"], "minimum_cell": minimum}
    found = rows(scores, make_study(design={"group": "origin", "sex": "sex"}, effects=effects))
    women, men = (four_means(scores[scores["sex"] == sex], "A") for sex in ("f", "m"))
    smallest = (
        scores[scores["governorate"] == "A"].groupby(["sex", "arm", "wave"], observed=True).size().groupby("sex").min()
    )
    assert 25 <= smallest["m"] < 60
    for group, value, enough in (("f", women, smallest["f"] >= minimum), ("m", men, smallest["m"] >= minimum),
                                 ("m - f", men - women, smallest.min() >= minimum)):  # fmt: skip
        row = found["after", "A", group]
        assert row.reason == ("" if enough else "small_cell")
        assert row.estimate == pytest.approx(value, abs=1e-12) if enough else np.isnan(row.estimate)
    assert found["after", "A", "displaced - host"].reason == ("" if minimum == 25 else "small_cell")
    pooled = found["after", "pooled", "m - f"]
    assert (pooled.status, pooled.method, pooled.clusters) == ("ok", "CR2", 36)
    assert pooled.contrast == "treated x post x sex"


def test_each_later_wave_is_compared_with_the_baseline(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    waves = ("before", "after", "late")
    scores = draw_scores(7, THREE, waves=waves).assign(strata="all")
    found = rows(scores, make_study(waves=waves))
    for wave in waves[1:]:
        two = scores[scores["wave"].isin(["before", wave])]
        renamed = two.assign(wave=np.where(two["wave"] == wave, "after", "before"))
        assert found[wave, "B", "all"].estimate == pytest.approx(four_means(renamed, "B"), abs=1e-12)
        assert found[wave, "equal?", "all"].status == "ok"


def test_a_wave_without_an_arm_does_not_stop_the_others(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    waves = ("before", "after", "late")
    scores = draw_scores(7, THREE, waves=waves).assign(strata="all")
    gone = (scores["wave"] == "late") & (scores["arm"] == TREATED) & (scores["governorate"] == "A")
    found = rows(scores[~gone], make_study(waves=waves))
    assert found["late", "A", "all"].reason == "empty_cell"
    assert found["after", "A", "all"].status == "ok"
    assert (found["late", "pooled", "all"].status, found["late", "pooled", "all"].reason) == (
        "ok",
        "governorates_left_out",
    )
    assert found["late", "equal weight", "all"].reason == "governorates_left_out"
    assert found["after", "pooled", "all"].reason == ""


def test_change_over_time_without_comparison_arm(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(8, THREE)
    found = estimate_effects(scores, make_study(treated=None, design={"group": "origin"}))
    inside = scores[scores["governorate"] == "A"]
    total = (inside["trust"] * inside["weight"]).groupby(inside["wave"], observed=True).sum()
    means = total / inside["weight"].groupby(inside["wave"], observed=True).sum()
    assert found[0].estimate == pytest.approx(means["after"] - means["before"], abs=1e-12)
    assert (found[0].model, found[0].contrast) == ("change", "after - before")
    assert (found[0].clusters, found[0].clusters_treated, found[0].clusters_comparison) == (12, 0, 0)
    assert found[-1].contrast == "after - before x group"
    assert {row.status for row in found} == {"ok"}


def test_a_study_of_one_place_has_one_effect(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(9, {"everywhere": 0.3})
    (only,) = estimate_effects(scores, make_study(design={"governorate": None}))
    assert (only.governorate, only.status) == ("pooled", "ok")
    named = estimate_effects(scores, make_study())
    assert [row.governorate for row in named] == ["everywhere", "pooled"]
    assert named[0].estimate == only.estimate
