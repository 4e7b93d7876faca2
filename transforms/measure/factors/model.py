"""A confirmatory factor model of several groups: every number of its matrices, and which of them are free or equal.

Sigma = Lambda Psi Lambda' + Theta and mu = nu + Lambda alpha in each group (Joereskog 1971). The model is a list of
cells, one for each number in a matrix that is not zero. Cells with the same label are one free parameter, which is how
equality across groups is written; a cell without a label is fixed. Other kinds of cells (thresholds, say) may be
appended: what computes Sigma and mu takes the kinds it knows.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.intp]
Identification = Literal["standardised", "marker"]

LOADING = "loading"  # row: item, column: factor
RESIDUAL = "residual"  # row and column: items
FACTOR_COVARIANCE = "factor_covariance"  # row and column: factors; its diagonal are the variances
INTERCEPT = "intercept"  # row: item
FACTOR_MEAN = "factor_mean"  # row: factor


@dataclass(frozen=True, slots=True)
class Structure:
    """Which factor each item shows: `factor_of` holds, for each of `items`, the position among `factors`."""

    items: tuple[str, ...]
    factors: tuple[str, ...]
    factor_of: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.items) != len(self.factor_of) or set(self.factor_of) != set(range(len(self.factors))):
            raise ValueError("Every item shows one factor, and every factor is shown by an item.")

    def shown_by(self, factor: int) -> tuple[int, ...]:
        """Positions of the items that show `factor`."""
        return tuple(item for item, of in enumerate(self.factor_of) if of == factor)


class Cell(NamedTuple):
    """One number of one group's matrices. `label` names the free parameter; None: it is fixed at `value`."""

    kind: str
    group: int
    row: int
    column: int
    label: str | None
    value: float = 0.0


class Place(NamedTuple):
    """Where the cells of one kind and group stand: `at` in the list of cells, `rows` and `columns` in the matrix."""

    at: Whole
    rows: Whole
    columns: Whole


@dataclass(frozen=True)
class FactorModel:
    """A specified model of `groups` (names, in order). Symmetric matrices hold each pair once, row >= column."""

    structure: Structure
    groups: tuple[str, ...]
    cells: tuple[Cell, ...]

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Labels of the free parameters, in the order of their first cell."""
        return tuple(dict.fromkeys(cell.label for cell in self.cells if cell.label is not None))

    @cached_property
    def parameter_of(self) -> Whole:
        """For each cell, the position of its free parameter; -1 where it is fixed."""
        position = {label: at for at, label in enumerate(self.parameters)}
        return np.array([-1 if cell.label is None else position[cell.label] for cell in self.cells], dtype=np.intp)

    @cached_property
    def fixed(self) -> Floats:
        """Value of each fixed cell; 0 in the free ones."""
        return np.array([cell.value if cell.label is None else 0.0 for cell in self.cells])

    @cached_property
    def places(self) -> dict[tuple[str, int], Place]:
        """Where the cells of each kind stand in each group."""
        found: dict[tuple[str, int], list[int]] = {}
        for at, cell in enumerate(self.cells):
            found.setdefault((cell.kind, cell.group), []).append(at)
        return {
            key: Place(
                np.array(ats, dtype=np.intp),
                np.array([self.cells[at].row for at in ats], dtype=np.intp),
                np.array([self.cells[at].column for at in ats], dtype=np.intp),
            )
            for key, ats in found.items()
        }

    @cached_property
    def has_means(self) -> bool:
        """True where the model speaks of means, not only of covariances."""
        return any(cell.kind == INTERCEPT for cell in self.cells)

    def cell_values(self, free: Floats) -> Floats:
        """Value of every cell where the free parameters are `free`: a linear map, `fixed` plus a choice of `free`."""
        return np.where(self.parameter_of < 0, self.fixed, free[self.parameter_of])

    def to_parameters(self, values: Floats) -> Floats:
        """Sums of cells (last of one or two axes) by free parameter: the transpose of `cell_values`, for gradients."""
        use = self.parameter_of >= 0
        sums = np.zeros((*values.shape[:-1], len(self.parameters)))
        np.add.at(sums.T, self.parameter_of[use], values.T[use])
        return sums


def specify(
    structure: Structure,
    groups: tuple[str, ...],
    *,
    equal: Collection[str] = (),
    freed: Collection[tuple[str, str]] = (),
    identification: Identification = "standardised",
    means: bool = True,
) -> FactorModel:
    """The model in which the kinds `equal` (loading, intercept, residual, factor_mean) are equal across groups.

    `freed` holds (kind, item) that are not, all the same. The unit of the factors: `standardised` fixes their variances
    at 1 (in the first group only where loadings are equal), `marker` the loading of the first item of each. Factor
    means are 0 in the first group; free in the others where intercepts are equal and factor means are not. A model
    without `means` speaks of covariances alone.
    """
    plan = _Plan(structure, frozenset(equal), frozenset(freed), identification)
    cells: list[Cell] = []
    for group in range(len(groups)):
        cells += [*plan.loadings(group), *plan.factor_covariances(group), *plan.residuals(group)]
        if means:
            cells += [*plan.intercepts(group), *plan.factor_means(group)]
    return FactorModel(structure, groups, tuple(cells))


@dataclass(frozen=True, slots=True)
class _Plan:
    structure: Structure
    equal: frozenset[str]
    freed: frozenset[tuple[str, str]]
    identification: Identification

    def loadings(self, group: int) -> Iterator[Cell]:
        marked = {self.structure.shown_by(factor)[0] for factor in range(len(self.structure.factors))}
        for item, factor in enumerate(self.structure.factor_of):
            fixed = self.identification == "marker" and item in marked
            label = None if fixed else self._label(LOADING, item, group)
            yield Cell(LOADING, group, item, factor, label, 1.0)

    def factor_covariances(self, group: int) -> Iterator[Cell]:
        unit = self.identification == "standardised" and (group == 0 or LOADING not in self.equal)
        for row, first in enumerate(self.structure.factors):
            for column in range(row + 1):
                name = f"{FACTOR_COVARIANCE}:{first}:{self.structure.factors[column]}:{group}"
                yield Cell(FACTOR_COVARIANCE, group, row, column, None if unit and row == column else name, 1.0)

    def residuals(self, group: int) -> Iterator[Cell]:
        yield from self._by_item(RESIDUAL, group, diagonal=True)

    def intercepts(self, group: int) -> Iterator[Cell]:
        yield from self._by_item(INTERCEPT, group, diagonal=False)

    def factor_means(self, group: int) -> Iterator[Cell]:
        free = group > 0 and INTERCEPT in self.equal and FACTOR_MEAN not in self.equal
        for row, factor in enumerate(self.structure.factors):
            yield Cell(FACTOR_MEAN, group, row, 0, f"{FACTOR_MEAN}:{factor}:{group}" if free else None)

    def _by_item(self, kind: str, group: int, *, diagonal: bool) -> Iterator[Cell]:
        for item in range(len(self.structure.items)):
            yield Cell(kind, group, item, item if diagonal else 0, self._label(kind, item, group))

    def _label(self, kind: str, item: int, group: int) -> str:
        name = self.structure.items[item]
        shared = kind in self.equal and (kind, name) not in self.freed
        return f"{kind}:{name}" if shared else f"{kind}:{name}:{group}"


def structure_of(factors: Iterable[tuple[str, Iterable[str]]]) -> Structure:
    """Structure from the factors and the items that show each, in this order."""
    pairs = [(name, tuple(items)) for name, items in factors]
    return Structure(
        items=tuple(item for _, items in pairs for item in items),
        factors=tuple(name for name, _ in pairs),
        factor_of=tuple(at for at, (_, items) in enumerate(pairs) for _ in items),
    )
