"""Every cluster's change: by hand on a tiny table, and nothing of few people."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.impact.around.cluster_changes import CLUSTER_COLUMNS, cluster_changes
from transforms.study import Study
from transforms.study.columns import COMPARISON, DESIGN_COLUMNS, TREATED

LIMITS = {"limits": {"smallest_shown_cell": 5}}
FRESH = {"kind": "cross-sections"}


@pytest.fixture
def people() -> Callable[..., pd.DataFrame]:
    """Rows of clusters given as (place, village, arm, wave, scores); the first of each has weight 3, the others 1."""

    def make(*clusters: tuple[str, str, str, str, list[float]]) -> pd.DataFrame:
        names = ["governorate", "cluster", "arm", "wave", "trust", "weight"]
        rows = [
            [place, village, arm, wave, score, 1.0 + 2 * (at == 0)]
            for place, village, arm, wave, scores in clusters
            for at, score in enumerate(scores)
        ]
        frame = pd.DataFrame(rows, columns=names).assign(strata="all")
        frame["wave"] = pd.Categorical(frame["wave"], categories=["before", "after"], ordered=True)
        return frame.assign(**{name: None for name in DESIGN_COLUMNS if name not in frame})

    return make


def both(place: str, village: str, arm: str, first: list[float], later: list[float]) -> list[tuple[object, ...]]:
    return [(place, village, arm, "before", first), (place, village, arm, "after", later)]


def test_changes_are_those_of_weighted_means(
    people: Callable[..., pd.DataFrame], study_of: Callable[..., Study]
) -> None:
    scores = people(
        *both("A", "north", TREATED, [0.0] * 5, [7.0, 0.0, 0.0, 0.0, 0.0]),
        *both("A", "west", TREATED, [1.0] * 6, [np.nan, 3.0, 3.0, 3.0, 3.0, 3.0]),
        *both("B", "north", COMPARISON, [2.0] * 5, [1.0] * 5),
        ("B", "gone", COMPARISON, "before", [1.0] * 5),
    )
    found = cluster_changes(scores, study_of(FRESH, **LIMITS))
    assert list(found.columns) == list(CLUSTER_COLUMNS)
    assert found[["governorate", "arm", "cluster", "n_before", "n_after", "change"]].to_numpy().tolist() == [
        ["A", TREATED, 1, 5, 5, 3.0],  # 3 x 7 / 7
        ["A", TREATED, 2, 6, 5, 2.0],  # who did not answer is left out
        ["B", COMPARISON, 1, 5, 5, -1.0],  # a village of the same name elsewhere; one not seen again has no row
    ]
    assert set(found["unit"]) == {"sd"}


@pytest.mark.parametrize(
    ("sizes", "shown", "why"),
    [
        ([6, 6, 6], [True, True, True], "nobody is alone"),
        ([4, 6, 7], [False, False, True], "the arm's mean would give the small one away, so the next goes too"),
        ([4, 4, 7], [False, False, True], "two small ones hide each other"),
        ([4], [False], "nothing to hide behind"),
    ],
)
def test_small_clusters_are_hidden_and_cannot_be_worked_out(
    people: Callable[..., pd.DataFrame], study_of: Callable[..., Study], sizes: list[int], shown: list[bool], why: str
) -> None:
    rows = [row for at, n in enumerate(sizes) for row in both("A", f"v{at}", TREATED, [0.0] * 7, [1.0] * n)]
    rows += both("A", "other", COMPARISON, [0.0] * 7, [1.0] * 7)
    found = cluster_changes(people(*rows), study_of(FRESH, **LIMITS))
    treated = found[found["arm"] == TREATED]
    for column in ("n_before", "n_after", "change"):
        assert treated[column].notna().tolist() == shown, why
    assert found.loc[found["arm"] == COMPARISON, "change"].tolist() == [1.0]


def test_whole_governorates_are_the_clusters_where_they_were_assigned(
    people: Callable[..., pd.DataFrame], study_of: Callable[..., Study]
) -> None:
    study = study_of(FRESH | {"treatment": {"variable": "place", "values": ["A"]}, "cluster": None}, **LIMITS)
    rows = [*both("A", "v1", TREATED, [0.0] * 5, [1.0] * 5), *both("A", "v2", TREATED, [0.0] * 5, [2.0] * 5)]
    found = cluster_changes(people(*rows, *both("B", "v3", COMPARISON, [0.0] * 5, [4.0] * 5)), study)
    assert found[["governorate", "arm", "cluster", "change"]].to_numpy().tolist() == [
        ["pooled", COMPARISON, 1, 4.0],
        ["pooled", TREATED, 1, 1.5],
    ]


def test_one_wave_has_no_changes(people: Callable[..., pd.DataFrame], study_of: Callable[..., Study]) -> None:
    study = study_of(waves=[{"name": "before", "file": "before.csv"}])
    found = cluster_changes(people(("A", "v", TREATED, "before", [0.0] * 5)), study)
    assert list(found.columns) == list(CLUSTER_COLUMNS)
    assert found.empty


def test_no_names_of_clusters_are_told(draw_panel: Callable[..., pd.DataFrame], study_of: Callable[..., Study]) -> None:
    panel = draw_panel()
    before = panel.copy()
    found = cluster_changes(panel, study_of())
    assert len(found) == 24
    assert found["change"].notna().all()
    assert not set(found["cluster"].astype(str)) & set(panel["cluster"])
    pd.testing.assert_frame_equal(panel, before)


def test_in_a_panel_those_seen_once_do_not_move_a_cluster(
    draw_panel: Callable[..., pd.DataFrame], study_of: Callable[..., Study]
) -> None:
    panel = draw_panel(lost=0.2)
    lost = panel.groupby("respondent")["respondent"].transform("size") == 1
    found = cluster_changes(panel, study_of())
    assert found["n_before"].tolist() == found["n_after"].tolist()
    assert found["n_before"].sum() == panel.loc[~lost, "respondent"].nunique()
    moved = panel.assign(trust=panel["trust"] + 100.0 * lost)
    pd.testing.assert_frame_equal(cluster_changes(moved, study_of()), found)
