"""What one respondent of a group tells of its means and covariances, and of the cells of a factor model.

Moments stand in the order (mu, vech(Sigma)), vech as in `numpy.tril_indices`. With P the inverse of the part of Sigma a
pattern has seen, M its second moments about mu and V = P M P - P / 2, second derivatives of half -2 log likelihood are
P, P dSigma P (m - mu) and tr(dSigma P dSigma' V), summed over patterns (Savalei 2010, "Expected versus observed
information in SEM with incomplete normal and nonnormal data"); V = P / 2 in expectation, if answers are
missing completely at random.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from transforms.measure.factors.implied import Derivatives, Implied, covariance_jacobian, derivatives, implied
from transforms.measure.factors.model import FACTOR_COVARIANCE, FACTOR_MEAN, LOADING, FactorModel, Floats, Whole
from transforms.measure.factors.moments import Moments
from transforms.measure.factors.patterns import Expansion, Patterns, blocks, expand, inverse_of, inverses, pulls


@dataclass(frozen=True, slots=True)
class Point:
    """One group of a model at some values of its cells."""

    matrices: Implied
    found: Derivatives
    likelihood: Expansion

    @property
    def score(self) -> Floats:
        """Derivatives of half -2 log likelihood of one respondent by the cells `found.at`."""
        found, here = self.found, self.likelihood
        score: Floats = found.c * ((here.by_covariance @ found.u) * found.v).sum(axis=0) - here.by_mean @ found.mean
        return score


def expected_information(patterns: Patterns, covariance: Floats) -> Floats:
    """Fisher's information of the moments (moments x moments), of one respondent."""
    p = len(covariance)
    rows, columns = np.tril_indices(p)
    by_mean, pairs = np.zeros((p, p)), np.zeros((len(rows), len(rows)))
    for part in blocks(patterns):
        inverse = _inverses(part, covariance)
        flat = inverse[:, rows, columns]
        by_mean += np.tensordot(part.share, inverse, axes=1)
        pairs += (flat * part.share[:, None]).T @ flat
    return _assembled(by_mean, np.zeros((len(rows), p)), pairs)


def observed_information(patterns: Patterns, mean: Floats, covariance: Floats) -> Floats:
    """Second derivatives of half -2 log likelihood by the moments, of one respondent."""
    p = len(covariance)
    rows, columns = np.tril_indices(p)
    by_mean = np.zeros((p, p))
    mixed, pairs = np.zeros((len(rows), p)), np.zeros((len(rows), len(rows)))
    for part in blocks(patterns):
        inverse = _inverses(part, covariance)
        pull, spread = pulls(part, mean, inverse)
        flat = inverse[:, rows, columns]
        by_mean += np.tensordot(part.share, inverse, axes=1)
        mixed += (flat * part.share[:, None]).T @ pull
        pairs += (flat * part.share[:, None]).T @ (2 * spread[:, rows, columns] - flat)
    return _assembled(by_mean, mixed, (pairs + pairs.T) / 2)


def _inverses(part: Patterns, covariance: Floats) -> Floats:
    whole = inverse_of(covariance)
    if whole is None:
        raise ValueError("There is no information where Sigma is no covariance matrix.")
    return inverses(whole[0], part.seen)


def _assembled(by_mean: Floats, mixed: Floats, pairs: Floats) -> Floats:
    """The matrix from sums over patterns of P, of P_ij b_k and of P_ij (2V)_kl, pairs of items in vech's order."""
    p = len(by_mean)
    rows, columns = np.tril_indices(p)
    place, straight, crossed = _crossings(p)
    once = np.where(rows == columns, 0.5, 1.0)
    information = np.empty((p + len(rows), p + len(rows)))
    information[:p, :p] = by_mean
    across = once * (mixed[place[:, rows], columns] + mixed[place[:, columns], rows])
    information[:p, p:], information[p:, :p] = across, across.T
    information[p:, p:] = (pairs.take(straight) + pairs.take(crossed)) * once * once[:, None]
    return information


@cache
def _crossings(p: int) -> tuple[Whole, Whole, Whole]:
    """Place of each pair of items in vech's order; of pairs (i, j) and (k, l), where (ik, jl) and (il, jk) stand."""
    rows, columns = np.tril_indices(p)
    place = np.zeros((p, p), dtype=np.intp)
    place[rows, columns] = place[columns, rows] = np.arange(len(rows))
    straight = place[np.ix_(rows, rows)] * len(rows) + place[np.ix_(columns, columns)]
    crossed = place[np.ix_(rows, columns)] * len(rows) + place[np.ix_(columns, rows)]
    return place, straight, crossed


def jacobian(found: Derivatives) -> Floats:
    """[moments, cells] derivatives of (mu, vech(Sigma))."""
    return np.vstack([found.mean, covariance_jacobian(found)])


def point(model: FactorModel, sample: Moments, cells: Floats, group: int) -> Point | None:
    """The group's matrices, their derivatives and its likelihood where the model's cells have these values.

    None where they imply no covariance matrix. A model without means takes those of the sample.
    """
    matrices = implied(model, cells, group)
    mean = matrices.mean if model.has_means else sample.mean
    here = expand(sample.patterns, mean, matrices.covariance)
    return None if here is None else Point(matrices, derivatives(model, group, matrices), here)


def point_of_estimates(model: FactorModel, sample: Moments, cells: Floats, group: int) -> Point:
    """The same at estimates, which imply a covariance matrix; ValueError where the values are none."""
    at = point(model, sample, cells, group)
    if at is None:
        raise ValueError("There is no information where Sigma is no covariance matrix.")
    return at


def cell_information(sample: Moments, at: Point) -> Floats:
    """Fisher's information of the group's cells, of one respondent."""
    slopes = jacobian(at.found)
    information: Floats = slopes.T @ expected_information(sample.patterns, at.matrices.covariance) @ slopes
    return information


def curvature(model: FactorModel, sample: Moments, group: int, at: Point) -> Floats:
    """The observed information of the group's cells: second derivatives of half -2 log likelihood, one respondent."""
    slopes, place = jacobian(at.found), at.found.at
    by_moment = observed_information(sample.patterns, at.matrices.mean, at.matrices.covariance)
    bend = _bend(model, group, at)[np.ix_(place, place)]
    information: Floats = slopes.T @ by_moment @ slopes + bend + bend.T
    return information


def _bend(model: FactorModel, group: int, at: Point) -> Floats:
    """[cells, cells] slope of the likelihood times the second derivatives of the moments; each pair of cells once."""
    size, matrices, here = len(model.cells), at.matrices, at.likelihood
    bend = np.zeros((size, size))
    loading, factor, mean = (model.places[kind, group] for kind in (LOADING, FACTOR_COVARIANCE, FACTOR_MEAN))
    psi, weight = matrices.factor_covariance, here.by_covariance
    both = weight[np.ix_(loading.rows, loading.rows)] * psi[np.ix_(loading.columns, loading.columns)]
    bend[np.ix_(loading.at, loading.at)] = both / 2  # half, for each pair is met twice
    shown, once = weight @ matrices.loadings, np.where(factor.rows == factor.columns, 0.5, 1.0)
    at_row = (loading.columns[:, None] == factor.rows) * shown[np.ix_(loading.rows, factor.columns)]
    at_column = (loading.columns[:, None] == factor.columns) * shown[np.ix_(loading.rows, factor.rows)]
    bend[np.ix_(loading.at, factor.at)] = once * (at_row + at_column)
    bend[np.ix_(loading.at, mean.at)] = (loading.columns[:, None] == mean.rows) * -here.by_mean[loading.rows, None]
    return bend
