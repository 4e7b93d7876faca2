"""Respondents compared with themselves: sums by hand and in full matrices, who carries them, waves left out."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.impact.cells.clusters import count_clusters
from transforms.impact.cells.compression import Floats
from transforms.impact.cells.panel import SEEN_COLUMNS, carried_answers, panel_of, seen_again_table
from transforms.impact.cells.panel_cells import PanelCells
from transforms.impact.cells.regression import answer_sums, design_of, moments_of, working_of
from transforms.study import Study
from transforms.study.columns import COMPARISON, TREATED

MakeScores = Callable[..., pd.DataFrame]
MakeStudy = Callable[..., Study]
WAVES = ("one", "two", "three")
PANEL = {"kind": "panel", "respondent": "person"}


@pytest.fixture(scope="module")
def study(make_study: MakeStudy) -> Study:
    return make_study(waves=WAVES, design=PANEL, effects={"groups": ()})


@pytest.fixture(scope="module")
def frame(make_scores: MakeScores) -> pd.DataFrame:
    """40 people of 8 villages in two places, asked up to three times, with weights and a second outcome with gaps."""
    rng = np.random.default_rng(5)
    person = np.arange(40)
    rows = pd.DataFrame({"person": np.tile(person, 3), "at": np.repeat(range(3), 40)})
    rows = rows[rng.uniform(size=120) < 0.75].sample(frac=1.0, random_state=1).reset_index(drop=True)
    village = rows["person"].to_numpy() % 8
    columns = {
        "respondent": rows["person"].astype(str),
        "governorate": np.where(village < 4, "A", "B"),
        "wave": np.array(WAVES)[rows["at"]],
        "cluster": village.astype(str),
        "arm": np.where(village % 2 == 1, TREATED, COMPARISON),
        "weight": rng.uniform(0.5, 2.0, len(rows)),
        "trust": rng.normal(3, 1, len(rows)),
        "calm": np.where(rng.uniform(size=len(rows)) < 0.2, np.nan, rng.normal(size=len(rows))),
    }
    return make_scores(columns, WAVES)


def _cells(frame: pd.DataFrame, study: Study, outcomes: tuple[str, ...] = ("trust",)) -> PanelCells:
    cells = panel_of(frame, study, outcomes).cells(study, range(len(outcomes)))
    assert isinstance(cells, PanelCells)
    return cells


def _transformed(frame: pd.DataFrame, cells: PanelCells, x: Floats) -> dict[str, Floats]:
    """The moments of all clusters together, person by person in full matrices."""
    at = {(int(c), int(w)): row for row, (c, w) in enumerate(zip(cells.cluster, cells.wave, strict=True))}
    names = sorted(frame["cluster"].unique())
    found: dict[str, Floats] = {}
    for _, everything in frame.groupby("respondent"):
        rows = everything[everything["trust"].notna() & (everything["weight"] > 0)]
        if len(rows) < 2:
            continue
        cluster = np.unique(cells.cluster)[names.index(rows["cluster"].iloc[0])]
        own = x[[at[int(cluster), WAVES.index(str(wave))] for wave in rows["wave"]]]
        w, y = rows["weight"].to_numpy(), rows["trust"].to_numpy()
        weighted = np.diag(w) - np.outer(w, w) / w.sum()
        plain = np.eye(w.size) - 1 / w.size
        parts = {
            "xwx": own.T @ weighted @ own,
            "xwy": own.T @ weighted @ y,
            "ywy": np.array(y @ weighted @ y),
            "rows": np.array(w.size - 1),
            "xx": own.T @ plain @ own,
            "xwwx": own.T @ weighted @ weighted @ own,
            "xy": own.T @ plain @ y,
        }
        found = {name: found.get(name, 0) + part for name, part in parts.items()}
    return found


def test_moments_are_those_of_every_respondent_s_matrices(frame: pd.DataFrame, study: Study) -> None:
    cells = _cells(frame, study)
    x = design_of(cells, cells.unit).x
    expected = _transformed(frame, cells, x)
    moments, working = moments_of(cells, x), working_of(cells, x)
    for name in ("xwx", "xwy", "ywy", "rows"):
        assert np.squeeze(getattr(moments, name).sum(axis=0)) == pytest.approx(expected[name], abs=1e-10), name
    for name in ("xx", "xwwx", "xy"):
        assert np.squeeze(getattr(working, name).sum(axis=0)) == pytest.approx(expected[name], abs=1e-10), name


def test_with_many_places_only_the_regressors_a_cluster_has_are_held(frame: pd.DataFrame, study: Study) -> None:
    many = pd.concat(
        [
            frame.assign(governorate=f"{place}" + frame["governorate"], respondent=f"{place}-" + frame["respondent"])
            for place in range(12)
        ],
        ignore_index=True,
    )
    cells = _cells(many, study)
    x = design_of(cells, cells.unit).x
    one = _cells(frame, study)
    alone, working = moments_of(one, design_of(one, one.unit).x), working_of(one, design_of(one, one.unit).x)
    moments = moments_of(cells, x)
    assert (x.shape[1], moments.xwx.shape[1]) == (12 * 8, 4)
    assert moments.totals()[0].trace() == pytest.approx(12 * alone.totals()[0].trace())
    assert moments.totals()[1].sum() == pytest.approx(12 * alone.totals()[1].sum())
    assert working_of(cells, x).xwwx.sum() == pytest.approx(12 * working.xwwx.sum())


def test_by_hand(make_scores: MakeScores, study: Study) -> None:
    """One person says 1 and 4 with weights 1 and 2: mean 3, so that K y = (-2, 2), y'K y = 6 and K = 2/3 (1, -1)."""
    columns = {
        "respondent": ["p", "p", "q"],
        "wave": ["one", "two", "one"],
        "cluster": "v",
        "arm": TREATED,
        "weight": [1.0, 2.0, 5.0],
        "trust": [1.0, 4.0, 9.0],
    }
    cells = _cells(make_scores(columns, WAVES), study)
    assert cells.wave.tolist() == [0, 1]
    assert cells.rows.tolist() == [1, 1]
    assert cells.sums.total[:, 0] == pytest.approx([-2, 2])
    assert cells.sums.square.sum() == pytest.approx(6)
    assert cells.sums.plain[:, 0] == pytest.approx([-1.5, 1.5])
    assert cells.products.weighted[:, :2] == pytest.approx(np.array([[2, -2], [-2, 2]]) / 3)
    assert cells.products.plain[:, :2] == pytest.approx(np.array([[1, -1], [-1, 1]]) / 2)
    assert cells.products.squared[:, :2] == pytest.approx(np.array([[8, -8], [-8, 8]]) / 9)
    square, total = answer_sums(cells)
    assert (square[0], total[0]) == pytest.approx((33, 9))


def test_a_wave_that_is_left_out_is_as_if_it_had_not_been_asked(frame: pd.DataFrame, study: Study) -> None:
    cells = _cells(frame, study)
    kept = cells.select(~((cells.unit == 0) & (cells.wave == 2)))
    again = _cells(frame[(frame["governorate"] != "A") | (frame["wave"] != "three")], study)
    for name in ("unit", "wave", "treated", "cluster"):
        assert getattr(kept, name).tolist() == getattr(again, name).tolist(), name
    for name in ("rows", "weight", "total", "square", "plain"):
        assert getattr(kept.sums, name) == pytest.approx(getattr(again.sums, name)), name
    for name in ("plain", "weighted", "squared"):
        assert getattr(kept.products, name) == pytest.approx(getattr(again.products, name)), name
    later = kept.select(kept.wave != 1)
    assert later.select(np.ones(later.unit.size, dtype=bool)).sums.total == pytest.approx(later.sums.total)
    assert set(later.unit.tolist()) == {1}, "in A one wave alone is left, in which nobody changes"


def test_outcomes_answered_by_the_same_people_go_together(frame: pd.DataFrame, study: Study) -> None:
    more = frame.assign(copy=frame["trust"] * 2, other=frame["calm"] + 1)
    panel = panel_of(more, study, ("trust", "calm", "copy", "other"))
    assert panel.patterns() == [[0, 2], [1, 3]]
    both = panel.cells(study, [0, 2])
    assert isinstance(both, PanelCells)
    assert both.sums.total[:, 1] == pytest.approx(2 * both.sums.total[:, 0])


@pytest.mark.parametrize(
    ("change", "expected", "why"),
    [
        (lambda f: f.assign(weight=-f["weight"]), "weights_not_positive", "weights below zero"),
        (lambda f: f.assign(trust=np.nan), "no_answers", "nobody answered"),
        (lambda f: f.drop_duplicates("respondent"), "nobody_twice", "everybody seen once"),
        (lambda f: f.assign(respondent=[f"r{row}" for row in range(len(f))]), "nobody_twice", "no names in common"),
        (lambda f: f.assign(respondent=None), "nobody_twice", "no names"),
        (lambda f: f.assign(cluster=None), "nobody_twice", "clusters not known"),
        (lambda f: f.iloc[:0], "no_answers", "no rows"),
    ],
)
def test_why_there_are_no_cells(
    frame: pd.DataFrame, study: Study, change: Callable[[pd.DataFrame], pd.DataFrame], expected: str, why: str
) -> None:
    assert panel_of(change(frame), study, ["trust"]).cells(study, [0]) == expected, why


def test_who_moves_keeps_the_first_place_and_the_first_of_two_rows_counts(frame: pd.DataFrame, study: Study) -> None:
    cells = _cells(frame, study)
    mover = frame["respondent"] == frame["respondent"].iloc[0]
    home = frame.loc[mover].sort_values("wave").iloc[0]
    away = frame[(frame["cluster"] != home["cluster"]) & (frame["arm"] != home["arm"])].iloc[0]
    late = mover & (frame["wave"] != home["wave"])
    names = ["governorate", "cluster", "arm"]
    moved = frame.copy()
    moved.loc[late, names] = away[names].to_list()
    twice = pd.concat([moved, moved[late].assign(trust=99.0)], ignore_index=True)
    assert _cells(twice, study).sums.total == pytest.approx(cells.sums.total)
    assert count_clusters(_cells(twice, study)) == count_clusters(cells), "a move is no cluster in both arms"


def test_a_cluster_that_changes_its_arm_is_in_both(frame: pd.DataFrame, study: Study) -> None:
    torn = (frame["cluster"] == "1") & (frame["wave"] == "three")
    swapped = frame.assign(arm=frame["arm"].mask(torn, COMPARISON))
    assert count_clusters(_cells(frame, study)).in_both_arms == 0
    assert count_clusters(_cells(swapped, study)).in_both_arms == 1


def test_answers_of_those_seen_once_are_left_out(frame: pd.DataFrame, make_study: MakeStudy, study: Study) -> None:
    found = carried_answers(frame, study, ["calm"])
    times = frame[frame["calm"].notna()].groupby("respondent").size()
    twice = frame["respondent"].isin(times[times > 1].index)
    pd.testing.assert_series_equal(found["calm"], frame["calm"].where(twice))
    assert found["trust"].equals(frame["trust"])
    assert carried_answers(frame, make_study(waves=WAVES), ["calm"]) is frame


def test_who_was_seen_again_is_counted_for_every_outcome(
    frame: pd.DataFrame, make_study: MakeStudy, study: Study
) -> None:
    times = frame.groupby("respondent").size()
    row = seen_again_table(frame, study).set_index("outcome").loc["trust"]
    assert row["respondents"] == len(times)
    assert (row["seen_twice"], row["seen_once"]) == ((times > 1).sum(), (times == 1).sum())
    assert row["interviews"] == times[times > 1].sum() == _cells(frame, study).rows.sum()
    fresh = make_study(waves=WAVES)
    assert seen_again_table(frame, fresh).columns.tolist() == list(SEEN_COLUMNS)
    assert len(seen_again_table(frame, fresh)) == len(seen_again_table(frame, make_study(waves=("one",)))) == 0
