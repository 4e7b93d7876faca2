import pandas as pd
import pytest

from transforms.prepare.raw import RawTable, close_matches, find_column, select_columns


@pytest.mark.parametrize(
    ("wanted", "names", "found", "why"),
    [
        ("q1", ("q1", "a/q1"), "q1", "the name itself goes first"),
        ("q1", ("a/b/q1", "q2"), "a/b/q1", "inside groups of the form"),
        ("q1", ("a/q1", "b/q1"), None, "in two groups: which?"),
        ("food", ("aid", "aid/food"), None, "a choice of the question aid, not a question"),
        ("q1", ("Q1",), None, "names are kept apart by case"),
        ("q1", (), None, "nothing there"),
    ],
)
def test_find_column(wanted, names, found, why):
    assert find_column(wanted, names) == found, why


def test_selected_columns_keep_the_order_of_the_file():
    assert select_columns(["b", "absent", "a"], ("a", "g/b", "c")) == ["a", "g/b"]


@pytest.mark.parametrize(
    ("wanted", "names", "close", "why"),
    [
        ("q52h", ("Q52H", "Q52I"), ("Q52H", "Q52I"), "the same but for case comes first"),
        ("trust", ("group/trust", "other/trust"), ("group/trust", "other/trust"), "two groups hold it"),
        ("age", ("weight",), (), "nothing near"),
        ("q1", tuple(f"q1{letter}" for letter in "abcdef"), ("q1f", "q1e", "q1d"), "three at most"),
    ],
)
def test_close_matches(wanted, names, close, why):
    assert close_matches(wanted, names) == close, why


def test_names_are_those_of_the_file():
    frame = pd.DataFrame({"a": [1.0]})
    assert RawTable(frame, pd.DataFrame(), {}, {}, "test").names == ("a",)
    assert RawTable(frame, pd.DataFrame(), {}, {}, "test", all_columns=("a", "b")).names == ("a", "b")
