"""Alpha and item-rest correlations by hand, and where there are none."""

import numpy as np
import pandas as pd
import pytest

from transforms.measure.consistency import cronbach_alpha, item_rest_correlations, omega_total, pairwise_covariance
from transforms.measure.reliability import RELIABILITY_REASONS, VERDICTS, reliability_table
from transforms.measure.reliability_verdicts import index_reliability

SUMMARY = '[[indices]]\nname = "vertical"\n'
ITEMS = """
    near | item | 1-5  | + | vertical | trust
    far  | item | 1-5  | - | vertical | trust
    fair | item | 0-10 | + | vertical | justice
    safe | item | 0-10 | + | vertical | justice
"""


def test_pairwise_covariance_uses_every_pair_there_is():
    values = np.array([[1, 2], [2, np.nan], [3, 6], [np.nan, 9]])
    # Variances: 1, 2, 3 -> 1; 2, 6, 9 -> 12.333; both answered (1, 2) and (3, 6): covariance 4.
    np.testing.assert_allclose(pairwise_covariance(values), [[1, 4], [4, 37 / 3]], atol=1e-12)


def test_pairwise_covariance_needs_two_pairs():
    values = np.array([[1, 2], [2, np.nan], [3, np.nan]])
    np.testing.assert_allclose(pairwise_covariance(values), [[1, np.nan], [np.nan, np.nan]])


@pytest.mark.parametrize(
    ("covariance", "alpha"),
    [
        ([[1, 0.5], [0.5, 1]], 2 * (1 - 2 / 3)),  # two items that correlate by a half
        ([[1, 1, 1], [1, 1, 1], [1, 1, 1]], 1),  # three that agree fully
        ([[1, 0], [0, 1]], 0),  # nothing in common
        ([[1, -0.5], [-0.5, 1]], -2),  # a direction is wrong
        ([[1]], np.nan),  # one item has no alpha
        ([[1, -1], [-1, 1]], np.nan),  # their sum does not vary
        ([[0, 0], [0, 0]], np.nan),  # nobody varies
        (np.empty((0, 0)), np.nan),  # no item
    ],
)
def test_cronbach_alpha(covariance, alpha):
    np.testing.assert_allclose(cronbach_alpha(np.array(covariance, dtype=float)), alpha)


def test_item_rest_correlations_by_hand():
    # The rest of the first item is the sum of the others: variance 1 + 1 + 2(.2), covariance .5 + .3.
    covariance = np.array([[1, 0.5, 0.3], [0.5, 1, 0.2], [0.3, 0.2, 1]])
    np.testing.assert_allclose(item_rest_correlations(covariance)[0], 0.8 / np.sqrt(2.4))


def test_table_by_index_dimension_and_wave(index_study, as_panel, table):
    panel = as_panel(
        table("""
        wave   | near | far | fair | safe
        before |    1 |   5 |    1 |    2
        before |    2 |   4 |    3 |    3
        before |    5 |   1 |    2 |    4
        before |      |     |      |
        after  |    1 |   3 |    4 |
        after  |    3 |   3 |    4 |    7
        after  |    2 |   3 |    4 |    5
        """)
    )
    found = reliability_table(panel, index_study(SUMMARY, ITEMS))
    assert set(found["arm"]) == set(found["group"]) == {"all"}  # one arm, no groups: nothing else to say
    found = found.set_index(["wave", "dimension"])
    assert list(found.index) == [
        (wave, part) for part in ("all", "trust", "justice") for wave in ("all", "before", "after")
    ]
    assert found["n"].tolist() == [6, 3, 3] * 3  # who answered none of the items is not counted
    assert found.alpha["before", "trust"] == pytest.approx(1)  # far reversed is near
    assert found.item_rest_min["before", "trust"] == pytest.approx(1)
    assert found.alpha["before", "justice"] == pytest.approx(2 * (1 - 2 / 3))  # variances 1 and 1, covariance .5
    assert found.omega["before", "justice"] == found.alpha["before", "justice"]  # two items taken as alike
    assert found.reason["before", "justice"] == "two_items_taken_as_alike"
    assert found.reason["before", "all"] == "no_more_respondents_than_items"
    assert found.reason["after", "trust"] == "fewer_than_two_items"  # far does not vary
    assert found.left_out["after", "trust"] == "far"


def test_an_item_a_wave_did_not_ask_does_not_count_there(index_study, as_panel, table, little_study):
    panel = as_panel(
        table("wave | near | far\nbefore | 1 | 2\nbefore | 3 | 3\nbefore | 3 | 4\nafter | 1 |\nafter | 4 |")
    )
    study = little_study(
        '[[waves]]\nname="before"\nfile="a.csv"\n[[waves]]\nname="after"\nfile="b.csv"\n[design]\n' + SUMMARY,
        """
        variable | scale | index    | before | after
        near     | 1-5   | vertical | q1     | q1
        far      | 1-5   | vertical | q2     |
        """,
    )
    found = reliability_table(panel, study).set_index("wave")
    assert found["items"].to_dict() == {"all": 2, "before": 2, "after": 1}
    assert set(found["dimension"]) == {"all"}  # one dimension is the index itself
    assert found.reason["after"] == "fewer_than_two_items"
    assert np.isnan(found.alpha["after"])


def test_omega_by_hand():
    """Loadings .8, .6, .5: the sum has variance 3 + 2 (.48 + .4 + .3) = 5.36, of which 3 - 1.25 = 1.75 is own."""
    loadings = np.array([0.8, 0.6, 0.5])
    covariance = np.outer(loadings, loadings)
    np.fill_diagonal(covariance, 1)
    assert omega_total(covariance, 1 - loadings**2) == pytest.approx(1 - 1.75 / 5.36)
    assert omega_total(covariance, 1 - loadings**2) == pytest.approx(
        loadings.sum() ** 2 / 5.36
    )  # where the model holds
    assert np.isnan(omega_total(np.zeros((2, 2)), np.zeros(2)))


FIVE = "\n".join(f"q{at} | item | 0-100 | {'-' if at == 2 else '+'} | i | d" for at in range(5))
WITH_CONTACT = """
    a0 | item | 0-100 | + | i | attitude
    a1 | item | 0-100 | + | i | attitude
    a2 | item | 0-100 | + | i | attitude
    c0 | item | 0-100 | + | i | contact
    c1 | item | 0-100 | + | i | contact
"""


def of_one_factor(loadings, people, seed=1, direction=None):
    """Answers of a population in which one factor explains `loadings` squared of each item's variance."""
    rng = np.random.default_rng(seed)
    factor = rng.standard_normal(people)
    signs = direction or [1] * len(loadings)
    return [
        50 + 10 * sign * (loading * factor + np.sqrt(1 - loading**2) * rng.standard_normal(people))
        for loading, sign in zip(loadings, signs, strict=True)
    ]


def test_omega_of_a_known_population(index_study, as_panel):
    """True omega is (sum of loadings)^2 / ((sum)^2 + sum of 1 - squares); a reversed item changes nothing."""
    loadings = [0.9, 0.8, 0.6, 0.5, 0.4]
    answers = of_one_factor(loadings, 40_000, direction=[1, 1, -1, 1, 1])
    panel = as_panel(pd.DataFrame({f"q{at}": answer for at, answer in enumerate(answers)}))
    [row] = (
        reliability_table(panel, index_study('[[indices]]\nname = "i"\n', FIVE))
        .query("wave == 'before'")
        .to_dict("records")
    )
    total = sum(loadings) ** 2
    truth = total / (total + sum(1 - loading**2 for loading in loadings))
    assert row["omega"] == pytest.approx(truth, abs=0.005)
    assert row["alpha"] < row["omega"]  # alpha is lower where loadings differ
    assert (row["verdict"], row["status"], row["ordinal_reason"]) == ("good", "ok", "item_too_many_categories")
    assert row["item_rest_item"] == "q4"


@pytest.mark.parametrize(
    ("loading", "verdict"),
    [(0.7, "good"), (0.6, "flagged"), (0.4, "no_headline")],  # omega of three: .74, .63 and .36
)
def test_verdicts_follow_the_study_s_thresholds(index_study, as_panel, loading, verdict):
    items = dict(zip(("a0", "a1", "a2", "c0", "c1"), of_one_factor([loading] * 3 + [0.1] * 2, 5000), strict=True))
    study = index_study('[[indices]]\nname = "i"\n', WITH_CONTACT)
    found = reliability_table(as_panel(pd.DataFrame(items)), study)
    rows = found[found["wave"] == "before"].set_index("dimension")
    assert rows["verdict"].to_dict() == {"all": verdict, "attitude": verdict, "contact": "formative"}
    assert rows["items"].to_dict() == {"all": 3, "attitude": 3, "contact": 2}  # contact is no part of the verdict
    whole = index_reliability(found, study)["i"]
    assert (whole.verdict, whole.wave, whole.headline) == (verdict, "before", verdict != "no_headline")
    assert whole.reliability == rows.omega["all"]


def test_an_index_of_experiences_alone_is_formative(index_study, as_panel):
    items = dict(zip(("c0", "c1", "c2"), of_one_factor([0.5] * 3, 300), strict=True))
    lines = "\n".join(f"{name} | item | 0-100 | + | i | contact" for name in items)
    study = index_study('[[indices]]\nname = "i"\n', lines)
    found = reliability_table(as_panel(pd.DataFrame(items)), study)
    assert set(found["verdict"]) == {"formative"}
    assert index_reliability(found, study)["i"].headline


def test_the_least_reliable_wave_decides(index_study, as_panel):
    """Good before, too loose afterwards: the effect compares both."""
    before, after = (of_one_factor([loading] * 5, 2000) for loading in (0.8, 0.3))
    frame = pd.DataFrame({f"q{at}": np.concatenate([before[at], after[at]]) for at in range(5)})
    study = index_study('[[indices]]\nname = "i"\n', FIVE.replace("| - |", "| + |"))
    panel = as_panel(frame.assign(wave=np.repeat(["before", "after"], 2000)))
    whole = index_reliability(reliability_table(panel, study), study)["i"]
    assert (whole.verdict, whole.wave) == ("no_headline", "after")


BAD = {
    "nobody answered": ([[np.nan] * 6] * 3, None, ""),
    "no more people than items": ([[1, 2], [2, 1], [3, 4]], "not_estimated", "no_more_respondents_than_items"),
    "one item varies": ([[1, 2, 3, 4]] + [[5] * 4] * 2, "not_estimated", "fewer_than_two_items"),
    "never together": ([[1, 2, 5, *[np.nan] * 3], [*[np.nan] * 3, 1, 2, 4], [1, 2, 3, 1, 2, 3]], "not_estimated",
                       "items_never_answered_together"),
    "they cancel out": ([[1, 2, 3, 4], [4, 3, 2, 1], [5, 5, 5, 5]], "not_estimated", "sum_does_not_vary"),
    "two items": ([[1, 2, 3, 4], [1, 2, 4, 3], [5] * 4], "ok", "two_items_taken_as_alike"),
    "the same twice": ([[1, 2, 3, 4, 1], [1, 2, 3, 4, 1], [2, 2, 3, 3, 1]], "doubtful", "items_predict_one_another"),
    "one runs against the others": ([[1, 2, 3, 4, 5, 2, 4], [1, 2, 3, 5, 4, 2, 3], [5, 4, 4, 1, 2, 3, 2]], "doubtful",
                                    "negative_loading"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_told_says_why(index_study, as_panel, case):
    answers, status, reason = BAD[case]
    lines = "\n".join(f"q{at} | item | 1-5 | + | i | d" for at in range(3))
    study = index_study('[[indices]]\nname = "i"\n', lines)
    frame = pd.DataFrame({f"q{at}": np.array(answer, dtype=float) for at, answer in enumerate(answers)})
    found = reliability_table(as_panel(frame), study)
    found = found[found["wave"] == "before"]
    if status is None:
        assert found.empty
        assert index_reliability(found, study)["i"].verdict == "unknown"
        return
    [row] = found.to_dict("records")
    assert (row["status"], row["reason"]) == (status, reason)
    assert row["verdict"] in VERDICTS
    if status == "not_estimated":
        assert row["verdict"] == "unknown"
    if status == "doubtful":
        expected = "good" if row["alpha"] >= 0.7 else "flagged" if row["alpha"] >= 0.6 else "no_headline"
        assert row["verdict"] == expected, "alpha is read instead"
        assert index_reliability(found, study)["i"].reliability == row["alpha"]


def test_a_heywood_case_is_doubtful(index_study, as_panel):
    """Correlations .8, .8, .5 need a loading above 1."""
    rng = np.random.default_rng(3)
    root = np.linalg.cholesky(np.array([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]]))
    answers = 50 + 10 * rng.standard_normal((2000, 3)) @ root.T
    lines = "\n".join(f"q{at} | item | 0-100 | + | i | d" for at in range(3))
    panel = as_panel(pd.DataFrame(answers, columns=["q0", "q1", "q2"]))
    row = reliability_table(panel, index_study('[[indices]]\nname = "i"\n', lines), ordinal=False).iloc[0]
    assert (row["status"], row["reason"], row["ordinal_reason"]) == (
        "doubtful",
        "negative_variance",
        "left_out_of_a_fast_run",
    )


def test_a_constant_item_is_named_and_left_out(index_study, as_panel):
    answers = of_one_factor([0.8] * 4, 500)
    frame = pd.DataFrame({f"q{at}": answer for at, answer in enumerate(answers)}).assign(q4=50.0)
    study = index_study('[[indices]]\nname = "i"\n', FIVE.replace("| - |", "| + |"))
    row = reliability_table(as_panel(frame), study).iloc[0]
    assert (row["items"], row["left_out"], row["reason"]) == (4, "q4", "constant_items_left_out")


def test_every_reason_is_listed():
    reasons = {reason for _, _, reason in BAD.values() if reason}
    factor = {"items_predict_one_another", "negative_loading"}
    assert reasons - factor | {"constant_items_left_out", "left_out_of_a_fast_run"} == set(RELIABILITY_REASONS)
