"""Whose answers set the unit, and who was asked what."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.measure.alternatives.shares import Shares
from transforms.study.columns import ARM, COMPARISON, GROUP, WAVE
from transforms.study.indices import Index
from transforms.study.study import Study

Bools = npt.NDArray[np.bool_]


def reference_mask(panel: pd.DataFrame, index: Index, study: Study) -> Bools:
    """Rows of the group that sets an index's unit: the comparison arm at baseline, or the one the index names."""
    named = index.reference
    wave = (named.wave if named else None) or study.baseline.name
    mask: Bools = (panel[WAVE] == wave).to_numpy(dtype=bool)
    arm = named.arm if named else COMPARISON if study.design.treatment else None
    if arm is not None:
        mask = mask & (panel[ARM] == arm).to_numpy(dtype=bool)
    for variable, values in (named.where if named else {}).items():
        mask = mask & panel[variable].isin(values).to_numpy(dtype=bool)
    return mask


def asked(shares: Shares, panel: pd.DataFrame) -> dict[str, Bools]:
    """For each item, the rows of those waves and groups in which anybody answered it."""
    keys = pd.MultiIndex.from_frame(panel[[WAVE, GROUP]].astype("object").fillna(""))
    codes, cells = pd.factorize(keys)
    return {
        name: (np.bincount(codes, ~np.isnan(share), minlength=len(cells)) > 0)[codes] for name, share in shares.items()
    }


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
