"""What the design is expected to meet cannot contradict the design."""

import pytest


@pytest.mark.parametrize(
    ("changes", "where", "says", "why"),
    [
        (("settings: + [power]\npower = 0.05",), "power.power", "not above alpha 0.05", "as much as chance has"),
        (
            ("settings: + [power]\nclusters_treated = 2",),
            "power.clusters_treated",
            "2 treated clusters are planned, but the treatment names 1",
            "the treatment's values are the clusters",
        ),
        (
            (
                'settings: [design.treatment]\nvariable = "town"\nvalues = ["North"]\n -> ',
                "settings: + [power]\nclusters_comparison = 3",
            ),
            "power.clusters_comparison",
            "no comparison of arms",
            "no arms",
        ),
        (
            (
                "codebook: town     | category   |       -> town     | category   | GOV  ",
                'settings: ["North"] -> ["Amman"]',
                "recodes: town     |        | N   | North -> ",
                "settings: + [power]\nclusters_comparison = 3",
            ),
            "power.clusters_comparison",
            "3 clusters are planned, but the scale of town lists 2",
            "more than there are",
        ),
        (("settings: + [power]\nicc = 1.2",), "power.icc", "must be less than or equal to 1", "no share"),
    ],
)
def test_impossible_plans_are_refused_with_their_line(problems_after, changes, where, says, why):
    (problem,) = problems_after(*changes)
    assert problem.where == where, why
    assert says in problem.message
    assert problem.row is not None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (("settings: + [power]\nclusters_treated = 1\nclusters_comparison = 4",), "comparison clusters are not named"),
        (
            (
                'settings: variable = "town" -> variable = "gov"\nassigned_by = "town"',
                'settings: ["North"] -> ["Amman"]',
                "settings: + [power]\nclusters_treated = 9",
            ),
            "the treatment names arms of a place, not clusters",
        ),
    ],
)
def test_what_nobody_can_know_is_no_problem(spoil, changes, why):
    assert spoil(*changes).settings.power is not None, why
