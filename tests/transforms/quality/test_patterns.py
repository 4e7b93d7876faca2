"""Straight lines, missing answers, and the interviewers behind them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from transforms.quality.interviewers import stands_out, unusual_interviewers
from transforms.quality.missingness import missing_share, unanswered
from transforms.quality.patterns import blocks, straight_lines

BLOCK = ("a", "b", "c", "d")


def test_blocks_are_headline_items_of_one_index_and_range(study):
    items = [variable for variable in study.codebook.variables if variable.type == "item"]
    assert blocks(items, study) == (("t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8"),), "neither yes-no nor words"


@pytest.mark.parametrize(
    ("answers", "broken", "evaluated", "why"),
    [
        ([2, 2, 2, 2], 1, 1, "one answer to all"),
        ([2, 2, 2, 1], 0, 1, "one other answer"),
        ([2, 2, np.nan, 2], 1, 1, "a gap hides no line"),
        ([2, np.nan, np.nan, 2], 0, 0, "two answers make no line of three"),
        ([np.nan] * 4, 0, 0, "no answer is no pattern"),
    ],
)
def test_straight_lines(answers, broken, evaluated, why):
    found = straight_lines(pd.DataFrame([answers], columns=list(BLOCK)), [BLOCK], 3)
    assert (int(found.broken[0]), int(found.evaluated[0])) == (broken, evaluated), why


def test_a_line_in_any_block_counts():
    frame = pd.DataFrame([[1, 2, 3, 3], [1, 2, 3, 4]], columns=list(BLOCK), dtype="float64")
    assert straight_lines(frame, [("a", "b"), ("c", "d")], 2).broken.tolist() == [True, False]


@given(arrays.arrays(np.float64, (6, 5), elements=st.sampled_from([0.0, 1.0, 2.0, np.nan])))
def test_a_line_is_zero_variance_over_enough_answers(answers):
    frame = pd.DataFrame(answers, columns=list("vwxyz"))
    found = straight_lines(frame, [tuple("vwxyz")], 3)
    for row, values in enumerate(answers):
        given_answers = values[~np.isnan(values)]
        assert found.broken[row] == (given_answers.size >= 3 and given_answers.var() == 0)


def test_missing_counts_those_asked(study):
    frame = pd.DataFrame(
        {
            "t8": [np.nan, np.nan, np.nan, 1.0, 1.0],
            "t8__missing": pd.Categorical(["refused", "blank", "not_applicable", None, None]),
            "origin": [2.0, 1.0, 2.0, 2.0, 1.0],
        }
    )
    found = unanswered(frame, study.codebook.variable("t8"), study)
    assert found.evaluated.tolist() == [True, False, False, True, True], "the displaced were asked, and who answered"
    assert found.broken.tolist() == [True, False, False, False, False]
    assert not found.rows.any(), "no row is to blame for a share"


def test_missing_without_groups_or_reasons(study):
    frame = pd.DataFrame({"t1": [np.nan, 1.0], "t8": [np.nan, 1.0]})
    for name in ("t1", "t8"):
        found = unanswered(frame, study.codebook.variable(name), study)
        assert found.evaluated.all()
        assert found.broken.tolist() == [True, False]


def test_missing_share_of_each_respondent(study):
    frame = pd.DataFrame(
        {
            "t1": [np.nan, 1.0, np.nan],
            "t2": [1.0, 1.0, np.nan],
            "t1__missing": pd.Categorical(["dk", None, "not_applicable"]),
            "t2__missing": pd.Categorical([None, None, "not_applicable"]),
        }
    )
    items = [study.codebook.variable(name) for name in ("t1", "t2")]
    assert missing_share(frame, items, study).tolist()[:2] == [0.5, 0.0]
    assert np.isnan(missing_share(frame, items, study)[2]), "nobody asked, no share"


@pytest.mark.parametrize(
    ("shares", "expected", "why"),
    [
        ([0.0, 0.0, 0.0, 0.9], [0, 0, 0, 1], "alone among careful people"),
        ([0.1, 0.25, 0.3, 0.4], [0, 0, 0, 0], "ordinary spread"),
        ([0.9, 0.1], [0, 0], "two people have no spread to judge by"),
        ([0.0, 0.0, 0.0, 0.015], [0, 0, 0, 0], "infinitely many SD, and nothing to speak of"),
        ([0.9, 0.9, 0.9, 0.1], [0, 0, 0, 0], "being better is no fault"),
    ],
)
def test_stands_out(shares, expected, why):
    assert stands_out(np.array(shares), 2.0).astype(int).tolist() == expected, why


@given(arrays.arrays(np.float64, st.integers(3, 12), elements=st.floats(0, 1)), st.floats(0.5, 4))
def test_stands_out_leaves_the_judged_one_out(shares, sd):
    """The closed form against the definition, away from the threshold."""
    found = stands_out(shares, sd)
    for position, share in enumerate(shares):
        others = np.delete(shares, position)
        excess = share - others.mean() - max(sd * others.std(ddof=1), 0.02)
        if abs(excess) > 1e-6:
            assert found[position] == (excess > 0)


def test_a_bad_interviewer_does_not_hide_in_the_spread_he_makes():
    shares = np.array([0.0, 0.05, 0.1, 0.9])
    assert not shares[3] - shares.mean() > 2 * shares.std(ddof=1), "with himself he is no outlier"
    assert stands_out(shares, 2.0).tolist() == [False, False, False, True]


def test_unusual_interviewers_are_counted_and_all_their_interviews_listed():
    interviewers = pd.Series(["a"] * 5 + ["b"] * 5 + ["c"] * 5 + ["few"] * 4 + [None])
    marks = pd.DataFrame({"straight": [0.0] * 10 + [1.0] * 5 + [1.0] * 5})
    found = unusual_interviewers(interviewers, marks, 2.0)
    assert found.evaluated.sum() == 3, "the one with four interviews is not judged"
    assert found.broken.sum() == 1
    assert found.rows.tolist() == [False] * 10 + [True] * 5 + [False] * 5


def test_an_interviewer_may_stand_out_in_any_mark_and_unknown_marks_are_left_out():
    interviewers = pd.Series(list("aaaaabbbbbccccc"))
    marks = pd.DataFrame({"straight": [np.nan] * 15, "missing": [0.0] * 10 + [0.5] * 5})
    assert unusual_interviewers(interviewers, marks, 2.0).rows.tolist() == [False] * 10 + [True] * 5
