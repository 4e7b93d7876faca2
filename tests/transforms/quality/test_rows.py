"""Checks that find rows: duplicates, scales, unknown design values, weights, consent, clusters, links."""

import numpy as np
import pandas as pd
import pytest

from transforms.quality.arms import mixed_clusters, nobody_in, one_arm_in_governorate
from transforms.quality.duplicates import repeated_respondents
from transforms.quality.links import another_sex, not_linked
from transforms.quality.ranges import not_positive, out_of_range, unknown, without_consent
from transforms.quality.rules import BROKEN, KEPT


def _yes(column):
    return [int(value) for value in column]


def test_duplicates_count_the_later_ones_and_list_all():
    found = repeated_respondents(pd.Series(["a", "b", "a", None, None, "a"], dtype="str"))
    assert _yes(found.broken) == [0, 0, 1, 0, 0, 1]
    assert _yes(found.rows) == [1, 0, 1, 0, 0, 1]
    assert _yes(found.evaluated) == [1, 1, 1, 0, 0, 1], "without an identifier nobody can be told apart"


def test_the_same_person_in_two_waves_is_a_panel_not_a_duplicate():
    people, waves = pd.Series(["a", "a", "a"]), pd.Series(["before", "after", "after"])
    assert _yes(repeated_respondents(people, waves).broken) == [0, 0, 1]


@pytest.mark.parametrize(
    ("variable", "values", "broken", "why"),
    [
        ("t1", [0.0, 4.0, 5.0, -1.0, np.nan], [0, 0, 1, 1, 0], "a range holds its ends"),
        ("place", [1.0, 2.0, 3.0, 1.5, np.nan], [0, 0, 1, 1, 0], "listed codes, and nothing between them"),
        ("words", ["low", "High", "other", None], [0, 1, 1, 0], "codes are words, not their labels"),
        ("village", [1.0, 99.0], [0, 0], "without a scale nothing is out of it"),
    ],
)
def test_out_of_range(study, variable, values, broken, why):
    column = pd.Series(values, dtype="float64" if isinstance(values[0], float) else "str")
    found = out_of_range(column, study.codebook.variable(variable), study)
    assert _yes(found.broken) == broken, why
    assert _yes(found.evaluated) == _yes(column.notna()), why


def test_weights_are_numbers_above_zero():
    found = not_positive(pd.Series([1.0, 0.0, -1.0, np.nan, np.inf, 1e-9]))
    assert _yes(found.broken) == [0, 1, 1, 1, 1, 0]


def test_unknown_is_missing():
    assert _yes(unknown(pd.Series(["a", None])).broken) == [0, 1]


def test_consent():
    frame = pd.DataFrame({"agreed": [1.0, 0.0, np.nan]})
    assert _yes(without_consent(frame, "agreed").broken) == [0, 1, 1]
    assert _yes(without_consent(frame, None).broken) == [1, 1, 1], "no variable, no consent on file"
    assert not without_consent(frame, None).rows.any(), "no row is to blame"


def test_a_cluster_in_both_arms_is_counted_once_a_wave():
    panel = pd.DataFrame(
        {
            "cluster": ["x", "x", "y", "y", "x", None],
            "arm": ["treated", "comparison", "treated", None, "treated", "treated"],
            "wave": ["before", "before", "before", "after", "after", "after"],
        }
    )
    found = mixed_clusters(panel)
    assert _yes(found.broken) == [1, 0, 0, 0, 1, 0], "y has one arm and a gap; a row without a cluster has none"
    assert _yes(found.evaluated) == [1, 0, 1, 1, 1, 0]
    assert _yes(found.rows) == [1, 1, 0, 0, 1, 0]


PANEL = pd.DataFrame(
    {
        "respondent": ["a", "b", None, "a", "b", "c", None],
        "sex": ["f", "m", "f", "f", "f", "m", "m"],
        "wave": ["before"] * 3 + ["after"] * 4,
    }
)


def test_another_sex_is_judged_in_later_interviews_of_known_people():
    found = another_sex(PANEL)
    assert _yes(found.broken) == [0, 0, 0, 0, 1, 0, 0]
    assert _yes(found.evaluated) == [0, 0, 0, 1, 1, 0, 0]


def test_another_sex_skips_an_interview_that_does_not_say():
    panel = PANEL.assign(sex=[None, "m", "f", "f", None, "m", "m"])
    assert _yes(another_sex(panel).evaluated) == [0] * 7, "no two interviews of a person say it"


def test_not_linked_counts_the_new_in_one_wave():
    found = not_linked(PANEL, "before", "after")
    assert _yes(found.broken) == [0, 0, 0, 0, 0, 1, 0]
    assert _yes(found.evaluated) == [0, 0, 0, 1, 1, 1, 0]
    assert not found.rows.any()


def test_a_flag_says_kept_broken_or_nothing():
    flag = repeated_respondents(pd.Series(["a", "a", None])).flag()
    assert flag.tolist()[:2] == [KEPT, BROKEN]
    assert pd.isna(flag[2])
    assert flag.cat.codes.dtype == np.int8, "one byte a row"


ARMS = pd.DataFrame(
    {
        "wave": pd.Categorical(["a"] * 5 + ["b"] * 3 + ["c"] * 2, ["a", "b", "c", "never"]),
        "governorate": ["X", "X", "Y", "Y", None, "X", "Y", "Y", "X", "Y"],
        "arm": ["treated", "comparison", "treated", None, "comparison", "treated", "treated", "treated", None, None],
    }
)


@pytest.mark.parametrize(
    ("arm", "broken", "evaluated"),
    [("comparison", [5], [0, 5]), ("treated", [], [0, 5]), ("everyone", [0, 5], [0, 5])],
)
def test_an_arm_nobody_is_in_is_told_once_a_wave_where_arms_are_known(arm, broken, evaluated):
    finding = nobody_in(ARMS, arm)
    assert (np.flatnonzero(finding.broken).tolist(), np.flatnonzero(finding.evaluated).tolist()) == (broken, evaluated)
    assert not finding.rows.any(), "it is about a wave, not about somebody"


def test_a_governorate_with_one_arm_is_told_where_the_wave_has_both():
    finding = one_arm_in_governorate(ARMS)
    assert np.flatnonzero(finding.broken).tolist() == [2], "in wave b all are in one arm, which is told elsewhere"
    assert np.flatnonzero(finding.evaluated).tolist() == [0, 2]
    assert not finding.rows.any()
