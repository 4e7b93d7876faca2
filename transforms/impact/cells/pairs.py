"""Respondents of the baseline and what became of them in a later wave."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.impact.cells.clusters import ClusterCounts
from transforms.impact.cells.compression import Floats, Ints, cell_codes
from transforms.study import Study
from transforms.study.columns import ARM, CLUSTER, COMPARISON, GOVERNORATE, RESPONDENT, TREATED, WAVE, WEIGHT


@dataclass(frozen=True, slots=True)
class Pairs:
    """Positions in a frame of n baseline rows, and of the same respondents' later rows, -1 where there is none."""

    before: Ints
    after: Ints

    @property
    def found(self) -> NDArray[np.bool_]:
        """[n] whether the respondent was asked again."""
        found: NDArray[np.bool_] = self.after >= 0
        return found

    def both(self) -> "Pairs":
        """Those asked in both waves."""
        return Pairs(self.before[self.found], self.after[self.found])

    def take(self, rows: NDArray[np.bool_]) -> "Pairs":
        """Some of the respondents (mask)."""
        return Pairs(self.before[rows], self.after[rows])


def usable_rows(frame: pd.DataFrame, study: Study) -> NDArray[np.bool_]:
    """Rows whose place, cluster and arm are known and whose weight is positive."""
    known = (frame[WEIGHT].to_numpy(dtype=np.float64) > 0) & frame[[GOVERNORATE, CLUSTER]].notna().all(
        axis=1
    ).to_numpy()
    if study.design.treatment is not None:
        known &= frame[ARM].isin([TREATED, COMPARISON]).to_numpy()
    usable: NDArray[np.bool_] = known
    return usable


def pair_waves(frame: pd.DataFrame, study: Study, wave: str) -> Pairs:
    """Usable baseline rows and the rows of the same respondents in `wave` (the first, should there be several)."""
    before = np.flatnonzero(usable_rows(frame, study) & (frame[WAVE] == study.baseline.name).to_numpy())
    later = np.flatnonzero((frame[WAVE] == wave).to_numpy() & frame[RESPONDENT].notna().to_numpy())
    codes, names = pd.factorize(frame[RESPONDENT])
    row_of = np.full(len(names) + 1, -1, dtype=np.int64)  # the last is for a respondent without a name
    row_of[codes[later[::-1]]] = later[::-1]
    row_of[-1] = -1
    return Pairs(before.astype(np.int64), row_of[codes[before]])


def take_rows(frame: pd.DataFrame, rows: Ints, columns: Sequence[str]) -> pd.DataFrame:
    """Some of the columns at these positions, numbered from 0; the others are not copied."""
    return pd.DataFrame({name: frame[name].iloc[rows].reset_index(drop=True) for name in columns})


def cluster_codes(frame: pd.DataFrame) -> Ints:
    """Cluster of each row; equal labels in two governorates are two clusters."""
    return cell_codes(frame, [GOVERNORATE, CLUSTER])[0]


def row_counts(cluster: Ints, treated: Floats) -> ClusterCounts:
    """Clusters behind rows in two arms."""
    arms = [np.unique(cluster[treated == side]) for side in (1.0, 0.0)]
    both = np.intersect1d(arms[0], arms[1]).size
    return ClusterCounts(np.unique(cluster).size, arms[0].size, arms[1].size, both)
