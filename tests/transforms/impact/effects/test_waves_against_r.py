"""Pairs of governorates and pre-trends agree with R's clubSandwich; see tests/reference/README.md."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import Estimate
from transforms.study import Study
from transforms.study.columns import COMPARISON, TREATED

FOLDER = Path(__file__).resolve().parents[3] / "reference" / "effects"
WAVES = ("w0", "w1", "w2", "w3")
WEIGHTING = pytest.mark.parametrize("weighting", ["weighted", "unweighted"])

Found = dict[tuple[str, str, str], Estimate]


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    """What R printed."""
    return dict(json.loads((FOLDER / "waves.json").read_text()))


@pytest.fixture(scope="module")
def found(make_scores: Callable[..., pd.DataFrame], make_study: Callable[..., Study]) -> dict[str, Found]:
    """Estimates with and without weights by contrast, wave and governorate."""
    data = pd.read_csv(FOLDER / "waves.csv")
    columns = {
        "governorate": data["governorate"],
        "cluster": data["cluster"],
        "strata": data["stratum"],
        "weight": data["weight"],
        "wave": np.array(WAVES)[data["wave"]],
        "arm": np.where(data["treated"] == 1, TREATED, COMPARISON),
        "trust": data["y"],
    }
    scores, study = make_scores(columns, WAVES), make_study(waves=WAVES, first_wave="w3", effects={"draws": 999})
    weights = {"weighted": scores["weight"], "unweighted": 1.0}
    return {
        name: {
            (row.contrast, row.wave, row.governorate): row
            for row in estimate_effects(scores.assign(weight=weight), study)
        }
        for name, weight in weights.items()
    }


def _agrees(row: Estimate, r: dict[str, Any]) -> None:
    assert (row.method, row.status) == ("CR2", "ok")
    numbers = (row.estimate, row.std_error, row.std_error_cr1, row.std_error_cr3)
    assert numbers == pytest.approx((r["coef"], r["std_error"], r["cr1"], r["cr3"]), rel=1e-8)
    assert (row.df, row.p_value) == pytest.approx((r["df"], r["p"]), rel=1e-6)
    assert (row.n, row.clusters) == (r["n"], r["clusters"])


@WEIGHTING
@pytest.mark.parametrize("pair", ["Irbid - Amman", "Mafraq - Amman", "Mafraq - Irbid"])
def test_differences_between_governorates(
    pair: str, weighting: str, found: dict[str, Found], printed: dict[str, Any]
) -> None:
    row = found[weighting][pair, "w3", pair]
    assert row.model == "pairwise"
    _agrees(row, printed[weighting]["pairs"][pair])


@WEIGHTING
@pytest.mark.parametrize("wave", [1, 2, 3])
def test_each_wave_against_the_baseline(
    wave: int, weighting: str, found: dict[str, Found], printed: dict[str, Any]
) -> None:
    contrast = "treated x post" if wave == 3 else "pre-trend"
    row = found[weighting][contrast, WAVES[wave], "pooled"]
    assert row.model == ("did" if wave == 3 else "pre-trend")
    _agrees(row, printed[weighting][f"wave{wave}"])


@WEIGHTING
def test_pre_trends_together(weighting: str, found: dict[str, Found], printed: dict[str, Any]) -> None:
    row, r = found[weighting]["pre-trends zero", "w2", "pooled"], printed[weighting]["joint"]
    assert (row.model, row.method) == ("pre-trend", "CR2")
    assert (row.statistic, row.df, row.p_value) == pytest.approx((r["F"], r["df"], r["p"]), rel=1e-6)
    for place, within in printed[weighting]["places"].items():
        row = found[weighting]["pre-trends zero", "w2", place]
        assert (row.method, row.clusters) == ("bootstrap", 18)
        assert row.statistic == pytest.approx(within["cr1_F"], rel=1e-8)
