"""Ordinal factor models of one or several groups: fitted, with robust errors, or refused with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.measure.factors.doubts import Doubts, improper
from transforms.measure.factors.implied import implied
from transforms.measure.factors.influence import Spread
from transforms.measure.factors.likelihood import NOT_CONVERGED, NOT_IDENTIFIED
from transforms.measure.factors.model import FactorModel, Floats
from transforms.measure.factors.ordinal_minimum import group_moments, is_singular, minimise
from transforms.measure.factors.ordinal_model import residual_variances
from transforms.measure.factors.ordinal_start import ordinal_start
from transforms.measure.factors.ordinal_statistics import OrdinalStatistics, ordinal_statistics
from transforms.measure.factors.orientation import oriented
from transforms.measure.factors.polychoric import Polychorics
from transforms.measure.factors.selection import FEW_RESPONDENTS

NO_CORRELATION = "correlation_not_estimable"


@dataclass(frozen=True, slots=True)
class OrdinalFit:
    """Estimates of a model's free parameters, with robust errors and statistics.

    `problem` says why there are no estimates, and is empty where there are: they are NaN then, `statistics` None.
    """

    model: FactorModel
    n: tuple[int, ...]
    estimates: Floats
    std_errors: Floats
    statistics: OrdinalStatistics | None
    problem: str

    @property
    def cells(self) -> Floats:
        """Values of all cells."""
        return self.model.cell_values(self.estimates)

    def estimate(self, label: str) -> tuple[float, float]:
        """Estimate and standard error of the free parameter `label`; ValueError where there is none."""
        at = self.model.parameters.index(label)
        return float(self.estimates[at]), float(self.std_errors[at])


def fit_ordinal(model: FactorModel, samples: Sequence[Polychorics], start: Floats | None = None) -> OrdinalFit:
    """Fit `model` (from `specify_ordinal`) to one sample for each of its groups, items in the model's order.

    ValueError where the items differ, or a sample comes without covariance matrix. What the data cannot carry is a
    `problem`, never an error. `start` holds values of the free parameters to begin from.
    """
    spreads = [sample.spread for sample in samples if sample.spread is not None]
    if len(spreads) < len(samples) or any(sample.items != model.structure.items for sample in samples):
        raise ValueError("A sample needs the model's items, in its order, and the covariance of its estimates.")
    reason = _refusal(model, samples, spreads)
    if reason:
        return _unfitted(model, samples, reason)
    groups = [
        group_moments(model, at, sample, spread.variances)
        for at, (sample, spread) in enumerate(zip(samples, spreads, strict=True))
    ]
    free, there, found = minimise(model, groups, ordinal_start(model, samples) if start is None else start)
    if is_singular(there.information):
        return _unfitted(model, samples, NOT_IDENTIFIED)
    if not found:
        return _unfitted(model, samples, NOT_CONVERGED)
    placed = [(jacobian, group.used) for jacobian, group in zip(there.jacobians, groups, strict=True)]
    statistics, covariance = ordinal_statistics(samples, spreads, there.implied, placed)
    n, free = tuple(sample.n for sample in samples), oriented(model, free)
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    return OrdinalFit(model, n, free, errors, statistics, "")


def _unfitted(model: FactorModel, samples: Sequence[Polychorics], reason: str) -> OrdinalFit:
    nothing = np.full(len(model.parameters), np.nan)
    return OrdinalFit(model, tuple(sample.n for sample in samples), nothing, nothing, None, reason)


def _refusal(model: FactorModel, samples: Sequence[Polychorics], spreads: Sequence[Spread]) -> str:
    """Why the model cannot be fitted to these samples at all; empty where it can."""
    for group, (sample, spread) in enumerate(zip(samples, spreads, strict=True)):
        if sample.n <= len({cell.label for cell in model.cells if cell.group == group and cell.label is not None}):
            return FEW_RESPONDENTS
        variances = spread.variances
        if not (np.isfinite(sample.estimates).all() and np.isfinite(variances).all() and (variances > 0).all()):
            return NO_CORRELATION
    return ""


def ordinal_doubts(fit: OrdinalFit) -> Doubts:
    """What is improper in `fit`, which has estimates."""
    groups = range(len(fit.model.groups))
    matrices = [implied(fit.model, fit.cells, group) for group in groups]
    return improper(fit.model.structure, matrices, [residual_variances(fit.model, fit.cells, at) for at in groups])
