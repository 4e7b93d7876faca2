"""Effects on columns that are no outcome of the study: placebo outcomes and the composition of the sample."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from transforms.impact.effects.fitted_model import NO_VARIATION
from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import Estimate, Model, Unit, is_main
from transforms.study import Index, Study
from transforms.study.columns import ARM, DESIGN_COLUMNS, TREATED, WAVE, WEIGHT


def _study_of(study: Study, columns: Sequence[str]) -> Study:
    """The same study, asking only for the effect on each of `columns`, among everyone."""
    indices = tuple(Index(name=f"column{at}", dimensions=("one",)) for at in range(len(columns)))
    effects = study.settings.effects.model_copy(update={"groups": ()})
    settings = study.settings.model_copy(update={"indices": indices, "effects": effects})
    return study.model_copy(update={"settings": settings})


def reference_rows(frame: pd.DataFrame, study: Study) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Mask of the reference group: the comparison arm at baseline, the whole baseline where there is none."""
    baseline = (frame[WAVE] == study.baseline.name).to_numpy()
    reference: np.ndarray[tuple[int], np.dtype[np.bool_]] = baseline & (frame[ARM] != TREATED).to_numpy()
    return reference if study.design.treatment is not None else baseline


def standardised(values: pd.Series, frame: pd.DataFrame, study: Study) -> pd.Series:
    """`values` in weighted SD of the reference group around its mean; NaN everywhere if they do not vary there."""
    reference = reference_rows(frame, study) & values.notna().to_numpy()
    known = values.to_numpy(dtype=np.float64)[reference]
    weight = frame[WEIGHT].to_numpy(dtype=np.float64)[reference]
    if not weight.sum() > 0 or known.size < 2:
        return values * np.nan
    mean = np.average(known, weights=weight)
    spread = np.average((known - mean) ** 2, weights=weight) * known.size / (known.size - 1)
    varies = spread > NO_VARIATION * np.average(known**2, weights=weight)
    return (values - mean) / np.sqrt(spread) if varies else values * np.nan


def effects_on(
    frame: pd.DataFrame, columns: Sequence[str], study: Study, model: Model, unit: Unit = "sd"
) -> tuple[Estimate, ...]:
    """The study's design estimated on other columns of a frame that has the design columns, in rows called `model`.

    unit: of the columns; "sd" if they are `standardised`. Every rule of the ladder and every refusal holds as for the
    outcomes. A study of one wave compares nothing and has none.
    """
    if not columns or study.analysis == "levels":
        return ()
    names = {f"column{at}": column for at, column in enumerate(columns)}
    renamed = frame[[*DESIGN_COLUMNS, *columns]].rename(columns={column: name for name, column in names.items()})
    found = estimate_effects(renamed, _study_of(study, columns))
    return tuple(replace(row, outcome=names[row.outcome], model=model, unit=unit) for row in found if is_main(row))
