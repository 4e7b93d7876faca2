"""The scoring key of a study, made once from the reference group: the comparison arm at baseline."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import NoReturn

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.measure.draft import draft_key
from transforms.measure.reference_group import describe_reference, people_with_weight, reference_of, reference_rows
from transforms.measure.score import Answers, dimension_share, index_scores, item_share
from transforms.measure.scoring_key import (
    DimensionKey,
    IndexKey,
    ItemKey,
    NoUnit,
    ReferenceKey,
    ScoringKey,
    key_text,
    parse_key,
)
from transforms.measure.spread import weighted_spread
from transforms.study.columns import COMPARISON, WEIGHT
from transforms.study.indices import Index
from transforms.study.problems import DataRefusedError
from transforms.study.study import Study

__all__ = ["ScoringKey", "key_text", "make_key", "parse_key"]

Floats = npt.NDArray[np.float64]
DIGITS = 10  # decimals kept, so that a key does not depend on the order in which a machine adds


@dataclass(frozen=True, slots=True)
class _Unit:
    """Mean and SD of a part of the key, named as there."""

    mean: float
    sd: float
    without_unit: NoUnit | None = None


@dataclass(frozen=True, slots=True)
class _Reference:
    """Answers and weights of a reference group; `problems` gathers what has no unit, in words."""

    key: ReferenceKey
    answers: Answers
    weights: Floats
    problems: list[str] = field(default_factory=list)

    def unit(self, values: Floats, what: str, *, spread: bool = True) -> _Unit:
        """Mean and SD of the group; 0 or its mean, 1, a reason and a problem where it has none."""
        found = weighted_spread(values, self.weights)
        if found.n < 2:
            self.problems.append(f"{what}: {found.n} of {len(values)} respondents have a value, and 2 are needed.")
            return _Unit(0.0, 1.0, "not_answered")
        mean, sd = round(found.mean, DIGITS) + 0.0, round(found.sd, DIGITS)
        if spread and sd == 0:
            self.problems.append(f"{what}: all {found.n} respondents have the same value.")
            return _Unit(mean, 1.0, "no_variation")
        return _Unit(mean, sd)


def make_key(panel: pd.DataFrame, study: Study) -> ScoringKey:
    """The key that scores every wave of `study` in the units of its reference group.

    The reference group is the comparison arm at baseline, and everyone at baseline in a study without a comparison
    arm; an index may name another. Means and SDs are survey-weighted (`weighted_spread`) and kept to 10 decimals.
    An item, a dimension or an index that its reference group did not answer, or answered alike, is `without_unit`: its
    dimension or index goes without it where enough other parts are left, and has no unit either where not.

    Raises
    ------
    DataRefusedError
        Where no index has a unit; everything that has none is named.
    """
    draft = draft_key(study)
    absent = [item.name for item in draft.items if item.name not in panel]
    if absent:
        raise DataRefusedError(f"The panel lacks {len(absent)} items of the indices: {', '.join(absent)}.")
    references = [_reference(panel, study, index) for index in study.indices]
    items: dict[str, ItemKey] = {}
    indices: list[IndexKey] = []
    for index, shape, reference in zip(study.indices, draft.indices, references, strict=True):
        names = reference.answers.keys()
        items |= {item.name: _item_key(item, index, reference) for item in draft.items if item.name in names}
        indices.append(_index_key(index, shape, items, reference))
    if all(index.without_unit for index in indices):
        _refuse(references)
    n = people_with_weight(panel, reference_rows(panel, study, None))
    return ScoringKey(reference=reference_of(study, None, n), items=tuple(items.values()), indices=tuple(indices))


def _reference(panel: pd.DataFrame, study: Study, index: Index) -> _Reference:
    group = index.reference if index.standardised else None
    rows = reference_rows(panel, study, group)
    answers = {item.name: panel[item.name].to_numpy(dtype="float64")[rows] for item in study.items(index)}
    key = reference_of(study, group, people_with_weight(panel, rows))
    return _Reference(key, answers, panel[WEIGHT].to_numpy(dtype="float64")[rows])


def _refuse(references: Sequence[_Reference]) -> NoReturn:
    """Raise a DataRefusedError with everything that cannot set a unit, by the group that should."""
    problems: dict[str, list[str]] = {}
    for reference in references:
        problems.setdefault(describe_reference(reference.key), []).extend(reference.problems)
    groups = {describe_reference(reference.key): reference.key for reference in references}
    told = []
    for words, group in groups.items():
        told.append(f"The indices take their unit from {words}, which cannot set it:")
        told += [f"  - {problem}" for problem in (problems[words] if group.n else ["nobody is in it."])]
        told.append(f"  {_advice(group)}")
    raise DataRefusedError("\n".join(told))


def _advice(group: ReferenceKey) -> str:
    if group.n:
        return "Check the recodes and missing codes of these items, or give them another role in the codebook."
    if group.arm == COMPARISON and not group.where:
        return (
            "Check the values under [design.treatment]. If everyone was treated, take that table out of study.toml: "
            "change is then reported without a comparison."
        )
    return "Check the reference of the index in study.toml, and the weights of that wave."


def _item_key(item: ItemKey, index: Index, reference: _Reference) -> ItemKey:
    shares = item_share(reference.answers[item.name], item)
    unit = reference.unit(shares, f"item {item.name}", spread=index.rule == "flat")
    return item.model_copy(update=asdict(unit))


def _index_key(index: Index, shape: IndexKey, items: dict[str, ItemKey], reference: _Reference) -> IndexKey:
    dimensions = tuple(_dimension_key(index, dimension, items, reference) for dimension in shape.dimensions)
    own = reference.key if shape.reference else None
    parts = dimensions or [items[name] for name in shape.parts]
    few = _too_few(parts, shape.minimum_parts)
    key = shape.model_copy(update={"dimensions": dimensions, "reference": own, "without_unit": few})
    if not (index.standardised and index.rescale):
        return key
    values = dict(index_scores(reference.answers, key, items))[index.name]
    unit = reference.unit(values, f"index {index.name}")
    return key.model_copy(update=asdict(unit) | ({"without_unit": few} if few else {}))


def _dimension_key(index: Index, shape: DimensionKey, items: dict[str, ItemKey], reference: _Reference) -> DimensionKey:
    shares = dimension_share(reference.answers, shape, items)
    unit = reference.unit(shares, f"dimension {shape.name} of index {index.name}")
    few = _too_few([items[name] for name in shape.items], shape.minimum_items)
    return shape.model_copy(update=asdict(unit) | ({"without_unit": few} if few else {}))


def _too_few(parts: Sequence[ItemKey | DimensionKey], minimum: int) -> NoUnit | None:
    """Why parts of which `minimum` are needed give no unit; the reason all of them have, if they have one."""
    without = [part.without_unit for part in parts if part.without_unit]
    if len(parts) - len(without) >= minimum:
        return None
    return without[0] if len(without) == len(parts) and len(set(without)) == 1 else "few_parts"
