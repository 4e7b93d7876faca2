"""Answers as shares of their scale, and which of them are the two best and the two worst."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.measure.combine import share_of_range
from transforms.study.instrument import Variable
from transforms.study.study import Study

Floats = npt.NDArray[np.float64]
Shares = Mapping[str, Floats]  # item -> answers on 0-1, 1 at the cohesive end, NaN where missing
MOST_CODES = 7  # a scale with more answers is a range
QUARTER = 0.25  # of a range, as two of five answers reach
SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Box:
    """From which share an answer is one of the best two, and up to which one of the worst two."""

    top: float
    bottom: float


def directed_shares(panel: pd.DataFrame, study: Study, items: Iterable[Variable]) -> dict[str, Floats]:
    """Every item's answers on 0-1, by its scale's range and direction."""
    return {
        item.name: share_of_range(
            panel[item.name].to_numpy(dtype=np.float64), *study.limits(item), direction=item.direction
        )
        for item in items
    }


def item_box(item: Variable, study: Study) -> Box:
    """The two best and two worst answers of an item: never more than half of the answers there are.

    Of two or three answers it is the best and the worst one, so that a yes-no item stays as it is. Of a range, or of
    more than seven answers, the top and bottom quarter: where the second of five answers stands. [house]
    """
    low, high = study.limits(item)
    codes = np.array([code for code in study.codebook.values_of(item.name) if isinstance(code, float)])
    if not 2 <= codes.size <= MOST_CODES:
        return Box(1 - QUARTER, QUARTER)
    shares = np.sort(share_of_range(codes, low, high, item.direction))
    count = min(2, codes.size // 2)
    return Box(float(shares[-count]), float(shares[count - 1]))


def in_top(share: Floats, box: Box) -> Floats:
    """1 where the answer is one of the best two, 0 where not, NaN where missing."""
    return np.where(np.isnan(share), np.nan, (share >= box.top - SLACK).astype(np.float64))


def above_bottom(share: Floats, box: Box) -> Floats:
    """0 where the answer is one of the worst two, 1 where not, so that more is better; NaN where missing."""
    return np.where(np.isnan(share), np.nan, (share > box.bottom + SLACK).astype(np.float64))
