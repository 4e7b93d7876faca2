"""Every table comes for every kind of study, in the same shape."""

from collections.abc import Callable

import pandas as pd
import pytest

from transforms.impact.around.tables import around_tables, study_estimates
from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import MAIN_MODELS, MODELS, REASONS
from transforms.study import Study

NAMES = ["equivalence", "breakdown", "balance", "attrition", "seen_again", "lee_bounds", "power", "clusters"]
PANEL = ("seen_again", "lee_bounds")
ONE_WAVE = {"waves": [{"name": "before", "file": "before.csv"}]}


@pytest.mark.parametrize(
    ("design", "more", "filled", "why"),
    [
        ({}, {}, NAMES, "a panel with arms allows everything"),
        ({"kind": "cross-sections"}, {}, [name for name in NAMES if name not in PANEL], "nobody is lost"),
        (
            {"treatment": None},
            {},
            ["equivalence", "breakdown", "attrition", "seen_again", "power", "clusters"],
            "change over time",
        ),
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
    estimates = study_estimates(frame, frame, study)
    found = dict(around_tables(frame, frame, study, estimates))
    assert list(found) == NAMES
    assert [name for name in NAMES if len(found[name])] == filled, why
    reasons = {reason for table in found.values() if "reason" in table for reason in table["reason"]}
    assert reasons | {row.reason for row in estimates} <= {"", *REASONS}
    pd.testing.assert_frame_equal(frame, before)


def test_the_rows_of_the_main_models_are_the_effects_and_come_first(
    draw_panel: Callable[..., pd.DataFrame], study_of: Callable[..., Study]
) -> None:
    frame, study = draw_panel(people=40), study_of({}, {"placebo": ["weather"], "covariates": ["age"]})
    found = study_estimates(frame, frame, study)
    effects = [row for row in estimate_effects(frame, study) if row.model in MAIN_MODELS]
    assert [row for row in found if row.model in MAIN_MODELS] == list(found[: len(effects)]) == effects
    models = list(dict.fromkeys(row.model for row in found[len(effects) :]))
    assert models == [model for model in MODELS if model in models]
    assert {"pairwise", "secondary", "doubly robust", "loss weights", "placebo", "attrition"} <= set(models)
