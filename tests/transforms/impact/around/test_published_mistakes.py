"""Mistakes of published work in estimating: weights not used, margins from the data, p-values copied by hand."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.impact.around.tables import around_tables, study_estimates
from transforms.impact.estimate import estimates_table
from transforms.impact.inference.multiplicity import sharpened_q
from transforms.study import Study

EFFECTS = {"placebo": ["age"], "covariates": ["age"], "groups": [], "draws": 999}
Draw = Callable[..., pd.DataFrame]
MakeStudy = Callable[..., Study]
PLACE = ["model", "outcome", "contrast", "governorate"]


@pytest.fixture(scope="module")
def panel(draw_panel: Draw) -> pd.DataFrame:
    """Two governorates of 12 villages; age and weather move between the waves, so that they can be outcomes."""
    return draw_panel(people=30, anew=True)


def _rows(frame: pd.DataFrame, study: Study) -> pd.DataFrame:
    return estimates_table(study_estimates(frame, frame, study)).set_index(PLACE)


@pytest.mark.parametrize("kind", ["panel", "cross-sections"])
def test_weights_that_are_accepted_are_used_by_every_model(kind: str, panel: pd.DataFrame, study_of: MakeStudy) -> None:
    study = study_of({"kind": kind}, EFFECTS)
    heavy = panel.assign(weight=panel["weight"] * np.where(panel["sex"] == "f", 4.0, 1.0))
    one, two = _rows(panel, study), _rows(heavy, study)
    both = one[["status", "estimate", "statistic"]].join(two.add_suffix("_heavy"))
    both = both[both["status"] == "ok"]
    moved = (both["statistic"] - both["statistic_heavy"]).abs() > 1e-6
    assert both[~moved].index.tolist() == []
    wanted = {"did", "pairwise", "secondary", "doubly robust", "covariates", "placebo", "composition"}
    assert wanted <= set(both.index.get_level_values("model"))


def test_the_margin_of_equivalence_is_the_declared_one_whatever_the_data(
    panel: pd.DataFrame, study_of: MakeStudy
) -> None:
    study = study_of({}, EFFECTS | {"smallest_effect": 0.22})
    for factor in (1.0, 10.0):
        frame = panel.assign(trust=panel["trust"] * factor)
        tables = dict(around_tables(frame, frame, study, study_estimates(frame, frame, study)))
        assert set(tables["equivalence"]["margin"]) == {0.22}


def test_adjusted_p_values_are_of_the_p_values_beside_them(panel: pd.DataFrame, study_of: MakeStudy) -> None:
    book = study_of({}, EFFECTS).codebook
    twins = tuple(
        variable.model_copy(update={"name": f"{variable.name}{at}"}) for variable in book.secondary() for at in range(3)
    )
    study = study_of({}, EFFECTS)
    study = study.model_copy(update={"codebook": book.model_copy(update={"variables": (*book.variables, *twins)})})
    rng = np.random.default_rng(7)
    more = {variable.name: rng.normal(0, 1, len(panel)) for variable in twins}
    table = estimates_table(study_estimates(panel.assign(**more), panel, study))
    rows = table[(table["model"] == "secondary") & (table["contrast"] == "treated x post")]
    assert rows["outcome"].nunique() == 4
    for _, family in rows.groupby("governorate"):
        assert family["p_adjusted"].to_numpy() == pytest.approx(sharpened_q(family["p_value"].to_numpy()))
