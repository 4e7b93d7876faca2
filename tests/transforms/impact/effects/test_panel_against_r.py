"""A constant for every respondent against `lm` with dummies, `plm`, `clubSandwich`, and contrasts in full matrices."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from transforms.impact.cells.panel import panel_of
from transforms.impact.cells.panel_cells import PanelCells
from transforms.impact.effects.fitted_model import FittedModel, fit_model
from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import Estimate
from transforms.impact.inference.cr2 import htz_test, satterthwaite_test
from transforms.impact.inference.solved import cr1_std_errors
from transforms.study import Study
from transforms.study.columns import COMPARISON, TREATED

FOLDER = Path(__file__).resolve().parents[3] / "reference" / "panel"
FROM_R: dict[str, Any] = json.loads((FOLDER / "panel.json").read_text())
WAVES = ("first", "second", "third")
PLACES = ("pooled", "A", "B", "C")
MakeScores = Callable[..., pd.DataFrame]
MakeStudy = Callable[..., Study]


@pytest.fixture(scope="module")
def scores(make_scores: MakeScores) -> pd.DataFrame:
    """The panel R was given, as `measure` leaves one."""
    people = pd.read_csv(FOLDER / "people.csv")
    columns = {
        "respondent": people["person"].astype(str),
        "governorate": people["place"],
        "wave": np.array(WAVES)[people["wave"]],
        "cluster": people["village"].astype(str),
        "arm": np.where(people["treated"] == 1, TREATED, COMPARISON),
        "strata": people["stratum"],
        "sex": people["sex"],
        "weight": people["weight"],
        "trust": people["score"],
    }
    return make_scores(columns, WAVES).assign(moving=people["moving"])


@pytest.fixture(scope="module")
def study(make_study: MakeStudy) -> Study:
    design = {"kind": "panel", "respondent": "person", "strata": "sector"}
    return make_study(waves=WAVES, design=design, effects={"groups": (), "draws": 999})


def _weighted(scores: pd.DataFrame, kind: str) -> pd.DataFrame:
    return scores.assign(weight={"own": scores["weight"], "plain": 1.0, "moving": scores["moving"]}[kind])


@pytest.fixture(scope="module")
def models(scores: pd.DataFrame, study: Study) -> dict[tuple[str, str], FittedModel]:
    """The fit with each kind of weight, in each place."""
    found = {}
    for kind in ("own", "plain", "moving"):
        cells = panel_of(_weighted(scores, kind), study, ["trust"]).cells(study, [0])
        assert isinstance(cells, PanelCells)
        for unit, place in enumerate(PLACES, start=-1):
            inside = cells if unit < 0 else cells.select(cells.unit == unit)
            model = fit_model(inside, np.zeros_like(inside.unit))
            assert isinstance(model, FittedModel)
            found[kind, place] = model
    return found


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("kind", "printed", "why"),
    [
        ("own", "own", "lm with a dummy for everybody"),
        ("own", "contrasts_own", "contrasts are the same regression"),
        ("plain", "plain", "lm with dummies, no weights"),
        ("plain", "plm", "plm absorbs"),
        ("moving", "contrasts", "weights that differ between waves: contrasts are independent, with one variance"),
    ],
)
def test_effects_of_every_wave_and_their_cr2_agree(
    models: dict[tuple[str, str], FittedModel], kind: str, printed: str, why: str, place: str
) -> None:
    model, known = models[kind, place], FROM_R[place][printed]
    for wave in (1, 2):
        test = satterthwaite_test(model.cr2, model.combination({(0, wave): 1.0}))
        assert test.estimate[0] == pytest.approx(known["coef"][wave - 1], abs=1e-8), why
        assert test.std_error[0] == pytest.approx(known["cr2"][wave - 1], abs=1e-8), why
        assert test.df == pytest.approx(known["df"][wave - 1], rel=1e-6), why


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ["own", "plain", "moving"])
def test_coefficients_cr1_and_degrees_of_freedom_are_those_of_dummies(
    models: dict[tuple[str, str], FittedModel], kind: str, place: str
) -> None:
    model, known = models[kind, place], FROM_R[place][kind]
    assert (model.n, model.fit.n) == (known["n"], known["n"] - known["people"])
    assert model.fit.n - model.fit.k == known["residual"], "N - K counts everybody's dummy"
    for wave in (1, 2):
        vector = model.combination({(0, wave): 1.0})
        assert (vector @ model.fit.coef)[0] == pytest.approx(known["coef"][wave - 1], abs=1e-8)
        assert cr1_std_errors(model.solved, vector)[0] == pytest.approx(known["cr1"][wave - 1], abs=1e-8)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ["own", "plain"])
def test_the_joint_test_agrees(models: dict[tuple[str, str], FittedModel], kind: str, place: str) -> None:
    model, known = models[kind, place], FROM_R[place][kind]["joint"]
    test = htz_test(model.cr2, np.stack([model.combination({(0, wave): 1.0}) for wave in (1, 2)]))[0]
    assert test.statistic == pytest.approx(known["F"], abs=1e-7)
    assert (test.df_denominator, test.p_value) == pytest.approx((known["df"], known["p"]), rel=1e-6)


def test_the_study_s_rows_are_these(scores: pd.DataFrame, study: Study) -> None:
    found: dict[tuple[str, str], Estimate] = {
        (row.governorate, row.wave): row
        for row in estimate_effects(scores, study)
        if (row.contrast, row.model) == ("treated x post", "did") and row.governorate in PLACES
    }
    for place in PLACES:
        for at, wave in enumerate(WAVES[1:]):
            row, known = found[place, wave], FROM_R[place]["own"]
            assert row.estimate == pytest.approx(known["coef"][at], abs=1e-8)
            assert row.n == known["n"]
    assert found["pooled", "third"].std_error == pytest.approx(FROM_R["pooled"]["own"]["cr2"][1], abs=1e-8)
    assert {row.method for (place, _), row in found.items() if place != "pooled"} == {"bootstrap"}
