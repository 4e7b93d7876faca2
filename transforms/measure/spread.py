"""Weighted mean and standard deviation, as Stata defines them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and standard deviation of the `n` answered values that carry weight."""

    mean: float
    sd: float
    n: int


def weighted_spread(values: Floats, weights: Floats) -> Spread:
    """Weighted mean m = sum(w x) / sum(w) and SD = sqrt( n/(n-1) sum(w (x - m)^2) / sum(w) ).

    The SD is that of Stata's `summarize x [aweight = w]`: weights are scaled to add up to n, the number of values
    with a weight above zero, and the divisor is n - 1 (Stata Base Reference Manual, summarize, Methods and formulas).
    With equal weights it is the ordinary SD with ddof 1. NaN values and weights of zero are left out; the mean is NaN
    where nothing is left, the SD where fewer than two values are.
    """
    use = ~np.isnan(values) & (weights > 0)
    x, w = values[use], weights[use]
    n = int(x.size)
    if n == 0:
        return Spread(float("nan"), float("nan"), 0)
    total = w.sum()
    mean = float((w @ x) / total)
    if n == 1:
        return Spread(mean, float("nan"), 1)
    deviation = x - mean
    variance = (w @ (deviation * deviation)) / total * n / (n - 1)
    return Spread(mean, float(np.sqrt(variance)), n)
