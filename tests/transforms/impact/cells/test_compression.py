"""The cell table holds the sums of its rows, however the rows are cut or ordered."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.impact.cells import compression
from transforms.impact.cells.compression import WEIGHTED, CellTable, cluster_moments, combine, compress, patterns

BY = ["place", "wave"]


def _rows(seed: int, n: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "place": pd.array(rng.choice(["b", "a", None], n), dtype="str"),
            "wave": pd.Categorical(rng.choice(["one", "two"], n), categories=["two", "one", "never"]),
            "weight": rng.uniform(0.1, 3, n),
            "full": rng.normal(0, 1, n),
            "partly": np.where(rng.random(n) < 0.4, np.nan, rng.normal(50, 9, n)),
        }
    )
    return frame.assign(again=-frame["full"])


def _by_hand(frame: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """The same sums, by pandas."""
    y, w = frame[outcome].fillna(0), frame["weight"].where(frame[outcome].notna(), 0)
    rows = frame[outcome].notna().astype(int)
    sums = frame[BY].assign(rows=rows, weight=w, total=w * y, square=w * y**2, weight_square=w**2, plain=y)
    return sums.groupby(BY, dropna=False, observed=True).sum().sort_index(na_position="last").reset_index()


def _same(table: CellTable, other: CellTable) -> None:
    pd.testing.assert_frame_equal(table.keys, other.keys)
    assert table.outcomes == other.outcomes
    np.testing.assert_array_equal(table.rows, other.rows)
    for name in WEIGHTED:
        np.testing.assert_allclose(getattr(table, name), getattr(other, name), rtol=1e-12, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 60), weighted=st.booleans())
def test_sums_are_those_of_the_rows(seed: int, n: int, weighted: bool) -> None:
    frame = _rows(seed, n)
    frame = frame if weighted else frame.assign(weight=1.0)
    table = compress(frame, ["full", "partly"], BY, "weight")
    for position, outcome in enumerate(["full", "partly"]):
        expected = _by_hand(frame, outcome)
        pd.testing.assert_frame_equal(table.keys, expected[BY], check_dtype=False, check_categorical=False)
        for name in ("rows", *WEIGHTED):
            np.testing.assert_allclose(getattr(table, name)[:, position], expected[name], rtol=1e-12, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), cuts=st.lists(st.integers(1, 49), max_size=4))
def test_blocks_of_rows_add_up(seed: int, cuts: list[int]) -> None:
    frame = _rows(seed, 50)
    edges = [0, *sorted(set(cuts)), 50]
    blocks = [frame.iloc[a:b] for a, b in pairwise(edges)]
    parts = [compress(block, ["full", "partly"], BY, "weight") for block in blocks]
    _same(combine(parts), compress(frame, ["full", "partly"], BY, "weight"))


def test_block_size_and_table_size_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = _rows(3, 200)
    whole = compress(frame, ["full", "partly"], BY, "weight")
    monkeypatch.setattr(compression, "BLOCK_ROWS", 7)
    _same(compress(frame, ["full", "partly"], BY, "weight"), whole)
    monkeypatch.setattr(compression, "DENSE_CELLS", 0)
    few = frame.iloc[:5]
    sparse = compress(few, ["full"], BY, "weight")
    monkeypatch.undo()
    _same(sparse, compress(few, ["full"], BY, "weight"))


def test_rows_left_out_leave_no_cell() -> None:
    frame = _rows(4, 80)
    keep = (frame["place"] == "a").to_numpy()
    _same(compress(frame, ["full"], BY, "weight", keep), compress(frame[keep], ["full"], BY, "weight"))
    nobody = compress(frame, ["full"], BY, "weight", np.zeros(80, dtype=bool))
    assert nobody.rows.shape == (0, 1)
    assert compress(frame.iloc[:0], ["full"], BY, "weight").rows.shape == (0, 1)


def test_the_frame_is_not_changed() -> None:
    frame = _rows(5, 40)
    before = frame.copy(deep=True)
    compress(frame, ["full", "partly"], BY, "weight")
    pd.testing.assert_frame_equal(frame, before)


def test_outcomes_with_the_same_rows_share_cross_products() -> None:
    table = compress(_rows(6, 90), ["full", "partly", "again"], BY, "weight")
    assert patterns(table) == [[0, 2], [1]]


def test_outcomes_whose_weights_differ_within_a_cell_do_not_share() -> None:
    """Two answers to each outcome, with weights 1 + 3 and 2 + 2."""
    columns = {"c": [1] * 4, "w": [1.0, 3.0, 2.0, 2.0], "y": [1, 2, np.nan, np.nan], "z": [np.nan, np.nan, 1, 2]}
    table = compress(pd.DataFrame(columns), ["y", "z"], ["c"], "w")
    np.testing.assert_array_equal(table.weight, [[4, 4]])
    np.testing.assert_array_equal(table.weight_square, [[10, 8]])
    assert patterns(table) == [[0], [1]]


def test_moments_by_hand() -> None:
    frame = pd.DataFrame({"c": [7, 7, 7, 3], "x": [0, 1, 1, 1], "w": [1.0, 2.0, 1.0, 3.0], "y": [1.0, 2.0, 4.0, 5.0]})
    table = compress(frame, ["y"], ["x", "c"], "w")
    x = np.column_stack([np.ones(3), table.keys["x"]])
    moments = cluster_moments(x, table.keys["c"].to_numpy(), table)
    # cluster 3: one row of weight 3; cluster 7: weights 1 (x = 0) and 2 + 1 (x = 1)
    np.testing.assert_array_equal(moments.xwx, [[[3, 3], [3, 3]], [[4, 3], [3, 3]]])
    np.testing.assert_array_equal(moments.xwy[:, :, 0], [[15, 15], [9, 8]])
    np.testing.assert_array_equal(moments.ywy[:, 0], [75, 1 + 8 + 16])
    np.testing.assert_array_equal(moments.rows, [1, 3])
