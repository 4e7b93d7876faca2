"""Other ways to score: by hand, in the units of the reference group, and where they cannot be had."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.measure.alternatives.answered import answered_everything
from transforms.measure.alternatives.catalogue import KINDS, Scoring, parse_scorings
from transforms.measure.alternatives.scoring import AlternativeScores, alternative_scores
from transforms.measure.alternatives.shares import above_bottom, in_top, item_box
from transforms.measure.key import make_key
from transforms.measure.score import score
from transforms.study.study import Study

Panel = Callable[[pd.DataFrame], pd.DataFrame]
BuildStudy = Callable[..., Study]

SUMMARY = """
[measures]
imputations = 2
[[indices]]
name = "trust"
"""
ITEMS = """
    q0 | item | 0-4 | + | trust | near
    q1 | item | 0-4 | - | trust | near
    q2 | item | 0-4 | + | trust | contact
    q3 | item | 0-4 | + | trust | contact
"""

SILENCE = dict.fromkeys(("q0", "q1", "q2", "q3"), np.nan)


def survey(people: int = 240, seed: int = 3, missing: float = 0.1) -> pd.DataFrame:
    """Four items of one factor in two waves and arms, q1 reversed."""
    rng = np.random.default_rng(seed)
    factor = rng.standard_normal(people)
    frame = pd.DataFrame({
        "wave": np.where(np.arange(people) % 2, "after", "before"),
        "arm": np.where(np.arange(people) % 4 < 2, "treated", "comparison"),
        "weight": rng.uniform(0.5, 2, people),
    })  # fmt: skip
    for at in range(4):
        answer = np.clip(np.round(2 + factor + 0.8 * rng.standard_normal(people)), 0, 4)
        frame[f"q{at}"] = np.where(rng.random(people) < missing, np.nan, 4 - answer if at == 1 else answer)
    return frame


@pytest.fixture(scope="module")
def study(index_study: BuildStudy) -> Study:
    return index_study(SUMMARY, ITEMS)


def scored(panel: pd.DataFrame, study: Study) -> tuple[AlternativeScores, dict[str, Scoring]]:
    found = alternative_scores(panel, study)
    return found, {scoring.column: scoring for scoring in parse_scorings(found.scorings)}


def in_reference(panel: pd.DataFrame) -> np.ndarray:
    return ((panel.wave == "before") & (panel.arm == "comparison")).to_numpy()


def test_every_way_is_in_units_of_the_reference_group(as_panel: Panel, study: Study) -> None:
    panel = as_panel(survey())
    found, scorings = scored(panel, study)
    reference, weights = in_reference(panel), panel.weight.to_numpy()
    for name, scoring in scorings.items():
        if scoring.alternative in ("without_sensitive",):
            assert scoring.reason == "nothing_to_leave_out"
            continue
        assert scoring.reason == "", name
        values = found.scores[name].to_numpy()
        known = reference & ~np.isnan(values)
        mean = np.average(values[known], weights=weights[known])
        variance = np.average((values[known] - mean) ** 2, weights=weights[known]) * known.sum() / (known.sum() - 1)
        assert mean == pytest.approx(0, abs=1e-8), name
        assert variance == pytest.approx(1, abs=1e-8), name
        assert found.scores[name].corr(found.scores["trust~headline"]) > 0.5, f"{name}: more is more cohesion"
    assert list(scorings) == sorted(scorings, key=lambda name: KINDS.index(scorings[name].alternative))


def test_the_headline_is_the_score(as_panel: Panel, study: Study) -> None:
    panel = as_panel(survey())
    found, _ = scored(panel, study)
    expected = score(panel, make_key(panel, study))
    np.testing.assert_allclose(found.scores["trust~headline"], expected["trust"], atol=1e-9)
    pomp = expected["trust__pomp"]
    np.testing.assert_allclose(found.scores["trust~pomp"].corr(pomp), 1, atol=1e-12)
    assert found.scores["trust~pomp"].notna().equals(pomp.notna())


def test_by_hand(as_panel: Panel, study: Study) -> None:
    """Four people of the reference group and one later; every dimension has two items, q1 is reversed."""
    frame = pd.DataFrame({
        "wave": ["before"] * 4 + ["after"],
        "q0": [0, 4, 2, 2, 3.0], "q1": [4, 0, 2, 2, 1.0],
        "q2": [0, 4, 1, 3, 4.0], "q3": [0, 4, 3, 1, np.nan],
    })  # fmt: skip
    panel = as_panel(frame)
    found, scorings = scored(panel, study)
    scores = found.scores
    spread = np.std([0, 1, 0.5, 0.5], ddof=1)
    assert scores["trust~without_formative"].tolist() == pytest.approx(
        [*(np.array([0, 1, 0.5, 0.5]) - 0.5) / spread, 0.25 / spread]
    )
    near_top, contact_top = [0, 1, 0, 0], [0, 1, 0.5, 0.5]
    raw = [
        (n - 0.25) / np.std(near_top, ddof=1) + (c - 0.5) / np.std(contact_top, ddof=1)
        for n, c in zip(near_top, contact_top, strict=True)
    ]
    assert scores["trust~top_box"].tolist()[:4] == pytest.approx([value / np.std(raw, ddof=1) for value in raw])
    assert np.isnan(scores["trust~top_box"][4]), (
        "contact lacks one of two answers, and 3/4 of the dimensions are needed"
    )
    assert np.isnan(scores["trust~complete_cases"][4])
    assert scores["trust~without_item~q3"].notna().all(), "contact is then one item"
    assert scorings["trust~without_item~q3"].items == 3
    assert scorings["trust~without_formative"].left_out == "q2 q3"
    assert scorings["trust~imputed"].reason == "few_to_impute"


def test_filled_data_sets_fill_gaps_only(as_panel: Panel, study: Study) -> None:
    panel = as_panel(survey(missing=0.3))
    found, _ = scored(panel, study)
    sets = [name for name in found.scores if "~imputed~" in str(name)]
    assert sets == ["trust~imputed~set1", "trust~imputed~set2"]
    some = panel[["q0", "q1", "q2", "q3"]].notna().any(axis=1)
    assert found.scores[sets].notna().all(axis=1).equals(some)
    again, _ = scored(panel, study)
    pd.testing.assert_frame_equal(found.scores, again.scores)


@pytest.mark.parametrize(
    ("rule", "equal_to_headline", "why"),
    [
        ("flat", {"headline"}, "items in SD; POMP puts them on one range"),
        ("mean", {"headline", "pomp"}, "points of one scale, in SD"),
        ("additive", {"headline", "pomp"}, "shares, in SD"),
    ],
)
def test_other_rules(
    as_panel: Panel, index_study: BuildStudy, rule: str, equal_to_headline: set[str], why: str
) -> None:
    study = index_study(f'{SUMMARY}rule = "{rule}"\n', ITEMS)
    panel = as_panel(survey())
    found, scorings = scored(panel, study)
    headline = found.scores["trust~headline"]
    same = {
        s.alternative
        for s in scorings.values()
        if not s.reason and np.allclose(found.scores[s.column], headline, atol=1e-8, equal_nan=True)
    }
    assert same == equal_to_headline, why
    assert ("trust~items_equal" in scorings) == (rule != "flat")
    raw = score(panel, make_key(panel, study))["trust"]
    assert headline.corr(raw) == pytest.approx(1)


def test_weights_are_kept_and_negative_ones_flagged(as_panel: Panel, index_study: BuildStudy) -> None:
    rng = np.random.default_rng(9)
    frame = survey(missing=0.0)
    apart = rng.standard_normal((len(frame), 3))
    sum_of_all = apart.sum(axis=1) + 0.3 * rng.standard_normal(len(frame))
    for name, answers in {"q0": apart[:, 0], "q1": apart[:, 1], "q2": sum_of_all, "q3": apart[:, 2]}.items():
        frame[name] = 50 + 10 * answers
    study = index_study(SUMMARY, ITEMS.replace("0-4", "0-100").replace("| - |", "| + |"))
    found, scorings = scored(as_panel(frame), study)
    mine = found.weights[found.weights.alternative == "icw_reference"]
    assert scorings["trust~icw_reference"].negative == mine.negative.sum() > 0
    limited = found.weights[found.weights.alternative == "icw_reference_nonnegative"]
    assert limited.weight.min() >= 0
    assert limited.weight.sum() == pytest.approx(1)
    assert 0.25 < scorings["trust~first_component"].explained < 1


@pytest.mark.parametrize(
    ("change", "alternative", "came_of_it", "why"),
    [
        ({"q3": 2.0}, "icw", ":q3", "an item that does not vary has no z-score"),
        ({"q2": 2.0, "q3": 1.0}, "top_box", ":q2 q3", "nor does a dimension whose best answers nobody gives"),
        ({"q1": np.nan, "q2": np.nan, "q3": np.nan}, "icw", "one_item:q1 q2 q3", "one item has no covariance"),
        ({"q0": 2.0, "q1": 2.0, "q2": 2.0, "q3": 2.0}, "headline", "nothing_left:", "nothing varies at all"),
        (SILENCE, "first_component", "one_item:q0 q1 q2 q3", "nor is there an answer"),
        (SILENCE, "imputed", "few_to_impute:", "or anything to learn from"),
    ],
)  # fmt: skip
def test_what_the_answers_cannot_carry(
    as_panel: Panel, study: Study, change: dict[str, float], alternative: str, came_of_it: str, why: str
) -> None:
    _, scorings = scored(as_panel(survey().assign(**change)), study)
    found = scorings[f"trust~{alternative}"]
    assert f"{found.reason}:{found.left_out}" == came_of_it, why


def test_twins_share_a_weight(as_panel: Panel, study: Study) -> None:
    frame = survey(missing=0.0)
    found, scorings = scored(as_panel(frame.assign(q3=frame.q2)), study)
    assert scorings["trust~icw"].singular
    weights = found.weights[found.weights.alternative == "icw"].set_index("item").weight
    assert weights["q2"] == pytest.approx(weights["q3"])


def test_items_never_answered_together_give_no_weights(as_panel: Panel, study: Study) -> None:
    frame = survey(missing=0.0)
    frame.loc[frame.index % 8 < 4, "q2"] = np.nan
    frame.loc[frame.index % 8 >= 4, "q3"] = np.nan
    _, scorings = scored(as_panel(frame), study)
    assert scorings["trust~icw"].reason == "no_weights"
    assert scorings["trust~first_component"].reason == "no_weights"
    assert scorings["trust~without_item~q0"].reason == "", "the other ways still come"


def test_an_item_that_a_wave_did_not_ask_is_named(as_panel: Panel, index_study: BuildStudy) -> None:
    study = index_study(f"{SUMMARY}minimum_items = 1\nminimum_item_share = 0.5\n", ITEMS)
    frame = survey(missing=0.0)
    frame.loc[frame.wave == "after", "q1"] = np.nan
    found, scorings = scored(as_panel(frame), study)
    assert scorings["trust~every_wave"].left_out == "q1"
    assert scorings["trust~icw"].left_out == "q1", "weights of an item that is gone would change the unit"
    assert found.scores["trust~complete_cases"].notna().all(), "nobody can have answered it"
    assert scorings["trust~imputed"].reason == "nothing_missing"


def test_a_whole_index_of_experiences_or_of_one_item(as_panel: Panel, index_study: BuildStudy) -> None:
    items = "item | 0-4 | + | trust | contact"
    study = index_study(SUMMARY, f"q0 | {items}")
    _, scorings = scored(as_panel(survey()[["wave", "arm", "weight", "q0"]]), study)
    reasons = {scoring.alternative: scoring.reason for scoring in scorings.values()}
    assert reasons["without_formative"] == "nothing_left"
    assert reasons["without_item"] == reasons["icw"] == reasons["first_component"] == "one_item"
    assert reasons["headline"] == reasons["top_box"] == ""


def test_a_way_may_not_vary_although_its_parts_do(as_panel: Panel, study: Study) -> None:
    frame = survey(missing=0.0).assign(q1=lambda f: f.q0)
    frame = frame.assign(q2=lambda f: f.q0, q3=lambda f: 4 - f.q0)
    _, scorings = scored(as_panel(frame), study)
    assert scorings["trust~headline"].reason == "nothing_left", "each dimension adds up to one number"
    assert scorings["trust~items_equal"].reason == "no_spread", "each item varies, their mean does not"


CODED = """
    q0 | item | YN | + | trust | near
    q1 | item | THREE | - | trust | near
    q2 | item | FIVE | + | trust | near
    q3 | item | 0-10 | - | trust | near
"""
SCALES = "scale | code | label_en\n" + "\n".join(
    f"{name} | {code} | {name} {code}"
    for name, codes in (("YN", 2), ("THREE", 3), ("FIVE", 5))
    for code in range(codes)
)


@pytest.mark.parametrize(
    ("item", "answers", "top", "above", "why"),
    [
        ("q0", [0, 1], [0, 1], [0, 1], "a yes-no item stays as it is"),
        ("q1", [2, 1, 0], [0, 0, 1], [0, 1, 1], "three answers have one best and one worst; this one is reversed"),
        ("q2", [0, 1, 2, 3, 4], [0, 0, 0, 1, 1], [0, 0, 1, 1, 1], "the two best and the two worst of five"),
        ("q3", [10, 8, 7, 3, 2, 0], [0, 0, 0, 0, 1, 1], [0, 0, 1, 1, 1, 1], "a quarter of a range at either end"),
    ],
)
def test_boxes(
    index_study: BuildStudy, item: str, answers: list[int], top: list[int], above: list[int], why: str
) -> None:
    study = index_study(SUMMARY, CODED, scales=SCALES)
    variable = study.codebook.variable(item)
    low, high = study.limits(variable)
    share = (np.array(answers) - low) / (high - low)
    share = 1 - share if variable.direction == "-" else share
    box = item_box(variable, study)
    assert in_top(np.append(share, np.nan), box).tolist()[:-1] == top, why
    assert above_bottom(np.append(share, np.nan), box).tolist()[:-1] == above, why
    assert np.isnan(in_top(np.array([np.nan]), box)).all()


def test_complete_means_every_question_that_was_put(as_panel: Panel) -> None:
    frame = pd.DataFrame({
        "wave": ["before"] * 4, "group": ["A", "A", "B", "B"],
        "q0": [1, 2, 3, np.nan], "q1": [1, np.nan, np.nan, np.nan],
    })  # fmt: skip
    shares = {name: frame[name].to_numpy() for name in ("q0", "q1")}
    assert answered_everything(shares, as_panel(frame)).tolist() == [True, False, True, False]
