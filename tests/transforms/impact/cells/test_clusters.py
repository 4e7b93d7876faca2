"""The last row of the ladder: which clusters cannot carry a p-value, and why."""

from collections.abc import Callable

import pytest

from transforms.impact.cells.clusters import ClusterCounts, few_for_mean, refusal
from transforms.study import Study


@pytest.mark.parametrize(
    ("counts", "expected", "why"),
    [
        (ClusterCounts(6, 3, 3, 0), "", "the smallest study with a p-value"),
        (ClusterCounts(5, 3, 2, 0), "few_clusters", "five clusters are too few, whatever the arms"),
        (
            ClusterCounts(40, 2, 38, 0),
            "few_treated_clusters",
            "two treated clusters are too few, however many there are",
        ),
        (ClusterCounts(40, 38, 2, 0), "few_comparison_clusters", "the comparison arm needs as many"),
        (ClusterCounts(12, 6, 7, 1), "cluster_in_both_arms", "a cluster in both arms is no cluster of either"),
    ],
)
def test_ladder(counts: ClusterCounts, expected: str, why: str, make_study: Callable[..., Study]) -> None:
    assert refusal(counts, make_study()) == expected, why


def test_whole_governorates_are_never_clusters(make_study: Callable[..., Study]) -> None:
    study = make_study(treated="place")
    assert refusal(ClusterCounts(12, 6, 6, 0), study) == "governorates_are_clusters"


def test_without_comparison_only_the_number_counts(make_study: Callable[..., Study]) -> None:
    study = make_study(treated=None)
    assert refusal(ClusterCounts(6, 0, 0, 0), study) == ""
    assert refusal(ClusterCounts(5, 0, 0, 0), study) == "few_clusters"


@pytest.mark.parametrize(
    ("counts", "expected", "why"),
    [
        (ClusterCounts(3, 1, 2, 0), True, "one treated cluster cannot differ from itself"),
        (ClusterCounts(4, 2, 2, 0), False, "two can"),
        (ClusterCounts(1, 0, 0, 0), True, "without arms, one cluster"),
        (ClusterCounts(2, 0, 0, 0), False, "without arms, two clusters"),
    ],
)
def test_a_cluster_alone_shows_no_variation(counts: ClusterCounts, expected: bool, why: str) -> None:
    assert few_for_mean(counts) is expected, why
