"""Design-based levels by hand, and which domains have a row."""

from collections.abc import Callable
from math import sqrt

import numpy as np
import pandas as pd
import pytest

from transforms.impact.description.levels import LEVEL_COLUMNS, levels_table
from transforms.impact.effects.study_effects import estimate_effects
from transforms.study import Study

MakeStudy = Callable[..., Study]
MakeScores = Callable[..., pd.DataFrame]
NOW = ("now",)
# Two strata of two PSUs: u1 = {1, 3}, u2 = {5}, r1 = {2}, r2 = {4, 9}; the weights of r are 2.
HAND = {
    "cluster": ["1", "1", "2", "1", "2", "2"],
    "strata": ["u", "u", "u", "r", "r", "r"],
    "weight": [1.0, 1.0, 1.0, 2.0, 2.0, 2.0],
    "trust": [1.0, 3.0, 5.0, 2.0, 4.0, 9.0],
    "wave": "now",
}


@pytest.fixture
def one_wave(make_study: MakeStudy) -> Study:
    return make_study(waves=NOW, treated=None)


def only(table: pd.DataFrame) -> pd.Series:
    (row,) = (row for _, row in table[table["governorate"] == "all"].iterrows())
    return row


def test_by_hand(make_scores: MakeScores, one_wave: Study) -> None:
    """Mean 39/9; linearised totals in ninths: u1 -4.667, u2 0.667, r1 -4.667, r2 8.667."""
    row = only(levels_table(make_scores(HAND, NOW), one_wave))
    mean = 39 / 9
    u1, u2 = (4 - 2 * mean) / 9, (5 - mean) / 9
    r1, r2 = 2 * (2 - mean) / 9, 2 * (13 - 2 * mean) / 9
    variance = 2 / 1 * ((u1 - u2) ** 2 / 2 + (r1 - r2) ** 2 / 2)
    assert row["mean"] == pytest.approx(mean, rel=1e-14)
    assert row["std_error"] == pytest.approx(sqrt(variance), rel=1e-14)
    assert (row["n"], row["df"]) == (6, 2)
    half = 4.302652729749464 * sqrt(variance)  # t(0.975, 2)
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((mean - half, mean + half), rel=1e-12)


def test_a_single_psu_adds_its_square(make_scores: MakeScores, one_wave: Study) -> None:
    hand = HAND | {"cluster": ["1", "1", "2", "1", "1", "1"]}
    row = only(levels_table(make_scores(hand, NOW), one_wave))
    mean = 39 / 9
    variance = ((4 - 2 * mean) / 9 - (5 - mean) / 9) ** 2 + (2 * (15 - 3 * mean) / 9) ** 2
    assert row["std_error"] == pytest.approx(sqrt(variance), rel=1e-14)
    assert row["df"] == 1


def test_a_census_of_psus_has_no_sampling_error(make_scores: MakeScores, one_wave: Study) -> None:
    assert only(levels_table(make_scores(HAND | {"fpc": 2.0}, NOW), one_wave))["std_error"] == 0
    half = only(levels_table(make_scores(HAND | {"fpc": 4.0}, NOW), one_wave))["std_error"]
    assert half == pytest.approx(only(levels_table(make_scores(HAND, NOW), one_wave))["std_error"] * sqrt(0.5))


def test_units_without_respondents_in_a_domain_still_count(make_scores: MakeScores, make_study: MakeStudy) -> None:
    """Group a lives in u1 and u2 alone; stratum u has a third unit without it."""
    columns = HAND | {"cluster": list("112345"), "strata": list("uuuuuu"), "group": list("aaabbb"), "weight": 1.0}
    table = levels_table(make_scores(columns, NOW), make_study(waves=NOW, treated=None, design={"group": "origin"}))
    row = table[(table["governorate"] == "all") & (table["group"] == "a")].iloc[0]
    scores = np.array([4 - 6, 5 - 3, 0, 0, 0]) / 3
    assert row["std_error"] == pytest.approx(sqrt(5 / 4 * np.sum((scores - scores.mean()) ** 2)), rel=1e-14)
    assert row["df"] == 1


def test_one_psu_has_no_error(make_scores: MakeScores, one_wave: Study) -> None:
    scores = make_scores({"cluster": ["1", "1"], "trust": [1.0, 2.0], "wave": "now"}, NOW)
    row = only(levels_table(scores, one_wave))
    assert row["mean"] == 1.5
    assert np.isnan([row["std_error"], row["conf_low"], row["conf_high"]]).all()
    found = estimate_effects(scores, one_wave)
    assert {(estimate.status, estimate.reason) for estimate in found} == {("no_p_value", "one_psu")}


def test_nobody_answered(make_scores: MakeScores, one_wave: Study) -> None:
    scores = make_scores(HAND | {"trust": np.nan}, NOW)
    row = only(levels_table(scores, one_wave))
    assert (row["n"], row["df"]) == (0, 0)
    assert np.isnan(row["mean"])
    found = estimate_effects(scores, one_wave)
    assert {(estimate.status, estimate.reason) for estimate in found} == {("not_estimated", "no_answers")}


def test_a_wave_without_rows_has_no_levels(make_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = make_scores(HAND | {"wave": "before"})
    assert set(levels_table(scores, make_study(treated=None))["wave"]) == {"before"}


def test_every_margin_has_its_rows_in_order(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(1, {"B": 0.0, "A": 0.0})
    table = levels_table(scores.assign(trust__pomp=50 + scores["trust"]), make_study(design={"group": "origin"}))
    assert tuple(table.columns) == LEVEL_COLUMNS
    assert list(dict.fromkeys(table["outcome"])) == ["trust", "trust__pomp"]
    assert list(dict.fromkeys(table["unit"])) == ["sd", "pomp"]
    first = table[(table["outcome"] == "trust") & (table["wave"] == "before")]
    arms, groups = ("all", "treated", "comparison"), ("all", "host", "displaced")
    expected = [(place, arm, group) for place in ("all", "A", "B") for arm in arms for group in groups]
    assert list(first[["governorate", "arm", "group"]].itertuples(index=False, name=None)) == expected
    inside = scores[(scores["wave"] == "before") & (scores["governorate"] == "A") & (scores["arm"] == "treated")]
    row = first[(first["governorate"] == "A") & (first["arm"] == "treated") & (first["group"] == "all")].iloc[0]
    assert row["mean"] == pytest.approx(np.average(inside["trust"], weights=inside["weight"]))
    assert row["n"] == len(inside)


def test_one_wave_gives_levels_as_estimates(draw_scores: MakeScores, make_study: MakeStudy) -> None:
    scores = draw_scores(2, {"A": 0.0, "B": 0.0}, waves=NOW)
    study = make_study(waves=NOW, treated=None, design={"group": "origin"})
    found = estimate_effects(scores, study)
    places = [(row.governorate, row.group) for row in found]
    assert places == [(place, group) for place in ("pooled", "A", "B") for group in ("all", "host", "displaced")]
    assert {(row.model, row.contrast, row.method, row.status) for row in found} == {("level", "level", "taylor", "ok")}
    assert np.isnan([row.p_value for row in found]).all()
    table = levels_table(scores, study)
    assert [row.estimate for row in found] == list(table["mean"])
    assert found[0].clusters == 24


def test_a_study_without_governorates_has_no_rows_by_governorate(
    draw_scores: MakeScores, make_study: MakeStudy
) -> None:
    study = make_study(waves=NOW, treated=None, design={"governorate": None})
    table = levels_table(draw_scores(3, {"everywhere": 0.0}, waves=NOW), study)
    assert list(table["governorate"]) == ["all"]


def test_domains_without_respondents_have_no_row(make_scores: MakeScores, make_study: MakeStudy) -> None:
    columns = HAND | {"group": list("aaabbb"), "governorate": list("XXXYYY")}
    table = levels_table(make_scores(columns, NOW), make_study(waves=NOW, treated=None, design={"group": "origin"}))
    found = list(table[["governorate", "group"]].itertuples(index=False, name=None))
    assert found == [("all", "all"), ("all", "a"), ("all", "b"), ("X", "all"), ("X", "a"), ("Y", "all"), ("Y", "b")]
