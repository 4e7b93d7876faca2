"""Means and covariances a factor model implies, and their derivatives with respect to every cell of the model.

Every derivative of Sigma is a symmetric matrix of rank one or two, c (u v' + v u'). Kept as `u`, `v`, `c`, gradients
and information cost a few products of small matrices, and no Kronecker product is ever formed.
"""

from dataclasses import dataclass

import numpy as np

from transforms.measure.factors.model import (
    FACTOR_COVARIANCE,
    FACTOR_MEAN,
    INTERCEPT,
    LOADING,
    RESIDUAL,
    FactorModel,
    Floats,
    Place,
    Whole,
)

NOWHERE = Place(*(np.empty(0, dtype=np.intp) for _ in range(3)))


@dataclass(frozen=True, slots=True)
class Implied:
    """Matrices of one group, and the moments that follow: `mean` (items) and `covariance` (items x items)."""

    loadings: Floats
    factor_covariance: Floats
    residual: Floats
    intercepts: Floats
    factor_means: Floats

    @property
    def covariance(self) -> Floats:
        return self.loadings @ self.factor_covariance @ self.loadings.T + self.residual

    @property
    def mean(self) -> Floats:
        return self.intercepts + self.loadings @ self.factor_means


@dataclass(frozen=True, slots=True)
class Derivatives:
    """For each of the cells `at`: d Sigma = c (u v' + v u') with `u`, `v` items x cells, and `mean` = d mu."""

    at: Whole
    u: Floats
    v: Floats
    c: Floats
    mean: Floats


def implied(model: FactorModel, values: Floats, group: int) -> Implied:
    """Matrices of one group of `model` where its cells have `values` (`FactorModel.cell_values`)."""
    p, m = len(model.structure.items), len(model.structure.factors)

    def matrix(kind: str, *shape: int) -> Floats:
        place = model.places.get((kind, group), NOWHERE)
        filled = np.zeros(shape)
        filled[place.rows, place.columns] = values[place.at]
        return filled

    psi, theta = matrix(FACTOR_COVARIANCE, m, m), matrix(RESIDUAL, p, p)
    return Implied(
        loadings=matrix(LOADING, p, m),
        factor_covariance=psi + np.tril(psi, -1).T,
        residual=theta + np.tril(theta, -1).T,
        intercepts=matrix(INTERCEPT, p, 1)[:, 0],
        factor_means=matrix(FACTOR_MEAN, m, 1)[:, 0],
    )


def derivatives(model: FactorModel, group: int, matrices: Implied) -> Derivatives:
    """Derivatives of one group's moments, at `matrices`, with respect to its cells, free or fixed."""
    unit = np.eye(len(model.structure.items))
    loadings, shown = matrices.loadings, matrices.loadings @ matrices.factor_covariance
    nothing, nowhere = np.zeros_like(unit), np.zeros_like(loadings)
    loading, factor, residual, intercept, mean = (
        model.places.get((kind, group), NOWHERE)
        for kind in (LOADING, FACTOR_COVARIANCE, RESIDUAL, INTERCEPT, FACTOR_MEAN)
    )
    blocks = (
        _block(loading, unit, shown, unit[:, loading.rows] * matrices.factor_means[loading.columns]),
        _block(factor, loadings, loadings, nowhere[:, factor.rows]),
        _block(residual, unit, unit, nothing[:, residual.rows]),
        _block(intercept, nothing, nothing, unit[:, intercept.rows]),
        _block(mean, nowhere, nowhere, loadings[:, mean.rows]),
    )
    return Derivatives(
        at=np.concatenate([block.at for block in blocks]),
        u=np.hstack([block.u for block in blocks]),
        v=np.hstack([block.v for block in blocks]),
        c=np.concatenate([block.c for block in blocks]),
        mean=np.hstack([block.mean for block in blocks]),
    )


def _block(place: Place, by_row: Floats, by_column: Floats, mean: Floats) -> Derivatives:
    """Derivatives by the cells of one kind: u and v are the columns of two matrices that the cell's place names.

    A cell on the diagonal of a symmetric matrix, for which both matrices are the same, is counted once and not twice.
    """
    once = (place.rows == place.columns) & (by_row is by_column)
    c = np.where(once, 0.5, 1.0)
    return Derivatives(place.at, by_row[:, place.rows], by_column[:, place.columns], c, mean)


def covariance_jacobian(found: Derivatives, *, diagonal: bool = True) -> Floats:
    """d vech(Sigma) by cell: pairs of items in the order of `numpy.tril_indices`, with or without the diagonal."""
    rows, columns = np.tril_indices(len(found.u), 0 if diagonal else -1)
    jacobian: Floats = found.c * (found.u[rows] * found.v[columns] + found.v[rows] * found.u[columns])
    return jacobian
