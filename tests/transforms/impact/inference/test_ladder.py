"""The ladder, row by row."""

import pytest

from transforms.impact.cells.clusters import ClusterCounts
from transforms.impact.inference.ladder import choose_method


@pytest.mark.parametrize(
    ("counts", "method", "reason", "why"),
    [
        ((60, 30, 30, 0), "CR2", "", "many of each"),
        ((30, 10, 20, 0), "CR2", "", "the limits of the first row"),
        ((30, 9, 21, 0), "bootstrap", "", "one arm short of ten: between rows"),
        ((29, 14, 15, 0), "bootstrap", "", "fewer than thirty"),
        ((8, 4, 4, 0), "bootstrap", "", "four in each arm"),
        ((40, 3, 37, 0), "randomisation", "", "three treated, however many others"),
        ((6, 3, 3, 0), "randomisation", "", "three in each arm"),
        ((12, 9, 3, 0), "randomisation", "", "three comparison clusters"),
        ((12, 2, 10, 0), "none", "few_treated_clusters", "two treated clusters"),
        ((12, 10, 2, 0), "none", "few_comparison_clusters", "two comparison clusters"),
        ((5, 3, 2, 0), "none", "few_clusters", "five clusters"),
        ((12, 7, 6, 1), "none", "cluster_in_both_arms", "an assignment that was not kept"),
    ],
)
def test_rungs(counts, method, reason, why, make_study):
    rung = choose_method(ClusterCounts(*counts), make_study())
    assert (rung.method, rung.reason) == (method, reason), why


@pytest.mark.parametrize(
    ("clusters", "method", "why"),
    [
        (30, "CR2", "thirty clusters"),
        (29, "bootstrap", "fewer"),
        (6, "bootstrap", "the fewest"),
        (5, "none", "too few"),
    ],
)
def test_without_comparison_arm_only_the_number_of_clusters_counts(clusters, method, why, make_study):
    assert choose_method(ClusterCounts(clusters, 0, 0, 0), make_study(treated=None)).method == method, why
