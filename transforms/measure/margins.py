"""Waves, arms and groups of respondents, crossed, and every sum over some of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.study.columns import ARM, COMPARISON, EVERYONE, GROUP, TREATED, WAVE
from transforms.study.study import Study

ALL = "all"  # the sum over waves, arms or groups
ARMS = (TREATED, COMPARISON, EVERYONE)
Whole = npt.NDArray[np.intp]
Key = tuple[str, str, str]  # wave, arm, group; each also `ALL`


@dataclass(frozen=True, slots=True)
class Margins:
    """The cells that rows fall into, and the margins that people read.

    `cell` is each row's position among `count` cells of wave x arm x group, -1 for a row of no wave. `keys` names the
    margins that have respondents; `members` is margins x cells, 1.0 where a cell belongs to a margin.
    """

    cell: Whole
    count: int
    keys: tuple[Key, ...]
    members: npt.NDArray[np.float64]

    def total(self, by_cell: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """What was summed by cell (first axis), summed by margin."""
        return np.tensordot(self.members, by_cell, axes=1)


def margins(panel: pd.DataFrame, study: Study) -> Margins:
    """Waves x arms x groups of a panel, with `all` of each where there are two or more.

    Rows whose arm or group is not known count in the margins over all arms, or all groups. A study with one wave, arm
    or group has no second row that says the same: one wave keeps its name, one arm or group is `all`.
    """
    arms = [arm for arm in ARMS if (panel[ARM] == arm).any()]
    groups = sorted(map(str, panel[GROUP].dropna().unique())) if study.design.group else []
    parts = [
        (_codes(panel[WAVE], study.wave_names), _named(study.wave_names, one_is_all=False)),
        (_codes(panel[ARM], arms), _named(arms)),
        (_codes(panel[GROUP], groups), _named(groups)),
    ]
    sizes = [len(study.wave_names), len(arms) + 1, len(groups) + 1]  # the last place of an axis: not known
    (waves, _), (arm_codes, _), (group_codes, _) = parts
    places = np.ravel_multi_index((np.maximum(waves, 0), arm_codes % sizes[1], group_codes % sizes[2]), sizes)
    cell = np.where(waves < 0, -1, places).astype(np.intp)
    count = int(np.prod(sizes))
    respondents = np.bincount(cell[cell >= 0], minlength=count)
    keys: list[Key] = []
    members = []
    for named in product(*(names for _, names in parts)):
        masks = [_mask(place, size) for (_, place), size in zip(named, sizes, strict=True)]
        member = np.einsum("i,j,k->ijk", *masks).ravel()
        if respondents @ member > 0:
            keys.append((named[0][0], named[1][0], named[2][0]))
            members.append(member)
    return Margins(cell, count, tuple(keys), np.array(members).reshape(len(keys), count))


def _codes(values: pd.Series, names: Sequence[str]) -> Whole:
    """Position of each value among `names`; -1 where it is none of them."""
    codes, found = pd.factorize(values)
    places = pd.Index(list(names), dtype=object).get_indexer(pd.Index(found, dtype=object))
    return np.append(places, -1)[codes].astype(np.intp)


def _named(names: Sequence[str], *, one_is_all: bool = True) -> list[tuple[str, int | None]]:
    """The sum over all, then each name with its place; only one of both where they are the same."""
    if len(names) < 2:
        return [(ALL, None)] if one_is_all else [(names[0], 0)]
    return [(ALL, None), *((name, at) for at, name in enumerate(names))]


def _mask(place: int | None, size: int) -> npt.NDArray[np.float64]:
    return np.ones(size) if place is None else np.eye(size)[place]
