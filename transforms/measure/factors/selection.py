"""Which items and groups a factor model of an index can take, and why the others are left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, Protocol, TypeVar

import numpy as np
import pandas as pd

from transforms.measure.combine import share_of_range
from transforms.measure.factors.cases import with_cases
from transforms.measure.factors.comparisons import TOGETHER, Comparison, keep_groups
from transforms.measure.factors.model import Floats, Structure, Whole, specify, structure_of
from transforms.measure.factors.moments import Moments, group_patterns, with_saturated
from transforms.measure.factors.patterns import item_moments, together
from transforms.measure.factors.sampling import ALIKE, Sampling, sampling_of
from transforms.study.indices import Index
from transforms.study.study import Study

LEAST_ANSWERED = 0.5  # share of a group's interviews with an answer, below which an item was not asked of it [house]
LEAST_TOGETHER = 0.10  # share of a group that answered both of two items, below which they are not compared (Mplus)
LEAST_ITEMS = 3  # that identify a single factor; of several factors, each needs two
NO_SPREAD = 1e-12  # variance, on 0-1, of an item that everybody answers alike

ITEM, GROUP_OF_PEOPLE = "item", "group"

NOT_ASKED_OF_ALL = "not_asked_of_all"
NOT_ASKED_TOGETHER = "not_asked_together"
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


class Sample(Protocol):
    """Answers of one group of respondents, in what models are fitted to."""

    @property
    def n(self) -> int: ...


S = TypeVar("S", bound=Sample)


@dataclass(frozen=True, slots=True)
class Selection(Generic[S]):
    """What a model is fitted to. `problem` says why it cannot be, and is empty where it can.

    `samples` are of the respondents of each of `groups` who answered any item of `structure`, `complete` of all of whom
    answered all. `weighted` says whether they weigh differently, `clusters` in how many clusters they were drawn, 0
    where each counts as drawn alone. `merged` counts the categories of an item that went into a neighbour.
    """

    structure: Structure | None
    groups: tuple[str, ...]
    samples: tuple[S, ...]
    left_out: tuple[LeftOut, ...]
    problem: str
    complete: int = 0
    weighted: bool = False
    clusters: int = 0
    merged: Mapping[str, int] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Respondents who answered some item."""
        return sum(group.n for group in self.samples)


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
    answers: Mapping[str, Floats],
    dimension_of: Mapping[str, str],
    comparison: Comparison,
    asked: Sequence[Whole],
    drawn: Sampling = ALIKE,
) -> Selection[Moments]:
    """Items and groups of `comparison` that a model can take; what it cannot is left out, one kind of reason at a time.

    First groups with no more interviews than the model has parameters; then items that fewer than half of a group
    answered, of the comparison or of any partition in `asked` (0, 1, ... and -1 for rows of no part), which are those
    by which questions are asked: waves, and host and displaced; items alone in their dimension, where there are
    several; groups with too few respondents; items that do not vary in a group; items that hardly anybody of a group
    was asked together with another.
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
        counts = sampling_of(drawn, comparison.codes, len(comparison.groups))
        moments = [] if obstacles else group_patterns(columns, comparison.codes, len(comparison.groups), counts.weights)
        obstacles = obstacles or _unfit(structure, comparison, moments)
        if not obstacles:
            found = Selection(structure, comparison.groups, tuple(moments), tuple(left_out), "")
            return _completed(found, columns, comparison.codes, counts)
        left_out += obstacles
        out = {obstacle.name for obstacle in obstacles if obstacle.kind == ITEM}
        items = tuple(name for name in items if name not in out)
        gone = {obstacle.name for obstacle in obstacles if obstacle.kind == GROUP_OF_PEOPLE}
        kept = [at for at, name in enumerate(comparison.groups) if name not in gone]
        comparison = keep_groups(comparison, np.array(kept, dtype=np.intp))


def _completed(found: Selection[Moments], columns: list[Floats], codes: Whole, counts: Sampling) -> Selection[Moments]:
    """With the moments of incomplete answers, and the respondents for robust statistics."""
    moments = [with_saturated(sample) for sample in found.samples]
    if all(np.isfinite(sample.covariance).all() for sample in moments):
        moments = with_cases(moments, columns, codes, counts.weights, counts.clusters)
    everything = np.logical_and.reduce([~np.isnan(column) for column in columns])
    used = codes >= 0 if counts.weights is None else (codes >= 0) & (counts.weights > 0)
    return replace(
        found,
        samples=tuple(moments),
        complete=int(np.count_nonzero(everything & used)),
        weighted=counts.weights is not None,
        clusters=0 if counts.clusters is None else len(np.unique(counts.clusters[used])),
    )


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


def _unfit(structure: Structure, comparison: Comparison, moments: Sequence[Moments]) -> list[LeftOut]:
    """What a model cannot take of groups by the patterns of their answers."""
    small = _small(structure, comparison, [group.n for group in moments])
    return small or _constant(structure, moments) or _apart(structure, moments)


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
    least = np.min([item_moments(group.patterns)[2] for group in moments], axis=0)
    return [LeftOut(ITEM, name, CONSTANT) for name, at in zip(structure.items, least, strict=True) if at <= NO_SPREAD]


def _apart(structure: Structure, moments: Sequence[Moments]) -> list[LeftOut]:
    """Of the items that stand apart from others, the one that does from most; of several, the last."""
    apart = np.min([together(group.patterns) for group in moments], axis=0) < LEAST_TOGETHER
    others = apart.sum(axis=0)[::-1]
    worst = len(others) - 1 - int(np.argmax(others))
    return [LeftOut(ITEM, structure.items[worst], NOT_ASKED_TOGETHER)] if others.any() else []
