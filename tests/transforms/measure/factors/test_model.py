"""Specification of factor models, the moments they imply, and the derivatives of those against differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.measure.factors.implied import covariance_jacobian, derivatives, implied
from transforms.measure.factors.model import FactorModel, Structure, specify, structure_of

TWO = structure_of([("near", ["a", "b", "c"]), ("far", ["d", "e"])])
GROUPS = ("first", "second")


@pytest.mark.parametrize(
    ("settings", "free", "why"),
    [
        ({}, 2 * (5 + 1 + 5 + 5), "loadings, one correlation, residuals, intercepts"),
        ({"identification": "marker"}, 2 * (3 + 3 + 5 + 5), "two loadings fixed, two variances free instead"),
        ({"equal": ["loading"]}, 5 + 1 + 3 + 2 * (5 + 5), "variances are free in the second group"),
        ({"equal": ["loading"], "identification": "marker"}, 3 + 2 * (3 + 5 + 5), "the same number"),
        ({"equal": ["loading", "intercept"]}, 5 + 1 + 3 + 10 + 5 + 2, "so are its factor means"),
        ({"equal": ["loading", "intercept", "factor_mean"]}, 5 + 1 + 3 + 10 + 5, "no mean differs"),
        ({"equal": ["loading", "intercept", "residual"]}, 5 + 1 + 3 + 5 + 5 + 2, "strict"),
        ({"equal": ["loading"], "freed": [("loading", "b")]}, 6 + 1 + 3 + 2 * (5 + 5), "one item's own loadings"),
        ({"means": False}, 2 * (5 + 1 + 5), "covariances only"),
    ],
)
def test_number_of_free_parameters(settings: dict, free: int, why: str) -> None:
    assert len(specify(TWO, GROUPS, **settings).parameters) == free, why


def test_equal_cells_are_one_parameter() -> None:
    model = specify(TWO, GROUPS, equal=["loading"], freed=[("loading", "e")])
    assert "loading:a" in model.parameters
    assert {"loading:e:0", "loading:e:1"} <= set(model.parameters)
    free = np.arange(1.0, 1 + len(model.parameters))
    first, second = (implied(model, model.cell_values(free), group).loadings for group in (0, 1))
    assert (first[:4] == second[:4]).all()
    assert first[4, 1] != second[4, 1]
    assert first[0, 1] == first[4, 0] == 0, "an item shows one factor"


def test_moments_by_hand() -> None:
    model = specify(structure_of([("f", ["a", "b"])]), ("one",))
    values = dict(zip(model.parameters, [0.5, 0.8, 0.75, 0.36, 1.0, 2.0], strict=True))
    assert list(values) == ["loading:a:0", "loading:b:0", "residual:a:0", "residual:b:0",
                            "intercept:a:0", "intercept:b:0"]  # fmt: skip
    found = implied(model, model.cell_values(np.array(list(values.values()))), 0)
    np.testing.assert_allclose(found.covariance, [[1, 0.4], [0.4, 1]])
    np.testing.assert_allclose(found.mean, [1, 2])


def test_a_structure_without_gaps_is_asked_for() -> None:
    with pytest.raises(ValueError, match="one factor"):
        Structure(("a", "b"), ("f", "g"), (0, 0))


MODELS = [
    specify(TWO, GROUPS, equal=equal, freed=freed, identification=unit, means=means)
    for unit in ("standardised", "marker")
    for equal, freed, means in (
        ((), (), True),
        (("loading", "intercept"), (("intercept", "a"),), True),
        (("loading",), (), False),
    )
]


def _moments(model: FactorModel, free: np.ndarray, group: int) -> np.ndarray:
    found = implied(model, model.cell_values(free), group)
    return np.concatenate([found.covariance[np.tril_indices(5)], found.mean])


@pytest.mark.parametrize("model", MODELS)
@given(seed=st.integers(0, 1000))
def test_derivatives_are_those_of_numerical_differences(model: FactorModel, seed: int) -> None:
    free = np.random.default_rng(seed).normal(size=len(model.parameters))
    for group in (0, 1):
        values = model.cell_values(free)
        found = derivatives(model, group, implied(model, values, group))
        by_cell = np.zeros((20, len(values)))
        by_cell[:, found.at] = np.vstack([covariance_jacobian(found), found.mean])
        steps = np.eye(len(free)) * 1e-6
        numerical = [(_moments(model, free + s, group) - _moments(model, free - s, group)) / 2e-6 for s in steps]
        np.testing.assert_allclose(model.to_parameters(by_cell), np.array(numerical).T, atol=1e-7)
        without = covariance_jacobian(found, diagonal=False)
        np.testing.assert_array_equal(without, by_cell[[1, 3, 4, 6, 7, 8, 10, 11, 12, 13]][:, found.at])
