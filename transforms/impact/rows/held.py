"""The declared covariates as columns of the rows at hand."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.impact.cells.compression import Floats, Ints
from transforms.impact.cells.covariates import listed_values
from transforms.impact.rows.grams import Column
from transforms.study import Study


@dataclass(frozen=True, slots=True)
class Held:
    """What is held constant, for n rows.

    columns: [n] each, numbers or True and False. variables: for each column, the variable it is of. names: all
    variables, also those without a column. known: [n] whether all variables are.
    """

    columns: tuple[Column, ...]
    variables: tuple[str, ...]
    names: tuple[str, ...]
    known: NDArray[np.bool_]

    def left_out(self, entered: tuple[int, ...]) -> tuple[str, ...]:
        """Variables of which no column is among those that entered."""
        present = {self.variables[at] for at in entered}
        return tuple(name for name in self.names if name not in present)


def standard(values: Floats, known: NDArray[np.bool_]) -> Floats:
    """Values with mean 0 and SD 1, which changes no estimate and keeps sums of products exact."""
    centre, spread = (values[known].mean(), values[known].std()) if known.any() else (0.0, 1.0)
    found: Floats = (values - centre) / (spread if spread > 0 else 1.0)
    return found


def _indicators(codes: pd.Series, values: list[object]) -> list[Column]:
    """One column for each value that occurs but the last, to which the others are compared."""
    found = [(codes == value).fillna(False).to_numpy(dtype=bool) for value in values]
    return [column for column in found if column.any()][:-1]


def held_covariates(panel: pd.DataFrame, study: Study, rows: Ints | None = None) -> Held:
    """The study's declared covariates, for the rows at these positions of the panel (all where not given).

    An answer outside a category's scale is not known.
    """
    names = study.settings.effects.covariates
    columns: list[Column] = []
    variables: list[str] = []
    known = np.ones(len(panel) if rows is None else rows.size, dtype=bool)
    for name in names:
        answers = (panel[name] if rows is None else panel[name].iloc[rows]).reset_index(drop=True)
        listed = listed_values(name, study)
        given = (answers.isin(list(listed)) if listed else answers.notna()).to_numpy(dtype=bool)
        known &= given
        number = [] if listed else [standard(answers.to_numpy(dtype=np.float64), given)]
        found = _indicators(answers, list(listed)) + number
        columns += found
        variables += [name] * len(found)
    return Held(tuple(columns), tuple(variables), names, known)
