"""A study of two waves, clean frames for each stage of it, and Great Expectations imported once."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tests.two_waves import TWO_WAVES
from transforms.prepare.panel import build_panel
from transforms.study.parse import parse_study
from transforms.study.study import Study

SETTINGS = f"""
id = "little"
title = "A <little> study"
question = "Does it work?"{TWO_WAVES}[design]
kind = "panel"
respondent = "person"
governorate = "place"
community = "village"
weight = "factor"
sex = "gender"
interviewer = "asked_by"
consent = "agreed"
[design.treatment]
variable = "village"
values = ["1", "4"]
[[indices]]
name = "trust"
[limits]
straight_line_items = 4
"""
HEADER = ("variable", "type", "scale", "index", "dimension", "role", "before", "after")
CODEBOOK = (
    ("person", "identifier", "", "", "", "", "p", "p"),
    ("place", "category", "places", "", "", "", "g", "g"),
    ("village", "category", "", "", "", "", "v", "v"),
    ("factor", "number", "", "", "", "", "w", "w"),
    ("gender", "category", "", "", "", "", "s", "s"),
    ("asked_by", "category", "", "", "", "", "i", "i"),
    ("agreed", "category", "", "", "", "", "c", "c"),
    ("age", "number", "18-99", "", "", "", "a", ""),
    ("t1", "item", "0-4", "trust", "police", "", "t1", "t1"),
    ("t2", "item", "0-4", "trust", "police", "", "t2", "t2"),
    ("t3", "item", "0-4", "trust", "court", "", "t3", "t3"),
    ("t4", "item", "0-4", "trust", "court", "", "t4", "t4"),
    ("words", "item", "words", "", "", "", "x", "x"),
)
SCALES = (("places", "1", "Here"), ("places", "2", "There"), ("words", "low", "Low"), ("words", "high", "High"))
ROWS = 40


@pytest.fixture(scope="session")
def study_with() -> Callable[[str], Study]:
    """The study with more settings."""

    def build(more: str = "") -> Study:
        codebook = [dict(zip(HEADER, row, strict=True)) for row in CODEBOOK]
        scales = [dict(zip(("scale", "code", "label_en"), row, strict=True)) for row in SCALES]
        return parse_study(SETTINGS + more, {"codebook": codebook, "scales": scales})

    return build


@pytest.fixture(scope="session")
def study(study_with: Callable[[str], Study]) -> Study:
    return study_with("")


@pytest.fixture(scope="session")
def wave() -> pd.DataFrame:
    """A typed wave of 40 people in four villages, asked by four interviewers, without a problem."""
    row = np.arange(ROWS)
    answers = {f"t{item}": (row % 4 + (row // 4 + item) % 2).astype("float64") for item in range(1, 5)}
    return pd.DataFrame(
        {
            "file_row": row + 2,
            "person": [f"p{position}" for position in row],
            "place": 1.0 + row % 2,
            "village": 1.0 + row % 4,
            "factor": 1.0 + row % 3,
            "gender": 1.0 + row % 2,
            "asked_by": [f"i{position % 4}" for position in row],
            "agreed": 1.0,
            "age": 18.0 + row,
            **answers,
            "words": pd.Series(np.where(row % 2, "low", "high"), dtype="str"),
        }
    )


@pytest.fixture(scope="session")
def panel(study: Study, wave: pd.DataFrame) -> pd.DataFrame:
    return build_panel({"before": wave, "after": wave.drop(columns="age")}, study).frame


@pytest.fixture(scope="session")
def scores(study: Study, panel: pd.DataFrame) -> pd.DataFrame:
    """Scores in the units they claim: weighted mean 0 and SD 1 of the comparison arm at baseline."""
    reference = (panel["wave"] == "before") & (panel["arm"] == "comparison")
    weights = panel["weight"].where(reference, 0.0)
    columns = {}
    for position, outcome in enumerate(study.outcomes()):
        raw = panel[f"t{position + 1}"]
        mean = (raw * weights).sum() / weights.sum()
        n = reference.sum()
        sd = np.sqrt((weights * (raw - mean) ** 2).sum() / weights.sum() * n / (n - 1))
        columns |= {outcome: (raw - mean) / sd, f"{outcome}__pomp": 25 * raw}
    return panel.assign(**columns)
