"""The key: whose mean is 0, what cannot set a unit, and that it never changes unseen."""

import hashlib
import json

import numpy as np
import pytest

from transforms.measure.key import ScoringKey, key_text, make_key, parse_key
from transforms.measure.score import score
from transforms.measure.spread import weighted_spread
from transforms.study.problems import DataRefusedError

SUMMARY = '[[indices]]\nname = "vertical"\n'
ITEMS = """
    near | item | 1-5 | + | vertical | trust
    far  | item | 1-5 | - | vertical | trust
    fair | item | 1-5 | + | vertical | justice
"""
CASES = """
    wave   | arm        | weight | near | far | fair
    before | comparison |      1 |    5 |   1 |    5
    before | comparison |      2 |    3 |   2 |    4
    before | comparison |      3 |    1 |   5 |    2
    before | treated    |      9 |    1 |   1 |    1
    after  | comparison |      9 |    5 |   5 |    5
"""


@pytest.mark.parametrize(
    ("values", "weights", "mean", "sd", "n", "why"),
    [
        ([1, 2, 4], [1, 1, 1], 7 / 3, 1.5275252316519468, 3, "equal weights: the ordinary SD, ddof 1"),
        ([1, 2, 4], [5, 5, 5], 7 / 3, 1.5275252316519468, 3, "only the ratio of weights counts"),
        ([1, 2, 4], [1, 1, 2], 2.75, np.sqrt(2.53125), 3, "weights .75 .75 1.5: 5.0625 / 2, as Stata's aweight"),
        ([1, 2, 4, np.nan], [1, 1, 2, 8], 2.75, np.sqrt(2.53125), 3, "a missing value has no weight"),
        ([1, 2, 4, 9], [1, 1, 2, 0], 2.75, np.sqrt(2.53125), 3, "a weight of zero does not count in n"),
        ([7, 7], [1, 3], 7, 0, 2, "no spread"),
        ([7], [1], 7, np.nan, 1, "one value has no spread to speak of"),
        ([np.nan], [1], np.nan, np.nan, 0, "no value"),
    ],
)
def test_weighted_spread(values, weights, mean, sd, n, why):
    found = weighted_spread(np.array(values, dtype=float), np.array(weights, dtype=float))
    np.testing.assert_allclose([found.mean, found.sd, found.n], [mean, sd, n], rtol=1e-13, err_msg=why)


def test_reference_is_the_weighted_comparison_arm_at_baseline(index_study, as_panel, table):
    panel = as_panel(table(CASES))
    study = index_study(SUMMARY, ITEMS)
    key = make_key(panel, study)
    assert key.reference.model_dump(exclude_none=True) == {
        "wave": "before",
        "arm": "comparison",
        "weighted": False,
        "n": 3,
    }
    fair = next(item for item in key.items if item.name == "fair")
    assert fair.mean == pytest.approx((1 * 1 + 2 * 0.75 + 3 * 0.25) / 6)
    scores = score(panel, key)
    for outcome in study.outcomes():
        found = weighted_spread(scores[outcome].to_numpy()[:3], panel.weight.to_numpy()[:3])
        assert (found.mean, found.sd) == (pytest.approx(0, abs=1e-9), pytest.approx(1, abs=1e-9))


def test_everyone_at_baseline_is_the_reference_without_a_comparison_arm(index_study, as_panel, table):
    panel = as_panel(table(CASES)).assign(arm="everyone")
    key = make_key(panel, index_study(SUMMARY, ITEMS, compared=False))
    assert (key.reference.arm, key.reference.n) == ("everyone", 4)


def test_later_waves_and_the_treated_do_not_move_the_key(index_study, as_panel, table):
    panel = as_panel(table(CASES))
    study = index_study(SUMMARY, ITEMS)
    moved = panel.copy()
    moved.loc[3:, ["near", "far", "fair"]] = 3.0
    assert make_key(panel, study) == make_key(moved, study)
    changed = panel.copy()
    changed.loc[0, "fair"] = 4.0
    assert make_key(panel, study).sha256 != make_key(changed, study).sha256


def test_key_reads_back_as_it_was_written(index_study, as_panel, table):
    panel = as_panel(table(CASES))
    key = make_key(panel, index_study(SUMMARY, ITEMS))
    text = key_text(key)
    assert parse_key(text) == key
    assert key_text(parse_key(text)) == text
    assert json.loads(text)["sha256"] == key.sha256
    assert score(panel, key).equals(score(panel, parse_key(text)))


def test_fingerprint_is_of_the_canonical_json():
    reference = {"wave": "b", "arm": "all", "weighted": True, "n": 2}
    key = ScoringKey.model_validate({"reference": reference, "items": (), "indices": ()})
    canonical = b'{"indices":[],"items":[],"reference":{"arm":"all","n":2,"wave":"b","weighted":true},"version":1}'
    assert key.sha256 == hashlib.sha256(canonical).hexdigest()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content["items"][0].update(mean=0.1), "its fingerprint does not fit"),
        (lambda content: content.pop("sha256"), "its fingerprint does not fit"),
        (lambda content: content.pop("items"), "cannot be read"),
        (lambda content: content["indices"][0]["weights"].pop(), "cannot be read"),
        (lambda content: content["items"].pop(), "cannot be read"),
        (lambda content: content.update(note="mine"), "cannot be read"),
    ],
)
def test_edited_key_is_refused(index_study, as_panel, table, change, message):
    content = json.loads(key_text(make_key(as_panel(table(CASES)), index_study(SUMMARY, ITEMS))))
    change(content)
    with pytest.raises(DataRefusedError, match=message):
        parse_key(json.dumps(content))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", '"key"'])
def test_text_that_is_no_key_is_refused(text):
    with pytest.raises(DataRefusedError, match="cannot be read"):
        parse_key(text)


@pytest.mark.parametrize(
    ("rule", "cells", "problems"),
    [
        ("summary", "3 3 1, 3 3 2, 3 3 5", ["dimension trust of index vertical: all 3"]),  # one dimension is constant
        ("summary", "1 1 3, 5 5 3, 4 4 3", ["dimension trust", "dimension justice", "index vertical"]),  # all are named
        ("summary", "3 1 1, 3 2 2, 3 5 5", []),  # a constant item does not matter while its dimension varies
        ("flat", "3 1 1, 3 2 2, 3 5 5", ["item near: all 3 respondents"]),  # but it does in a flat index
        ("mean", "3 3 3, 3 3 3, 3 3 3", []),  # an index in units of its scale needs no spread
        ("summary", ". 1 1, . 2 2, 1 5 4", ["item near: 1 of 3 respondents have a value"]),  # one answer in all
        ("summary", ". 1 1, . 2 2, . 5 4", ["item near: 0 of 3", "dimension trust of index vertical: 0 of 3"]),  # none
        ("summary", "1 3 1, 5 3 ., 5 2 .", ["item fair: 1 of 3"]),  # an index that only one respondent has
    ],
)
def test_what_cannot_set_a_unit_is_named(index_study, as_panel, table, rule, cells, problems):
    rows = [cell.strip().replace(" ", " | ").replace(".", "") for cell in cells.split(",")]
    panel = as_panel(table("\n".join(["near | far | fair", *rows])))
    study = index_study(SUMMARY + f'rule = "{rule}"\n', ITEMS)
    if not problems:
        assert make_key(panel, study).reference.n == 3
        return
    with pytest.raises(DataRefusedError) as refused:
        make_key(panel, study)
    for problem in problems:
        assert problem in str(refused.value)
    assert "the comparison arm in before (3 respondents)" in str(refused.value)


def test_a_reference_group_without_respondents_is_refused(index_study, as_panel, table):
    panel = as_panel(table(CASES)).assign(arm="treated")
    with pytest.raises(DataRefusedError, match=r"the comparison arm in before \(0 respondents\)"):
        make_key(panel, index_study(SUMMARY, ITEMS))
    with pytest.raises(DataRefusedError, match="everyone in before"):
        make_key(panel, index_study(SUMMARY, ITEMS, compared=False))


def test_a_comparison_arm_of_nobody_is_told_in_one_line_with_what_to_do(index_study, as_panel, table):
    panel = as_panel(table(CASES)).assign(arm="treated")
    with pytest.raises(DataRefusedError) as refused:
        make_key(panel, index_study(SUMMARY, ITEMS))
    _, problem, advice = str(refused.value).splitlines()
    assert problem == "  - nobody is in it.", "not a line for each item"
    assert "take that table out of study.toml" in advice
