"""One factor behind all items of a scale: what omega needs."""

from dataclasses import dataclass

import numpy as np

from transforms.measure.factors.doubts import doubts
from transforms.measure.factors.fit_measures import FitMeasures, fit_measures
from transforms.measure.factors.likelihood import fit
from transforms.measure.factors.model import Floats, specify, structure_of
from transforms.measure.factors.moments import Moments
from transforms.measure.factors.selection import LEAST_ITEMS, TOO_FEW_ITEMS


@dataclass(frozen=True, slots=True)
class OneFactor:
    """Standardised `loadings` (NaN without estimates) and the share of each item's variance `unexplained`.

    status: "ok", "doubtful" (a negative loading or variance) or "not_estimated"; `reason` says why, in a key of the
    report's wording. The loadings add up to a positive number.
    """

    loadings: Floats
    unexplained: Floats
    measures: FitMeasures | None
    status: str
    reason: str


def one_factor(covariance: Floats, n: int) -> OneFactor:
    """The model of one factor for items with this covariance among `n` respondents, by maximum likelihood."""
    items = tuple(str(at) for at in range(len(covariance)))
    nothing = np.full(len(items), np.nan)
    if len(items) < LEAST_ITEMS:
        return OneFactor(nothing, nothing, None, "not_estimated", TOO_FEW_ITEMS)
    model = specify(structure_of([("factor", items)]), ("everyone",), means=False)
    found = fit(model, [Moments(n, np.zeros(len(items)), covariance)])
    if found.problem:
        return OneFactor(nothing, nothing, None, "not_estimated", found.problem)
    matrices = found.matrices(0)
    variances = np.diag(matrices.covariance)
    loadings = matrices.loadings[:, 0] / np.sqrt(variances)
    doubt = doubts(found).reason
    unexplained = np.diag(matrices.residual) / variances
    return OneFactor(loadings, unexplained, fit_measures(found), "doubtful" if doubt else "ok", doubt)
