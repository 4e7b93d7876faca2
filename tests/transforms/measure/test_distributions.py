"""Answers counted by hand."""

import numpy as np
import pandas as pd
import pytest

from transforms.measure.distributions import COLUMNS, distribution_table

WAVES = '[[waves]]\nname = "before"\nfile = "a.csv"\n[[waves]]\nname = "after"\nfile = "b.csv"\n[design]\n'
INDEX = '[[indices]]\nname = "vertical"\n'
CODEBOOK = """
variable | scale | index    | before | after
near     | {}    | vertical | q1     | q1
"""
SCALES = """
scale | code | label_en
AGREE | 3    | Agree
AGREE | 1    | Disagree
AGREE | 2    | Neither
"""
CASES = """
wave   | arm        | weight | near
before | comparison |      1 |    1
before | comparison |      3 |    3
before | comparison |      9 |
before | treated    |      2 |    2
after  | treated    |      2 |    2
after  | treated    |      2 |    3
after  |            |      5 |    1
after  | comparison |      5 |
"""


@pytest.fixture
def agree(little_study):
    return little_study(WAVES + INDEX, CODEBOOK.format("AGREE"), SCALES)


def test_shares_are_weighted_and_of_the_valid_answers(agree, as_panel, table):
    found = distribution_table(as_panel(table(CASES)), agree)
    assert tuple(found) == COLUMNS
    assert found[["index", "dimension", "item"]].drop_duplicates().to_numpy().tolist() == [["vertical"] * 2 + ["near"]]
    expected = table("""
        wave   | arm        | code | label    | n | share | why
        before | treated    |    3 | Agree    | 0 |     0 | an answer nobody gave has a row
        before | treated    |    1 | Disagree | 0 |     0 | the order is the scale's
        before | treated    |    2 | Neither  | 1 |     1 | all of the weight
        before | comparison |    3 | Agree    | 1 |  0.75 | 3 of 4; the missing answer's 9 does not count
        before | comparison |    1 | Disagree | 1 |  0.25 | 1 of 4
        before | comparison |    2 | Neither  | 0 |     0 |
        after  | treated    |    3 | Agree    | 1 |   0.5 | and nobody of the comparison arm answered
        after  | treated    |    1 | Disagree | 0 |     0 | a respondent of no known arm is left out
        after  | treated    |    2 | Neither  | 1 |   0.5 |
    """)
    for column in ("wave", "arm", "code", "label", "n", "share"):
        assert found[column].tolist() == expected[column].tolist()


def test_weights_of_zero_give_shares_of_zero(agree, as_panel, table):
    found = distribution_table(as_panel(table("near | weight\n1 | 0\n2 | 0")), agree)
    assert found.n.sum() == 2
    assert found.share.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([0, 2.5, 2.5, 7], ([0, 2.5, 7], ["0", "2.5", "7"], [1, 2, 1])),  # codes need not be whole
        ([], ([], [], [])),  # nobody answered
        ([0, 5, 5, 10], ([0, 5, 10], ["0", "5", "10"], [1, 2, 1])),  # few answers: each its own
        (range(11), (list(range(11)), [str(code) for code in range(11)], [1] * 11)),  # 0-10 has eleven
        (
            [*range(0, 100, 4), 100],  # 0, 4, .. 96 and the end
            (
                list(range(0, 100, 10)),
                [f"{low} to {low + 10}" for low in range(0, 100, 10)],
                [3, 2, 3, 2, 3, 2, 3, 2, 3, 3],
            ),  # an edge belongs to the band it begins; 100 to the last
        ),
    ],
)
def test_ranges(little_study, as_panel, table, answers, expected):
    study = little_study(WAVES + INDEX, CODEBOOK.format("0-100"))
    panel = as_panel(table("near | why\n | no answer\n" + "\n".join(f"{answer} | " for answer in answers)))
    panel = panel.assign(near=panel.near.astype("float64"))
    found = distribution_table(panel, study)
    assert (found.code.tolist(), found.label.tolist(), found.n.tolist()) == expected


@pytest.mark.parametrize("codes", [(1, 5000, 3), (0.5, 2, 1)])
def test_scales_with_unusual_codes(little_study, as_panel, table, codes):
    scales = "scale | code | label_en\n" + "\n".join(f"ODD | {code} | {code}" for code in codes)
    study = little_study(WAVES + INDEX, CODEBOOK.format("ODD"), scales)
    panel = as_panel(table(f"near | why\n{codes[1]} |\n{codes[1]} |\n{codes[0]} |\n | no answer"))
    found = distribution_table(panel, study)
    assert (found.code.tolist(), found.n.tolist()) == (list(codes), [1, 2, 0])


def test_shares_add_up_in_every_cell(index_study, as_panel):
    rng = np.random.default_rng(7)
    study = index_study(INDEX, "one | item | 1-5 | + | vertical | a\ntwo | item | 1-7 | - | vertical | b")
    frame = pd.DataFrame({"one": rng.integers(1, 6, 90), "two": rng.integers(1, 8, 90)}, dtype=float)
    frame = frame.mask(rng.random(frame.shape) < 0.2).assign(
        wave=rng.choice(["before", "after"], 90), arm=rng.choice(["treated", "comparison"], 90), weight=rng.random(90)
    )
    found = distribution_table(as_panel(frame), study)
    np.testing.assert_allclose(found.groupby(["item", "wave", "arm"]).share.sum(), 1)
    assert found.groupby("item").n.sum().tolist() == frame[["one", "two"]].notna().sum().tolist()
