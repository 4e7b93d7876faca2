"""What equality across groups hides: score tests of letting one item's loading or intercept differ.

Also called modification indices. X2 = s' V^-1 s with s the slope of the likelihood along the parameters that would be
set free and V its variance given those that are free already (Bollen 1989, p. 294); expected information, as lavaan's
lavTestScore. All groups are released together, so the test has (groups - 1) degrees of freedom.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from transforms.measure.factors.information import cell_information, point_of_estimates
from transforms.measure.factors.likelihood import Fit
from transforms.measure.factors.model import FactorModel, Floats, Whole


@dataclass(frozen=True, slots=True)
class ScoreTest:
    """Fall of chi2 to expect if `kind` of `item` (its loading, say) were free in every group."""

    kind: str
    item: str
    statistic: float
    df: int
    p_value: float


def score_tests(fit: Fit, kinds: Sequence[str]) -> list[ScoreTest]:
    """A test for every item and kind of cell that `fit` holds equal across groups, the largest statistic first."""
    score, information = _by_cell(fit)
    free = chosen(fit.model)
    constrained = free.T @ information @ free
    shared = np.linalg.solve(constrained, free.T @ information)
    # Variance of the cells' slopes given the free parameters: what is left after projecting those out.
    variance = fit.n * (information - information @ free @ shared)
    slopes = fit.n * (score - shared.T @ (free.T @ score))
    tests = []
    for (kind, item), released in held_equal(fit.model, kinds).items():
        statistic = float(slopes[released] @ np.linalg.solve(variance[np.ix_(released, released)], slopes[released]))
        p_value = float(chdtrc(len(released), statistic))
        tests.append(ScoreTest(kind, item, statistic, len(released), p_value))
    return sorted(tests, key=lambda test: -test.statistic)


def held_equal(model: FactorModel, kinds: Sequence[str]) -> dict[tuple[str, str], Whole]:
    """Cells, beyond the first group's, of each kind and item whose parameters are those of the first group."""
    first = {cell.label for cell in model.cells if cell.group == 0}
    found: dict[tuple[str, str], list[int]] = {}
    for at, cell in enumerate(model.cells):
        if cell.kind in kinds and cell.group > 0 and cell.label is not None and cell.label in first:
            found.setdefault((cell.kind, model.structure.items[cell.row]), []).append(at)
    return {key: np.array(cells, dtype=np.intp) for key, cells in found.items()}


def _by_cell(fit: Fit) -> tuple[Floats, Floats]:
    """Slope of the log likelihood and its information by cell, of one respondent."""
    size = len(fit.model.cells)
    score, information = np.zeros(size), np.zeros((size, size))
    for group, (share, sample) in enumerate(zip(fit.shares, fit.moments, strict=True)):
        at = point_of_estimates(fit.model, sample, fit.cells, group)
        place = at.found.at
        score[place] = share * at.score
        information[np.ix_(place, place)] = share * cell_information(sample, at)
    return score, information


def chosen(model: FactorModel) -> Floats:
    """Cells x free parameters: 1 where the cell is that parameter."""
    choice = np.zeros((len(model.cells), len(model.parameters)))
    free = np.flatnonzero(model.parameter_of >= 0)
    choice[free, model.parameter_of[free]] = 1.0
    return choice
