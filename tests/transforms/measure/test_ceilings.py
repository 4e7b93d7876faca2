"""Shares at the ends of the scales by hand, a planted ceiling, and which effects are then lower bounds."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from transforms.measure.ceilings import IndexCeiling, ItemCeiling, ceiling_tables
from transforms.measure.key import make_key
from transforms.measure.lower_bounds import lower_bounds
from transforms.measure.score import score
from transforms.study.records import record_columns

RULE = '[[indices]]\nname = "i"\nrule = "additive"\nminimum_items = 1\nminimum_item_share = 0.5\n'
ITEMS = """
    near | item | 1-4   | + | i | d
    far  | item | 1-4   | - | i | d
    warm | item | 0-100 | + | i | d
    said | item | agree | + | i | d
"""
SCALES = "scale | code | label_en\nagree | 1 | no\nagree | 2 | rather no\nagree | 4 | yes"


@pytest.fixture(scope="module")
def study(index_study):
    return index_study(RULE, ITEMS, scales=SCALES)


def tables(panel, study):
    return ceiling_tables(panel, score(panel, make_key(panel, study)), study)


def test_shares_by_hand(study, as_panel, table):
    frame = table("""
        weight | near | far | warm | said
             1 |    4 |   1 |  100 |    4
             3 |    4 |   1 |   40 |    4
             2 |    1 |   2 |    0 |    4
             2 |    2 |     |  100 |    1
             5 |      |     |      |
    """)
    found = tables(as_panel(frame), study)
    items = found["ceilings"]
    assert list(items) == list(record_columns(ItemCeiling))
    items = items[items["wave"] == "before"].set_index("item")
    assert items["n"].to_dict() == {"near": 4, "far": 3, "warm": 4, "said": 4}
    assert items["at_top"].tolist() == [2, 2, 2, 3]  # people, whatever they weigh
    assert items["at_bottom"].tolist() == [1, 0, 1, 1]
    assert items["top_share"].tolist() == pytest.approx([4 / 8, 4 / 6, 3 / 8, 6 / 8])  # far is reversed
    assert items["bottom_share"].tolist() == pytest.approx([2 / 8, 0, 2 / 8, 2 / 8])
    assert items["mark_top"].tolist() == ["warn"] * 4
    assert items["mark_bottom"].tolist() == ["note", "", "note", "note"]
    assert items["categories"].tolist() == [4, 4, 0, 3]  # a range has none
    assert items["sparse"].tolist() == [4, 4, 0, 3]  # fewer than five people gave any of them
    assert items["fewest"].tolist()[:2] == [0, 0]
    assert items["fewest"]["said"] == 0
    assert np.isnan(items["fewest"]["warm"])
    whole = found["index_ceilings"]
    assert list(whole) == list(record_columns(IndexCeiling))
    [row] = whole[whole["wave"] == "before"].to_dict("records")
    assert row["n"] == 4  # who answered nothing has no score
    assert row["at_top"] == 1
    assert row["top_share"] == pytest.approx(1 / 8)  # the first person alone, of weight 1
    assert row["mean_top_share"] == pytest.approx(np.mean([4 / 8, 4 / 6, 3 / 8, 6 / 8]))
    assert row["items_warned"] == 1
    assert row["lower_bound"]


@pytest.mark.parametrize(
    ("at_top", "mark"),
    [(0, ""), (14, ""), (15, "note"), (29, "note"), (30, "warn"), (100, "warn")],  # of 100
)
def test_marks_begin_at_the_study_s_thresholds(study, as_panel, at_top, mark):
    answers = np.where(np.arange(100) < at_top, 4.0, 2.0)
    panel = as_panel(pd.DataFrame({"near": answers, "far": 5 - answers, "warm": answers, "said": answers}))
    items = tables(panel, study)["ceilings"].set_index(["item", "wave"])
    for item in ("near", "far", "said"):
        assert items.mark_top[item, "before"] == mark
        assert items.top_share[item, "before"] == pytest.approx(at_top / 100)
    if 0 < at_top < 100:
        assert items["sparse"]["near", "before"] == 2, "nobody gave 1 or 3"


def test_a_planted_ceiling_is_found_where_it_is(study, as_panel):
    """Attitudes of two more standard deviations in the programme's arm after it: its answers crowd at the top."""
    rng = np.random.default_rng(8)
    people = np.arange(8000)
    wave, arm = np.where(people % 2, "after", "before"), np.where(people % 4 < 2, "treated", "comparison")
    attitude = rng.standard_normal(8000) + 2.0 * ((wave == "after") & (arm == "treated"))
    answers = np.clip(np.floor(2.5 + attitude + 0.5 * rng.standard_normal((3, 8000))), 1, 4)
    frame = pd.DataFrame({"wave": wave, "arm": arm, "near": answers[0], "far": 5 - answers[1]})
    frame["said"] = np.where(answers[2] == 3, 2, answers[2])
    frame["warm"] = np.clip(50 + 15 * attitude, 0, 100)
    whole = tables(as_panel(frame), study)["index_ceilings"]
    bound = whole[whole["lower_bound"]][["wave", "arm"]].itertuples(index=False, name=None)
    assert set(bound) == {("after", "treated"), ("after", "all"), ("all", "treated")}
    assert lower_bounds(whole, "after")
    assert not lower_bounds(whole, "before")
    by = whole.set_index(["wave", "arm", "group"])["mean_top_share"]
    for arm_here, mean in (("treated", 2.0), ("comparison", 0.0)):
        # at the top: attitude and noise of at least 1.5 for three items, attitude of at least 10/3 for the range
        truth = (3 * norm.sf((1.5 - mean) / np.sqrt(1.25)) + norm.sf(10 / 3 - mean)) / 4
        assert by["after", arm_here, "all"] == pytest.approx(truth, abs=0.02)


def test_weights_that_are_none_leave_no_shares(study, as_panel):
    frame = pd.DataFrame(
        {"near": [1.0, 4], "far": [4.0, 1], "warm": [0.0, 1], "said": [1.0, 4], "weight": [0.0, np.nan]}
    )
    panel = as_panel(frame)
    with_scores = panel.assign(i__pomp=[0.0, 100.0])
    found = ceiling_tables(panel, with_scores, study)
    for name in ("ceilings", "index_ceilings"):
        assert set(found[name]["status"]) == {"not_estimated"}
        assert set(found[name]["reason"]) == {"weights_not_positive"}
    assert not found["index_ceilings"]["lower_bound"].any()


def test_who_was_never_asked_has_no_row(study, as_panel):
    panel = as_panel(pd.DataFrame({"near": [1.0, 4], "far": np.nan, "warm": np.nan, "said": np.nan}))
    found = ceiling_tables(panel, panel.assign(i__pomp=np.nan), study)
    assert set(found["ceilings"]["item"]) == {"near"}
    assert found["index_ceilings"].empty


BOUNDS = {
    "treated at its ceiling": ({"treated": (True, 0.4), "comparison": (False, 0.2)}, {"i": 0.4}),
    "both, the programme more": ({"treated": (True, 0.4), "comparison": (True, 0.4)}, {"i": 0.4}),
    "both, the comparison more: the effect may be too large": ({"treated": (True, 0.4), "comparison": (True, 0.5)}, {}),
    "the comparison alone": ({"treated": (False, 0.2), "comparison": (True, 0.5)}, {}),
    "no arms": ({"all": (True, 0.4)}, {"i": 0.4}),
    "no arms, room left": ({"all": (False, 0.1)}, {}),
    "the programme reached everybody": ({"all": (True, 0.4), "treated": (True, 0.35)}, {"i": 0.35}),
}


@pytest.mark.parametrize("case", BOUNDS)
def test_which_effects_are_lower_bounds(case):
    arms, expected = BOUNDS[case]
    rows = [
        {"index": "i", "wave": wave, "arm": arm, "group": group, "lower_bound": bound, "mean_top_share": share}
        for arm, (bound, share) in arms.items()
        for wave, group in (("after", "all"), ("before", "all"), ("after", "host"))
    ]
    frame = pd.DataFrame(rows)
    frame.loc[(frame["wave"] == "before") | (frame["group"] == "host"), "lower_bound"] = True
    assert lower_bounds(frame, "after") == expected
    assert lower_bounds(frame, "later") == {}
    assert lower_bounds(pd.DataFrame(), "after") == {}
