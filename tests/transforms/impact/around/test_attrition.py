"""Loss by hand, its tests against clubSandwich, weights that restore what was lost."""

import json
from collections.abc import Callable
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from transforms.impact.around.attrition import (
    ATTRITION_COLUMNS,
    DIFFERENCE,
    JOINT,
    attrition_table,
    attrition_tests,
    composition_effects,
)
from transforms.impact.around.attrition_answers import (
    LEE_COLUMNS,
    attrition_weights,
    lee_table,
    reweighted_effects,
)
from transforms.impact.around.lee import lee_bounds
from transforms.impact.around.propensity import PerfectPredictionError
from transforms.impact.cells.pairs import pair_waves
from transforms.impact.cells.row_moments import row_moments
from transforms.impact.inference.cr2 import cr2, htz_test, satterthwaite_test
from transforms.study import Study
from transforms.study.columns import COMPARISON, TREATED

FOLDER = Path(__file__).resolve().parents[3] / "reference" / "around"
FROM_R: dict[str, Any] = json.loads((FOLDER / "around.json").read_text())
MakeStudy = Callable[..., Study]
Draw = Callable[..., pd.DataFrame]


def test_table_by_hand(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame, study = draw_panel(), study_of()
    found = attrition_table(frame, study)
    assert tuple(found.columns) == ATTRITION_COLUMNS
    row = found.set_index(["wave", "governorate", "arm"]).loc[("after", "B", "treated")]
    first = frame[(frame["wave"] == "before") & (frame["governorate"] == "B") & (frame["arm"] == TREATED)]
    gone = ~first["respondent"].isin(frame.loc[frame["wave"] == "after", "respondent"])
    assert (row["of_baseline"], row["lost"]) == (len(first), gone.sum())
    assert row["share_lost"] == pytest.approx(gone.mean())
    assert row["weighted_share_lost"] == pytest.approx(np.average(gone, weights=first["weight"]))
    assert row["n"] == len(first) - gone.sum()
    before = found[found["wave"] == "before"]
    assert before["share_lost"].isna().all()
    assert before["n"].tolist()[:3] == [480, 240, 240]


def test_cross_sections_only_count(draw_panel: Draw, study_of: MakeStudy) -> None:
    study = study_of({"kind": "cross-sections", "treatment": None, "governorate": None})
    found = attrition_table(draw_panel(), study)
    assert found["arm"].tolist() == ["all", "all"]
    assert found["share_lost"].isna().all()
    assert attrition_tests(draw_panel(), draw_panel(), study) == ()
    assert reweighted_effects(draw_panel(), draw_panel(), study) == ()
    assert list(lee_table(draw_panel(), study).columns) == list(LEE_COLUMNS)


def test_an_arm_without_baseline_has_no_share(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame = draw_panel()
    frame = frame[~((frame["wave"] == "before") & (frame["arm"] == TREATED))].reset_index(drop=True)
    row = attrition_table(frame, study_of()).set_index(["wave", "governorate", "arm"]).loc[("after", "A", "treated")]
    assert (row["of_baseline"], row["lost"]) == (0, 0)
    assert isnan(row["share_lost"])


def test_pairs_join_respondents_not_rows(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame = draw_panel().sample(frac=1, random_state=5).reset_index(drop=True)
    pairs = pair_waves(frame, study_of(), "after").both()
    names = frame["respondent"].to_numpy()
    assert (names[pairs.before] == names[pairs.after]).all()
    assert len(pairs.before) == (frame["wave"] == "after").sum()
    assert not pair_waves(frame[frame["wave"] == "before"], study_of(), "after").found.any()


def test_clustered_tests_on_rows_agree_with_r() -> None:
    people = pd.read_csv(FOLDER / "people.csv").astype(float)
    lost = (people["after"] < np.quantile(people["after"], 0.2)).to_numpy(dtype=float)
    columns = [people["treated"] * 0 + 1, people["treated"], people["age"], people["woman"]]
    columns += [people["treated"] * people["age"], people["treated"] * people["woman"]]
    cluster = people["cluster"].to_numpy(dtype=np.int64)
    found = row_moments(lost, np.column_stack(columns), people["weight"].to_numpy(), cluster)
    fitted = cr2(found.moments, found.working)
    for at, unit in enumerate(np.eye(6)):
        test = satterthwaite_test(fitted, unit)
        assert test.estimate[0] == pytest.approx(FROM_R["coef"][at], abs=1e-9)
        assert test.std_error[0] == pytest.approx(FROM_R["se"][at], abs=1e-9)
        assert test.df == pytest.approx(FROM_R["df"][at], abs=1e-6)
    (joint,) = htz_test(fitted, np.eye(6)[4:])
    assert [joint.statistic, joint.df_denominator, joint.p_value] == pytest.approx(FROM_R["htz"], abs=1e-6)


def _lose(frame: pd.DataFrame, chance: pd.Series, seed: int) -> pd.DataFrame:
    drawn = np.random.default_rng(seed).uniform(size=len(frame))
    return frame[(frame["wave"] == "before") | (drawn >= chance)].reset_index(drop=True)


def test_loss_that_goes_with_sex_in_one_arm_only_is_found(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame, study = draw_panel(people=40, lost=0.0), study_of()
    told = (frame["arm"] == TREATED) & (frame["sex"] == "f")
    difference, joint = attrition_tests(*[_lose(frame, 0.1 + 0.5 * told, 3)] * 2, study)
    assert (difference.contrast, joint.contrast) == (DIFFERENCE, JOINT)
    assert difference.estimate == pytest.approx(0.25, abs=0.08)
    assert difference.p_value < 0.001
    assert joint.p_value < 0.001
    assert difference.conf_low < difference.estimate < difference.conf_high


def test_joint_test_keeps_its_size(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame, study = draw_panel(people=20, lost=0.0), study_of()
    rows = [attrition_tests(*[_lose(frame, frame["age"] * 0 + 0.2, seed)] * 2, study)[1] for seed in range(120)]
    assert np.mean([row.p_value < 0.05 for row in rows]) <= 0.10


def test_reasons(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame = draw_panel()
    first, village = frame["wave"] == "before", frame["cluster"].isin(["v0", "v1"])
    plain, by_place = {"sex": None, "group": None}, np.where(frame["governorate"] == "A", TREATED, COMPARISON)
    cases = (
        (draw_panel(lost=0.0), {}, "no_variation", "no_variation", "everybody was found"),
        (frame[~first], {}, "empty_cell", "empty_cell", "no baseline"),
        (frame[village], {}, "few_clusters", "few_clusters", "4 villages"),
        (frame.assign(arm=by_place), {}, "rank_deficient", "rank_deficient", "the governorate tells the arm"),
        (frame.assign(trust=1.0), plain, "", "no_variation", "no covariate varies"),
    )
    for kept, design, difference, joint, why in cases:
        rows = kept.reset_index(drop=True)
        found = attrition_tests(rows, rows, study_of(design))
        assert [row.reason for row in found] == [difference, joint], why


def test_no_arms_within_the_baseline(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame = draw_panel()
    frame = frame.assign(arm=TREATED)
    found = attrition_tests(frame, frame, study_of())
    assert {row.reason for row in found} == {"few_comparison_clusters"}


def test_composition_is_a_difference_of_shares(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame, study = draw_panel(), study_of({"kind": "cross-sections"}, {"covariates": ["age"]})
    moved = (frame["wave"] == "after") & (frame["arm"] == TREATED)
    found = composition_effects(frame.assign(sex=frame["sex"].mask(moved, "f"), age=frame["age"] + 2 * moved), study)
    pooled = {row.outcome: row for row in found if row.governorate == "pooled" and row.contrast == "treated x post"}
    assert list(pooled) == ["sex=f", "group=host", "age"], "the last value follows from the others"
    assert pooled["sex=f"].estimate == pytest.approx(0.5, abs=0.1)
    assert pooled["age"].estimate == pytest.approx(2.0, abs=1.0)
    assert {(row.outcome, row.unit) for row in found} == {
        ("sex=f", "share"),
        ("group=host", "share"),
        ("age", "points"),
    }
    assert {row.model for row in found} == {"composition"}


def test_what_cannot_have_moved_is_not_rounding_with_a_p_value(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame, study = draw_panel(lost=0.0), study_of(effects={"covariates": ["age"]})
    found = composition_effects(frame, study)
    kinds = {(row.contrast, row.governorate) for row in found}
    assert len(kinds) == 5, "both places, pooled, equal weight, and the test that places are equal"
    assert {(row.outcome, row.status, row.reason) for row in found} == {
        (name, "not_estimated", "same_people") for name in ("sex=f", "group=host", "age")
    }
    assert all(isnan(value) for row in found for value in (row.estimate, row.std_error, row.p_value))


def test_a_movement_without_error_keeps_its_size(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame, study = draw_panel(lost=0.0), study_of(effects={"covariates": ["age"]})
    older = 2 * ((frame["wave"] == "after") & (frame["arm"] == TREATED) & (frame["governorate"] == "A"))
    found = {
        (row.contrast, row.governorate): row
        for row in composition_effects(frame.assign(age=frame["age"] + older), study)
        if row.outcome == "age"
    }
    assert found["treated x post", "A"].estimate == pytest.approx(2.0)
    assert found["treated x post", "A"].reason == "perfect_fit"
    assert found["treated x post", "B"].reason == "same_people", "there nobody's age moved"
    assert found["governorates equal", "pooled"].reason == "perfect_fit", "places differ, without error"


def test_lee_table(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame, study = draw_panel(), study_of()
    found = lee_table(frame, study)
    assert found["governorate"].tolist() == ["A", "B", "pooled"]
    wide = frame.pivot(index="respondent", columns="wave", values="trust")
    first = frame[frame["wave"] == "before"].set_index("respondent")
    wide = wide.loc[first.index]
    arm = (first["arm"] == TREATED).to_numpy(dtype=float)
    expected = lee_bounds((wide["after"] - wide["before"]).to_numpy(), arm, first["weight"].to_numpy())
    row = found.iloc[2]
    assert (row["low"], row["high"], row["trimmed"]) == pytest.approx((expected.low, expected.high, expected.trimmed))
    assert row["conf_low"] < row["low"] <= row["estimate"] <= row["high"] < row["conf_high"]
    nobody = frame[~((frame["wave"] == "after") & (frame["arm"] == TREATED))].reset_index(drop=True)
    assert set(lee_table(nobody, study)["reason"]) == {"empty_cell"}
    few = lee_table(frame[frame["cluster"].isin(["v0", "v1"])].reset_index(drop=True), study).iloc[2]
    assert few["reason"] == "few_clusters"
    assert isnan(few["conf_low"])
    assert not isnan(few["low"])
    assert lee_table(frame, study_of({"governorate": None}))["governorate"].tolist() == ["pooled"]


def test_weights_restore_the_baseline(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame = draw_panel(people=60, lost=0.0)
    chance = 0.6 * (frame["sex"] == "f") * (frame["arm"] == TREATED) + 0.1
    rows, study = _lose(frame, chance, 8), study_of()
    found = attrition_weights(rows, rows, study, "after")
    kept, first = rows.iloc[found.pairs.before], rows[rows["wave"] == "before"]
    arm, women = (kept["arm"] == TREATED).to_numpy(), (kept["sex"] == "f").to_numpy()
    treated = first[first["arm"] == TREATED]
    share = np.average(treated["sex"] == "f", weights=treated["weight"])
    assert np.average(women[arm], weights=kept["weight"].to_numpy()[arm]) < share - 0.15, "women were lost"
    assert np.average(women[arm], weights=found.weight[arm]) == pytest.approx(share, abs=0.01)
    assert found.weight[arm].sum() == pytest.approx(treated["weight"].sum())
    assert 0 < found.smallest_chance < 0.5
    assert found.effective_n < len(kept)


def test_reweighting_takes_the_bias_of_loss_away(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame, study = draw_panel(people=80, effect=0.0, lost=0.0), study_of()
    women = frame["sex"] == "f"
    frame = frame.assign(trust=frame["trust"] + 2.0 * women * (frame["wave"] == "after"))
    rows = _lose(frame, 0.6 * women * (frame["arm"] == TREATED) + 0.1, 9)
    found = [row for row in reweighted_effects(rows, rows, study) if row.governorate == "pooled"]
    full = list(reweighted_effects(frame, frame, study))
    assert [(row.model, row.contrast) for row in found] == [("loss weights", "treated x post")]
    assert abs(found[0].estimate) < 0.15, "unweighted, women lost among the treated would cost 0.5"
    assert [row.reason for row in full] == ["no_loss_model"], "nobody was lost"


def test_weights_fall_back_on_covariates_alone(draw_panel: Draw, study_of: MakeStudy) -> None:
    frame = draw_panel(people=40, lost=0.0)
    all_found = (frame["arm"] == TREATED) & (frame["sex"] == "f")
    rows = _lose(frame, 0.3 * ~all_found, 4)
    found = attrition_weights(rows, rows, study_of(), "after")
    assert np.isfinite(found.weight).all()
    whole = study_of({"cluster": "place", "treatment": {"variable": "place", "values": ["A"]}})
    assert np.isfinite(attrition_weights(rows, rows, whole, "after").weight).all(), "without governorates held constant"
    with pytest.raises(PerfectPredictionError):
        attrition_weights(rows[rows["wave"] == "after"], rows[rows["wave"] == "after"], study_of(), "after")
