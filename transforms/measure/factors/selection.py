"""Which items and groups a factor model of an index can take, and why the others are left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.measure.combine import share_of_range
from transforms.measure.factors.comparisons import TOGETHER, Comparison, keep_groups
from transforms.measure.factors.model import Floats, Structure, specify, structure_of
from transforms.measure.factors.moments import Moments, group_moments
from transforms.study.columns import GROUP
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
    answers: Mapping[str, Floats], dimension_of: Mapping[str, str], comparison: Comparison, panel: pd.DataFrame
) -> Selection:
    """Items and groups of `comparison` that a model can take; what it cannot is left out, one kind of reason at a time.

    First groups with no more interviews than the model has parameters; then items that fewer than half of a group (of
    the comparison, or host or displaced) answered; items alone in their dimension, where there are several; groups
    with too few complete interviews; items that do not vary in a group.
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
        obstacles = _obstacles(structure, columns, comparison, panel)
        if not obstacles:
            moments = group_moments(columns, comparison.codes, len(comparison.groups), fourth=True)
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


def _obstacles(
    structure: Structure, columns: list[Floats], comparison: Comparison, panel: pd.DataFrame
) -> list[LeftOut]:
    """The first kind of obstacle there is, with everything it concerns; empty where there is none."""
    least = len(specify(structure, ("one",)).parameters)
    interviews = np.bincount(comparison.codes[comparison.codes >= 0], minlength=len(comparison.groups))
    found = _small(comparison, interviews, least) or _unanswered(structure, columns, comparison, panel)
    found = found or _alone(structure)
    if found:
        return found
    moments = group_moments(columns, comparison.codes, len(comparison.groups))
    return _small(comparison, [group.n for group in moments], least) or _constant(structure, moments)


def _small(comparison: Comparison, sizes: Iterable[int], least: int) -> list[LeftOut]:
    pairs = zip(comparison.groups, sizes, strict=True)
    return [LeftOut(GROUP_OF_PEOPLE, name, FEW_RESPONDENTS) for name, n in pairs if n <= least]


def _unanswered(
    structure: Structure, columns: list[Floats], comparison: Comparison, panel: pd.DataFrame
) -> list[LeftOut]:
    here = comparison.codes >= 0
    people = pd.Categorical(panel[GROUP]).codes
    parts = [comparison.codes[here], people[here]]
    return [
        LeftOut(ITEM, name, NOT_ASKED_OF_ALL)
        for name, column in zip(structure.items, columns, strict=True)
        if min(_least_share(~np.isnan(column[here]), part) for part in parts) < LEAST_ANSWERED
    ]


def _least_share(answered: npt.NDArray[np.bool_], part: npt.NDArray[np.integer]) -> float:
    """Smallest share of `answered` among the parts (0, 1, ...) that anyone is in; rows of -1 are in none."""
    inside = part >= 0
    size = np.bincount(part[inside])
    shares = np.bincount(part[inside], answered[inside])[size > 0] / size[size > 0]
    return float(shares.min(initial=1.0))


def _alone(structure: Structure) -> list[LeftOut]:
    """Items that are the only one of their factor: its variance and their error could not be told apart."""
    of = np.array(structure.factor_of)
    return [LeftOut(ITEM, name, ALONE) for at, name in enumerate(structure.items) if np.sum(of == of[at]) == 1]


def _constant(structure: Structure, moments: Sequence[Moments]) -> list[LeftOut]:
    least = np.min([np.diag(group.covariance) for group in moments], axis=0)
    return [LeftOut(ITEM, name, CONSTANT) for name, at in zip(structure.items, least, strict=True) if at <= NO_SPREAD]
