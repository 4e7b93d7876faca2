"""What the reference group did not answer, or answered alike, stands aside with its reason; the rest is scored."""

import numpy as np
import pandas as pd
import pytest

from transforms.measure.acceptance import LastRun, accepted_changes, check_pinned
from transforms.measure.alternatives.catalogue import parse_scorings
from transforms.measure.alternatives.scoring import alternative_scores
from transforms.measure.key import key_text, make_key, parse_key
from transforms.measure.key_changes import describe_changes, key_changes
from transforms.measure.score import score
from transforms.measure.without_unit import answered_without_unit, item_names, unscored, without_unit
from transforms.study.columns import pomp_column
from transforms.study.problems import DataRefusedError

SETTINGS = """
[measures]
imputations = 2
[[indices]]
name = "trust"
{settings}
[[indices]]
name = "sound"
"""
ITEMS = """
    a1 | item | 1-5 | + | trust | a
    a2 | item | 1-5 | - | trust | a
    b1 | item | 1-5 | + | trust | b
    b2 | item | 1-5 | + | trust | b
    c1 | item | 1-5 | + | trust | c
    d1 | item | 1-5 | + | trust | d
    s1 | item | 1-5 | + | sound | s
"""
NAMES = ("a1", "a2", "b1", "b2", "c1", "d1")
NONE = dict.fromkeys(NAMES, "none")
LATE = dict.fromkeys(NAMES, "late")
ABSENT = dict.fromkeys(NAMES, "not_answered")
NOTHING = {"trust": "not_answered", **{f"trust.{name}": "not_answered" for name in "abcd"}, **ABSENT}


def answers(spoiled):
    """Twelve of the comparison arm at baseline, four treated there, and sixteen afterwards; some items spoiled."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({name: rng.integers(1, 6, 32).astype("float64") for name in (*NAMES, "s1")})
    frame["wave"] = ["before"] * 16 + ["after"] * 16
    frame["arm"] = (["comparison"] * 12 + ["treated"] * 4) * 2
    for name, how in spoiled.items():
        first, last = {"none": (0, 31), "late": (0, 15), "one": (1, 15), "alike": (0, 11)}[how]
        frame.loc[first:last, name] = 4.0 if how == "alike" else np.nan
    return frame


@pytest.mark.parametrize(
    ("settings", "spoiled", "expected", "why"),
    [
        ("", {}, {}, "everything has a unit"),
        ("", {"d1": "alike"}, {"trust.d": "no_variation"}, "3 of 4 dimensions are three quarters"),
        ("", {"d1": "late"}, {"trust.d": "not_answered", "d1": "not_answered"}, "asked afterwards only"),
        ("", {"d1": "one"}, {"trust.d": "not_answered", "d1": "not_answered"}, "one answer has no spread"),
        ("", {"a1": "none"}, {"trust.a": "few_parts", "a1": "not_answered"}, "2 of 2 items are needed"),
        ("", {"a1": "alike"}, {}, "an item need not vary while its dimension does"),
        ("", {"c1": "alike", "d1": "late"},
         {"trust": "few_parts", "trust.c": "no_variation", "trust.d": "not_answered", "d1": "not_answered"},
         "2 of 4 dimensions are too few for the index, and both still come"),
        ("", NONE, NOTHING, "nobody answered anything"),
        ("", LATE, NOTHING, "nor did anybody at baseline"),
        ('rule = "flat"', {"a1": "alike", "b1": "late"}, {"a1": "no_variation", "b1": "not_answered"}, "4 of 6"),
        ('rule = "flat"', dict.fromkeys(("a1", "b1", "c1"), "alike"),
         {"trust": "few_parts", **dict.fromkeys(("a1", "b1", "c1"), "no_variation")}, "3 of 6 are too few"),
        ('rule = "flat"\ncomplete_cases = true', {"a1": "late"}, {"trust": "few_parts", "a1": "not_answered"},
         "complete cases need every item"),
        ('rule = "flat"\nrescale = false', LATE, {"trust": "not_answered", **ABSENT}, "items set the unit"),
        ('rule = "mean"', {"a1": "late"}, {"a1": "not_answered"}, "the same items in every wave"),
        ('rule = "mean"', LATE, {"trust": "not_answered", **ABSENT}, "points of a scale, of no item"),
        ('rule = "additive"', {"a1": "alike"}, {}, "a share needs no spread"),
    ],
)  # fmt: skip
def test_what_has_no_unit_is_named_and_not_scored(index_study, as_panel, settings, spoiled, expected, why):
    study, panel = index_study(SETTINGS.format(settings=settings), ITEMS), as_panel(answers(spoiled))
    key = make_key(panel, study)
    found = {part.outcome: part.reason for part in without_unit(key)}
    assert found == expected, why
    scores = score(panel, key)
    for outcome in study.outcomes():
        for column in (outcome, pomp_column(outcome)):
            assert scores[column].isna().all() == (outcome in expected), (why, column)
            assert np.isfinite(scores[column].dropna()).all(), (why, column)
    assert parse_key(key_text(key)) == key, "the marks are kept"
    assert set(unscored(key)) == {name for name in expected if name not in NAMES or "trust" not in expected}, (
        "items are told of an index that has a result"
    )


def test_a_part_without_a_unit_counts_as_unanswered_everywhere(index_study, as_panel):
    study = index_study(SETTINGS.format(settings=""), ITEMS)
    late, gone = as_panel(answers({"d1": "late"})), as_panel(answers({"d1": "none"}))
    assert score(late, make_key(late, study)).equals(score(gone, make_key(gone, study)))


def test_a_key_in_which_everything_has_a_unit_keeps_its_fingerprint(index_study, as_panel):
    key = make_key(as_panel(answers({})), index_study(SETTINGS.format(settings=""), ITEMS))
    assert "without_unit" not in key_text(key)


def test_without_any_index_the_refusal_stays(index_study, as_panel):
    study = index_study(SETTINGS.format(settings=""), ITEMS)
    with pytest.raises(DataRefusedError) as refused:
        make_key(as_panel(answers({**NONE, "s1": "alike"})), study)
    for words in ("item a1: 0 of 12 respondents", "index trust: 0 of 12", "dimension s of index sound: all 12",
                  "Check the recodes"):  # fmt: skip
        assert words in str(refused.value)


@pytest.mark.parametrize(
    ("spoiled", "expected", "why"),
    [
        (NONE, set(), "nobody answered in any wave"),
        (LATE, {"trust", "trust.a", "trust.b", "trust.c", "trust.d"}, "answered, but not where the unit comes from"),
        ({"d1": "alike"}, {"trust.d"}, "answered alike"),
        ({**NONE, "c1": "late"}, {"trust", "trust.c"}, "one dimension was answered afterwards"),
    ],
)
def test_what_was_answered_although_it_has_no_unit(index_study, as_panel, spoiled, expected, why):
    panel = as_panel(answers(spoiled))
    key = make_key(panel, index_study(SETTINGS.format(settings=""), ITEMS))
    assert answered_without_unit(key, panel) == expected, why


def test_items_of_an_index_and_of_a_dimension(index_study, as_panel):
    for settings, dimension, names in (("", None, NAMES), ("", "b", ("b1", "b2")), ('rule = "flat"', None, NAMES)):
        key = make_key(as_panel(answers({})), index_study(SETTINGS.format(settings=settings), ITEMS))
        assert item_names(key.indices[0], dimension) == names


def test_a_pinned_key_says_itself_what_has_no_unit(index_study, as_panel):
    study = index_study(SETTINGS.format(settings=""), ITEMS)
    panel = as_panel(answers({}))
    spoiled, whole = make_key(as_panel(answers(LATE)), study), make_key(panel, study)
    for key in (spoiled, whole):
        check_pinned(parse_key(key_text(key)), study, "scoring_key.json")
    assert score(panel, spoiled)["trust"].isna().all(), "whatever the answers are now"
    assert score(as_panel(answers(NONE)), whole)["trust"].isna().all(), "a unit alone is no answer"
    told = describe_changes(key_changes(whole, spoiled))
    assert "1 index with a unit gained or lost: trust" in told
    with pytest.raises(DataRefusedError, match=r"4 dimensions with a unit gained or lost: trust\.a"):
        accepted_changes(spoiled, study, LastRun("yesterday", whole))


@pytest.mark.parametrize(
    ("settings", "spoiled", "reason", "why"),
    [
        ("", {"d1": "alike"}, "", "a dimension is left out of both"),
        ("", {"a1": "late", "b1": "alike"}, "", "an item that was not asked takes its dimension along"),
        ("", {"c1": "alike", "d1": "late"}, "few_parts", "too few dimensions"),
        ("", LATE, "nothing_left", "no dimension at all"),
        ('rule = "flat"', {"a1": "alike", "b1": "late"}, "", "two items are left out of both"),
        ('rule = "flat"', dict.fromkeys(("a1", "b1", "c1"), "alike"), "few_parts", "too few items"),
    ],
)
def test_other_ways_to_score_have_the_same_headline(index_study, as_panel, settings, spoiled, reason, why):
    study, panel = index_study(SETTINGS.format(settings=settings), ITEMS), as_panel(answers(spoiled))
    found = alternative_scores(panel, study)
    headline = next(each for each in parse_scorings(found.scorings) if each.column == "trust~headline")
    assert headline.reason == reason, why
    scores = score(panel, make_key(panel, study))["trust"]
    if reason:
        assert scores.isna().all(), why
    else:
        np.testing.assert_allclose(found.scores["trust~headline"], scores, atol=1e-8, err_msg=why)
