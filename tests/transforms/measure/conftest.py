"""A study of two waves and two arms, and panels for it."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tests.two_waves import TWO_WAVES
from transforms.study.columns import DESIGN_COLUMNS
from transforms.study.study import Study

WAVES = f"""{TWO_WAVES}[design]
governorate = "region"
community = "town"
"""
TREATMENT = """
[design.treatment]
variable = "town"
values = ["t"]
"""
CODEBOOK = """
variable | type     | scale | direction | index    | dimension | before | after
region   | category |       |           |          |           | r      | r
town     | category |       |           |          |           | t      | t
"""


@pytest.fixture(scope="session")
def index_study(little_study: Callable[..., Study]) -> Callable[..., Study]:
    """Study from the settings of its indices and the items' rows of the codebook (name to dimension)."""

    def build(indices: str, items: str, *, compared: bool = True, scales: str = "scale | code | label_en") -> Study:
        lines = [line.strip() for line in items.strip().splitlines()]
        codebook = CODEBOOK + "\n".join(f"{line} | q{i} | q{i}" for i, line in enumerate(lines))
        return little_study(WAVES + (TREATMENT if compared else "") + indices, codebook, scales)

    return build


@pytest.fixture(scope="session")
def as_panel() -> Callable[[pd.DataFrame], pd.DataFrame]:
    """A panel of the rows given, with the columns of the design; all at baseline, in the comparison arm, weight 1."""

    def build(frame: pd.DataFrame) -> pd.DataFrame:
        rows = np.arange(len(frame))
        design = {column: pd.Series("x", index=frame.index) for column in DESIGN_COLUMNS}
        defaults = {"wave": "before", "weight": 1.0, "arm": "comparison", "fpc": np.nan, "file_row": rows + 2}
        panel = pd.DataFrame(design).assign(**defaults).assign(**{name: frame[name] for name in frame})
        return panel.assign(wave=pd.Categorical(panel.wave, ["before", "after"], ordered=True))

    return build
