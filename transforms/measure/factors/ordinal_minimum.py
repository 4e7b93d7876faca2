"""The least squares behind an ordinal factor model: where the weighted distance of the moments is smallest.

With s the thresholds and polychoric correlations of a group, sigma what the model implies for them, and v the variances
of s had each respondent been drawn alone (`Spread.variances`: few clusters would make noise of them), the distance is
the sum over groups of (1 - 1/n) sum (s - sigma)^2 / v (diagonally weighted least squares: Muthen, du Toit & Spisic
1997; the factor is lavaan's). It falls by Gauss-Newton steps, damped where a full one does not help
(Levenberg-Marquardt; Nocedal & Wright 2006, section 10.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.measure.factors.model import FactorModel, Floats, Whole
from transforms.measure.factors.ordinal_model import ordinal_moments
from transforms.measure.factors.polychoric import Polychorics

ITERATIONS = 200
TOLERANCE = 1e-11  # fall of chi-square that a full step still promises
RIDGE = 1e-12  # keeps a model that is not identified from stopping the fit; it is named afterwards
FIRST_DAMPING = 1e-3
DAMPED_OUT = 1e8
SINGULAR = 1e-9  # least eigenvalue of the information, its diagonal scaled to 1


@dataclass(frozen=True, slots=True)
class GroupMoments:
    """One group's moments s and 1/v; its free cells in the order of their parameters `used`, beginning at `starts`."""

    at: int
    moments: Floats
    weights: Floats
    shrink: float
    cells: Whole
    used: Whole
    starts: Whole


@dataclass(frozen=True, slots=True)
class Expansion:
    """The distance and its slope at one place, with what the model implies for each group and its derivatives there."""

    distance: float
    gradient: Floats
    information: Floats
    implied: tuple[Floats, ...]
    jacobians: tuple[Floats, ...]


def group_moments(model: FactorModel, at: int, sample: Polychorics, variances: Floats) -> GroupMoments:
    """Moments of the group at `at`, and where its cells stand."""
    free = [place for place, cell in enumerate(model.cells) if cell.group == at and cell.label is not None]
    cells = np.array(free, dtype=np.intp)
    cells = cells[np.argsort(model.parameter_of[cells], kind="stable")]
    used, starts = np.unique(model.parameter_of[cells], return_index=True)
    return GroupMoments(at, sample.estimates, 1 / variances, 1 - 1 / sample.n, cells, used, starts)


def expand(model: FactorModel, free: Floats, groups: Sequence[GroupMoments]) -> Expansion:
    """The distance where the free parameters are `free`, half its gradient, and its Gauss-Newton information."""
    values = model.cell_values(free)
    gradient, information = np.zeros(free.size), np.zeros((free.size, free.size))
    distance = 0.0
    implied, jacobians = [], []
    for group in groups:
        moments, by_cell = ordinal_moments(model, values, group.at)
        jacobian = np.add.reduceat(by_cell[:, group.cells], group.starts, axis=1)
        gap, weighted = group.moments - moments, jacobian * (group.shrink * group.weights)[:, None]
        distance += group.shrink * float(gap**2 @ group.weights)
        gradient[group.used] -= weighted.T @ gap
        information[np.ix_(group.used, group.used)] += weighted.T @ jacobian
        implied.append(moments)
        jacobians.append(jacobian)
    return Expansion(distance, gradient, information, tuple(implied), tuple(jacobians))


def minimise(model: FactorModel, groups: Sequence[GroupMoments], start: Floats) -> tuple[Floats, Expansion, bool]:
    """Free parameters with the smallest distance, the expansion there, and whether it is a minimum."""
    free, damping = start, 0.0
    here = expand(model, free, groups)
    for _ in range(ITERATIONS):
        step = _step(here, damping)
        promised = -float(step @ here.gradient)
        if promised < TOLERANCE and damping == 0:
            return free + step, expand(model, free + step, groups), True
        there = expand(model, free + step, groups)
        if there.distance <= here.distance:
            free, here = free + step, there
            damping = damping / 10 if damping > FIRST_DAMPING else 0.0
        elif damping > DAMPED_OUT:
            break
        else:
            damping = max(damping * 10, FIRST_DAMPING)
    return free, here, False


def _step(here: Expansion, damping: float) -> Floats:
    """Step of Levenberg and Marquardt: along the gradient the more, the greater the damping."""
    sizes = np.sqrt(np.maximum(np.diag(here.information), np.finfo(float).tiny))
    scaled = here.information / np.outer(sizes, sizes)
    scaled[np.diag_indices_from(scaled)] += RIDGE + damping
    step: Floats = -np.linalg.solve(scaled, here.gradient / sizes) / sizes
    return step


def is_singular(information: Floats) -> bool:
    """Whether some combination of the parameters moves nothing: the model is not identified."""
    sizes = np.sqrt(np.maximum(np.diag(information), np.finfo(float).tiny))
    return bool(np.linalg.eigvalsh(information / np.outer(sizes, sizes))[0] < SINGULAR)
