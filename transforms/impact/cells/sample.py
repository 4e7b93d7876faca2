"""Who enters an estimate, and the study's respondents as one table of cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from transforms.impact.cells.compression import CellTable, Ints, cell_codes, compress, patterns
from transforms.impact.cells.design import Cells
from transforms.study import Study
from transforms.study.columns import (
    ARM,
    CLUSTER,
    COMPARISON,
    GOVERNORATE,
    STRATA,
    TREATED,
    WAVE,
    WEIGHT,
)


@dataclass(frozen=True, slots=True)
class Sample:
    """The study's respondents in cells of governorate x wave x arm x stratum x cluster x groups.

    groups: the values of each declared group column, in order. weights_valid: False if a weight is missing or negative.
    """

    table: CellTable
    governorates: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]
    weights_valid: bool

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of the outcomes."""
        return self.table.outcomes

    def patterns(self) -> list[list[int]]:
        """Positions of outcomes that share their rows."""
        return patterns(self.table)

    def cells(self, study: Study, outcomes: Sequence[int]) -> Cells | str:
        """Cells of some outcomes (positions of one pattern), or the reason there are none."""
        if not self.weights_valid:
            return "weights_not_positive"
        cells = outcome_cells(self, study, outcomes)
        return cells if cells.unit.size else "no_answers"


def declared_groups(study: Study) -> dict[str, str]:
    """Group columns effects are compared by, and their variables: asked for, and named in the design."""
    named: dict[str, str | None] = {name: getattr(study.design, name) for name in study.settings.effects.groups}
    return {column: variable for column, variable in named.items() if variable}


def ordered_values(study: Study, variable: str | None, values: pd.Series) -> tuple[str, ...]:
    """Values that occur, in the order of the variable's scale; those outside it follow, sorted."""
    present = sorted({str(value) for value in values.dropna().unique()})
    labels = [label.en for label in study.codebook.values_of(variable).values()] if variable else []
    return tuple(sorted(present, key=lambda value: labels.index(value) if value in labels else len(labels)))


def study_sample(scores: pd.DataFrame, study: Study, outcomes: Sequence[str]) -> Sample:
    """The cell table of everyone whose place, wave, cluster, arm and weight are known.

    A weight of zero leaves the respondent out. Rows left out for want of a cluster or an arm are missing from `n`.
    """
    weight = scores[WEIGHT].to_numpy(dtype=np.float64)
    by = [GOVERNORATE, WAVE, ARM, STRATA, CLUSTER, *declared_groups(study)]
    table = compress(scores, outcomes, by, WEIGHT, weight > 0)
    known = table.keys[[GOVERNORATE, WAVE, CLUSTER]].notna().all(axis=1)
    if study.design.treatment is not None:
        known &= table.keys[ARM].isin([TREATED, COMPARISON])
    table = table.select(known.to_numpy())
    governorates = ordered_values(study, study.design.governorate, table.keys[GOVERNORATE])
    groups = {
        column: ordered_values(study, variable, table.keys[column])
        for column, variable in declared_groups(study).items()
    }
    return Sample(table, governorates, groups, bool((weight >= 0).all()))


def _positions(values: pd.Series, order: Sequence[str]) -> Ints:
    """Place of each value in `order`, -1 where it is missing."""
    known = {value: position for position, value in enumerate(order)}
    return np.fromiter((known.get(str(value), -1) for value in values), dtype=np.int64, count=len(values))


def _codes_within(first: Ints, second: pd.Series) -> Ints:
    """Codes of pairs; a stratum or cluster belongs to one governorate, whatever its label."""
    codes, _ = cell_codes(pd.DataFrame({"first": first, "second": second}), ["first", "second"])
    return codes


@dataclass(frozen=True, slots=True)
class CellCodes:
    """Integer codes of cells, as `Cells` has them."""

    unit: Ints
    treated: Ints
    stratum: Ints
    cluster: Ints
    groups: Ints


class Placed(Protocol):
    """What says in which order governorates and groups stand."""

    @property
    def governorates(self) -> tuple[str, ...]: ...

    @property
    def groups(self) -> dict[str, tuple[str, ...]]: ...


def place_codes(keys: pd.DataFrame, placed: Placed, study: Study) -> CellCodes:
    """Codes of cells from their keys; where whole governorates are the clusters, they are one unit and one stratum."""
    governorate = _positions(keys[GOVERNORATE], placed.governorates)
    whole = study.design.governorates_are_clusters  # then nothing can be held constant within a governorate
    nothing = np.zeros_like(governorate)
    groups = [_positions(keys[column], values) for column, values in placed.groups.items()]
    return CellCodes(
        unit=nothing if whole else governorate,
        treated=(keys[ARM] == TREATED).to_numpy().astype(np.int64),
        stratum=nothing if whole else _codes_within(governorate, keys[STRATA]),
        cluster=governorate if whole else _codes_within(governorate, keys[CLUSTER]),
        groups=np.stack([nothing, *groups], axis=1)[:, 1:],
    )


def outcome_cells(sample: Sample, study: Study, outcomes: Sequence[int]) -> Cells:
    """Cells with answers of some outcomes (positions that share their rows), with codes; a unit is a governorate."""
    answered = sample.table.rows[:, outcomes[0]] > 0
    keys = sample.table.keys  # of all cells, so that a cluster has the same code for every outcome
    codes = place_codes(keys, sample, study)
    return Cells(
        unit=codes.unit[answered],
        wave=_positions(keys[WAVE], study.wave_names)[answered],
        treated=codes.treated[answered],
        stratum=codes.stratum[answered],
        cluster=codes.cluster[answered],
        groups=codes.groups[answered],
        sums=sample.table.select(answered, outcomes),
        comparison=study.design.treatment is not None,
    )
