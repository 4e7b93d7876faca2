"""Answers on a common range, and means over the answers or parts that are there, if enough of them are."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
SLACK = 1e-9  # 2/3 of 3 items is 2 items, whatever the last bit says


def share_of_range(answers: Floats, low: float, high: float, direction: str) -> Floats:
    """Answers on 0-1 by the range `low` to `high`; with direction "-" the lowest answer is 1."""
    distance = answers - low if direction == "+" else high - answers
    return distance / (high - low)


def needed(count: int, share: float, minimum: int = 1) -> int:
    """How many of `count` must be there: `share` of them and `minimum`, or all where there are fewer than that."""
    return max(1, min(minimum, count), math.ceil(share * count - SLACK))


def mean_of_present(parts: Iterable[Floats], weights: Sequence[float], minimum: int) -> Floats:
    """Weighted mean of the parts that are not NaN, row by row; NaN where fewer than `minimum` are there.

    Weights are rescaled to those that are there. `parts` are read once and one at a time.
    """
    total, weight_there, count = np.zeros(1), np.zeros(1), np.zeros(1)
    for part, weight in zip(parts, weights, strict=True):
        there = ~np.isnan(part)
        total = total + np.where(there, part * weight, 0.0)
        weight_there = weight_there + there * weight
        count = count + there
    means: Floats = np.full(total.shape, np.nan)
    np.divide(total, weight_there, out=means, where=count >= minimum)
    return means
