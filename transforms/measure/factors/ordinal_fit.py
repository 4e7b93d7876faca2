"""Ordinal factor models of one or several groups: fitted, with robust errors, or refused with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.measure.factors.implied import implied
from transforms.measure.factors.model import FactorModel, Floats
from transforms.measure.factors.ordinal_minimum import group_moments, is_singular, minimise
from transforms.measure.factors.ordinal_model import residual_variances
from transforms.measure.factors.ordinal_start import starting_values
from transforms.measure.factors.ordinal_statistics import OrdinalStatistics, ordinal_statistics
from transforms.measure.factors.polychoric import Polychorics

CONVERGED = "ok"
TOO_FEW = "fewer_respondents_than_parameters"
NO_CORRELATION = "no_correlation"
NOT_CONVERGED = "not_converged"
NOT_IDENTIFIED = "not_identified"

AT_BOUND = "correlation_at_bound"
NOT_POSITIVE_DEFINITE = "not_positive_definite"
NEGATIVE_VARIANCE = "negative_variance"
NEGATIVE_LOADING = "negative_loading"
FACTORS_ALIKE = "factors_not_distinct"
LEAST_EIGENVALUE = 1e-8


@dataclass(frozen=True, slots=True)
class OrdinalFit:
    """Estimates of a model's free parameters, with robust errors and statistics.

    `status` is `ok`, or the reason why there are no estimates (they are NaN then, and `statistics` None). `doubts` are
    reasons not to trust estimates that are there, each with the group and the item or factor it speaks of.
    """

    model: FactorModel
    n: tuple[int, ...]
    estimates: Floats
    std_errors: Floats
    statistics: OrdinalStatistics | None
    status: str
    doubts: tuple[tuple[str, str, str], ...] = ()

    def estimate(self, label: str) -> tuple[float, float]:
        """Estimate and standard error of the free parameter `label`; ValueError where there is none."""
        at = self.model.parameters.index(label)
        return float(self.estimates[at]), float(self.std_errors[at])


def fit_ordinal(model: FactorModel, samples: Sequence[Polychorics], start: Floats | None = None) -> OrdinalFit:
    """Fit `model` (from `specify_ordinal`) to one sample for each of its groups, items in the model's order.

    ValueError where the items differ, or a sample comes without covariance matrix. What the data cannot carry is a
    `status`, never an error. `start` holds values of the free parameters to begin from.
    """
    spreads = [sample.covariance for sample in samples if sample.covariance is not None]
    if len(spreads) < len(samples) or any(sample.items != model.structure.items for sample in samples):
        raise ValueError("A sample needs the model's items, in its order, and the covariance of its estimates.")
    reason = _refusal(model, samples, spreads)
    if reason:
        return _unfitted(model, samples, reason)
    groups = [
        group_moments(model, at, sample, np.diag(spread))
        for at, (sample, spread) in enumerate(zip(samples, spreads, strict=True))
    ]
    if start is None:
        thresholds = [np.concatenate(sample.thresholds) for sample in samples]
        start = starting_values(model, thresholds, [sample.correlations for sample in samples])
    free, there, found = minimise(model, groups, start)
    if not found:
        return _unfitted(model, samples, NOT_CONVERGED)
    if is_singular(there.information):
        return _unfitted(model, samples, NOT_IDENTIFIED)
    placed = [(jacobian, group.used) for jacobian, group in zip(there.jacobians, groups, strict=True)]
    statistics, covariance = ordinal_statistics(samples, spreads, there.implied, placed)
    n = tuple(sample.n for sample in samples)
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    return OrdinalFit(model, n, free, errors, statistics, CONVERGED, _doubts(model, free, samples))


def _unfitted(model: FactorModel, samples: Sequence[Polychorics], reason: str) -> OrdinalFit:
    nothing = np.full(len(model.parameters), np.nan)
    return OrdinalFit(model, tuple(sample.n for sample in samples), nothing, nothing, None, reason)


def _refusal(model: FactorModel, samples: Sequence[Polychorics], spreads: Sequence[Floats]) -> str:
    """Why the model cannot be fitted to these samples at all; empty where it can."""
    for group, (sample, spread) in enumerate(zip(samples, spreads, strict=True)):
        if sample.n <= len({cell.label for cell in model.cells if cell.group == group and cell.label is not None}):
            return TOO_FEW
        variances = np.diag(spread)
        if not (np.isfinite(sample.estimates).all() and np.isfinite(variances).all() and (variances > 0).all()):
            return NO_CORRELATION
    return ""


def _doubts(model: FactorModel, free: Floats, samples: Sequence[Polychorics]) -> tuple[tuple[str, str, str], ...]:
    """(reason, group, name) of everything improper, in the order of the groups."""
    values = model.cell_values(free)
    found: list[tuple[str, str, str]] = []
    items, factors = model.structure.items, model.structure.factors
    for group, sample in enumerate(samples):
        name = model.groups[group]
        found += [(AT_BOUND, name, f"{first} {second}") for first, second in sample.at_bound]
        if not sample.positive_definite:
            found.append((NOT_POSITIVE_DEFINITE, name, ""))
        left = residual_variances(model, values, group)
        found += [(NEGATIVE_VARIANCE, name, items[at]) for at in np.flatnonzero(left < 0)]
        matrices = implied(model, values, group)
        own = matrices.loadings[np.arange(len(items)), list(model.structure.factor_of)]
        found += [(NEGATIVE_LOADING, name, items[at]) for at in np.flatnonzero(own < 0)]
        if np.linalg.eigvalsh(matrices.factor_covariance)[0] < LEAST_EIGENVALUE:
            found.append((FACTORS_ALIKE, name, " ".join(factors)))
    return tuple(found)
