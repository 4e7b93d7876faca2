"""The same numbers from an independent implementation: tests/reference/measure.R, in R."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from transforms.measure.combine import share_of_range
from transforms.measure.consistency import cronbach_alpha, item_rest_correlations, pairwise_covariance
from transforms.measure.key import make_key
from transforms.measure.reliability import reliability_table
from transforms.measure.score import score

REFERENCE = Path(__file__).resolve().parents[2] / "reference"
ITEMS = """
    a1 | item | 1-5  | + | i | a
    a2 | item | 1-5  | - | i | a
    a3 | item | 0-10 | + | i | a
    b1 | item | 1-4  | + | i | b
    b2 | item | 1-4  | + | i | b
    b3 | item | 1-4  | - | i | b
    b4 | item | 0-10 | - | i | b
    c1 | item | 1-5  | + | i | c
    c2 | item | 1-5  | + | i | c
    d1 | item | 0-1  | + | i | d
"""
INDEX = '[[indices]]\nname = "i"\n'


@pytest.fixture(scope="module")
def answers(as_panel):
    return as_panel(pd.read_csv(REFERENCE / "measure_answers.csv"))


@pytest.fixture(scope="module")
def by_r():
    return pd.read_csv(REFERENCE / "measure_scores.csv")


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("", {"i": "nested", "i.a": "a", "i.b": "b", "i.c": "c", "i.d": "d", "i__pomp": "nested_pomp"}),
        ('rule = "flat"', {"i": "flat"}),
        ('rule = "flat"\ncomplete_cases = true', {"i": "complete"}),
    ],
)
def test_scores_are_those_of_r(index_study, answers, by_r, rule, columns):
    scores = score(answers, make_key(answers, index_study(INDEX + rule, ITEMS)))
    for ours, theirs in columns.items():
        np.testing.assert_allclose(scores[ours], by_r[theirs], rtol=0, atol=1e-8, err_msg=ours)


def test_alpha_is_that_of_r(index_study, answers):
    table = reliability_table(answers, index_study(INDEX, ITEMS), ordinal=False)
    table = table[(table["arm"] == "all") & (table["group"] == "all")].set_index(["wave", "dimension"])
    for row in pd.read_csv(REFERENCE / "measure_alpha.csv").itertuples():
        kind, _, wave = row.data.partition(" ")
        if kind != "invented":
            continue
        ours = table.loc[(wave, row.scale)]
        assert (ours["n"], ours["items"]) == (row.n, row.items)
        assert ours["alpha"] == pytest.approx(row.alpha, abs=1e-12)
        assert ours["alpha"] == pytest.approx(row.alpha_psych, abs=1e-12)


PUBLISHED = {
    "sai.csv": (1, 4, "anxious jittery nervous tense upset", "at.ease calm confident content relaxed", 0.8714),
    "bfi.csv": (1, 6, "A2 A3 A4 A5", "A1", 0.7030),
}


@pytest.mark.parametrize("file", PUBLISHED)
def test_alpha_of_published_data(shared_data, file):
    low, high, up, down, published = PUBLISHED[file]
    data = pd.read_csv(shared_data / "references" / file)
    directed = [share_of_range(data[name].to_numpy(dtype=float), low, high, "+") for name in up.split()]
    directed += [share_of_range(data[name].to_numpy(dtype=float), low, high, "-") for name in down.split()]
    shares = np.column_stack(directed)
    by_r = pd.read_csv(REFERENCE / "measure_alpha.csv").set_index("data").loc[file]
    assert cronbach_alpha(pairwise_covariance(shares)) == pytest.approx(published, abs=5e-5)
    assert cronbach_alpha(pairwise_covariance(shares)) == pytest.approx(by_r.alpha_psych, abs=1e-12)
    complete = pairwise_covariance(shares[~np.isnan(shares).any(axis=1)])
    assert cronbach_alpha(complete) == pytest.approx(by_r.alpha_complete, abs=1e-12)
    assert item_rest_correlations(complete).min() == pytest.approx(by_r.item_rest_min_complete, abs=1e-12)
