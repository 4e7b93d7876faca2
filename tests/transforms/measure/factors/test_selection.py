"""Who is compared, and which items and groups a model can take."""

import numpy as np
import pandas as pd
import pytest

from transforms.measure.factors.comparisons import Comparison, comparisons, keep_groups
from transforms.measure.factors.selection import LeftOut, Selection, directed_answers, reflective_items, select
from transforms.study.study import Study

INDEX = '[[indices]]\nname = "i"\n'
ITEMS = """
    a1 | item | 1-5 | + | i | trust
    a2 | item | 1-5 | - | i | trust
    c1 | item | 1-5 | + | i | contact
"""
DESIGN = """
[[waves]]
name = "before"
file = "b.csv"
[[waves]]
name = "after"
file = "a.csv"
[design]
KIND
governorate = "region"
group = "people"
"""


@pytest.fixture(scope="module")
def interviews() -> pd.DataFrame:
    waves = pd.Categorical(["before", "before", "after", "after", "after"], ["before", "after"], ordered=True)
    return pd.DataFrame(
        {
            "wave": waves,
            "arm": ["comparison", "treated", "comparison", None, "treated"],
            "governorate": ["south", "north", "north", "south", None],
            "group": ["host", "displaced", "host", "host", "host"],
            "sex": [None] * 5,
        }
    )


@pytest.mark.parametrize(
    ("kind", "group", "governorate", "why"),
    [
        ("", [1, 0, 1, 1, 1], [1, 0, 0, 1, -1], "fresh people: every wave"),
        ('kind = "panel"\nrespondent = "id"', [1, 0, -1, -1, -1], [1, 0, -1, -1, -1], "baseline"),
    ],
)
def test_comparisons(
    interviews: pd.DataFrame, little_study, kind: str, group: list, governorate: list, why: str
) -> None:
    codebook = """
    variable | type       | scale | index | before | after
    id       | identifier |       |       | n      | n
    people   | category   |       |       | p      | p
    region   | category   |       |       | r      | r
    q        | item       | 1-5   | i     | q      | q
    """
    study: Study = little_study(DESIGN.replace("KIND", kind) + INDEX, codebook)
    found = {each.name: each for each in comparisons(interviews, study)}
    assert list(found) == ["everyone", "wave_arm", "group", "governorate"], "no sex is declared"
    assert found["everyone"].codes.tolist() == [-1 if code < 0 else 0 for code in group], why
    assert found["group"].codes.tolist() == group, why
    assert found["governorate"].codes.tolist() == governorate, why
    assert found["governorate"].groups == ("north", "south")
    assert found["wave_arm"].groups == ("before treated", "before comparison", "after treated", "after comparison")
    assert found["wave_arm"].codes.tolist() == [1, 0, 3, -1, 2]


def test_without_arms_waves_alone_are_compared_and_empty_ones_dropped(interviews: pd.DataFrame, index_study) -> None:
    study = index_study(INDEX, ITEMS, compared=False)
    found = comparisons(interviews.assign(arm="everyone"), study)[1]
    assert found.groups == ("before", "after")
    only = comparisons(interviews.assign(arm="everyone").iloc[:2], study)[1]
    assert only.groups == ("before",)


def test_kept_groups_are_counted_anew() -> None:
    found = keep_groups(Comparison("sex", ("f", "m", "x"), np.array([0, 1, 2, -1])), np.array([0, 2]))
    assert found.groups == ("f", "x")
    assert found.codes.tolist() == [0, -1, 1, -1]


def test_formative_dimensions_are_not_modelled_and_answers_point_one_way(index_study) -> None:
    study = index_study(INDEX, ITEMS)
    index = study.indices[0]
    assert reflective_items(index, study) == {"a1": "trust", "a2": "trust"}
    panel = pd.DataFrame({"a1": [1.0, 5, np.nan], "a2": [1.0, 5, 2], "c1": [1.0, 1, 1]})
    found = directed_answers(panel, index, study)
    np.testing.assert_array_equal(found["a1"], [0, 1, np.nan])
    np.testing.assert_array_equal(found["a2"], [1, 0, 0.75])


def answers(n: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Four items each of two dimensions."""
    draw = np.random.default_rng(seed)
    factors = draw.normal(size=(2, n))
    return {f"{d}{at}": factors[f] + draw.normal(size=n) for f, d in enumerate("ab") for at in range(1, 5)}


def chosen(given: dict[str, np.ndarray], codes: np.ndarray, *asked: np.ndarray) -> Selection:
    names = tuple(f"g{at}" for at in range(codes.max() + 1))
    return select(given, {name: name[0] for name in given}, Comparison("sex", names, codes), asked)


def test_what_can_be_compared_is_compared() -> None:
    codes = np.repeat([0, 1, -1], [100, 120, 30])
    found = chosen(answers(250), codes)
    assert (found.problem, found.left_out, found.groups, found.n) == ("", (), ("g0", "g1"), 220)
    assert found.structure is not None
    assert found.structure.factors == ("a", "b")
    assert found.samples[1].cases is not None


def test_items_are_left_out_by_name() -> None:
    codes = np.repeat([0, 1], 150)
    given = answers(300)
    given["a1"][codes == 1] = np.nan
    given["a2"][(np.arange(300) % 3 > 0) & (codes == 0)] = np.nan
    given["b1"][codes == 0] = 0.3
    found = chosen(given, codes)
    assert found.left_out == (
        LeftOut("item", "a1", "not_asked_of_all"),
        LeftOut("item", "a2", "not_asked_of_all"),
        LeftOut("item", "b1", "constant_item"),
    )
    assert found.structure is not None
    assert found.structure.items == ("a3", "a4", "b2", "b3", "b4")
    assert found.n == 300


def test_an_item_asked_of_hosts_only_or_in_one_wave_is_left_out_of_every_comparison() -> None:
    codes, people = np.tile([0, 1], 150), np.repeat([0, 1, -1], [200, 70, 30])
    given = answers(300)
    given["b4"][people == 1] = np.nan
    assert chosen(given, codes).left_out == (), "most answered it"
    assert chosen(given, codes, codes, people).left_out == (LeftOut("item", "b4", "not_asked_of_all"),)


def test_an_item_alone_in_its_dimension_is_left_out() -> None:
    codes = np.repeat([0, 1], 150)
    given = {name: values for name, values in answers(300).items() if name in ("a1", "a2", "a3", "b1")}
    found = chosen(given, codes)
    assert found.left_out == (LeftOut("item", "b1", "only_item_of_its_dimension"),)
    assert found.structure is not None
    assert found.structure.factors == ("a",)


def test_small_groups_are_left_out_before_items_are_judged_by_them() -> None:
    codes = np.repeat([0, 1, 2, 3], [150, 150, 20, 40])
    given = answers(360)
    given["a1"][codes == 2] = np.nan
    for item in given:
        given[item][np.flatnonzero(codes == 3)[20:]] = np.nan
    found = chosen(given, codes)
    assert found.left_out == (
        LeftOut("group", "g2", "fewer_respondents_than_parameters"),
        LeftOut("group", "g3", "fewer_respondents_than_parameters"),
    ), "20 interviews; 20 of 40 with an answer"
    assert found.groups == ("g0", "g1")
    assert found.structure is not None
    assert len(found.structure.items) == 8


def test_everyone_who_answered_something_counts_and_how_many_answered_everything_is_known() -> None:
    codes, given = np.repeat([0, 1], 150), answers(300)
    given["a1"][:40] = np.nan
    for item in given:
        given[item][299] = np.nan
    found = chosen(given, codes)
    assert (found.n, found.complete, found.weighted, found.clusters) == (299, 259, False, 0)


def test_items_never_asked_together_are_left_out_by_name() -> None:
    """One half was asked the one item, the other half the other: nothing tells how they go together."""
    codes, given = np.repeat([0, 1], 150), answers(300)
    given["a3"][::2] = np.nan
    given["b1"][1::2] = np.nan
    found = chosen(given, codes)
    assert found.left_out == (LeftOut("item", "b1", "not_asked_together"),)
    assert np.isfinite(found.samples[0].covariance).all()
    given["b4"][1::2] = np.nan
    assert chosen(given, codes).left_out == (LeftOut("item", "a3", "not_asked_together"),), "it stands apart from two"


def test_items_that_predict_one_another_have_no_moments() -> None:
    given = answers(300)
    given["a2"] = given["a1"].copy()
    found = chosen(given, np.repeat([0, 1], 150))
    assert np.isnan(found.samples[0].covariance).all()
    assert found.samples[0].cases is None
    given["a2"][:9] = np.nan
    assert np.isnan(chosen(given, np.repeat([0, 1], 150)).samples[0].mean).all()


@pytest.mark.parametrize(
    ("items", "sizes", "problem", "why"),
    [
        (("a1", "a2"), (100, 100), "too_few_items", "two items have no factor model"),
        ((), (100, 100), "too_few_items", "an index of contact alone"),
        (("a1", "a2", "a3"), (200,), "one_group", "nothing to compare with"),
        (("a1", "a2", "a3"), (200, 9), "fewer_respondents_than_parameters", "nine people for nine numbers"),
    ],
)
def test_no_model_and_why(items: tuple[str, ...], sizes: tuple[int, ...], problem: str, why: str) -> None:
    codes = np.repeat(np.arange(len(sizes)), sizes)
    found = chosen({name: answers(len(codes))[name] for name in items}, codes)
    assert (found.structure, found.problem, found.n) == (None, problem, 0), why
