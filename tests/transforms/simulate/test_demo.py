"""What the demo study holds: its design, its people, its planted problems."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from transforms.simulate import PLANTED_EFFECTS, Simulated, plan, simulate_demo, truth_table
from transforms.simulate.questions import Questions
from transforms.study import Study


def named(simulated: Simulated, study: Study, wave: str) -> pd.DataFrame:
    """A wave under the study's names."""
    columns = {variable.columns[wave]: variable.name for variable in study.codebook.asked_in(wave)}
    return simulated.waves[wave].frame.rename(columns=columns)


@pytest.fixture(scope="module")
def baseline(simulated: Simulated, demo_study: Study) -> pd.DataFrame:
    return named(simulated, demo_study, "baseline")


@pytest.fixture(scope="module")
def endline(simulated: Simulated, demo_study: Study) -> pd.DataFrame:
    return named(simulated, demo_study, "endline")


def test_half_of_the_communities_of_every_stratum_are_treated(baseline: pd.DataFrame, demo_study: Study) -> None:
    assert demo_study.design.treatment is not None
    treated = baseline["community"].isin([str(value) for value in demo_study.design.treatment.values])
    communities = baseline.assign(treated=treated).drop_duplicates("community")
    assert communities.groupby("stratum")["treated"].agg(["size", "sum"]).to_numpy().tolist() == [[6, 3]] * 6
    assert communities.groupby("governorate").size().tolist() == [12, 12, 12]


def test_each_wave_holds_about_1800_adults(baseline: pd.DataFrame, endline: pd.DataFrame) -> None:
    for wave in (baseline, endline):
        agreed = wave[wave["consent"] == 1]
        assert 1650 < agreed["respondent"].nunique() < 1950
        assert agreed["age"].between(18, 85).all()


def test_some_are_lost_and_replaced_by_people_of_the_same_community(
    baseline: pd.DataFrame, endline: pd.DataFrame
) -> None:
    first = baseline[baseline["consent"] == 1].drop_duplicates("respondent").set_index("respondent")
    second = endline[endline["consent"] == 1].set_index("respondent")
    assert second.index.is_unique
    again = first.index.intersection(second.index)
    assert 0.11 < 1 - len(again) / len(first) < 0.19
    for same in ("community", "sex", "group"):
        assert (first.loc[again, same] == second.loc[again, same]).all()
    assert (second.loc[again, "age"] - first.loc[again, "age"] == 2).all()
    sizes = first.groupby("community").size() - second.groupby("community").size()
    assert sizes.abs().max() == 0


def test_losing_people_has_nothing_to_do_with_the_programme(demo_study: Study) -> None:
    shares = []
    for seed in range(4):
        simulated = simulate_demo(seed, demo_study)
        first = named(simulated, demo_study, "baseline").drop_duplicates("respondent")
        found = first["respondent"].isin(named(simulated, demo_study, "endline")["respondent"])
        treated = first["community"].isin([str(v) for v in demo_study.design.treatment.values])
        shares.append(found[treated].mean() - found[~treated].mean())
    assert abs(np.mean(shares)) < 0.03


def test_about_a_third_are_displaced_and_weights_vary(baseline: pd.DataFrame, endline: pd.DataFrame) -> None:
    for wave in (baseline, endline):
        assert 0.28 < (wave["group"] == 2).mean() < 0.42
        weight = wave.loc[wave["consent"] == 1, "weight"]
        assert weight.mean() == pytest.approx(1, abs=0.01)
        assert 0.33 < weight.std() / weight.mean() < 0.47


def test_every_interviewer_works_in_one_stratum_and_in_both_arms(baseline: pd.DataFrame, demo_study: Study) -> None:
    treated = baseline["community"].isin([str(value) for value in demo_study.design.treatment.values])
    crews = baseline.assign(treated=treated).groupby("interviewer")
    assert len(crews) == 24
    assert (crews["stratum"].nunique() == 1).all()
    assert crews["treated"].mean().between(0.3, 0.7).all()


def test_the_first_question_has_a_ceiling(baseline: pd.DataFrame) -> None:
    answers = baseline["V1_01"].dropna()
    assert 0.74 < (answers >= 3).mean() < 0.86


def test_answers_are_missing_for_a_reason_at_two_to_six_percent(simulated: Simulated, demo_study: Study) -> None:
    for wave in demo_study.waves:
        raw = simulated.waves[wave.name]
        asked_all = [
            v.columns[wave.name] for v in demo_study.codebook.variables if v.type == "item" and v.name != "H8_01"
        ]
        shares = raw.missing[asked_all].notna().mean()
        assert shares.between(0.01, 0.07).all()
        assert 0.02 < shares.mean() < 0.04
        assert raw.frame[raw.missing.columns].where(raw.missing.notna()).isna().all(axis=None)


def test_questions_of_one_group_are_not_put_to_the_other(baseline: pd.DataFrame, simulated: Simulated) -> None:
    marks = simulated.waves["baseline"].missing["H8_01"]
    asked = baseline["consent"] == 1
    assert (marks[asked & (baseline["group"] == 2)] == "96").all()
    assert not (marks[asked & (baseline["group"] == 1)] == "96").any()


def test_a_few_do_not_consent_and_answer_nothing(
    baseline: pd.DataFrame, endline: pd.DataFrame, demo_questions: Questions, simulated: Simulated
) -> None:
    for wave, count, name in ((baseline, 9, "baseline"), (endline, 6, "endline")):
        refused = wave["consent"] == 0
        assert refused.sum() == count
        assert wave.loc[refused, list(demo_questions.names)].isna().all(axis=None)
        assert simulated.waves[name].missing[refused].isna().all(axis=None)


def test_six_interviews_stand_in_the_baseline_twice(baseline: pd.DataFrame, endline: pd.DataFrame) -> None:
    assert baseline["respondent"].duplicated().sum() == 6
    assert not endline["respondent"].duplicated().any()


def test_nine_answers_of_the_endline_are_outside_their_scale(
    baseline: pd.DataFrame, endline: pd.DataFrame, demo_study: Study, demo_questions: Questions
) -> None:
    outside = {"baseline": 0, "endline": 0}
    for name, codes in zip(demo_questions.names, demo_questions.codes, strict=True):
        for wave, frame in (("baseline", baseline), ("endline", endline)):
            outside[wave] += int((frame[name].notna() & ~frame[name].isin(codes)).sum())
    assert outside == {"baseline": 0, "endline": 9}


def test_one_interviewer_has_one_answer_for_a_whole_module(
    baseline: pd.DataFrame, endline: pd.DataFrame, demo_study: Study
) -> None:
    module = [item.name for item in demo_study.codebook.items("vertical")]
    for wave, liners in ((baseline, 0), (endline, 1)):
        straight = wave[module].nunique(axis=1, dropna=False).eq(1) & wave["consent"].eq(1)
        shares = straight.groupby(wave["interviewer"]).mean()
        assert (shares > 0.5).sum() == liners
        assert (shares.sort_values().iloc[:-1] < 0.05).all()


def test_straight_lines_stand_where_no_vertical_effect_is_planted() -> None:
    governorate = plan.GOVERNORATES[plan.STRAIGHT_LINER[0]]
    assert list(PLANTED_EFFECTS)[plan.STRAIGHT_INDEX] == "vertical"
    assert PLANTED_EFFECTS["vertical"][governorate] == 0


def test_rows_are_in_the_order_of_the_days(baseline: pd.DataFrame, endline: pd.DataFrame) -> None:
    assert baseline["interview_date"].is_monotonic_increasing
    assert endline["interview_date"].min() > baseline["interview_date"].max()


def test_the_programme_is_seen_where_it_worked(
    endline: pd.DataFrame, baseline: pd.DataFrame, demo_study: Study
) -> None:
    treated = endline["community"].isin([str(value) for value in demo_study.design.treatment.values])
    seen = endline["V0_02"].groupby(treated).mean()
    invented = endline["V0_09"].groupby(treated).mean()
    assert seen[True] > 2 * seen[False]
    assert abs(invented[True] - invented[False]) < 0.03
    assert baseline["V0_02"].mean() == pytest.approx(seen[False], abs=0.05)


def test_one_persons_answers_resemble_each_other_over_two_years(
    baseline: pd.DataFrame, endline: pd.DataFrame, demo_study: Study
) -> None:
    items = [item.name for item in demo_study.codebook.items("vertical")]
    first = baseline.drop_duplicates("respondent").set_index("respondent")[items].mean(axis=1)
    second = endline.set_index("respondent")[items].mean(axis=1)
    both = pd.concat([first, second], axis=1, join="inner").dropna()
    assert 0.42 < both.corr().iloc[0, 1] < 0.66


def test_people_of_one_community_resemble_each_other(demo_study: Study) -> None:
    """Intraclass correlation of the vertical index, by analysis of variance, over a few seeds."""
    shares = []
    for seed in range(4):
        wave = named(simulate_demo(seed, demo_study), demo_study, "baseline")
        wave = wave[wave["consent"] == 1]
        index = wave[[item.name for item in demo_study.codebook.items("vertical")]].mean(axis=1)
        groups = index.groupby(wave["community"])
        size, between = groups.size().mean(), groups.mean().var()
        within = groups.var().mean()
        shares.append((between - within / size) / (between + within - within / size))
    assert 0.02 < np.mean(shares) < 0.08


def test_the_same_seed_gives_the_same_waves_and_another_seed_others(simulated: Simulated, demo_study: Study) -> None:
    again = simulate_demo(demo_study.settings.seed, demo_study)
    other = simulate_demo(demo_study.settings.seed + 1, demo_study)
    for wave in demo_study.wave_names:
        assert_frame_equal(again.waves[wave].frame, simulated.waves[wave].frame)
        assert_frame_equal(again.waves[wave].missing, simulated.waves[wave].missing)
        assert not other.waves[wave].frame.equals(simulated.waves[wave].frame)


def test_truth_holds_the_six_planted_effects(simulated: Simulated, demo_study: Study) -> None:
    truth = simulated.truth.set_index(["outcome", "governorate"])["effect_sd"]
    assert truth.to_dict() == {
        ("vertical", "Amman"): 0.25,
        ("vertical", "Irbid"): 0.15,
        ("vertical", "Mafraq"): 0.0,
        ("horizontal", "Amman"): 0.20,
        ("horizontal", "Irbid"): 0.0,
        ("horizontal", "Mafraq"): 0.10,
    }
    assert_frame_equal(truth_table(demo_study), simulated.truth)
