"""Which answers can be filled, from whom, and the filled answers of an index's items."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.measure.alternatives.answered import asked, dense, row_codes
from transforms.measure.alternatives.normal_model import Bools, Incomplete, Ints, filled
from transforms.measure.alternatives.shares import Floats, Shares
from transforms.study.columns import ARM, GOVERNORATE, GROUP, WAVE, missing_column

NO_ANSWER_EXISTS = ("not_applicable", "not_asked")  # reasons for a gap that nothing can fill
ROWS_PER_ITEM = 3  # respondents for each item that a covariance of their own needs [house]
FEWEST_ANSWERS = 5  # answers to every item that means of their own need [house]


@dataclass(frozen=True, slots=True)
class Gaps:
    """Rows to fill and from.

    rows: [n] positions in the panel, sorted by stratum and cell. fill: [n, k] gaps that have an answer to be drawn.
    """

    rows: Ints
    data: Incomplete
    fill: Bools


def _codes(panel: pd.DataFrame, columns: Sequence[str]) -> Ints:
    """Codes of the combinations of some columns that occur, from 0; missing is a value."""
    return dense(row_codes(panel, columns))


def _merged(codes: Ints, around: Ints, least: int) -> Ints:
    """Codes in which those with fewer than `least` rows join the largest one of the same code in `around`."""
    sizes = np.bincount(codes)
    joined = np.arange(sizes.size)
    outside = np.zeros(sizes.size, dtype=np.int64)
    outside[codes] = around
    for place in range(int(around.max()) + 1):
        inside = np.flatnonzero((outside == place) & (sizes > 0))
        joined[inside[sizes[inside] < least]] = inside[sizes[inside].argmax()]
    merged: Ints = joined[codes]
    return merged


def strata(panel: pd.DataFrame, least: int) -> Ints | None:
    """Stratum of each row: wave x arm x group, one too small joining the largest of its wave and arm, or of its wave.

    None where a wave has fewer than `least` rows.
    """
    wave = _codes(panel, [WAVE])
    codes = _merged(_codes(panel, [WAVE, ARM, GROUP]), _codes(panel, [WAVE, ARM]), least)
    codes = _merged(codes, wave, least)
    return codes if np.bincount(codes)[np.unique(codes)].min() >= least else None


def _weak(codes: Ints, there: Bools, was_asked: Bools) -> Bools:
    """Rows of cells that have too few answers to an item they are asked."""
    answers, wanted = (
        np.stack([np.bincount(codes, column) for column in marks.T], axis=1) for marks in (there, was_asked)
    )
    weak: Bools = np.asarray(((answers < FEWEST_ANSWERS) & (wanted > 0)).any(axis=1))[codes]
    return weak


def _cells(stratum: Ints, place: Ints, there: Bools, was_asked: Bools) -> Ints:
    """Cells of stratum x place. Places with too few answers are one cell; where that has too few, the stratum is."""
    codes = dense(stratum * (int(place.max()) + 1) + place)
    codes = np.where(_weak(codes, there, was_asked), codes.max() + 1 + stratum, codes)
    still = np.unique(stratum[_weak(codes, there, was_asked)])
    cells: Ints = np.where(np.isin(stratum, still), codes.max() + 1 + stratum, codes)
    return cells


def gaps(panel: pd.DataFrame, shares: Shares) -> Gaps | str:
    """The rows with at least one answer, prepared for filling; a key of `SCORING_REASONS` where nothing can be filled.

    Covariances belong to wave x arm x group, means to their governorates, so that effects by governorate, arm, wave and
    group are not drawn towards each other. Where nobody of a stratum answered an item, or it did not apply, nothing is
    filled.
    """
    values = np.stack(list(shares.values()), axis=1)
    some = np.flatnonzero(~np.isnan(values).all(axis=1))
    if not some.size:
        return "few_to_impute"
    values, chosen = values[some], panel.iloc[some]
    stratum = strata(chosen, ROWS_PER_ITEM * values.shape[1])
    fill = np.isnan(values) & _answerable(chosen, tuple(shares), values)
    if stratum is None or not fill.any():
        return "few_to_impute" if stratum is None else "nothing_missing"
    return _arranged(some, values, fill, (stratum, _codes(chosen, [GOVERNORATE])))


def _answerable(panel: pd.DataFrame, items: tuple[str, ...], values: Floats) -> Bools:
    """[n, k] whether an answer exists: the item was asked in the row's wave and group, and applied."""
    was_asked = asked({name: values[:, at] for at, name in enumerate(items)}, panel)
    found = np.stack([was_asked[name] for name in items], axis=1)
    for at, name in enumerate(items):
        if missing_column(name) in panel:
            found[:, at] &= ~panel[missing_column(name)].isin(NO_ANSWER_EXISTS).to_numpy(dtype=bool)
    return found


def _arranged(rows: npt.NDArray[np.intp], values: Floats, fill: Bools, place: tuple[Ints, Ints]) -> Gaps:
    """Rows in the order of their cells. An item that a stratum never answered is a constant there."""
    stratum, governorate = place
    there = ~np.isnan(values)
    answered = np.stack([np.bincount(stratum, column) > 0 for column in there.T], axis=1)[stratum]
    cell = _cells(stratum, governorate, there | ~answered, answered)
    values, there = np.where(answered, values, 0.0), there | ~answered
    order = np.lexsort((cell, stratum))
    _, first, codes = np.unique(
        np.stack([stratum, cell], axis=1)[order], axis=0, return_index=True, return_inverse=True
    )
    strata_codes = dense(stratum[order][first])
    data = Incomplete(values[order], ~there[order], codes.astype(np.int64).ravel(), strata_codes)
    return Gaps(rows[order].astype(np.int64), data, fill[order])


def imputed_shares(shares: Shares, found: Gaps, count: int, seed: int) -> Iterator[Mapping[str, Floats]]:
    """The answers of every row with their gaps filled, `count` times."""
    open_rows = found.data.gap.any(axis=1)
    rows, fill = found.rows[open_rows], found.fill[open_rows]
    for values in filled(found.data, count, seed):
        whole = {}
        for at, (name, share) in enumerate(shares.items()):
            whole[name] = share.copy()
            whole[name][rows[fill[:, at]]] = values[fill[:, at], at]
        yield whole
