"""Ordered answers as categories that every group has used, and the thresholds of their shares."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from transforms.measure.factors import thresholds
from transforms.measure.factors.thresholds import ordered_categories, threshold_edges

NAN = np.nan


def one_item(first, second):
    """Categories of an item answered so by the first group and so by the second."""
    answers = pd.DataFrame({"x": [*first, *second]})
    return ordered_categories(answers, np.repeat([0, 1], [len(first), len(second)]))


MERGED = [
    ((1, 2, 3), (1, 2, 3), (0, 1, 2), 0, "all categories in both groups"),
    ((1, 2, 3, 4, 5), (2, 3, 4, 5), (0, 0, 1, 2, 3), 1, "the lowest goes up"),
    ((1, 2, 3, 4, 5), (1, 2, 3, 4), (0, 1, 2, 3, 3), 1, "the highest goes down"),
    ((1, 2, 3, 4, 5), (1, 3, 4, 5), (0, 1, 1, 2, 3), 1, "below the middle: up"),
    ((1, 2, 3, 4, 5), (1, 2, 3, 5), (0, 1, 2, 2, 3), 1, "above the middle: down"),
    ((1, 2, 3, 4, 5), (1, 5), (0, 0, 0, 0, 1), 3, "one after the other, the lowest first"),
    ((1, 2, 3, 4, 5), (4, 5), (0, 0, 0, 0, 1), 3, "as often as it takes"),
    ((10, 20), (10, 20), (0, 1), 0, "codes need not be 1, 2, 3"),
]


@pytest.mark.parametrize(("first", "second", "expected", "merged", "why"), MERGED)
def test_a_category_that_a_group_lacks_goes_into_its_neighbour(first, second, expected, merged, why):
    found = one_item(first, second)
    assert tuple(found.of_group(0)[:, 0]) == expected, why
    assert found.merged == ({"x": merged} if merged else {}), why
    assert set(found.of_group(1)[:, 0]) == set(found.of_group(0)[:, 0]), why


LEFT_OUT = [
    ((1, 2, 3), (NAN, NAN), thresholds.NEVER_ANSWERED, "nobody of the second group answered"),
    ((1, 2, 3), (2, 2), thresholds.ONE_CATEGORY, "one answer in the second group"),
    ((1, 2), (3, 4), thresholds.ONE_CATEGORY, "no two answers in common"),
    (range(16), range(16), thresholds.TOO_MANY_CATEGORIES, "a number rather than a choice"),
]


@pytest.mark.parametrize(("first", "second", "reason", "why"), LEFT_OUT)
def test_an_item_that_cannot_be_compared_is_left_out_by_name(first, second, reason, why):
    found = one_item(first, second)
    assert found.left_out == {"x": reason}, why
    assert (found.items, found.codes.shape, found.missing) == ((), (0, 0), 0), why


def test_an_item_is_judged_by_those_who_answered_it_and_respondents_stay_with_what_they_answered():
    answers = pd.DataFrame(
        {
            "a": [1, 2, 1, 2, 1, 2, 1, NAN],
            "b": [1, 2, 2, NAN, 2, 1, 1, NAN],
            "c": [1, 1, NAN, 2, 1, NAN, 1, 1],  # in group 1 all who answered chose 1
        }
    )
    group = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    found = ordered_categories(answers, group)
    assert found.left_out == {"c": thresholds.ONE_CATEGORY}
    assert found.items == ("a", "b")
    assert found.rows.tolist() == [0, 1, 2, 3, 4, 5, 6], "the last answered only what is left out"
    assert found.group.tolist() == [0, 0, 0, 0, 1, 1, 1]


def test_who_answered_anything_stays_and_what_is_missing_is_marked():
    answers = pd.DataFrame({"a": [1, 2, NAN, NAN, 3], "b": [1, NAN, 2, NAN, 1]})
    found = ordered_categories(answers)
    assert found.counts == (3, 2)
    assert found.missing == 3
    assert found.codes.tolist() == [[0, 0], [1, 3], [3, 1], [2, 0]]


def test_thresholds_cut_the_normal_variable_into_the_shares():
    codes = np.array([[0, 0], [0, 1], [1, 1], [2, 3]])  # the last is no answer to the second item
    edges = threshold_edges(codes, (3, 2))
    assert edges[0].tolist() == [-np.inf, ndtri(0.5), ndtri(0.75), np.inf]
    assert edges[1].tolist() == [-np.inf, ndtri(1 / 3), np.inf, np.inf]
