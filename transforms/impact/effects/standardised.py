"""Variables that no index scores, in standard deviations of the reference group."""

from math import nan

import numpy as np
import pandas as pd

from transforms.impact.cells.compression import Floats
from transforms.impact.effects.fitted_model import NO_VARIATION
from transforms.study import Study
from transforms.study.columns import ARM, DESIGN_COLUMNS, TREATED, WAVE, WEIGHT


def reference_rows(frame: pd.DataFrame, study: Study) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Mask of the reference group: the comparison arm at baseline, the whole baseline where there is none."""
    baseline = (frame[WAVE] == study.baseline.name).to_numpy()
    reference: np.ndarray[tuple[int], np.dtype[np.bool_]] = baseline & (frame[ARM] != TREATED).to_numpy()
    return reference if study.design.treatment is not None else baseline


def _spread(known: Floats, weight: Floats) -> tuple[float, float]:
    """Weighted mean and SD (n - 1); SD 0 where nothing varies, NaN where fewer than two are known."""
    if not weight.sum() > 0 or known.size < 2:
        return nan, nan
    mean = float(np.average(known, weights=weight))
    variance = float(np.average((known - mean) ** 2, weights=weight)) * known.size / (known.size - 1)
    varies = variance > NO_VARIATION * float(np.average(known**2, weights=weight))
    return mean, float(np.sqrt(variance)) if varies else 0.0


def standardised(values: pd.Series, frame: pd.DataFrame, study: Study) -> pd.Series:
    """`values` in weighted SD of the reference group around its mean.

    All known values are 0 if they do not vary there, for they have no unit; NaN if hardly anybody there answered.
    """
    reference = reference_rows(frame, study) & values.notna().to_numpy()
    known = values.to_numpy(dtype=np.float64)[reference]
    mean, spread = _spread(known, frame[WEIGHT].to_numpy(dtype=np.float64)[reference])
    return (values - mean) / spread if spread > 0 else values * spread


def secondary_outcomes(panel: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The design columns and every secondary outcome of the study, in SD, higher where it is more cohesive."""
    columns = {}
    for name in study.secondary_outcomes():
        values = standardised(panel[name].astype("float64"), panel, study)
        columns[name] = -values if study.codebook.variable(name).direction == "-" else values
    return panel[list(DESIGN_COLUMNS)].assign(**columns)
