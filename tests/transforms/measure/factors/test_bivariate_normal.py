"""Density and distribution function of two normal variables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import multivariate_normal

from transforms.measure.factors.bivariate_normal import bivariate_normal_cdf, bivariate_normal_pdf

INF = np.inf
CASES = [
    (0.0, 0.0, 0.5, 1 / 4 + np.arcsin(0.5) / (2 * np.pi), "a quarter and asin r / 2 pi (Sheppard 1899)"),
    (0.0, 0.0, -0.8, 1 / 4 + np.arcsin(-0.8) / (2 * np.pi), "the same, against each other"),
    (-0.0, 0.0, 0.0, 1 / 4, "the sign of zero does not matter"),
    (0.0, 1.0, 0.0, ndtr(1.0) / 2, "independent: the product"),
    (0.0, -1.0, 0.0, ndtr(-1.0) / 2, "independent, one at the middle"),
    (INF, -0.3, 0.4, ndtr(-0.3), "no bound on one: the margin of the other"),
    (0.7, INF, 0.4, ndtr(0.7), "no bound on the other"),
    (INF, INF, 0.4, 1.0, "no bound at all"),
    (-INF, INF, 0.4, 0.0, "nobody below minus infinity"),
]


@pytest.mark.parametrize(("x", "y", "r", "expected", "why"), CASES)
def test_distribution_by_hand(x, y, r, expected, why):
    assert bivariate_normal_cdf(np.array(x), np.array(y), np.array(r)) == pytest.approx(expected, abs=1e-15), why


def test_distribution_and_density_are_those_of_scipy():
    rng = np.random.default_rng(4)
    x, y = rng.normal(0, 2, (2, 300))
    r = np.tanh(rng.normal(0, 2.5, 300)).clip(-0.999999, 0.999999)
    for at in range(300):
        both = multivariate_normal(cov=[[1, r[at]], [r[at], 1]])
        assert bivariate_normal_cdf(x[at], y[at], r[at]) == pytest.approx(both.cdf([x[at], y[at]]), abs=1e-12)
        assert bivariate_normal_pdf(x[at], y[at], r[at]) == pytest.approx(both.pdf([x[at], y[at]]), rel=1e-6, abs=1e-12)


def test_density_at_infinity_is_zero_and_arrays_broadcast():
    edges = np.array([-INF, 0.0, INF])
    density = bivariate_normal_pdf(edges[:, None], edges[None, :], np.array(0.3))
    assert density.shape == (3, 3)
    assert np.count_nonzero(density) == 1
    assert density[1, 1] == pytest.approx(1 / (2 * np.pi * np.sqrt(1 - 0.09)))


BOUNDED = st.floats(-6, 6)
CORRELATION = st.floats(-0.999, 0.999)


@given(BOUNDED, BOUNDED, CORRELATION)
def test_the_two_halves_of_a_margin_add_up_and_order_does_not_matter(x, y, r):
    x, y, r = np.array(x), np.array(y), np.array(r)
    below = bivariate_normal_cdf(x, y, r)
    assert below + bivariate_normal_cdf(x, -y, -r) == pytest.approx(ndtr(x), abs=1e-13)
    assert below == pytest.approx(bivariate_normal_cdf(y, x, r), abs=1e-14)


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-0.95, 0.95))
def test_the_slope_by_the_correlation_is_the_density(x, y, r):
    step = 1e-5
    up, down = (bivariate_normal_cdf(np.array(x), np.array(y), np.array(r + way)) for way in (step, -step))
    density = bivariate_normal_pdf(np.array(x), np.array(y), np.array(r))
    assert (up - down) / (2 * step) == pytest.approx(density, abs=1e-6)
