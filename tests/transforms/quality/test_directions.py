"""A question that goes against the others of its index: by hand, by simulation, and where nothing can be said."""

import numpy as np
import pandas as pd
import pytest

from transforms.quality.directions import ENOUGH, Directed, against_the_others, directed
from transforms.quality.wave_rules import wave_rules

SETTINGS = """
[[waves]]
name = "one"
file = "1.csv"
[design]
[[indices]]
name = "i"
formative = ["talk"]
[[indices]]
name = "k"
"""
CODEBOOK = """
    variable | type | scale | direction | index | dimension | role      | one
    a        | item | 1-5   | +         | i     | trust     | headline  | a
    b        | item | 1-5   | +         | i     | trust     | headline  | b
    c        | item | 0-10  | -         | i     | help      | headline  | c
    talk     | item | 1-5   | +         | i     | talk      | headline  | t
    aside    | item | 1-5   | +         | i     | trust     | secondary | s
    k1       | item | 1-5   | +         | k     | more      | headline  | k1
    k2       | item | 1-5   | +         | k     | more      | headline  | k2
"""


@pytest.fixture
def study(little_study):
    return little_study(SETTINGS, CODEBOOK)


@pytest.fixture
def items(study):
    return {item.name: item for item in directed(study.codebook.variables, study)}


def people(count: int, seed: int = 1) -> pd.DataFrame:
    """Answers to a, b and c of people whose attitude moves all three; c is asked the other way round."""
    rng = np.random.default_rng(seed)
    attitude = rng.normal(size=count)
    answers = {name: 3 + attitude + rng.normal(size=count) for name in "abc"}
    frame = pd.DataFrame(answers).round().clip(1, 5)
    return frame.assign(c=11 - 2 * frame.c)


def against(frame: pd.DataFrame, items: dict[str, Directed]) -> list[str]:
    return [name for name, item in items.items() if against_the_others(frame, item).broken.any()]


def test_which_questions_are_compared_with_which(items):
    """Neither formative nor secondary ones, nor those of an index of two."""
    assert {name: [other[0] for other in item.others] for name, item in items.items()} == {
        "a": ["b", "c"], "b": ["a", "c"], "c": ["a", "b"],
    }  # fmt: skip


REVERSED = [
    ([], [], "as the codebook says"),
    (["b"], ["b"], "one scale reversed"),
    (["c"], ["c"], "one that was reversed already, reversed again"),
    (["a", "b", "c"], [], "all of them: nothing to be seen"),
]


@pytest.mark.parametrize(("names", "found", "why"), REVERSED)
def test_a_reversed_scale_is_seen(items, names, found, why):
    frame = people(800)
    for name in names:
        frame[name] = (frame[name].min() + frame[name].max()) - frame[name]
    assert against(frame, items) == found, why


SILENT = [
    ([[5, 1, 10], [1, 5, 1], [4, 2, 9]], "too few to tell from chance"),
    ([[5, 1, 10]] * 500, "nobody differs"),
    ([[np.nan, 1, 10]] * 500, "nobody answered"),
    ([[5, np.nan, np.nan], [1, np.nan, np.nan]] * 500, "nobody answered the others"),
]


@pytest.mark.parametrize(("answers", "why"), SILENT)
def test_nothing_is_said_where_nothing_can_be(items, answers, why):
    assert against(pd.DataFrame(answers, columns=list("abc"), dtype="float64"), {"a": items["a"]}) == [], why


def test_every_answer_is_counted_and_no_row_is_looked_up(items):
    frame = people(400)
    frame["b"] = 6 - frame.b
    frame.loc[:9, "b"] = np.nan
    found = against_the_others(frame, items["b"])
    assert (found.broken.sum(), found.evaluated.sum(), found.rows.sum()) == (390, 390, 0)


def test_unrelated_questions_are_rarely_named(items):
    """Three questions that share nothing, 200 waves of 300 people: a correlation of -.17 or less in under 1 %."""
    rng = np.random.default_rng(2)
    frames = (pd.DataFrame(rng.integers(1, 6, size=(300, 3)).astype(float), columns=list("abc")) for _ in range(200))
    assert sum(len(against(frame, items)) for frame in frames) <= 6


def test_a_large_wave_is_looked_at_in_steps(items):
    frame = people(2 * ENOUGH + 1)
    frame.loc[1::2, "b"] = 6 - frame.loc[1::2, "b"]  # every other interview, none of which is in the sample
    assert against(frame, items) == []


def test_a_wave_is_asked_for_it(study):
    rules = [rule for rule in wave_rules(study, study.baseline) if rule.check == "goes_against"]
    assert [(rule.variable, rule.needs) for rule in rules] == [
        ("a", ("a", "b", "c")), ("b", ("b", "a", "c")), ("c", ("c", "a", "b")),
    ]  # fmt: skip
    frame = people(300)
    frame["b"] = 6 - frame.b
    assert [rule.variable for rule in rules if rule.find(frame).broken.any()] == ["b"]
