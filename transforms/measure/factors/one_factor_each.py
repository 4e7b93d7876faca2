"""One factor behind the same items in many groups of respondents, each on its own: quick enough for every cell."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.measure.factors.likelihood import NOT_CONVERGED, identified
from transforms.measure.factors.model import Floats, Whole
from transforms.measure.factors.one_factor import one_factor

STEPS = 400  # of scoring, which mostly needs five to ten
EXACT_ITEMS = 3  # have as many correlations as loadings
HALVINGS = 10
CLOSE = 1e-13  # what another step would still take off F
NEAR = 1e-8  # the same where no step takes anything off, because the rest is rounding
MOST, LEAST = 0.9, 0.15  # loadings at the start
ANY_SIZE = 1000  # respondents: estimates of a single group do not depend on how many


@dataclass(frozen=True, slots=True)
class OneFactorEach:
    """[groups, items] standardised `loadings`, which add up to a positive number, and the share `unexplained` by them.

    NaN for a group without estimates, whose `problems` says why, in a key of the report's wording; else it is empty.
    """

    loadings: Floats
    unexplained: Floats
    problems: tuple[str, ...]


def one_factor_each(correlations: Floats) -> OneFactorEach:
    """Maximum likelihood estimates of one factor for each of [groups, items, items], of three items or more.

    Fisher scoring of F = log|Sigma| + tr(R Sigma^-1), Sigma = ll' + diag(u) (Joereskog 1971), all groups in one go.
    """
    found = _start(correlations)
    settled = np.zeros(len(found), dtype=bool)
    running: Whole = np.flatnonzero(_definite(np.nan_to_num(correlations)))
    steps = 0
    while running.size and steps < STEPS:
        steps += 1
        now, sample = found[running], correlations[running]
        move, gain = _moves(now, sample)
        reached = _stepped(now, move, sample)
        stuck = (reached == now).all(axis=1)
        settled[running] = gain < np.where(stuck, NEAR, CLOSE)
        found[running] = reached
        running = running[~stuck & (gain >= CLOSE)]
    return _finished(correlations, found, settled)


def _parts(values: Floats) -> tuple[Floats, Floats]:
    """Loadings and unexplained variances, which stand side by side."""
    k = values.shape[1] // 2
    return values[:, :k], values[:, k:]


def _implied(values: Floats) -> Floats:
    loadings, unexplained = _parts(values)
    return loadings[:, :, None] * loadings[:, None, :] + unexplained[:, :, None] * np.eye(loadings.shape[1])


def _definite(matrices: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray(np.linalg.eigvalsh(matrices)[:, 0] > 1e-12)


def _start(correlations: Floats) -> Floats:
    """Centroid loadings (Thurstone 1931)."""
    others = np.nan_to_num(correlations).sum(axis=2) - 1
    root = np.sqrt(np.maximum(others.sum(axis=1, keepdims=True), LEAST))
    loadings = np.where(others < 0, -1, 1) * np.clip(np.abs(others / root), LEAST, MOST)
    return np.concatenate([loadings, 1 - loadings**2], axis=1)


def _discrepancy(values: Floats, sample: Floats) -> Floats:
    """[groups] F; infinite where the values imply no covariance matrix."""
    sigma = _implied(values)
    proper = _definite(sigma)
    sigma = np.where(proper[:, None, None], sigma, np.eye(sigma.shape[1]))
    fits = np.linalg.slogdet(sigma)[1] + np.trace(np.linalg.solve(sigma, sample), axis1=1, axis2=2)
    return np.where(proper, fits, np.inf)


def _slopes(values: Floats, sample: Floats) -> tuple[Floats, Floats]:
    """Half the gradient of F, and half its expected second derivatives."""
    loadings, _ = _parts(values)
    inverse = np.linalg.inv(_implied(values))
    weight = inverse - inverse @ sample @ inverse
    at = np.einsum("gij,gj->gi", inverse, loadings)
    score: Floats = np.concatenate(
        [np.einsum("gij,gj->gi", weight, loadings), np.einsum("gii->gi", weight) / 2], axis=1
    )
    size = np.einsum("gi,gi->g", at, loadings)[:, None, None]
    both = size * inverse + at[:, :, None] * at[:, None, :]
    mixed = inverse * at[:, None, :]
    information: Floats = np.block([[both, mixed], [np.swapaxes(mixed, 1, 2), inverse**2 / 2]])
    return score, information


def _moves(values: Floats, sample: Floats) -> tuple[Floats, Floats]:
    """The step of Fisher scoring, and what it would take off F."""
    score, information = _slopes(values, sample)
    ridge = 1e-10 * np.eye(score.shape[1])  # a model that is not identified still has a step
    move: Floats = -np.linalg.solve(information + ridge, score[..., None])[..., 0].astype(np.float64)
    return move, -np.einsum("gi,gi->g", score, move)


def _stepped(values: Floats, move: Floats, sample: Floats) -> Floats:
    """The values after the step, halved until F falls; as they were where it never does."""
    before, reached = _discrepancy(values, sample), values.copy()
    left = np.arange(len(values))
    for halving in range(HALVINGS):
        tried = values[left] + move[left] / 2**halving
        better = _discrepancy(tried, sample[left]) < before[left]
        reached[left[better]] = tried[better]
        left = left[~better]
    return reached


def _finished(correlations: Floats, found: Floats, settled: npt.NDArray[np.bool_]) -> OneFactorEach:
    """Estimates that settled and are identified; those of `one_factor` where its other means can find some.

    With more than three items, what has not settled by then runs towards a variance without end: there is no estimate.
    """
    loadings, unexplained = (part.copy() for part in _parts(found))
    problems = [""] * len(found)
    information = _slopes(found, np.nan_to_num(correlations))[1]
    endless = ~settled & _definite(np.nan_to_num(correlations)) & (loadings.shape[1] > EXACT_ITEMS)
    loadings[endless], unexplained[endless] = np.nan, np.nan
    for group, sample in enumerate(correlations):
        if endless[group]:
            problems[group] = NOT_CONVERGED
        elif not (settled[group] and identified(information[group])):
            again = one_factor(sample, ANY_SIZE)
            loadings[group], unexplained[group] = again.loadings, again.unexplained
            problems[group] = again.reason if again.status == "not_estimated" else ""
    turned = np.where(loadings.sum(axis=1, keepdims=True) < 0, -loadings, loadings)
    return OneFactorEach(turned, unexplained, tuple(problems))
