"""Alpha and item-rest correlations by hand, and where there are none."""

import numpy as np
import pytest

from transforms.measure.consistency import cronbach_alpha, item_rest_correlations, pairwise_covariance
from transforms.measure.reliability import reliability_table

SUMMARY = '[[indices]]\nname = "vertical"\n'
ITEMS = """
    near | item | 1-5  | + | vertical | trust
    far  | item | 1-5  | - | vertical | trust
    fair | item | 0-10 | + | vertical | justice
    safe | item | 0-10 | + | vertical | justice
"""


def test_pairwise_covariance_uses_every_pair_there_is():
    values = np.array([[1, 2], [2, np.nan], [3, 6], [np.nan, 9]])
    # Variances: 1, 2, 3 -> 1; 2, 6, 9 -> 12.333; both answered (1, 2) and (3, 6): covariance 4.
    np.testing.assert_allclose(pairwise_covariance(values), [[1, 4], [4, 37 / 3]], atol=1e-12)


def test_pairwise_covariance_needs_two_pairs():
    values = np.array([[1, 2], [2, np.nan], [3, np.nan]])
    np.testing.assert_allclose(pairwise_covariance(values), [[1, np.nan], [np.nan, np.nan]])


@pytest.mark.parametrize(
    ("covariance", "alpha"),
    [
        ([[1, 0.5], [0.5, 1]], 2 * (1 - 2 / 3)),  # two items that correlate by a half
        ([[1, 1, 1], [1, 1, 1], [1, 1, 1]], 1),  # three that agree fully
        ([[1, 0], [0, 1]], 0),  # nothing in common
        ([[1, -0.5], [-0.5, 1]], -2),  # a direction is wrong
        ([[1]], np.nan),  # one item has no alpha
        ([[1, -1], [-1, 1]], np.nan),  # their sum does not vary
        ([[0, 0], [0, 0]], np.nan),  # nobody varies
        (np.empty((0, 0)), np.nan),  # no item
    ],
)
def test_cronbach_alpha(covariance, alpha):
    np.testing.assert_allclose(cronbach_alpha(np.array(covariance, dtype=float)), alpha)


def test_item_rest_correlations_by_hand():
    # The rest of the first item is the sum of the others: variance 1 + 1 + 2(.2), covariance .5 + .3.
    covariance = np.array([[1, 0.5, 0.3], [0.5, 1, 0.2], [0.3, 0.2, 1]])
    np.testing.assert_allclose(item_rest_correlations(covariance)[0], 0.8 / np.sqrt(2.4))


def test_table_by_index_dimension_and_wave(index_study, as_panel, table):
    panel = as_panel(
        table("""
        wave   | near | far | fair | safe
        before |    1 |   5 |    1 |    2
        before |    2 |   4 |    3 |    3
        before |    5 |   1 |    2 |    4
        before |      |     |      |
        after  |    1 |   3 |    4 |
        after  |    3 |   3 |    4 |    7
        after  |    2 |   3 |    4 |    5
        """)
    )
    found = reliability_table(panel, index_study(SUMMARY, ITEMS))
    assert set(found["arm"]) == set(found["group"]) == {"all"}  # one arm, no groups: nothing else to say
    found = found.set_index(["wave", "dimension"])
    assert list(found.index) == [
        (wave, part) for part in ("all", "trust", "justice") for wave in ("all", "before", "after")
    ]
    assert found["n"].tolist() == [6, 3, 3] * 3  # who answered none of the items is not counted
    assert found.alpha["before", "trust"] == pytest.approx(1)  # far reversed is near
    assert found.item_rest_min["before", "trust"] == pytest.approx(1)
    assert found.alpha["before", "justice"] == pytest.approx(2 * (1 - 2 / 3))  # variances 1 and 1, covariance .5
    assert found.omega["before", "justice"] == found.alpha["before", "justice"]  # two items taken as alike
    assert found.reason["before", "justice"] == "two_items_taken_as_alike"
    assert found.reason["before", "all"] == "no_more_respondents_than_items"
    assert found.reason["after", "trust"] == "fewer_than_two_items"  # far does not vary
    assert found.left_out["after", "trust"] == "far"


def test_an_item_a_wave_did_not_ask_does_not_count_there(index_study, as_panel, table, little_study):
    panel = as_panel(
        table("wave | near | far\nbefore | 1 | 2\nbefore | 3 | 3\nbefore | 3 | 4\nafter | 1 |\nafter | 4 |")
    )
    study = little_study(
        '[[waves]]\nname="before"\nfile="a.csv"\n[[waves]]\nname="after"\nfile="b.csv"\n[design]\n' + SUMMARY,
        """
        variable | scale | index    | before | after
        near     | 1-5   | vertical | q1     | q1
        far      | 1-5   | vertical | q2     |
        """,
    )
    found = reliability_table(panel, study).set_index("wave")
    assert found["items"].to_dict() == {"all": 2, "before": 2, "after": 1}
    assert set(found["dimension"]) == {"all"}  # one dimension is the index itself
    assert found.reason["after"] == "fewer_than_two_items"
    assert np.isnan(found.alpha["after"])
