"""Scores by hand arithmetic: what one answer, one missing answer and one reversed item do."""

import numpy as np
import pytest

from transforms.measure.combine import needed, share_of_range
from transforms.measure.key import make_key
from transforms.measure.score import BLOCK, outcome_columns, score
from transforms.study.columns import DESIGN_COLUMNS, pomp_column
from transforms.study.problems import DataRefusedError

SUMMARY = '[[indices]]\nname = "vertical"\n'
FLAT = SUMMARY + 'rule = "flat"\n'
MEAN = SUMMARY + 'rule = "mean"\n'
TWO_DIMENSIONS = """
    near | item | 1-5  | + | vertical | trust
    far  | item | 1-5  | - | vertical | trust
    fair | item | 0-10 | + | vertical | justice
"""
ONE_SCALE = """
    near | item | 1-5 | + | vertical | trust
    far  | item | 1-5 | - | vertical | trust
    fair | item | 1-5 | + | vertical | trust
"""
ITEMS = ["near", "far", "fair"]


def test_summary_index_by_hand(index_study, as_panel, table):
    # Baseline: trust (0-1) is 1, .5, 0 with mean .5 and SD .5; justice .8, .6, .4 with mean .6 and SD .2.
    cases = table("""
        wave   | near | far | fair | trust | justice | index | pomp | why
        before |    5 |   1 |    8 |   1.0 |     1.0 |   1.0 |   90 | the cohesive end of both items (far is reversed)
        before |    3 |   3 |    6 |   0.0 |     0.0 |   0.0 |   55 | the middle
        before |    1 |   5 |    4 |  -1.0 |    -1.0 |  -1.0 |   20 | the other end
        after  |    5 |   5 |   10 |   0.0 |     2.0 |   1.0 |   75 | near and far cancel out; fair is beyond baseline
        after  |    5 |     |    4 |       |    -1.0 |       |      | one answer of two: no trust; 1 of 2 is under 3/4
        after  |      |   2 |      |       |         |       |      | one answer of three
        after  |      |     |      |       |         |       |      | no answer at all
    """)
    study = index_study(SUMMARY, TWO_DIMENSIONS)
    panel = as_panel(cases[["wave", *ITEMS]])
    scores = score(panel, make_key(panel, study))
    np.testing.assert_allclose(scores["vertical.trust"], cases.trust, atol=1e-9)
    np.testing.assert_allclose(scores["vertical.justice"], cases.justice, atol=1e-9)
    np.testing.assert_allclose(scores["vertical"], cases["index"], atol=1e-9)
    np.testing.assert_allclose(scores["vertical__pomp"], cases.pomp, atol=1e-9)
    np.testing.assert_allclose(scores["vertical.trust__pomp"], 50 + 50 * cases.trust, atol=1e-9)


def test_summary_index_is_restandardised(index_study, as_panel, table):
    # Dimension z's are 1, 0, -1 and 1, -1, 0: the means 1, -.5, -.5 have an SD of .866.
    cases = table("""
        near | far | fair | index
           5 |   1 |    8 |  1.1547005383792515
           3 |   3 |    4 | -0.5773502691896258
           1 |   5 |    6 | -0.5773502691896258
    """)
    panel = as_panel(cases[ITEMS])
    scores = score(panel, make_key(panel, index_study(SUMMARY, TWO_DIMENSIONS)))
    np.testing.assert_allclose(scores["vertical"], cases["index"], atol=1e-9)


def test_flat_index_by_hand(index_study, as_panel, table):
    # Every item has baseline mean 3 and SD 1 on its codes; item z's are answers - 3, far's are 3 - answer.
    # Index at baseline before its own unit: means 1/3, 0, -1/3, with SD 1/3.
    cases = table("""
        wave   | near | far | fair | index | pomp      | why
        before |    4 |   3 |    3 |   1.0 | 58.333333 | one item a step up
        before |    3 |   2 |    2 |   0.0 | 50        | far down is cohesion up, fair is down
        before |    2 |   4 |    4 |  -1.0 | 41.666667 | two down, one up
        after  |    5 |   1 |    5 |   6.0 | 100       | all at the cohesive end
        after  |    4 |     |    4 |   3.0 | 75        | two of three are 2/3: enough
        after  |    4 |     |      |       |           | one of three is not
    """)
    panel = as_panel(cases[["wave", *ITEMS]])
    scores = score(panel, make_key(panel, index_study(FLAT, ONE_SCALE)))
    np.testing.assert_allclose(scores["vertical"], cases["index"], atol=1e-9)
    np.testing.assert_allclose(scores["vertical__pomp"], cases.pomp, atol=1e-5)


def test_mean_index_keeps_the_units_of_the_scale(index_study, as_panel, table):
    cases = table("""
        wave   | near | far | fair | index | why
        before |    5 |   1 |    5 |   5.0 | far is reversed: 1 counts as 5
        before |    2 |   4 |    5 |   3.0 | mean of 2, 2 and 5
        after  |    1 |     |    2 |   1.5 | two of three
        after  |    1 |     |      |       | one of three
    """)
    panel = as_panel(cases[["wave", *ITEMS]])
    scores = score(panel, make_key(panel, index_study(MEAN, ONE_SCALE)))
    np.testing.assert_allclose(scores["vertical"], cases["index"], atol=1e-12)
    np.testing.assert_allclose(scores["vertical__pomp"], 25 * (cases["index"] - 1), atol=1e-9)


@pytest.mark.parametrize(
    ("rule", "answered", "scored"),
    [
        ("", 2, True),  # two of three are two thirds
        ("", 1, False),  # one is not
        ("minimum_item_share = 0.7", 2, False),  # 0.7 of three is more than two
        ("minimum_items = 3\nminimum_item_share = 0.1", 2, False),  # the count asks for more than the share
        ("minimum_items = 9\nminimum_item_share = 0.1", 3, True),  # nine of three: all is enough
        ("minimum_items = 1\nminimum_item_share = 0.0", 1, True),  # any answer
        ("complete_cases = true", 2, False),  # every item or nothing
        ("complete_cases = true", 3, True),  # every item
    ],
)
def test_how_many_answers_an_index_needs(index_study, as_panel, table, rule, answered, scored):
    panel = as_panel(table("near | far | fair\n4 | 3 | 3\n3 | 2 | 2\n2 | 4 | 4"))
    key = make_key(panel, index_study(FLAT + rule, ONE_SCALE))
    panel.loc[0, ITEMS[answered:]] = np.nan
    assert score(panel, key)["vertical"].notna()[0] == scored


@pytest.mark.parametrize(
    ("count", "share", "minimum", "expected"),
    [
        (3, 2 / 3, 2, 2),  # two thirds of three is two, to the last bit
        (6, 2 / 3, 2, 4),
        (4, 3 / 4, 1, 3),  # dimensions of the demo's indices
        (5, 3 / 4, 1, 4),  # 3.75 rounds up
        (1, 2 / 3, 2, 1),  # one item cannot need two
        (2, 0.0, 1, 1),  # nothing needed is still one answer
        (44, 1.0, 2, 44),
    ],
)
def test_needed(count, share, minimum, expected):
    assert needed(count, share, minimum) == expected


def test_share_of_range_uses_the_scale_not_the_answers():
    answers = np.array([2.0, 3.0, np.nan])
    np.testing.assert_allclose(share_of_range(answers, 1, 5, "+"), [0.25, 0.5, np.nan])
    np.testing.assert_allclose(share_of_range(answers, 1, 5, "-"), [0.75, 0.5, np.nan])


def test_columns_of_the_scores(index_study, as_panel, table):
    study = index_study(SUMMARY, TWO_DIMENSIONS)
    panel = as_panel(table("near | far | fair\n5 | 1 | 8\n3 | 3 | 4\n1 | 5 | 5"))
    scores = score(panel, make_key(panel, study))
    outcomes = list(study.outcomes())
    assert list(scores) == [*DESIGN_COLUMNS, *outcomes, *map(pomp_column, outcomes)]
    assert outcome_columns(make_key(panel, study)) == tuple(outcomes + [pomp_column(name) for name in outcomes])


def test_one_dimension_has_no_column_of_its_own(index_study, as_panel, table):
    study = index_study(SUMMARY, ONE_SCALE)
    panel = as_panel(table("near | far | fair\n5 | 1 | 5\n3 | 3 | 4\n1 | 5 | 5"))
    scores = score(panel, make_key(panel, study))
    assert [name for name in scores if name not in DESIGN_COLUMNS] == ["vertical", "vertical__pomp"]
    assert scores["vertical"].std() == pytest.approx(1, abs=1e-9)


def test_blocks_of_rows_do_not_show(index_study, as_panel, table):
    few = as_panel(table("near | far | fair\n5 | 1 | 8\n3 | 3 | 4\n1 | | 5"))
    many = as_panel(few[ITEMS].iloc[np.arange(BLOCK + 5) % 3].reset_index(drop=True))
    key = make_key(few, index_study(SUMMARY, TWO_DIMENSIONS))
    again = score(few, key)["vertical"].to_numpy()[np.arange(BLOCK + 5) % 3]
    np.testing.assert_array_equal(score(many, key)["vertical"].to_numpy(), again)


def test_no_row_no_score(index_study, as_panel, table):
    panel = as_panel(table("near | far | fair\n5 | 1 | 8\n3 | 3 | 4\n1 | 5 | 5"))
    key = make_key(panel, index_study(SUMMARY, TWO_DIMENSIONS))
    assert score(panel.iloc[:0], key).shape == (0, len(DESIGN_COLUMNS) + 6)


def test_absent_items_are_all_named(index_study, as_panel, table):
    panel = as_panel(table("near | far | fair\n5 | 1 | 8\n3 | 3 | 4\n1 | 5 | 5"))
    study = index_study(SUMMARY, TWO_DIMENSIONS)
    key = make_key(panel, study)
    with pytest.raises(DataRefusedError, match="lacks 2 items of the scoring key: near, fair"):
        score(panel.drop(columns=["near", "fair"]), key)
    with pytest.raises(DataRefusedError, match="lacks 1 items of the indices: far"):
        make_key(panel.drop(columns="far"), study)
