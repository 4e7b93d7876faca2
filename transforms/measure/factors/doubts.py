"""Reasons not to trust estimates of a factor model that are there: negative loadings and variances, factors alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.measure.factors.implied import Implied
from transforms.measure.factors.likelihood import Fit
from transforms.measure.factors.model import Floats, Structure

NEGATIVE_VARIANCE = "negative_variance"
NEGATIVE_LOADING = "negative_loading"
FACTORS_ALIKE = "factors_not_distinct"


@dataclass(frozen=True, slots=True)
class Doubts:
    """Names of what is improper in any group, in the order of the model; empty where all is proper.

    `negative_variances` are items whose factor explains more than all of their variance (Heywood cases),
    `factors_alike` pairs of factors, as "one & other", that correlate by 1 or more.
    """

    negative_loadings: tuple[str, ...]
    negative_variances: tuple[str, ...]
    factors_alike: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The gravest of them."""
        if self.negative_variances:
            return NEGATIVE_VARIANCE
        if self.factors_alike:
            return FACTORS_ALIKE
        return NEGATIVE_LOADING if self.negative_loadings else ""


def doubts(fit: Fit) -> Doubts:
    """What is improper in `fit`, which has estimates."""
    groups = [fit.matrices(group) for group in range(len(fit.model.groups))]
    return improper(fit.model.structure, groups, [np.diag(found.residual) for found in groups])


def improper(structure: Structure, groups: Sequence[Implied], residual_variances: Sequence[Floats]) -> Doubts:
    """What is improper in the groups' matrices and the variances they leave to the items."""
    of = list(structure.factor_of)
    loadings = np.min([found.loadings[np.arange(len(of)), of] for found in groups], axis=0)
    variances = np.min(residual_variances, axis=0)
    names = structure.factors
    alike: dict[str, None] = {}
    for found in groups:
        size = np.diag(found.factor_covariance)
        same = np.abs(found.factor_covariance) >= np.sqrt(np.abs(np.outer(size, size)))
        alike |= {f"{names[b]} & {names[a]}": None for a, b in np.argwhere(np.tril(same, -1))}
    return Doubts(
        tuple(structure.items[at] for at in np.flatnonzero(loadings < 0)),
        tuple(structure.items[at] for at in np.flatnonzero(variances < 0)),
        tuple(alike),
    )
