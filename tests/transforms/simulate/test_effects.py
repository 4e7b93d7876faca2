"""The planted effects are where they should be: in SD of the scored index, for the weighted population."""

import numpy as np
import pandas as pd
import pytest

from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import estimates_table
from transforms.measure.key import make_key
from transforms.measure.score import score
from transforms.prepare.panel import build_panel
from transforms.prepare.wave import type_wave
from transforms.simulate import PLANTED_EFFECTS, Simulated, plan, simulate_demo
from transforms.simulate.calibrate import Scales, calibrated_shifts, expected_index, latent_shift, planted_effects
from transforms.simulate.questions import Questions
from transforms.study import Study


def scored(simulated: Simulated, study: Study) -> pd.DataFrame:
    waves = {wave.name: type_wave(simulated.waves[wave.name], study, wave).frame for wave in study.waves}
    panel = build_panel(waves, study).frame
    return score(panel, make_key(panel, study))


def weighted_change(scores: pd.DataFrame, outcome: str, arm: str, governorate: str) -> float:
    """Weighted mean at endline minus that at baseline."""
    rows = scores[(scores["arm"] == arm) & (scores["governorate"] == governorate)].dropna(subset=outcome)
    means = [
        np.average(wave[outcome], weights=wave["weight"])
        for wave in (rows[rows["wave"] == "baseline"], rows[rows["wave"] == "endline"])
    ]
    return float(means[1] - means[0])


SEEDS = (0, 1)


@pytest.fixture(scope="module")
def worlds(demo_study: Study) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """Scores with and without the programme, everything else equal, for each seed."""
    with_programme = [scored(simulate_demo(seed, demo_study), demo_study) for seed in SEEDS]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "PLANTED_EFFECTS", {})
        without = [scored(simulate_demo(seed, demo_study), demo_study) for seed in SEEDS]
    return list(zip(with_programme, without, strict=True))


@pytest.mark.parametrize(
    ("outcome", "governorate", "effect"),
    [(outcome, place, effect) for outcome, effects in PLANTED_EFFECTS.items() for place, effect in effects.items()],
)
def test_the_programme_moves_the_index_of_the_treated_by_the_planted_effect(
    outcome: str, governorate: str, effect: float, worlds: list[tuple[pd.DataFrame, pd.DataFrame]]
) -> None:
    """Scored by the pipeline's own key; equal seeds, so nothing but the programme differs."""
    differences = [
        weighted_change(one, outcome, "treated", governorate) - weighted_change(other, outcome, "treated", governorate)
        for one, other in worlds
    ]
    assert np.mean(differences) == pytest.approx(effect, abs=0.015)


def test_the_comparison_arm_is_left_alone(worlds: list[tuple[pd.DataFrame, pd.DataFrame]]) -> None:
    for one, other in worlds:
        rows = (other["arm"] == "comparison") | (other["wave"] == "baseline")
        assert np.allclose(one.loc[rows, list(PLANTED_EFFECTS)], other.loc[rows, list(PLANTED_EFFECTS)], equal_nan=True)


def test_no_shift_is_needed_where_nothing_is_planted(demo_study: Study, demo_questions: Questions) -> None:
    shifts, effects = calibrated_shifts(demo_study, demo_questions), planted_effects(demo_study)
    assert ((shifts == 0) == (effects == 0)).all()
    assert (np.sign(shifts) == np.sign(effects)).all()


def one_question(*thresholds: float) -> Questions:
    one = np.ones(1, dtype=bool)
    return Questions(
        names=("q",),
        index=np.zeros(1, dtype=int),
        side=np.zeros(1, dtype=int),
        codes=(np.arange(len(thresholds) + 1.0),),
        thresholds=(np.array(thresholds),),
        attitude=one,
        exposure=~one,
        sensitive=~one,
        asked_of=("both",),
        headline=one,
    )


def test_expected_index_by_hand() -> None:
    """Yes/no at threshold 0: half of those at 0 say yes, 84.13 % of those at 1; weights 1 and 3; SDs 0.5 and 2."""
    index = expected_index(np.array([0.0, 1.0]), np.array([0.25, 0.75]), one_question(0.0), Scales({0: 0.5}, 2.0))
    assert index == pytest.approx((0.25 * 0.5 + 0.75 * 0.8413447460685429) / 0.5 / 2.0, abs=1e-12)


@pytest.mark.parametrize(
    ("target", "thresholds", "why"),
    [
        (0.25, (-1.0, 0.0, 1.0), "a moderate effect on a scale in the middle"),
        (0.15, (-1.5, -1.0, -0.5), "under a ceiling, where the line bends"),
        (-0.30, (0.0,), "a loss on a yes/no question"),
    ],
)
def test_latent_shift_moves_the_index_by_the_target(target: float, thresholds: tuple[float, ...], why: str) -> None:
    means, shares, scales = np.array([-0.2, 0.4]), np.array([0.5, 0.5]), Scales({0: 0.3}, 1.0)
    questions = one_question(*thresholds)
    shift = latent_shift(target, means, shares, questions, scales)
    moved = expected_index(means + shift, shares, questions, scales) - expected_index(means, shares, questions, scales)
    assert moved == pytest.approx(target, abs=1e-6), why


def test_the_shipped_seed_recovers_every_planted_effect_within_two_and_a_half_standard_errors(
    simulated: Simulated, demo_study: Study
) -> None:
    table = estimates_table(estimate_effects(scored(simulated, demo_study), demo_study))
    table = table[(table["group"] == "all") & (table["contrast"] == "treated x post")]
    both = simulated.truth.merge(table, on=["outcome", "governorate"], validate="one_to_one")
    assert len(both) == 6
    assert ((both["estimate"] - both["effect_sd"]).abs() <= 2.5 * both["std_error"]).all()
