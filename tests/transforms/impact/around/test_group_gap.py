"""Levels less the spread between groups, by hand."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.impact.around.group_gap import GapLevel, gap_adjusted_levels
from transforms.study import Study
from transforms.study.records import record_columns

StudyOf = Callable[..., Study]
DrawPanel = Callable[..., pd.DataFrame]


def two_groups(panel: pd.DataFrame, gap: float = 2.0) -> pd.DataFrame:
    """Hosts and displaced people around 10 and 10 - `gap`, each with SD 1 in the population."""
    rng = np.random.default_rng(4)
    host = (panel.group == "host").to_numpy()
    trust = np.where(host, 10.0, 10.0 - gap) + rng.standard_normal(len(panel))
    return panel.assign(trust=trust, trust__pomp=trust * 5)


def test_by_hand(study_of: StudyOf, draw_panel: DrawPanel) -> None:
    frame = two_groups(draw_panel())
    rows = gap_adjusted_levels(frame, study_of()).set_index(["unit", "wave", "arm"])
    mine = frame[(frame.wave == "after") & (frame.arm == "treated")]
    means = [np.average(part.trust, weights=part.weight) for _, part in mine.groupby("group")]  # displaced, host
    shares = (mine.groupby("group").weight.sum() / mine.weight.sum()).to_numpy()
    row = rows.loc[("sd", "after", "treated")]
    assert row["n"] == len(mine)
    assert row["gap"] == pytest.approx(means[0] - means[1]), "displaced less host, in the order of their scale"
    assert row["between"] == pytest.approx(np.sqrt(shares.prod()) * abs(means[0] - means[1])), "root of p (1 - p) x gap"
    assert row["adjusted"] == pytest.approx(np.average(mine.trust, weights=mine.weight) - row["between"])
    assert row["gap_sd"] == pytest.approx(row["gap"], rel=0.1), "both groups have SD 1"
    pomp = rows.loc[("pomp", "after", "treated")]
    assert pomp["adjusted"] == pytest.approx(5 * row["adjusted"]), "the same in every unit"
    assert pomp["adjusted"] == pytest.approx(pomp["mean"] * (1 - pomp["between"] / pomp["mean"])), (
        "mean x (1 - variation)"
    )
    assert pomp["gap_sd"] == pytest.approx(row["gap_sd"])
    assert set(rows.index.get_level_values("arm")) == {"treated", "comparison", "all"}


def test_equal_groups_lose_next_to_nothing(study_of: StudyOf, draw_panel: DrawPanel) -> None:
    rows = gap_adjusted_levels(two_groups(draw_panel(people=200), gap=0.0), study_of())
    sd = rows[rows.unit == "sd"]
    assert (sd["mean"] - sd["adjusted"]).abs().max() < 0.05


@pytest.mark.parametrize(
    ("change", "reason", "why"),
    [
        (lambda f: f[(f.group == "host") | (f.wave == "before")], "one_group", "nobody displaced was asked later"),
        (lambda f: f[(f.group == "host") | (f.wave == "before") | (f.file_row % 40 == 0)], "small_cell", "hardly any"),
        (lambda f: f[f.wave == "before"], "no_answers", "nobody was asked later"),
    ],
)
def test_what_cannot_be_told(
    study_of: StudyOf, draw_panel: DrawPanel, change: Callable[[pd.DataFrame], pd.DataFrame], reason: str, why: str
) -> None:
    frame = change(two_groups(draw_panel())).reset_index(drop=True)
    rows = gap_adjusted_levels(frame, study_of())
    later = rows[(rows.wave == "after") & (rows.arm == "treated")]
    assert set(later.reason) == {reason}, why
    assert later.adjusted.isna().all()
    assert set(rows[rows.wave == "before"].status) == {"ok"}, "the other rows still come"


def test_without_spread_or_groups(study_of: StudyOf, draw_panel: DrawPanel) -> None:
    flat = two_groups(draw_panel()).assign(trust=lambda f: np.where(f.group == "host", 1.0, 0.0), arm="everyone")
    study = study_of(design={"treatment": None})
    rows = gap_adjusted_levels(flat, study)
    assert set(rows.arm) == {"all"}
    assert rows[rows.unit == "sd"].gap_sd.isna().all(), "no spread within groups to measure the gap by"
    none = gap_adjusted_levels(flat, study_of(design={"group": None}, effects={"groups": []}))
    assert none.empty
    assert tuple(none.columns) == record_columns(GapLevel)
