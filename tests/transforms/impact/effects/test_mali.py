"""Two real waves, two regions: the four means are a known number, and two regions are not clusters."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from transforms.impact.cells.sample import outcome_cells, study_sample
from transforms.impact.effects.fitted_model import fit_model
from transforms.impact.effects.study_effects import estimate_effects
from transforms.study import Study
from transforms.study.columns import COMPARISON, TREATED

WAVES = {"before": ("mli_r6_data_2015_eng.sav", "Q52H"), "after": ("mli_r7_data_eng.sav", "Q43G")}
ARMS = {509.0: TREATED, 503.0: COMPARISON}


@pytest.fixture(scope="module")
def scores(shared_data: Path, make_scores: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    parts = []
    for wave, (file, item) in WAVES.items():
        frame, _ = pyreadstat.read_sav(shared_data / "mali_police_trust" / file, usecols=["REGION", item])
        frame = frame[frame["REGION"].isin(ARMS)]
        trust = frame[item].where(frame[item].between(0, 3))
        parts.append(pd.DataFrame({"region": frame["REGION"], "trust": trust, "wave": wave}))
    data = pd.concat(parts, ignore_index=True)
    region = data["region"].astype("int").astype("str")
    arm = data["region"].map(ARMS)
    columns = {"governorate": region, "cluster": region, "arm": arm, "wave": data["wave"], "trust": data["trust"]}
    return make_scores(columns)


@pytest.fixture(scope="module")
def study(make_study: Callable[..., Study]) -> Study:
    return make_study(treated="place", rule="mean", design={"cluster": None})


def test_effect_without_p_value(scores: pd.DataFrame, study: Study) -> None:
    (row,) = estimate_effects(scores, study)
    assert round(row.estimate, 6) == 0.018450
    assert (row.n, row.clusters, len(scores)) == (740, 2, 744)
    assert (row.status, row.reason, row.unit) == ("no_p_value", "governorates_are_clusters", "points")
    assert np.isnan([row.p_value, row.std_error, row.conf_low]).all()


def test_classical_error_as_published(scores: pd.DataFrame, study: Study) -> None:
    """The error of the uncritical regression, which is not offered."""
    cells = outcome_cells(study_sample(scores, study, ["trust"]), study, [0])
    model = fit_model(cells, cells.unit)
    assert not isinstance(model, str)
    at = model.effects[0, 1]
    assert round(float(np.sqrt(model.fit.vcov_classical[0, at, at])), 6) == 0.166092
