"""What an ordinal factor model specifies and implies."""

import numpy as np
import pytest

from transforms.measure.factors.model import FACTOR_MEAN, LOADING, structure_of
from transforms.measure.factors.ordinal_model import (
    SCALE,
    THRESHOLD,
    ordinal_moments,
    residual_variances,
    specify_ordinal,
)

STRUCTURE = structure_of([("f", ["a", "b", "c"]), ("g", ["d", "e", "h"])])
COUNTS = (2, 3, 4, 2, 3, 5)
GROUPS = ("one", "two", "three")
SPECIFIED = [
    ((), (), 3 * (6 + 1 + 13), "nothing equal: loadings, one correlation, thresholds of each group"),
    ((LOADING,), (), 6 + 3 + 2 * 2 + 3 * 13, "loadings shared, the factors' variances free in two groups"),
    ((LOADING, THRESHOLD), (), 6 + 3 + 4 + 13 + 2 * (6 + 2), "thresholds shared, scales and means free in two groups"),
    ((LOADING, THRESHOLD, FACTOR_MEAN), (), 6 + 3 + 4 + 13 + 2 * 6, "the means shared too"),
    ((LOADING, THRESHOLD), ((THRESHOLD, "h"),), 6 + 3 + 4 + 13 + 2 * 8 + 2 * 4, "four thresholds free in two groups"),
    (
        (LOADING, THRESHOLD),
        ((THRESHOLD, "h"), (LOADING, "h")),
        6 + 3 + 4 + 13 + 2 * 8 + 2 * 4 + 2 - 2,
        "the loading free too: then the scale is 1",
    ),
]


@pytest.mark.parametrize(("equal", "freed", "parameters", "why"), SPECIFIED)
def test_parameters_of_a_specification(equal, freed, parameters, why):
    assert len(specify_ordinal(STRUCTURE, GROUPS, COUNTS, equal=equal, freed=freed).parameters) == parameters, why


def test_moments_by_hand():
    structure = structure_of([("f", ["a", "b"])])
    model = specify_ordinal(structure, ("one", "two"), (2, 3), equal=(LOADING, THRESHOLD))
    known = {
        "loading:a": 0.5,
        "loading:b": 0.8,
        "factor_covariance:f:f:1": 1.44,
        "factor_mean:f:1": 0.25,
        "threshold:a:1": -0.3,
        "threshold:b:1": 0.1,
        "threshold:b:2": 0.9,
        "scale:a:1": 1.25,
        "scale:b:1": 0.8,
    }
    values = model.cell_values(np.array([known[label] for label in model.parameters]))
    np.testing.assert_allclose(ordinal_moments(model, values, 0)[0], [-0.3, 0.1, 0.9, 0.4])
    second = [1.25 * (-0.3 - 0.125), 0.8 * (0.1 - 0.2), 0.8 * (0.9 - 0.2), 1.25 * 0.8 * 0.5 * 0.8 * 1.44]
    np.testing.assert_allclose(ordinal_moments(model, values, 1)[0], second)
    np.testing.assert_allclose(residual_variances(model, values, 0), [1 - 0.25, 1 - 0.64])
    np.testing.assert_allclose(residual_variances(model, values, 1), [0.64 - 0.36, 1 / 0.64 - 0.64 * 1.44])


@pytest.mark.parametrize("identification", ["standardised", "marker"])
@pytest.mark.parametrize(("equal", "freed"), [(case[0], case[1]) for case in SPECIFIED])
def test_derivatives_are_those_of_numerical_differences(equal, freed, identification):
    model = specify_ordinal(STRUCTURE, GROUPS, COUNTS, equal=equal, freed=freed, identification=identification)
    rng = np.random.default_rng(len(model.parameters))
    free = np.array([1.1 if label.startswith(SCALE) else 0.4 for label in model.parameters])
    free += rng.uniform(-0.3, 0.3, free.size)
    for group in range(3):
        by_cell = ordinal_moments(model, model.cell_values(free), group)[1]
        analytic = model.to_parameters(by_cell)
        for at in range(free.size):
            step = np.zeros(free.size)
            step[at] = 1e-5
            ends = [ordinal_moments(model, model.cell_values(free + way * step), group)[0] for way in (1, -1)]
            np.testing.assert_allclose(analytic[:, at], (ends[0] - ends[1]) / 2e-5, atol=1e-8)
