"""The index on its invariant items: which stay, and when there is no such index."""

import numpy as np
import pandas as pd
import pytest

from transforms.measure.alternatives.catalogue import parse_scorings
from transforms.measure.alternatives.comparable import invariant_draft
from transforms.measure.alternatives.scoring import alternative_scores

RULE = '[[indices]]\nname = "trust"\nrule = "{}"\nformative = ["contact"]\n'
ITEMS = """
    a0 | item | 0-4 | + | trust | a
    a1 | item | 0-4 | + | trust | a
    a2 | item | 0-4 | + | trust | a
    b0 | item | 0-4 | + | trust | b
    b1 | item | 0-4 | + | trust | b
    c0 | item | 0-4 | + | trust | contact
    c1 | item | 0-4 | + | trust | contact
    d0 | item | 0-4 | - | trust | d
    d1 | item | 0-4 | + | trust | d
"""
TESTABLE = "a0 a1 a2 b0 b1 d0 d1"


@pytest.mark.parametrize(
    ("rule", "invariant", "kept", "reason"),
    [
        ("summary", TESTABLE, 9, "all_comparable"),  # contact, which no model tests, counts as it is
        ("summary", None, 9, "comparability_not_known"),
        ("summary", "a0 a1 b0 b1 d0 d1", 8, ""),  # 2 of 3 items are the minimum of a dimension
        ("summary", "a0 a1 a2 b0 b1 d0", 7, ""),  # d keeps 1 of 2: its dimension goes, 3 of 4 are enough
        ("summary", "a0 a1 a2 b0 d0", 0, "few_comparable"),  # b and d go: 2 of 4 dimensions are not
        ("flat", "a0 a1 b0 b1", 6, ""),  # with contact 6 of 9 items, of which 2/3 must be there
        ("flat", "a0 a1 b0", 0, "few_comparable"),
        ("additive", "", 0, "few_comparable"),
    ],
)
def test_what_remains(index_study, rule, invariant, kept, reason):
    study = index_study(RULE.format(rule), ITEMS)
    [index] = study.indices
    draft = invariant_draft(index, study, None if invariant is None else invariant.split())
    assert (draft.scoring.items, draft.scoring.reason) == (kept, reason)
    assert (draft.recipe is None) == bool(reason)
    if not reason:
        gone = draft.scoring.left_out.split()
        assert sorted([*draft.recipe.items, *gone]) == sorted(line.split()[0] for line in ITEMS.strip().splitlines())


def test_it_is_scored_as_the_index_without_the_others(index_study, as_panel):
    rng = np.random.default_rng(5)
    names = [line.split()[0] for line in ITEMS.strip().splitlines()]
    frame = pd.DataFrame({name: rng.integers(0, 5, 80).astype(float) for name in names})
    frame["wave"] = np.where(np.arange(80) % 2, "after", "before")
    panel = as_panel(frame)
    study = index_study(RULE.format("summary"), ITEMS)
    invariant = {"trust": tuple(set(TESTABLE.split()) - {"a2"})}
    found = alternative_scores(panel, study, invariant)
    [scoring] = [row for row in parse_scorings(found.scorings) if row.alternative == "invariant_items"]
    assert (scoring.items, scoring.left_out, scoring.reason) == (8, "a2", "")
    without = found.scores["trust~without_item~a2"]
    pd.testing.assert_series_equal(found.scores[scoring.column], without, check_names=False)


def test_nothing_is_said_where_nobody_looked(index_study, as_panel):
    panel = as_panel(pd.DataFrame({name: [0.0, 1, 3, 4] for name in TESTABLE.split()} | {"c0": 1.0, "c1": 2.0}))
    study = index_study(RULE.format("summary"), ITEMS)
    for invariant, there in ((None, False), ({}, True)):
        kinds = set(alternative_scores(panel, study, invariant).scorings["alternative"])
        assert ("invariant_items" in kinds) == there
