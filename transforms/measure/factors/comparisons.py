"""Whom a factor model is compared between: waves and arms, host and displaced, sexes, governorates."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from transforms.measure.factors.model import Whole
from transforms.study.columns import ARM, COMPARISON, EVERYONE, GOVERNORATE, GROUP, SEX, TREATED, WAVE
from transforms.study.study import Study

TOGETHER = "everyone"  # one group: does the structure fit at all?
WAVE_ARM = "wave_arm"
ARMS = (TREATED, COMPARISON, EVERYONE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Groups of rows of the panel, by name; `codes` is the position of each row's group, -1 for rows of none."""

    name: str
    groups: tuple[str, ...]
    codes: Whole


def comparisons(panel: pd.DataFrame, study: Study) -> tuple[Comparison, ...]:
    """Everyone together, waves by arms, and each of group, sex and governorate that the study has.

    Waves by arms take every interview (a panel's people then stand in several groups, which the likelihood ignores). So
    do the others in fresh cross-sections; in a panel, where the same person would count twice in a group, they and
    everyone together take the baseline. A comparison between fewer than two groups is among them all the same.
    """
    waves = pd.Categorical(panel[WAVE], study.wave_names).codes.astype(np.intp)
    panels = study.design.kind == "panel"
    used = (waves == 0) if panels else (waves >= 0)
    together = Comparison(TOGETHER, (TOGETHER,), np.where(used, 0, -1))
    people = [
        _by_column(column, panel[column], used)
        for column, declared in (
            (GROUP, study.design.group),
            (SEX, study.design.sex),
            (GOVERNORATE, study.design.governorate),
        )
        if declared is not None
    ]
    return together, _waves_and_arms(panel, study, waves), *people


def _waves_and_arms(panel: pd.DataFrame, study: Study, waves: Whole) -> Comparison:
    arms = [arm for arm in ARMS if (panel[ARM] == arm).any()]
    arm_codes = pd.Categorical(panel[ARM], arms).codes.astype(np.intp)
    codes = np.where((waves >= 0) & (arm_codes >= 0), waves * len(arms) + arm_codes, -1)
    names = tuple(wave if arm == EVERYONE else f"{wave} {arm}" for wave in study.wave_names for arm in arms)
    return _present(Comparison(WAVE_ARM, names, codes))


def _by_column(column: str, values: pd.Series, used: np.ndarray) -> Comparison:
    found = pd.Categorical(values)
    names = tuple(str(name) for name in found.categories)
    return _present(Comparison(column, names, np.where(used, found.codes.astype(np.intp), -1)))


def _present(comparison: Comparison) -> Comparison:
    """The same without groups that no row belongs to."""
    counts = np.bincount(comparison.codes[comparison.codes >= 0], minlength=len(comparison.groups))
    return keep_groups(comparison, np.flatnonzero(counts))


def keep_groups(comparison: Comparison, kept: Whole) -> Comparison:
    """The comparison between some of its groups, given by their positions."""
    to = np.full(len(comparison.groups) + 1, -1, dtype=np.intp)
    to[kept] = np.arange(len(kept))
    names = tuple(comparison.groups[at] for at in kept)
    return Comparison(comparison.name, names, to[comparison.codes])  # -1 takes the last place, which stays -1
