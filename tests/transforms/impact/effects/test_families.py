"""What is tested together, and how it is adjusted: declared families, defaults, secondary and placebo outcomes."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.impact.effects.families import outcome_family
from transforms.impact.effects.standardised import secondary_outcomes, standardised
from transforms.impact.effects.study_effects import design_effects, effects_on, estimate_effects
from transforms.impact.estimate import Estimate
from transforms.impact.inference.multiplicity import holm, sharpened_q
from transforms.study import Study
from transforms.study.columns import TREATED
from transforms.study.instrument import Scale, Variable
from transforms.study.settings import Text

MakeScores = Callable[..., pd.DataFrame]
PLACES = {"A": 0.4, "B": 0.1}
OUTCOMES = ("trust", "trust.one", "trust.two")
FAST = {"draws": 999}


@pytest.fixture(scope="module")
def with_secondary(make_study: Callable[..., Study]) -> Callable[..., Study]:
    """A study with an index of two dimensions and the secondary outcomes `calm`, `fear` (reversed) and `cows`."""

    def make(**effects: object) -> Study:
        study = make_study(dimensions=("one", "two"), effects={**FAST, **effects})
        common = {"label": Text(en="x"), "text": Text(en="x"), "role": "secondary"}
        waves = dict.fromkeys(study.wave_names, "x")
        more = (
            {"name": "calm", "type": "item", "scale": "s"},
            {"name": "fear", "type": "item", "scale": "s", "direction": "-"},
            {"name": "cows", "type": "number"},
            {"name": "mood", "type": "item", "scale": "words"},
            {"name": "job", "type": "category"},
        )
        variables = tuple(Variable.model_validate(common | one | {"columns": waves}) for one in more)
        words = Scale(name="words", choices=({"code": "a", "label": Text(en="A lot")},))
        book = study.codebook
        book = book.model_copy(update={"variables": (*book.variables, *variables), "scales": (*book.scales, words)})
        return study.model_copy(update={"codebook": book})

    return make


@pytest.fixture(scope="module")
def data(draw_scores: MakeScores) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Panel and scores with the same rows; `fear` is `calm` turned round."""
    scores = draw_scores(1, PLACES, outcomes=OUTCOMES)
    more = draw_scores(2, PLACES, outcomes=("calm", "cows"))
    calm = more["calm"].round()
    return scores.assign(calm=calm, fear=6 - calm, cows=(more["cows"] * 10).round()), scores


def _found(data: tuple[pd.DataFrame, pd.DataFrame], study: Study) -> list[Estimate]:
    panel, scores = data
    return list(estimate_effects(scores, study, secondary_outcomes(panel, study)))


def _pooled(found: list[Estimate]) -> dict[str, Estimate]:
    return {row.outcome: row for row in found if (row.contrast, row.governorate) == ("treated x post", "pooled")}


def test_secondary_outcomes_are_in_sd_turned_to_the_cohesive_end(
    data: tuple[pd.DataFrame, pd.DataFrame], with_secondary: Callable[..., Study]
) -> None:
    panel, _ = data
    study = with_secondary()
    columns = secondary_outcomes(panel, study)
    reference = (panel["wave"] == "before") & (panel["arm"] != TREATED)
    assert [name for name in columns if name in ("calm", "fear", "cows", "mood", "job")] == ["calm", "fear", "cows"]
    for name in ("calm", "fear", "cows"):
        known, weight = columns.loc[reference, name], panel.loc[reference, "weight"]
        assert np.average(known, weights=weight) == pytest.approx(0, abs=1e-12)
        spread = np.average(known**2, weights=weight) * known.size / (known.size - 1)
        assert spread == pytest.approx(1)
    found = _pooled(_found(data, study))
    assert found["fear"].estimate == pytest.approx(found["calm"].estimate), "fear counts against cohesion"
    points = _pooled(design_effects(panel, ["cows"], study, "secondary", "points"))["cows"].estimate
    sd = np.ptp(panel["cows"]) / np.ptp(columns["cows"])
    assert found["cows"].estimate == pytest.approx(points / sd)
    assert {found[name].unit for name in ("calm", "cows")} == {"sd"}


def test_secondary_outcomes_have_sharpened_q_by_place(
    data: tuple[pd.DataFrame, pd.DataFrame], with_secondary: Callable[..., Study]
) -> None:
    found = [row for row in _found(data, with_secondary()) if row.model == "secondary"]
    assert list(dict.fromkeys(row.outcome for row in found)) == ["calm", "fear", "cows"]
    assert {row.group for row in found} == {"all"}
    for place in ("A", "B", "pooled", "equal weight"):
        rows = [row for row in found if (row.governorate, row.contrast) == (place, "treated x post")]
        assert [row.adjustment for row in rows] == ["sharpened q"] * 3
        expected = sharpened_q(np.array([row.p_value for row in rows]))
        assert [row.p_adjusted for row in rows] == expected.tolist()


def test_secondary_outcomes_do_not_change_the_others(
    data: tuple[pd.DataFrame, pd.DataFrame], with_secondary: Callable[..., Study]
) -> None:
    _, scores = data
    study = with_secondary()
    own = list(estimate_effects(scores, study))
    assert [row for row in _found(data, study) if row.model != "secondary"] == own
    declined = with_secondary(secondary=False)
    assert _found(data, declined) == list(estimate_effects(scores, declined))


@pytest.mark.parametrize(
    ("outcome", "model", "family", "why"),
    [
        ("trust", "did", ("indices", ""), "an index"),
        ("trust.one", "change", ("dimensions", "trust"), "the dimensions of an index"),
        ("calm", "secondary", ("others", "secondary"), "all secondary outcomes"),
        ("rain", "placebo", ("others", "placebo"), "all placebo outcomes"),
        ("cows", "secondary", ("declared", "main"), "what the study declares goes before"),
        ("trust.two", "did", ("declared", "main"), "whatever it is"),
    ],
)
def test_the_family_of_an_outcome(
    outcome: str, model: str, family: tuple[str, str], why: str, with_secondary: Callable[..., Study]
) -> None:
    assert outcome_family(outcome, model, with_secondary(families={"main": ("trust.two", "cows")})) == family, why


def test_a_declared_family_of_an_index_a_dimension_and_an_item_is_drawn_jointly(
    data: tuple[pd.DataFrame, pd.DataFrame], with_secondary: Callable[..., Study]
) -> None:
    found = _found(data, with_secondary(families={"main": ("trust", "trust.one", "cows")}))
    rows = [row for row in found if (row.governorate, row.contrast) == ("A", "treated x post")]
    together = [row for row in rows if row.outcome in ("trust", "trust.one", "cows")]
    assert {row.adjustment for row in together} == {"Romano-Wolf"}
    assert all(row.p_adjusted >= row.p_value for row in together)
    assert max(together, key=lambda row: row.p_value).p_adjusted >= max(row.p_adjusted for row in together)
    alone = next(row for row in rows if row.outcome == "trust.two")
    assert (np.isnan(alone.p_adjusted), alone.adjustment) == (True, ""), "its only sister is declared elsewhere"
    rest = [row for row in rows if row.outcome in ("calm", "fear")]
    assert {row.adjustment for row in rest} == {"sharpened q"}


def test_other_rows_of_one_model_are_one_family(
    data: tuple[pd.DataFrame, pd.DataFrame], with_secondary: Callable[..., Study]
) -> None:
    panel, _ = data
    found = effects_on(panel, ["cows", "calm"], with_secondary(), "placebo", "points")
    assert [row.outcome for row in found] == ["cows"] * 5 + ["calm"] * 5
    equality = [row for row in found if row.contrast == "governorates equal"]
    assert [row.p_adjusted for row in equality] == holm(np.array([row.p_value for row in equality])).tolist()
    assert {row.adjustment for row in equality} == {"Holm"}, "joint tests are not drawn together"


@pytest.mark.parametrize(
    ("values", "reason", "why"),
    [
        (lambda p: p["cows"] * 0 + 3, "no_variation", "everybody has three"),
        (lambda p: p["cows"].where(p["arm"] == TREATED, 3), "no_variation", "the reference group sets no unit"),
        (lambda p: p["cows"] * np.nan, "no_answers", "nobody was asked"),
        (lambda p: p["cows"].where(p["wave"] == "after"), "no_answers", "not asked at baseline: no unit"),
        (lambda p: p["cows"].where((p["wave"] == "before") | (p["arm"] == TREATED)), "empty_cell", "one arm after"),
    ],
)
def test_a_secondary_outcome_that_cannot_be_estimated_leaves_the_others_alone(
    values: Callable[[pd.DataFrame], pd.Series],
    reason: str,
    why: str,
    data: tuple[pd.DataFrame, pd.DataFrame],
    with_secondary: Callable[..., Study],
) -> None:
    panel, scores = data
    found = _found((panel.assign(cows=values(panel)), scores), with_secondary())
    pooled = _pooled(found)
    assert (pooled["cows"].status, pooled["cows"].reason) == ("not_estimated", reason), why
    assert {row.status for name, row in pooled.items() if name != "cows"} == {"ok"}


def test_one_answer_in_the_reference_group_sets_no_unit(
    data: tuple[pd.DataFrame, pd.DataFrame], with_secondary: Callable[..., Study]
) -> None:
    panel, _ = data
    reference = panel.index[(panel["wave"] == "before") & (panel["arm"] != TREATED)]
    once = panel["cows"].where(~panel.index.isin(reference[1:]))
    assert standardised(once, panel, with_secondary()).isna().all()
