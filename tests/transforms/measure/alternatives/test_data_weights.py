"""Weights from data: Stata's swindex, R's prcomp, and by hand."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from transforms.measure.alternatives.data_weights import (
    first_component,
    inverse_covariance_weights,
    nonnegative_weights,
    weighted_covariance,
)
from transforms.measure.alternatives.recipe import Part, Recipe, Rows, frozen, recipe_scores

REFERENCE = Path(__file__).parents[3] / "reference" / "alternatives"
NOBODY = np.zeros(0, dtype=bool)


@pytest.fixture(scope="module")
def printed() -> dict[str, list[float]]:
    return dict(json.loads((REFERENCE / "alternatives.json").read_text()))


@pytest.fixture(scope="module")
def items() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "items.csv")


@pytest.mark.parametrize(
    ("column", "by_control", "why"),
    [
        ("swindex", False, "units of everybody"),
        ("swindex_normby_control", True, "units of the control group, covariance of everybody"),
    ],
)
def test_inverse_covariance_is_swindex(shared_data: Path, column: str, by_control: bool, why: str) -> None:
    data = pd.read_csv(shared_data / "references" / "icw_swindex.csv")
    names = [name for name in data if str(name).startswith("var")]
    for number, mine in data.groupby("dataset_id"):
        shares = {name: mine[name].to_numpy() for name in names}
        everyone = Rows(shares, {}, np.ones(len(mine), dtype=bool))
        control = np.flatnonzero(mine.treat_status == 0) if by_control else np.arange(len(mine))
        reference, weights = everyone.take(control), np.ones(control.size)
        parts = tuple(Part((name,)) for name in names)
        unit = frozen(Recipe(parts, (1.0,) * len(parts), 1), reference, weights)
        assert isinstance(unit, Recipe)
        covariance = weighted_covariance([everyone.part(part) for part in unit.parts], np.ones(len(mine)))
        found = inverse_covariance_weights(covariance)
        assert found is not None
        recipe = frozen(Recipe(parts, tuple(found.weights.tolist()), len(parts)), reference, weights)
        assert isinstance(recipe, Recipe)
        difference = np.abs(recipe_scores(everyone, recipe) - mine[column].to_numpy()).max()
        assert difference < 1e-6, f"{why}, data set {number}"


def test_first_component_is_prcomp(items: pd.DataFrame, printed: dict[str, list[float]]) -> None:
    columns = [items[name].to_numpy(dtype="float64") for name in items if name != "weight"]
    for key, weights in (("", np.ones(len(items))), ("weighted_", items.weight.to_numpy())):
        covariance = weighted_covariance(columns, weights)
        sd = np.sqrt(np.diag(covariance))
        found = first_component(covariance / np.outer(sd, sd))
        assert found is not None
        np.testing.assert_allclose(found.weights, printed[f"{key}loadings"], atol=1e-10)
        assert found.explained == pytest.approx(printed[f"{key}explained"], abs=1e-10)


def test_component_scores_are_prcomp_s_in_sd(items: pd.DataFrame, printed: dict[str, list[float]]) -> None:
    names = [str(name) for name in items if name != "weight"]
    shares = {name: items[name].to_numpy(dtype="float64") for name in names}
    rows = Rows(shares, {}, np.ones(len(items), dtype=bool))
    draft = Recipe(tuple(Part((name,)) for name in names), tuple(printed["loadings"]), len(names))
    recipe = frozen(draft, rows, np.ones(len(items)))
    assert isinstance(recipe, Recipe)
    scores = recipe_scores(rows, recipe)
    np.testing.assert_allclose(np.corrcoef(scores[:20], printed["scores"])[0, 1], 1, atol=1e-12)
    assert scores.std(ddof=1) == pytest.approx(1)


def test_weights_are_those_of_r_s_solve(items: pd.DataFrame, printed: dict[str, list[float]]) -> None:
    columns = [(items[name] / items[name].std()).to_numpy() for name in items if name != "weight"]
    covariance = weighted_covariance(columns, np.ones(len(items)))
    found = inverse_covariance_weights(covariance)
    assert found is not None
    np.testing.assert_allclose(found.weights, printed["covariance_weights"], atol=1e-10)
    assert found.negative == 2, "the two strongest items repeat the others"
    limited = nonnegative_weights(covariance)
    assert limited.negative == 0
    assert limited.weights.sum() == pytest.approx(1)
    variance = limited.weights @ covariance @ limited.weights
    slope = covariance @ limited.weights - variance
    inside = limited.weights > 0
    assert np.abs(slope[inside]).max() < 1e-9, "no small change among those with weight lowers the variance"
    assert (slope[~inside] >= -1e-9).all(), "nor does weight for the others"


def test_pairwise_covariance_is_that_of_the_rows_both_have() -> None:
    first = np.array([1.0, 2.0, 3.0, np.nan, 9.0])
    second = np.array([2.0, np.nan, 5.0, 1.0, 7.0])
    weights = np.array([1.0, 1.0, 1.0, 1.0, 0.0])
    found = weighted_covariance([first, second], weights)
    assert found[0, 0] == pytest.approx(1.0), "variance of 1, 2, 3: the row without weight is left out"
    assert found[0, 1] == found[1, 0] == pytest.approx(3.0), "covariance of (1, 2) and (3, 5)"
    assert np.isnan(weighted_covariance([first, first * np.nan], weights)[0, 1])


@pytest.mark.parametrize(
    ("covariance", "weights", "singular", "why"),
    [
        ([[1, 0], [0, 1]], [0.5, 0.5], False, "nothing is repeated"),
        ([[1, 0, 0], [0, 1, 1], [0, 1, 1]], [0.5, 0.25, 0.25], True, "twins share one weight"),
        ([[1, -1], [-1, 1]], None, True, "opposites cancel"),
        ([[1, np.nan], [np.nan, 1]], None, False, "no covariance"),
    ],
)
def test_inverse_covariance_by_hand(
    covariance: list[list[float]], weights: list[float] | None, singular: bool, why: str
) -> None:
    found = inverse_covariance_weights(np.array(covariance, dtype="float64"))
    if weights is None:
        assert found is None, why
        return
    assert found is not None
    np.testing.assert_allclose(found.weights, weights, atol=1e-12, err_msg=why)
    assert found.singular == singular, why


def test_a_component_without_correlations_is_none() -> None:
    assert first_component(np.array([[1.0, np.nan], [np.nan, 1.0]])) is None
    flipped = first_component(np.array([[1.0, 0.4], [0.4, 1.0]]))
    assert flipped is not None
    assert flipped.weights.min() > 0, "more is better, whatever sign the eigenvector came with"
