"""Effects agree with R's sandwich and clubSandwich to 1e-8; see tests/reference/README.md for how R's side was made."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from transforms.impact.cells.sample import outcome_cells, study_sample
from transforms.impact.effects.fitted_model import FittedModel, fit_model
from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import Estimate
from transforms.impact.inference.least_squares import wald_test
from transforms.study import Study
from transforms.study.columns import COMPARISON, TREATED

FOLDER = Path(__file__).resolve().parents[3] / "reference" / "effects"
PLACES = ("Amman", "Irbid", "Mafraq")
WEIGHTING = pytest.mark.parametrize("weighting", ["weighted", "unweighted"])


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    """What R printed."""
    return dict(json.loads((FOLDER / "effects.json").read_text()))


@pytest.fixture(scope="module")
def scores(make_scores: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    data = pd.read_csv(FOLDER / "input.csv")
    return make_scores(
        {
            "governorate": data["governorate"],
            "cluster": data["cluster"],
            "strata": data["stratum"],
            "group": data["group"],
            "weight": data["weight"],
            "wave": np.where(data["post"] == 1, "after", "before"),
            "arm": np.where(data["treated"] == 1, TREATED, COMPARISON),
            "trust": data["y"],
        }
    )


def _weighted(scores: pd.DataFrame, weighting: str) -> pd.DataFrame:
    return scores if weighting == "weighted" else scores.assign(weight=1.0)


def _found(scores: pd.DataFrame, study: Study) -> dict[tuple[str, str, str], Estimate]:
    return {(row.contrast, row.governorate, row.group): row for row in estimate_effects(scores, study)}


def _interacted(scores: pd.DataFrame, study: Study) -> FittedModel:
    cells = outcome_cells(study_sample(scores, study, ["trust"]), study, [0])
    model = fit_model(cells, cells.unit)
    assert not isinstance(model, str)
    return model


def _agrees(row: Estimate, r: dict[str, Any]) -> None:
    assert row.estimate == pytest.approx(r["coef"], rel=1e-8, abs=1e-10)
    assert row.std_error_cr1 == pytest.approx(r["vcov"][0][0] ** 0.5, rel=1e-8)
    statistic = row.estimate / row.std_error_cr1
    assert 2 * stats.t.sf(abs(statistic), row.clusters - 1) == pytest.approx(r["p"], rel=1e-8)
    assert (row.n, row.clusters) == (r["n"], r["clusters"])
    assert (row.method, row.status, row.reason) == ("CR2" if row.clusters >= 30 else "bootstrap", "ok", "")
    if row.method == "bootstrap":
        assert (row.std_error, row.statistic) == pytest.approx((row.std_error_cr1, statistic))


@WEIGHTING
@pytest.mark.parametrize("place", [*PLACES, "pooled"])
def test_difference_in_differences(
    place: str, weighting: str, scores: pd.DataFrame, make_study: Callable[..., Study], printed: dict[str, Any]
) -> None:
    found = _found(_weighted(scores, weighting), make_study())
    _agrees(found["treated x post", place, "all"], printed[weighting][place])


@WEIGHTING
def test_triple_difference(
    weighting: str, scores: pd.DataFrame, make_study: Callable[..., Study], printed: dict[str, Any]
) -> None:
    study = make_study(design={"group": "origin"}, effects={"minimum_cell": 1})
    found = _found(_weighted(scores, weighting), study)
    row = found["treated x post x group", "pooled", "displaced - host"]
    _agrees(row, printed[weighting]["displaced_minus_host"])


@WEIGHTING
def test_change_without_comparison_arm(
    weighting: str, scores: pd.DataFrame, make_study: Callable[..., Study], printed: dict[str, Any]
) -> None:
    found = _found(_weighted(scores, weighting), make_study(treated=None))
    _agrees(found["after - before", "pooled", "all"], printed[weighting]["change"])


@WEIGHTING
def test_joint_test_and_equal_weight_mean(
    weighting: str, scores: pd.DataFrame, make_study: Callable[..., Study], printed: dict[str, Any]
) -> None:
    study, r = make_study(), printed[weighting]
    found = _found(_weighted(scores, weighting), study)
    equality = found["governorates equal", "pooled", "all"]
    assert equality.statistic == pytest.approx(r["equality"]["F"], rel=1e-8)
    assert equality.statistic == pytest.approx(r["equality"]["clubSandwich_F"], rel=1e-8)
    assert (equality.method, np.isnan(equality.df)) == ("bootstrap", True)
    model = _interacted(_weighted(scores, weighting), study)
    contrasts = np.zeros((2, model.fit.k))
    columns = [model.effects[unit, 1] for unit in range(3)]
    contrasts[:, columns] = [[-1, 1, 0], [-1, 0, 1]]
    test = wald_test(model.fit, 0, contrasts)
    assert (test.statistic, test.df_denominator) == pytest.approx((equality.statistic, r["equality"]["df2"]))
    assert test.p_value == pytest.approx(r["equality"]["p"], rel=1e-8)
    assert test.p_value == pytest.approx(r["equality"]["clubSandwich_p"], rel=1e-8)
    mean = found["treated x post", "equal weight", "all"]
    assert mean.estimate == pytest.approx(r["equal_weight"]["coef"], rel=1e-8)
    assert mean.std_error_cr1 == pytest.approx(r["equal_weight"]["std_error"], rel=1e-8)


@WEIGHTING
def test_both_covariances_of_the_fully_interacted_model(
    weighting: str, scores: pd.DataFrame, make_study: Callable[..., Study], printed: dict[str, Any]
) -> None:
    r = printed[weighting]["interacted"]
    model = _interacted(_weighted(scores, weighting), make_study())
    columns = [model.effects[unit, 1] for unit in range(len(PLACES))]
    at = np.ix_(columns, columns)
    np.testing.assert_allclose(model.fit.coef[columns, 0], r["coef"], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(model.fit.vcov[0][at], r["vcov"], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(model.fit.vcov_classical[0][at], r["classical"], rtol=1e-8, atol=1e-12)
    assert (model.fit.n, model.fit.k, model.fit.clusters) == (r["n"], r["k"], r["clusters"])
