"""Maximum likelihood estimates of a factor model of several groups, from their means and covariances.

F = sum over groups of n_g/N [ log|Sigma| + tr(S Sigma^-1) - log|S| - p + (m - mu)' Sigma^-1 (m - mu) ], S with divisor
n, and chi2 = N F (Joereskog 1971; Bollen 1989, eq. 4.67 and 8.14): the conventions of lavaan. Nothing keeps variances
positive: a negative one says that the model is wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpocon, dpotrf, dpotrs
from scipy.optimize import minimize

from transforms.measure.factors.implied import Derivatives, Implied, derivatives, implied
from transforms.measure.factors.model import FactorModel, Floats
from transforms.measure.factors.moments import Moments
from transforms.measure.factors.orientation import oriented
from transforms.measure.factors.start import start_values

STEPS = 100
ROUGH_STEPS = 100
HALVINGS = 20
WALL = 1e10  # F where the parameters imply no covariance matrix, for a search that cannot take infinity
CLOSE = 1e-8  # what another step would still take off chi2
ROUNDING = 1e-12  # or off F, which is not known more exactly whatever N
SINGULAR = 1e-6  # reciprocal condition of the information, with 1 on its diagonal, below which nothing is identified
RIDGE = 1e-6  # added to a singular information so that the search goes on

NOT_CONVERGED = "not_converged"
NOT_IDENTIFIED = "not_identified"
SINGULAR_COVARIANCE = "items_predict_one_another"
TOO_MANY_PARAMETERS = "more_parameters_than_moments"


@dataclass(frozen=True, slots=True)
class Fit:
    """Estimates and what they leave unexplained. `problem` says why there are none, and is empty where there are.

    `cells` are the values of all cells, `information` is that of one respondent (free x free, expected), `chi2` is
    N F with `df` degrees of freedom.
    """

    model: FactorModel
    moments: tuple[Moments, ...]
    free: Floats
    information: Floats
    chi2: float
    df: int
    steps: int
    problem: str

    @property
    def n(self) -> int:
        return sum(group.n for group in self.moments)

    @property
    def cells(self) -> Floats:
        return self.model.cell_values(self.free)

    def matrices(self, group: int) -> Implied:
        """Matrices of one group at the estimates."""
        return implied(self.model, self.cells, group)


@dataclass(frozen=True, slots=True)
class Slope:
    """Half the gradient of one group's F by cell, and half its expected second derivatives, at some values."""

    score: Floats
    information: Floats
    found: Derivatives
    inverse: Floats


def degrees_of_freedom(model: FactorModel) -> int:
    """Moments of all groups less free parameters."""
    p = len(model.structure.items)
    each = p * (p + 1) // 2 + (p if model.has_means else 0)
    return each * len(model.groups) - len(model.parameters)


def fit(model: FactorModel, moments: Sequence[Moments], start: Floats | None = None) -> Fit:
    """Estimates of `model` from the moments of its groups, by Fisher scoring with halved steps, from `start`.

    Where that finds no least F, as it may near negative variances, a quasi-Newton search (BFGS) leads it closer.
    Nothing is raised for data that cannot carry the model: see `Fit.problem`.
    """
    moments = tuple(moments)
    if degrees_of_freedom(model) < 0:
        return _without_estimates(model, moments, TOO_MANY_PARAMETERS)
    if any(not _positive(group.covariance) for group in moments):
        return _without_estimates(model, moments, SINGULAR_COVARIANCE)
    start = start_values(model, moments) if start is None else start
    free, least, steps = _search(model, moments, start)
    if steps > STEPS:
        free, least, steps = _search(model, moments, _rough(model, moments, start))
    free = oriented(model, free)
    information = slope(model, moments, free)[1]
    problem = NOT_CONVERGED if steps > STEPS else "" if identified(information) else NOT_IDENTIFIED
    n = sum(group.n for group in moments)
    return Fit(model, moments, free, information, max(n * least, 0.0), degrees_of_freedom(model), steps, problem)


def _without_estimates(model: FactorModel, moments: tuple[Moments, ...], problem: str) -> Fit:
    count = len(model.parameters)
    nothing = np.full(count, np.nan)
    return Fit(model, moments, nothing, np.full((count, count), np.nan), np.nan, degrees_of_freedom(model), 0, problem)


def _search(model: FactorModel, moments: tuple[Moments, ...], free: Floats) -> tuple[Floats, float, int]:
    """Free parameters of least F, that F, and the steps taken; more than `STEPS` where no least was found."""
    n = sum(group.n for group in moments)
    value = discrepancy(model, moments, free)
    for step in range(1, STEPS + 1):
        score, information = slope(model, moments, free)
        move = -_solve(information, score)
        gain = -float(score @ move)
        if gain < max(CLOSE / n, ROUNDING):
            return free, value, step
        for halving in range(HALVINGS):
            candidate = free + move / 2**halving
            reached = discrepancy(model, moments, candidate)
            if reached < value:
                break
        else:
            break
        free, value = candidate, reached
    return free, value, STEPS + 1


def _rough(model: FactorModel, moments: tuple[Moments, ...], start: Floats) -> Floats:
    """Free parameters near a least F, by a search that learns the curvature as it goes."""

    def objective(free: Floats) -> tuple[float, Floats]:
        value = discrepancy(model, moments, free)
        if not np.isfinite(value):
            return WALL, np.zeros(len(free))
        return value, 2 * slope(model, moments, free)[0]

    found: Floats = minimize(objective, start, jac=True, method="BFGS", options={"maxiter": ROUGH_STEPS}).x
    return found


def discrepancy(model: FactorModel, moments: Sequence[Moments], free: Floats) -> float:
    """F at these parameters; infinite where they imply no covariance matrix."""
    n = sum(group.n for group in moments)
    cells = model.cell_values(free)
    total = 0.0
    for group, sample in enumerate(moments):
        matrices = implied(model, cells, group)
        sigma = matrices.covariance
        if not _positive(sigma):
            return np.inf
        solved = np.linalg.solve(sigma, sample.covariance)
        part = np.trace(solved) - np.linalg.slogdet(solved)[1] - len(sigma)
        if model.has_means:
            gap = sample.mean - matrices.mean
            part += gap @ np.linalg.solve(sigma, gap)
        total += sample.n / n * part
    return float(total)


def slope(model: FactorModel, moments: Sequence[Moments], free: Floats) -> tuple[Floats, Floats]:
    """Half the gradient of F by free parameter, and half its expected second derivatives (free x free).

    N times the second is Fisher's information.
    """
    n = sum(group.n for group in moments)
    count = len(model.parameters)
    score, information = np.zeros(count), np.zeros((count, count))
    for group in range(len(moments)):
        part = group_slope(model, moments[group], model.cell_values(free), group)
        to = model.parameter_of[part.found.at]
        use = to >= 0
        share = moments[group].n / n
        np.add.at(score, to[use], share * part.score[use])
        np.add.at(information, (to[use][:, None], to[use]), share * part.information[np.ix_(use, use)])
    return score, information


def group_slope(model: FactorModel, sample: Moments, cells: Floats, group: int) -> Slope:
    """Slope of one group's F at the values `cells` (Bollen 1989, appendix 4C; here by the rank of the derivatives)."""
    matrices = implied(model, cells, group)
    found = derivatives(model, group, matrices)
    inverse: Floats = np.asarray(np.linalg.inv(matrices.covariance), dtype=np.float64)
    gap = (sample.mean - matrices.mean) if model.has_means else np.zeros(len(inverse))
    weight = inverse - inverse @ (sample.covariance + np.outer(gap, gap)) @ inverse
    score = found.c * ((weight @ found.u) * found.v).sum(axis=0) - (gap @ inverse) @ found.mean
    at_u, at_v = inverse @ found.u, inverse @ found.v
    uv = found.u.T @ at_v
    products = (found.u.T @ at_u) * (found.v.T @ at_v) + uv * uv.T
    information = np.outer(found.c, found.c) * products + found.mean.T @ inverse @ found.mean
    return Slope(score, information, found, inverse)


def identified(information: Floats) -> bool:
    """False where some change of the parameters leaves the likelihood as it is, or nearly so."""
    diagonal = np.diag(information)
    if not (np.isfinite(information).all() and (diagonal > 0).all()):
        return False
    scale = 1 / np.sqrt(diagonal)
    scaled = information * np.outer(scale, scale)
    factor, failed = dpotrf(scaled)
    if failed:
        return False
    condition, _ = dpocon(factor, np.abs(scaled).sum(axis=0).max())
    return bool(condition > SINGULAR)


def _solve(information: Floats, score: Floats) -> Floats:
    """The step that Fisher scoring takes; a shorter one where the information is nearly singular."""
    scale = 1 / np.sqrt(np.maximum(np.diag(information), np.finfo(float).tiny))
    scaled = information * np.outer(scale, scale)
    factor, failed = dpotrf(scaled)
    if failed:
        factor, failed = dpotrf(scaled + RIDGE * np.eye(len(scaled)))
    solved: Floats = scale * dpotrs(factor, scale * score)[0]
    return solved


def _positive(covariance: Floats) -> bool:
    if not np.isfinite(covariance).all():
        return False
    try:
        np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        return False
    return True
