"""Design matrices on the cell table: which contrasts of arms and waves are an effect, and what is held constant."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.impact.cells.compression import CellSums, Floats, Ints

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of the study with integer codes; C cells, all with rows, whose outcomes share rows and weights.

    unit: where effects are estimated one by one (governorate, or governorate x group). wave: 0 is the baseline.
    treated: 0 or 1; all 0 where the study has no comparison arm. stratum, cluster: codes. groups: [C, q] place of the
    cell's group among the values of each of q group columns, -1 where it is not known.
    """

    unit: Ints
    wave: Ints
    treated: Ints
    stratum: Ints
    cluster: Ints
    groups: Ints
    sums: CellSums
    comparison: bool  # whether the study has a comparison arm

    def select(self, cells: Mask) -> "Cells":
        """Some of the cells."""
        codes = (self.unit, self.wave, self.treated, self.stratum, self.cluster, self.groups)
        unit, wave, treated, stratum, cluster, groups = (code[cells] for code in codes)
        return Cells(unit, wave, treated, stratum, cluster, groups, self.sums.take(cells), self.comparison)

    @property
    def rows(self) -> Ints:
        """[C] respondents in each cell."""
        rows: Ints = self.sums.rows[:, 0]
        return rows

    @property
    def units(self) -> list[int]:
        """Units that occur, in order."""
        return [int(unit) for unit in np.unique(self.unit)]


@dataclass(frozen=True, slots=True)
class DesignMatrix:
    """Regressors of the cells, and what an assignment of arms to clusters would change of them.

    x: [C, p]. effects: column of the effect of (group of units, wave). strata: False if strata were left out.
    if_treated: [C, p] x if every cluster were treated. switched: [p] columns that are zero in comparison clusters.
    block: [C] code of the unit and stratum held constant.
    """

    x: Floats
    effects: dict[tuple[int, int], int]
    strata: bool
    if_treated: Floats
    switched: Mask
    block: Ints


def one_hot(codes: Ints) -> tuple[Floats, Ints]:
    """Indicators [C, k] of the codes that occur, and those codes, sorted."""
    present, position = np.unique(codes, return_inverse=True)
    return np.eye(present.size)[position], present


def arm_wave_rows(cells: Cells, waves: int) -> Ints:
    """Respondents by wave and arm: [waves, arms], one arm where there is no comparison."""
    arms = 2 if cells.comparison else 1
    code = cells.wave * arms + (cells.treated if cells.comparison else 0)
    counts = np.bincount(code, cells.rows, minlength=waves * arms)
    return counts.astype(np.int64).reshape(waves, arms)


def usable_waves(cells: Cells, waves: int, minimum: int = 1) -> dict[int, str]:
    """For each later wave, "" if it and the baseline have `minimum` respondents in every arm, else why not."""
    counts = arm_wave_rows(cells, waves)

    def reason(smallest: int) -> str:
        if smallest == 0:
            return "empty_cell"
        return "small_cell" if smallest < minimum else ""

    baseline = int(counts[0].min())
    return {wave: reason(min(baseline, int(counts[wave].min()))) for wave in range(1, waves)}


def carrying_cells(cells: Cells, waves: int) -> Mask:
    """Cells that carry a contrast: those of units and waves with respondents in every arm, baseline included."""
    keep = np.zeros(cells.unit.size, dtype=bool)
    for unit in cells.units:
        inside = cells.unit == unit
        reasons = usable_waves(cells.select(inside), waves)
        usable = [wave for wave, reason in reasons.items() if not reason]
        if usable:
            keep |= inside & np.isin(cells.wave, [0, *usable])
    return keep


def stratum_effects(cells: Cells) -> tuple[Ints, bool]:
    """Strata to hold constant within each unit, and whether any had to be left out.

    Strata x wave effects can be told from the effect only where every stratum holds both arms in every wave of its
    unit. In a unit where one does not (strata drawn within arms, say), the unit is one stratum.
    """
    strata, left_out = np.zeros_like(cells.stratum), False
    for unit in cells.units:
        inside = cells.unit == unit
        arm_wave = cells.wave[inside] * 2 + cells.treated[inside]
        inner = cells.stratum[inside]
        per_stratum = [np.unique(arm_wave[inner == stratum]).size for stratum in np.unique(inner)]
        if min(per_stratum) == np.unique(arm_wave).size:
            strata[inside] = inner
        else:
            left_out = True
    return strata, left_out


def did_design(cells: Cells, effect_of: Ints) -> DesignMatrix:
    """y ~ unit x stratum x wave effects + treated within unit + treated x later wave.

    effect_of: [C] which effect a cell carries: its unit's own (fully interacted), or one common to all units, which
    least squares then weights by precision. Without strata and with one unit this is the difference of four means.
    """
    stratum, left_out = stratum_effects(cells)
    block = cells.unit * (stratum.max() + 1) + stratum
    base, _ = one_hot(block * (cells.wave.max() + 1) + cells.wave)
    units, _ = one_hot(cells.unit)
    indicators, effects = effect_columns(cells, effect_of, base.shape[1] + units.shape[1])
    if_treated = np.hstack([base, units, indicators])
    switched = np.arange(if_treated.shape[1]) >= base.shape[1]
    x = if_treated * np.where(switched, cells.treated[:, None], 1)
    return DesignMatrix(x, effects, not left_out, if_treated, switched, block)


def change_design(cells: Cells, effect_of: Ints) -> DesignMatrix:
    """y ~ unit effects + later wave: the change over time where there is no comparison arm."""
    units, _ = one_hot(cells.unit)
    indicators, effects = effect_columns(cells, effect_of, units.shape[1])
    x = np.hstack([units, indicators])
    return DesignMatrix(x, effects, True, x, np.zeros(x.shape[1], dtype=bool), cells.unit)


def effect_columns(cells: Cells, effect_of: Ints, first: int) -> tuple[Floats, dict[tuple[int, int], int]]:
    """One column for each effect and later wave, and which column is whose, counted from `first`."""
    waves = int(cells.wave.max()) + 1
    indicators, codes = one_hot(effect_of * waves + cells.wave)
    later = codes % waves > 0
    effects = {(int(c) // waves, int(c) % waves): first + at for at, c in enumerate(codes[later])}
    return indicators[:, later], effects


def design_matrix(cells: Cells, effect_of: Ints) -> DesignMatrix:
    """The difference-in-differences design, or the change over time where there is no comparison arm."""
    return (did_design if cells.comparison else change_design)(cells, effect_of)
