"""Rows of a regression and the cells they fall in: answers of every wave, or respondents seen twice."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.impact.cells.compression import CellTable, Floats, Ints, cell_codes
from transforms.impact.cells.design import Cells
from transforms.impact.cells.pairs import pair_waves, usable_rows
from transforms.impact.cells.sample import Sample, ordered_values, outcome_cells
from transforms.impact.rows.grams import Column, Grams, row_grams
from transforms.study import Study
from transforms.study.columns import ARM, CLUSTER, GOVERNORATE, STRATA, WAVE, WEIGHT

KEYS = (GOVERNORATE, WAVE, ARM, STRATA, CLUSTER)


@dataclass(frozen=True, slots=True)
class Respondents:
    """n rows of a regression. keys: one row for each cell. code: [n] cell of each row. weight: [n], positive.

    later: [n] positions in the scores of the answers. earlier: the same respondents' rows at baseline; None where rows
    are answers rather than pairs of them.
    """

    keys: pd.DataFrame
    code: Ints
    weight: Floats
    later: Ints
    earlier: Ints | None
    governorates: tuple[str, ...]

    @property
    def described(self) -> Ints:
        """[n] positions of the rows that say who the respondents are: at baseline where that is known."""
        return self.later if self.earlier is None else self.earlier


@dataclass(frozen=True, slots=True)
class Placed:
    """Every row's cell. codes: [n]. keys: one row for each cell."""

    codes: Ints
    keys: pd.DataFrame
    governorates: tuple[str, ...]


def place_rows(scores: pd.DataFrame, study: Study) -> Placed:
    """The cell of governorate x wave x arm x stratum x cluster of every row."""
    codes, first = cell_codes(scores, KEYS)
    keys = scores[list(KEYS)].iloc[first].reset_index(drop=True)
    known = keys.loc[keys[GOVERNORATE].notna(), GOVERNORATE]
    return Placed(codes, keys, ordered_values(study, study.design.governorate, known))


def sections(scores: pd.DataFrame, study: Study, placed: Placed) -> Respondents:
    """The answers of every wave."""
    rows = np.flatnonzero(usable_rows(scores, study) & scores[WAVE].notna().to_numpy()).astype(np.int64)
    weight = scores[WEIGHT].to_numpy(dtype=np.float64)[rows]
    return Respondents(placed.keys, placed.codes[rows], weight, rows, None, placed.governorates)


def twice_seen(scores: pd.DataFrame, study: Study, placed: Placed, wave: str) -> Respondents:
    """Respondents of the baseline who were asked again in `wave`, where they lived at baseline.

    Their weight is 2 / (1/w + 1/w') of the two waves' weights, which makes a regression of changes the weighted
    regression of both answers with a constant for every respondent.
    """
    weight = scores[WEIGHT].to_numpy(dtype=np.float64)
    pairs = pair_waves(scores, study, wave).both()
    pairs = pairs.take(weight[pairs.after] > 0)
    both = 2 / (1 / weight[pairs.before] + 1 / weight[pairs.after])
    keys = placed.keys.assign(**{WAVE: wave})
    return Respondents(keys, placed.codes[pairs.before], both, pairs.after, pairs.before, placed.governorates)


@dataclass(frozen=True, slots=True)
class Regression:
    """Cells with the outcomes' sums, and the products of covariates and outcomes within them."""

    cells: Cells
    grams: Grams

    def select(self, cells: NDArray[np.bool_]) -> "Regression":
        """Some of the cells (mask)."""
        return Regression(self.cells.select(cells), self.grams.take(cells))


def regression(
    respondents: Respondents,
    rows: NDArray[np.bool_],
    covariates: Sequence[Column],
    outcomes: Sequence[Column],
    study: Study,
) -> Regression:
    """The regression of `outcomes` on `covariates` among some of the respondents (mask, at least one).

    covariates, outcomes: [n] each, not missing where `rows` is true.
    """
    everyone = bool(rows.all())  # saves a copy of every column

    def among(column: Column) -> Column:
        return column if everyone else column[rows]

    code = among(respondents.code)
    used = np.flatnonzero(np.bincount(code))
    code = np.searchsorted(used, np.arange(used[-1] + 1))[code]  # renumbered without gaps
    held, answers = ([among(column) for column in part] for part in (covariates, outcomes))
    grams = row_grams(code, among(respondents.weight), held, answers, used.size)
    sums, keys = grams.sums(), respondents.keys.iloc[used].reset_index(drop=True)
    parts = {name: getattr(sums, name) for name in ("rows", "weight", "total", "square", "weight_square", "plain")}
    table = CellTable(**parts, keys=keys, outcomes=tuple(str(at) for at in range(len(outcomes))))
    sample = Sample(table, respondents.governorates, {}, True)
    return Regression(outcome_cells(sample, study, range(len(outcomes))), grams)


def same_rows(known: Sequence[NDArray[np.bool_]]) -> list[list[int]]:
    """Positions of outcomes that are known for the same rows: one pass serves them."""
    groups: dict[bytes, list[int]] = {}
    for position, mask in enumerate(known):
        groups.setdefault(np.packbits(mask).tobytes(), []).append(position)
    return list(groups.values())
