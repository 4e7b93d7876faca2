"""Interviewers' share of variance: by hand, against R, by simulation, and against what must not move it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.quality.interviewer_variance import assign, interviewer_variance

REFERENCE = Path(__file__).resolve().parents[2] / "reference" / "interviewers"


def _codes(text):
    return np.array([-1 if part == "." else int(part) for part in text.split()], dtype=np.int64)


def _found(place, interviewer, answers):
    return interviewer_variance(np.asarray(answers, dtype=np.float64), assign(place, interviewer))


def test_one_place_by_hand():
    """Means 2 and 5 of three each: between 6 (1.5^2) = 13.5 on 1 df, within 4 on 4 df, so 1 + 3 v = 13.5."""
    found = _found(_codes("0 0 0 0 0 0"), _codes("0 0 0 1 1 1"), [1, 2, 3, 4, 5, 6])
    assert (found.df_between, found.df_within, found.statistic) == (1, 4, pytest.approx(13.5))
    variance = (13.5 - 1) / 3
    assert found.rho == pytest.approx(variance / (variance + 1))
    assert found.design_effect == pytest.approx(1 + found.rho * 2), "1 + rho (m - 1)"


def test_unequal_numbers_by_hand():
    """Loads 2 and 4, means 1 and 4: between 12, within 4 on 4 df; n0 = 6 - 20/6 = 8/3, weighted load 20/6."""
    found = _found(_codes("0 0 0 0 0 0"), _codes("0 0 1 1 1 1"), [0, 2, 3, 3, 5, 5])
    within = (2 + 4) / 4
    variance = (12 - within) / (6 - 20 / 6)
    assert found.rho == pytest.approx(variance / (variance + within))
    assert found.per_interviewer == pytest.approx(20 / 6)


def test_interviewers_who_are_more_alike_than_chance_have_no_share():
    found = _found(_codes("0 0 0 0"), _codes("0 0 1 1"), [1, 3, 1, 3])
    assert found.rho_raw < 0
    assert (found.rho, found.design_effect) == (0.0, 1.0)


def test_a_difference_between_places_is_none_between_interviewers():
    place, who = _codes("0 0 0 0 1 1 1 1"), _codes("0 0 1 1 0 0 1 1")
    noise = np.array([0.0, 1.0, 0.5, 0.2, 0.1, 0.9, 0.3, 0.4])
    moved = _found(place, who, noise + 100 * place)
    assert moved.rho_raw == pytest.approx(_found(place, who, noise).rho_raw)


@pytest.mark.parametrize(
    ("place", "interviewer", "compared", "why"),
    [
        ("0 0 0 0", "0 0 1 1", 1.0, "two of each of two"),
        ("0 0 0 1 1 1", "0 0 1 2 2 3", 0.0, "one interview of the second says nothing of how she differs"),
        ("0 0 0 0 1 1", "0 0 1 1 2 2", 4 / 6, "the third is alone in his place"),
        ("0 0 0 0 . .", "0 0 1 1 0 1", 4 / 6, "where they asked is unknown"),
        ("0 0 0 0 0 0", "0 0 1 1 . .", 1.0, "who asked is unknown, and not counted"),
        ("0 0", ". .", 0.0, "nobody is known"),
    ],
)
def test_where_interviewers_are_compared(place, interviewer, compared, why):
    assert assign(_codes(place), _codes(interviewer)).compared == pytest.approx(compared), why


@pytest.mark.parametrize(
    ("place", "interviewer", "answers", "why"),
    [
        ("0 0 0 0", "0 0 0 0", [1, 2, 3, 4], "one interviewer"),
        ("0 0 0 0", "0 0 1 1", [1, 2, np.nan, np.nan], "only one asked this"),
        ("0 0 0 0", "0 0 1 1", [1, np.nan, 3, np.nan], "one answer each leaves nothing within"),
        ("0 0 0 0 1 1 1 1", "0 0 1 1 2 2 3 3", [1, 2, np.nan, np.nan, 1, 3, np.nan, np.nan], "none met another"),
        ("0 0 0 0", "0 0 1 1", [2, 2, 2, 2], "all answered alike"),
        ("0 0 0 0", "0 0 1 1", [1, 1, 2, 2], "every interviewer has one answer"),
        ("0 0 0 0", "0 0 1 1", [np.nan] * 4, "nobody answered"),
    ],
)
def test_what_cannot_be_told(place, interviewer, answers, why):
    found = _found(_codes(place), _codes(interviewer), answers)
    assert np.isnan([found.rho_raw, found.rho, found.p_value, found.design_effect]).all(), why


@pytest.mark.parametrize("case", ["equal", "crossed"])
def test_against_r(case):
    rows = pd.read_csv(REFERENCE / "interviews.csv").query("case == @case")
    expected = pd.read_csv(REFERENCE / "interviewers.csv", skipinitialspace=True)
    expected = expected[expected["case"].str.strip() == case].iloc[0]
    found = _found(rows["place"].to_numpy(), rows["interviewer"].to_numpy(), rows["answer"])
    for name in ("df_between", "df_within", "statistic", "p_value", "rho_raw", "per_interviewer", "design_effect"):
        assert getattr(found, name) == pytest.approx(float(expected[name]), rel=1e-9), name
    near = 1e-6 if case == "equal" else 0.03
    assert found.rho_raw == pytest.approx(float(expected["rho_reml"]), abs=near), "REML; the same for equal numbers"


def _interviews(rng, rho, crews=6, per_crew=4, places=6, load=72):
    """Crews who never meet; everybody of a crew works in each of its places. Answers are 1 to 5, and skewed."""
    who = np.repeat(np.arange(crews * per_crew), load)
    place = who // per_crew * places + np.arange(who.size) % places
    own = rng.standard_normal(crews * per_crew)[who] * np.sqrt(rho)
    latent = own + np.sqrt(1 - rho) * rng.standard_normal(who.size) + 0.5 * rng.standard_normal(crews * places)[place]
    return place, who, latent


@pytest.mark.parametrize("rho", [0.006, 0.03, 0.10])
def test_a_known_share_is_found(rho):
    """Within 3.5 Monte-Carlo errors of the mean over 200 draws, without clipping."""
    rng = np.random.default_rng(6)
    found = np.array([_found(*_interviews(rng, rho)).rho_raw for _ in range(200)])
    assert abs(found.mean() - rho) < 3.5 * found.std(ddof=1) / np.sqrt(found.size) + 0.01 * rho


def test_the_chance_of_a_false_alarm_is_the_one_named():
    """1,000 waves of skewed answers without any interviewer effect: about 10 reach p < .01."""
    rng, alarms = np.random.default_rng(7), 0
    for _ in range(1000):
        place, who, latent = _interviews(rng, 0.0, load=24)
        alarms += _found(place, who, np.digitize(latent, [1.0, 1.4, 1.8, 2.2])).p_value < 0.01
    assert 3 <= alarms <= 20


@given(st.integers(0, 2**32 - 1), st.floats(-50, 50), st.floats(0.1, 20))
def test_units_order_and_names_change_nothing(seed, shift, scale):
    rng = np.random.default_rng(seed)
    place, who = rng.integers(0, 4, 60), rng.integers(0, 5, 60)
    answers = rng.standard_normal(60)
    order = rng.permutation(60)
    one = _found(place, who, answers)
    other = _found(7 - place[order], 9 - who[order], shift + scale * answers[order])
    assert one.rho_raw == pytest.approx(other.rho_raw, abs=1e-8)
    assert one.p_value == pytest.approx(other.p_value, abs=1e-8)


def test_millions_of_rows_take_no_loop_over_people():
    rng = np.random.default_rng(8)
    place = rng.integers(0, 5000, 400_000)
    assignment = assign(place, place // 20 * 3 + rng.integers(0, 3, place.size))
    found = interviewer_variance(rng.standard_normal(place.size), assignment)
    assert found.df_between == 500
    assert abs(found.rho_raw) < 0.001
