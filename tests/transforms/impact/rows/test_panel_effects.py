"""The study's answer in a panel: by hand, against the regression of changes, over draws with losses, and refusals."""

from collections.abc import Callable
from dataclasses import fields
from itertools import combinations
from math import isnan

import numpy as np
import pandas as pd
import pytest

from transforms.impact.cells.panel import Panel, panel_of
from transforms.impact.cells.sample import Sample, study_sample
from transforms.impact.effects.fitted_model import FittedModel, fit_model
from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import EQUALITY, Estimate
from transforms.impact.rows.held import Held
from transforms.impact.rows.places import Specification, place_effects
from transforms.impact.rows.respondents import place_rows, regression, twice_seen
from transforms.impact.rows.row_effects import row_effects
from transforms.study import Study
from transforms.study.columns import ARM, COMPARISON, TREATED, WAVE

MakeStudy = Callable[..., Study]
Draw = Callable[..., pd.DataFrame]
THREE = ("before", "after", "last")


def _rows(frame: pd.DataFrame, study: Study) -> dict[tuple[str, str, str], Estimate]:
    """Rows by model, place and group; the equality test under its contrast."""
    found = (*estimate_effects(frame, study), *row_effects(frame, frame, study))
    return {(row.model, EQUALITY if row.contrast == EQUALITY else row.governorate, row.group): row for row in found}


def _of_changes(frame: pd.DataFrame, study: Study) -> dict[str, Estimate]:
    """The regression of changes on rows, which absorbs nothing: another way to the same numbers with two waves."""
    placed = place_rows(frame, study)
    respondents = twice_seen(frame, study, placed, "after")
    score = frame["score"].to_numpy()
    change = score[respondents.later] - score[respondents.described]
    known = ~np.isnan(change)
    held = Held((), (), (), np.ones(change.size, dtype=bool))
    spec = Specification(study, "did", (1,), 2, True, placed.governorates, held)
    data = regression(respondents, known, (), [change], study)
    return {row.governorate: row for row in place_effects(spec, ("score",), data, True)}


@pytest.mark.parametrize(
    ("keep", "method", "why"),
    [
        (lambda f: f["village"] >= 0, "bootstrap", "12 villages in a place"),
        (lambda f: f["village"] < 8, "bootstrap", "8 villages, Webb or few signs"),
        (lambda f: f["village"].isin([0, 1, 2, 3, 4, 5]), "randomisation", "three in each arm"),
        (lambda f: f["village"] < 4, "none", "four villages"),
    ],
)
def test_with_two_waves_it_is_the_regression_of_changes(
    people: pd.DataFrame, study_of: MakeStudy, keep: Callable[[pd.DataFrame], pd.Series], method: str, why: str
) -> None:
    frame, study = people[keep(people)].reset_index(drop=True), study_of({"strata": None})
    frame = frame.assign(strata="all")
    found, expected = _rows(frame, study), _of_changes(frame, study)
    assert {expected[place].method for place in ("A", "B", "C")} == {method}, why
    for place, row in expected.items():
        mine = found["did", place, "all"]
        for field in fields(Estimate):
            one, other = getattr(mine, field.name), getattr(row, field.name)
            if isinstance(one, float):
                assert one == pytest.approx(other, rel=1e-7, abs=1e-9, nan_ok=True), (place, field.name)
            elif not field.name.startswith("adjust"):
                assert one == other, (place, field.name)


def _tiny() -> pd.DataFrame:
    """Changes 1, 3, 2, 2 among the treated and 0, 1, 1, 0 in comparison; two more people were seen once."""
    scores = pd.DataFrame(
        {
            "person": [0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6, 7, 9],
            "village": [0, 0, 1, 1, 2, 2, 3, 3, 3, 0, 0, 1, 1, 2, 2, 3, 3, 0],
            "score": [0.0, 1, 2, 3, 4, 5, 6, 7, 99, 1, 4, 4, 5, 4, 6, 7, 7, -99],
        }
    )
    treated = (scores["village"] < 2).astype(int)
    return scores.assign(place="A", stratum="all", weight=1.0, treated=treated, post=[0] * 9 + [1] * 9)


def test_by_hand(as_scores: Draw, study_of: MakeStudy) -> None:
    """2 - 1/2; those seen once would have moved the means of the waves by a hundred points."""
    found = _rows(as_scores(_tiny()), study_of())
    row, everybody = found["did", "pooled", "all"], found["all interviewed", "pooled", "all"]
    assert row.estimate == pytest.approx(1.5)
    assert (row.n, row.clusters, row.clusters_treated) == (16, 4, 2)
    after = (np.mean([1, 4, 4, 5, -99]), np.mean([4, 6, 7, 7]))
    before = (np.mean([0, 1, 2, 3]), np.mean([4, 5, 6, 7, 99]))
    assert everybody.estimate == pytest.approx((after[0] - before[0]) - (after[1] - before[1]))
    assert everybody.n == 18


def test_groups_and_their_triple_difference_rest_on_changes(people: pd.DataFrame, study_of: MakeStudy) -> None:
    sex = np.where(people["person"] % 2 == 0, "f", "m")
    frame = people.assign(sex=sex, strata="all")
    study = study_of({"sex": "work", "strata": None}, {"groups": ("sex",), "minimum_cell": 5})
    found = _rows(frame, study)
    wide = frame.assign(own=frame["weight"]).pivot_table(
        index=["person", "place", "village", "treated", "sex"], columns=WAVE, values=["score", "weight"], observed=True
    )
    wide = wide.dropna()
    change = (wide["score"]["after"] - wide["score"]["before"]).to_numpy()
    weight = (2 / (1 / wide["weight"]["before"] + 1 / wide["weight"]["after"])).to_numpy()
    who = wide.index.to_frame(index=False)

    def mean(place: str, group: str, treated: int) -> float:
        chosen = ((who["place"] == place) & (who["sex"] == group) & (who["treated"] == treated)).to_numpy()
        return float(np.average(change[chosen], weights=weight[chosen]))

    for place in ("A", "B", "C"):
        effect = {group: mean(place, group, 1) - mean(place, group, 0) for group in ("f", "m")}
        for group, expected in effect.items():
            assert found["did", place, group].estimate == pytest.approx(expected, abs=1e-9)
        assert found["did", place, "m - f"].estimate == pytest.approx(effect["m"] - effect["f"], abs=1e-9)
    counts = who["sex"].value_counts()
    assert found["did", "pooled", "f"].n == 2 * counts["f"]


def test_everything_read_from_the_answer_is_there(people: pd.DataFrame, study_of: MakeStudy) -> None:
    found = _rows(people, study_of())
    places = [found["did", place, "all"].estimate for place in ("A", "B", "C")]
    assert found["did", "equal weight", "all"].estimate == pytest.approx(np.mean(places))
    assert found["pairwise", "B - A", "all"].estimate == pytest.approx(places[1] - places[0])
    assert found["did", EQUALITY, "all"].status == "ok"
    assert {row.n for key, row in found.items() if key[0] == "did" and key[1] in ("pooled", EQUALITY)} == {2 * 347}


def test_without_comparison_arm_everybody_s_own_change_counts(as_scores: Draw, study_of: MakeStudy) -> None:
    frame = as_scores(_tiny()).assign(arm="everyone")
    found = _rows(frame, study_of({"treatment": None}))
    assert found["change", "pooled", "all"].estimate == pytest.approx(np.mean([1, 3, 2, 2, 0, 1, 1, 0]))
    assert found["all interviewed", "pooled", "all"].n == 18


def _three(people: pd.DataFrame) -> pd.DataFrame:
    """A third wave, in which everybody is asked; who was lost after the first is found again."""
    last = people[people[WAVE] == "before"].assign(wave="last", score=lambda f: f["score"] + 0.3 + 0.5 * f["treated"])
    frame = pd.concat([people.astype({WAVE: "str"}), last], ignore_index=True)
    return frame.assign(wave=pd.Categorical(frame[WAVE], categories=list(THREE), ordered=True))


def test_waves_before_the_programme_are_tested_on_changes(people: pd.DataFrame, study_of: MakeStudy) -> None:
    treatment = {"variable": "village", "values": ["x"], "first_wave": "last"}
    found = _rows(_three(people), study_of({"treatment": treatment}, waves=THREE))
    assert found["did", "pooled", "all"].estimate == pytest.approx(0.5, abs=0.1)
    assert found["did", "pooled", "all"].wave == "last"
    trend = found["pre-trend", "pooled", "all"]
    assert trend.contrast == "pre-trends zero"
    assert (trend.status, trend.n) == ("ok", found["did", "pooled", "all"].n)


def test_a_wave_without_an_arm_in_a_place_leaves_the_others(people: pd.DataFrame, study_of: MakeStudy) -> None:
    frame = _three(people)
    frame = frame[~((frame["place"] == "A") & (frame["treated"] == 1) & (frame[WAVE] == "last"))]
    found = {
        (row.wave, row.governorate): row
        for row in estimate_effects(frame.reset_index(drop=True), study_of(waves=THREE))
        if row.contrast != EQUALITY
    }
    two = _rows(people, study_of())
    assert (found["last", "A"].status, found["last", "A"].reason) == ("not_estimated", "empty_cell")
    assert found["after", "A"].estimate == pytest.approx(two["did", "A", "all"].estimate, abs=1e-9)
    assert (found["last", "pooled"].status, found["last", "pooled"].reason) == ("ok", "governorates_left_out")


@pytest.mark.parametrize(
    ("change", "place", "reason", "why"),
    [
        (lambda f: f[f["village"] < 4], "A", "few_clusters", "four villages"),
        (lambda f: f[~((f[ARM] == COMPARISON) & (f["place"] == "B"))], "B", "empty_cell", "a place without comparison"),
        (
            lambda f: f[~((f[ARM] == COMPARISON) & (f["place"] == "B") & (f[WAVE] == "after"))],
            "B",
            "empty_cell",
            "nobody of the comparison was found again",
        ),
        (lambda f: f.drop_duplicates("person"), "pooled", "nobody_twice", "everybody seen once"),
        (lambda f: f.assign(score=f["person"] % 5.0), "A", "perfect_fit", "nobody changes"),
        (lambda f: f.assign(score=2.0), "A", "no_variation", "everybody alike"),
        (lambda f: f.assign(score=np.nan), "pooled", "no_answers", "no scores"),
        (lambda f: f.assign(weight=-1.0), "pooled", "weights_not_positive", "weights below zero"),
    ],
)
def test_what_cannot_be_carried_says_why(
    people: pd.DataFrame,
    study_of: MakeStudy,
    change: Callable[[pd.DataFrame], pd.DataFrame],
    place: str,
    reason: str,
    why: str,
) -> None:
    frame = change(people).reset_index(drop=True)
    found = {row.governorate: row for row in estimate_effects(frame, study_of()) if row.contrast != EQUALITY}
    assert found[place].reason == reason, why
    assert isnan(found[place].p_value), why


def test_the_lottery_is_over_changes(people: pd.DataFrame, study_of: MakeStudy) -> None:
    """The p-value counts the assignments of villages whose t of the changes is as large."""
    frame = people[(people["place"] == "A") & people["village"].isin(range(6))].assign(strata="all", weight=1.0)
    row = _rows(frame.reset_index(drop=True), study_of({"strata": None}))["did", "A", "all"]
    wide = frame.pivot_table(index=["person", "village"], columns=WAVE, values="score", observed=True).dropna()
    change, village = (wide["after"] - wide["before"]).to_numpy(), wide.index.get_level_values("village").to_numpy()

    def t_of(treated: tuple[int, ...]) -> float:
        x = np.column_stack([np.ones(change.size), np.isin(village, treated)])
        bread = np.linalg.inv(x.T @ x)
        coef = bread @ x.T @ change
        scores = pd.DataFrame(x * (change - x @ coef)[:, None]).groupby(village).sum().to_numpy()
        return float(coef[1] / np.sqrt((bread @ scores.T @ scores @ bread)[1, 1]))

    all_t = np.abs([t_of(chosen) for chosen in combinations(range(6), 3)])
    assert row.method == "randomisation"
    assert row.p_value == pytest.approx(np.mean(all_t >= abs(t_of((1, 3, 5))) * (1 - 1e-9)))


def lose(frame: pd.DataFrame, kind: str, seed: int) -> pd.DataFrame:
    """A third of the later interviews is lost: by chance, or the low of the comparison and the high of the treated.

    What decides is what lasts in a person, `own`, and her arm: losses that a constant for everybody takes out.
    """
    rng = np.random.default_rng(seed)
    pull = np.where(frame["arm"] == TREATED, 1.5, -1.5) * frame["own"] if kind == "level" else np.zeros(len(frame))
    chance = 1 / (1 + np.exp(0.8 - pull))
    lost = (frame[WAVE] == "after").to_numpy() & (rng.uniform(size=len(frame)) < chance)
    return frame[~lost].reset_index(drop=True)


def _effect(respondents: Sample | Panel, study: Study) -> float:
    """The pooled effect alone, without its uncertainty."""
    cells = respondents.cells(study, [0])
    assert not isinstance(cells, str)
    model = fit_model(cells, cells.unit)
    assert isinstance(model, FittedModel)
    return float(model.fit.coef[model.effects[0, 1], 0])


@pytest.mark.parametrize(
    ("kind", "fooled", "why"),
    [("chance", False, "nothing to do with the outcome"), ("level", True, "the waves then hold different people")],
)
def test_losses_that_go_with_the_level_fool_the_waves_and_not_the_respondents(
    draw_people: Draw, study_of: MakeStudy, kind: str, fooled: bool, why: str
) -> None:
    study = study_of({"governorate": None})
    frames = [lose(draw_people(seed, villages=30, size=8), kind, seed) for seed in range(30)]
    errors = {
        "did": np.array([_effect(panel_of(frame, study, ["score"]), study) - 0.3 for frame in frames]),
        "all interviewed": np.array([_effect(study_sample(frame, study, ["score"]), study) - 0.3 for frame in frames]),
    }
    far = {model: abs(error.mean()) / (error.std() / np.sqrt(error.size)) for model, error in errors.items()}
    assert far["did"] < 3, why
    assert (far["all interviewed"] > 6) == fooled, why
    if fooled:
        assert errors["all interviewed"].mean() < -0.2, "the treated lost their high, the comparison its low"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["chance", "level"])
def test_intervals_hold_the_truth_in_93_to_97_percent_of_a_thousand_panels(
    draw_people: Draw, study_of: MakeStudy, kind: str
) -> None:
    """12 villages, a third lost; Monte Carlo error of a share of 95 % in 1,000 draws: 0.7 points."""
    study, held = study_of({"governorate": None}), 0
    for seed in range(1000):
        frame = lose(draw_people(seed, size=15), kind, seed)
        row = next(row for row in estimate_effects(frame, study) if row.governorate == "pooled")
        assert row.method == "bootstrap"
        held += row.conf_low <= 0.3 <= row.conf_high
    assert 930 <= held <= 970, held
