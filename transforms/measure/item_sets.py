"""The sets of items whose reliability is asked for, and what each margin of respondents can say of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.measure.combine import share_of_range
from transforms.measure.consistency import covariance_of, pair_sums
from transforms.measure.margins import ALL, Margins
from transforms.study.indices import Index
from transforms.study.study import Study

Floats = npt.NDArray[np.float64]
NO_SPREAD = 1e-12  # variance, on 0-1, of an item that everybody answers alike

FEW_ITEMS = "fewer_than_two_items"
FEW_RESPONDENTS = "no_more_respondents_than_items"
APART = "items_never_answered_together"
SUM_CONSTANT = "sum_does_not_vary"


@dataclass(frozen=True, slots=True)
class Usable:
    """What one margin has of a set of items.

    n: respondents who answered any of them. items: those that vary, with their covariance; constant: those that
    everybody answered alike. An item that fewer than two answered is in neither. problem: why there is no reliability;
    empty where there is one.
    """

    n: int
    items: tuple[str, ...]
    constant: tuple[str, ...]
    covariance: Floats
    problem: str


@dataclass(frozen=True, slots=True)
class ItemSet:
    """The items of an index (dimension `all`: without formative dimensions) or of one dimension.

    formative: whether no reliability is asked of them. n: [margins]; covariances: [margins, items, items].
    """

    index: str
    dimension: str
    formative: bool
    items: tuple[str, ...]
    n: Floats
    covariances: Floats

    def usable(self, margin: int) -> Usable:
        """The items that a margin can use."""
        covariance = self.covariances[margin]
        with np.errstate(invalid="ignore"):
            varies = np.diag(covariance) > NO_SPREAD
        answered = np.isfinite(np.diag(covariance))
        n, kept = int(self.n[margin]), covariance[np.ix_(varies, varies)]
        problem = _problem(n, int(answered.sum()), kept)
        return Usable(n, self._named(varies), self._named(answered & ~varies), kept, problem)

    def _named(self, which: npt.NDArray[np.bool_]) -> tuple[str, ...]:
        return tuple(name for name, here in zip(self.items, which, strict=True) if here)


def _problem(n: int, answered: int, covariance: Floats) -> str:
    """Why items with this covariance have no reliability."""
    if answered > 1 and n <= answered:
        return FEW_RESPONDENTS
    if len(covariance) < 2:
        return FEW_ITEMS
    if not np.isfinite(covariance).all():
        return APART
    return "" if covariance.sum() > NO_SPREAD else SUM_CONSTANT


def directed_items(panel: pd.DataFrame, index: Index, study: Study) -> dict[str, Floats]:
    """Answers to the items of an index on 0-1, by the scale's range; 1 is the cohesive end."""
    return {
        item.name: share_of_range(panel[item.name].to_numpy(dtype="float64"), *study.limits(item), item.direction)
        for item in study.items(index)
    }


def item_sets(index: Index, study: Study, answers: dict[str, Floats], found: Margins) -> Iterator[ItemSet]:
    """The index, then each of its dimensions where there are several.

    The whole index is judged by its reflective dimensions, where it has any.
    """
    of = {item.name: item.dimension or index.name for item in study.items(index)}
    covariances = covariance_of(found.total(pair_sums(list(answers.values()), found.cell, found.count)))
    dimensions = study.dimensions(index)
    attitudes = tuple(name for name in dimensions if name not in index.formative)
    parts = {ALL: attitudes or dimensions} | ({name: (name,) for name in dimensions} if len(dimensions) > 1 else {})
    for dimension, inside in parts.items():
        at = [place for place, name in enumerate(answers) if of[name] in inside]
        names = tuple(name for name in answers if of[name] in inside)
        yield ItemSet(
            index=index.name,
            dimension=dimension,
            formative=not set(inside) & set(attitudes),
            items=names,
            n=_respondents([answers[name] for name in names], found),
            covariances=covariances[np.ix_(range(len(found.keys)), at, at)],
        )


def _respondents(columns: list[Floats], found: Margins) -> Floats:
    """[margins] respondents with an answer in any of the columns."""
    answered = found.cell >= 0
    answered &= np.any([~np.isnan(column) for column in columns], axis=0) if columns else False
    return found.total(np.bincount(found.cell[answered], minlength=found.count).astype(np.float64))
