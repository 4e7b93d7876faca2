"""The demo, Afrobarometer Mali and the school data agree with R's packages to 1e-6.

R's side is in tests/reference/packages. `mali.csv` was: region, urban (1 or 0), weight (withinwt), trust (0 to 3), post
(0 round 6, 1 round 7), of the two SPSS files, rows with every value; here it is read again from those files.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from transforms.impact.cells.row_moments import row_moments
from transforms.impact.description.levels import levels_table
from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.inference.cr2 import cr2, satterthwaite_test
from transforms.impact.inference.solved import cr1_std_errors, solve
from transforms.study import Study

FOLDER = Path(__file__).resolve().parents[3] / "reference" / "packages"
PRINTED: dict[str, Any] = json.loads((FOLDER / "packages.json").read_text())
MALI = ((0, "mli_r6_data_2015_eng.sav", "Q52H"), (1, "mli_r7_data_eng.sav", "Q43G"))
NEAR = 1e-6


def _near(found: float, printed: float) -> bool:
    return found == pytest.approx(printed, rel=NEAR, abs=NEAR)


@pytest.fixture(scope="module")
def mali(shared_data: Path) -> pd.DataFrame:
    parts = []
    for post, file, item in MALI:
        names = ["REGION", "URBRUR", item, _weight(shared_data, file)]
        read, _ = pyreadstat.read_sav(shared_data / "mali_police_trust" / file, usecols=names)
        region, urban, trust, weight = (read[name] for name in names)
        columns = {"region": region, "urban": (urban == 1) * 1.0, "weight": weight, "post": post * 1.0}
        parts.append(pd.DataFrame(columns | {"trust": trust.where(trust.between(0, 3))}))
    return pd.concat(parts, ignore_index=True).dropna().reset_index(drop=True)


def _weight(folder: Path, file: str) -> str:
    _, about = pyreadstat.read_sav(folder / "mali_police_trust" / file, metadataonly=True)
    return next(name for name in about.column_names if name.lower() == "withinwt")


def _agrees(x: np.ndarray, y: pd.Series, weight: pd.Series, cluster: pd.Series, printed: dict[str, Any]) -> None:
    """The last coefficient and its errors, by every package."""
    codes = pd.factorize(cluster, sort=True)[0].astype(np.int64)
    made = row_moments(y.to_numpy(dtype=float), x, weight.to_numpy(dtype=float), codes)
    moments = made.moments
    solved, vector = solve(moments), np.eye(x.shape[1])[-1]
    n, k, g = int(moments.rows.sum()), x.shape[1], solved.clusters
    assert (n, k, g) == (printed["n"], printed["k"], printed["clusters"])
    test = satterthwaite_test(cr2(moments, made.working), vector)
    cr1 = cr1_std_errors(solved, vector)[0]
    assert _near(solved.coef[-1, 0], printed["coef"])
    assert _near(cr1, printed["sandwich_cr1"])
    assert _near(cr1, printed["lm_robust_stata"]["std_error"])
    assert _near(cr1 * np.sqrt((n - k) / (n - 1)), printed["svyglm"]), "linearisation is G/(G-1) alone"
    ours = {"std_error": float(test.std_error[0]), "df": test.df, "p": float(test.p_value[0])}
    club = {"std_error": "clubsandwich_cr2", "df": "clubsandwich_df", "p": "clubsandwich_p"}
    for name, value in ours.items():
        assert _near(value, printed[club[name]]), f"clubSandwich, {name}"
        assert _near(value, printed["lm_robust_cr2"][name]), f"estimatr, {name}"


@pytest.mark.parametrize("name", ["apistrat", "apiclus1"])
def test_regressions_on_the_school_data(shared_data: Path, name: str) -> None:
    data = pd.read_csv(shared_data / "references" / f"{name}.csv")
    x = np.column_stack([np.ones(len(data)), data[["ell", "meals", "mobility"]]])
    _agrees(x, data["api00"], data["pw"], data["dnum"], PRINTED[name]["regression"])


def test_a_regression_on_mali(mali: pd.DataFrame) -> None:
    x = np.column_stack([np.ones(len(mali)), mali[["urban", "post"]]])
    _agrees(x, mali["trust"], mali["weight"], mali["region"], PRINTED["mali"]["change"])


@pytest.fixture(scope="module")
def demo(make_scores: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    read = pd.read_csv(FOLDER / "demo.csv")
    return make_scores({str(name): read[name] for name in read}, ("baseline", "endline"))


@pytest.fixture(scope="module")
def two_indices(make_study: Callable[..., Study]) -> Callable[[str], Study]:
    def make(index: str) -> Study:
        study = make_study(waves=("baseline", "endline"), effects={"draws": 999, "groups": []})
        renamed = study.indices[0].model_copy(update={"name": index})
        settings = study.settings.model_copy(update={"indices": (renamed,)})
        items = tuple(v.model_copy(update={"index": index}) if v.index else v for v in study.codebook.variables)
        codebook = study.codebook.model_copy(update={"variables": items})
        return study.model_copy(update={"settings": settings, "codebook": codebook})

    return make


@pytest.mark.parametrize("index", ["vertical", "horizontal"])
def test_the_demos_pooled_effect(demo: pd.DataFrame, two_indices: Callable[[str], Study], index: str) -> None:
    found = estimate_effects(demo, two_indices(index))
    row = next(row for row in found if row.governorate == "pooled" and row.contrast == "treated x post")
    printed = PRINTED["demo"][index]
    pairs = {
        "coef": row.estimate, "sandwich_cr1": row.std_error_cr1, "clubsandwich_cr2": row.std_error,
        "clubsandwich_df": row.df, "clubsandwich_p": row.p_value, "n": row.n, "clusters": row.clusters,
    }  # fmt: skip
    for name, value in pairs.items():
        assert _near(value, printed[name]), name
    assert _near(row.std_error, printed["lm_robust_cr2"]["std_error"])
    assert _near(row.std_error_cr1, printed["lm_robust_stata"]["std_error"])
    assert _near(row.std_error_cr1 * np.sqrt((row.n - printed["k"]) / (row.n - 1)), printed["svyglm"])


def test_the_demos_levels(demo: pd.DataFrame, two_indices: Callable[[str], Study]) -> None:
    levels = levels_table(demo, two_indices("vertical"))
    found = levels.query("outcome == 'vertical' and wave == 'baseline' and governorate == 'all' and group == 'all'")
    printed = PRINTED["demo"]["baseline_by_arm"]
    for arm, mean, error in zip(printed["domain"], printed["mean"], printed["std_error"], strict=True):
        row = found[found["arm"] == arm].iloc[0]
        assert _near(row["mean"], mean)
        assert _near(row["std_error"], error)
