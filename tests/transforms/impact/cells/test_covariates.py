"""A covariate that is also a column of the design holds labels in the panel, any other its codes."""

import numpy as np
import pandas as pd
import pytest

from transforms.impact.cells.covariates import covariates, listed_values
from transforms.impact.rows.held import held_covariates
from transforms.study import Study, parse_study

SETTINGS = """id = "s"
title = "S"
question = "Q"
[[waves]]
name = "base"
file = "a.csv"
[design]
sex = "sex"
[[indices]]
name = "trust"
[effects]
covariates = ["sex", "work"]
"""
SCALES = [
    {"scale": scale, "code": code, "label_en": label, "label_ar": ""}
    for scale, labels in {"SEX": ("Male", "Female"), "WORK": ("None", "Some", "Full")}.items()
    for code, label in enumerate(labels, start=1)
]


@pytest.fixture(scope="module")
def study() -> Study:
    blank = {"scale": "", "index": "", "role": ""}
    rows = [
        {"variable": "q", "type": "item", "scale": "1-5", "index": "trust", "role": "headline", "base": "q"},
        {"variable": "sex", "type": "category", "scale": "SEX", "base": "s"},
        {"variable": "work", "type": "category", "scale": "WORK", "base": "w"},
    ]
    scales = [{name: str(value) for name, value in row.items()} for row in SCALES]
    return parse_study(SETTINGS, {"codebook": [blank | row for row in rows], "scales": scales})


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return pd.DataFrame({"sex": ["Male", "Female", None, "Female"], "work": [1.0, 2.0, 3.0, 9.0]})


def test_values_as_the_panel_holds_them(study: Study) -> None:
    assert listed_values("sex", study) == {"Male": "Male", "Female": "Female"}
    assert listed_values("work", study) == {1.0: "None", 2.0: "Some", 3.0: "Full"}
    assert listed_values("q", study) == {}, "a range lists nothing"


def test_a_label_of_the_design_is_held_like_a_code(study: Study, panel: pd.DataFrame) -> None:
    held = held_covariates(panel, study)
    assert held.known.tolist() == [True, True, False, False], "no sex; work outside its scale"
    assert held.variables == ("sex", "work", "work"), "the last value is what others are compared to"
    assert np.column_stack(held.columns)[:2].tolist() == [[True, True, False], [False, False, True]]


def test_sex_stands_once_among_the_covariates(study: Study, panel: pd.DataFrame) -> None:
    found = list(covariates(panel, study, study.settings.effects.covariates))
    assert [(each.variable, each.value) for each in found] == [
        ("sex", "Male"), ("sex", "Female"), ("work", "None"), ("work", "Some"), ("work", "Full"),
    ]  # fmt: skip
    assert found[0].values[[0, 1, 3]].tolist() == [1, 0, 0]
