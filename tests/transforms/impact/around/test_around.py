"""Every table comes for every kind of study, in the same shape."""

from collections.abc import Callable

import pandas as pd
import pytest

from transforms.impact.around.tables import AROUND_REASONS, around_tables
from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import ESTIMATE_COLUMNS, REASONS
from transforms.study import Study

NAMES = ["equivalence", "breakdown", "balance", "attrition", "lee_bounds", "power", "robustness"]
ONE_WAVE = {"waves": [{"name": "before", "file": "before.csv"}]}


@pytest.mark.parametrize(
    ("design", "more", "filled", "why"),
    [
        ({}, {}, NAMES, "a panel with arms allows everything"),
        ({"kind": "cross-sections"}, {}, [name for name in NAMES if name != "lee_bounds"], "nobody is lost"),
        ({"treatment": None}, {}, ["equivalence", "breakdown", "attrition", "power", "robustness"], "change over time"),
        ({}, ONE_WAVE, ["balance", "attrition"], "levels are compared with nothing"),
    ],
)
def test_tables_of_each_design(
    draw_panel: Callable[..., pd.DataFrame],
    study_of: Callable[..., Study],
    design: dict[str, object],
    more: dict[str, object],
    filled: list[str],
    why: str,
) -> None:
    frame, study = draw_panel(people=40), study_of(design, {"placebo": ["weather"], "covariates": ["age"]}, **more)
    frame = frame[frame["wave"].isin(study.wave_names)].reset_index(drop=True)
    before = frame.copy()
    found = dict(around_tables(frame, frame, study, estimate_effects(frame, study)))
    assert list(found) == NAMES
    assert [name for name in NAMES if len(found[name])] == filled, why
    assert tuple(found["robustness"].columns) == ESTIMATE_COLUMNS
    reasons = {reason for table in found.values() if "reason" in table for reason in table["reason"]}
    assert reasons <= {"", *REASONS, *AROUND_REASONS}
    pd.testing.assert_frame_equal(frame, before)
