"""Mistakes of published work in building indices: two rules for two waves, components made anew in each wave."""

import numpy as np
import pandas as pd
import pytest

from transforms.measure.alternatives.scoring import alternative_scores
from transforms.measure.key import make_key
from transforms.measure.score import score
from transforms.study.columns import DESIGN_COLUMNS

SUMMARY = '[measures]\nimputations = 2\n[[indices]]\nname = "trust"\n'
ITEMS = """
    q0 | item | 0-4 | + | trust | near
    q1 | item | 0-4 | - | trust | near
    q2 | item | 0-4 | + | trust | far
    q3 | item | 0-4 | + | trust | far
"""


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    """Answers of 80 people to four items of one factor, a tenth of them missing."""
    rng = np.random.default_rng(4)
    factor = rng.standard_normal(80)
    columns = {f"q{at}": np.clip(np.round(2 + factor + rng.standard_normal(80)), 0, 4) for at in range(4)}
    frame = pd.DataFrame(columns)
    return frame.mask(rng.random(frame.shape) < 0.1)


def _twice(answers: pd.DataFrame, as_panel, change=lambda later: later) -> pd.DataFrame:
    """The same answers in both waves, those of the later one changed."""
    waves = [answers.assign(wave="before"), change(answers).assign(wave="after")]
    return as_panel(pd.concat(waves, ignore_index=True))


def _both_waves(scores: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    values = scores.drop(columns=list(DESIGN_COLUMNS))
    before = (scores["wave"] == "before").to_numpy()
    return values[before].reset_index(drop=True), values[~before].reset_index(drop=True)


def test_equal_answers_have_equal_scores_in_every_wave(answers, index_study, as_panel):
    """An index whose rules differ between baseline and endline counts a component twice and drops another."""
    study, panel = index_study(SUMMARY, ITEMS), _twice(answers, as_panel)
    pd.testing.assert_frame_equal(*_both_waves(score(panel, make_key(panel, study))))
    others = alternative_scores(panel, study).scores
    others = others[[name for name in others if "imputed" not in name]]
    pd.testing.assert_frame_equal(*_both_waves(others))


def test_every_item_counts_once(answers, index_study, as_panel):
    """The index is the mean of its dimensions, so a step in an item moves it as much in both waves, and only once."""
    study = index_study(SUMMARY, ITEMS)
    full = answers.fillna(2)
    panel = _twice(full, as_panel, lambda later: later.assign(q0=(later["q0"] + 1).clip(upper=4)))
    key = make_key(panel, study)
    before, after = _both_waves(score(panel, key))
    moved = after["trust.near"] - before["trust.near"]
    stepped = (full["q0"] < 4).to_numpy()
    assert (moved[~stepped] == 0).all()
    assert moved[stepped].to_numpy() == pytest.approx(moved[stepped].iloc[0])
    assert (after["trust.far"] == before["trust.far"]).all()


def test_a_component_of_the_baseline_is_not_made_anew_nor_rescaled_by_what_occurs(answers, index_study, as_panel):
    """Principal components of each wave, put on 0-100 by the answers that occur, have other units in each wave."""
    study = index_study(SUMMARY, ITEMS)
    plain = alternative_scores(_twice(answers, as_panel), study)
    narrow = alternative_scores(_twice(answers, as_panel, lambda later: later.clip(1, 3) * [1, 1, 0, 1]), study)
    assert any("pc" in name or "component" in name for name in plain.scores), "the first component is one of the ways"
    for name in (column for column in plain.scores if "~" in column and "imputed" not in column):
        before = (plain.scores["wave"] == "before").to_numpy()
        pd.testing.assert_series_equal(plain.scores[name][before], narrow.scores[name][before])
