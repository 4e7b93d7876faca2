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
    loadings = matrices.loadings
    shown = loadings @ matrices.factor_covariance
    nothing = np.zeros_like(loadings)

    def of(kind: str) -> Place:
        return model.places.get((kind, group), NOWHERE)

    loading, factor, residual = of(LOADING), of(FACTOR_COVARIANCE), of(RESIDUAL)
    intercept, mean = of(INTERCEPT), of(FACTOR_MEAN)
    return Derivatives(
        at=np.concatenate([loading.at, factor.at, residual.at, intercept.at, mean.at]),
        u=np.hstack(
            [
                unit[:, loading.rows],
                loadings[:, factor.rows],
                unit[:, residual.rows],
                0 * unit[:, intercept.rows],
                nothing[:, mean.rows],
            ]
        ),
        v=np.hstack(
            [
                shown[:, loading.columns],
                loadings[:, factor.columns],
                unit[:, residual.columns],
                0 * unit[:, intercept.rows],
                nothing[:, mean.rows],
            ]
        ),
        c=np.concatenate(
            [
                np.ones(len(loading.at)),
                np.where(factor.rows == factor.columns, 0.5, 1.0),
                np.where(residual.rows == residual.columns, 0.5, 1.0),
                np.zeros(len(intercept.at) + len(mean.at)),
            ]
        ),
        mean=np.hstack(
            [
                unit[:, loading.rows] * matrices.factor_means[loading.columns],
                nothing[:, factor.rows],
                0 * unit[:, residual.rows],
                unit[:, intercept.rows],
                loadings[:, mean.rows],
            ]
        ),
    )


def covariance_jacobian(found: Derivatives, *, diagonal: bool = True) -> Floats:
    """d vech(Sigma) by cell: pairs of items in the order of `numpy.tril_indices`, with or without the diagonal."""
    rows, columns = np.tril_indices(len(found.u), 0 if diagonal else -1)
    jacobian: Floats = found.c * (found.u[rows] * found.v[columns] + found.v[rows] * found.u[columns])
    return jacobian
