"""The rules of published indices on a public file, against base R: tests/reference/published/published.R."""

from pathlib import Path

import pandas as pd
import pytest

from transforms.measure.key import make_key
from transforms.measure.score import score

BY_R = Path(__file__).resolve().parents[2] / "reference" / "published" / "published.csv"
COLUMNS = {"Q201A_42": "police", "Q201A_2": "courts", "Q201A_1": "government"}
PLACES = {80011: "Amman", 80021: "Irbid", 80022: "Mafraq"}
ITEMS = """
    police     | item     | 1-4 | - | vertical |
    courts     | item     | 1-4 | - | vertical |
    government | item     | 1-4 | - | vertical |
    place      | category |     |   |          |
    woman      | number   |     |   |          |
"""
WOMEN_OF_AMMAN = 'reference = { where = { place = ["Amman"], woman = [1] } }\n'
RULES = {
    "additive": 'rule = "additive"\ncomplete_cases = true\n',
    "flat": f'rule = "flat"\ncomplete_cases = true\nrescale = false\n{WOMEN_OF_AMMAN}',
    "rescaled": f'rule = "flat"\nminimum_items = 2\nminimum_item_share = 0.0\n{WOMEN_OF_AMMAN}',
}


@pytest.fixture(scope="module")
def jordan(shared_data, as_panel) -> pd.DataFrame:
    file = shared_data / "arab_barometer_jordan" / "abv_jordan.csv"
    data = pd.read_csv(file, usecols=[*COLUMNS, "q1", "wt", "Q1002"]).rename(columns=COLUMNS)
    items = data[list(COLUMNS.values())].astype(float)
    frame = items.where(items.isin([1, 2, 3, 4])).assign(
        weight=data.wt.to_numpy(), place=data.q1.map(PLACES).to_numpy(), woman=(data.Q1002 == 2).to_numpy(dtype=float)
    )
    return as_panel(frame).assign(arm="everyone")


@pytest.mark.parametrize("rule", RULES)
def test_scores_are_those_of_r(jordan, index_study, rule):
    study = index_study(f'[[indices]]\nname = "vertical"\n{RULES[rule]}', ITEMS, compared=False)
    scores = jordan.assign(score=score(jordan, make_key(jordan, study)).vertical).dropna(subset="score")
    for theirs in pd.read_csv(BY_R).query("rule == @rule").itertuples():
        here = scores if theirs.place == "all" else scores[scores.place == theirs.place]
        assert len(here) == theirs.n, theirs.place
        assert (here.score * here.weight).sum() / here.weight.sum() == pytest.approx(theirs.mean, abs=1e-9)
        assert here.score.mean() == pytest.approx(theirs.plain, abs=1e-9)
        assert (here.score**2).sum() == pytest.approx(theirs.square, rel=1e-9)
