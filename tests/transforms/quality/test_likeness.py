"""Which answers two interviews have in common, and which interviews are compared with each other at all."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from transforms.quality import likeness
from transforms.quality.likeness import answer_codes, closest, comparison_groups

# Codes by respondent; -1 is a skipped question.
ANSWERS = np.array(
    [
        [0, 1, 2, 0, -1, -1, -1, -1],  # a
        [0, 1, 2, 1, -1, -1, -1, -1],  # b: three of four as a
        [1, 0, 0, 1, -1, -1, -1, -1],  # c: skipped what a skipped, and agrees with a in nothing
        [0, 1, -1, -1, 3, 2, 1, 0],  # d: the two answers it shares with a are a's
        [-1, -1, -1, -1, 3, -1, -1, -1],  # e: one answer
    ]
)


@pytest.mark.parametrize(
    ("one", "minimum", "partner", "equal", "common", "why"),
    [
        (0, 3, 1, 3, 4, "a and b: 3 of the 4 that both answered"),
        (2, 3, 1, 1, 4, "c is like b in one of four: what both skipped is no agreement"),
        (0, 2, 3, 2, 2, "a and d: what one of them skipped is no disagreement"),
        (3, 3, 3, 0, 0, "d has two answers in common with others, where three are needed"),
        (4, 1, 3, 1, 1, "e and d have one answer in common"),
        (4, 2, 4, 0, 0, "e has too few with anyone"),
    ],
)
def test_closest_by_hand(one, minimum, partner, equal, common, why):
    near = closest(ANSWERS, minimum)
    assert (near.partner[one], near.equal[one], near.common[one]) == (partner, equal, common), why
    assert near.share[one] == (equal / common if common else 0), why


def test_matching_skipped_answers_are_no_agreement():
    """Both skipped 90 of 100 questions, and differ in the ten they answered: mistake 7 of the published ones."""
    codes = np.full((2, 100), -1)
    codes[0, :10], codes[1, :10] = 0, 1
    as_answers = (codes[0] == codes[1]).mean()
    assert as_answers == 0.9, "what counting skipped answers would give"
    near = closest(codes, 5)
    assert near.share.tolist() == [0.0, 0.0]
    codes[1, :10] = 0
    assert closest(codes, 5).share.tolist() == [1.0, 1.0], "nor do they dilute what is a copy"


CODES = arrays.arrays(np.int64, st.tuples(st.integers(2, 9), st.integers(1, 7)), elements=st.integers(-1, 3))


@given(CODES, st.integers(1, 4))
def test_shares_are_those_of_a_loop(codes, minimum):
    near = closest(codes, minimum)
    for one in range(len(codes)):
        shares = {}
        for other in range(len(codes)):
            both = (codes[one] >= 0) & (codes[other] >= 0)
            if other != one and both.sum() >= minimum:
                shares[other] = (codes[one] == codes[other])[both].mean()
        assert np.flatnonzero(~np.isnan(near.shares[one])).tolist() == sorted(shares)
        assert near.share[one] == pytest.approx(max(shares.values(), default=0.0))
        assert (near.partner[one] == one) == (not shares)


@given(CODES, st.integers(1, 3), st.randoms(use_true_random=False))
def test_more_questions_both_skipped_change_nothing(codes, skipped, random):
    more = np.insert(codes, [random.randrange(codes.shape[1] + 1)] * skipped, -1, axis=1)
    assert np.array_equal(closest(more, 1).shares, closest(codes, 1).shares, equal_nan=True)


def test_answers_of_words_and_of_numbers_become_codes():
    frame = pd.DataFrame({"t": [2.0, np.nan, 2.0, 5.0], "words": pd.Series(["low", None, "high", "low"], dtype="str")})
    assert answer_codes(frame, ("t", "words"), np.arange(4)).tolist() == [[0, 0], [-1, -1], [0, 1], [1, 0]]
    assert answer_codes(frame, ("t", "words"), np.array([3, 1])).tolist() == [[0, 0], [-1, -1]], "of some rows"


def _frame(**counts):
    place = [np.nan if name == "unknown" else name for name, count in counts.items() for _ in range(count)]
    return pd.DataFrame({"place": pd.Series(place, dtype="object")})


@pytest.mark.parametrize(
    ("counts", "sizes", "why"),
    [
        ({"x": 30, "y": 25}, [30, 25], "each by itself"),
        ({"x": 30, "y": 12, "z": 9}, [21, 30], "two small ones together"),
        ({"x": 30, "y": 12, "unknown": 8}, [20, 30], "and with those nobody knows the place of"),
        ({"x": 30, "y": 12}, [30], "too few to say what is usual"),
        ({"x": 3}, [], "too few at all"),
        ({"x": 100}, [34, 33, 33], "cut into pieces of at most 40"),
    ],
)
def test_groups(study, monkeypatch, counts, sizes, why):
    monkeypatch.setattr(likeness, "LARGEST", 40)
    assert [len(group) for group in comparison_groups(_frame(**counts), study)] == sizes, why


def test_a_study_of_no_place_is_one_group_and_an_empty_wave_none(study):
    assert [len(group) for group in comparison_groups(pd.DataFrame(index=range(50)), study)] == [50]
    assert comparison_groups(pd.DataFrame({"place": []}), study) == []


def test_pieces_keep_communities_and_interviewers_together(study, monkeypatch):
    monkeypatch.setattr(likeness, "LARGEST", 40)
    row = np.arange(80)
    frame = pd.DataFrame({"place": 1.0, "village": row % 2, "asked_by": [f"i{each}" for each in row // 2 % 2]})
    first, second = comparison_groups(frame, study)
    assert set(frame.village[first]) == {0}
    assert set(frame.village[second]) == {1}
    assert frame.asked_by.to_numpy()[first].tolist() == ["i0"] * 20 + ["i1"] * 20


def test_a_large_wave_is_sampled_with_the_seed_of_the_study(study, study_with, monkeypatch):
    monkeypatch.setattr(likeness, "LARGEST", 25)
    monkeypatch.setattr(likeness, "MOST", 100)
    frame = _frame(x=1000)
    drawn = comparison_groups(frame, study)
    assert [len(group) for group in drawn] == [25] * 4
    assert all(np.array_equal(one, two) for one, two in zip(drawn, comparison_groups(frame, study), strict=True))
    other = comparison_groups(
        frame, study.model_copy(update={"settings": study.settings.model_copy(update={"seed": 1})})
    )
    assert not all(np.array_equal(one, two) for one, two in zip(drawn, other, strict=True))


def test_strata_come_before_governorates(study_with):
    study = study_with('weight = "factor" -> strata = "origin"')
    frame = pd.DataFrame({"place": [1.0] * 60, "origin": [1.0] * 35 + [2.0] * 25})
    assert [len(group) for group in comparison_groups(frame, study)] == [35, 25]
