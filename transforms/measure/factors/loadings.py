"""What each item owes to its factor, how far factors go together, and what equality hides, in tables."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from transforms.measure.factors.doubts import NEGATIVE_LOADING, NEGATIVE_VARIANCE
from transforms.measure.factors.invariance import Compared
from transforms.measure.factors.ladder import METRIC, PARTIAL_OF, SCALAR, Step
from transforms.measure.factors.likelihood import Fit
from transforms.measure.factors.model import FACTOR_COVARIANCE, LOADING, RESIDUAL, Floats
from transforms.measure.factors.robust import robust_covariance
from transforms.measure.factors.score_tests import ScoreTest


@dataclass(frozen=True, slots=True)
class LoadingRow:
    """One item of one group, from the model without equalities, factors of variance 1, items on 0-1.

    `standardised` is the loading in SDs of the item, whose share `unexplained` of the variance its factor leaves.
    Errors are robust. status: "ok", "doubtful" where this loading or variance is negative, as `reason` says.
    """

    index: str
    comparison: str
    group: str
    n: int
    factor: str
    item: str
    loading: float
    std_error: float
    standardised: float
    standardised_std_error: float
    unexplained: float
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class CorrelationRow:
    """Correlation of two factors in one group, from the model without equalities, with its robust error."""

    index: str
    comparison: str
    group: str
    first: str
    second: str
    correlation: float
    std_error: float


@dataclass(frozen=True, slots=True)
class EqualityRow:
    """Score test of one item's loading (metric step) or intercept (scalar step) being equal in all groups.

    `freed` says that partial invariance set it free; `difference` is then by how much the groups' loadings or
    intercepts differ at most, in shares of the item's range.
    """

    index: str
    comparison: str
    step: str
    parameter: str
    item: str
    statistic: float
    df: int
    p_value: float
    freed: bool
    difference: float


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """An item or a group that a comparison goes without; `reason` is a key of the report's wording."""

    index: str
    comparison: str
    kind: str
    name: str
    reason: str


def structure_tables(compared: Iterable[Compared]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`LoadingRow`s of every item and `CorrelationRow`s of every two factors of all models that have estimates.

    By index, comparison and group.
    """
    loadings, correlations = list[LoadingRow](), list[CorrelationRow]()
    for each in compared:
        fit = _fitted(each)
        if fit is not None:
            errors = _errors(fit)
            loadings += _loadings(each, fit, errors)
            correlations += _correlations(each, fit, errors)
    return _frame(LoadingRow, loadings), _frame(CorrelationRow, correlations)


def equality_table(compared: Iterable[Compared]) -> pd.DataFrame:
    """An `EqualityRow` for every item of every metric and scalar step, the largest statistic of a step first."""
    return _frame(EqualityRow, (row for each in compared for row in _equalities(each)))


def left_out_table(compared: Iterable[Compared]) -> pd.DataFrame:
    """A `LeftOutRow` for every item and group that a comparison goes without, in the order in which they went."""
    rows = (
        LeftOutRow(each.index, each.comparison, out.kind, out.name, out.reason)
        for each in compared
        for out in each.selection.left_out
    )
    return _frame(LeftOutRow, rows)


def _frame(kind: type, rows: Iterable[Any]) -> pd.DataFrame:
    return pd.DataFrame(list(map(astuple, rows)), columns=[field.name for field in fields(kind)])


def _fitted(compared: Compared) -> Fit | None:
    """The model without equalities, where it has estimates."""
    first = compared.steps[0] if compared.steps else None
    return first.fit if first and first.measures else None


@dataclass(frozen=True, slots=True)
class _Errors:
    """Robust covariance of the free parameters, and the place of each in it."""

    position: dict[str, int]
    covariance: Floats

    def of(self, labels: tuple[str, ...], slopes: Floats) -> float:
        """Standard error of a function of the parameters `labels` with these slopes (delta method)."""
        at = [self.position[label] for label in labels]
        return float(np.sqrt(slopes @ self.covariance[np.ix_(at, at)] @ slopes))


def _errors(fit: Fit) -> _Errors:
    position = {label: at for at, label in enumerate(fit.model.parameters)}
    return _Errors(position, robust_covariance(fit))


def _loadings(compared: Compared, fit: Fit, errors: _Errors) -> Iterator[LoadingRow]:
    structure = fit.model.structure
    for group, name in enumerate(fit.model.groups):
        found = fit.matrices(group)
        for at, (item, factor) in enumerate(zip(structure.items, structure.factor_of, strict=True)):
            loading, residual = float(found.loadings[at, factor]), float(found.residual[at, at])
            sd = np.sqrt(loading**2 + residual)
            labels = f"{LOADING}:{item}:{group}", f"{RESIDUAL}:{item}:{group}"
            # Of l / sqrt(l^2 + t): the slopes along the loading l and the residual variance t.
            slopes = np.array([residual, -loading / 2]) / sd**3
            reason = NEGATIVE_VARIANCE if residual < 0 else NEGATIVE_LOADING if loading < 0 else ""
            yield LoadingRow(
                *(compared.index, compared.comparison, name, fit.moments[group].n, structure.factors[factor], item),
                loading=loading,
                std_error=errors.of(labels[:1], np.ones(1)),
                standardised=loading / sd,
                standardised_std_error=errors.of(labels, slopes),
                unexplained=residual / sd**2,
                status="doubtful" if reason else "ok",
                reason=reason,
            )


def _correlations(compared: Compared, fit: Fit, errors: _Errors) -> Iterator[CorrelationRow]:
    factors = fit.model.structure.factors
    for group, name in enumerate(fit.model.groups):
        found = fit.matrices(group).factor_covariance
        for row, second in enumerate(factors):
            for column, first in enumerate(factors[:row]):
                label = f"{FACTOR_COVARIANCE}:{second}:{first}:{group}"
                error = errors.of((label,), np.ones(1))
                place = (compared.index, compared.comparison, name)
                yield CorrelationRow(*place, first, second, float(found[row, column]), error)


def _equalities(compared: Compared) -> Iterator[EqualityRow]:
    for step in compared.steps:
        if step.name not in (METRIC, SCALAR):
            continue
        stage = (step.name, PARTIAL_OF[step.name])
        last = [other for other in compared.steps if other.name in stage][-1:]
        for test in step.tests:
            freed = (test.kind, test.item) in last[0].freed
            yield EqualityRow(
                *(compared.index, compared.comparison, step.name, test.kind, test.item),
                *(test.statistic, test.df, test.p_value, freed),
                difference=_range(last[0], test) if freed else float("nan"),
            )


def _range(step: Step[Fit], test: ScoreTest) -> float:
    """Largest less smallest of the groups' values of what `step` has set free."""
    item = step.fit.model.structure.items.index(test.item)
    values = [
        value
        for cell, value in zip(step.fit.model.cells, step.fit.cells, strict=True)
        if cell.kind == test.kind and cell.row == item
    ]
    return float(np.ptp(values))
