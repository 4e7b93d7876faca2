"""Who was asked what, and who answered it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.measure.alternatives.shares import Shares
from transforms.study.columns import GROUP, WAVE

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def dense(codes: Ints) -> Ints:
    """The same codes renumbered from 0 without gaps, in the same order."""
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def row_codes(panel: pd.DataFrame, columns: Sequence[str]) -> Ints:
    """A code for each combination of the values of some columns; missing is a value."""
    codes = np.zeros(len(panel), dtype=np.int64)
    for name in columns:
        own, values = pd.factorize(panel[name], use_na_sentinel=False)
        codes = codes * len(values) + own
    return codes


def asked(shares: Shares, panel: pd.DataFrame) -> dict[str, Bools]:
    """For each item, the rows of those waves and groups in which anybody answered it."""
    codes = dense(row_codes(panel, [WAVE, GROUP]))
    return {name: (np.bincount(codes, ~np.isnan(share)) > 0)[codes] for name, share in shares.items()}


def answered_everything(shares: Shares, panel: pd.DataFrame) -> Bools:
    """Rows that have an answer to every item they were asked, and to at least one."""
    complete = np.ones(len(panel), dtype=bool)
    some = np.zeros(len(panel), dtype=bool)
    for name, was_asked in asked(shares, panel).items():
        there = ~np.isnan(shares[name])
        complete &= there | ~was_asked
        some |= there
    return complete & some


def waves_answered(shares: Shares, panel: pd.DataFrame) -> dict[str, frozenset[str]]:
    """For each item, the waves in which anybody answered it."""
    waves = panel[WAVE].astype("str").to_numpy()
    names = sorted(set(waves))
    masks = {name: waves == name for name in names}
    return {
        item: frozenset(name for name, mask in masks.items() if not np.isnan(share[mask]).all())
        for item, share in shares.items()
    }
