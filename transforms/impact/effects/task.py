"""What is to be estimated on a table of cells, and among whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from transforms.impact.cells.design import Cells
from transforms.impact.effects.fitted_model import FittedModel
from transforms.impact.effects.reading import Case, read_combination
from transforms.impact.estimate import EVERY_GROUP, PRE_TREND, TREATED_POST, Estimate, Model, Unit
from transforms.study import Study

FEW_SOMEWHERE = "few_clusters_in_a_governorate"
Weights = Mapping[tuple[int, int], float]  # of the effects of (unit, wave)


@dataclass(frozen=True, slots=True)
class Task:
    """Outcomes that share their rows, and among whom and how their effects are estimated.

    model, unit: what their rows are called; the study's own outcomes where not given. minimum: respondents needed in
    every arm and wave.
    """

    study: Study
    outcomes: tuple[str, ...]
    governorates: tuple[str, ...]
    group: str = EVERY_GROUP
    minimum: int = 1
    model: Model | None = None
    unit: Unit | None = None

    @property
    def waves(self) -> int:
        return len(self.study.waves)

    @property
    def pre_waves(self) -> range:
        """Waves whose effects are pre-trends: of the study's own outcomes, among everyone."""
        return range(1, self.study.first_wave if self.model is None and self.group == EVERY_GROUP else 1)

    @property
    def later_waves(self) -> range:
        return range(self.study.first_wave, self.waves)

    @property
    def compared_waves(self) -> tuple[int, ...]:
        """Waves that are compared with the baseline, in order."""
        return (*self.pre_waves, *self.later_waves)

    @property
    def places(self) -> tuple[str, ...]:
        """Governorates with an effect of their own: none where the study has none, or they are the clusters."""
        design = self.study.design
        return () if design.governorate is None or design.governorates_are_clusters else self.governorates

    def contrast(self, wave: int) -> str:
        """What is compared: arms over time, or a later wave with the baseline."""
        names = self.study.wave_names
        return TREATED_POST if self.study.design.treatment else f"{names[wave]} - {names[0]}"

    def case(self, wave: int, governorate: str, contrast: str = "") -> Case:
        """The rows of one wave and place."""
        pre = wave in self.pre_waves
        contrast = contrast or (PRE_TREND if pre else self.contrast(wave))
        model: Model | None = "pre-trend" if pre else self.model
        name = self.study.wave_names[wave]
        return Case(self.study, self.outcomes, contrast, name, governorate, self.group, model, self.unit)


def _obstacle(model: FittedModel | str, effects: Iterable[tuple[int, int]]) -> str:
    """Why a model does not hold these (unit, wave) effects; "" if it does."""
    if isinstance(model, str):
        return model
    return "" if set(effects) <= set(model.effects) else "empty_cell"


def read_effects(
    case: Case, model: FittedModel | str, weights: Weights, refused: str, weak: str = ""
) -> list[Estimate]:
    """A weighted sum of a model's effects.

    Not estimated for the reason `refused`, or where the model does not hold them; no p-value for the reason `weak`.
    """
    refused = refused or _obstacle(model, weights)
    if refused or isinstance(model, str):
        return case.refuse(refused)
    return read_combination(case, model, model.combination(weights), weak)


def with_remark(estimates: Iterable[Estimate], remark: str) -> list[Estimate]:
    """The rows; those without a reason of their own say `remark`."""
    return [replace(row, reason=remark) if remark and row.status == "ok" else row for row in estimates]


def left_out(cells: Cells, wave: int, units: int) -> str:
    """Remark if fewer than all units carry the effect of a wave."""
    return "governorates_left_out" if np.unique(cells.unit[cells.wave == wave]).size < units else ""


def units_with_effect(model: FittedModel, wave: int) -> Sequence[int]:
    """Units of a fully interacted model that have an effect of a wave."""
    return sorted(unit for unit, at in model.effects if at == wave)
