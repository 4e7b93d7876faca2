"""Where the fit of an ordinal factor model begins."""

import numpy as np

from transforms.measure.factors.model import FACTOR_COVARIANCE, LOADING, FactorModel, Floats, Structure
from transforms.measure.factors.ordinal_model import THRESHOLD

MOST = 0.95  # of a loading or a correlation of factors at the start
LEAST = 0.05


def starting_values(model: FactorModel, thresholds: list[Floats], correlations: list[Floats]) -> Floats:
    """Free parameters from each group's thresholds (all items' in one array) and correlations, averaged where equal."""
    values = np.array([cell.value for cell in model.cells])
    for group, known in enumerate(thresholds):
        values[model.places[(THRESHOLD, group)].at] = known
        _start_factors(model, group, correlations[group], values)
    together = model.to_parameters(np.vstack([values, np.ones_like(values)]))
    starts: Floats = together[0] / together[1]
    return starts


def _start_factors(model: FactorModel, group: int, correlations: Floats, values: Floats) -> None:
    """Put a group's loadings and factor covariances into `values`, in the unit the model gives its factors."""
    loadings = centroid_loadings(model.structure, correlations)
    projected = loadings.T @ (correlations - np.eye(len(correlations))) @ loadings
    squares = np.diag(loadings.T @ loadings)
    between = np.clip(projected / np.outer(squares, squares), -MOST, MOST)  # least squares, given the loadings
    np.fill_diagonal(between, 1.0)
    place = model.places[(LOADING, group)]
    unit = np.ones(len(squares))
    for at, item, factor in zip(place.at, place.rows, place.columns, strict=True):
        if model.cells[at].label is None:  # a marker
            unit[factor] = loadings[item, factor]
    values[place.at] = loadings[place.rows, place.columns] / unit[place.columns]
    place = model.places[(FACTOR_COVARIANCE, group)]
    values[place.at] = between[place.rows, place.columns] * unit[place.rows] * unit[place.columns]


def centroid_loadings(structure: Structure, correlations: Floats) -> Floats:
    """[items, factors] Loadings of the items of each factor on it by the centroid method (Thurstone 1931).

    They are the sums of the rows of the correlations over the root of their total, each row's greatest correlation on
    the diagonal, after the items are turned to the side of the one that goes most with the others.
    """
    loadings = np.zeros((len(correlations), len(structure.factors)))
    for factor in range(len(structure.factors)):
        items = list(structure.shown_by(factor))
        block = correlations[np.ix_(items, items)] - np.eye(len(items))
        sides = np.where(block[np.abs(block).sum(axis=1).argmax()] < 0, -1.0, 1.0)
        sides *= 1.0 if sides.sum() >= 0 else -1.0  # most loadings are positive
        turned = block * np.outer(sides, sides)
        turned += np.diag(np.abs(turned).max(axis=1))
        sizes = np.clip(turned.sum(axis=1) / np.sqrt(max(turned.sum(), LEAST)), LEAST, MOST)
        loadings[items, factor] = sides * sizes
    return loadings
