"""Filled gaps: what they may not touch, what they bring back, and how sure they are of it."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from transforms.impact.inference.rubin import combine_imputed
from transforms.measure.alternatives.imputation import Gaps, gaps, imputed_shares, strata
from transforms.measure.alternatives.normal_model import Incomplete, filled, steps_between

REFERENCE = Path(__file__).parents[3] / "reference" / "alternatives"
Panel = Callable[[pd.DataFrame], pd.DataFrame]


def one_stratum(values: np.ndarray) -> Incomplete:
    return Incomplete(values, np.isnan(values), np.zeros(len(values), dtype=np.int64), np.zeros(1, dtype=np.int64))


def mean_of_scores(values: np.ndarray, count: int, seed: int, df: float) -> tuple[float, float, float]:
    """Mean over people of the items' mean, its error and degrees of freedom, by Rubin's rules."""
    means, variances = [], []
    gap = np.isnan(values).any(axis=1)
    for copy in filled(one_stratum(values), count, seed):
        whole = values.copy()
        whole[gap] = copy
        scores = whole.mean(axis=1)
        means.append(scores.mean())
        variances.append(scores.var(ddof=1) / len(scores))
    found = combine_imputed(np.array(means), np.array(variances), df)
    return found.estimate, found.std_error, found.df


def test_as_mice_draws_from_a_normal_model() -> None:
    printed = json.loads((REFERENCE / "alternatives.json").read_text())["filled"]
    values = pd.read_csv(REFERENCE / "gaps.csv").to_numpy()
    means, within = [], []
    open_rows = np.isnan(values).any(axis=1)
    for copy in filled(one_stratum(values), 400, 7):
        whole = values.copy()
        whole[open_rows] = copy
        scores = whole.mean(axis=1)
        means.append(scores.mean())
        within.append(scores.var(ddof=1) / len(scores))
    between = float(np.var(means, ddof=1))
    noise = np.sqrt(printed["between"] / 200 + between / 400)
    assert abs(np.mean(means) - printed["estimate"]) < 3.5 * noise
    assert np.mean(within) == pytest.approx(printed["within"], rel=0.02)
    assert between == pytest.approx(printed["between"], rel=0.35), "two estimates of one variance, from 200 and 400"


def test_coverage_where_complete_answers_mislead() -> None:
    """Items go unanswered the more, the better the first answer: complete answers miss the mean, filled ones do not."""
    rng = np.random.default_rng(11)
    inside, misled, far = 0, 0, []
    draws = 100
    for draw in range(draws):
        factor = rng.standard_normal((150, 1))
        values = 0.7 * factor + 0.7 * rng.standard_normal((150, 4))
        gap = rng.random((150, 3)) < 0.6 / (1 + np.exp(-3 * values[:, :1]))
        values[:, 1:][gap] = np.nan
        estimate, error, df = mean_of_scores(values, 10, draw, 149)
        low, high = estimate - 2.0 * error, estimate + 2.0 * error
        inside += low <= 0 <= high
        far.append(estimate)
        assert df > 20
        whole = values[~np.isnan(values).any(axis=1)].mean(axis=1)
        misled += abs(whole.mean()) > 2 * whole.std(ddof=1) / np.sqrt(len(whole))
    assert abs(np.mean(far)) < 4 * np.std(far) / np.sqrt(draws), "unbiased"
    assert 0.90 <= inside / draws <= 0.99, "a 95 % interval holds the truth about as often"
    assert misled / draws > 0.5, "the same from complete answers does not"


def test_the_same_seed_gives_the_same_numbers() -> None:
    values = pd.read_csv(REFERENCE / "gaps.csv").to_numpy()
    first, again = (next(iter(filled(one_stratum(values), 2, 3))) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, next(iter(filled(one_stratum(values), 2, 4))))


@pytest.mark.parametrize(
    ("share", "steps", "why"),
    [(0.02, 2, "next to nothing missing"), (0.5, 7, "half"), (0.95, 20, "hardly an answer"), (1.0, 20, "none at all")],
)
def test_steps_grow_with_what_is_missing(share: float, steps: int, why: str) -> None:
    gap = np.arange(1000)[:, None] < 1000 * share
    assert steps_between(gap) == steps, why


def answers(people: int = 400, seed: int = 5) -> pd.DataFrame:
    """Four items of two groups in two waves and two places; group B scores one higher in the second place."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "wave": np.where(np.arange(people) % 2, "after", "before"),
        "group": np.where(np.arange(people) % 4 < 2, "A", "B"),
        "governorate": np.where(np.arange(people) % 8 < 4, "north", "south"),
    })  # fmt: skip
    level = 0.3 + 0.4 * ((frame.group == "B") & (frame.governorate == "south")).to_numpy()
    factor = rng.normal(0, 0.1, people)
    for at in range(4):
        frame[f"q{at}"] = level + factor + rng.normal(0, 0.1, people)
        frame.loc[rng.random(people) < 0.2, f"q{at}"] = np.nan
    return frame


def shares_of(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    return {f"q{at}": frame[f"q{at}"].to_numpy(dtype="float64") for at in range(4)}


def test_answers_stay_and_gaps_keep_to_their_place(as_panel: Panel) -> None:
    panel = as_panel(answers())
    shares = shares_of(panel)
    found = gaps(panel, shares)
    assert isinstance(found, Gaps)
    some = ~np.isnan(np.stack(list(shares.values()))).all(axis=0)
    for whole in imputed_shares(shares, found, 3, 1):
        for name, share in shares.items():
            there = ~np.isnan(share)
            np.testing.assert_array_equal(whole[name][there], share[there])
            assert not np.isnan(whole[name][some]).any()
            assert np.isnan(whole[name][~some]).all(), "who answered nothing gets no answer"
            new = some & ~there
            high = ((panel.group == "B") & (panel.governorate == "south")).to_numpy()
            assert whole[name][new & high].mean() - whole[name][new & ~high].mean() == pytest.approx(0.4, abs=0.1)


def test_what_nobody_was_asked_is_not_filled(as_panel: Panel) -> None:
    frame = answers()
    frame.loc[frame.wave == "after", "q3"] = np.nan
    frame.loc[frame.group == "A", "q2"] = np.nan
    frame["q1__missing"] = np.where(frame.q1.isna(), "not_applicable", None)
    panel = as_panel(frame)
    shares = shares_of(panel)
    found = gaps(panel, shares)
    assert isinstance(found, Gaps)
    whole = next(iter(imputed_shares(shares, found, 1, 1)))
    assert np.isnan(whole["q3"][(frame.wave == "after").to_numpy()]).all(), "a wave that did not ask it"
    assert np.isnan(whole["q2"][(frame.group == "A").to_numpy()]).all(), "a group that was not asked"
    np.testing.assert_array_equal(whole["q1"], shares["q1"]), "an answer that does not exist"
    assert np.isfinite(whole["q0"]).sum() > np.isfinite(shares["q0"]).sum()


def test_a_small_group_borrows_a_covariance_and_a_small_place_means(as_panel: Panel) -> None:
    frame = answers()
    frame.loc[:6, "group"] = "C"
    frame.loc[10:13, "governorate"] = "west"
    panel = as_panel(frame)
    codes = strata(panel, 12)
    assert codes is not None
    assert len(np.unique(codes)) == 4, "C joins the larger group of its wave"
    found = gaps(panel, shares_of(panel))
    assert isinstance(found, Gaps)
    assert np.isfinite(next(iter(filled(found.data, 1, 1)))).all()


def test_a_stratum_with_few_answers_to_an_item_is_one_cell(as_panel: Panel) -> None:
    frame = answers()
    first = (frame.wave == "before") & (frame.group == "A")
    frame.loc[first, "q0"] = np.nan
    frame.loc[frame.index[first][:3], "q0"] = 0.5
    found = gaps(as_panel(frame), shares_of(as_panel(frame)))
    assert isinstance(found, Gaps)
    cells = np.bincount(found.data.stratum)
    assert sorted(cells.tolist()) == [1, 2, 2, 2], "where 3 people answered, places share their means"


@pytest.mark.parametrize(
    ("people", "emptied", "reason", "why"),
    [
        (400, "fill", "nothing_missing", "everybody answered everything"),
        (16, "", "few_to_impute", "four people in a group, wave and place"),
        (400, "all", "few_to_impute", "nobody answered anything"),
    ],
)
def test_what_cannot_be_filled(as_panel: Panel, people: int, emptied: str, reason: str, why: str) -> None:
    frame = answers(people)
    names = [f"q{at}" for at in range(4)]
    if emptied == "fill":
        frame[names] = frame[names].fillna(0.5)
    if emptied == "all":
        frame[names] = np.nan
    assert gaps(as_panel(frame), shares_of(frame)) == reason, why


def test_nobody_has_to_be_complete(as_panel: Panel) -> None:
    frame = answers()
    for at in range(4):
        frame.loc[frame.index // 8 % 4 == at, f"q{at}"] = np.nan
    found = gaps(as_panel(frame), shares_of(frame))
    assert isinstance(found, Gaps)
    assert found.data.gap.any(axis=1).all()
    assert np.isfinite(next(iter(filled(found.data, 1, 1)))).all()


def test_an_answer_everyone_gives_is_filled_in(as_panel: Panel) -> None:
    frame = answers()
    frame["q0"] = np.where(frame.q0.isna(), np.nan, 0.5)
    panel = as_panel(frame)
    found = gaps(panel, shares_of(panel))
    assert isinstance(found, Gaps)
    whole = next(iter(imputed_shares(shares_of(panel), found, 1, 1)))
    some = np.isfinite(whole["q0"])
    np.testing.assert_allclose(whole["q0"][some], 0.5, atol=0.01)
