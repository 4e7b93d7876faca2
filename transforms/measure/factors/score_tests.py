"""What equality across groups hides: score tests of letting one item's loading or intercept differ.

Also called modification indices. X2 = s' V^-1 s with s the slope of the likelihood along the parameters that would be
set free and V its variance given those that are free already (Bollen 1989, p. 294); expected information, as lavaan's
lavTestScore. All groups are released together, so the test has (groups - 1) degrees of freedom.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import block_diag
from scipy.special import chdtrc

from transforms.measure.factors.likelihood import Fit, group_slope
from transforms.measure.factors.model import Floats, Whole


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
    free = _choice(fit)
    constrained = free.T @ information @ free
    shared = np.linalg.solve(constrained, free.T @ information)
    # Variance of the cells' slopes given the free parameters: what is left after projecting those out.
    variance = fit.n * (information - information @ free @ shared)
    slopes = fit.n * (score - shared.T @ (free.T @ score))
    tests = []
    for (kind, item), cells in held_equal(fit, kinds).items():
        released = cells[1:]  # the first group keeps the shared parameter
        statistic = float(slopes[released] @ np.linalg.solve(variance[np.ix_(released, released)], slopes[released]))
        p_value = float(chdtrc(len(released), statistic))
        tests.append(ScoreTest(kind, item, statistic, len(released), p_value))
    return sorted(tests, key=lambda test: -test.statistic)


def held_equal(fit: Fit, kinds: Sequence[str]) -> dict[tuple[str, str], Whole]:
    """The cells of each kind and item that are one free parameter in more than one group."""
    model = fit.model
    found: dict[tuple[str, str], list[int]] = {}
    for at, cell in enumerate(model.cells):
        if cell.kind in kinds and cell.label is not None:
            found.setdefault((cell.kind, model.structure.items[cell.row]), []).append(at)
    return {
        key: np.array(cells, dtype=np.intp)
        for key, cells in found.items()
        if len(cells) > 1 and len({model.cells[at].label for at in cells}) == 1
    }


def _by_cell(fit: Fit) -> tuple[Floats, Floats]:
    """Slope of the log likelihood and its information by cell, of one respondent."""
    parts = [group_slope(fit.model, sample, fit.cells, group) for group, sample in enumerate(fit.moments)]
    shares = [sample.n / fit.n for sample in fit.moments]
    at = np.concatenate([part.found.at for part in parts])
    score, information = np.zeros(len(at)), np.zeros((len(at), len(at)))
    score[at] = np.concatenate([share * part.score for share, part in zip(shares, parts, strict=True)])
    information[np.ix_(at, at)] = block_diag(
        *(share * part.information for share, part in zip(shares, parts, strict=True))
    )
    return score, information


def _choice(fit: Fit) -> Floats:
    """Cells x free parameters: 1 where the cell is that parameter."""
    to = fit.model.parameter_of
    choice = np.zeros((len(to), len(fit.free)))
    choice[np.flatnonzero(to >= 0), to[to >= 0]] = 1.0
    return choice
