"""Which way a factor points: the model fits equally well either way, and readers expect that more is more."""

import numpy as np

from transforms.measure.factors.model import FACTOR_COVARIANCE, FACTOR_MEAN, LOADING, FactorModel, Floats


def oriented(model: FactorModel, free: Floats) -> Floats:
    """The same model with every factor turned so that its loadings add up to a positive number.

    Loadings that are equal across groups turn together. A factor whose unit is one of its items (a loading fixed at 1)
    stays: it points where that item points.
    """
    cells = model.cell_values(free)
    signs = _signs(model, cells)
    turned = cells.copy()
    for at, cell in enumerate(model.cells):
        if cell.kind == LOADING:
            turned[at] *= signs[cell.group, cell.column]
        elif cell.kind == FACTOR_COVARIANCE:
            turned[at] *= signs[cell.group, cell.row] * signs[cell.group, cell.column]
        elif cell.kind == FACTOR_MEAN:
            turned[at] *= signs[cell.group, cell.row]
    return model.to_parameters(turned) / model.to_parameters(np.ones(len(cells)))


def _signs(model: FactorModel, cells: Floats) -> Floats:
    """1 or -1 for each group and factor."""
    sums = np.zeros((len(model.groups), len(model.structure.factors)))
    stays = np.zeros(sums.shape[1], dtype=bool)
    shared = np.zeros(sums.shape[1], dtype=bool)
    groups_of: dict[str, int] = {}
    for at, cell in enumerate(model.cells):
        if cell.kind == LOADING:
            sums[cell.group, cell.column] += cells[at]
            if cell.label is None:
                stays[cell.column] = True
            elif groups_of.setdefault(cell.label, cell.group) != cell.group:
                shared[cell.column] = True
    sums = np.where(shared, sums.sum(axis=0), sums)
    return np.where((sums < 0) & ~stays, -1.0, 1.0)
