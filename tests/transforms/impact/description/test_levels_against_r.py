"""Levels agree with R's survey to 1e-8; see tests/reference/README.md for how R's side was made."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from transforms.impact.description.levels import levels_table
from transforms.study import Study

FOLDER = Path(__file__).resolve().parents[3] / "reference" / "effects"
PRINTED: dict[str, Any] = json.loads((FOLDER / "levels.json").read_text())


def _agrees(columns: dict[str, object], name: str, study: Study, make_scores: Callable[..., pd.DataFrame]) -> None:
    """Every domain R printed under `name`; the domains are the values of `group`."""
    found = levels_table(make_scores({"wave": "now", **columns}, ("now",)), study)
    found = found[found["governorate"] == "all"].set_index("group")
    assert list(found.index) == [row["domain"] for row in PRINTED[name]]
    for row in PRINTED[name]:
        level = found.loc[row["domain"]]
        assert level["mean"] == pytest.approx(row["mean"], rel=1e-8, abs=1e-12)
        assert level["std_error"] == pytest.approx(row["std_error"], rel=1e-8)
        assert level["df"] == row["df"]


@pytest.fixture(scope="module")
def study(make_study: Callable[..., Study]) -> Study:
    return make_study(waves=("now",), treated=None, design={"group": "village", "governorate": None})


def test_one_stage_cluster_sample(study: Study, make_scores: Callable[..., pd.DataFrame], shared_data: Path) -> None:
    data = pd.read_csv(shared_data / "references" / "apiclus1.csv")
    design = {"cluster": data["dnum"], "weight": data["pw"], "fpc": data["fpc"], "group": data["stype"]}
    _agrees(design | {"trust": data["api00"]}, "apiclus1", study, make_scores)
    missing = {"trust": data["acs.46"], "group": data["yr.rnd"]}
    _agrees(design | missing, "apiclus1_missing", study, make_scores)
    assert PRINTED["apiclus1"][0]["mean"] == pytest.approx(644.169399, abs=5e-7)
    assert PRINTED["apiclus1"][0]["std_error"] == pytest.approx(23.542241, abs=5e-7)


def test_stratified_sample_of_single_rows(
    study: Study, make_scores: Callable[..., pd.DataFrame], shared_data: Path
) -> None:
    data = pd.read_csv(shared_data / "references" / "apistrat.csv")
    design = {"cluster": data.index, "strata": data["stype"], "weight": data["pw"], "fpc": data["fpc"]}
    _agrees(design | {"group": data["sch.wide"], "trust": data["api00"]}, "apistrat", study, make_scores)


@pytest.fixture(scope="module")
def synthetic() -> dict[str, object]:
    data = pd.read_csv(FOLDER / "input.csv")
    data = data[data["post"] == 0].reset_index(drop=True)
    renamed = data.rename(columns={"stratum": "strata", "y": "trust"})
    return {name: renamed[name] for name in ("cluster", "strata", "weight", "group", "trust")}


def test_strata_and_clusters(
    synthetic: dict[str, object], study: Study, make_scores: Callable[..., pd.DataFrame]
) -> None:
    _agrees(synthetic, "synthetic", study, make_scores)


def test_single_psu_is_centred_at_the_mean_of_all(
    synthetic: dict[str, object], study: Study, make_scores: Callable[..., pd.DataFrame]
) -> None:
    alone = synthetic | {"strata": np.where(pd.Series(synthetic["cluster"]) == "A00", "alone", synthetic["strata"])}
    _agrees(alone, "single_psu", study, make_scores)
    _agrees(alone | {"fpc": 40.0}, "single_psu_fpc", study, make_scores)
