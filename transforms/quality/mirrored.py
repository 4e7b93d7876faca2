"""Indices most of whose scales look reversed in one wave against the first: no comparison within a wave sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.quality.rules import Finding, found
from transforms.study.columns import ARM, GOVERNORATE, WAVE
from transforms.study.instrument import Variable
from transforms.study.study import Study

TURNED = 0.10  # [house] correlation with other questions that must lie on both sides of 0
STANDARD_ERRORS = 3.0  # [house] and by how many standard errors, 1 / sqrt(n)
JUMP = 0.6  # [house] standard deviations a mean has to move; a mirrored mean near the middle tells nothing
NEARER = 0.5  # [house] the mirrored distribution has to be nearer than this share of the distance to the plain one
CELL = 50  # [house] answers in both waves that let an arm of a governorate speak
ENOUGH = 50_000  # interviews of a wave that tell it; of more, every k-th is looked at
LEAST = 3  # items of an index; of fewer, most is a matter of one

Floats = npt.NDArray[np.float64]
Limits = Mapping[str, tuple[float, float, int]]  # lowest and highest code, and 1 or -1 for the direction


@dataclass(frozen=True, slots=True)
class Mirror:
    """An index's items, and all items to hold against them, by name with their Limits."""

    items: tuple[str, ...]
    limits: Limits

    @property
    def outside(self) -> tuple[str, ...]:
        """Items of other indices."""
        return tuple(name for name in self.limits if name not in self.items)


def mirrors(study: Study, first: str, wave: str) -> dict[str, Mirror]:
    """By index, what to compare between two waves: headline items that both asked; no index of fewer than LEAST."""
    asked = {variable.name for variable in study.codebook.asked_in(first)} & {
        variable.name for variable in study.codebook.asked_in(wave)
    }
    by_index = {
        index.name: tuple(item for item in study.items(index) if item.name in asked and item.role == "headline")
        for index in study.indices
    }
    limits = {item.name: _limits(item, study) for items in by_index.values() for item in items}
    return {
        name: Mirror(tuple(item.name for item in items), limits)
        for name, items in by_index.items()
        if len(items) >= LEAST
    }


def _limits(item: Variable, study: Study) -> tuple[float, float, int]:
    low, high = study.limits(item)
    return low, high, -1 if item.direction == "-" else 1


def mirrored_items(panel: pd.DataFrame, mirror: Mirror, first: str, wave: str) -> Finding:
    """Items of an index that look reversed in `wave` against `first`, if they are most of it; else none is told.

    Counts items, each in a row of the wave; no row is to be looked up. An item looks reversed if its relation to other
    indices' questions has turned its sign, or if its distribution is the mirror image of the first wave's and its mean
    has jumped, in every arm of every governorate with enough answers; and the other of the two signs does not deny it.
    """
    told = sum(reversed_items(_sample(panel, first), _sample(panel, wave), mirror).values())
    items = len(mirror.items)
    number = pd.Series(np.cumsum(panel[WAVE] == wave), index=panel.index).where(panel[WAVE] == wave, 0)
    of = number.between(1, items)
    nothing = pd.Series(False, index=panel.index)
    return found(of & (number <= (told if told > items / 2 else 0)), evaluated=of, rows=nothing)


def reversed_items(first: pd.DataFrame, later: pd.DataFrame, mirror: Mirror) -> dict[str, bool]:
    """Of every item of the index, whether it looks reversed in `later` against `first`."""
    waves = [{name: _share(frame[name], limit) for name, limit in mirror.limits.items()} for frame in (first, later)]
    aside = [_mean([answers[name] for name in mirror.outside]) for answers in waves]
    places = [_places(frame) for frame in (first, later)]
    looks = {}
    for name in mirror.items:
        one, other = (answers[name] for answers in waves)
        turned, kept = _signs(_correlation(one, aside[0]), _correlation(other, aside[1]))
        mirrored, same = _image(one, other)
        if mirrored:
            mirrored = _everywhere(one, other, places)
        looks[name] = (turned and not same) or (mirrored and not kept)
    return looks


def _sample(panel: pd.DataFrame, wave: str) -> pd.DataFrame:
    rows = panel[panel[WAVE] == wave]
    return rows.iloc[:: max(1, len(rows) // ENOUGH)]


def _share(answers: pd.Series, limit: tuple[float, float, int]) -> Floats:
    low, high, sign = limit
    share = (answers.to_numpy(dtype=np.float64, na_value=np.nan) - low) / (high - low)
    return share if sign > 0 else 1 - share


def _mean(answers: Sequence[Floats]) -> Floats | None:
    return pd.DataFrame(dict(enumerate(answers))).mean(axis=1).to_numpy() if answers else None


def _places(frame: pd.DataFrame) -> pd.Series:
    """Arm and governorate of each row, as far as known."""
    known = frame[[GOVERNORATE, ARM]].astype("object").fillna("")
    return known[GOVERNORATE].astype("str") + "\n" + known[ARM].astype("str")


def _correlation(mine: Floats, others: Floats | None) -> tuple[float, int]:
    """Correlation and the rows behind it; 0 where it cannot be told."""
    if others is None:
        return 0.0, 0
    both = ~(np.isnan(mine) | np.isnan(others))
    x, y = mine[both], others[both]
    if len(x) < CELL or not (np.ptp(x) > 0 and np.ptp(y) > 0):
        return 0.0, 0
    return float(np.corrcoef(x, y)[0, 1]), len(x)


def _signs(one: tuple[float, int], other: tuple[float, int]) -> tuple[bool, bool]:
    """Whether a correlation has turned its sign, and whether it has kept it; neither where one is near 0."""
    if not all(abs(r) > TURNED and abs(r) * np.sqrt(n) > STANDARD_ERRORS for r, n in (one, other)):
        return False, False
    turned = one[0] * other[0] < 0
    return turned, not turned


def _image(one: Floats, other: Floats) -> tuple[bool, bool]:
    """Whether the later distribution is the mirror image of the first, with a jump; and whether it is its like."""
    one, other = one[~np.isnan(one)], other[~np.isnan(other)]
    if min(len(one), len(other)) < CELL:
        return False, False
    plain, image = _distance(other, one), _distance(other, 1 - one)
    spread = np.sqrt((one.var() + other.var()) / 2)
    jump = abs(other.mean() - one.mean()) > JUMP * spread
    apart = image > JUMP * spread  # else the image is much like the distribution itself
    return bool(jump and image < NEARER * plain), bool(apart and plain < NEARER * image)


def _distance(one: Floats, other: Floats) -> float:
    """Wasserstein distance of two distributions on 0 to 1: area between their cumulated shares."""
    at = np.unique(np.round(np.concatenate([one, other]), 9))
    cumulated = [np.searchsorted(np.sort(np.round(each, 9)), at, side="right") / len(each) for each in (one, other)]
    return float((np.abs(cumulated[0] - cumulated[1])[:-1] * np.diff(at)).sum())


def _everywhere(one: Floats, other: Floats, places: Sequence[pd.Series]) -> bool:
    """Whether the mean is nearer to the mirrored one in every place with CELL answers in both waves."""
    sums = [
        pd.Series(answers, index=place.index).groupby(place).agg(["mean", "count"])
        for answers, place in zip((one, other), places, strict=True)
    ]
    enough = [each.loc[each["count"] >= CELL, "mean"] for each in sums]
    was, now = enough[0].align(enough[1], join="inner")
    return bool(((now - (1 - was)).abs() < (now - was).abs()).all())
