"""Which items and groups a factor model of an index can take, and why the others are left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from transforms.measure.combine import share_of_range
from transforms.measure.factors.comparisons import TOGETHER, Comparison, keep_groups
from transforms.measure.factors.model import Floats, Structure, Whole, specify, structure_of
from transforms.measure.factors.moments import Moments, group_moments, with_fourth
from transforms.study.indices import Index
from transforms.study.study import Study

LEAST_ANSWERED = 0.5  # share of a group's interviews with an answer, below which an item was not asked of it [house]
LEAST_ITEMS = 3  # that identify a single factor; of several factors, each needs two
NO_SPREAD = 1e-12  # variance, on 0-1, of an item that everybody answers alike

ITEM, GROUP_OF_PEOPLE = "item", "group"

NOT_ASKED_OF_ALL = "not_asked_of_all"
CONSTANT = "constant_item"
ALONE = "only_item_of_its_dimension"
FEW_RESPONDENTS = "fewer_respondents_than_parameters"
TOO_FEW_ITEMS = "too_few_items"
ONE_GROUP = "one_group"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An item or a group that a comparison goes without, and why."""

    kind: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What a model is fitted to. `problem` says why it cannot be, and is empty where it can.

    Items are on 0-1, 1 at the cohesive end; `moments` are of those who answered all of them.
    """

    structure: Structure | None
    groups: tuple[str, ...]
    moments: tuple[Moments, ...]
    left_out: tuple[LeftOut, ...]
    problem: str

    @property
    def n(self) -> int:
        return sum(group.n for group in self.moments)


def reflective_items(index: Index, study: Study) -> dict[str, str]:
    """Items of an index whose dimensions show an attitude, each with its dimension, in order."""
    return {
        item.name: dimension
        for dimension in study.dimensions(index)
        if dimension not in index.formative
        for item in study.items(index, dimension)
    }


def directed_answers(panel: pd.DataFrame, index: Index, study: Study) -> dict[str, Floats]:
    """Answers to the reflective items of an index on 0-1, by the scale's range; 1 is the cohesive end."""
    return {
        name: share_of_range(panel[name].to_numpy(np.float64), *study.limits(item), direction=item.direction)
        for name in reflective_items(index, study)
        for item in (study.codebook.variable(name),)
    }


def select(
    answers: Mapping[str, Floats], dimension_of: Mapping[str, str], comparison: Comparison, asked: Sequence[Whole]
) -> Selection:
    """Items and groups of `comparison` that a model can take; what it cannot is left out, one kind of reason at a time.

    First groups with no more interviews than the model has parameters; then items that fewer than half of a group
    answered, of the comparison or of any partition in `asked` (0, 1, ... and -1 for rows of no part), which are those
    by which questions are asked: waves, and host and displaced; items alone in their dimension, where there are
    several; groups with too few complete interviews; items that do not vary in a group.
    """
    least_groups = 1 if comparison.name == TOGETHER else 2
    items, left_out = tuple(answers), list[LeftOut]()
    while True:
        structure = _structure(items, dimension_of)
        problem = "" if structure else TOO_FEW_ITEMS
        if len(comparison.groups) < least_groups:
            problem = FEW_RESPONDENTS if any(out.reason == FEW_RESPONDENTS for out in left_out) else ONE_GROUP
        if problem or structure is None:
            return Selection(None, comparison.groups, (), tuple(left_out), problem)
        columns = [answers[name] for name in structure.items]
        obstacles = _small_or_unanswered(structure, columns, comparison, asked) or _alone(structure)
        moments = [] if obstacles else group_moments(columns, comparison.codes, len(comparison.groups))
        obstacles = obstacles or _small_or_constant(structure, comparison, moments)
        if not obstacles:
            moments = with_fourth(moments, columns, comparison.codes)
            return Selection(structure, comparison.groups, tuple(moments), tuple(left_out), "")
        left_out += obstacles
        out = {obstacle.name for obstacle in obstacles if obstacle.kind == ITEM}
        items = tuple(name for name in items if name not in out)
        gone = {obstacle.name for obstacle in obstacles if obstacle.kind == GROUP_OF_PEOPLE}
        kept = [at for at, name in enumerate(comparison.groups) if name not in gone]
        comparison = keep_groups(comparison, np.array(kept, dtype=np.intp))


def _structure(items: tuple[str, ...], dimension_of: Mapping[str, str]) -> Structure | None:
    """Dimensions as factors; None for fewer items than identify one factor."""
    dimensions = dict.fromkeys(dimension_of[name] for name in items)
    if len(items) < LEAST_ITEMS:
        return None
    return structure_of((of, [name for name in items if dimension_of[name] == of]) for of in dimensions)


def _small_or_unanswered(
    structure: Structure, columns: list[Floats], comparison: Comparison, asked: Sequence[Whole]
) -> list[LeftOut]:
    interviews = np.bincount(comparison.codes[comparison.codes >= 0], minlength=len(comparison.groups))
    return _small(structure, comparison, interviews) or _unanswered(structure, columns, comparison, asked)


def _small_or_constant(structure: Structure, comparison: Comparison, moments: Sequence[Moments]) -> list[LeftOut]:
    small = _small(structure, comparison, [group.n for group in moments])
    return small or _constant(structure, moments)


def _small(structure: Structure, comparison: Comparison, sizes: Iterable[int]) -> list[LeftOut]:
    least = len(specify(structure, ("one",)).parameters)
    pairs = zip(comparison.groups, sizes, strict=True)
    return [LeftOut(GROUP_OF_PEOPLE, name, FEW_RESPONDENTS) for name, n in pairs if n <= least]


def _unanswered(
    structure: Structure, columns: list[Floats], comparison: Comparison, asked: Sequence[Whole]
) -> list[LeftOut]:
    parts = [comparison.codes, *(np.where(comparison.codes >= 0, part, -1) for part in asked)]
    sizes = [np.bincount(part + 1)[1:] for part in parts]
    found = []
    for name, column in zip(structure.items, columns, strict=True):
        missing = np.flatnonzero(np.isnan(column))
        shares = [_answered(part[missing], size) for part, size in zip(parts, sizes, strict=True)]
        if min(shares) < LEAST_ANSWERED:
            found.append(LeftOut(ITEM, name, NOT_ASKED_OF_ALL))
    return found


def _answered(missing: Whole, size: Whole) -> float:
    """Smallest share with an answer among the parts of this size, from the part of each row without one."""
    without = np.bincount(missing + 1, minlength=len(size) + 1)[1:]
    shares = 1 - without[size > 0] / size[size > 0]
    return float(shares.min(initial=1.0))


def _alone(structure: Structure) -> list[LeftOut]:
    """Items that are the only one of their factor: its variance and their error could not be told apart."""
    of = np.array(structure.factor_of)
    return [LeftOut(ITEM, name, ALONE) for at, name in enumerate(structure.items) if np.sum(of == of[at]) == 1]


def _constant(structure: Structure, moments: Sequence[Moments]) -> list[LeftOut]:
    least = np.min([np.diag(group.covariance) for group in moments], axis=0)
    return [LeftOut(ITEM, name, CONSTANT) for name, at in zip(structure.items, least, strict=True) if at <= NO_SPREAD]
