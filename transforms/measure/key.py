"""The scoring key of a study, made once from the reference group: the comparison arm at baseline."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.measure.combine import needed
from transforms.measure.score import Answers, dimension_share, index_scores, item_share
from transforms.measure.scoring_key import (
    DimensionKey,
    IndexKey,
    ItemKey,
    ReferenceKey,
    ScoringKey,
    key_text,
    parse_key,
)
from transforms.measure.spread import weighted_spread
from transforms.study.columns import ARM, COMPARISON, EVERYONE, WAVE, WEIGHT
from transforms.study.indices import Index
from transforms.study.instrument import Variable
from transforms.study.problems import DataRefusedError
from transforms.study.study import Study

__all__ = ["ScoringKey", "key_text", "make_key", "parse_key"]

Floats = npt.NDArray[np.float64]
DIGITS = 10  # decimals kept, so that a key does not depend on the order in which a machine adds


@dataclass(frozen=True, slots=True)
class _Reference:
    """Answers and weights of the reference group; `problems` gathers what cannot set a unit."""

    answers: Answers
    weights: Floats
    problems: list[str]

    def unit(self, values: Floats, what: str, *, spread: bool = True) -> tuple[float, float]:
        """Mean and SD of the group; 0 and 1, and a problem, where there are none."""
        found = weighted_spread(values, self.weights)
        if found.n < 2:
            self.problems.append(f"{what}: {found.n} of {len(values)} respondents have a value, and 2 are needed.")
            return 0.0, 1.0
        mean, sd = round(found.mean, DIGITS) + 0.0, round(found.sd, DIGITS)
        if spread and sd == 0:
            self.problems.append(f"{what}: all {found.n} respondents have the same value.")
            return mean, 1.0
        return mean, sd


def make_key(panel: pd.DataFrame, study: Study) -> ScoringKey:
    """The key that scores every wave of `study` in the units of its reference group.

    The reference group is the comparison arm at baseline, and everyone at baseline in a study without a comparison
    arm. Means and SDs are survey-weighted (`weighted_spread`) and kept to 10 decimals.

    Raises
    ------
    DataRefusedError
        Where an item, a dimension or an index has no spread in the reference group; every one of them is named.
    """
    arm = COMPARISON if study.design.treatment else EVERYONE
    rows = np.flatnonzero((panel[WAVE] == study.baseline.name) & (panel[ARM] == arm))
    variables = {item.name: item for index in study.indices for item in study.items(index)}
    absent = [name for name in variables if name not in panel]
    if absent:
        raise DataRefusedError(f"The panel lacks {len(absent)} items of the indices: {', '.join(absent)}.")
    answers = {name: panel[name].to_numpy(dtype="float64")[rows] for name in variables}
    reference = _Reference(answers, panel[WEIGHT].to_numpy(dtype="float64")[rows], [])
    flat = {item.name for index in study.indices if index.rule == "flat" for item in study.items(index)}
    items = {name: _item_key(item, study, reference, spread=name in flat) for name, item in variables.items()}
    indices = tuple(_index_key(index, study, items, reference) for index in study.indices)
    n = int((reference.weights > 0).sum())
    if reference.problems:
        _refuse(reference.problems, n, arm, study)
    return ScoringKey(
        reference=ReferenceKey(wave=study.baseline.name, arm=arm, weighted=study.design.weight is not None, n=n),
        items=tuple(items.values()),
        indices=indices,
    )


def _refuse(problems: list[str], n: int, arm: str, study: Study) -> None:
    group = f"the {arm} arm" if study.design.treatment else "everyone"
    lines = "\n".join(f"  - {problem}" for problem in problems)
    raise DataRefusedError(
        f"The indices take their unit from {group} in {study.baseline.name} ({n} respondents), which cannot set it:\n"
        f"{lines}\n  Check the recodes and missing codes of these items, or give them another role in the codebook."
    )


def _item_key(item: Variable, study: Study, reference: _Reference, *, spread: bool) -> ItemKey:
    low, high = study.limits(item)
    draft = ItemKey(name=item.name, direction=item.direction, low=low, high=high, mean=0, sd=1)
    shares = item_share(reference.answers[item.name], draft)
    mean, sd = reference.unit(shares, f"item {item.name}", spread=spread)
    return draft.model_copy(update={"mean": mean, "sd": sd})


def _index_key(index: Index, study: Study, items: dict[str, ItemKey], reference: _Reference) -> IndexKey:
    names = tuple(item.name for item in study.items(index))
    dimensions: tuple[DimensionKey, ...] = ()
    if index.rule == "summary":
        dimensions = tuple(_dimension_key(index, name, study, items, reference) for name in study.dimensions(index))
        parts = tuple(dimension.name for dimension in dimensions)
        minimum = needed(len(parts), index.minimum_dimension_share)
    else:
        parts = names
        share = 1.0 if index.complete_cases else index.minimum_item_share
        minimum = needed(len(parts), share, index.minimum_items)
    key = IndexKey(
        name=index.name,
        rule=index.rule,
        dimensions=dimensions,
        parts=parts,
        weights=(1.0,) * len(parts),
        minimum_parts=minimum,
        mean=0,
        sd=1,
    )
    if index.rule == "mean":
        return key
    values = dict(index_scores(reference.answers, key, items))[index.name]
    mean, sd = reference.unit(values, f"index {index.name}")
    return key.model_copy(update={"mean": mean, "sd": sd})


def _dimension_key(
    index: Index, name: str, study: Study, items: dict[str, ItemKey], reference: _Reference
) -> DimensionKey:
    names = tuple(item.name for item in study.items(index, name))
    minimum = needed(len(names), index.minimum_item_share, index.minimum_items)
    draft = DimensionKey(name=name, items=names, minimum_items=minimum, mean=0, sd=1)
    shares = dimension_share(reference.answers, draft, items)
    mean, sd = reference.unit(shares, f"dimension {name} of index {index.name}")
    return draft.model_copy(update={"mean": mean, "sd": sd})
