"""Where the search for the parameters of a factor model begins."""

from collections.abc import Sequence

import numpy as np

from transforms.measure.factors.model import (
    FACTOR_COVARIANCE,
    INTERCEPT,
    LOADING,
    RESIDUAL,
    FactorModel,
    Floats,
    Structure,
)
from transforms.measure.factors.moments import Moments

MOST, LEAST = 0.9, 0.15  # of an item's SD that may load at the start, so that its own variance stays positive
NEAREST = 0.9  # correlation of two factors at the start


def start_values(model: FactorModel, moments: Sequence[Moments]) -> Floats:
    """Free parameters from which to search: centroid loadings (Thurstone 1931) of the groups' mean covariance."""
    shares = np.array([group.n for group in moments]) / sum(group.n for group in moments)
    pooled = np.einsum("g,gij->ij", shares, np.array([group.covariance for group in moments]))
    loadings = _centroid(pooled, model.structure)
    factors = _factor_correlations(pooled, loadings, model.structure)
    unit = _units(model, loadings)
    scaled = factors * np.outer(unit, unit)
    cells = np.zeros(len(model.cells))
    residual = np.diag(pooled) - loadings**2
    for at, cell in enumerate(model.cells):
        if cell.kind == LOADING:
            cells[at] = loadings[cell.row] / unit[cell.column]
        elif cell.kind == RESIDUAL:
            cells[at] = residual[cell.row] if cell.row == cell.column else 0.0
        elif cell.kind == FACTOR_COVARIANCE:
            cells[at] = scaled[cell.row, cell.column]
        elif cell.kind == INTERCEPT:
            cells[at] = moments[cell.group].mean[cell.row]
    times = model.to_parameters(np.ones(len(cells)))
    return model.to_parameters(cells) / times


def _centroid(covariance: Floats, structure: Structure) -> Floats:
    """Loadings on factors of variance 1: an item's covariance with the sum of its factor's items, over the sum's SD."""
    loadings = np.zeros(len(covariance))
    sd = np.sqrt(np.diag(covariance))
    for factor in range(len(structure.factors)):
        items = list(structure.shown_by(factor))
        among = covariance[np.ix_(items, items)]
        others = among - np.diag(np.diag(among))
        common = others.sum(axis=1) / np.sqrt(max(float(others.sum()), LEAST**2 * np.trace(among)))
        # A negative loading starts negative, so that an item with a wrong direction does not stop the search.
        loadings[items] = np.where(common < 0, -1, 1) * np.clip(np.abs(common), LEAST * sd[items], MOST * sd[items])
    return loadings


def _factor_correlations(covariance: Floats, loadings: Floats, structure: Structure) -> Floats:
    """Correlations of the factors by the covariances between their items; shrunk until they are a proper matrix."""
    which = np.array(structure.factor_of)[:, None] == np.arange(len(structure.factors))
    weights = which * loadings[:, None]
    products = which.T @ loadings**2
    found: Floats = weights.T @ covariance @ weights / np.outer(products, products)
    found = np.clip(found, -NEAREST, NEAREST)
    np.fill_diagonal(found, 1.0)
    while np.linalg.eigvalsh(found)[0] < 1 - NEAREST:
        found = 0.9 * found + 0.1 * np.eye(len(found))
    return found


def _units(model: FactorModel, loadings: Floats) -> Floats:
    """SD of each factor: 1, or the loading of the item that is fixed at 1."""
    units = np.ones(len(model.structure.factors))
    for cell in model.cells:
        if cell.kind == LOADING and cell.label is None:
            units[cell.column] = loadings[cell.row]
    return units


def start_from(model: FactorModel, cells: Floats) -> Floats:
    """Free parameters from the cells of another model of the same structure and groups, averaged where made equal."""
    return model.to_parameters(cells) / model.to_parameters(np.ones(len(cells)))
