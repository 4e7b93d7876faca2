"""Two standard normal variables with a correlation: density and distribution function, for whole arrays."""

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, owens_t

Floats = npt.NDArray[np.float64]


def bivariate_normal_pdf(x: Floats, y: Floats, correlation: Floats) -> Floats:
    """Density at (x, y), with |correlation| < 1; 0 where x or y is infinite. Arguments broadcast."""
    bounded = np.isfinite(x) & np.isfinite(y)
    x, y = np.where(bounded, x, 0.0), np.where(bounded, y, 0.0)
    left = 1 - correlation**2
    density = np.exp(-(x * x - 2 * correlation * x * y + y * y) / (2 * left)) / (2 * np.pi * np.sqrt(left))
    return np.where(bounded, density, 0.0)


def bivariate_normal_cdf(x: Floats, y: Floats, correlation: Floats) -> Floats:
    """P(X <= x, Y <= y), with |correlation| < 1, to about 1e-15. Arguments broadcast; x and y may be infinite.

    By Owen's T function (Owen 1956, "Tables for computing bivariate normal probabilities", eq. 2.1):
    P = (F(x) + F(y)) / 2 - T(x, a_x) - T(y, a_y) - b / 2, with a_x = (y/x - r) / sqrt(1 - r^2) and b = 1 where
    xy < 0, or xy = 0 and x + y < 0; else 0. Where x is 0 the limit of T is taken: T(0, +-inf) = +-1/4.
    """
    x, y, correlation = np.broadcast_arrays(x, y, correlation)
    share: Floats = np.where((x == -np.inf) | (y == -np.inf), 0.0, ndtr(np.minimum(x, y)))
    bounded = np.isfinite(x) & np.isfinite(y)  # T is dear: it is taken only where it is needed
    h, k, r = x[bounded], y[bounded], correlation[bounded]
    sides = np.sign(h) * np.sign(k)  # of the product itself, which may be too small to be told from 0
    opposite = (sides < 0) | ((sides == 0) & (h + k < 0))
    share[bounded] = (ndtr(h) + ndtr(k)) / 2 - _wedge(h, k, r) - _wedge(k, h, r) - opposite / 2
    return share


def _wedge(h: Floats, k: Floats, correlation: Floats) -> Floats:
    """T(h, a) with a = (k/h - r) / sqrt(1 - r^2); at h = k = 0 each of both takes half of (pi/2 - asin r) / 2 pi."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        slope = (k / h - correlation) / np.sqrt(1 - correlation**2)
    origin = (h == 0) & (k == 0)
    slope = np.where(origin, np.tan((np.pi / 2 - np.arcsin(correlation)) / 2), slope)
    # the sign of 0 must not decide: as h falls to 0, k/h goes to infinity with the sign of k
    return np.where((h == 0) & ~origin, np.sign(k) / 4, owens_t(h, slope))
