"""The effects of a regression on rows: in each governorate, and common to all of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from transforms.impact.cells.compression import Ints
from transforms.impact.cells.design import (
    Cells,
    DesignMatrix,
    carrying_cells,
    design_matrix,
    effect_columns,
    one_hot,
    stratum_effects,
)
from transforms.impact.effects.fitted_model import FittedModel
from transforms.impact.effects.reading import Case, read_combination
from transforms.impact.estimate import (
    ESTIMATE_COLUMNS,
    EVERY_GROUP,
    POOLED,
    TREATED_POST,
    Estimate,
    Model,
    Unit,
)
from transforms.impact.inference.ladder import choose_method
from transforms.impact.rows.grams import Grams
from transforms.impact.rows.held import Held
from transforms.impact.rows.respondents import Regression
from transforms.impact.rows.row_model import RowModel, fit_rows
from transforms.study import Study

# Remarks of rows that were estimated; wording has a sentence for each.
COVARIATES_LEFT_OUT = "covariates_left_out"
COVARIATES_MISSING = "covariates_missing"
NO_LOTTERY = "log_odds_need_clusters"  # the linearised moments do not say what another assignment would have given


def difference_design(cells: Cells, effect_of: Ints) -> DesignMatrix:
    """change ~ unit x stratum effects + treated, in a study with a comparison arm.

    All cells are of one later wave. Strata x wave effects of the answers are stratum effects of their changes.
    """
    stratum, left_out = stratum_effects(cells)
    block = cells.unit * (stratum.max() + 1) + stratum
    base, _ = one_hot(block)
    indicators, effects = effect_columns(cells, effect_of, base.shape[1])
    if_treated = np.hstack([base, indicators])
    switched = np.arange(if_treated.shape[1]) >= base.shape[1]
    x = if_treated * np.where(switched, cells.treated[:, None], 1)
    return DesignMatrix(x, effects, not left_out, if_treated, switched, block)


def both_arms(cells: Cells) -> NDArray[np.bool_]:
    """Cells of units with respondents in both arms."""
    treated, comparison = (np.isin(cells.unit, cells.unit[cells.treated == arm]) for arm in (1, 0))
    found: NDArray[np.bool_] = treated & comparison
    return found


@dataclass(frozen=True, slots=True)
class Specification:
    """What is fitted, and which of it is read.

    waves: later waves (positions) with an effect. interviews: of each row. differenced: whether rows are respondents
    rather than answers. held: the covariates, as the rows have them. unit: the outcomes' own where not given. fit: how
    a design is fitted, which gives the reason where it cannot be done.
    """

    study: Study
    model: Model
    waves: tuple[int, ...]
    interviews: int
    differenced: bool
    governorates: tuple[str, ...]
    held: Held
    unit: Unit | None = None
    fit: Callable[[Cells, Grams, DesignMatrix], FittedModel | str] = fit_rows

    @property
    def design(self) -> Callable[[Cells, Ints], DesignMatrix]:
        """The design of the cells."""
        return difference_design if self.differenced else design_matrix

    def carrying(self, cells: Cells) -> NDArray[np.bool_]:
        """Cells that carry a contrast."""
        return both_arms(cells) if self.differenced else carrying_cells(cells, len(self.study.waves))

    def case(self, outcomes: tuple[str, ...], wave: int, governorate: str) -> Case:
        """What one set of rows is about."""
        names = self.study.wave_names
        contrast = TREATED_POST if self.study.design.treatment else f"{names[wave]} - {names[0]}"
        return Case(self.study, outcomes, contrast, names[wave], governorate, EVERY_GROUP, self.model, self.unit)

    def refusal(self, model: FittedModel) -> str:
        """Why this specification has no p-value although the clusters may carry one; "" if it has."""
        lottery = choose_method(model.counts, self.study).method == "randomisation"
        return NO_LOTTERY if lottery and self.unit == "log odds" else ""

    def finished(self, rows: Iterable[Estimate], remark: str = "") -> list[Estimate]:
        """Rows as they stand in the table: interviews counted, with a remark where there is none yet."""
        plain = (Estimate(*(getattr(row, name) for name in ESTIMATE_COLUMNS)) for row in rows)
        return [
            replace(
                row,
                n=row.n * self.interviews,
                reason=row.reason or (remark if row.status == "ok" else ""),
            )
            for row in plain
        ]

    def refuse(self, outcomes: tuple[str, ...], reason: str) -> list[Estimate]:
        """A row for each outcome and wave that says why nothing is estimated."""
        return [row for wave in self.waves for row in self.finished(self.case(outcomes, wave, POOLED).refuse(reason))]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where effects are read. whole: whether no governorate is missing. complete: whether everyone's covariates are."""

    name: str
    whole: bool
    complete: bool


def _remark(spec: Specification, model: FittedModel, place: _Place) -> str:
    """What must be known of an estimate: covariates left out, respondents without them, governorates left out."""
    if spec.held.left_out(model.covariates if isinstance(model, RowModel) else ()):
        return COVARIATES_LEFT_OUT
    if not place.complete:
        return COVARIATES_MISSING
    return "" if place.whole else "governorates_left_out"


def _read(
    spec: Specification, outcomes: tuple[str, ...], part: Regression, effect_of: Ints, place: _Place
) -> list[Estimate]:
    """Every wave's effect from one fit."""
    model: FittedModel | str = "empty_cell"
    if effect_of.size:
        model = spec.fit(part.cells, part.grams, spec.design(part.cells, effect_of))
    found = []
    for wave in spec.waves:
        case = spec.case(outcomes, wave, place.name)
        if isinstance(model, str):
            found += spec.finished(case.refuse(model))
        elif (effect := (int(effect_of[0]), wave)) not in model.effects:
            found += spec.finished(case.refuse("empty_cell"))
        else:
            rows = read_combination(case, model, model.combination({effect: 1.0}), spec.refusal(model))
            found += spec.finished(rows, _remark(spec, model, place))
    return found


def place_effects(spec: Specification, outcomes: tuple[str, ...], data: Regression, complete: bool) -> list[Estimate]:
    """Effects on outcomes that share their rows: of each governorate from its own rows alone, then pooled.

    complete: whether everyone who answered entered, with all covariates known.
    """
    cells, design = data.cells, spec.study.design
    alone = design.governorate is None or design.governorates_are_clusters
    found = []
    for unit, name in enumerate(() if alone else spec.governorates):
        inside = cells.unit == unit
        inside[inside] = spec.carrying(cells.select(inside))
        part = data.select(inside)
        found += _read(spec, outcomes, part, part.cells.unit, _Place(name, True, complete))
    part = data.select(spec.carrying(cells))
    whole = alone or len(part.cells.units) == len(spec.governorates)
    return found + _read(spec, outcomes, part, np.zeros_like(part.cells.unit), _Place(POOLED, whole, complete))
