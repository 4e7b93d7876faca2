"""Maximum likelihood estimates of a factor model of several groups, whoever left out some of the answers.

F = sum over groups of n_g/N times -2 log likelihood of one respondent, by what each has answered (see `patterns`), less
what it is where means and covariances are free. With complete answers that is log|Sigma| + tr(S Sigma^-1) - log|S| - p
+ (m - mu)' Sigma^-1 (m - mu), S with divisor n; chi2 = N F (Joereskog 1971; Bollen 1989, eq. 4.67 and 8.14; Arbuckle
1996): the conventions of lavaan. Nothing keeps variances positive: a negative one says that the model is wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpocon, dpotrf, dpotrs
from scipy.optimize import minimize

from transforms.measure.factors.implied import Implied, implied
from transforms.measure.factors.information import Point, cell_information, point, point_of_estimates
from transforms.measure.factors.model import FactorModel, Floats
from transforms.measure.factors.moments import Moments
from transforms.measure.factors.orientation import oriented
from transforms.measure.factors.patterns import expand, inverse_of
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

    `cells` are the values of all cells, `information` is that of one respondent (free x free, Fisher's), `chi2` is
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
        """Respondents of all groups."""
        return sum(group.n for group in self.moments)

    @property
    def shares(self) -> list[float]:
        """What each group counts in F."""
        return group_shares(self.moments)

    @property
    def cells(self) -> Floats:
        return self.model.cell_values(self.free)

    def matrices(self, group: int) -> Implied:
        """Matrices of one group at the estimates."""
        return implied(self.model, self.cells, group)


@dataclass(frozen=True, slots=True)
class Slope:
    """F at some free parameters, half its gradient, and its curvature if nobody had left out an answer."""

    value: float
    score: Floats
    information: Floats


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
    if any(inverse_of(group.covariance) is None for group in moments):
        return _without_estimates(model, moments, SINGULAR_COVARIANCE)
    start = start_values(model, moments) if start is None else start
    free, least, steps = _search(model, moments, start)
    if steps > STEPS:
        free, least, steps = _search(model, moments, _rough(model, moments, start))
    if not np.isfinite(least):
        return _without_estimates(model, moments, NOT_CONVERGED)
    free = oriented(model, free)
    information = fisher_information(model, moments, free)
    problem = NOT_CONVERGED if steps > STEPS else "" if identified(information) else NOT_IDENTIFIED
    n = sum(group.n for group in moments)
    chi2 = max(n * (least - saturated_value(moments)), 0.0)
    return Fit(model, moments, free, information, chi2, degrees_of_freedom(model), steps, problem)


def _without_estimates(model: FactorModel, moments: tuple[Moments, ...], problem: str) -> Fit:
    count = len(model.parameters)
    nothing = np.full(count, np.nan)
    return Fit(model, moments, nothing, np.full((count, count), np.nan), np.nan, degrees_of_freedom(model), 0, problem)


def _search(model: FactorModel, moments: tuple[Moments, ...], free: Floats) -> tuple[Floats, float, int]:
    """Free parameters of least F, that F, and the steps taken; more than `STEPS` where no least was found."""
    n = sum(group.n for group in moments)
    here = slope(model, moments, free)
    if not np.isfinite(here.value):
        return free, here.value, STEPS + 1
    for step in range(1, STEPS + 1):
        move = -_solve(here.information, here.score)
        gain = -float(here.score @ move)
        if gain < max(CLOSE / n, ROUNDING):
            return free, here.value, step
        for halving in range(HALVINGS):
            candidate = free + move / 2**halving
            there = slope(model, moments, candidate)
            if there.value < here.value:
                break
        else:
            break
        free, here = candidate, there
    return free, here.value, STEPS + 1


def _rough(model: FactorModel, moments: tuple[Moments, ...], start: Floats) -> Floats:
    """Free parameters near a least F, by a search that learns the curvature as it goes."""

    def objective(free: Floats) -> tuple[float, Floats]:
        here = slope(model, moments, free)
        return (here.value, 2 * here.score) if np.isfinite(here.value) else (WALL, np.zeros(len(free)))

    found: Floats = minimize(objective, start, jac=True, method="BFGS", options={"maxiter": ROUGH_STEPS}).x
    return found


def group_shares(moments: Sequence[Moments]) -> list[float]:
    """What each group counts in F."""
    n = sum(group.n for group in moments)
    return [group.n / n for group in moments]


def saturated_value(moments: Sequence[Moments]) -> float:
    """-2 log likelihood of one respondent, less p log 2 pi, where means and covariances are free."""
    total = 0.0
    for share, sample in zip(group_shares(moments), moments, strict=True):
        here = expand(sample.patterns, sample.mean, sample.covariance)
        total += share * here.value if here else np.nan
    return total


def slope(model: FactorModel, moments: Sequence[Moments], free: Floats) -> Slope:
    """F (before the saturated model is taken off) and its slope; infinite where there is no covariance matrix.

    The curvature is Fisher's information of complete answers (Bollen 1989, appendix 4C; here by the rank of the
    derivatives): more than there is where some are missing, so that steps are rather too short.
    """
    count, cells = len(model.parameters), model.cell_values(free)
    value, score, information = 0.0, np.zeros(count), np.zeros((count, count))
    for group, (share, sample) in enumerate(zip(group_shares(moments), moments, strict=True)):
        at = point(model, sample, cells, group)
        if at is None:
            return Slope(np.inf, score, information)
        value += share * at.likelihood.value
        add_by_parameter(model, at, share * at.score, score)
        add_by_parameter(model, at, share * _complete_information(at), information)
    return Slope(value, score, information)


def _complete_information(at: Point) -> Floats:
    """Fisher's information of a group's cells, of one respondent who answers everything."""
    found, inverse = at.found, np.linalg.inv(at.matrices.covariance)
    at_v = inverse @ found.v
    uv = found.u.T @ at_v
    products = (found.u.T @ inverse @ found.u) * (found.v.T @ at_v) + uv * uv.T
    information: Floats = np.outer(found.c, found.c) * products + found.mean.T @ inverse @ found.mean
    return information


def fisher_information(model: FactorModel, moments: Sequence[Moments], free: Floats) -> Floats:
    """Expected second derivatives of F / 2 by the free parameters: N times it is Fisher's information."""
    information = np.zeros((len(free), len(free)))
    for group, (share, sample) in enumerate(zip(group_shares(moments), moments, strict=True)):
        at = point_of_estimates(model, sample, model.cell_values(free), group)
        add_by_parameter(model, at, share * cell_information(sample, at), information)
    return information


def add_by_parameter(model: FactorModel, at: Point, by_cell: Floats, to: Floats) -> None:
    """Add what is by cell of one group to a total by free parameter, of one axis or two."""
    place = model.parameter_of[at.found.at]
    use = place >= 0
    if to.ndim == 1:
        np.add.at(to, place[use], by_cell[use])
    else:
        np.add.at(to, (place[use][:, None], place[use]), by_cell[np.ix_(use, use)])


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
